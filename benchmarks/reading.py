"""How fast files are read, beside the plain parser on the same file in the same run.

Made-up patents are written as CSV, JSONL and XLSX; where `PATSIEVE_DATA` names real ones, forty
grants of the USPTO stand several times in one file of XML. Each file is read by its plain parser
(the modules csv and json, calamine, lxml) to cells or elements, and by patsieve to records:
header found, columns matched, texts cleaned, dates and symbols normalised. The two take turns.
Processor time counts, in which a busy machine disturbs least; a workbook is read by patsieve in
a process of its own, and all of that process is counted.

    pip install lxml
    python benchmarks/reading.py --records 20000 --times 7
"""

import argparse
import csv
import gzip
import importlib.util
import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import python_calamine

from patsieve.corpus.load import open_records
from patsieve.corpus.synthetic import write_patents
from patsieve.experiments.corpus_import import import_files

_WEEK = "formats/uspto_weekly_bulk/ipg071120_first40.xml.gz"
_WEEKS_IN_A_FILE = 10
_PROLOG = b"<?xml "


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a Markdown table, a row for each format."""
    parser = argparse.ArgumentParser(description="Time the readers beside plain parsers.")
    parser.add_argument("--records", type=int, default=20_000, metavar="N")
    parser.add_argument("--times", type=int, default=5, metavar="N", help="turns of each reader")
    options = parser.parse_args(arguments)
    print("| format | records per second: median (best) | of the plain parser | ratio (range) |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, path, plain in files(Path(folder), options.records):
            ours, theirs = [], []
            for _ in range(options.times):
                theirs.append(rate(plain, path))
                ours.append(rate(read, path))
            ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
            print(
                f"| {name} | {median(ours):,.0f} ({max(ours):,.0f}) | {median(theirs):,.0f} "
                f"| {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) |",
                flush=True,
            )


def files(folder: Path, n_records: int) -> Iterator[tuple[str, Path, Callable[[Path], int]]]:
    """Write one file after another, and yield what it is called and its plain parser."""
    source = folder / "patents.csv"
    write_patents(source, n_records, seed=1, labelled=False)
    for suffix, plain in PLAIN.items():
        path = source.with_suffix(suffix)
        if path != source:
            import_files([source], path)
        yield suffix[1:].upper(), path, plain
    week = Path(os.environ.get("PATSIEVE_DATA", "../shared/data")) / _WEEK
    if not week.exists():
        print(f"no XML: {week} does not exist", file=sys.stderr)
        return
    if importlib.util.find_spec("lxml") is None:
        print("no XML: lxml is not installed", file=sys.stderr)
        return
    path = folder / "week.xml"
    path.write_bytes(gzip.decompress(week.read_bytes()) * _WEEKS_IN_A_FILE)
    yield "USPTO XML", path, read_xml


def rate(count: Callable[[Path], int], path: Path) -> float:
    """Return records per second of processor time, processes that were started included."""
    began = _processor_seconds()
    n_records = count(path)
    return n_records / (_processor_seconds() - began)


def _processor_seconds() -> float:
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


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


def read_xml(path: Path) -> int:
    """Read documents that stand one after another with lxml, to trees of elements."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
    documents = path.read_bytes().split(_PROLOG)[1:]
    trees = (etree.fromstring(_PROLOG + document, parser) for document in documents)
    return sum(tree.tag == "us-patent-grant" for tree in trees)


PLAIN = {".csv": read_csv, ".jsonl": read_json_lines, ".xlsx": read_workbook}

if __name__ == "__main__":
    main()
