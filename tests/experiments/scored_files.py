"""Files with scores, as crossval or an outside system leaves them, for the tests of compare."""

import csv
from pathlib import Path

import numpy as np

OUT_OF_FOLD = ("row", "publication_number", "family", "label", "probability")


def write_rows(path: Path, header, rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def truth(n_records: int = 120, seed: int = 0):
    """Labels, a quarter of them relevant, and families of two."""
    random = np.random.default_rng(seed)
    families = np.arange(n_records) // 2
    labels = (random.random(n_records) < 0.25).astype(int)[families]
    return labels, families


def probabilities(labels, separation: float, seed: int):
    noise = np.random.default_rng(seed).normal(size=len(labels))
    return 1 / (1 + np.exp(-(separation * (labels - 0.5) + noise)))


def write_table(path: Path, scores, *, labels, families, numbered: bool = True) -> Path:
    """Write an out-of-fold table; without numbers, as of a file without publication numbers."""
    rows = [
        (i + 1, f"US{1000000 + i}B2" if numbered else "", family, label, score)
        for i, (family, label, score) in enumerate(zip(families, labels, scores, strict=True))
    ]
    return write_rows(path, OUT_OF_FOLD, rows)


def write_experiment(folder: Path, name: str, separation: float, *, seeds=(1, 2, 3), **more) -> str:
    """Write a table for each seed and return their prefix."""
    labels, families = truth(**more)
    for seed in seeds:
        scores = probabilities(labels, separation, 100 * seed + round(10 * separation))
        write_table(folder / f"{name}-seed{seed}.csv", scores, labels=labels, families=families)
    return str(folder / name)
