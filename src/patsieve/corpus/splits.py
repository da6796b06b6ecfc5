"""Training, validation and test records: by family, by date, or as the user's column says."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.apportion import deal_families
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.split_parts import (
    PART_SPELLINGS,
    PARTS,
    IndexArray,
    Split,
    part_name,
    row_of,
)
from patsieve.corpus.tally import RowTally, counted, listed
from patsieve.errors import DataError, LabelError, UsageError

# The first of the streams that one seed is spawned into: split, order, initialisation, dropout.
_SPLIT_STREAM = 0
_N_FOLDS_AT_LEAST = 2

__all__ = ["Split", "family_folds", "split_by_column", "split_by_date", "split_by_family"]


def split_by_family(
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    seed: int,
    validation_fraction: float = 0.15,
    test_fraction: float = 0.2,
) -> Split:
    """Draw a stratified random split that keeps families whole.

    Parameters
    ----------
    labels, families : arrays of int of shape (n_records,)
    seed : int
        The same seed and records give the same split.
    validation_fraction, test_fraction : float
        Shares of all records, from 0 (no such part) to below 1 together. Both classes get
        them as exactly as the sizes of the families allow.

    Raises
    ------
    UsageError
        If the fractions are impossible.
    LabelError
        If a part cannot have a relevant and an irrelevant record.
    """
    _check_fractions(validation_fraction, test_fraction)
    shares = (1 - validation_fraction - test_fraction, validation_fraction, test_fraction)
    wanted = [part for part in range(len(PARTS)) if shares[part] > 0]
    dealt = deal_families(
        labels,
        families,
        [shares[part] for part in wanted],
        [PARTS[part] for part in wanted],
        _generator(seed),
    )
    return Split.from_codes(np.array(wanted)[dealt])


def family_folds(
    labels: NDArray[np.int64], families: NDArray[np.int64], *, n_folds: int, seed: int
) -> list[tuple[IndexArray, IndexArray]]:
    """Draw stratified folds that keep families whole; return (training, test) for each.

    Raises
    ------
    UsageError
        If there are fewer than two folds.
    LabelError
        If a fold cannot have a relevant and an irrelevant record.
    """
    if n_folds < _N_FOLDS_AT_LEAST:
        raise UsageError(f"cross-validation with {n_folds} folds; it needs at least 2")
    names = [f"fold {fold}" for fold in range(1, n_folds + 1)]
    fold_of = deal_families(labels, families, [1.0] * n_folds, names, _generator(seed))
    return [
        (np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold))
        for fold in range(n_folds)
    ]


def split_by_date(
    dates: Sequence[str],
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    validation_fraction: float = 0.15,
    test_fraction: float = 0.2,
) -> Split:
    """Test on the latest families, validate on those before them.

    The date of a family is its earliest. Families of one date go together, so that the parts
    come as near to their fractions as the dates allow. Families without a date are for
    training.

    Parameters
    ----------
    dates : sequence of str of length n_records
        ISO 8601, or empty.

    Raises
    ------
    DataError
        If no record has a date, or too few dates differ.
    LabelError
        If a part has no relevant or no irrelevant record.
    """
    _check_fractions(validation_fraction, test_fraction)
    earliest: dict[int, str] = {}
    for family, date in zip(families.tolist(), dates, strict=True):
        if date:
            earliest[family] = min(date, earliest.get(family, date))
    if not earliest:
        raise DataError("no record has a date that can be read; a split by date needs them")
    dated = np.array([earliest.get(family, "") for family in families.tolist()])
    days, n_of_day = np.unique(dated, return_counts=True)
    n_dated_days = int((days != "").sum())
    n_parts = 1 + (validation_fraction > 0) + (test_fraction > 0)
    if n_dated_days < n_parts:
        raise DataError(
            f"only {counted(n_dated_days, 'date')} differ, too few for {n_parts} parts by date"
        )
    # The first day is "" where there are undated records: no part can begin with it.
    n_undated_days = len(days) - n_dated_days
    from_day = _first_days(n_of_day.tolist(), n_undated_days, validation_fraction, test_fraction)
    part_of_day = np.searchsorted(from_day, np.arange(len(days)), side="right")
    split = Split.from_codes(part_of_day[np.searchsorted(days, dated)], _undated_note(dated))
    _require_classes(split, labels)
    return split.checked(families)


def split_by_column(
    splits: Sequence[str],
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    seed: int,
    validation_fraction: float = 0.15,
    records: Sequence[PatentRecord] | None = None,
) -> Split:
    """Take the parts that the user's column names.

    If no record is for validation, some are drawn from the training part, by family.

    Parameters
    ----------
    splits : sequence of str of length n_records
        training, validation or test, or a usual abbreviation.
    validation_fraction : float
        Share of the training part, where validation records have to be drawn.
    records : sequence of PatentRecord, optional
        To name families and rows in an error.

    Raises
    ------
    DataError
        If a record is in no part, or a part is missing.
    LeakError
        If a family stands in two parts.
    LabelError
        If a part has no relevant or no irrelevant record.
    """
    _check_fractions(validation_fraction, 0.0)
    named = [part_name(cell) for cell in splits]
    _require_parts(splits, named, records)
    split = Split.from_codes(np.array([PARTS.index(name) for name in named], dtype=np.intp))
    for name, part in (("training", split.training), ("test", split.test)):
        if not len(part):
            raise DataError(f"the split column has no {name} record")
    split.checked(families, records)
    if not len(split.validation) and validation_fraction > 0:
        inner = split_by_family(
            labels[split.training],
            families[split.training],
            seed=seed,
            validation_fraction=validation_fraction,
            test_fraction=0.0,
        )
        split = Split(
            split.training[inner.training],
            split.training[inner.validation],
            split.test,
            (
                "the split column has no validation record; "
                f"{counted(len(inner.validation), 'training record')} were drawn for it, by family",
            ),
        )
    _require_classes(split, labels)
    return split


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_SPLIT_STREAM,)))


def _check_fractions(validation: float, test: float) -> None:
    if not (0 <= validation < 1 and 0 <= test < 1 and validation + test < 1):
        raise UsageError(
            f"validation and test take {validation:g} and {test:g} of the records; "
            "each must be from 0 to below 1, and together below 1"
        )


def _require_parts(
    splits: Sequence[str], named: Sequence[str], records: Sequence[PatentRecord] | None
) -> None:
    nowhere = [i for i, name in enumerate(named) if not name]
    if len(nowhere) == len(named):
        raise DataError(
            "no record says in which part of the split it is; that takes a column with "
            f"{', '.join(PARTS)}, called split or given by --map split=COLUMN"
        )
    if nowhere:
        odd = listed(dict.fromkeys(splits[i] for i in nowhere if splits[i].strip()))
        raise DataError(
            f"the split column puts {RowTally(row_of(i, records) for i in nowhere)} into no part"
            f"{f' but {odd}' if odd else ''}; possible are {', '.join(PART_SPELLINGS)}"
        )


def _first_days(
    n_of_day: list[int], n_undated_days: int, validation: float, test: float
) -> list[int]:
    """Return the first day of the validation and of the test part, as positions in `n_of_day`."""
    n_records, before = sum(n_of_day), n_undated_days + 1
    test_from = _nearest_start(n_of_day, test * n_records, at_least=before + (validation > 0))
    earlier = n_of_day[:test_from]
    return [_nearest_start(earlier, validation * n_records, at_least=before), test_from]


def _nearest_start(n_of_day: list[int], wanted: float, *, at_least: int) -> int:
    """Return where a tail of days begins whose records are nearest to `wanted`.

    The tail has at least one day unless nothing is wanted, and leaves `at_least` days before.
    """
    if wanted == 0:
        return len(n_of_day)
    tails = np.cumsum(n_of_day[::-1])[: len(n_of_day) - at_least]
    return len(n_of_day) - 1 - int(np.argmin(np.abs(tails - wanted)))


def _undated_note(dated: NDArray[np.str_]) -> tuple[str, ...]:
    n_undated = int((dated == "").sum())
    if not n_undated:
        return ()
    return (f"{counted(n_undated, 'record')} without a date went to the training part",)


def _require_classes(split: Split, labels: NDArray[np.int64]) -> None:
    for name, part in zip(PARTS, (split.training, split.validation, split.test), strict=True):
        for label, word in ((1, "relevant"), (0, "irrelevant")):
            if len(part) and not (labels[part] == label).any():
                raise LabelError(
                    f"the {name} part of the split, {counted(len(part), 'record')}, "
                    f"has no {word} one"
                )
