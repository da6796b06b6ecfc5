"""Relevance classifiers behind one interface (`base`); they do not know each other."""
