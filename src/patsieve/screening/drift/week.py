"""What is counted of a week's records, so that weeks can be compared without their texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, final

import numpy as np
from numpy.typing import NDArray

from patsieve.metrics.prevalence import GRID, grid_counts
from patsieve.screening.drift.words import SHARES


def _no_scores() -> NDArray[np.int64]:
    return np.zeros(len(GRID), dtype=np.int64)


def _no_shares() -> NDArray[np.int64]:
    return np.zeros(SHARES, dtype=np.int64)


@final
@dataclass(frozen=True, eq=False)
class WeekCounts:
    """Families of a week, each counted once, by its first record.

    Attributes
    ----------
    scores : array of int of shape (n_places,)
        `grid_counts` of their probabilities, as the bundle gives them.
    unknown : array of int of shape (SHARES,)
        By the share of words that the model's records do not use, in hundredths. Families
        without words are not among them.
    """

    scores: NDArray[np.int64] = field(default_factory=_no_scores)
    unknown: NDArray[np.int64] = field(default_factory=_no_shares)

    @property
    def n_families(self) -> int:
        """How many families there are."""
        return int(self.scores.sum())

    def add(self, probability: float, unknown_share: int | None) -> None:
        """Count one family more."""
        self.scores[:] += grid_counts(np.array([probability]))
        if unknown_share is not None:
            self.unknown[unknown_share] += 1

    @classmethod
    def together(cls, weeks: Iterable[Self]) -> Self:
        """Return several weeks as one."""
        whole = cls()
        for week in weeks:
            whole.scores[:] += week.scores
            whole.unknown[:] += week.unknown
        return whole

    def as_json(self) -> dict[str, dict[str, int]]:
        """Return the counts that are not zero, which `from_json` reads back."""
        return {"scores": _sparse(self.scores), "unknown": _sparse(self.unknown)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Return the counts that `as_json` described."""
        week = cls()
        for counts, kept in ((week.scores, plain["scores"]), (week.unknown, plain["unknown"])):
            for place, count in kept.items():
                counts[int(place)] = count
        return week


def _sparse(counts: NDArray[np.int64]) -> dict[str, int]:
    return {str(place): int(counts[place]) for place in np.flatnonzero(counts).tolist()}
