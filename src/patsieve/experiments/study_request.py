"""What a user asks a study for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, final

from patsieve.corpus.load import LoadOptions
from patsieve.errors import UsageError, possible
from patsieve.experiments.build import Overrides
from patsieve.experiments.partition import SplitRequest
from patsieve.experiments.spec import ExperimentSpec, catalogue_names, read_experiment
from patsieve.finetuning.hardware import Device, Precision


@final
@dataclass(frozen=True)
class StudyRequest:
    """Which experiments to run with which seeds or folds, on what.

    Attributes
    ----------
    source : Path
        Labelled patents.
    experiments : tuple of str
        Names of the catalogue, patterns such as ``hn-pt-*``, or TOML files.
    out : Path
        A folder for the runs and the report. A study that finds its own runs there goes on.
    load : LoadOptions
    seeds : tuple of int
        Each draws its own split and trains with its own random numbers; the runs of one seed
        share their test records.
    folds : int, optional
        Instead of several seeds: the one seed draws so many folds by family, and every
        experiment is run on each, which is counted as a seed is.
    checkpoint, max_tokens, device, precision
        As in `Overrides`.
    test_file, split_column, split_by_date, validation_fraction, test_fraction
        As in `SplitRequest`.
    cache_gib : float
        What the shared cache of activations may take on the disk.
    tracking_uri : str, optional
    tracking : bool

    Raises
    ------
    UsageError
        If there are folds and several seeds, or folds and another way to split.
    """

    source: Path
    experiments: tuple[str, ...]
    out: Path
    load: LoadOptions = field(default_factory=LoadOptions)
    seeds: tuple[int, ...] = (1, 2, 3)
    folds: int | None = None
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

    def __post_init__(self) -> None:
        if self.folds is None:
            return
        if len(self.seeds) != 1:
            raise UsageError(
                f"the folds of a study are drawn by one seed; {len(self.seeds)} are given"
            )
        if self.test_file is not None or self.split_column is not None or self.split_by_date:
            raise UsageError("folds are a way to split the records; another one is given as well")

    @property
    def repeats(self) -> tuple[int, ...]:
        """What every experiment is run with: the seeds, or the folds from 1."""
        return self.seeds if self.folds is None else tuple(range(1, self.folds + 1))

    @property
    def unit(self) -> Literal["seed", "fold"]:
        """What a repeat is called."""
        return "seed" if self.folds is None else "fold"

    @property
    def overrides(self) -> Overrides:
        """What is decided for every run, whatever its experiment says."""
        return Overrides(self.checkpoint, self.max_tokens, self.device, self.precision)

    def split(self, repeat: int) -> SplitRequest:
        """How the records are split for the runs of a seed or fold."""
        return SplitRequest(
            test_file=self.test_file,
            split_column=self.split_column,
            split_by_date=self.split_by_date,
            validation_fraction=self.validation_fraction,
            test_fraction=self.test_fraction,
            seed=repeat if self.folds is None else self.seeds[0],
            fold=None if self.folds is None else repeat,
            n_folds=self.folds,
        )


def checkpoint_of(spec: ExperimentSpec, request: StudyRequest) -> str | None:
    """Return what an experiment's encoder starts from; None for the embedded one."""
    return spec.encoder.checkpoint if request.checkpoint is None else request.checkpoint


def select_experiments(patterns: Sequence[str]) -> tuple[ExperimentSpec, ...]:
    """Return the experiments that names, patterns and files mean, each once, in that order.

    Raises
    ------
    UsageError
        If a pattern matches nothing, or two files have the same name.
    SpecificationError
        If a file says something impossible.
    """
    found: dict[str, ExperimentSpec] = {}
    sources: dict[str, str] = {}
    for pattern in patterns:
        for name in _meant(pattern):
            spec = read_experiment(name)
            if sources.setdefault(spec.name, name) != name:
                raise UsageError(
                    f"{sources[spec.name]} and {name} are both called '{spec.name}'; give one of "
                    "them another name"
                )
            found[spec.name] = spec
    return tuple(found.values())


def _meant(pattern: str) -> list[str]:
    if not any(sign in pattern for sign in "*?["):
        return [pattern]
    names = [name for name in catalogue_names() if fnmatchcase(name, pattern)]
    if not names:
        known = possible(pattern, catalogue_names(), all_of_them="`patsieve experiments list`")
        raise UsageError(f"no experiment matches '{pattern}'; {known}")
    return names
