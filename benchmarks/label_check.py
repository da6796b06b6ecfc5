r"""Labels flipped on purpose, and how early `patsieve labels check` lists them.

    python benchmarks/label_check.py

Takes a few minutes on one core. 5 % of the families of each set get the other label (whole
families, so that no member gives another one away), a bag of words is cross-fitted on the labels
thus spoilt, and all records are listed, the most doubtful first. Printed is the Markdown table
of docs/benchmarks.md: means over seeds. By chance the first tenth holds a tenth of them.
"""

import argparse
import os
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.load import LoadOptions, load_corpus
from patsieve.corpus.records import Corpus
from patsieve.corpus.synthetic import write_patents
from patsieve.corpus.text import TextRecipe
from patsieve.experiments.label_suspects import LabelCheck, check_corpus
from patsieve.experiments.out_of_fold import out_of_fold_probabilities
from patsieve.models.bag_of_words import BagOfWordsClassifier

SETS = ("hydrogenstorage", "genomeediting", "blockchain")
WHERE = {"stratum": ("relevant", "read_and_rejected")}
SHARE = 0.05
COLUMNS = (
    "set", "records", "flipped", "of them in the first tenth", "called likely wrong",
    "share of the flipped called so",    "estimated in all", "estimated before flipping",
)  # fmt: skip


def main() -> int:
    """Print a row for each set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("PATSIEVE_DATA", "../shared/data")
    )
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    with tempfile.TemporaryDirectory() as folder:
        made_up = Path(folder) / "made-up.csv"
        write_patents(made_up, 1500, seed=1, label_noise=0.0)
        _report("made up, no other noise", load_corpus(made_up), arguments.seeds)
    if not Path(arguments.data).is_dir():
        print(f"skipped: the public data are not at {arguments.data}; set PATSIEVE_DATA")
        return 0
    for name in SETS:
        path = Path(arguments.data) / f"{name}.csv"
        _report(name, load_corpus(path, LoadOptions(where=WHERE)), arguments.seeds)
    return 0


def flip_families(corpus: Corpus, share: float, *, seed: int) -> tuple[Corpus, NDArray[np.bool_]]:
    """Return a corpus in which a share of the families has the other label, and which records."""
    names = np.unique(corpus.families)
    random = np.random.default_rng(seed)
    chosen = random.choice(names, round(share * len(names)), replace=False)
    is_flipped = np.isin(corpus.families, chosen)
    records = [
        replace(record, label=1 - label) if flip else record
        for record, label, flip in zip(corpus.records, corpus.labels, is_flipped, strict=True)
    ]
    return Corpus(records, corpus.families), is_flipped


def check_with_bag_of_words(corpus: Corpus, *, seed: int) -> LabelCheck:
    """Check labels as `patsieve labels check` does without a table."""
    probabilities = out_of_fold_probabilities(
        lambda: BagOfWordsClassifier(seed=seed),
        TextRecipe().compose_all(corpus),
        corpus.labels,
        corpus.families,
        n_folds=5,
        seed=seed,
    )
    return check_corpus(corpus, probabilities)


def share_in_first_tenth(check: LabelCheck, rows: set[int]) -> float:
    """Return the share of `rows` that the first tenth of the list holds."""
    first = check.labels[: len(check.labels) // 10]
    return sum(checked.record.row in rows for checked in first) / len(rows)


def rows_of(corpus: Corpus, chosen: NDArray[np.bool_]) -> set[int]:
    """Return the rows of the chosen records."""
    return {record.row for record, is_one in zip(corpus.records, chosen, strict=True) if is_one}


def _report(name: str, corpus: Corpus, n_seeds: int) -> None:
    before = check_with_bag_of_words(corpus, seed=1).noise.n_wrong.value
    figures = [_figures(corpus, seed) for seed in range(1, n_seeds + 1)]
    flipped, early, called, found, estimated = zip(*figures, strict=True)
    print(
        f"| {name} | {len(corpus):,} | {statistics.fmean(flipped):.0f} | {_shares(early)} | "
        f"{statistics.fmean(called):.0f} | {_shares(found)} | {statistics.fmean(estimated):.0f} | "
        f"{before:.0f} |",
        flush=True,
    )


def _figures(corpus: Corpus, seed: int) -> tuple[int, float, int, float, float]:
    spoilt, is_flipped = flip_families(corpus, SHARE, seed=seed)
    check = check_with_bag_of_words(spoilt, seed=seed)
    rows = rows_of(corpus, is_flipped)
    called = {label.record.row for label in check.labels if label.verdict == "likely wrong"}
    return (
        len(rows),
        share_in_first_tenth(check, rows),
        len(called),
        len(called & rows) / len(rows),
        check.noise.n_wrong.value,
    )


def _shares(values: tuple[float, ...]) -> str:
    return f"{statistics.fmean(values):.0%} ({min(values):.0%} to {max(values):.0%})".replace(
        "%", " %"
    )


if __name__ == "__main__":
    sys.exit(main())
