"""Trains the same run in one process and in two, and prints how far apart they end.

Used by `test_parallel_engine`. A process of its own that has never trained may fork.
"""

import json
import sys
from pathlib import Path

import torch
from lightning_fabric import Fabric
from lightning_fabric.strategies import DDPStrategy

from patsieve.finetuning.events import Callback
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.schedule import EarlyStopping, Reducer
from tiny_encoders import losses, stage, tiny_model, tiny_tokens, trainer, weights

EPOCHS = 6


class StopAfter(Callback):
    """Asks for the end of the run; only the first process hears callbacks."""

    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_end(self, state):
        if state.epoch == self.epoch:
            state.stop("enough")


def run(fabric, out, folder, stop_after):
    model = tiny_model(pooling="pooler", head_dropout=0.0)
    result = trainer(
        model,
        stage("head", ["classifier", "pooler"], learning_rate=3e-3, warmup_steps=3),
        stage("top", ["classifier", "pooler", "encoder.2"], learning_rate=1e-3, from_epoch=2),
        stage(
            "lower",
            ["encoder.0-1"],
            learning_rate=1e-3,
            from_epoch=4,
            start_from="best",
            reducer=Reducer(groups=("encoder",), metric="training_loss"),
        ),
        fabric=fabric,
        batch_size=6,
        accumulate=2,
        sampling="uniform",
        loss=ClassificationLoss(class_weights=(1.0, 2.0)),
        max_epochs=EPOCHS,
        stopping=EarlyStopping(metric="training_loss", patience=None),
        run_folder=folder,
        callbacks=[StopAfter(stop_after)] if fabric.global_rank == 0 else [],
        # 43 records: the last batch has one, so that one of two processes has no part in it.
    ).fit(tiny_tokens(43, seed=1), tiny_tokens(20, seed=2))
    for value in weights(model).values():
        # Every process must have come to the same weights.
        assert torch.equal(fabric.broadcast(value), value)
    if fabric.global_rank == 0:
        torch.save(weights(model), out.with_suffix(".pt"))
        told = {
            "training": losses(result),
            "validation": losses(result, "validation"),
            "rates": [dict(record.learning_rates) for record in result.history],
            "best_epoch": result.best_epoch,
            "stop_reason": result.stop_reason,
        }
        out.write_text(json.dumps(told))


def launched(n_processes, out, *, folder=None, stop_after=EPOCHS):
    """Run in processes forked from this one, which never trains itself."""
    fabric = Fabric(
        accelerator="cpu",
        devices=n_processes,
        precision="32-true",
        strategy=DDPStrategy(start_method="fork"),
    )
    # What is returned goes through a pipe that nobody empties, so the run writes files.
    fabric.launch(run, out, folder, stop_after)
    return torch.load(out.with_suffix(".pt")), json.loads(out.read_text())


def main(folder):
    weights_alone, told_alone = launched(1, folder / "alone")
    weights_together, told_together = launched(2, folder / "together")
    checkpoints = folder / "checkpoints"
    _, told_stopped = launched(2, folder / "stopped", folder=checkpoints, stop_after=3)
    apart = {
        name: (value - weights_together[name]).abs().max().item()
        for name, value in weights_alone.items()
        if not name.endswith("key.bias")
    }
    told = {
        "alone": told_alone,
        "together": told_together,
        "stopped": told_stopped,
        "apart": max(apart.values()),
        "checkpoints": sorted(path.name for path in checkpoints.iterdir()),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
