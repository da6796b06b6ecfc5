"""A split that tests on one fold: over all folds, every record is tested once."""

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.split_parts import Split
from patsieve.corpus.splits import family_folds, split_by_family


def split_by_fold(
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    fold: int,
    n_folds: int,
    seed: int,
    validation_fraction: float = 0.15,
) -> Split:
    """Test on one of the folds of `family_folds`; draw validation records from the others.

    Parameters
    ----------
    fold : int
        From 1. Over all folds every record is tested once.
    seed : int
        Of the folds: the folds of one seed belong together.
    validation_fraction : float
        Share of all records, as in `split_by_family`.

    Raises
    ------
    UsageError
        If there are fewer than two folds, or the fractions are impossible.
    LabelError
        If a part cannot have a relevant and an irrelevant record.
    """
    rest, test = family_folds(labels, families, n_folds=n_folds, seed=seed)[fold - 1]
    inner = split_by_family(
        labels[rest],
        families[rest],
        # The folds of one seed draw their validation records apart from each other.
        seed=seed + fold,
        validation_fraction=validation_fraction * len(labels) / len(rest),
        test_fraction=0.0,
    )
    return Split(rest[inner.training], rest[inner.validation], test)
