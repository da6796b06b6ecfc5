"""The only place where specifications become objects."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from patsieve.corpus.text import TextRecipe
from patsieve.experiments.spec import ExperimentSpec, bases_as_stacked, read_bases
from patsieve.experiments.tables import StackingSpec, StageSpec, StoppingSpec
from patsieve.finetuning.augmentation import Augmentation
from patsieve.finetuning.hardware import Device, Precision
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.schedule import EarlyStopping, Reducer, Stage, UnfreezingSchedule
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.window_settings import Windows
from patsieve.models.bag_of_words import BagOfWordsClassifier
from patsieve.models.base import RelevanceClassifier
from patsieve.models.column import ColumnClassifier
from patsieve.models.embedding import EmbeddingClassifier
from patsieve.models.encoder import EncoderClassifier
from patsieve.models.stacking import StackingClassifier

# Beside the text, as the title's: a symbol is someone's judgement of the whole patent. It was not
# chosen by measurement: the labelled public sets have no symbols.
_SYMBOLS_WEIGHT = 0.5


@dataclass(frozen=True)
class Overrides:
    """What the user decides for a run, whatever the experiment says.

    Attributes
    ----------
    checkpoint : str, optional
    max_tokens : int, optional
    device, precision : str
    devices : int
    """

    checkpoint: str | None = None
    max_tokens: int | None = None
    device: Device = "auto"
    precision: Precision = "auto"
    devices: int = 1


def build_text_recipe(spec: ExperimentSpec) -> TextRecipe:
    """Return which fields the experiment reads."""
    text = spec.text
    return TextRecipe(text.fields, text.max_characters, dict(text.max_words))


def build_classifier(
    spec: ExperimentSpec, *, seed: int, overrides: Overrides | None = None
) -> RelevanceClassifier:
    """Return the untrained classifier of an experiment.

    The bases of a stack read the stack's text, whatever their own files say of fields.
    """
    given = Overrides() if overrides is None else overrides
    if spec.kind == "bag-of-words":
        weight = _SYMBOLS_WEIGHT if spec.text.symbols else 0.0
        return BagOfWordsClassifier(symbols_weight=weight, seed=seed)
    if spec.column is not None:
        return ColumnClassifier(spec.column.name, higher_is_relevant=spec.column.higher_is_relevant)
    if spec.stacking is not None:
        return _stack(spec, spec.stacking, seed, given)
    max_tokens = spec.encoder.max_tokens if given.max_tokens is None else given.max_tokens
    checkpoint = spec.encoder.checkpoint if given.checkpoint is None else given.checkpoint
    if spec.kind == "embedding":
        return EmbeddingClassifier(
            checkpoint=checkpoint,
            pooling=spec.encoder.pooling,
            max_tokens=max_tokens,
            windows=build_windows(spec),
            device=given.device,
            precision=given.precision,
            seed=seed,
        )
    return EncoderClassifier(
        build_schedule(spec),
        build_settings(spec, seed=seed),
        checkpoint=checkpoint,
        pooling=spec.encoder.pooling,
        max_tokens=max_tokens,
        windows=build_windows(spec),
        dropout=spec.encoder.dropout,
        device=given.device,
        precision=given.precision,
        devices=given.devices,
        **_augmentation(spec),
    )


def needs_validation(spec: ExperimentSpec) -> bool:
    """Return whether training is steered by records that the model must not learn from."""
    if spec.kind == "encoder":
        stopping = build_settings(spec, seed=0).stopping
        return build_schedule(spec).needs_validation(stopping)
    return any(needs_validation(base) for base in read_bases(spec))


def build_windows(spec: ExperimentSpec) -> Windows | None:
    """Return into what an experiment cuts its texts; None if it reads their beginnings."""
    return None if spec.encoder.windows is None else Windows(**spec.encoder.windows.model_dump())


def build_augmentation(spec: ExperimentSpec) -> Augmentation | None:
    """Return how an experiment alters its training texts; None if it does not."""
    return None if spec.augmentation is None else Augmentation(**spec.augmentation.model_dump())


def build_schedule(spec: ExperimentSpec) -> UnfreezingSchedule:
    """Return the stages of an experiment."""
    return UnfreezingSchedule(tuple(_stage(stage) for stage in spec.stages))


def build_settings(spec: ExperimentSpec, *, seed: int) -> TrainingSettings:
    """Return how an experiment trains, beside its stages."""
    training = spec.training
    return TrainingSettings(
        batch_size=training.batch_size,
        accumulate=training.accumulate,
        max_epochs=training.max_epochs,
        gradient_clip=training.gradient_clip,
        loss=ClassificationLoss(**training.loss.model_dump()),
        sampling=training.sampling,
        stopping=_stopping(training.stopping),
        seed=seed,
    )


def _stack(
    spec: ExperimentSpec, stacking: StackingSpec, seed: int, overrides: Overrides
) -> StackingClassifier:
    bases = {
        name: partial(build_classifier, base, seed=seed, overrides=overrides)
        for name, base in zip(stacking.bases, bases_as_stacked(spec), strict=True)
    }
    return StackingClassifier(
        bases, meta=stacking.meta, scores=stacking.scores, n_folds=stacking.n_folds, seed=seed
    )


def _augmentation(spec: ExperimentSpec) -> dict[str, Any]:
    augmentation = build_augmentation(spec)
    return {} if augmentation is None else {"augmentation": augmentation}


def _stopping(spec: StoppingSpec) -> EarlyStopping:
    patience = None if spec.patience == "never" else spec.patience
    return EarlyStopping(**spec.model_dump(exclude={"patience"}), patience=patience)


def _stage(spec: StageSpec) -> Stage:
    values = spec.model_dump(exclude={"reducer"})
    reducer = Reducer(**spec.reducer.model_dump()) if spec.reducer is not None else None
    return Stage(**values, reducer=reducer)
