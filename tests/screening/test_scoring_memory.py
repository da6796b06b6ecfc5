"""Ranking many records takes no more memory than ranking some."""

import csv
import random
import subprocess
import sys

import pytest

SCRIPT = """
import pathlib, resource, sys
from patsieve.screening.bundle import load_bundle
from patsieve.screening.score import score_file
bundle, source, out = map(pathlib.Path, sys.argv[1:])
score_file(load_bundle(bundle), source, out)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def write_records(path, n_records):
    words = [f"word{i}" for i in range(300)]
    rng = random.Random(0)
    abstracts = [" ".join(rng.choices(words, k=150)) for _ in range(50)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "abstract"])
        writer.writerows(
            (f"{rng.choice(('nickel', 'oak'))} {i}", rng.choice(abstracts))
            for i in range(n_records)
        )


@pytest.mark.slow
def test_peak_memory_does_not_grow_with_the_number_of_records(bundle, tmp_path):
    # Of a kilobyte each: the many make four runs on disk, the few fit into one in memory.
    peaks = {}
    for n_records in (20_000, 100_000):
        source = tmp_path / f"{n_records}.csv"
        write_records(source, n_records)
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT, bundle.folder, source, tmp_path / "ranked.csv"],
            check=True,
            capture_output=True,
            text=True,
        )
        peaks[n_records] = int(run.stdout)

    assert peaks[100_000] <= 1.3 * peaks[20_000], peaks
