"""The promise of the stopping rule, on drawn lists whose truth is known."""

import numpy as np
import pytest


def shares_stopped_early(n_draws, *, auc, hidden=0.0):
    import stopping
    from patsieve.metrics.stopping import reads_until_stop

    random = np.random.default_rng(5)
    early = []
    for _ in range(n_draws):
        labels = stopping.draw_list(600, 60, auc, random, hidden=hidden)
        found = labels[: reads_until_stop(labels)].sum()
        early.append(found < 0.95 * labels.sum())
    return np.mean(early)


def test_a_drawn_list_has_the_quality_asked_for():
    import stopping
    from patsieve.metrics.ranking import roc_auc

    labels = stopping.draw_list(20_000, 5_000, 0.9, np.random.default_rng(1))

    assert labels.sum() == 5_000
    assert roc_auc(labels, -np.arange(20_000)) == pytest.approx(0.9, abs=0.01)


def test_fifty_in_a_row_begin_anew_after_each_relevant_record():
    import stopping

    assert stopping.stop_after_irrelevant(np.array([0, 0, 1, 0, 0, 0, 1]), 3) == 6
    assert stopping.stop_after_irrelevant(np.array([0, 0, 1]), 3) == 3


@pytest.mark.slow
@pytest.mark.parametrize(("auc", "hidden"), [(0.9, 0.0), (0.97, 0.0), (0.97, 0.05)])
def test_on_lists_that_put_relevant_records_first_the_promise_is_kept(auc, hidden):
    assert shares_stopped_early(200, auc=auc, hidden=hidden) <= 0.05
