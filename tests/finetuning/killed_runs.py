"""Starts a training run in processes of its own and kills them; used by `test_killed_runs`.

A process of its own that has never trained may fork: each trainee begins with all libraries
loaded, and can be killed without harm to anybody else. Prints one line of JSON per attempt.
"""

import json
import os
import random
import signal
import sys
from pathlib import Path

from safetensors.torch import load_file, save_file

from patsieve.finetuning.events import Callback
from patsieve.finetuning.schedule import EarlyStopping
from tiny_encoders import stage, tiny_model, tiny_tokens, trainer

N_EPOCHS, N_BATCHES = 6, 30


class Tell(Callback):
    """Says through a pipe how far the run has come."""

    def __init__(self, pipe):
        self.pipe = pipe

    def on_batch_end(self, state):
        os.write(self.pipe, f"{state.epoch} {state.batch}\n".encode())


def train(folder, pipe):
    model = tiny_model(pooling="pooler", n_layers=4, dropout=0.2)
    run = trainer(
        model,
        stage("head", ["classifier", "pooler"], learning_rate=3e-3, dropout=0.3, warmup_steps=4),
        stage("top", ["classifier", "encoder.2-3"], learning_rate=3e-3, from_epoch=2, dropout=0.2),
        stage("all", ["all"], learning_rate=1e-3, from_epoch=4, start_from="best", dropout=0.1),
        max_epochs=N_EPOCHS,
        batch_size=4,
        sampling="balanced",
        stopping=EarlyStopping(patience=None),
        run_folder=folder / "run",
        callbacks=[Tell(pipe)],
    )
    result = run.fit(tiny_tokens(120, seed=1), tiny_tokens(40, seed=2))
    save_file({n: p.detach() for n, p in model.named_parameters()}, folder / "final.safetensors")
    told = [
        [r.epoch, r.stage, dict(r.training), dict(r.validation), dict(r.learning_rates)]
        for r in result.history
    ]
    (folder / "history.json").write_text(json.dumps(told))


def trainee(folder, *, kill_after_batches=None):
    """Train in a process of its own; return its exit status and its last epoch and batch.

    It is killed as soon as it has told of `kill_after_batches` batches; how much further it
    comes in the meantime is chance.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        train(folder, writing)
        os._exit(0)
    os.close(writing)
    last = (0, 0)
    with os.fdopen(reading) as told:
        for count, line in enumerate(told, 1):
            epoch, batch = line.split()
            last = (int(epoch), int(batch))
            if count == kill_after_batches:
                os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1], last


def main(folder, n_attempts, seed):
    moments = random.Random(seed)
    whole = folder / "whole"
    whole.mkdir()
    assert trainee(whole) == (0, (N_EPOCHS, N_BATCHES))
    expected = load_file(whole / "final.safetensors")

    for attempt in range(n_attempts):
        own = folder / f"attempt-{attempt}"
        own.mkdir()
        moment = moments.randrange(1, N_EPOCHS * N_BATCHES)
        killed, last = trainee(own, kill_after_batches=moment)
        resumed, _ = trainee(own)
        found = load_file(own / "final.safetensors")
        attempt_told = {
            "killed": os.WIFSIGNALED(killed),
            "in_mid_epoch": last[1] < N_BATCHES,
            "at": last,
            "resumed_to_the_end": resumed == 0,
            "same_weights": all(bool((found[n] == expected[n]).all()) for n in expected),
            "same_history": (own / "history.json").read_bytes()
            == (whole / "history.json").read_bytes(),
        }
        print(json.dumps(attempt_told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
