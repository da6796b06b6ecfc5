"""Why a recall cannot be promised, and how many more labels it would take.

That hangs on the number of relevant families alone, so it is known before anything is trained.
"""

import math
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.corpus.tally import counted
from patsieve.metrics.tolerance import allowed_misses, fewest_relevant, weakest_members
from patsieve.screening.purpose import Purpose, percent


@final
@dataclass(frozen=True)
class Shortage:
    """Why a promise cannot be given, and what it would take.

    Attributes
    ----------
    n_families, n_records : int
        Relevant families there are, and labelled records that they are among.
    families_needed : int or None
        Relevant families that it takes at least, if none of them is missed; None if no number
        is enough, which is so for a recall of 1.
    more_families : int or None
        How many of them are missing.
    more_labels : int or None
        About how many more labelled records, test records not counted, would bring the missing
        families, if relevant ones are as common among them and as large a part is kept from
        training; None if that cannot be said.
    """

    n_families: int
    n_records: int
    families_needed: int | None
    more_families: int | None
    more_labels: int | None

    def reason(self, recall: float, confidence: float) -> str:
        """Return why the recall cannot be promised, as one sentence."""
        if self.families_needed is None:
            return f"no number of labels can promise a recall of {percent(recall)}"
        return (
            f"{counted(self.n_families, 'relevant family', 'relevant families')}, not trained "
            f"on, {'is' if self.n_families == 1 else 'are'} too few for a recall of "
            f"{percent(recall)} at {percent(confidence)} confidence, even if none is missed; it "
            f"takes {self.families_needed:,}"
        )

    @property
    def remedy(self) -> str:
        """What it would take, as one sentence; empty if that cannot be said."""
        if self.more_families is None or self.more_labels is None:
            return ""
        return (
            f"{counted(self.more_families, 'more relevant family', 'more relevant families')}: "
            f"about {self.more_labels:,} more labelled records, if relevant ones stay as common"
        )


def shortage_of(
    labels: NDArray[np.int64],
    families: ArrayLike | None,
    purpose: Purpose,
    *,
    held_out_share: float = 1.0,
) -> Shortage | None:
    """Return why a recall cannot be promised by these labels; None if it can, whatever the scores.

    Parameters
    ----------
    purpose : Purpose
        A recall.
    labels, families, held_out_share
        As in `certify_recall`.
    """
    recall = purpose.target
    assert recall is not None
    n_families = len(weakest_members(labels, labels, families))
    if allowed_misses(n_families, recall, confidence=purpose.confidence) is not None:
        return None
    needed = fewest_relevant(recall, confidence=purpose.confidence)
    missing = None if needed is None else needed - n_families
    labels_missing = None
    if missing is not None and n_families > 0:
        labels_missing = math.ceil(missing * len(labels) / n_families / held_out_share)
    return Shortage(n_families, len(labels), needed, missing, labels_missing)
