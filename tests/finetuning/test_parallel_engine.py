"""Two processes that share each batch take the course of one, stages, cache, weights and all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "parallel_runs.py"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path_factory.mktemp("run"))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=280,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_two_processes_end_with_the_losses_and_the_weights_of_one(told):
    alone, together = told["alone"], told["together"]

    assert len(alone["training"]) == 6
    assert together["training"] == pytest.approx(alone["training"], abs=1e-5)
    assert together["validation"] == pytest.approx(alone["validation"], abs=1e-5)
    assert together["rates"] == alone["rates"]
    assert together["best_epoch"] == alone["best_epoch"]
    assert told["apart"] < 1e-4


@pytest.mark.slow
def test_what_the_first_process_asks_for_all_of_them_do(told):
    assert told["stopped"]["stop_reason"] == "enough"
    assert told["stopped"]["training"] == told["together"]["training"][:3]


@pytest.mark.slow
def test_one_process_writes_the_checkpoint(told):
    assert told["checkpoints"] == ["epoch-0003"]
