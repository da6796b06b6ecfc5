r"""Weeks of real patents: what a history says of them, and how often drift is raised.

    python benchmarks/weekly.py rates
    python benchmarks/weekly.py weeks --out benchmarks/weekly

`rates`: for each landscaping set (relevant, and read and rejected), a bag of words learns from a
random half of the families. Weeks are drawn from the other half, as they are and thinned to 5 %
relevant, and weeks of which a half, or all, are another set's patents. Printed is how many of the
weeks raise an alarm, at the weekly level of 1 %. Some ten minutes on one core.

`weeks`: US grants of one issue. A bag of words learns semiconductors (H01L) from computing (G06F)
on a half of them. Then come: a part of the other half; the rest, with a third of the first week
again, ten of these with amended claims; pharmaceuticals (A61K); and the first file once more.
Prints what `patsieve score --history` says of each. Half a minute.
"""

import argparse
import csv
import gzip
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from patsieve.cli.main import main as patsieve
from patsieve.corpus.load import LoadOptions, load_corpus
from patsieve.corpus.records import Corpus
from patsieve.experiments.request import TrainRequest
from patsieve.experiments.run import train
from patsieve.metrics.prevalence import grid_counts
from patsieve.screening.bundle import ModelBundle, load_bundle
from patsieve.screening.drift.check import compare_weeks, labelled_traits
from patsieve.screening.drift.reference import DriftReference, read_reference
from patsieve.screening.drift.week import WeekCounts
from patsieve.screening.drift.words import SHARES

SETS = ("hydrogenstorage", "genomeediting", "blockchain")
WHERE = {"stratum": ("relevant", "read_and_rejected")}
SIZES = (30, 100, 300)


class Scored:
    """Probabilities and shares of unknown words of a set's patents, by one bundle."""

    def __init__(self, bundle: ModelBundle, reference: DriftReference, corpus: Corpus) -> None:
        texts = bundle.recipe.compose_all(corpus)
        self.labels = corpus.labels
        self.probabilities = bundle.classifier.predict_proba(texts)[:, 1]
        self.shares = [reference.words.unknown_share(text) for text in texts]

    def week(self, chosen: NDArray[np.intp]) -> WeekCounts:
        """Return the counts of some of the patents."""
        shares = [self.shares[i] for i in chosen if self.shares[i] is not None]
        return WeekCounts(
            grid_counts(self.probabilities[chosen]), np.bincount(shares, minlength=SHARES)
        )

    def draw(self, random: np.random.Generator, n: int, *, thinned: bool) -> NDArray[np.intp]:
        """Draw patents without replacement; thinned to 5 % relevant, or as common as they are."""
        if not thinned:
            return random.permutation(len(self.labels))[:n]
        n_relevant = round(0.05 * n)
        parts = [
            random.permutation(np.flatnonzero(self.labels == label))[:count]
            for label, count in ((1, n_relevant), (0, n - n_relevant))
        ]
        return np.concatenate(parts)


def main() -> int:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("rates", "weeks"))
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--draws", type=int, default=20, help="weeks of each kind a split")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/weekly"))
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    arguments = parser.parse_args()
    data = Path(os.environ.get("PATSIEVE_DATA", "../shared/data"))
    if not data.is_dir():
        print(f"skipped: the public data are not at {data}; set PATSIEVE_DATA")
        return 0
    if arguments.what == "rates":
        _print_rates(data, arguments)
    else:
        _weeks_in_a_row(data, arguments.out)
    return 0


def _print_rates(data: Path, arguments: argparse.Namespace) -> None:
    corpora = {name: load_corpus(data / f"{name}.csv", LoadOptions(where=WHERE)) for name in SETS}
    kinds = ("no drift", "no drift, 5 % relevant", "half another set", "all another set")
    print(f"| set | patents a week | {' | '.join(kinds)} |\n|{'---|' * 6}")
    for name in arguments.sets:
        alarms = {(size, kind): [] for size in SIZES for kind in kinds}
        for split in range(arguments.splits):
            _one_split(name, corpora, split, arguments.draws, alarms)
        for size in SIZES:
            cells = [_told(alarms[size, kind]) for kind in kinds]
            print(f"| {name} | {size} | {' | '.join(cells)} |", flush=True)


