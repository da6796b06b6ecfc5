"""Time and memory of `patsieve corpus import` and `check` on files of any number of records.

Made-up patents are written as CSV, about 1.2 kB each: title, abstract and claim come from a
thousand generated ones, every record with another combination of them and a number of its own.
Each command runs in a process of its own, whose peak of resident memory and processor time are
what the operating system counted.

    python benchmarks/importing.py 3096 100000 1000000
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from csv import writer
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

from patsieve.corpus.synthetic import generate_patents

_DIFFERENT = 1000
_LATEST = date(2026, 1, 6)
_WEEKS, _DAYS = 1500, 9000
# A patent is published a year and a half after its priority, or later.
_BETWEEN = timedelta(days=550)
_CLI = "import sys; from patsieve.cli.main import main; sys.exit(main())"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a Markdown table, a row for each command and number of records."""
    parser = argparse.ArgumentParser(description="Time and memory of importing.")
    parser.add_argument("records", type=int, nargs="+", metavar="N")
    parser.add_argument("--folder", type=Path, help="where the files go; they are removed again")
    parser.add_argument("--only", choices=("import", "check"), help="run one of the commands")
    options = parser.parse_args(arguments)
    print("| command | records | seconds | processor's seconds | records per such | peak |")
    print("|---|---|---|---|---|---|")
    for n_records in options.records:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            pile = Path(folder) / "pile.csv"
            write_pile(pile, n_records)
            commands = {
                "import": ["import", str(pile), "--out", str(Path(folder) / "corpus.parquet")],
                "check": ["check", str(pile)],
            }
            for name, command in commands.items():
                if options.only in (None, name):
                    seconds, processor, peak = measured(["corpus", *command])
                    print(
                        f"| {name} | {n_records:,} | {seconds:,.1f} | {processor:,.1f} "
                        f"| {n_records / processor:,.0f} | {peak:,.0f} MB |",
                        flush=True,
                    )


def write_pile(path: Path, n_records: int) -> None:
    """Write so many records as CSV."""
    patents = list(generate_patents(_DIFFERENT, seed=1))
    titles = [_quoted(patent["title"]) for patent in patents]
    abstracts = [_quoted(patent["abstract"]) for patent in patents]
    claims = [_quoted(patent["first_claim"]) for patent in patents]
    ends = [_quoted(patent["cpc"], patent["assignee"]) for patent in patents]
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "publication_number,family_id,title,abstract,first_claim,priority_date,"
            "publication_date,cpc,assignee\n"
        )
        for number in range(n_records):
            turn, place = divmod(number, _DIFFERENT)
            abstract, claim = (place + turn) % _DIFFERENT, (place + 7 * turn) % _DIFFERENT
            published = _LATEST - timedelta(weeks=number % _WEEKS)
            filed = published - _BETWEEN - timedelta(days=number % _DAYS)
            file.write(
                f"US{10_000_000 + number}B2,{70_000_000 + number // 2},{titles[place]},"
                f"{abstracts[abstract]},{claims[claim]},{filed},{published},{ends[place]}\n"
            )


def _quoted(*cells: str) -> str:
    line = StringIO()
    writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def measured(command: Sequence[str]) -> tuple[float, float, float]:
    """Run a command of patsieve; return its seconds, processor seconds and peak in MB."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", _CLI, *command], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"patsieve {' '.join(command)} ended with {process.returncode}")
    seconds = time.perf_counter() - began
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    main()
