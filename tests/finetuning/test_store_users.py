"""Processes that share an activation store, and processes that are killed in the midst of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


def user(folder):
    """Start a process that reads through the store in `folder` once a line is written to it."""
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    return subprocess.Popen(
        [sys.executable, TESTS / "finetuning" / "store_users.py", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        env=environment,
    )


def ready(process):
    assert process.stdout.readline() == "ready\n"
    return process


def begin(process):
    process.stdin.write("\n")
    process.stdin.flush()


def rest(process):
    """Wait for the process; return the lines that it has printed."""
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return told.splitlines()


def unfinished(folder):
    return [path for path in folder.rglob(".*") if path.is_file()]


@pytest.mark.slow
def test_of_two_processes_at_once_one_computes_and_the_other_waits_and_reads(tmp_path):
    both = [user(tmp_path), user(tmp_path)]
    for process in both:
        ready(process)
    for process in both:
        begin(process)

    told = sorted((rest(process) for process in both), key=len)

    assert told[0][:2] == [
        "waiting for another process that computes the same frozen layers",
        "activation cache below layer 2: 0 of 30 texts to compute",
    ]
    assert told[1][0] == "activation cache below layer 2: 30 of 30 texts to compute"
    assert "a batch" not in told[0]
    assert told[1].count("a batch") > 5
    assert told[0][-1] == told[1][-1]
    assert unfinished(tmp_path) == []


@pytest.mark.slow
def test_a_process_killed_in_mid_write_leaves_nothing_that_counts(tmp_path):
    killed, next_one = ready(user(tmp_path)), ready(user(tmp_path))
    begin(killed)
    while killed.stdout.readline() != "a batch\n":
        pass
    killed.stdout.readline()
    # Two batches were computed, and the first of them is written or about to be.
    begin(next_one)
    assert next_one.stdout.readline().startswith("waiting for another process")
    assert [path for path in unfinished(tmp_path) if ".data" in path.name]
    killed.kill()
    killed.communicate()

    told = rest(next_one)

    assert told[0] == "activation cache below layer 2: 30 of 30 texts to compute"
    assert unfinished(tmp_path) == []
    after = ready(user(tmp_path))
    begin(after)
    assert rest(after)[-1] == told[-1]
