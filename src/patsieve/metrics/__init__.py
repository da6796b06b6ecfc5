"""How good a ranking, a classification or a probability is, with intervals."""
