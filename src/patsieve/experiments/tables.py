"""The tables of an experiment file. `spec` puts them together and reads the files."""

from typing import Annotated, Literal, Self, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from patsieve.corpus.text import TextRecipe
from patsieve.errors import UsageError

Rate = Field(gt=0, lt=1)
Chance = Field(default=0.0, ge=0, lt=1)
Metric = Literal[
    "validation_loss",
    "validation_accuracy",
    "validation_f1_relevant",
    "validation_mcc",
    "validation_average_precision",
]


class Table(BaseModel):
    """A table of an experiment file: it cannot be changed, and what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@final
class TextSpec(Table):
    """Which fields of a record are read, in which order, and cut where."""

    fields: tuple[
        Literal["title", "abstract", "claims", "description", "first_claim", "independent_claims"],
        ...,
    ] = Field(default=("title", "abstract", "claims"), min_length=1)
    max_characters: int = Field(default=20_000, ge=1)
    max_words: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    symbols: bool = Field(
        default=False,
        description=(
            "Whether a bag of words counts the CPC or IPC symbols of a record too: subclass, main "
            "group and subgroup."
        ),
    )

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        try:
            TextRecipe(self.fields, self.max_characters, self.max_words)
        except UsageError as error:
            raise ValueError(str(error)) from error
        return self


@final
class LossSpec(Table):
    """What is minimised."""

    class_weights: tuple[float, float] | None = Field(
        default=None, description="Of label 0 (irrelevant) and label 1 (relevant)."
    )
    focal_gamma: float = Field(default=0.0, ge=0, description="0 is plain cross-entropy.")
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)


@final
class StoppingSpec(Table):
    """When a run has stopped getting better."""

    metric: Metric = "validation_loss"
    patience: Annotated[int, Field(ge=1)] | Literal["never"] = Field(
        default=5, description="Epochs without improvement; 'never' runs all epochs."
    )
    patience_scope: Literal["stage", "run"] = "stage"
    patience_ends: Literal["stage", "run"] = "stage"
    minimum_change: float = Field(default=0.0, ge=0)
    keep: Literal["best", "last"] = "best"
    average: int = Field(
        default=1, ge=1, description="Epochs whose weights are averaged at the end."
    )


@final
class ReducerSpec(Table):
    """Lowers the learning rate of some groups at a plateau."""

    groups: tuple[str, ...] = Field(min_length=1)
    factor: float = Field(default=0.5, gt=0, lt=1)
    patience: int = Field(default=1, ge=1)
    floor: float = Field(default=0.0, ge=0)
    metric: Metric = "validation_loss"


@final
class StageSpec(Table):
    """A stretch of epochs in which the same tensors train."""

    name: str = Field(min_length=1)
    train: tuple[str, ...] = ()
    surgical: int | None = Field(default=None, ge=1)
    learning_rate: float = Rate
    learning_rates: dict[str, float] = Field(default_factory=dict)
    rates_by_gradient: bool = False
    from_epoch: int | None = Field(default=None, ge=1)
    on_plateau: int | None = Field(default=None, ge=1)
    plateau_metric: Metric = "validation_loss"
    repeat: bool = False
    grow_percent: float | None = Field(default=None, gt=0, le=100)
    start_from: Literal["last", "best"] = "last"
    max_epochs: int | None = Field(default=None, ge=1)
    layer_decay: float = Field(default=1.0, gt=0, le=1)
    warmup_steps: int = Field(default=0, ge=0)
    decay: Literal["constant", "linear", "cosine"] = "constant"
    weight_decay: float = Field(default=0.01, ge=0)
    dropout: float | None = Field(default=None, ge=0, lt=1)
    reducer: ReducerSpec | None = None


@final
class TrainingSpec(Table):
    """How an encoder trains, beside its stages."""

    batch_size: int = Field(default=16, ge=1)
    accumulate: int = Field(default=1, ge=1)
    max_epochs: int = Field(default=10, ge=1)
    gradient_clip: float | None = Field(default=None, gt=0)
    sampling: Literal["uniform", "balanced"] = "uniform"
    loss: LossSpec = LossSpec()
    stopping: StoppingSpec = StoppingSpec()


@final
class WindowsSpec(Table):
    """How texts that are longer than `max_tokens` are read; without this table they are cut."""

    overlap: int = Field(default=64, ge=0)
    pooling: Literal["mean", "max", "learned"] = "mean"
    max_windows: int = Field(default=16, ge=1)


@final
class EncoderSpec(Table):
    """Which encoder, and how its output becomes two logits."""

    checkpoint: str | None = Field(
        default=None, description="Hub name or folder; the embedded encoder by default."
    )
    reference_checkpoint: str | None = Field(
        default=None, description="What the reference study used; recorded, not loaded."
    )
    pooling: Literal["pooler", "cls", "mean", "fields"] = "mean"
    max_tokens: int = Field(default=384, ge=8)
    dropout: float | None = Field(default=None, ge=0, lt=1)
    windows: WindowsSpec | None = None


@final
class AugmentationSpec(Table):
    """How training texts are altered; without this table they are not."""

    drop_fields: float = Chance
    shuffle_fields: float = Chance
    drop_sentences: float = Chance
    shuffle_sentences: float = Chance
    mask_tokens: float = Chance
    views: int = Field(default=4, ge=1)


@final
class ColumnSpec(Table):
    """Which column of the user's file holds the scores of another system."""

    name: str = Field(min_length=1, description="As in the file's header.")
    higher_is_relevant: bool = Field(
        default=True, description="false where a low number is a good one, as with ranks."
    )


@final
class StackingSpec(Table):
    """Which classifiers are stacked, and how; without this table none are."""

    bases: tuple[str, ...] = Field(
        min_length=2,
        description="Experiments by name, or TOML files as seen from the working folder.",
    )
    meta: Literal["xgboost", "logistic", "average", "chosen"] = Field(
        default="logistic",
        description="'chosen' takes the one that does best on families it has not seen.",
    )
    scores: Literal["out-of-fold", "in-sample"] = "out-of-fold"
    n_folds: int = Field(default=5, ge=2)
