"""The fuzzer itself: a few inputs of every family, and that it notices what it is there for."""

import os
import subprocess
import sys
from pathlib import Path

import campaign as fuzzing
import pytest
from campaign import Counts, campaign, input_of
from starting_inputs import Family, families
from trial import BrokenPromiseError, outcome_of

from patsieve.errors import PatsieveError

N_INPUTS = 40
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


@pytest.fixture
def family():
    return Family("tiny", (b"title\nA\n",), (b",",), lambda source, family: family.seeds[0])


def run_of(folder, *arguments):
    program = Path(__file__).with_name("run.py")
    return subprocess.run(
        [sys.executable, program, "--out", folder, *arguments], capture_output=True, text=True
    )


def test_a_few_inputs_of_every_family_are_read_or_refused_and_counted(tmp_path):
    done = run_of(tmp_path, "--inputs", str(N_INPUTS))

    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    assert [row[1] for row in rows[1:]] == [str(N_INPUTS)] * len(families())


def test_a_campaign_goes_on_from_its_journal(tmp_path):
    run_of(tmp_path, "--family", "ris", "--inputs", "10")
    done = run_of(tmp_path, "--family", "ris", "--inputs", "15")

    assert done.stdout.splitlines()[-1].startswith("| ris | 15 |")


def test_a_number_stands_for_one_input():
    once, again = families(), families()

    for name in once:
        found = [input_of(once[name], 1, number) for number in range(20)]
        assert found == [input_of(again[name], 1, number) for number in range(20)]
        assert len(set(found)) > 10


def dies(path, way):
    os._exit(7)


def hangs(path, way):
    while True:
        pass


def grows(path, way):
    bytearray(b"x") * (400 << 20)
    return "read"


def raises(path, way):
    raise IndexError("list index out of range")


@pytest.mark.parametrize(
    ("reader", "what"),
    [
        (dies, "the process ended with 7"),
        (hangs, "TooSlowError: more than 1.0 seconds"),
        (grows, "MemoryError: the process grew by "),
        (raises, "IndexError: list index out of range (test_fuzz.py:"),
    ],
)
def test_what_no_reader_may_do_is_a_finding_and_the_campaign_goes_on(
    tmp_path, monkeypatch, family, reader, what
):
    monkeypatch.setattr(fuzzing, "SECONDS", 1.0)
    monkeypatch.setattr(
        fuzzing,
        "outcome_of",
        lambda path, way: reader(path, way) if way == "import" else outcome_of(path, way),
    )
    counts = Counts(1)

    for _ in campaign(family, counts, 4, tmp_path):
        pass

    (finding,) = counts.findings
    assert (finding.number, finding.way) == (1, "import")
    assert finding.what.startswith(what)
    assert (tmp_path / finding.file).read_bytes() == family.seeds[0]
    assert counts.outcomes == {"read": 3, "in part": 0, "refused": 0}
    assert Counts.of(counts.as_json()) == counts


@pytest.mark.parametrize("sentence", ["", "two\nlines", "a cursor \x1b[2J", "x" * 2000])
def test_an_error_that_is_no_sentence_is_a_finding(tmp_path, monkeypatch, sentence):
    def refuses(path):
        raise PatsieveError(sentence)

    monkeypatch.setitem(fuzzing.WAYS, "check", refuses)

    with pytest.raises(BrokenPromiseError):
        outcome_of(tmp_path, "check")
