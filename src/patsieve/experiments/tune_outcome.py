"""What a search came to: its best trial beside the start, on validation and on test records."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from patsieve.atomic import file_aside
from patsieve.corpus.records import Corpus
from patsieve.corpus.text import TextRecipe
from patsieve.experiments.paired import is_told_apart, paired_differences
from patsieve.experiments.tune_folder import TuneFolder
from patsieve.experiments.tune_record import TrialRecord
from patsieve.experiments.tune_space import told_layers
from patsieve.experiments.tune_words import told_selection
from patsieve.metrics.evaluation import evaluate_scores
from patsieve.metrics.intervals import Estimate
from patsieve.metrics.scored import Scored

_THRESHOLD = 0.5


@final
@dataclass(frozen=True)
class TuneOutcome:
    """A search that is complete.

    Attributes
    ----------
    experiment : str
        The starting experiment's name.
    metric : str
        What the best trial is best in, on the validation records.
    records : tuple of TrialRecord
        The first is the starting experiment.
    best : TrialRecord
        May be the starting experiment.
    tested : mapping
        ``start`` and ``best``, each the object that ``evaluate --json`` prints, and
        ``differences``: best minus start with its 95 % interval, for average precision and MCC.
    best_file : Path
        The best trial as an experiment.
    run_id : str
        MLflow's, of the parent of all trials; empty where nothing is tracked.
    """

    experiment: str
    metric: str
    records: tuple[TrialRecord, ...]
    best: TrialRecord
    tested: Mapping[str, Any]
    best_file: Path
    run_id: str

    @property
    def differences(self) -> dict[str, Estimate]:
        """Best minus start on the test records, by metric."""
        return {name: Estimate(**each) for name, each in self.tested["differences"].items()}

    def as_json(self) -> dict[str, Any]:
        """Return what ``tune --json`` prints."""
        start = self.records[0]
        return {
            "experiment": self.experiment,
            "metric": self.metric,
            "best": {
                "trial": self.best.number,
                "value": self.best.value,
                "parameters": dict(self.best.parameters),
                "file": str(self.best_file),
            },
            "start": {"trial": start.number, "value": start.value},
            "selection": told_selection(self.records),
            "test": {
                "start": self.tested["start"],
                "best": self.tested["best"],
                "differences": {
                    name: {**asdict(each), "told_apart": is_told_apart(each)}
                    for name, each in self.differences.items()
                },
            },
            "trials": [record.as_json() for record in self.records],
            "run_id": self.run_id,
        }


def look_at_test(
    folder: TuneFolder, best: TrialRecord, test: Corpus, recipe: TextRecipe, *, seed: int
) -> dict[str, Any]:
    """Score the test records with the start and the best, and nothing else.

    Decisions are at .5, which no record was consulted for.
    """
    texts = recipe.compose_all(test)
    scored = {number: folder.load(number).predict_proba(texts)[:, 1] for number in {0, best.number}}
    start, winner = scored[0], scored[best.number]
    differences = paired_differences(
        test.labels,
        test.families,
        Scored(start, _THRESHOLD),
        Scored(winner, _THRESHOLD),
        seed=seed,
    )
    evaluations = {
        name: evaluate_scores(
            test.labels, each, threshold=_THRESHOLD, families=test.families, seed=seed
        ).as_json()
        for name, each in (("start", start), ("best", winner))
    }
    found = {name: asdict(each) for name, each in differences.items()}
    return {**evaluations, "differences": found}


def write_trials(path: Path, records: Sequence[TrialRecord]) -> None:
    """Write one row for each trial; what a trial has no value for is an empty cell.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    names = list(dict.fromkeys(name for record in records for name in record.parameters))
    header = ["number", "state", "value", "epochs", "seconds", "layers", *names, "reason"]
    with file_aside(path) as aside, aside.open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(header)
        for record in records:
            value = "" if record.value is None else record.value
            settings = [record.parameters.get(name, "") for name in names]
            run = [record.number, record.state, value, record.epochs, f"{record.seconds:.3f}"]
            rows.writerow([*run, told_layers(record.parameters), *settings, record.reason])
