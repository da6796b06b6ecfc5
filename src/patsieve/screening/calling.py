"""Which records of a ranked list are called relevant, and how many that were."""

import math
from dataclasses import dataclass
from typing import final

RELEVANT, IRRELEVANT, NO_TEXT = "relevant", "irrelevant", "no text"
"""The decisions. A record without text was not read, so it is neither."""


@final
@dataclass(frozen=True)
class CallingRule:
    """When a record is called relevant: from a probability on, or the first `budget` records."""

    threshold: float
    budget: int | None
    keeps_its_value: bool = True

    def decide(self, rank: int, probability: float) -> str:
        """Return the decision on a record; it has no text if the probability is not a number."""
        if math.isnan(probability):
            return NO_TEXT
        called = probability >= self.threshold if self.budget is None else rank <= self.budget
        return RELEVANT if called else IRRELEVANT


@final
class CallTally:
    """Counts decisions as they are made, from the first rank to the last."""

    def __init__(self) -> None:
        self.n_relevant = 0
        self.n_without_text = 0
        # Nothing is called relevant at a probability that none has.
        self.lowest_relevant = 1.0

    def add(self, decision: str, probability: float) -> None:
        """Count a decision."""
        if decision == RELEVANT:
            self.n_relevant += 1
            self.lowest_relevant = probability
        elif decision == NO_TEXT:
            self.n_without_text += 1
