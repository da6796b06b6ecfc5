r"""How often the promised recall is kept on real patents, split again and again by family.

    patsieve crossval FILE --where stratum=relevant,read_and_rejected \
        --experiment bag-of-words --seeds 1 --out benchmarks/oof/NAME
    python benchmarks/certificate.py --oof benchmarks/oof

Takes out-of-fold tables, as `patsieve crossval` writes them. Each split deals the families at
random into a calibration part and a rest; the threshold is read off the part, and the promise is
about the recall among the relevant families of the rest (`allowed_misses_before_rest`: exact,
hypergeometric). Prints a Markdown table; beside it stands the threshold without a promise, which
keeps the recall on the part itself. Seconds a table.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from patsieve.metrics.reading import relevant_needed
from patsieve.metrics.tolerance import allowed_misses_before_rest, weakest_members
from patsieve.screening.purpose import Purpose
from patsieve.screening.threshold import choose_threshold

COLUMNS = ("row", "publication_number", "family", "label", "probability")


@dataclass(frozen=True)
class Table:
    """Out-of-fold probabilities of labelled records."""

    name: str
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    families: NDArray[np.int64]


@dataclass(frozen=True)
class Tried:
    """What came of one way to set the threshold, over the splits in which it gave one.

    Attributes
    ----------
    n_given : int
        Splits with a threshold.
    n_kept : int
        Of these, splits in which the rest has the recall, counted in whole families.
    n_kept_of_records : int
        The same, counted in records.
    reads : float
        Mean share of the rest at or above the threshold; not a number without a threshold.
    """

    n_given: int
    n_kept: int
    n_kept_of_records: int
    reads: float


def read_table(path: Path, name: str) -> Table | None:
    """Return an out-of-fold table; None if the file is none."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            return None
        rows = list(reader)
    return Table(
        name,
        np.array([int(row["label"]) for row in rows], dtype=np.int64),
        np.array([float(row["probability"]) for row in rows], dtype=np.float64),
        np.array([int(row["family"]) for row in rows], dtype=np.int64),
    )


def split_again(
    table: Table, *, n_splits: int, share: float, recall: float, confidence: float, seed: int
) -> tuple[Tried, Tried]:
    """Return how thresholds with and without a promise fare over random splits by family.

    Parameters
    ----------
    share : float
        Of the families that go to the calibration part.
    """

    @cache
    def allowed(n_part: int, n_rest: int) -> int | None:
        return allowed_misses_before_rest(n_part, n_rest, recall, confidence=confidence)

    rng = np.random.default_rng(seed)
    names, family = np.unique(table.families, return_inverse=True)
    n_part = round(share * len(names))
    found: dict[bool, list[tuple[bool, bool, float]]] = {True: [], False: []}
    for _ in range(n_splits):
        in_part = np.zeros(len(names), dtype=bool)
        in_part[rng.permutation(len(names))[:n_part]] = True
        part, rest = _cut(table, in_part[family]), _cut(table, ~in_part[family])
        weakest = weakest_members(part.labels, part.probabilities, part.families)
        n_rest = len(weakest_members(rest.labels, rest.probabilities, rest.families))
        misses = allowed(len(weakest), n_rest) if n_rest else None
        if misses is not None:
            found[True].append(_judged(rest, float(weakest[misses]), recall))
        if len(weakest) and n_rest:
            plain = choose_threshold(part.labels, part.probabilities, Purpose("recall", recall))
            found[False].append(_judged(rest, plain, recall))
    return _tried(found[True]), _tried(found[False])


def main() -> int:
    """Print a row for each table."""
    arguments = _arguments()
    tables = list(_tables(arguments.oof))
    if not tables:
        print(f"skipped: no out-of-fold table below {arguments.oof}; `patsieve crossval` makes one")
        return 0
    print("\n".join(_page(tables, arguments)))
    return 0


def _page(tables: list[Table], arguments: argparse.Namespace) -> Iterator[str]:
    yield (
        f"{arguments.splits:,} random splits by family, {arguments.share:g} of the families for "
        f"calibration; recall {arguments.recall:g} at confidence {arguments.confidence:g}.\n"
    )
    heads = (
        "out-of-fold table", "relevant families", "promised", "kept", "kept, of records",
        "rest read", "without a promise: kept", "rest read",
    )  # fmt: skip
    yield f"| {' | '.join(heads)} |"
    yield "|---|" + "---|" * (len(heads) - 1)
    for table in tables:
        promised, plain = split_again(
            table,
            n_splits=arguments.splits,
            share=arguments.share,
            recall=arguments.recall,
            confidence=arguments.confidence,
            seed=arguments.seed,
        )
        n_families = len(np.unique(table.families[table.labels == 1]))
        cells = (
            *(
                table.name,
                str(n_families),
                str(promised.n_given),
                _share(promised.n_kept, promised),
            ),
            *(_share(promised.n_kept_of_records, promised), f"{promised.reads:.3f}"),
            *(_share(plain.n_kept, plain), f"{plain.reads:.3f}"),
        )
        yield f"| {' | '.join(cells)} |"


def _tables(folder: Path) -> Iterator[Table]:
    for path in sorted(folder.rglob("*.csv")):
        table = read_table(path, path.relative_to(folder).with_suffix("").as_posix())
        if table is not None:
            yield table


def _cut(table: Table, chosen: NDArray[np.bool_]) -> Table:
    return Table(
        table.name, table.labels[chosen], table.probabilities[chosen], table.families[chosen]
    )


def _judged(rest: Table, threshold: float, recall: float) -> tuple[bool, bool, float]:
    read = rest.probabilities >= threshold
    whole = weakest_members(rest.labels, rest.probabilities, rest.families) >= threshold
    return (
        _is_reached(whole, recall),
        _is_reached(read[rest.labels == 1], recall),
        float(read.mean()),
    )


def _is_reached(found: NDArray[np.bool_], recall: float) -> bool:
    return bool(found.sum() >= relevant_needed(recall, np.array([len(found)]))[0])


def _tried(found: list[tuple[bool, bool, float]]) -> Tried:
    return Tried(
        len(found),
        sum(kept for kept, _, _ in found),
        sum(kept for _, kept, _ in found),
        float(np.mean([reads for _, _, reads in found])) if found else float("nan"),
    )


def _share(count: int, tried: Tried) -> str:
    return f"{count} of {tried.n_given}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--oof", type=Path, default=Path("benchmarks/oof"))
    parser.add_argument("--splits", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.5)
    parser.add_argument("--recall", type=float, default=0.95)
    parser.add_argument("--confidence", type=float, default=0.95)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
