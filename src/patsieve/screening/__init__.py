"""Bundles on disk, evaluation and scoring with them."""
