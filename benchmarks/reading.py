"""How fast files are read, beside the plain parser on the same file in the same run.

Made-up patents are written as CSV, JSONL and XLSX. Each file is read by its plain parser (the
modules csv and json, calamine) to lists of cells, and by patsieve to records: header found,
columns matched, texts cleaned, dates and symbols normalised. The best of three readings counts,
by the clock; a workbook is read by patsieve in a process of its own, and its start is counted.

    python benchmarks/reading.py --records 20000
"""

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import python_calamine

from patsieve.corpus.load import open_records
from patsieve.corpus.synthetic import write_patents
from patsieve.experiments.corpus_import import import_files

TIMES = 3


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a Markdown table, a row for each format."""
    parser = argparse.ArgumentParser(description="Time the readers beside plain parsers.")
    parser.add_argument("--records", type=int, default=20_000, metavar="N")
    options = parser.parse_args(arguments)
    print("| format | records per second | of the plain parser | ratio |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "patents.csv"
        write_patents(source, options.records, seed=1, labelled=False)
        for suffix, plain in PLAIN.items():
            path = source if suffix == ".csv" else Path(folder) / f"patents{suffix}"
            if path != source:
                import_files([source], path)
            ours, theirs = (
                rate(lambda path=path: read(path)),
                rate(lambda p=plain, path=path: p(path)),
            )
            print(f"| {suffix[1:].upper()} | {ours:,.0f} | {theirs:,.0f} | {ours / theirs:.2f} |")


def rate(count: Callable[[], int]) -> float:
    """Return records per second, the best of several times."""
    best = 0.0
    for _ in range(TIMES):
        began = time.perf_counter()
        n_records = count()
        best = max(best, n_records / (time.perf_counter() - began))
    return best


def read(path: Path) -> int:
    """Read a file with patsieve."""
    return sum(1 for _ in open_records(path))


def read_csv(path: Path) -> int:
    """Read CSV with the module csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def read_json_lines(path: Path) -> int:
    """Read JSONL with the module json."""
    with path.open(encoding="utf-8") as file:
        return sum(1 for line in file if json.loads(line))


def read_workbook(path: Path) -> int:
    """Read a workbook with calamine."""
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return sum(1 for _ in sheet.iter_rows()) - 1


PLAIN = {".csv": read_csv, ".jsonl": read_json_lines, ".xlsx": read_workbook}

if __name__ == "__main__":
    main()
