"""A bag of words trained from the command line, once for all tests that need a bundle."""

import shutil
from pathlib import Path

import pytest

from patsieve.cli.main import main
from patsieve.corpus.synthetic import write_patents


@pytest.fixture(scope="session")
def labelled_file(tmp_path_factory) -> Path:
    """200 made-up patents, 60 of them relevant."""
    path = tmp_path_factory.mktemp("patents") / "labelled.csv"
    write_patents(path, 200, seed=5, prevalence=0.3)
    return path


@pytest.fixture(scope="session")
def week_file(tmp_path_factory) -> Path:
    """50 other made-up patents, without labels."""
    path = tmp_path_factory.mktemp("week") / "week.csv"
    write_patents(path, 50, seed=6, labelled=False)
    return path


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory, labelled_file) -> Path:
    folder = tmp_path_factory.mktemp("models") / "bow"
    code = main(
        [
            *("train", str(labelled_file), "--experiment", "bag-of-words"),
            *("--out", str(folder), "--no-tracking"),
        ]
    )
    assert code == 0
    return folder


@pytest.fixture
def bundle(trained_once, tmp_path) -> Path:
    """A bundle that the test may spoil."""
    return shutil.copytree(trained_once, tmp_path / "bundle")
