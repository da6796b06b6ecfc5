"""How often `patsieve stop` lets a reader stop too early, and how much reading it saves.

    python benchmarks/stopping.py

Takes a quarter of an hour on one core. Lists of known truth are drawn: scores of relevant and of
irrelevant records from two normal distributions, so far apart that the area under the ROC curve
is as said; .5 is a random order. In lists "with hidden ones" a twentieth of the relevant records
get scores of irrelevant ones: worded unlike the others, they stand where chance puts them. The
reader wants 95 % of the relevant with 95 % confidence, looks at the rule after every record, or
after every hundredth, and stops as soon as it allows. Printed is the Markdown table of
docs/explanation-stopping.md. Beside it stands the usual rule of thumb: fifty irrelevant records
in a row.
"""

import argparse
import math
import sys

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from patsieve.metrics.stopping import reads_until_stop

RECALL = 0.95
LISTS = (
    ("random order", 0.5, 0.0),
    ("poor", 0.75, 0.0),
    ("fair", 0.9, 0.0),
    ("good", 0.97, 0.0),
    ("nearly perfect", 0.995, 0.0),
    ("good, with hidden ones", 0.97, 0.05),
)
PILES = ((1000, 100), (1000, 30), (3000, 60))


def main() -> int:
    """Print a row for each pile and quality of list."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=1000)
    arguments = parser.parse_args()
    print(
        "| records, relevant | list | ROC AUC | too early: every record | every hundredth | "
        "fifty in a row | read: every record | every hundredth | fifty in a row | "
        "needed |\n|" + "---|" * 10
    )
    for n_records, n_relevant in PILES:
        for name, auc, hidden in LISTS:
            random = np.random.default_rng(1)
            drawn = [
                _looks(draw_list(n_records, n_relevant, auc, random, hidden=hidden))
                for _ in range(arguments.draws)
            ]
            recalls, reads = (np.array(values) for values in zip(*drawn, strict=True))
            early = " | ".join(_percent((recalls[:, i] < RECALL).mean()) for i in range(3))
            read = " | ".join(_percent(reads[:, i].mean() / n_records) for i in range(4))
            print(
                f"| {n_records:,}, {n_relevant} | {name} | {auc:g} | {early} | {read} |", flush=True
            )
    return 0


def draw_list(
    n_records: int,
    n_relevant: int,
    auc: float,
    random: np.random.Generator,
    *,
    hidden: float = 0.0,
) -> NDArray[np.int64]:
    """Return labels in the order of a ranked list of this quality.

    Parameters
    ----------
    hidden : float
        Share of the relevant records that are scored as if they were irrelevant.
    """
    labels = np.zeros(n_records, dtype=np.int64)
    labels[:n_relevant] = 1
    distance = math.sqrt(2) * float(ndtri(auc))
    seen = np.where(random.random(n_records) < hidden, 0, labels)
    scores = random.normal(size=n_records) + distance * seen
    return labels[np.argsort(-scores)]


def stop_after_irrelevant(labels: NDArray[np.int64], in_a_row: int) -> int:
    """Return after how many reads that many irrelevant records have come in a row."""
    run = 0
    for n_read, label in enumerate(labels.tolist(), start=1):
        run = 0 if label else run + 1
        if run == in_a_row:
            return n_read
    return len(labels)


def _looks(labels: NDArray[np.int64]) -> tuple[list[float], list[int]]:
    """Return the recall where each rule stops, and where, then the reads that are needed."""
    found = np.cumsum(labels)
    stops = [
        reads_until_stop(labels, recall=RECALL),
        reads_until_stop(labels, recall=RECALL, every=100),
        stop_after_irrelevant(labels, 50),
    ]
    needed = int(np.searchsorted(found, RECALL * found[-1] - 1e-9)) + 1
    return [found[stop - 1] / found[-1] for stop in stops], [*stops, needed]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


if __name__ == "__main__":
    sys.exit(main())
