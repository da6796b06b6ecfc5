"""Wrong labels by confident learning: hand-worked counts, and noise put in on purpose."""

import numpy as np
import pytest

from patsieve.metrics.label_noise import estimate_label_noise

# Ten records each. Models give .9 to the relevant and .1 to the irrelevant, but for two records
# labelled relevant and one labelled irrelevant, which they see the other way round.
LABELS = np.array([1] * 10 + [0] * 10)
PROBABILITIES = np.array([0.9] * 8 + [0.1] * 2 + [0.1] * 9 + [0.9])


def test_a_record_as_sure_as_usual_of_the_other_label_is_contradicted():
    # Usual is a mean probability of .74 among the relevant, and of .82 among the irrelevant.
    noise = estimate_label_noise(LABELS, PROBABILITIES)

    assert np.flatnonzero(noise.contradicted).tolist() == [8, 9, 19]


def test_rates_follow_from_the_counts():
    # All twenty are confident, so nothing is extrapolated: 8 and 2, 9 and 1.
    noise = estimate_label_noise(LABELS, PROBABILITIES)

    assert noise.n_wrong.value == pytest.approx(3)
    assert noise.wrong_among_relevant.value == pytest.approx(2 / 10)
    assert noise.wrong_among_irrelevant.value == pytest.approx(1 / 10)
    assert noise.called_irrelevant.value == pytest.approx(1 / 9)
    assert noise.called_relevant.value == pytest.approx(2 / 11)


def test_intervals_hold_their_values_and_widen_where_families_stand_together():
    alone = estimate_label_noise(LABELS, PROBABILITIES)
    together = estimate_label_noise(
        np.repeat(LABELS, 4),
        np.repeat(PROBABILITIES, 4),
        families=np.repeat(np.arange(20), 4),
    )

    for estimate in (alone.n_wrong, alone.called_relevant, together.n_wrong):
        assert estimate.low <= estimate.value <= estimate.high
    # Four copies of a record are no more witnesses than one.
    share = (together.n_wrong.high - together.n_wrong.low) / 80
    assert share == pytest.approx((alone.n_wrong.high - alone.n_wrong.low) / 20, rel=0.25)


def test_models_that_agree_with_every_label_find_none_wrong():
    noise = estimate_label_noise([1, 1, 0, 0, 0], [0.9, 0.8, 0.2, 0.1, 0.3])

    assert not noise.contradicted.any()
    assert noise.n_wrong.value == 0


def test_models_that_know_nothing_contradict_nothing():
    noise = estimate_label_noise(LABELS, np.full(20, 0.5))

    assert not noise.contradicted.any()


def test_noise_put_in_on_purpose_is_recovered_by_a_model_that_knows_the_truth():
    random = np.random.default_rng(3)
    truth = (random.random(4000) < 0.3).astype(np.int64)
    probabilities = np.clip(np.where(truth == 1, 0.85, 0.12) + random.normal(0, 0.05, 4000), 0, 1)
    # A tenth of the relevant is called irrelevant, and 4 % of the irrelevant relevant.
    is_wrong = random.random(4000) < np.where(truth == 1, 0.10, 0.04)

    noise = estimate_label_noise(np.where(is_wrong, 1 - truth, truth), probabilities)

    assert noise.n_wrong.low <= is_wrong.sum() <= noise.n_wrong.high
    assert noise.called_irrelevant.value == pytest.approx(0.10, abs=0.02)
    assert noise.called_relevant.value == pytest.approx(0.04, abs=0.01)
    # A wrong one is seen where the model is as sure as it usually is, so not always.
    assert noise.contradicted[is_wrong].mean() > 0.7
    assert noise.contradicted[~is_wrong].mean() < 0.01


@pytest.mark.parametrize(
    ("labels", "probabilities", "said"),
    [
        ([1, 1], [0.5, 0.5], "relevant and irrelevant"),
        ([1, 0], [0.5], "2 labels but 1 prob"),
        ([1, 0], [0.5, 1.5], "probability 1 is 1.5"),
    ],
)
def test_what_cannot_be_judged_is_refused(labels, probabilities, said):
    with pytest.raises(ValueError, match=said):
        estimate_label_noise(labels, probabilities)
