"""What an experiment file may say, and the catalogue of those that come with patsieve.

Every mistake in a file is reported at once, by name, with what was possible.
"""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from patsieve.errors import SpecificationError, UsageError

Rate = Field(gt=0, lt=1)
Metric = Literal[
    "validation_loss",
    "validation_accuracy",
    "validation_f1_relevant",
    "validation_mcc",
    "validation_average_precision",
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


@final
class TextSpec(_Part):
    """Which fields of a record are read, in which order."""

    fields: tuple[Literal["title", "abstract", "claims", "description"], ...] = Field(
        default=("title", "abstract", "claims"), min_length=1
    )


@final
class LossSpec(_Part):
    """What is minimised."""

    class_weights: tuple[float, float] | None = Field(
        default=None, description="Of label 0 (irrelevant) and label 1 (relevant)."
    )
    focal_gamma: float = Field(default=0.0, ge=0, description="0 is plain cross-entropy.")
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)


@final
class StoppingSpec(_Part):
    """When a run has stopped getting better."""

    metric: Metric = "validation_loss"
    patience: Annotated[int, Field(ge=1)] | Literal["never"] = Field(
        default=5, description="Epochs without improvement; 'never' runs all epochs."
    )
    patience_scope: Literal["stage", "run"] = "stage"
    patience_ends: Literal["stage", "run"] = "stage"
    minimum_change: float = Field(default=0.0, ge=0)
    keep: Literal["best", "last"] = "best"


@final
class ReducerSpec(_Part):
    """Lowers the learning rate of some groups at a plateau."""

    groups: tuple[str, ...] = Field(min_length=1)
    factor: float = Field(default=0.5, gt=0, lt=1)
    patience: int = Field(default=1, ge=1)
    floor: float = Field(default=0.0, ge=0)
    metric: Metric = "validation_loss"


@final
class StageSpec(_Part):
    """A stretch of epochs in which the same tensors train."""

    name: str = Field(min_length=1)
    train: tuple[str, ...] = ()
    learning_rate: float = Rate
    learning_rates: dict[str, float] = Field(default_factory=dict)
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
class TrainingSpec(_Part):
    """How an encoder trains, beside its stages."""

    batch_size: int = Field(default=16, ge=1)
    accumulate: int = Field(default=1, ge=1)
    max_epochs: int = Field(default=10, ge=1)
    gradient_clip: float | None = Field(default=None, gt=0)
    sampling: Literal["uniform", "balanced"] = "uniform"
    loss: LossSpec = LossSpec()
    stopping: StoppingSpec = StoppingSpec()


@final
class EncoderSpec(_Part):
    """Which encoder, and how its output becomes two logits."""

    checkpoint: str | None = Field(
        default=None, description="Hub name or folder; the embedded encoder by default."
    )
    reference_checkpoint: str | None = Field(
        default=None, description="What the reference study used; recorded, not loaded."
    )
    pooling: Literal["pooler", "cls", "mean"] = "mean"
    max_tokens: int = Field(default=384, ge=8)
    dropout: float | None = Field(default=None, ge=0, lt=1)


@final
class BagOfWordsSpec(_Part):
    """The bag-of-words classifier has its settings chosen; there is nothing to say."""


@final
class ExperimentSpec(_Part):
    """One experiment, as its file says it."""

    name: str = ""
    summary: str = Field(min_length=1, description="One line, shown in lists.")
    kind: Literal["bag-of-words", "encoder"]
    notes: tuple[str, ...] = Field(
        default=(), description="What the study reported, and what is assumed."
    )
    text: TextSpec = TextSpec()
    encoder: EncoderSpec = EncoderSpec()
    training: TrainingSpec = TrainingSpec()
    stages: tuple[StageSpec, ...] = ()

    def as_mapping(self) -> dict[str, Any]:
        """Return plain values, for a manifest or a tracker; what does not apply is left out."""
        left_out = {"encoder", "training", "stages"} if self.kind == "bag-of-words" else set()
        return self.model_dump(mode="json", exclude=left_out)


def catalogue() -> tuple[ExperimentSpec, ...]:
    """Return every experiment that comes with patsieve, by name."""
    return tuple(read_experiment(name) for name in catalogue_names())


def catalogue_names() -> tuple[str, ...]:
    """Return the names of the experiments that come with patsieve."""
    files = resources.files("patsieve.experiments").joinpath("catalogue").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def catalogue_text(name: str) -> str:
    """Return the TOML file of an experiment of the catalogue.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    if name not in catalogue_names():
        raise UsageError(
            f"there is no experiment '{name}'; there are {', '.join(catalogue_names())}, or a "
            "TOML file of your own"
        )
    file = resources.files("patsieve.experiments").joinpath("catalogue", f"{name}.toml")
    return file.read_text(encoding="utf-8")


def read_experiment(name_or_file: str) -> ExperimentSpec:
    """Return an experiment by its name in the catalogue or from a TOML file.

    Raises
    ------
    UsageError
        If it is neither a name nor a file.
    SpecificationError
        If the file says something impossible; all mistakes are named.
    """
    path = Path(name_or_file)
    if path.suffix == ".toml" or path.is_file():
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"experiment file {path} cannot be read: {_reason(error)}") from error
        return parse_experiment(text, name=path.stem, source=str(path))
    text = catalogue_text(name_or_file)
    return parse_experiment(text, name=name_or_file, source=name_or_file)


def parse_experiment(text: str, *, name: str, source: str) -> ExperimentSpec:
    """Return the experiment that a TOML text describes.

    Parameters
    ----------
    name : str
        Given to the experiment if its file gives none.
    source : str
        Named in messages.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecificationError(f"experiment {source} is not valid TOML: {error}") from error
    try:
        spec = ExperimentSpec.model_validate({"name": name, **values})
    except ValidationError as error:
        mistakes = "; ".join(_mistake(item) for item in error.errors())
        raise SpecificationError(f"experiment {source}: {mistakes}") from error
    if spec.kind == "encoder" and not spec.stages:
        raise SpecificationError(
            f"experiment {source}: an encoder needs at least one [[stages]] table"
        )
    return spec


def _mistake(item: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in item["loc"]) or "the file"
    if item["type"] == "extra_forbidden":
        return f"{where} is not known here"
    if item["type"] == "missing":
        return f"{where} is missing"
    return f"{where} is {item['input']!r}, but: {item['msg']}"


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "it is not UTF-8"
