"""Fuzz the readers: mutated files of every family, each read as the commands read files.

    python tests/fuzz/run.py --inputs 100000 --out fuzz
    python tests/fuzz/run.py --inputs 100000 --out fuzz --family xlsx --family xls
    python tests/fuzz/run.py --inputs 0 --out fuzz
    python tests/fuzz/run.py --family ris --number 1234

The folder keeps for each family what was tried; the same command goes on from there, and several
may run at once on different families. Inputs that came to anything but records, records and a
sentence on the others, or a sentence are kept there too. The last form makes one input anew and
reads it, with the traceback; the one before it only prints the counts.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from campaign import Counts, bounded_outcome, campaign, input_of
from starting_inputs import Family, families, with_samples

from patsieve.atomic import file_aside
from patsieve.corpus.readers.compression import opened_bytes
from patsieve.corpus.readers.recognise import Kind, recognise
from patsieve.errors import PatsieveError

_SECONDS_BETWEEN_SAVES = 10.0
_HEAD_OF_A_SAMPLE = 16_384
_FAMILY_OF = {
    Kind.DELIMITED: "delimited",
    Kind.JSON: "json",
    Kind.PARQUET: "parquet",
    Kind.OFFICE_TEXT: "greenbook",
    Kind.OFFICE_JSON: "epo json",
    Kind.RIS: "ris",
    Kind.BIBTEX: "bibtex",
    Kind.HTML: "html",
    Kind.WEB_OF_SCIENCE: "web of science",
}
_BY_ELEMENT = (
    (b"<us-patent-", "uspto xml 4"),
    (b"<PATDOC", "uspto 2001-2004"),
    (b"<patent-application-publication", "uspto 2001-2004"),
    (b"<ep-patent-document", "ep documents"),
    (b"world-patent-data", "epo xml"),
    (b"exchange-document", "epo xml"),
    (b"bibliographic-data", "st.36"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 if there are findings."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=1000, metavar="N", help="of each family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", action="append", choices=list(families()))
    parser.add_argument("--out", type=Path, default=Path("fuzz"), metavar="FOLDER")
    parser.add_argument("--data", type=Path, help="a folder whose files are starting inputs too")
    parser.add_argument("--number", type=int, help="make this input anew and read it")
    options = parser.parse_args(arguments)
    known = families()
    if options.data is not None:
        known = _with_data(known, options.data)
    chosen = [known[name] for name in options.family or known]
    if options.number is not None:
        return _again(chosen[0], options.seed, options.number)
    counted = {}
    for family in chosen:
        journal = options.out / f"{family.name.replace(' ', '-')}-{options.seed}.json"
        counted[family.name] = _tried(family, options.seed, options.inputs, journal)
    print(table(counted))
    return 1 if any(counts.n_findings for counts in counted.values()) else 0


def table(journal: dict[str, Counts]) -> str:
    """Return the counts as a Markdown table."""
    lines = [
        "| family | inputs | read | read in part | refused | findings | inputs per second |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, counts in journal.items():
        rate = counts.n_inputs / max(counts.cpu_seconds, 0.01)
        outcomes = " | ".join(f"{n:,}" for n in counts.outcomes.values())
        lines.append(
            f"| {name} | {counts.n_inputs:,} | {outcomes} | {counts.n_findings:,} | {rate:,.0f} |"
        )
    return "\n".join(lines)


def _tried(family: Family, seed: int, upto: int, journal: Path) -> Counts:
    """Go on from what the journal says, and keep it up to date."""
    counts = Counts(seed)
    if journal.exists():
        counts = Counts.of(json.loads(journal.read_text(encoding="utf-8")))
    saved, n_told = time.monotonic(), counts.n_findings
    for _ in campaign(family, counts, upto, journal.parent):
        if counts.n_findings > n_told:
            n_told = counts.n_findings
            print(f"{family.name} {counts.findings[-1]}", flush=True)
        if time.monotonic() - saved > _SECONDS_BETWEEN_SAVES:
            _save(counts, journal)
            saved = time.monotonic()
    if upto:
        _save(counts, journal)
    return counts


def _save(counts: Counts, journal: Path) -> None:
    with file_aside(journal) as aside:
        aside.write_text(json.dumps(counts.as_json(), indent=1), encoding="utf-8")


def _again(family: Family, seed: int, number: int) -> int:
    """Make one input anew and read it."""
    content, way = input_of(family, seed, number)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_bytes(content)
        print(f"{len(content):,} bytes, read as by {way}: {bounded_outcome(path, way)}")
    return 0


def _with_data(known: dict[str, Family], folder: Path) -> dict[str, Family]:
    """Add the heads of real files to the starting inputs of their families."""
    samples: dict[str, list[bytes]] = {name: [] for name in known}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        try:
            kind, _ = recognise(path)
        except PatsieveError:
            continue
        name = _FAMILY_OF.get(kind) or _family_by_content(path, kind)
        if name:
            samples[name].append(_head_of(path))
    return {name: with_samples(family, samples[name]) for name, family in known.items()}


def _family_by_content(path: Path, kind: Kind) -> str:
    head = _head_of(path)
    if kind is Kind.WORKBOOK:
        return "xls" if head.startswith(b"\xd0\xcf") else ""
    for sign, name in _BY_ELEMENT:
        if sign in head:
            return name
    return ""


def _head_of(path: Path) -> bytes:
    """Return a small file whole, of a large one the first lines."""
    with opened_bytes(path) as stream:
        head = stream.read(_HEAD_OF_A_SAMPLE)
        return head[: head.rfind(b"\n") + 1] or head if stream.read(1) else head


if __name__ == "__main__":
    sys.exit(main())
