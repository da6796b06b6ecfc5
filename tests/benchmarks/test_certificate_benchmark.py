"""The benchmark of the certificate, on made-up out-of-fold tables."""

import csv
import sys
from importlib import import_module

import numpy as np
import pytest


@pytest.fixture
def benchmark():
    return import_module("certificate")


def write_table(path, n_relevant, *, n_members=1, seed=0):
    """Write a table in which a family has that many members of nearly the same probability."""
    rng = np.random.default_rng(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "publication_number", "family", "label", "probability"])
        for family in range(2 * n_relevant):
            label = int(family < n_relevant)
            middle = rng.beta(4, 2) if label else rng.beta(2, 5)
            for _ in range(n_members):
                probability = float(np.clip(middle + rng.normal(0, 0.02), 0, 1))
                writer.writerow([2, "EP1A1", family, label, probability])


def run(benchmark, monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["certificate.py", *map(str, arguments)])
    assert benchmark.main() == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("n_members", [1, 3])
def test_the_promise_is_kept_over_the_splits_of_a_set(benchmark, tmp_path, n_members):
    write_table(tmp_path / "table.csv", 200, n_members=n_members)
    table = benchmark.read_table(tmp_path / "table.csv", "table")

    promised, plain = benchmark.split_again(
        table, n_splits=400, share=0.5, recall=0.9, confidence=0.9, seed=1
    )

    assert promised.n_given == 400
    # Two standard deviations below nine in ten.
    assert promised.n_kept >= 400 * 0.9 - 2 * 6
    assert plain.n_kept < promised.n_kept
    assert plain.reads < promised.reads


def test_a_part_of_too_few_families_gets_no_promise(benchmark, tmp_path):
    write_table(tmp_path / "table.csv", 40)
    table = benchmark.read_table(tmp_path / "table.csv", "table")

    promised, plain = benchmark.split_again(
        table, n_splits=20, share=0.5, recall=0.95, confidence=0.95, seed=1
    )

    assert (promised.n_given, promised.n_kept, plain.n_given) == (0, 0, 20)


def test_it_prints_a_row_for_each_table_and_passes_over_other_files(
    benchmark, monkeypatch, capsys, tmp_path
):
    write_table(tmp_path / "set" / "bag-of-words-seed1.csv", 100)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")

    lines = run(benchmark, monkeypatch, capsys, "--oof", tmp_path, "--splits", 30).splitlines()

    assert lines[0].startswith("30 random splits by family, 0.5 of the families for calibration")
    assert lines[-1].startswith("| set/bag-of-words-seed1 | 100 | ")
    assert len(lines) == 5


def test_without_a_table_it_says_how_to_make_one(benchmark, monkeypatch, capsys, tmp_path):
    told = run(benchmark, monkeypatch, capsys, "--oof", tmp_path)

    assert told.startswith("skipped: no out-of-fold table below")
