"""The curve over labels: nested subsets, resumed where it stood, drawn on within reason."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from patsieve.corpus.synthetic import write_patents
from patsieve.errors import DataError, UsageError
from patsieve.experiments.crossval import CrossvalRequest, crossval
from patsieve.experiments.label_curve import (
    LabelCurve,
    LabelCurveRequest,
    compute_label_curve,
    nested_subset,
)
from patsieve.experiments.label_curve_folder import draw_label_curve
from patsieve.experiments.label_forecast import MEASURES, forecast

SHARES = (0.3, 0.5, 0.8, 1.0)


@pytest.fixture(scope="module")
def patents(tmp_path_factory):
    path = tmp_path_factory.mktemp("patents") / "labelled.csv"
    write_patents(path, 150, seed=8, prevalence=0.4)
    return path


def request_for(patents, out, **options):
    chosen = {"folds": 3, "seeds": (1, 2), "shares": SHARES, **options}
    return LabelCurveRequest(patents, "bag-of-words", out, **chosen)


@pytest.fixture(scope="module")
def computed(patents, tmp_path_factory):
    out = tmp_path_factory.mktemp("curve")
    told = []
    curve = compute_label_curve(request_for(patents, out), say=told.append)
    return curve, out, told


def folds_in(told):
    return [sentence for sentence in told if "fold" in sentence]


def test_a_larger_share_holds_all_that_a_smaller_one_holds():
    families = np.repeat(np.arange(60), 2)
    labels = np.repeat(np.arange(60) % 3 == 0, 2).astype(np.int64)

    subsets = [set(nested_subset(labels, families, share, seed=4)) for share in (0.2, 0.5, 1.0)]

    assert subsets[0] < subsets[1] < subsets[2] == set(range(120))
    for subset, share in zip(subsets, (0.2, 0.5, 1.0), strict=True):
        assert len(subset) == share * 120
        # Families stay whole, and a third of them is relevant.
        assert {i ^ 1 for i in subset} == subset
        assert labels[list(subset)].mean() == pytest.approx(1 / 3)


def test_another_seed_draws_other_subsets():
    families, labels = np.arange(60), (np.arange(60) % 3 == 0).astype(np.int64)

    one, other = (nested_subset(labels, families, 0.5, seed=seed) for seed in (1, 2))

    assert set(one) != set(other)


def test_with_all_labels_it_is_the_cross_validation(computed, patents, tmp_path):
    curve, _, _ = computed
    request = CrossvalRequest(patents, ("bag-of-words",), tmp_path, folds=3, seeds=(1, 2))
    result = crossval(request, say=lambda _: None)

    point = forecast(curve)["average_precision"].points[-1]

    assert point.by_seed == pytest.approx(
        [result.evaluations["bag-of-words", seed].metrics["average_precision"].value
         for seed in (1, 2)]
    )  # fmt: skip
    assert point.n_training == 100


def test_each_cell_is_computed_once(computed, patents):
    curve, out, told = computed
    assert len(folds_in(told)) == 2 * 4 * 3
    (out / "folds" / "bag-of-words-seed2-share0.5-fold3.json").unlink()
    again = []

    resumed = compute_label_curve(request_for(patents, out), say=again.append)

    assert folds_in(again) == ["bag-of-words, seed 2, 50 % of the labels, fold 3 of 3"]
    assert np.array_equal(resumed.probabilities, curve.probabilities)


def test_a_share_and_a_seed_can_be_added(computed, patents):
    _, out, _ = computed
    told = []

    compute_label_curve(
        request_for(patents, out, shares=(*SHARES, 0.65), seeds=(1, 2)), say=told.append
    )

    assert len(folds_in(told)) == 2 * 3


def test_shares_too_small_to_learn_from_are_left_out_and_told(patents, tmp_path):
    told = []

    curve = compute_label_curve(
        request_for(patents, tmp_path, shares=(0.02, *SHARES), seeds=(1,)), say=told.append
    )

    assert len(curve.sizes) == 4
    assert any("shares below 0.3" in sentence for sentence in told)


def test_too_few_labels_or_shares_are_refused(patents, tmp_path):
    with pytest.raises(UsageError, match="at least 4"):
        compute_label_curve(request_for(patents, tmp_path, shares=(0.5, 1.0)), say=print)
    with pytest.raises(UsageError, match="share of the labels is"):
        compute_label_curve(request_for(patents, tmp_path, shares=(0.5, 1.5)), say=print)
    few = tmp_path / "few.csv"
    write_patents(few, 40, seed=1, prevalence=0.3)
    with pytest.raises(DataError, match="takes more labels"):
        compute_label_curve(request_for(few, tmp_path, shares=(0.1, 0.2, 0.3, 1.0)), say=print)


@pytest.mark.parametrize("times", [1.0, 0.5, 3.1, math.nan])
def test_nothing_is_foretold_beyond_three_times_the_labels(computed, times):
    with pytest.raises(UsageError, match="at most 3 times"):
        forecast(computed[0], times=times)


def planted(corpus, *, spread=0.0):
    """Rankings that get better with the labels: scores of less and less noise."""
    labels = corpus.labels
    sizes = np.array([100.0, 200, 400, 800, 1600])
    random = np.random.default_rng(2)
    noise = random.normal(size=(3, 1, len(labels)))
    scale = (0.3 + 20 * sizes**-0.7)[:, None] * (1 + spread * random.normal(size=(3, 1, 1)))
    scores = labels + scale * noise
    return LabelCurve(corpus, "planted", (1, 2, 3), sizes, scores)


def test_a_curve_that_rises_promises_a_gain_that_is_surer_than_its_values(computed):
    found = forecast(planted(computed[0].corpus))["average_precision"]

    now = found.points[-1].value
    assert found.gain.low >= 0
    assert found.value.value == pytest.approx(now.value + found.gain.value)
    assert found.value.low <= found.value.value <= found.value.high
    assert found.gain.high - found.gain.low < found.value.high - found.value.low
    assert found.sentence().startswith("with twice the labels average precision would be about")


def test_the_way_is_tried_on_what_is_known(computed):
    found = forecast(planted(computed[0].corpus))["average_precision"]

    # Three of five sizes are at most 65 % of the largest ... and 800 is the last of them.
    assert found.check.n_training == 800
    assert found.check.measured == found.points[-1].value.value
    assert found.check.foretold.low <= found.check.measured <= found.check.foretold.high
    assert forecast(computed[0])["average_precision"].check is None


def test_nothing_is_foretold_above_a_perfect_ranking(computed):
    curve = planted(computed[0].corpus)
    perfect = replace(curve, probabilities=np.broadcast_to(
        curve.corpus.labels.astype(float), curve.probabilities.shape
    ))  # fmt: skip

    for name, found in forecast(perfect, times=3).items():
        assert found.gain.value == 0, name
        assert found.value.value == found.points[-1].value.value


def test_the_folder_has_numbers_and_pictures(computed, patents):
    _, out, _ = computed
    told, forecasts = draw_label_curve(request_for(patents, out), times=2.5, say=lambda _: None)

    assert json.loads((out / "curve.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(told)
    )
    assert told["measures"]["average_precision"]["times"] == 2.5
    assert "2.5 times the labels" in told["measures"]["average_precision"]["sentence"]
    assert list(forecasts) == list(MEASURES)
    for name in MEASURES:
        assert (out / f"{name}.png").is_file()
        assert (out / f"{name}.svg").is_file()


def test_a_single_seed_has_no_spread(computed, patents):
    _, out, _ = computed
    told, _ = draw_label_curve(request_for(patents, out, seeds=(1,)), say=lambda _: None)

    assert {point["spread"] for point in told["measures"]["wss_at_95"]["points"]} == {None}
