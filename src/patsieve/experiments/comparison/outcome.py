"""What a comparison came to: plain values, and who is better."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, final

from patsieve.metrics.differences import CONFIDENCE, Difference
from patsieve.metrics.mcnemar import McNemar
from patsieve.metrics.power import Needed

HEADLINE = "average_precision"
"""The one metric that a verdict is given on; more would need to be paid for (Holm)."""


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """Two systems and the difference between them.

    Attributes
    ----------
    first, second : str
    differences : mapping of str to Difference
        First minus second, by metric.
    adjusted_p_value : float
        Of the headline, after Holm over all pairs.
    """

    first: str
    second: str
    differences: Mapping[str, Difference]
    adjusted_p_value: float = 1.0

    @property
    def headline(self) -> Difference:
        """The difference that decides."""
        return self.differences[HEADLINE]

    @property
    def better(self) -> str | None:
        """The system that ranks better; None if the two cannot be told apart."""
        if not self.headline.is_told_apart or self.adjusted_p_value > 1 - CONFIDENCE:
            return None
        return self.first if self.headline.value > 0 else self.second

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "first": self.first,
            "second": self.second,
            "better": self.better,
            "differences": {name: asdict(each) for name, each in self.differences.items()},
            "adjusted_p_value": self.adjusted_p_value,
        }


@final
@dataclass(frozen=True, kw_only=True)
class PairOutcome(Contrast):
    """Two systems on one data set.

    Attributes
    ----------
    n_records, n_relevant, n_families : int
    seeds : tuple of int
        Over which differences and values are means; empty for systems without seeds.
    fixed : tuple of str
        Systems without seeds that met a system with seeds.
    thresholds : pair of float or None
        From where on the two call a record relevant; None where scores are no probabilities.
    first_values, second_values : mapping of str to float
        By metric.
    mcnemar : McNemar or None
        Of the decisions, counted by family. None where scores are no probabilities.
    needed : Needed or None
        What it would take to tell the headline's difference.
    """

    n_records: int
    n_relevant: int
    n_families: int
    seeds: tuple[int, ...]
    fixed: tuple[str, ...]
    thresholds: tuple[float | None, float | None]
    first_values: Mapping[str, float]
    second_values: Mapping[str, float]
    mcnemar: McNemar | None
    needed: Needed | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            **super().as_json(),
            "seeds": list(self.seeds),
            "fixed": list(self.fixed),
            "thresholds": list(self.thresholds),
            "values": {
                self.first: dict(self.first_values),
                self.second: dict(self.second_values),
            },
            "mcnemar": None if self.mcnemar is None else asdict(self.mcnemar),
            "needed": None if self.needed is None else asdict(self.needed),
        }


@final
@dataclass(frozen=True)
class SetOutcome:
    """All pairs of one data set.

    Attributes
    ----------
    name : str
        Empty if it is the only one.
    n_records, n_relevant, n_families : int
        Of the records that every system has scored.
    systems : tuple of str
    pairs : tuple of PairOutcome
    notes : tuple of str
        What to know about the records, a sentence each.
    """

    name: str
    n_records: int
    n_relevant: int
    n_families: int
    systems: tuple[str, ...]
    pairs: tuple[PairOutcome, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "name": self.name,
            "n_records": self.n_records,
            "n_relevant": self.n_relevant,
            "n_families": self.n_families,
            "systems": list(self.systems),
            "pairs": [pair.as_json() for pair in self.pairs],
            "notes": list(self.notes),
        }


@final
@dataclass(frozen=True, kw_only=True)
class OverSets(Contrast):
    """Two systems on the mean of several data sets.

    Attributes
    ----------
    n_sets : int
    ahead : McNemar
        On how many sets only the first, or only the second, has the higher headline, with the
        sign test. It needs six sets to fall below .05 at all, and is a remark.
    """

    n_sets: int
    ahead: McNemar

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            **super().as_json(),
            "n_sets": self.n_sets,
            "sets_ahead": {
                self.first: self.ahead.only_first,
                self.second: self.ahead.only_second,
                "sign_test_p_value": self.ahead.p_value,
            },
        }


@final
@dataclass(frozen=True)
class Comparison:
    """Every pair on every data set, and over the sets.

    Attributes
    ----------
    sets : tuple of SetOutcome
    over_sets : tuple of OverSets
        A pair each; empty with one set.
    """

    sets: tuple[SetOutcome, ...]
    over_sets: tuple[OverSets, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what ``compare --json`` prints."""
        return {
            "headline": HEADLINE,
            "confidence": CONFIDENCE,
            "sets": [each.as_json() for each in self.sets],
            "over_sets": [each.as_json() for each in self.over_sets],
        }
