"""The experiment by transformers' Trainer, taught to unfreeze correctly.

Setting ``requires_grad`` in a callback, as is often advised, trains nothing: the optimizer was
made without those tensors. Here it is made anew at the stage change, and what goes on training
keeps its moments.
"""

import tempfile
from typing import Any

import torch
from torch.utils.data import DataLoader
from transformers import (
    EvalPrediction,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from peers.classifier import Dropouts, PeerStage, PeerTexts, make_classifier
from peers.common import Clock, EpochBatches, Run, Texts, check_movement, fingerprints, mean_loss


class StagedTrainer(Trainer):
    """A Trainer with stages.

    Parameters
    ----------
    stages : tuple of PeerStage
    shared_batches : EpochBatches, optional
        To train on instead of its own.
    """

    def __init__(
        self,
        *arguments: Any,
        stages: tuple[PeerStage, ...],
        shared_batches: EpochBatches | None,
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        self.stages = stages
        self.stage = stages[0]
        self._shared_batches = shared_batches
        self._dropouts = Dropouts(self.model)
        self._freeze()

    def _freeze(self) -> None:
        for name, parameter in self.model.named_parameters():
            parameter.requires_grad_(name in self.stage.rates)
            if name not in self.stage.rates:
                parameter.grad = None
        self._dropouts.follow(tuple(self.stage.rates))

    def create_optimizer(self, _model: Any = None) -> torch.optim.Optimizer:
        """Make the Trainer's own optimizer over what the stage trains, at the stage's rates."""
        if self.optimizer is None:
            kind, options = self.get_optimizer_cls_and_kwargs(self.args, self.model)
            self.optimizer = kind(self.stage.parameter_groups(self.model), **options)
        return self.optimizer

    def enter(self, index: int) -> None:
        """Begin a stage."""
        self.stage = self.stages[index]
        self._freeze()
        before = self.optimizer.optimizer.state
        self.optimizer = self.lr_scheduler = None
        made = self.create_optimizer()
        for group in made.param_groups:
            for parameter in group["params"]:
                if parameter in before:
                    made.state[parameter] = before[parameter]
        self.optimizer = self.accelerator.prepare(made)
        # A scheduler knows only the groups that it was made with.
        self.create_scheduler(num_training_steps=self.state.max_steps)
        self.callback_handler.optimizer = self.optimizer
        self.callback_handler.lr_scheduler = self.lr_scheduler

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Return its own data loader, or one with the shared batches."""
        if self._shared_batches is None:
            return super().get_train_dataloader()
        return DataLoader(
            self.train_dataset,
            batch_sampler=self._shared_batches,
            collate_fn=self.data_collator,
        )


class _Stages(TrainerCallback):
    """Begins the second stage when its time has come, and tells the clock of each epoch."""

    def __init__(self, run: Run, clock: Clock) -> None:
        self.run = run
        self.clock = clock
        self.trainer: StagedTrainer | None = None

    def on_epoch_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        assert self.trainer is not None
        if round(state.epoch) == self.run.head_epochs:
            self.trainer.enter(1)

    def on_evaluate(self, *_: Any, metrics: Any, **_others: Any) -> None:
        self.clock.epoch(metrics["eval_mean_loss"])


def train(run: Run, texts: Texts) -> dict[str, Any]:
    """Train and return what it took."""
    model, stages = make_classifier(run)
    return train_stages(run, texts, model, stages, Clock())


def train_stages(
    run: Run, texts: Texts, model: Any, stages: tuple[PeerStage, ...], clock: Clock
) -> dict[str, Any]:
    """Train a model through stages and return what it took."""
    training = PeerTexts(texts.training)
    shift = texts.prior_shift(run)
    listener = _Stages(run, clock)

    def losses(found: EvalPrediction) -> dict[str, float]:
        return {"mean_loss": mean_loss(found.predictions, found.label_ids, shift=shift)}

    with tempfile.TemporaryDirectory() as folder:
        trainer = StagedTrainer(
            model,
            _arguments(run, folder),
            stages=stages,
            shared_batches=EpochBatches(texts.sampler(run)) if run.batches == "shared" else None,
            train_dataset=training,
            eval_dataset=PeerTexts(texts.validation),
            data_collator=training.collate,
            compute_metrics=losses,
            callbacks=[listener],
        )
        trainer.remove_callback(PrinterCallback)
        listener.trainer = trainer
        before = fingerprints(model)
        clock.start()
        trainer.train()
        outcome = clock.outcome()
    moving = {name for stage in stages for name in stage.rates}
    check_movement(before, fingerprints(model), moving=moving, run=run)
    return outcome


def _arguments(run: Run, folder: str) -> TrainingArguments:
    settings = run.settings()
    return TrainingArguments(
        output_dir=folder,
        num_train_epochs=run.epochs,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=run.validation_batch,
        train_sampling_strategy="group_by_length",
        lr_scheduler_type="constant",
        max_grad_norm=0.0,
        bf16=run.precision == "bf16",
        use_cpu=run.device == "cpu",
        seed=run.seed,
        eval_strategy="epoch",
        # Neither logs nor checkpoints: the others write none.
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=run.device != "cpu",
    )
