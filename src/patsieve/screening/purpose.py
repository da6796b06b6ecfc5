"""What a threshold is for: a recall, a precision, reads, costs, or the largest F1 or MCC."""

import math
import re
from dataclasses import dataclass
from typing import Literal, final

from patsieve.errors import UsageError

Kind = Literal["fixed", "recall", "precision", "budget", "cost", "max-mcc", "max-f1"]

CONFIDENCE = 0.95
"""Of a certificate, unless said otherwise."""

COST = "least cost"
"""How the purpose of a threshold by costs begins, in words."""

# What `Purpose.__str__` writes, with its numbers.
_WORDS: dict[Kind, str] = {
    "fixed": r"probability (\S+)",
    "recall": r"recall (\S+)",
    "precision": r"precision (\S+)",
    "budget": r"budget of (\d+) records",
    "cost": rf"{COST}: (\S+) a miss, (\S+) a read",
    "max-mcc": "largest MCC",
    "max-f1": "largest F1 of the relevant class",
}


@final
@dataclass(frozen=True)
class Purpose:
    """What a threshold is for.

    Attributes
    ----------
    kind : {"fixed", "recall", "precision", "budget", "cost", "max-mcc", "max-f1"}
    target : float or None
        The probability (0 to 1), the recall or precision (above 0, at most 1), the number of
        records (at least 1), or what it costs to miss a relevant record (more than to read
        one); None for a maximum.
    confidence : float
        Of the certificate that comes with a recall; at least a half, below 1.
    certified : bool
        Whether a recall that cannot be promised is an error, instead of a threshold without a
        promise.
    cost_read : float
        What it costs to read a record, in the unit of the cost of a miss; above 0.

    Raises
    ------
    UsageError
        If a value is out of its range.
    """

    kind: Kind = "fixed"
    target: float | None = 0.5
    confidence: float = CONFIDENCE
    certified: bool = False
    cost_read: float = 1.0

    def __post_init__(self) -> None:
        target = self.target
        if self.kind in ("max-mcc", "max-f1"):
            if target is not None:
                raise UsageError(f"a threshold for {self.kind} has no target; {target:g} is given")
        elif target is None:
            raise UsageError(f"a threshold of kind '{self.kind}' needs a target")
        elif self.kind == "fixed" and not 0 <= target <= 1:
            raise UsageError(f"the threshold is {target:g}; it must lie between 0 and 1")
        elif self.kind in ("recall", "precision") and not 0 < target <= 1:
            raise UsageError(
                f"the {self.kind} to reach is {target:g}; it must be above 0, at most 1"
            )
        elif self.kind == "budget" and not (target >= 1 and float(target).is_integer()):
            raise UsageError(f"the budget is {target:g} records; it must be a whole number from 1")
        elif self.kind == "cost":
            self._check_costs(target)
        if not 0.5 <= self.confidence < 1:
            raise UsageError(
                f"the confidence is {self.confidence:g}; it must be at least 0.5 and below 1: a "
                "promise that is broken more often than kept is none"
            )

    def _check_costs(self, cost_miss: float) -> None:
        if not (0 < self.cost_read < math.inf and 0 < cost_miss < math.inf):
            raise UsageError(
                f"a miss costs {cost_miss:g} and a read {self.cost_read:g}; both must be above 0"
            )
        if cost_miss <= self.cost_read:
            raise UsageError(
                f"a miss costs {cost_miss:g} and a read {self.cost_read:g}; if a miss costs no "
                "more than a read, nothing is worth reading"
            )

    def __str__(self) -> str:
        return {
            "fixed": f"probability {self.target}",
            "recall": f"recall {self.target}",
            "precision": f"precision {self.target}",
            "budget": f"budget of {self.budget} records",
            "cost": f"{COST}: {self.target} a miss, {self.cost_read} a read",
            "max-mcc": "largest MCC",
            "max-f1": "largest F1 of the relevant class",
        }[self.kind]

    @property
    def budget(self) -> int | None:
        """How many records may be called relevant; None for any other purpose."""
        return int(self.target) if self.kind == "budget" and self.target is not None else None

    @property
    def known_threshold(self) -> float | None:
        """The threshold, if it is known without looking at any score; else None.

        By costs, a record is worth reading if its probability times the cost of a miss exceeds
        the cost of a read (Elkan 2001); where both are equal it is read.
        """
        if self.target is None:
            return None
        if self.kind == "cost":
            return self.cost_read / self.target
        return self.target if self.kind == "fixed" else None


def purpose_of(
    *,
    recall: float | None = None,
    precision: float | None = None,
    budget: int | None = None,
    cost_miss: float | None = None,
    cost_read: float | None = None,
    max_f1: bool = False,
    max_mcc: bool = False,
    threshold: float | None = None,
    confidence: float | None = None,
    certified: bool = False,
) -> Purpose | None:
    """Return the purpose that options name, at most one of which is given; None if none is."""
    if recall is not None:
        sure = CONFIDENCE if confidence is None else confidence
        return Purpose("recall", recall, confidence=sure, certified=certified)
    if precision is not None:
        return Purpose("precision", precision)
    if budget is not None:
        return Purpose("budget", budget)
    if cost_miss is not None:
        return Purpose("cost", cost_miss, cost_read=1.0 if cost_read is None else cost_read)
    if max_f1:
        return Purpose("max-f1", None)
    if max_mcc:
        return Purpose("max-mcc", None)
    return None if threshold is None else Purpose("fixed", threshold)


def purpose_from_words(words: str) -> Purpose | None:
    """Return the purpose that is written so, as in a manifest; None if none is.

    The words do not tell the confidence of a recall: it is the usual one.
    """
    for kind, pattern in _WORDS.items():
        found = re.fullmatch(pattern, words)
        if found is None:
            continue
        numbers = [float(number) for number in found.groups()]
        if kind == "cost":
            return Purpose(kind, numbers[0], cost_read=numbers[1])
        return Purpose(kind, numbers[0] if numbers else None)
    return None


def percent(share: float) -> str:
    """Return a share in percent, as it was given: 99.99 % is not 100 %."""
    return f"{100 * share:.8g} %"


def rounded_percent(share: float) -> str:
    """Return a measured share in percent, to a tenth."""
    return f"{round(100 * share, 1):g} %"
