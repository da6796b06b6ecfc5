"""The pages say what is: marked examples run, generated parts are fresh, links lead somewhere.

A fenced block that begins with ```` ```console run ```` is executed, the blocks of a page one
after another in one empty folder. Lines that begin with "$ " are commands; the lines below are
their standard output, where "…" stands for anything, and for any number of lines if it stands
alone. Of numbers only the place is compared, and not how wide they make a column: another
machine trains to other last digits. Pages with a block marked ```` ```console run slow ```` are
run by `make check` only.
"""

import doctest
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import patsieve
from patsieve.cli.main import COMMANDS

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "patsieve"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
RUNNABLE = re.compile(r"^```console (run(?: slow)?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def is_slow(path: Path) -> bool:
    return any(mark == "run slow" for mark, _ in RUNNABLE.findall(text_of(path)))


def executed_pages():
    for path in PAGES:
        if RUNNABLE.search(text_of(path)):
            marks = [pytest.mark.slow, pytest.mark.timeout(1800)] if is_slow(path) else []
            yield pytest.param(path, id=name_of(path), marks=marks)


def examples(block: str) -> list[tuple[str, list[str]]]:
    """Split a block into commands (a trailing backslash goes on) and their expected output."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line}", [])
        else:
            found[-1][1].append(line)
    return found


def is_as_expected(printed: str, expected: list[str]) -> bool:
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else f"{_line_pattern(line)}\n" for line in expected
    )
    shown = "".join(f"{_without_figures(line)}\n" for line in printed.splitlines())
    return re.fullmatch(pattern, shown) is not None


def _line_pattern(line: str) -> str:
    return "[^\n]*".join(re.escape(part) for part in _without_figures(line).split("…"))


def _without_figures(line: str) -> str:
    return " ".join(NUMBER.sub("0", line).split())


@pytest.mark.parametrize("path", list(executed_pages()))
def test_the_examples_of_a_page_do_what_it_says(path, tmp_path):
    commands = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": commands, "COLUMNS": "80", "PYTHONWARNINGS": "default"}

    for _, block in RUNNABLE.findall(text_of(path)):
        for command, expected in examples(block):
            run = subprocess.run(
                ["bash", "-o", "pipefail", "-c", command],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
            )
            assert run.returncode == 0, f"$ {command}\n{run.stderr}"
            assert is_as_expected(run.stdout, expected), f"$ {command}\n{run.stdout}"


@pytest.mark.parametrize(
    ("printed", "expected", "fits"),
    [
        ("a\n", ["a"], True),
        ("a  \n", ["a"], True),
        ("a\n", [], False),
        ("", [], True),
        ("AP 0.967\n", ["AP …"], True),
        ("AP    0.967\n", ["AP  1"], True),
        ("MCC -0.12\n", ["MCC 0.345"], True),
        ("1,024 records\n", ["7 records"], True),
        ("1,024 records\n", ["7 patents"], False),
        ("AP 0.967\nMCC\n", ["AP …"], False),
        ("a\nb\nc\n", ["a", "…", "c"], True),
        ("a\nc\n", ["a", "…", "c"], True),
        ("a\nb\n", ["a", "…", "c"], False),
        ("a.b\n", ["a+b"], False),
    ],
)
def test_printed_lines_are_compared_with_those_of_the_page(printed, expected, fits):
    assert is_as_expected(printed, expected) is fits


def test_a_command_goes_on_after_a_backslash():
    assert examples("$ patsieve demo \\\n    --seed 1\ndone\n$ ls\n") == [
        ("patsieve demo \\\n    --seed 1", ["done"]),
        ("ls", []),
    ]


def test_generated_pages_are_fresh(monkeypatch, capsys):
    monkeypatch.syspath_prepend(ROOT / "docs")
    generate = importlib.import_module("generate")

    assert generate.main(["--check"]) == 0, capsys.readouterr().err


def test_every_key_of_an_experiment_file_has_a_meaning():
    rows = text_of(ROOT / "docs" / "reference-experiment-files.md").splitlines()

    assert [row for row in rows if re.search(r"\|\s*\|$", row)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_shown_in_use(name):
    pages = [text_of(path) for path in PAGES if path.name != "reference-cli.md"]

    assert any(f"patsieve {name}" in page for page in pages)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path):
    targets = [target for target in LINK.findall(text_of(path)) if "://" not in target]

    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_lines_of_code_blocks_fit_a_screen(path):
    for block in re.findall(r"^```.*?^```$", text_of(path), re.MULTILINE | re.DOTALL):
        assert max(len(line) for line in block.splitlines()) <= 100


def test_every_decision_is_listed():
    folder = ROOT / "docs" / "decisions"
    index = text_of(folder / "README.md")

    records = [path.name for path in folder.glob("[0-9]*.md")]
    assert [name for name in records if f"({name})" not in index] == []


def test_the_changelog_knows_this_version():
    assert f"## {patsieve.__version__}" in text_of(ROOT / "CHANGELOG.md")


def with_examples():
    return [path for path in sorted(SOURCE.rglob("*.py")) if ">>> " in text_of(path)]


@pytest.mark.parametrize("path", with_examples(), ids=name_of)
def test_the_examples_in_docstrings_are_right(path):
    name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
    module = importlib.import_module(name.removesuffix(".__init__"))

    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


def test_nothing_tells_where_it_was_written():
    places = re.compile(r"(?:/work/|/root/|/home/\w|localhost:\d|\d+\.\d+\.\d+\.\d+:\d)")
    for path in [*PAGES, *ROOT.glob("src/**/*.py"), ROOT / "Makefile", ROOT / "constraints.txt"]:
        assert places.search(text_of(path)) is None, name_of(path)
