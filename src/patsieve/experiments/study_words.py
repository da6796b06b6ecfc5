"""How the report of a study puts verdicts and settings into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from patsieve.experiments.hypotheses import Outcome, Verdict
from patsieve.experiments.study_numbers import DASH, quantity, written

SIGNS = {Outcome.CONFIRMED: "✓", Outcome.REFUTED: "✗", Outcome.NOT_DECIDED: "?"}
CSS_CLASSES = {
    Outcome.CONFIRMED: "confirmed",
    Outcome.REFUTED: "refuted",
    Outcome.NOT_DECIDED: "open",
}


@final
@dataclass(frozen=True)
class ClaimNumbers:
    """One part of a verdict in numbers: a mean with its interval against a margin."""

    name: str
    mean: float
    low: float
    high: float
    limit: float
    n_seeds: int


def counted(verdicts: Mapping[Outcome, int]) -> str:
    """Say how many hypotheses came out how."""
    confirmed, refuted, not_decided = (verdicts[outcome] for outcome in Outcome)
    verb = "is" if confirmed == 1 else "are"
    return f"{confirmed} {verb} confirmed, {refuted} refuted and {not_decided} not decided"


def reason(verdict: Verdict) -> str:
    """Return a verdict's sentence without the outcome, which stands before it as a badge."""
    return verdict.sentence.removeprefix(f"{verdict.outcome.capitalize()}: ")


def claims(verdict: Verdict) -> list[ClaimNumbers]:
    """Return the parts of a verdict that were held against a margin, in its order."""
    numbers = verdict.numbers
    return [
        ClaimNumbers(
            name.replace("_", " "),
            numbers[name],
            numbers[f"{name}_low"],
            numbers[f"{name}_high"],
            numbers[f"{name}_limit"],
            int(numbers[f"{name}_seeds"]),
        )
        for name in numbers
        if f"{name}_limit" in numbers
    ]


def further(verdict: Verdict) -> dict[str, str]:
    """Return what a verdict tells beside its claims; whole numbers are written as such."""
    of_claims = {
        f"{name.removesuffix('_limit')}{suffix}"
        for name in verdict.numbers
        if name.endswith("_limit")
        for suffix in ("", "_low", "_high", "_limit", "_seeds")
    }
    return {
        name.replace("_", " "): f"{value:.0f}" if float(value).is_integer() else written(value)
        for name, value in verdict.numbers.items()
        if name not in of_claims
    }


def named(name: str) -> str:
    """Return the name of a setting in words: ``data.n_records`` is ``records``."""
    *tables, last = name.removeprefix("data.").split(".")
    return ": ".join([*tables, last.removeprefix("n_")]).replace("_", " ")


def told(value: Any, name: str) -> str:
    """Return a setting as people write it, going by its name where that names the unit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return DASH
    if isinstance(value, list | tuple):
        return ", ".join(told(item, "") for item in value)
    if not isinstance(value, int | float):
        return str(value)
    if "bytes" in name:
        return f"{quantity(value)}B" if value >= 1000 else f"{value} B"
    if "seconds" in name:
        return f"{written(value, 1)} s"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3g}" if 0 < abs(value) < 0.001 else written(value)
