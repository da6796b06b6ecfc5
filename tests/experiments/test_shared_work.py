"""What the folds of one task leave each other, and for how long."""

import numpy as np
import pytest

from patsieve.experiments.out_of_fold import out_of_fold_probabilities
from patsieve.experiments.shared_work import shared_activations

LABELS = np.arange(12) % 2
FAMILIES = np.arange(12) // 2


class Sharing:
    """A classifier that remembers what it was given to share."""

    def __init__(self, given):
        self.given = given

    def share(self, *, first_stages=None, activations=None):
        self.given.append((first_stages, activations))
        return self

    def fit(self, X, y, *, families=None, validation=None):
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)


def scored(given, **more):
    texts = [str(i) for i in range(12)]
    return out_of_fold_probabilities(
        lambda: Sharing(given), texts, LABELS, FAMILIES, n_folds=3, seed=1, **more
    )


def test_every_fold_shares_one_store():
    given, store = [], object()
    scored(given, store=store)
    assert given == [(None, store)] * 3


def test_without_a_store_nothing_is_shared():
    given = []
    scored(given)
    assert given == []


def test_the_store_is_gone_when_the_task_is_done_and_stays_when_it_is_broken_off(tmp_path):
    def task(*, breaks_off):
        with shared_activations(tmp_path, print) as store:
            store.folder.mkdir(parents=True, exist_ok=True)
            (store.folder / "something").write_text("")
            if breaks_off:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        task(breaks_off=True)
    assert (tmp_path / "shared" / "activations" / "something").exists()
    task(breaks_off=False)
    assert not (tmp_path / "shared").exists()
