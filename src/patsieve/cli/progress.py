"""What a person sees while something runs: a live bar on a terminal, plain lines elsewhere.

All of it goes to standard error; standard output is for results.
"""

import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from patsieve.finetuning.events import Callback, EpochRecord, TrainingState
from patsieve.finetuning.selection import describe_groups

_RECORDS_WITHOUT_A_FRACTION = 10

# Often enough to look alive in a log file, seldom enough not to fill it.
SECONDS_BETWEEN_LINES = 10.0


class Reporter(Protocol):
    """Tells a person how far a command is."""

    training: Callback

    def say(self, sentence: str) -> None:
        """Print a line about what was decided or done."""

    def count(self, done: int, total: int | None = None) -> None:
        """Say how many records are done, of how many if that is known."""


@contextmanager
def reporter() -> Iterator[Reporter]:
    """Give the reporter that suits standard error, and take its bar away at the end."""
    if sys.stderr.isatty():
        live = LiveReporter()
        try:
            yield live
        finally:
            live.close()
    else:
        yield PlainReporter()


class CompletedEpochs(Callback):
    """Remembers how many epochs are behind a run."""

    def __init__(self) -> None:
        self.count = 0

    def on_run_begin(self, state: TrainingState) -> None:
        """Count what a resumed run has done before."""
        self.count = state.epoch

    def on_epoch_end(self, state: TrainingState) -> None:
        """Count the epoch that has just ended."""
        self.count = state.epoch


@contextmanager
def told_how_to_resume(done: CompletedEpochs) -> Iterator[None]:
    """Let an interruption of the block say how the run goes on."""
    try:
        yield
    except KeyboardInterrupt as interruption:
        if done.count > 0:
            interruption.add_note(
                f"the same command with --resume goes on after epoch {done.count}"
            )
        raise


def fold_line(name: str, fold: int, n_folds: int) -> str:
    """Return one line about a model that is trained to score a fold, and no more."""
    return f"fold {fold} of {n_folds}: training {name} on the others"


def epoch_line(state: TrainingState) -> str:
    """Return one line about the epoch that has just ended."""
    record = state.history[-1]
    return (
        f"epoch {record.epoch}/{state.max_epochs}  stage {record.stage}"
        f"  loss {record.training['loss']:.4f}{_validation(record)}"
        f"  {_rate(record.records_per_second)}"
    )


def _rate(records_per_second: float) -> str:
    """Return a rate in words; long texts on large encoders take seconds each."""
    digits = 0 if records_per_second >= _RECORDS_WITHOUT_A_FRACTION else 1
    return f"{records_per_second:.{digits}f} records/s"


def stage_line(state: TrainingState) -> str:
    """Return one line about the stage that begins."""
    groups = _shortened(state.trainable)
    again = f", round {state.stage_round}" if state.stage_round > 1 else ""
    return f"stage {state.stage}{again}: {state.trainable_parameters:,} parameters train ({groups})"


def end_line(state: TrainingState) -> str:
    """Return one line about why the run ended and which epoch was kept."""
    kept = f"epoch {state.best_epoch}"
    if len(state.averaged_epochs) > 1:
        kept = f"the mean of epochs {', '.join(str(epoch) for epoch in state.averaged_epochs)}"
    return f"stopped after epoch {state.epoch}: {state.stop_reason}; kept {kept}"


class PlainReporter:
    """A line per event, for log files and pipes."""

    def __init__(self) -> None:
        self.training: Callback = _PlainTraining(self)
        self._last_line = time.monotonic()

    def say(self, sentence: str) -> None:
        """Print a line."""
        click.echo(sentence, err=True)

    def count(self, done: int, total: int | None = None) -> None:
        """Print a line, at most one in ten seconds."""
        if time.monotonic() - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            self.say(f"{done:,} records" + (f" of {total:,}" if total is not None else ""))


class _PlainTraining(Callback):
    def __init__(self, plain: PlainReporter) -> None:
        self._plain = plain

    def on_fold_begin(self, name: str, fold: int, n_folds: int) -> None:
        self._plain.say(fold_line(name, fold, n_folds))

    def on_stage_begin(self, state: TrainingState) -> None:
        self._plain.say(stage_line(state))

    def on_epoch_end(self, state: TrainingState) -> None:
        self._plain.say(epoch_line(state))

    def on_run_end(self, state: TrainingState) -> None:
        self._plain.say(end_line(state))


class LiveReporter:
    """A bar that moves, with the lines of finished epochs above it."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = Console(stderr=True, highlight=False) if console is None else console
        self.training: Callback = _LiveTraining(self)
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def say(self, sentence: str) -> None:
        """Print a line above the bar."""
        if self._bar is not None:
            self._bar.refresh()
        self.console.print(sentence, markup=False, soft_wrap=True)

    def count(self, done: int, total: int | None = None) -> None:
        """Move the bar to `done` records."""
        self.show("records", done, total)

    def show(self, description: str, done: int, total: int | None, details: str = "") -> None:
        """Move the bar, and make it if there is none yet."""
        if self._bar is None:
            self._bar = self._new_bar()
            self._bar.start()
        if self._task is None:
            self._task = self._bar.add_task(description, total=total, details=details)
        self._bar.update(
            self._task, description=description, completed=done, total=total, details=details
        )

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
        self._bar = self._task = None

    def _new_bar(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=16),
            MofNCompleteColumn(),
            TextColumn("{task.fields[details]}", markup=False),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=self.console,
            transient=True,
        )


class _LiveTraining(Callback):
    def __init__(self, live: LiveReporter) -> None:
        self._live = live

    def on_fold_begin(self, name: str, fold: int, n_folds: int) -> None:
        self._live.say(fold_line(name, fold, n_folds))

    def on_stage_begin(self, state: TrainingState) -> None:
        self._live.say(stage_line(state))

    def on_batch_end(self, state: TrainingState) -> None:
        details = f"loss {state.running_loss:.4f}"
        if state.history:
            last = state.history[-1]
            precision = last.validation["average_precision"]
            details += "" if math.isnan(precision) else f"  AP {precision:.3f}"
            details += f"  {_rate(last.records_per_second)}"
        done = (state.epoch - 1) * state.n_batches + state.batch
        self._live.show(
            f"epoch {state.epoch}/{state.max_epochs}",
            done,
            state.max_epochs * state.n_batches,
            details,
        )

    def on_epoch_end(self, state: TrainingState) -> None:
        self._live.say(epoch_line(state))

    def on_run_end(self, state: TrainingState) -> None:
        self._live.close()
        self._live.say(end_line(state))


def _validation(record: EpochRecord) -> str:
    """Name the validation scores; nothing where a run has no validation records."""
    values = record.validation
    if math.isnan(values["loss"]):
        return ""
    return (
        f"  validation loss {values['loss']:.4f}  AP {values['average_precision']:.3f}"
        f"  MCC {values['mcc']:.3f}"
    )


def _shortened(groups: tuple[str, ...]) -> str:
    """Name the groups, an unbroken run of layers by its ends."""
    layers = [int(name.partition(".")[2]) for name in groups if name.startswith("encoder.")]
    is_unbroken = layers == list(range(layers[0], layers[-1] + 1)) if layers else True
    return describe_groups(groups) if is_unbroken else ", ".join(groups)
