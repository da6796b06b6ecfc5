"""Break engine and decisions on purpose, one line at a time, and see that a test notices.

Each breakage of `breakages.py` is applied to a copy of ``src`` in a temporary folder, and only
the test that it names is run against that copy; the test must fail. Before that, all of the
named tests must pass on a copy that is not broken.

    python tests/mutants/run.py            # all, in two processes: about two minutes
    python tests/mutants/run.py patience   # those with "patience" in their name

Ends with 1 if a breakage survives, does not apply, or names a test that does not run.
"""

import importlib
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from breakages import BREAKAGES, Breakage

ROOT = Path(__file__).parents[2]
PROCESSES = 2
# Loaded once and inherited by every process; whatever is the product's own is not.
LIBRARIES = ("lightning_fabric", "sklearn.base", "torch", "transformers")
OPTIONS = (
    *("-x", "-p", "no:cacheprovider", "--timeout=120", "--hypothesis-seed=0"),
    # pytest's plug-ins use some of the same libraries.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
FAMILIES = (
    "albert",
    "bert",
    "deberta_v2",
    "distilbert",
    "electra",
    "modernbert",
    "mpnet",
    "roberta",
)


def main(words: list[str]) -> int:
    """Run the chosen breakages and print a table."""
    chosen = [b for b in BREAKAGES if all(word in b.name for word in words)]
    if not chosen:
        print(f"no breakage is called {' '.join(words)}")
        return 1
    started = time.perf_counter()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for name in LIBRARIES:
        importlib.import_module(name)
    for family in FAMILIES:
        importlib.import_module(f"transformers.models.{family}.modeling_{family}")
    # Every breakage gets a process of its own, forked from this one, which runs no test itself.
    with multiprocessing.get_context("fork").Pool(PROCESSES, maxtasksperchild=1) as pool:
        outcome, log = pool.apply(tried, (None, sorted({b.test for b in chosen})))
        if outcome != "survived":
            print(f"{log}\nthe named tests do not all pass as things stand ({outcome})")
            return 1
        n_bad = 0
        for breakage, outcome in zip(chosen, pool.imap(fate, chosen), strict=True):
            n_bad += outcome != "killed"
            print(f"{outcome:14} {breakage.name:58} {breakage.test.partition('::')[2]}", flush=True)
            if outcome != "killed":
                print(f"{'':14} {breakage.file}: {breakage.why}")
    seconds = time.perf_counter() - started
    print(f"{len(chosen) - n_bad} of {len(chosen)} breakages were noticed, in {seconds:.0f} s")
    return 1 if n_bad else 0


def fate(breakage: Breakage) -> str:
    """Return what became of a breakage: ``killed``, or what is wrong with it."""
    return tried(breakage, [breakage.test])[0]


def tried(breakage: Breakage | None, tests: list[str]) -> tuple[str, str]:
    """Run tests against a copy of the source, broken or not; return the outcome and the log."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        source, log = Path(folder) / "src", Path(folder) / "log"
        unneeded = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / "src", source, ignore=unneeded)
        if breakage is not None:
            path = source / "patsieve" / breakage.folder / breakage.file
            text = path.read_text(encoding="utf-8")
            if text.count(breakage.old) != 1:
                return "does not apply", ""
            path.write_text(text.replace(breakage.old, breakage.new), encoding="utf-8")
        return verdict(source, tests, log), log.read_text(encoding="utf-8")


def verdict(source: Path, tests: list[str], log: Path) -> str:
    """Return what pytest says of tests, run in this process against a source folder."""
    import pytest

    os.chdir(ROOT)
    # The examples that fail here must not be tried again in ordinary runs.
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(source.parent)
    sys.path[:0] = [str(source), str(ROOT / "tests")]
    with log.open("w", encoding="utf-8") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        status = pytest.main([*OPTIONS, *(f"tests/{test}" for test in tests)])
    import patsieve

    if not patsieve.__file__.startswith(str(source)):
        return "tested another"
    return {0: "survived", 1: "killed"}.get(int(status), "no such test")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
