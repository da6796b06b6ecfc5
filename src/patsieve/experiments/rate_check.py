"""A learning-rate range test of one stage of an experiment, on a labelled file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from patsieve.corpus.load import LoadOptions
from patsieve.corpus.records import Corpus
from patsieve.errors import UsageError
from patsieve.experiments.build import (
    Overrides,
    build_augmentation,
    build_schedule,
    build_settings,
    build_text_recipe,
    build_windows,
)
from patsieve.experiments.dry_run import check_has_schedule
from patsieve.experiments.partition import SplitRequest, load_partition
from patsieve.experiments.spec import ExperimentSpec
from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.inference import LabelledTokens
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pretrained import load_pretrained
from patsieve.finetuning.rate_range import RateRange, rate_range_test
from patsieve.finetuning.relative_gradients import relative_gradient_norms
from patsieve.finetuning.schedule import Stage, UnfreezingSchedule
from patsieve.finetuning.surgical import hangs_on_gradients, resolved
from patsieve.models.encoder_texts import tokenized, views_of


@final
@dataclass(frozen=True)
class RateCheck:
    """A range test of a stage, with what it was made on.

    Attributes
    ----------
    experiment, stage : str
    learning_rate : float
        The stage's own.
    found : RateRange
    notes : tuple of str
        What the user should know, a sentence each.
    """

    experiment: str
    stage: str
    learning_rate: float
    found: RateRange
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        found = self.found
        return {
            "experiment": self.experiment,
            "stage": self.stage,
            "learning_rate": self.learning_rate,
            "suggestion": found.suggestion,
            "diverged_at": found.diverged_at,
            "cautious": found.cautious,
            "rates": found.rates.tolist(),
            "losses": found.losses.tolist(),
            "batch_losses": found.batch_losses.tolist(),
        }


def check_rates(
    spec: ExperimentSpec,
    source: Path,
    load: LoadOptions,
    *,
    stage: str | None = None,
    overrides: Overrides | None = None,
    seed: int = 1,
    lowest: float = 1e-7,
    highest: float = 1.0,
    n_steps: int = 100,
) -> RateCheck:
    """Try rising rates on the training records of a labelled file; nothing is kept.

    Parameters
    ----------
    stage : str, optional
        Name of the stage; the first one by default. Every stage is tried from the checkpoint's
        weights: what trains before it has not trained.

    Raises
    ------
    UsageError
        If the experiment has no schedule, or no such stage.
    LayerGroupError
        If it names layers that the encoder does not have.
    DataError
        If the file cannot be read or split.
    CheckpointError
        If there is no such encoder.
    """
    check_has_schedule(spec)
    given = Overrides() if overrides is None else overrides
    schedule, settings = build_schedule(spec), build_settings(spec, seed=seed)
    chosen = _stage(schedule, stage, spec.name)
    partition = load_partition(source, load, SplitRequest(seed=seed))
    model, training = _model_and_texts(spec, partition.training, given, seed)
    fabric = make_fabric(given.device, given.precision)
    model.to(fabric.device)
    groups = layer_groups(model)
    schedule.check(groups.names)
    notes = list(partition.notes)
    if chosen.name != schedule.stages[0].name:
        notes.append(
            f"stage '{chosen.name}' is tried on the checkpoint's weights, as if nothing had "
            "trained before it"
        )
    if hangs_on_gradients(chosen):
        ratios = relative_gradient_norms(model, groups, training, settings, fabric=fabric)
        chosen = resolved(chosen, groups.names, ratios)
        notes.append(f"stage '{chosen.name}' chose by its gradients: {', '.join(chosen.train)}")
    found = rate_range_test(
        model,
        groups,
        chosen,
        training,
        settings,
        fabric=fabric,
        lowest=lowest,
        highest=highest,
        n_steps=n_steps,
    )
    return RateCheck(spec.name, chosen.name, chosen.learning_rate, found, tuple(notes))


def _stage(schedule: UnfreezingSchedule, name: str | None, experiment: str) -> Stage:
    if name is None:
        return schedule.stages[0]
    for stage in schedule.stages:
        if stage.name == name:
            return stage
    names = ", ".join(f"'{stage.name}'" for stage in schedule.stages)
    raise UsageError(f"experiment '{experiment}' has no stage '{name}'; it has {names}")


def _model_and_texts(
    spec: ExperimentSpec, corpus: Corpus, given: Overrides, seed: int
) -> tuple[EncoderWithHead, LabelledTokens]:
    """Return the model as a run begins with it, and the texts as it reads them."""
    encoder, windows = spec.encoder, build_windows(spec)
    checkpoint = encoder.checkpoint if given.checkpoint is None else given.checkpoint
    loaded = load_pretrained(checkpoint, pooling=encoder.pooling, seed=seed)
    model = EncoderWithHead.from_pretrained(
        loaded,
        pooling=encoder.pooling,
        window_pooling=None if windows is None else windows.pooling,
        dropout=encoder.dropout,
        seed=seed,
    )
    asked = encoder.max_tokens if given.max_tokens is None else given.max_tokens
    longest = min(asked, loaded.max_tokens)
    texts = build_text_recipe(spec).compose_all(corpus)
    views = views_of(
        texts,
        loaded.tokenizer,
        build_augmentation(spec),
        max_tokens=longest,
        seed=seed,
        windows=windows,
    )
    plain = tokenized(texts, loaded.tokenizer, max_tokens=longest, windows=windows)
    return model, LabelledTokens(plain, corpus.labels, views)
