"""The experiment by finetuning-scheduler on Lightning, with an explicit schedule."""

import logging
import tempfile
import warnings
from typing import Any

import lightning
import torch
from finetuning_scheduler import FinetuningScheduler, FTSCheckpoint
from torch.utils.data import DataLoader

from peers.classifier import Dropouts, PeerStage, PeerTexts, make_classifier, without_decay
from peers.common import Clock, EpochBatches, Run, Texts, check_movement, fingerprints, mean_loss

_PRECISIONS: dict[str, Any] = {"32": "32-true", "bf16": "bf16-mixed"}


class _Module(lightning.LightningModule):
    """The classifier as Lightning wants it."""

    def __init__(
        self, model: Any, stages: tuple[PeerStage, ...], run: Run, clock: Clock, shift: float
    ) -> None:
        super().__init__()
        self.model = model
        self.stages = stages
        self.run_request = run
        self.clock = clock
        self.shift = shift
        # What the scheduler adds to the optimizer later, it divides by these names.
        self.no_decay = [f"model.{name}" for name in sorted(without_decay(model))]
        self.loss = float("nan")
        self._dropouts = Dropouts(model)
        self._outputs: list[tuple[torch.Tensor, torch.Tensor]] = []

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Make AdamW over what the first stage trains; the scheduler adds to it."""
        # A group that the scheduler adds takes what it does not say from the defaults.
        return torch.optim.AdamW(
            self.stages[0].parameter_groups(self.model),
            weight_decay=self.stages[0].weight_decay,
            betas=(0.9, 0.999),
            eps=1e-8,
            fused=True,
        )

    def on_train_epoch_start(self) -> None:
        stage = self.stages[self.current_epoch >= self.run_request.head_epochs]
        self._dropouts.follow(tuple(stage.rates))

    def training_step(self, batch: dict[str, torch.Tensor], _: int) -> torch.Tensor:
        loss: torch.Tensor = self.model(**batch).loss
        return loss

    def validation_step(self, batch: dict[str, torch.Tensor], _: int) -> None:
        found = self.model(
            input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
        ).logits
        self._outputs.append((found.float().cpu(), batch["labels"].cpu()))

    def on_validation_epoch_end(self) -> None:
        logits, labels = (torch.cat(parts).numpy() for parts in zip(*self._outputs, strict=True))
        self._outputs.clear()
        self.loss = mean_loss(logits, labels, shift=self.shift)

    def on_train_epoch_end(self) -> None:
        self.clock.epoch(self.loss)


def train(run: Run, texts: Texts) -> dict[str, Any]:
    """Train and return what it took."""
    for name in ("lightning.pytorch", "lightning.fabric", "finetuning_scheduler"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="lightning|finetuning_scheduler")
    lightning.seed_everything(run.seed, verbose=False)
    model, stages = make_classifier(run)
    clock = Clock()
    module = _Module(model, stages, run, clock, texts.prior_shift(run))
    # Lightning leaves modules in the mode in which it finds them.
    module.train()
    with tempfile.TemporaryDirectory() as folder:
        trainer = lightning.Trainer(
            accelerator=run.device,
            devices=1,
            precision=_PRECISIONS[run.precision],
            max_epochs=run.epochs,
            callbacks=[
                FinetuningScheduler(
                    ft_schedule=_schedule(run, stages),
                    epoch_transitions_only=True,
                    restore_best=False,
                    logging_level=logging.ERROR,
                ),
                FTSCheckpoint(save_top_k=0),
            ],
            default_root_dir=folder,
            # Neither logs nor checkpoints: the others write none.
            logger=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
        )
        training, validation = _loaders(run, texts)
        before = fingerprints(model)
        clock.start()
        trainer.fit(module, training, validation)
        outcome = clock.outcome()
    moving = {name for stage in stages for name in stage.rates}
    check_movement(before, fingerprints(model), moving=moving, run=run)
    return outcome


def _schedule(run: Run, stages: tuple[PeerStage, ...]) -> dict[int, dict[str, Any]]:
    head, layers = (stage.rates for stage in stages)
    added = {name: rate for name, rate in layers.items() if name not in head}
    (rate,) = set(added.values())
    return {
        0: {
            "params": [f"model.{name}" for name in head],
            "max_transition_epoch": run.head_epochs,
        },
        1: {
            "params": [f"model.{name}" for name in added],
            "lr": rate,
            "max_transition_epoch": run.epochs,
        },
    }


def _loaders(run: Run, texts: Texts) -> tuple[DataLoader[Any], DataLoader[Any]]:
    training, validation = PeerTexts(texts.training), PeerTexts(texts.validation)
    size = run.settings().batch_size
    batching: dict[str, Any] = {
        "batch_size": size,
        # Lightning brings no length buckets; transformers' serve it too.
        "sampler": training.grouped_by_length(size, seed=run.seed),
    }
    if run.batches == "shared":
        batching = {"batch_sampler": EpochBatches(texts.sampler(run))}
    return (
        DataLoader(training, collate_fn=training.collate, **batching),
        DataLoader(
            validation,
            batch_size=run.validation_batch,
            sampler=validation.grouped_by_length(run.validation_batch, seed=run.seed),
            collate_fn=validation.collate,
        ),
    )