def _one_split(
    name: str,
    corpora: dict[str, Corpus],
    split: int,
    n_draws: int,
    alarms: dict[tuple[int, str], list[bool]],
) -> None:
    own = corpora[name]
    learnt, rest = _halves(own, split)
    random = np.random.default_rng([split, 1])
    with tempfile.TemporaryDirectory() as folder:
        bundle = _trained(Path(folder), own.select(learnt), split)
        reference = read_reference(bundle)
        assert reference is not None
        known = labelled_traits(bundle, reference)
        here = Scored(bundle, reference, own.select(rest))
        others = [Scored(bundle, reference, corpora[other]) for other in SETS if other != name]
    for size in SIZES:
        for _ in range(n_draws):
            other = others[random.integers(len(others))]
            strange = other.draw(random, size, thinned=False)
            weeks = {
                "half another set": WeekCounts.together(
                    [
                        here.week(here.draw(random, size // 2, thinned=False)),
                        other.week(strange[: size // 2]),
                    ]
                ),
                "all another set": other.week(strange),
            }
            for kind, thinned in (("no drift", False), ("no drift, 5 % relevant", True)):
                drawn = here.draw(random, size, thinned=thinned)
                if len(drawn) == size:
                    weeks[kind] = here.week(drawn)
            for kind, week in weeks.items():
                found = compare_weeks(known, week, n_resamples=1000)
                alarms[size, kind].append(any(each.differs for each in found))


def _halves(corpus: Corpus, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    names, family = np.unique(corpus.families, return_inverse=True)
    is_learnt = np.random.default_rng(seed).permutation(len(names)) < len(names) / 2
    return np.flatnonzero(is_learnt[family]), np.flatnonzero(~is_learnt[family])


def _trained(folder: Path, corpus: Corpus, seed: int) -> ModelBundle:
    source = folder / "labelled.csv"
    _write(source, corpus)
    request = TrainRequest(
        source, "bag-of-words", seed=seed, out=folder / "bow", test_fraction=0.0, tracking=False
    )
    train(request, say=_say_nothing)
    return load_bundle(folder / "bow")


def _say_nothing(sentence: str) -> None:
    """Say nothing: ten trainings would say a lot."""


def _write(path: Path, corpus: Corpus) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(corpus.records[0].columns))
        writer.writeheader()
        writer.writerows(record.columns for record in corpus.records)


def _told(alarms: Sequence[bool]) -> str:
    return f"{sum(alarms)} of {len(alarms)}" if alarms else "–"


def _weeks_in_a_row(data: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "scored.sqlite").unlink(missing_ok=True)
    with gzip.open(data / "us_week.csv.gz", "rt", encoding="utf-8", newline="") as file:
        grants = list(csv.DictReader(file))
    random = np.random.default_rng(1)
    own = [row for row in grants if _is_of(row, "H01L") != _is_of(row, "G06F")]
    own = [own[i] for i in random.permutation(len(own)) if not _is_of(own[i], "A61K")]
    third = len(own) // 4
    learnt, first, second = own[: 2 * third], own[2 * third : 3 * third], own[3 * third :]
    again = first[: third // 3]
    amended = [row | {"first_claim": f"{row['first_claim']} As amended."} for row in again[:10]]
    _write_grants(out / "labelled.csv", learnt, labelled=True)
    _write_grants(out / "week-1.csv", first)
    _write_grants(out / "week-2.csv", [*amended, *again[10:], *second])
    _write_grants(out / "week-3.csv", [row for row in grants if _is_of(row, "A61K")])
    bundle = str(out / "bow")
    call = ("train", str(out / "labelled.csv"), "--experiment", "bag-of-words")
    promise = ("--test-fraction", "0", "--recall", "0.9", "--no-tracking", "--overwrite")
    _run(*call, *promise, "--out", bundle)
    for number in (1, 2, 3, 1):
        print(f"\n$ patsieve score bow week-{number}.csv --out ranked.csv --history scored.sqlite")
        files = (str(out / f"week-{number}.csv"), "--out", str(out / "ranked.csv"))
        _run("score", bundle, *files, "--history", str(out / "scored.sqlite"))


def _is_of(row: dict[str, str], topic: str) -> bool:
    return any(symbol.strip().startswith(topic) for symbol in row["ipc"].split(";"))


def _write_grants(path: Path, rows: list[dict[str, str]], *, labelled: bool = False) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        names = ("publication_number", "publication_date", "title", "abstract")
        writer.writerow([*names, "claims", *(["label"] if labelled else [])])
        for row in rows:
            label = [str(int(_is_of(row, "H01L")))] if labelled else []
            writer.writerow([*(row[name] for name in names), row["first_claim"], *label])


def _run(*arguments: str) -> None:
    code = patsieve(arguments)
    if code:
        sys.exit(code)


if __name__ == "__main__":
    sys.exit(main())
