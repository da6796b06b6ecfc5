r"""Who ranks real patents best: classic rankers, peers and patsieve, on the same splits.

    python benchmarks/ranking.py --out benchmarks/ranking

Three landscaping sets, relevant against read and rejected; `--random-rows` adds the random other
patents. Every system learns from the same records and ranks the same others: three splits of
70 to 30 by family that test no record twice, and for the quick ones (`--repeats`) 5-fold
cross-validation, twice. What was ranked is kept as OUT/SET/SYSTEM-SPLIT.json and not computed
again, so it can be stopped and started. Tables: means over the splits ± their standard
deviation, and `patsieve compare`'s verdict on all tested records together (paired, by family).

setfit and the Trainer come from `make benchmarks/.venv/.installed`; `--systems` does without.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.records import Corpus
from patsieve.experiments.comparison.compare import compare_systems
from patsieve.metrics.evaluation import evaluate_scores
from rankers.experiments import experiment
from rankers.tasks import SETS, Task, Telling, folds, read_set, splits

QUICK = ("tf-idf + LR", "naive Bayes", "ELAS u4", "embedding + LR")
OURS = ("bag-of-words", "embedding", "hn-pt-05.5.2", "recommended", "best")
PEERS = ("SetFit", "full fine-tune")
METRICS = {
    "average_precision": "average precision",
    "mcc": "MCC",
    "f1_relevant": "F1, relevant",
    "wss_at_95": "WSS@95",
}
Ranker = Callable[[Task], Telling]


def main() -> int:
    """Rank what is missing and print the tables."""
    arguments = _arguments()
    if not Path(arguments.data).is_dir():
        print(f"skipped: the public data are not at {arguments.data}; set PATSIEVE_DATA")
        return 0
    for name in arguments.sets:
        corpus = read_set(Path(arguments.data) / f"{name}.csv", random_rows=arguments.random_rows)
        kept = Kept(arguments.out / (f"{name}-random" if arguments.random_rows else name))
        print(f"\n### {name}, {len(corpus):,} records, {corpus.prevalence:.0%} relevant\n")
        tasks = list(folds(corpus)) if arguments.repeats else list(splits(corpus))
        # `best` first: its members' scores come along and need not be trained alone.
        for task in tasks:
            for system in sorted(arguments.systems, key=lambda name: name != "best"):
                kept.scores(system, task)
        scores = {
            system: [kept.scores(system, task) for task in tasks] for system in arguments.systems
        }
        for line in _table(scores, tasks):
            print(line, flush=True)
        if not arguments.repeats and len(scores) > 1:
            for line in _verdicts(scores, tasks, corpus, arguments.against):
                print(line, flush=True)
    return 0


class Kept:
    """Scores that were computed, a JSON file for each system and split.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def scores(self, system: str, task: Task) -> NDArray[np.float64]:
        """Return a system's scores of a task's test records, computed now or read back."""
        known = self._known(system, task)
        if known is None:
            started = time.perf_counter()
            told = ranker(system)(task)
            seconds = time.perf_counter() - started
            print(f"{system}, {task.name}: {seconds:.0f} s", file=sys.stderr, flush=True)
            for name, own in told.scores.items():
                if name == system:
                    self._keep(name, task, own, {"seconds": seconds, **told.facts})
                elif self._known(name, task) is None:
                    self._keep(name, task, own, {"came with": system})
            known = told.scores[system]
        return known

    def _path(self, system: str, task: Task) -> Path:
        return self._folder / f"{system.replace(' ', '-')}-{task.name}.json"

    def _known(self, system: str, task: Task) -> NDArray[np.float64] | None:
        path = self._path(system, task)
        if not path.is_file():
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        return np.array(kept["scores"]) if kept["digest"] == task.corpus.digest else None

    def _keep(
        self, system: str, task: Task, scores: NDArray[np.float64], facts: Mapping[str, object]
    ) -> None:
        path = self._path(system, task)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".part")
        kept = {"digest": task.corpus.digest, **facts, "scores": scores.tolist()}
        aside.write_text(json.dumps(kept), encoding="utf-8")
        aside.rename(path)


def ranker(system: str) -> Ranker:
    """Return what trains a system and ranks with it; libraries are imported when needed."""
    if system in OURS:
        return experiment(system)
    if system in QUICK[:3]:
        from rankers import words

        known = {
            "tf-idf + LR": words.logistic_regression,
            "naive Bayes": words.naive_bayes,
            "ELAS u4": words.elas_u4,
        }
    else:
        from rankers import encoders

        known = {
            "embedding + LR": encoders.embedding,
            "SetFit": encoders.setfit,
            "full fine-tune": encoders.full_finetune,
        }
    return _alone(system, known[system])


def _alone(system: str, scores: Callable[[Task], NDArray[np.float64]]) -> Ranker:
    return lambda task: Telling({system: scores(task)})


def _table(scores: dict[str, list[NDArray[np.float64]]], tasks: Sequence[Task]) -> list[str]:
    lines = ["| system | " + " | ".join(METRICS.values()) + " |", "|---" * (len(METRICS) + 1) + "|"]
    for system, of_tasks in scores.items():
        measured = [
            evaluate_scores(
                task.labels(task.test), own, families=task.families(task.test), n_resamples=2
            ).metrics
            for task, own in zip(tasks, of_tasks, strict=True)
        ]
        cells = []
        for metric in METRICS:
            values = [each[metric].value for each in measured]
            cells.append(f"{fmean(values):.3f} ± {stdev(values):.3f}")
        lines.append(f"| {system} | " + " | ".join(cells) + " |")
    return lines


def _verdicts(
    scores: dict[str, list[NDArray[np.float64]]],
    tasks: Sequence[Task],
    corpus: Corpus,
    against: str,
) -> list[str]:
    """Return the difference of one system to each other, on all tested records together."""
    if against not in scores:
        return []
    tested = np.concatenate([task.test for task in tasks])
    pooled = {system: np.concatenate(of_tasks) for system, of_tasks in scores.items()}
    lines = [
        f"\n| {against} minus | average precision, 95 % interval | p (Holm) | verdict |",
        "|---|---|---|---|",
    ]
    outcome = compare_systems(corpus.labels[tested], pooled, families=corpus.families[tested])
    for pair in outcome.pairs:
        if against not in (pair.first, pair.second):
            continue
        sign = 1 if pair.first == against else -1
        other = pair.second if pair.first == against else pair.first
        found = pair.headline
        low, high = sorted((sign * found.low, sign * found.high))
        verdict = "cannot be told apart" if pair.better is None else f"{pair.better} is better"
        lines.append(
            f"| {other} | {sign * found.value:+.3f} ({low:+.3f} … {high:+.3f}) "
            f"| {pair.adjusted_p_value:.3f} | {verdict} |"
        )
    return lines


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--out", type=Path, required=True)
    add("--data", type=Path, default=os.environ.get("PATSIEVE_DATA", "../shared/data"))
    add("--sets", nargs="+", default=list(SETS), choices=SETS)
    everyone = [*QUICK, *PEERS, *OURS]
    add("--systems", nargs="+", default=everyone, choices=everyone)
    add("--against", default="best", choices=everyone, help="whom the others are compared with")
    add("--random-rows", action="store_true", help="with the random other patents")
    add("--repeats", action="store_true", help="5 folds, twice, instead of the three splits")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
