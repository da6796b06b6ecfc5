"""Calibration judged on folds that the calibrator never saw, from out-of-fold tables.

Each table is one that `patsieve crossval` has written (row, family, label, probability). Its
records are dealt to five folds by family; on four of them a calibrator is chosen and fitted, on
the fifth it is judged, five times over, and all that with five draws of the folds. So what is
measured was seen neither by the classifier nor by the calibrator. Errors and Brier scores are
means over the draws; the interval of the difference is a bootstrap over families.

    patsieve crossval labelled.csv --experiment bag-of-words --seeds 1 --out oof/
    python benchmarks/calibration.py oof/*.csv

With --distort every table is tried a second and a third time, with log-odds doubled and halved:
what a classifier that is too sure of itself, or too timid, would have said.
"""

import argparse
import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from patsieve.corpus.splits import family_folds
from patsieve.metrics.calibration import brier_score, check_calibration
from patsieve.metrics.intervals import FamilyBootstrap, percentile_interval
from patsieve.metrics.log_odds import log_odds
from patsieve.metrics.ranking import average_precision
from patsieve.models.calibrator_choice import choose_calibrator

FOLDS, DRAWS = 5, 5
HEADER = (
    "set",
    "table",
    "log-odds",
    "chosen, of 25 folds",
    "ECE before (95th percentile)",
    "ECE after (95th percentile)",
    "Brier before",
    "Brier after",
    "difference, 95 % interval",
)


class Table(NamedTuple):
    """The content of an out-of-fold table."""

    labels: NDArray[np.int64]
    families: NDArray[np.int64]
    probabilities: NDArray[np.float64]


def main() -> None:
    """Print a Markdown table, a row for each out-of-fold table."""
    parser = argparse.ArgumentParser(description="Judge calibrators on folds they never saw.")
    parser.add_argument("tables", nargs="+", type=Path, metavar="TABLE.csv")
    parser.add_argument("--distort", action="store_true", help="Also with log-odds ×2 and ×½.")
    options = parser.parse_args()
    print(f"| {' | '.join(HEADER)} |")
    print(f"|{'---|' * len(HEADER)}")
    for path in options.tables:
        table = read_table(path)
        for stretch, name in ((1.0, "as they are"), (2.0, "×2"), (0.5, "×½")):
            if stretch == 1.0 or options.distort:
                cells = judged(table, stretch)
                print(f"| {path.parent.name} | `{path.stem}` | {name} | {' | '.join(cells)} |")


def read_table(path: Path) -> Table:
    """Read what `patsieve crossval` wrote."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return Table(
        np.array([int(row["label"]) for row in rows]),
        np.array([int(row["family"]) for row in rows]),
        np.array([float(row["probability"]) for row in rows]),
    )


def judged(table: Table, stretch: float) -> list[str]:
    """Return the cells of one row, from the chosen calibrators on."""
    scores = stretch * log_odds(table.probabilities)
    before = expit(scores)
    chosen: Counter[str] = Counter()
    draws = [calibrated(table, scores, seed, chosen) for seed in range(1, DRAWS + 1)]
    nearer = np.mean([(after - table.labels) ** 2 for after in draws], axis=0)
    difference = nearer - (before - table.labels) ** 2
    bootstrap = FamilyBootstrap(table.labels, table.families, seed=1)
    resampled = [block @ difference / block.sum(axis=1) for block in bootstrap.weights()]
    interval = percentile_interval(float(difference.mean()), np.concatenate(resampled))
    return [
        ", ".join(f"{name} {count}" for name, count in chosen.most_common()),
        errors(table, [before]),
        errors(table, draws),
        f"{brier_score(table.labels, before):.4f}",
        f"{nearer.mean():.4f}",
        f"{interval.value:+.4f} ({interval.low:+.4f} … {interval.high:+.4f})",
    ]


def calibrated(
    table: Table, scores: NDArray[np.float64], seed: int, chosen: Counter[str]
) -> NDArray[np.float64]:
    """Return probabilities by calibrators that had not seen the record."""
    before, after = expit(scores), np.empty(len(scores))
    for training, test in family_folds(table.labels, table.families, n_folds=FOLDS, seed=seed):
        choice = choose_calibrator(
            scores[training], table.labels[training], table.families[training], seed=seed
        )
        chosen[choice.calibrator.name] += 1
        after[test] = choice.calibrator.probabilities(scores[test])
        # Within a fold the order is that of the classifier.
        if not np.isclose(
            average_precision(table.labels[test], before[test]),
            average_precision(table.labels[test], after[test]),
        ):
            raise AssertionError("a calibrator has changed the ranking")
    return after


def errors(table: Table, draws: list[NDArray[np.float64]]) -> str:
    """Return the mean error and the mean of what it is held against; bold where it is above."""
    checks = [
        check_calibration(table.labels, probabilities, families=table.families, seed=1)
        for probabilities in draws
    ]
    error = float(np.mean([check.error for check in checks]))
    limit = float(np.mean([check.percentile_95 for check in checks]))
    shown = f"{error:.4f}" if error <= limit else f"**{error:.4f}**"
    return f"{shown} ({limit:.4f})"


if __name__ == "__main__":
    main()
