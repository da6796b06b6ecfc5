"""What is said of a hypothesis: confirmed, refuted, or not decided by this data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, final

from patsieve.experiments.seed_means import SeedMean


class Outcome(StrEnum):
    """The three things that data can do to a hypothesis."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    NOT_DECIDED = "not decided by this data"


@final
@dataclass(frozen=True)
class Verdict:
    """The verdict on one hypothesis.

    Attributes
    ----------
    number : int
        As the reference study counts them, from 1.
    statement : str
        The hypothesis in plain words.
    outcome : Outcome
    sentence : str
        The outcome with its figures, for people.
    numbers : mapping of str to float
        Of each claim its mean over seeds, and ``_low``, ``_high``, ``_limit`` and ``_seeds``;
        then whatever else the sentence speaks of.
    needs : tuple of str
        The experiments without which there is no decision.
    rule : str
        How the decision is made; written before there were results.
    """

    number: int
    statement: str
    outcome: Outcome
    sentence: str
    numbers: Mapping[str, float]
    needs: tuple[str, ...]
    rule: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            **vars(self),
            "outcome": self.outcome.value,
            "numbers": dict(self.numbers),
            "needs": list(self.needs),
        }


def decide(interval: SeedMean | None, limit: float, *, below: bool = False) -> Outcome:
    """Decide whether a quantity lies above a limit (or below it).

    Parameters
    ----------
    interval : SeedMean or None
        None, or of fewer than two seeds: not decided.
    limit : float
        The margin of practical size. An interval that lies wholly on its other side refutes,
        so that "practically equal" refutes a claim of a difference.
    below : bool
        Whether the claim is of lying below.
    """
    if interval is None or interval.n_seeds < 2:
        return Outcome.NOT_DECIDED
    if below:
        interval, limit = interval.reversed(), -limit
    if interval.low > limit:
        return Outcome.CONFIRMED
    return Outcome.REFUTED if interval.high <= limit else Outcome.NOT_DECIDED


def all_of(outcomes: Sequence[Outcome]) -> Outcome:
    """Combine the parts of a hypothesis: one refuted part refutes, all must be confirmed."""
    if Outcome.REFUTED in outcomes:
        return Outcome.REFUTED
    is_whole = bool(outcomes) and set(outcomes) == {Outcome.CONFIRMED}
    return Outcome.CONFIRMED if is_whole else Outcome.NOT_DECIDED
