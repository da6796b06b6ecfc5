"""Calibration judged on folds that the calibrator never saw, from out-of-fold tables.

Each table is one that `patsieve crossval` has written (row, family, label, probability). Its
records are dealt to five folds by family; on four of them a calibrator is chosen and fitted, on
the fifth it is judged, five times over. So what is measured was seen neither by the classifier nor
by the calibrator.

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
from patsieve.metrics.calibration import CalibrationCheck, brier_score, check_calibration
from patsieve.metrics.log_odds import log_odds
from patsieve.metrics.ranking import average_precision
from patsieve.models.calibrator_choice import choose_calibrator

FOLDS = 5
HEADER = (
    "set",
    "table",
    "log-odds",
    "chosen, of 5 folds",
    "ECE before",
    "95th pct",
    "ECE after",
    "95th pct",
    "Brier before",
    "Brier after",
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
    parser.add_argument("--seed", type=int, default=1, help="Of the folds.")
    parser.add_argument("--distort", action="store_true", help="Also with log-odds ×2 and ×½.")
    options = parser.parse_args()
    print(f"| {' | '.join(HEADER)} |")
    print(f"|{'---|' * len(HEADER)}")
    for path in options.tables:
        table = read_table(path)
        for stretch, name in ((1.0, "as they are"), (2.0, "×2"), (0.5, "×½")):
            if stretch == 1.0 or options.distort:
                cells = judged(table, stretch, options.seed)
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


def judged(table: Table, stretch: float, seed: int) -> list[str]:
    """Return the cells of one row, from the chosen calibrators on."""
    scores = stretch * log_odds(table.probabilities)
    before, after = expit(scores), np.empty(len(scores))
    chosen: Counter[str] = Counter()
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
    names = ", ".join(f"{name} {count}" for name, count in chosen.most_common())
    return [
        names,
        *(
            cell
            for probabilities in (before, after)
            for cell in _cells(
                check_calibration(table.labels, probabilities, families=table.families, seed=seed)
            )
        ),
        f"{brier_score(table.labels, before):.4f}",
        f"{brier_score(table.labels, after):.4f}",
    ]


def _cells(check: CalibrationCheck) -> tuple[str, str]:
    error = f"{check.error:.4f}"
    return error if check.is_consistent else f"**{error}**", f"{check.percentile_95:.4f}"


if __name__ == "__main__":
    main()
