"""What a user asks a training run for."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, final

from patsieve.corpus.load import LoadOptions
from patsieve.errors import OutputError, UsageError
from patsieve.experiments.build import Overrides
from patsieve.experiments.partition import SplitRequest
from patsieve.finetuning.hardware import Device, Precision
from patsieve.screening.bundle import MANIFEST
from patsieve.screening.purpose import Purpose


@final
@dataclass(frozen=True)
class TrainRequest:
    """What to train on what; every default is that of the command line.

    Attributes
    ----------
    source : Path
        Labelled patents.
    experiment : str
        A name of the catalogue or a TOML file.
    seed : int
        Of the split, the order, the initialisation and dropout, each by a stream of its own.
    out : Path, optional
        The bundle; ``models/`` and the experiment's name by default.
    load : LoadOptions
    checkpoint, max_tokens, device, precision, devices
        As in `Overrides`.
    test_file, split_column, split_by_date, validation_fraction, test_fraction
        As in `SplitRequest`; no `test_fraction` is what the experiment says.
    purpose : Purpose
        What the threshold is for; a probability of 0.5 by default.
    tracking_uri : str, optional
    tracking : bool
        Whether the run is recorded in MLflow.
    resume : bool
        Go on from the last completed epoch of an interrupted run.
    overwrite : bool
        Replace a bundle, or an interrupted run, that is there already.
    """

    source: Path
    experiment: str
    seed: int = 1
    out: Path | None = None
    load: LoadOptions = field(default_factory=LoadOptions)
    checkpoint: str | None = None
    max_tokens: int | None = None
    device: Device = "auto"
    precision: Precision = "auto"
    devices: int = 1
    test_file: Path | None = None
    split_column: str | None = None
    split_by_date: bool = False
    validation_fraction: float = 0.15
    test_fraction: float | None = None
    purpose: Purpose = field(default_factory=Purpose)
    tracking_uri: str | None = None
    tracking: bool = True
    resume: bool = False
    overwrite: bool = False

    @property
    def overrides(self) -> Overrides:
        """What is decided for this run, whatever the experiment says."""
        return Overrides(
            self.checkpoint, self.max_tokens, self.device, self.precision, self.devices
        )

    def split(self, estimate: Literal["test", "out-of-fold"]) -> SplitRequest:
        """Return how the records are split.

        Parameters
        ----------
        estimate : {"test", "out-of-fold"}
            How the experiment says it is measured: out of fold it needs no test records.
        """
        unasked = SplitRequest.test_fraction if estimate == "test" else 0.0
        return SplitRequest(
            test_file=self.test_file,
            split_column=self.split_column,
            split_by_date=self.split_by_date,
            validation_fraction=self.validation_fraction,
            test_fraction=unasked if self.test_fraction is None else self.test_fraction,
            seed=self.seed,
        )

    def bundle_folder(self, experiment: str) -> Path:
        """Return where the bundle goes."""
        return self.out if self.out is not None else Path("models") / experiment

    def run_folder(self, experiment: str) -> Path:
        """Return where the run keeps its checkpoints until the bundle is written."""
        bundle = self.bundle_folder(experiment)
        return bundle.with_name(f"{bundle.name}.run")

    def prepare_folders(self, experiment: str) -> None:
        """Refuse to overwrite a bundle, or to pass over an interrupted run, unasked.

        An interrupted run that the user gives up is deleted.

        Raises
        ------
        UsageError
        OutputError
            If nothing could be written where the bundle is to go.
        """
        bundle, run = self.bundle_folder(experiment), self.run_folder(experiment)
        if bundle.is_dir() and any(bundle.iterdir()) and not (bundle / MANIFEST).is_file():
            # Overwriting replaces the whole folder: never one that holds something else.
            raise UsageError(f"{bundle} is a folder that is no bundle; choose another --out")
        _check_writable(bundle)
        if self.overwrite:
            if not self.resume:
                shutil.rmtree(run, ignore_errors=True)
            return
        if bundle.exists():
            raise UsageError(f"{bundle} is there already; choose another --out or say --overwrite")
        # The parts of a stack keep their epochs one level down.
        interrupted = run.is_dir() and any(run.rglob("epoch-*"))
        if interrupted and not self.resume:
            raise UsageError(
                f"an interrupted run is in {run}; say --resume to go on with it, or --overwrite "
                "to start anew"
            )
        if self.resume and not interrupted:
            raise UsageError(f"there is no interrupted run in {run} to resume")


def _check_writable(bundle: Path) -> None:
    """Refuse a place that cannot be written before hours are spent on what goes there."""
    above = bundle.absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise OutputError(f"cannot write {bundle}: {above} is a file, not a folder")
    if not os.access(above, os.W_OK):
        raise OutputError(f"cannot write {bundle}: {above} is read-only or not yours")
