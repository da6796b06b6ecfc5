"""What a schedule may say, before any model is at hand."""

import pytest

from patsieve.errors import LayerGroupError, SpecificationError
from patsieve.finetuning.progress import check_decisions
from patsieve.finetuning.schedule import EarlyStopping, Reducer, UnfreezingSchedule
from tiny_encoders import stage

HEAD = stage("head", ["classifier"])


def test_a_schedule_without_stages_is_refused():
    with pytest.raises(SpecificationError, match="at least one stage"):
        UnfreezingSchedule(())


def test_a_stage_that_trains_nothing_is_refused():
    with pytest.raises(SpecificationError, match="stage 'idle' trains nothing"):
        stage("idle", [])


def test_a_stage_may_train_only_what_grows():
    assert stage("growing", [], on_plateau=1, grow_percent=2.5).train == ()


def test_a_stage_that_repeats_must_say_when_and_what_changes():
    with pytest.raises(SpecificationError, match="'on_plateau' to say when"):
        stage("again", repeat=True, grow_percent=2.5)
    with pytest.raises(SpecificationError, match="give 'grow_percent'"):
        stage("again", repeat=True, on_plateau=1)


@pytest.mark.parametrize(
    "named",
    [
        {"train": ["encodr"]},
        {"learning_rates": {"encodr": 1e-3}},
        {"reducer": Reducer(groups=("encodr",))},
    ],
)
def test_a_group_that_no_encoder_has_is_refused_wherever_it_is_named(named):
    with pytest.raises(LayerGroupError, match="stage 'x' names 'encodr', which is no layer group"):
        stage("x", **named)


@pytest.mark.parametrize(
    "named",
    [
        {"train": ["encoder.7"]},
        {"learning_rates": {"encoder.7": 1e-3}},
        {"reducer": Reducer(groups=("encoder.7",))},
    ],
)
def test_a_layer_that_this_model_lacks_is_refused_wherever_it_is_named(named):
    schedule = UnfreezingSchedule((HEAD, stage("x", from_epoch=2, **named)))

    with pytest.raises(LayerGroupError, match=r"stage 'x' names 'encoder\.7', which this encoder"):
        schedule.check(("embeddings", "encoder.0", "classifier"))


def test_the_first_stage_begins_at_the_first_epoch():
    UnfreezingSchedule((stage("first", from_epoch=1),))
    with pytest.raises(SpecificationError, match="begins at epoch 1, not 2"):
        UnfreezingSchedule((stage("first", from_epoch=2),))


@pytest.mark.parametrize("epochs", [(3, 3), (4, 3), (1, 2), (1, None)])
def test_stages_begin_at_rising_epochs(epochs):
    later = [stage(f"stage {i}", from_epoch=epoch) for i, epoch in enumerate(epochs)]

    with pytest.raises(SpecificationError, match="rising epochs"):
        UnfreezingSchedule((HEAD, *later))


def test_two_stages_of_one_name_are_refused():
    with pytest.raises(SpecificationError, match="two stages have the same name: head, head"):
        UnfreezingSchedule((HEAD, stage("head", from_epoch=2)))


@pytest.mark.parametrize(
    ("stages", "stopping", "needed"),
    [
        ([HEAD], EarlyStopping(patience=None, keep="last"), False),
        ([HEAD], EarlyStopping(patience=None, keep="best"), True),
        ([HEAD], EarlyStopping(patience=2, keep="last"), True),
        ([HEAD, stage("b", on_plateau=1)], EarlyStopping(patience=None, keep="last"), True),
        (
            [stage(reducer=Reducer(groups=("encoder",)))],
            EarlyStopping(patience=None, keep="last"),
            True,
        ),
    ],
)
def test_a_run_on_which_nothing_is_decided_needs_no_validation_records(stages, stopping, needed):
    assert UnfreezingSchedule(tuple(stages)).needs_validation(stopping) is needed


@pytest.mark.parametrize(
    ("stages", "stopping"),
    [
        ([HEAD], EarlyStopping(metric="validation_auc")),
        ([HEAD], EarlyStopping(metric="loss")),
        ([HEAD], EarlyStopping(metric="test_loss")),
        ([HEAD, stage("b", on_plateau=1, plateau_metric="validation_losss")], EarlyStopping()),
        ([stage(reducer=Reducer(groups=("encoder",), metric="val_loss"))], EarlyStopping()),
    ],
)
def test_a_metric_that_is_not_tracked_is_refused_wherever_it_is_named(stages, stopping):
    with pytest.raises(SpecificationError, match="is not tracked; what is tracked is validation_l"):
        check_decisions(UnfreezingSchedule(tuple(stages)), stopping)


def test_a_run_that_keeps_the_last_weights_has_no_best_ones_to_start_from():
    schedule = UnfreezingSchedule((HEAD, stage("b", from_epoch=2, start_from="best")))

    with pytest.raises(SpecificationError, match="stage 'b' starts from the best weights, but"):
        check_decisions(schedule, EarlyStopping(patience=None, keep="last"))
