"""patsieve finds the relevant patents in a pile, and says how many it may have missed."""

__version__ = "0.1.0"
