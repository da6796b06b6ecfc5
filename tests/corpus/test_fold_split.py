"""Testing on one fold after the other."""

import numpy as np
import pytest

from patsieve.corpus.fold_split import split_by_fold
from patsieve.errors import UsageError


def labels_and_families(n_records=120):
    labels = (np.arange(n_records) % 3 == 0).astype(np.int64)
    # Families of two, of one label each or mixed.
    return labels, np.arange(n_records) // 2


def splits(n_folds=4, seed=5, **more):
    labels, families = labels_and_families()
    return [
        split_by_fold(labels, families, fold=fold, n_folds=n_folds, seed=seed, **more)
        for fold in range(1, n_folds + 1)
    ]


def test_every_record_is_tested_once_and_no_family_torn():
    _, families = labels_and_families()
    found = splits()

    tested = np.concatenate([split.test for split in found])
    assert sorted(tested.tolist()) == list(range(120))
    for split in found:
        split.checked(families)
        parts = np.concatenate([split.training, split.validation, split.test])
        assert sorted(parts.tolist()) == list(range(120))


def test_the_validation_share_is_of_all_records():
    for split in splits(validation_fraction=0.15):
        assert len(split.validation) == 18
        assert len(split.test) == 30


def test_the_same_seed_gives_the_same_folds_and_another_others():
    first, again, other = splits(), splits(), splits(seed=6)
    assert all(np.array_equal(a.test, b.test) for a, b in zip(first, again, strict=True))
    assert all(
        np.array_equal(a.validation, b.validation) for a, b in zip(first, again, strict=True)
    )
    assert not all(np.array_equal(a.test, b.test) for a, b in zip(first, other, strict=True))


def test_fractions_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(UsageError):
        splits(n_folds=2, validation_fraction=0.6)
