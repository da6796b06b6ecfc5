"""What a study came to: its runs, what they were run on, and how."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, final

from patsieve.experiments.spec import ExperimentSpec
from patsieve.experiments.study_run import StudyRun


@final
@dataclass(frozen=True)
class StudyResult:
    """Everything that the report of a study tells.

    Attributes
    ----------
    title : str
        One line, the report's heading.
    data : mapping
        Plain values, told as they are: file name, digest, number of records, of relevant
        ones, prevalence, sizes of the parts.
    runs : mapping of str to tuple of StudyRun
        Experiment to its runs, at most one for each seed. An experiment without runs is told
        of, but not measured; a twin may stand here or not.
    specs : mapping of str to ExperimentSpec
        By experiment: at least those of `runs` and `twins`.
    twins : mapping of str to str
        Experiment to the one that it is the same run as on this encoder.
    settings : mapping
        Plain values, told as they are, nested ones too: checkpoint, device, precision,
        versions, commit, seconds predicted and measured, shared epochs, cache bytes, commands.
    notes : tuple of str
        Sentences for the reader: what was skipped, recomputed or noticed.
    """

    title: str
    data: Mapping[str, Any]
    runs: Mapping[str, tuple[StudyRun, ...]]
    specs: Mapping[str, ExperimentSpec]
    twins: Mapping[str, str]
    settings: Mapping[str, Any]
    notes: tuple[str, ...]

    def measured(self) -> dict[str, tuple[StudyRun, ...]]:
        """Return the runs of every experiment that has some, by rising seed.

        Experiments are in the order of the specs; a twin without runs of its own has those of
        the experiment that it is the same as, under its own name.
        """
        found = {}
        for name in self.specs:
            runs = self.runs.get(name, ()) or tuple(
                replace(run, experiment=name) for run in self.runs.get(self.twins.get(name, ""), ())
            )
            if runs:
                found[name] = tuple(sorted(runs, key=lambda run: run.seed))
        return found

    def without_twins(self) -> dict[str, tuple[StudyRun, ...]]:
        """Return `measured` less every experiment that is the same run as another of them."""
        every = self.measured()
        return {name: runs for name, runs in every.items() if self.twins.get(name) not in every}

    @property
    def seeds(self) -> tuple[int, ...]:
        """All seeds that some experiment was run with, rising."""
        return tuple(sorted({run.seed for runs in self.runs.values() for run in runs}))
