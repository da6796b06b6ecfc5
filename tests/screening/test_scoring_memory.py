"""Ranking many records takes no more memory than ranking some."""

import subprocess
import sys

import pytest

from patsieve.corpus.synthetic import write_patents

SCRIPT = """
import pathlib, resource, sys
from patsieve.screening.bundle import load_bundle
from patsieve.screening.score import score_file
bundle, source, out = map(pathlib.Path, sys.argv[1:])
score_file(load_bundle(bundle), source, out)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_peak_memory_does_not_grow_with_the_number_of_records(bundle, tmp_path):
    # 20,000 records make a run and a half already; the full proof, 100,000 against 1,000,000,
    # is in docs/benchmarks.md.
    peaks = {}
    for n_records in (20_000, 100_000):
        source = tmp_path / f"{n_records}.csv"
        write_patents(source, n_records, seed=1, labelled=False)
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT, bundle.folder, source, tmp_path / "ranked.csv"],
            check=True,
            capture_output=True,
            text=True,
        )
        peaks[n_records] = int(run.stdout)

    assert peaks[100_000] <= 1.3 * peaks[20_000], peaks
