"""The experiment by patsieve's own trainer."""

from typing import Any

from patsieve.finetuning.events import Callback, TrainingState
from patsieve.finetuning.freezing import trainable_tensors
from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pretrained import load_pretrained
from patsieve.finetuning.trainer import Trainer
from peers.common import POOLING, Clock, Run, Texts, check_movement, fingerprints


class _EpochTimes(Callback):
    """Tells the clock of each epoch."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def on_epoch_end(self, state: TrainingState) -> None:
        self.clock.epoch(state.history[-1].validation["loss"])


def train(run: Run, texts: Texts) -> dict[str, Any]:
    """Train and return what it took."""
    loaded = load_pretrained(run.checkpoint, pooling=POOLING, seed=run.seed)
    model = EncoderWithHead.from_pretrained(
        loaded, pooling=POOLING, dropout=run.dropout, seed=run.seed
    )
    clock = Clock()
    trainer = Trainer(
        model,
        run.schedule(),
        run.settings(),
        fabric=make_fabric(run.device, run.precision),
        callbacks=(_EpochTimes(clock),),
        fresh_tensors=[f"encoder.{name}" for name in loaded.fresh_tensors],
    )
    before = fingerprints(model)
    clock.start()
    result = trainer.fit(texts.training, texts.validation)
    outcome = clock.outcome(cache_bytes=result.cache_bytes)
    moving = {
        name
        for stage in run.schedule().stages
        for name in trainable_tensors(stage, trainer.groups, stage_round=1)
    }
    check_movement(before, fingerprints(model), moving=moving, run=run)
    return outcome
