"""What a study will take: a dry run of every run, less what the runs share."""

from dataclasses import replace

import numpy as np
import pytest
from known_pace import KnownPace

from patsieve.corpus.load import LoadOptions
from patsieve.experiments.partition import SplitRequest, load_partition
from patsieve.experiments.study_forecast import StudyForecast
from patsieve.experiments.study_request import StudyRequest, select_experiments
from patsieve.experiments.study_runner import common_starts
from tiny_encoders import tiny_texts

HEAD, LAYERS = (0, 1), (1, 1)


@pytest.fixture
def planned(tmp_path):
    texts, labels = tiny_texts(120, prevalence=0.4, seed=1)
    lines = [f'{label},"{text}"' for text, label in zip(texts, labels, strict=True)]
    (tmp_path / "labelled.csv").write_text("label,abstract\n" + "\n".join(lines), encoding="utf-8")
    request = StudyRequest(
        source=tmp_path / "labelled.csv",
        experiments=("hn-pt-02", "hn-pt-05.5.2"),
        out=tmp_path,
        seeds=(1, 2),
    )
    specs = select_experiments(request.experiments)
    partition = load_partition(request.source, LoadOptions(), SplitRequest())
    return StudyForecast(request, KnownPace()), specs, partition


def test_what_an_earlier_run_has_stored_is_not_computed_again(planned):
    forecast, (head_only, _), partition = planned

    first = forecast.of_run(head_only, [HEAD] * 3, partition, shared=0)
    second = forecast.of_run(head_only, [HEAD] * 3, partition, shared=0)

    n_steps = -(-len(partition.training) // 8)
    assert second == pytest.approx(3 * n_steps * 0.001, rel=1e-6)
    assert first > 100 * second


def test_epochs_taken_over_cost_nothing(planned):
    forecast, (_, staged), partition = planned
    forecast.of_run(staged, [HEAD, LAYERS], partition, shared=0)

    whole = forecast.of_run(staged, [HEAD, HEAD, LAYERS], partition, shared=0)
    forked = forecast.of_run(staged, [HEAD, HEAD, LAYERS], partition, shared=2)

    n_steps = -(-len(partition.training) // 8)
    assert whole - forked == pytest.approx(2 * n_steps * 0.001, rel=1e-6)


def test_what_a_later_stage_starts_from_is_stored_on_the_way(planned):
    forecast, (head_only, staged), partition = planned
    alone = forecast.of_run(head_only, [HEAD], partition, shared=0)

    forecast._stored.clear()
    both = forecast.of_run(staged, [HEAD], partition, shared=0)

    # One pass through the layers, whatever is stored of it.
    assert both == pytest.approx(alone, rel=1e-6)
    again = forecast.of_run(staged, [HEAD, LAYERS], partition, shared=1)
    unstored = StudyForecast(forecast._request, KnownPace())
    fresh = unstored.of_run(staged, [HEAD, LAYERS], partition, shared=1)
    assert again < fresh


def test_the_whole_is_between_the_earliest_end_and_all_epochs(planned):
    forecast, specs, partition = planned
    alike = common_starts(specs)
    assert set(alike) == {"hn-pt-02", "hn-pt-05.5.2"}

    least, most = forecast.whole(specs, partition, alike)
    apart, _ = forecast.whole(specs, partition, {})

    assert 0 < least < most
    # Apart, both train the first stage.
    assert apart > least
    one_seed = StudyForecast(replace(forecast._request, seeds=(1,)), KnownPace())
    assert (
        one_seed.whole(specs, partition, alike)[0]
        < least
        < 2 * one_seed.whole(specs, partition, alike)[0]
    )


def test_classifiers_without_a_schedule_are_not_counted(planned):
    forecast, specs, partition = planned
    words = select_experiments(("bag-of-words",))

    assert forecast.whole(words, partition, {}) == (0, 0)
    assert np.isfinite(forecast.whole((*words, *specs), partition, {})).all()
