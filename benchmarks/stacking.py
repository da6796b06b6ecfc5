r"""What stacking on in-sample scores promises and what it keeps, against out-of-fold scores.

    python benchmarks/stacking.py
    python benchmarks/stacking.py --bases bag-of-words hn-pt-05.5.2 --sets hydrogenstorage

The same bases, the same XGBoost on top, the same three splits of 70 to 30 by family as in
ranking.py: once XGBoost learns from what the bases say of their own training records, as in the
reference study, once from scores out of fold. "Training" is the stack measured on the records
that it learnt from, as the study did; "test" on those that no part of it has seen. The last
rows are the bases alone. Means over the splits ± their standard deviation.
"""

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from patsieve.errors import PatsieveWarning
from patsieve.experiments.build import Overrides, build_classifier
from patsieve.experiments.spec import read_experiment
from patsieve.metrics.evaluation import evaluate_scores
from patsieve.models.base import RelevanceClassifier
from patsieve.models.stacking import StackingClassifier
from rankers.tasks import SETS, Task, read_set, splits

METRICS = {"average_precision": "AP", "mcc": "MCC", "brier": "Brier"}
_WAYS: tuple[Literal["in-sample", "out-of-fold"], ...] = ("in-sample", "out-of-fold")
Measured = dict[str, float]


def main() -> int:
    """Train, and print a table for each set."""
    arguments = _arguments()
    if not Path(arguments.data).is_dir():
        print(f"skipped: the public data are not at {arguments.data}; set PATSIEVE_DATA")
        return 0
    for name in arguments.sets:
        corpus = read_set(Path(arguments.data) / f"{name}.csv", random_rows=False)
        found: dict[str, list[tuple[Measured, Measured]]] = {}
        for task in splits(corpus):
            for way in _WAYS:
                stack = _fitted(task, arguments.bases, way)
                found.setdefault(f"stack, {way}", []).append(_both(stack.predict_proba, task))
            for base, classifier in stack.bases_.items():
                found.setdefault(base, []).append(_both(classifier.predict_proba, task))
            print(f"{name}, {task.name}: done", file=sys.stderr, flush=True)
        print(f"\n### {name}, {len(corpus):,} records, {corpus.prevalence:.0%} relevant\n")
        print(*_table(found), sep="\n", flush=True)
    return 0


def _fitted(
    task: Task, bases: Sequence[str], scores: Literal["in-sample", "out-of-fold"]
) -> StackingClassifier:
    def maker(name: str) -> Callable[[], RelevanceClassifier]:
        spec = read_experiment(name)
        return lambda: build_classifier(spec, seed=task.seed, overrides=Overrides(device="cpu"))

    stack = StackingClassifier(
        {name: maker(name) for name in bases}, meta="xgboost", scores=scores, seed=task.seed
    )
    with warnings.catch_warnings():
        # In-sample scores warn; here they are meant.
        warnings.simplefilter("ignore", PatsieveWarning)
        return stack.fit(
            task.texts(task.training),
            task.labels(task.training),
            families=task.families(task.training),
        )


def _both(
    predict: Callable[[Sequence[str]], NDArray[np.float64]], task: Task
) -> tuple[Measured, Measured]:
    """Return the metrics on the records of training, and on those of the test."""
    measured = []
    for which in (task.training, task.test):
        evaluation = evaluate_scores(
            task.labels(which),
            predict(task.texts(which))[:, 1],
            families=task.families(which),
            n_resamples=2,
        )
        measured.append({name: evaluation.metrics[name].value for name in METRICS})
    return measured[0], measured[1]


def _table(found: dict[str, list[tuple[Measured, Measured]]]) -> list[str]:
    head = [f"{label}, {part}" for label in METRICS.values() for part in ("training", "test")]
    lines = ["| what | " + " | ".join(head) + " |", "|---" * (len(head) + 1) + "|"]
    for what, measured in found.items():
        cells = []
        for metric in METRICS:
            for part in (0, 1):
                values = [each[part][metric] for each in measured]
                cells.append(f"{fmean(values):.3f} ± {stdev(values):.3f}")
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    return lines


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, default=os.environ.get("PATSIEVE_DATA", "../shared/data"))
    add("--sets", nargs="+", default=list(SETS), choices=SETS)
    add("--bases", nargs="+", default=["bag-of-words", "embedding"], metavar="EXPERIMENT")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
