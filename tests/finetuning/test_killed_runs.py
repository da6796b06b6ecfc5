"""A run killed (SIGKILL) at any moment and started again ends with the same final weights."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "killed_runs.py"


@pytest.mark.slow
def test_a_run_killed_at_ten_random_moments_ends_as_if_never_stopped(tmp_path):
    seed = time.time_ns() % 2**32
    program = [sys.executable, str(PROGRAM), str(tmp_path), "10", str(seed)]

    done = subprocess.run(
        program,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )

    attempts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(attempts) == 10
    for attempt in attempts:
        assert attempt["killed"], attempt
        assert attempt["resumed_to_the_end"], attempt
        assert attempt["same_weights"], attempt
        assert attempt["same_history"], attempt
    # A few moments lie between two epochs, where a checkpoint is being written.
    assert sum(attempt["in_mid_epoch"] for attempt in attempts) >= 5, attempts
