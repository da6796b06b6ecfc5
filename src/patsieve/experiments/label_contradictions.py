"""Records that cannot both be labelled rightly: of one family, or nearly the same in words.

Which of the two is wrong, their texts do not tell; models that know neither may.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.near_duplicates import opposite_near_duplicates
from patsieve.corpus.records import Corpus


@final
@dataclass(frozen=True)
class Contradiction:
    """A record whose label another one speaks against.

    Attributes
    ----------
    record, other : int
        Positions in the corpus.
    similarity : float or None
        Of the two texts, from 0 to 1; None for members of one family, which are one invention
        however they are worded.
    chance : float
        That it is this record whose label is wrong, from 0 to 1.
    """

    record: int
    other: int
    similarity: float | None
    chance: float


def find_contradictions(
    corpus: Corpus,
    texts: list[str],
    doubts: NDArray[np.float64],
    *,
    least_similarity: float,
) -> dict[int, list[Contradiction]]:
    """Return what speaks against the label of each record, the strongest first.

    Parameters
    ----------
    corpus : Corpus
        Labelled.
    texts : list of str of length n_records
    doubts : array of float of shape (n_records,)
        The chance that a label is wrong, as far as models go.
    least_similarity : float
        Of texts of different families that contradict each other.

    Notes
    -----
    Of two records that are one invention, exactly one label is wrong. If models doubt the
    labels by a and b, it is the first by a(1 - b) / (a(1 - b) + b(1 - a)). For near-duplicates
    that is multiplied by their similarity: the fewer words they share, the likelier is it that
    both labels are right.
    """
    found: dict[int, list[Contradiction]] = {}
    for one, other, similarity in _pairs(corpus, texts, least_similarity):
        share = _share(float(doubts[one]), float(doubts[other]))
        weight = 1.0 if similarity is None else similarity
        for record, against, chance in ((one, other, share), (other, one, 1 - share)):
            found.setdefault(record, []).append(
                Contradiction(record, against, similarity, weight * chance)
            )
    for several in found.values():
        several.sort(key=lambda contradiction: -contradiction.chance)
    return found


def _pairs(
    corpus: Corpus, texts: list[str], least_similarity: float
) -> list[tuple[int, int, float | None]]:
    labels, families = corpus.labels, corpus.families
    pairs: list[tuple[int, int, float | None]] = []
    order = np.argsort(families, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(families[order])) + 1):
        relevant, irrelevant = (members[labels[members] == label].tolist() for label in (1, 0))
        pairs += [(one, other, None) for one in relevant for other in irrelevant]
    for near in opposite_near_duplicates(texts, labels, least_similarity=least_similarity):
        if families[near.relevant] != families[near.irrelevant]:
            pairs.append((near.relevant, near.irrelevant, near.similarity))
    return pairs


def _share(one: float, other: float) -> float:
    first, second = one * (1 - other), other * (1 - one)
    # Both impossible, as with probabilities of exactly 0 and 1: nothing tells them apart.
    return first / (first + second) if first + second > 0 else 0.5
