r"""Who ranks real patents best: classic rankers, peers and patsieve, on the same splits.

    python benchmarks/ranking.py                          # ranks what is not kept yet, for hours
    python benchmarks/ranking.py --out somewhere-else     # everything anew

Three landscaping sets, relevant against read and rejected; `--random-rows` adds the random other
patents. Every system learns from the same records and ranks the same others: three splits of
70 to 30 by family that test no record twice, and for the quick ones (`--repeats`) 5-fold
cross-validation, twice. What was ranked is kept as OUT/SET/SYSTEM-SPLIT.json and not computed
again, so it can be stopped and started; benchmarks/kept/ranking belongs to the repository, so that
tables take seconds where all is kept. Tables: means over the splits ± their standard deviation, in
brackets the 95 % interval by family, and differences judged as `patsieve compare` does over several
sets.

setfit and the Trainer come from `make benchmarks/.venv/.installed`; `--systems` does without.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rankers.experiments import experiment
from rankers.kept import Kept
from rankers.tables import Results
from rankers.tasks import SETS, Task, Telling, folds, read_set, splits

QUICK = ("tf-idf + LR", "naive Bayes", "ELAS u4", "embedding + LR")
OURS = (
    "bag-of-words",
    "embedding",
    "hn-pt-05.5.2",
    "recommended",
    "recommended-upper",
    "recommended-upper-mean",
    "best",
)
PEERS = ("SetFit", "full fine-tune")
Ranker = Callable[[Task], Telling]


def main() -> int:
    """Rank what is missing and print the tables."""
    arguments = _arguments()
    if not Path(arguments.data).is_dir():
        print(f"skipped: the public data are not at {arguments.data}; set PATSIEVE_DATA")
        return 0
    sets: list[Results] = []
    for name in arguments.sets:
        corpus = read_set(Path(arguments.data) / f"{name}.csv", random_rows=arguments.random_rows)
        kept = Kept(arguments.out / (f"{name}-random" if arguments.random_rows else name))
        tasks = list(folds(corpus) if arguments.repeats else splits(corpus))
        # `best` first: its members' scores come along and need not be trained alone.
        for task in tasks:
            for system in sorted(arguments.systems, key=lambda name: name != "best"):
                _rank(system, task, kept)
        if arguments.no_tables:
            continue
        found = {
            system: [_rank(system, task, kept) for task in tasks] for system in arguments.systems
        }
        sets.append(Results(tasks, found, are_disjoint=not arguments.repeats))
        title = f"{name}, {len(corpus):,} records, {corpus.prevalence:.0%} relevant"
        _show(title, sets[-1], arguments.against)
    if len(sets) > 1:
        _show("Mean of the sets", Results.together(sets), arguments.against)
    return 0


def _rank(system: str, task: Task, kept: Kept) -> NDArray[np.float64]:
    """Return a system's scores of a task's test records, read back or computed now."""
    known = kept.known(system, task)
    if known is not None:
        return known
    started = time.perf_counter()
    telling = ranker(system)(task)
    seconds = time.perf_counter() - started
    print(f"{system}, {task.name}: {seconds:.0f} s", file=sys.stderr, flush=True)
    kept.keep(system, task, telling, seconds=seconds)
    return telling.scores[system]


def _show(title: str, results: Results, against: str) -> None:
    print(f"\n### {title}\n")
    for line in results.table():
        print(line)
    print()
    for line in results.verdicts(against):
        print(line)
    sys.stdout.flush()


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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--out", type=Path, default=Path(__file__).parent / "kept" / "ranking")
    add("--data", type=Path, default=os.environ.get("PATSIEVE_DATA", "../shared/data"))
    add("--sets", nargs="+", default=list(SETS), choices=SETS)
    everyone = [*QUICK, *PEERS, *OURS]
    add("--systems", nargs="+", default=everyone, choices=everyone)
    add("--against", default="best", choices=everyone, help="whom the others are compared with")
    add("--random-rows", action="store_true", help="with the random other patents")
    add("--repeats", action="store_true", help="5 folds, twice, instead of the three splits")
    add("--no-tables", action="store_true", help="rank what is missing, and no more")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
