"""What a user asks a search for better settings for."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

from patsieve.corpus.load import LoadOptions
from patsieve.errors import UsageError
from patsieve.experiments.build import Overrides
from patsieve.experiments.partition import SplitRequest
from patsieve.experiments.spec import ExperimentSpec, read_experiment
from patsieve.experiments.tune_record import METRICS
from patsieve.finetuning.hardware import Device, Precision


@final
@dataclass(frozen=True)
class TuneRequest:
    """From which experiment to search, how long, on what.

    Attributes
    ----------
    source : Path
        Labelled patents.
    experiment : str
        A name of the catalogue or a TOML file, of kind "encoder".
    trials : int
        The starting experiment counts as one.
    out : Path
        A folder for the search. One that finds its own trials there goes on.
    minutes : float, optional
        After so many, no further trial begins; the first one always does.
    metric : str
        What the best trial is best in, on the validation records.
    seed : int
        Of the split, the training and the search.
    load : LoadOptions
    checkpoint, max_tokens, device, precision
        As in `Overrides`.
    test_file, split_column, split_by_date, validation_fraction, test_fraction
        As in `SplitRequest`.
    cache_gib : float
        What the shared cache of activations may take on the disk.
    tracking_uri : str, optional
    tracking : bool
    """

    source: Path
    experiment: str
    trials: int
    out: Path
    minutes: float | None = None
    metric: str = "validation_average_precision"
    seed: int = 1
    load: LoadOptions = field(default_factory=LoadOptions)
    checkpoint: str | None = None
    max_tokens: int | None = None
    device: Device = "auto"
    precision: Precision = "auto"
    test_file: Path | None = None
    split_column: str | None = None
    split_by_date: bool = False
    validation_fraction: float = 0.15
    test_fraction: float = 0.2
    cache_gib: float = 20.0
    tracking_uri: str | None = None
    tracking: bool = True

    @property
    def overrides(self) -> Overrides:
        """What is decided for every trial; the rest stands in `starting_experiment`."""
        return Overrides(device=self.device, precision=self.precision)

    @property
    def split(self) -> SplitRequest:
        """How the records are split, for all trials."""
        return SplitRequest(
            test_file=self.test_file,
            split_column=self.split_column,
            split_by_date=self.split_by_date,
            validation_fraction=self.validation_fraction,
            test_fraction=self.test_fraction,
            seed=self.seed,
        )

    def starting_experiment(self) -> ExperimentSpec:
        """Return the experiment to start from, with the user's checkpoint and length in it.

        Raises
        ------
        UsageError
            If the request cannot be met: no trial, no time, an unknown metric, or an experiment
            without an encoder.
        SpecificationError
            If the experiment's file says something impossible.
        """
        if self.trials < 1:
            raise UsageError(f"a search needs at least 1 trial, not {self.trials}")
        if self.minutes is not None and self.minutes <= 0:
            raise UsageError(f"a search needs more than {self.minutes:g} minutes")
        if self.metric not in METRICS:
            raise UsageError(f"there is no metric '{self.metric}'; there are {', '.join(METRICS)}")
        spec = read_experiment(self.experiment)
        if spec.kind != "encoder":
            raise UsageError(
                f"experiment {spec.name} is of kind '{spec.kind}'; a search goes over layers, "
                "rates and losses, so it starts from one of kind 'encoder'"
            )
        given = {"checkpoint": self.checkpoint, "max_tokens": self.max_tokens}
        changes: dict[str, Any] = {key: each for key, each in given.items() if each is not None}
        return spec.model_copy(update={"encoder": spec.encoder.model_copy(update=changes)})
