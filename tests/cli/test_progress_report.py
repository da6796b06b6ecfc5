"""What a person sees while a run goes on: a moving bar, or plain lines in a log."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from patsieve.cli import progress
from patsieve.cli.progress import (
    CompletedEpochs,
    LiveReporter,
    PlainReporter,
    reporter,
    told_how_to_resume,
)
from patsieve.finetuning.events import EpochRecord, TrainingState

METRICS = {"loss": 0.5, "accuracy": 0.8, "f1_relevant": 0.7, "mcc": 0.61, "average_precision": 0.88}


def epoch_of(state: TrainingState, number: int) -> None:
    state.epoch = number
    state.history.append(
        EpochRecord(
            epoch=number,
            stage=state.stage,
            stage_index=0,
            stage_round=1,
            training={**METRICS, "loss": 0.4321},
            validation=METRICS,
            learning_rates={"classifier": 1e-3},
            trainable_parameters=770,
            records_per_second=412.3,
            seconds=1.5,
        )
    )


@pytest.fixture
def state() -> TrainingState:
    return TrainingState(
        max_epochs=4,
        n_batches=10,
        stage="head",
        stage_index=0,
        stage_round=1,
        trainable=("pooler", "classifier"),
        trainable_parameters=148_610,
    )


def run_two_epochs(training, state):
    training.on_fold_begin("embedding", 2, 3)
    training.on_run_begin(state)
    training.on_stage_begin(state)
    for number in (1, 2):
        training.on_epoch_begin(state)
        state.epoch, state.running_loss = number, 0.45
        for state.batch in range(1, 11):
            training.on_batch_end(state)
        epoch_of(state, number)
        training.on_epoch_end(state)
    state.stop_reason = "5 epochs without improvement"
    state.best_epoch = 1
    training.on_stage_end(state)
    training.on_run_end(state)


LINES = [
    "fold 2 of 3: training embedding on the others",
    "stage head: 148,610 parameters train (pooler, classifier)",
    "epoch 1/4  stage head  loss 0.4321"
    "  validation loss 0.5000  AP 0.880  MCC 0.610  412 records/s",
    "epoch 2/4  stage head  loss 0.4321"
    "  validation loss 0.5000  AP 0.880  MCC 0.610  412 records/s",
    "stopped after epoch 2: 5 epochs without improvement; kept epoch 1",
]


def test_a_log_gets_one_line_for_each_event(state, capsys):
    run_two_epochs(PlainReporter().training, state)

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == LINES


def test_the_end_names_the_epochs_that_were_averaged(state, capsys):
    training = PlainReporter().training
    state.epoch, state.best_epoch, state.averaged_epochs = 4, 4, (2, 3, 4)
    state.stop_reason = "all 4 epochs were run"

    training.on_run_end(state)

    assert capsys.readouterr().err.endswith("kept the mean of epochs 2, 3, 4\n")


def test_a_run_without_validation_records_shows_no_scores_of_them(state, capsys):
    epoch_of(state, 1)
    unknown = dict.fromkeys(METRICS, float("nan"))
    state.history[0] = replace(state.history[0], validation=unknown)

    PlainReporter().training.on_epoch_end(state)

    assert capsys.readouterr().err == "epoch 1/4  stage head  loss 0.4321  412 records/s\n"


@pytest.mark.parametrize(
    ("rate", "words"), [(0.48, "0.5 records/s"), (9.96, "10.0 records/s"), (10.4, "10 records/s")]
)
def test_slow_training_shows_a_fraction_of_a_record(rate, words, state, capsys):
    epoch_of(state, 1)
    state.history[0] = replace(state.history[0], records_per_second=rate)

    PlainReporter().training.on_epoch_end(state)

    assert capsys.readouterr().err.endswith(f"  {words}\n")


def test_a_repeated_stage_says_which_round_it_is(state, capsys):
    state.stage_round = 2

    PlainReporter().training.on_stage_begin(state)

    assert capsys.readouterr().err.startswith("stage head, round 2: ")


@pytest.mark.parametrize(
    ("trainable", "shown"),
    [
        (("pooler", "classifier"), "(pooler, classifier)"),
        (tuple(f"encoder.{i}" for i in range(2, 8)), "(encoder.2 … encoder.7)"),
        (("encoder.0", *(f"encoder.{i}" for i in (4, 5, 6))), "(encoder.0, encoder.4, encoder"),
    ],
)
def test_a_run_of_layers_is_named_by_its_ends(state, capsys, trainable, shown):
    state.trainable = trainable

    PlainReporter().training.on_stage_begin(state)

    assert shown in capsys.readouterr().err


def test_a_terminal_shows_the_same_lines_above_a_bar(state):
    screen = io.StringIO()
    live = LiveReporter(Console(file=screen, force_terminal=True, width=200, color_system=None))

    run_two_epochs(live.training, state)

    shown = screen.getvalue()
    assert all(line in shown for line in LINES)
    assert "epoch 1/4" in shown
    assert "10/40" in shown
    assert "loss 0.4500" in shown


def test_names_in_square_brackets_are_shown_as_they_are(state):
    screen = io.StringIO()
    live = LiveReporter(Console(file=screen, force_terminal=True, width=200, color_system=None))
    state.trainable = ("encoder[75%:100%]",)

    live.training.on_stage_begin(state)

    assert "(encoder[75%:100%])" in screen.getvalue()


def test_the_bar_goes_away_even_when_the_command_fails(monkeypatch):
    closed = []
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(LiveReporter, "close", lambda self: closed.append(self))

    with pytest.raises(ValueError, match="stop"), reporter() as report:
        raise ValueError("stop")

    assert closed == [report]


def test_counting_in_a_log_says_little(capsys, monkeypatch):
    clock = iter([0.0, 1.0, 12.0, 12.0, 13.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    plain = PlainReporter()

    plain.count(2048)
    plain.count(4096, 10_000)
    plain.count(6144, 10_000)

    assert capsys.readouterr().err == "4,096 records of 10,000\n"


def interrupted_after(done: CompletedEpochs) -> list[str]:
    with pytest.raises(KeyboardInterrupt) as caught, told_how_to_resume(done):
        raise KeyboardInterrupt
    return getattr(caught.value, "__notes__", [])


def test_an_interruption_says_from_where_the_run_goes_on(state):
    done = CompletedEpochs()

    run_two_epochs(done, state)

    assert interrupted_after(done) == ["the same command with --resume goes on after epoch 2"]


def test_an_interruption_promises_nothing_before_the_first_epoch_is_done():
    assert interrupted_after(CompletedEpochs()) == []


def test_a_resumed_run_can_be_resumed_again(state):
    done = CompletedEpochs()
    epoch_of(state, 3)

    done.on_run_begin(state)

    assert interrupted_after(done) == ["the same command with --resume goes on after epoch 3"]
