"""Dealing families out to parts so that each part gets its share of both classes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.tally import counted
from patsieve.errors import LabelError

# Index in a table of class counts.
_CLASSES = ((1, "relevant"), (0, "irrelevant"))


def deal_families(
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    shares: Sequence[float],
    names: Sequence[str],
    rng: np.random.Generator,
) -> NDArray[np.intp]:
    """Return the part of every record; a family stays whole.

    Families are dealt from the largest to the smallest, in random order among those of equal
    composition, each to the part whose distribution it brings nearest to the target: the
    chi-square distance of class counts grows least. For families of one record that is
    Webster's method of apportionment, so every class count is within one of its share;
    and as families of each size are spread over the parts in proportion, no part collects the
    large ones.

    Parameters
    ----------
    labels, families : arrays of int of shape (n_records,)
    shares : sequence of float
        The share of each part, positive; they are scaled to sum to 1.
    names : sequence of str
        What to call the parts in an error.

    Raises
    ------
    LabelError
        If there are too few families with a relevant, or an irrelevant, record to give every
        part one.
    """
    _, codes = np.unique(families, return_inverse=True)
    counts = np.zeros((int(codes.max(initial=-1)) + 1, 2), dtype=np.int64)
    np.add.at(counts, (codes, labels), 1)
    _require_families(counts, names)
    part_of_family = _dealt(counts, np.asarray(shares) / np.sum(shares), rng)
    _fill_gaps(part_of_family, counts, names)
    return part_of_family[codes]


def _require_families(counts: NDArray[np.int64], names: Sequence[str]) -> None:
    for column, word in _CLASSES:
        n_records, n_families = int(counts[:, column].sum()), int((counts[:, column] > 0).sum())
        if n_families < len(names):
            raise LabelError(
                f"{counted(n_records, f'{word} record')} in "
                f"{counted(n_families, 'family', 'families')} cannot give each of "
                f"{_parts(names)} one; a family is not divided"
            )


def _dealt(
    counts: NDArray[np.int64], shares: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return the part of every family by the greedy rule alone."""
    targets = np.maximum(shares[:, None] * counts.sum(axis=0), 1e-9).tolist()
    dealt = [[0, 0] for _ in targets]
    parts = range(len(targets))
    part_of_family = np.empty(len(counts), dtype=np.intp)

    order = rng.permutation(len(counts))
    sizes = counts.sum(axis=1)
    # Among families of one size the mixed ones first: they are harder to place.
    mixed = counts.min(axis=1)
    order = order[np.lexsort((-counts[order, 1], -mixed[order], -sizes[order]))]
    n_before = (-1, -1)
    costs: list[float] = []
    for family, n_of_class in zip(order.tolist(), counts[order].tolist(), strict=True):
        # Families of one composition follow one another: only the part that got the last
        # one has another cost.
        if tuple(n_of_class) != n_before:
            n_before = tuple(n_of_class)
            costs = [_cost(n_of_class, dealt[part], targets[part]) for part in parts]
        best = min(parts, key=lambda part: (costs[part], sum(dealt[part]) / sum(targets[part])))
        part_of_family[family] = best
        dealt[best][0] += n_of_class[0]
        dealt[best][1] += n_of_class[1]
        costs[best] = _cost(n_of_class, dealt[best], targets[best])
    return part_of_family


def _cost(n_of_class: list[int], dealt: list[int], targets: list[float]) -> float:
    """Return by how much Σ (dealt − target)² / target grows, less a constant, if these join."""
    return sum(
        n * (2 * have + n) / target - 2 * n
        for n, have, target in zip(n_of_class, dealt, targets, strict=True)
    )


def _fill_gaps(
    part_of_family: NDArray[np.intp], counts: NDArray[np.int64], names: Sequence[str]
) -> None:
    """Give a part without a class one family of it, from the part that can best spare one.

    Only tiny sets need it: three relevant families and shares of 65, 15 and 20 %.
    """
    for _ in range(2 * len(names)):
        gap = _first_gap(part_of_family, counts, len(names))
        if gap is None:
            return
        part, column = gap
        spare = _spare_families(part_of_family, counts, column, len(names))
        if not len(spare):
            break
        part_of_family[spare[0]] = part
    if _first_gap(part_of_family, counts, len(names)) is not None:
        raise LabelError(
            "the families are so few, or so large, that not each of "
            f"{_parts(names)} can have a relevant and an irrelevant record"
        )


def _first_gap(
    part_of_family: NDArray[np.intp], counts: NDArray[np.int64], n_parts: int
) -> tuple[int, int] | None:
    for part in range(n_parts):
        inside = counts[part_of_family == part].sum(axis=0)
        for column, _ in _CLASSES:
            if inside[column] == 0:
                return part, column
    return None


def _spare_families(
    part_of_family: NDArray[np.intp], counts: NDArray[np.int64], column: int, n_parts: int
) -> NDArray[np.intp]:
    """Return families with the class that their part can spare, the smallest first."""
    has_class = counts > 0
    n_families = np.zeros((n_parts, 2), dtype=np.int64)
    np.add.at(n_families, part_of_family, has_class)
    left = n_families[part_of_family] - has_class
    candidates = np.flatnonzero(has_class[:, column] & (left > 0).all(axis=1))
    fullest_first = -n_families[part_of_family[candidates], column]
    return candidates[np.lexsort((fullest_first, counts[candidates].sum(axis=1)))]


def _parts(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
