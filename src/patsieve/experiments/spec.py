"""What an experiment file may say, and the catalogue of those that come with patsieve.

Every mistake in a file is reported at once, by name, with what was possible.
"""

import tomllib
from collections.abc import Mapping
from functools import reduce
from importlib import resources
from itertools import product
from pathlib import Path
from typing import Any, Literal, final

from pydantic import Field, ValidationError

from patsieve.errors import SpecificationError, UsageError, possible
from patsieve.experiments.tables import (
    AugmentationSpec,
    ColumnSpec,
    EncoderSpec,
    StackingSpec,
    StageSpec,
    Table,
    TextSpec,
    TrainingSpec,
)
from patsieve.finetuning.window_settings import Windows

# Settings that files have known since results were first kept, and what means "not used".
_NEWER_SETTINGS: Mapping[tuple[str, ...], Any] = {
    ("training", "stopping", "average"): 1,
    ("text", "max_characters"): 20_000,
    ("text", "max_words"): {},
    ("text", "symbols"): False,
    ("encoder", "windows"): None,
}
# Tables that only experiments of one kind have, and which.
_OF_ONE_KIND = {"augmentation": "encoder", "column": "column", "stacking": "stacking"}
# Kinds whose file says which encoder.
_WITH_ENCODER = ("encoder", "embedding")
_NEWER_STAGE_SETTINGS: Mapping[str, Any] = {"surgical": None, "rates_by_gradient": False}


@final
class ExperimentSpec(Table):
    """One experiment, as its file says it."""

    name: str = ""
    summary: str = Field(min_length=1, description="One line, shown in lists.")
    kind: Literal["bag-of-words", "embedding", "encoder", "column", "stacking"]
    origin: Literal["reference", "wish", "ours"] = Field(
        default="ours",
        description="Run by the reference study, wished for there, or a recipe of our own.",
    )
    estimate: Literal["test", "out-of-fold"] = Field(
        default="test",
        description=(
            "How good the model is, is measured on test records set aside, or on all records "
            "by models that had not seen their families; the model then learns from all."
        ),
    )
    notes: tuple[str, ...] = Field(
        default=(), description="What the study reported, and what is assumed."
    )
    text: TextSpec = TextSpec()
    encoder: EncoderSpec = EncoderSpec()
    augmentation: AugmentationSpec | None = None
    training: TrainingSpec = TrainingSpec()
    stages: tuple[StageSpec, ...] = ()
    column: ColumnSpec | None = None
    stacking: StackingSpec | None = None

    def as_mapping(self) -> dict[str, Any]:
        """Return plain values, for a manifest or a tracker; what does not apply is left out."""
        left_out = set() if self.kind == "encoder" else {"training", "stages"}
        left_out |= set() if self.kind in _WITH_ENCODER else {"encoder"}
        left_out |= {name for name in _OF_ONE_KIND if getattr(self, name) is None}
        return self.model_dump(mode="json", exclude=left_out)

    def decisive(self) -> dict[str, Any]:
        """Return what decides the numbers of a run, as plain values.

        What an experiment says about itself is left out; the bases of a stack are named by
        what decides their numbers. Results are kept under a hash of this, so a setting that is
        new to the files must not show as long as nobody uses it.
        """
        told = self.as_mapping()
        for key in ("name", "summary", "notes", "origin", "estimate"):
            del told[key]
        for (*tables, key), unused in _NEWER_SETTINGS.items():
            table = reduce(lambda inner, name: inner.get(name, {}), tables, told)
            if key in table and table[key] == unused:
                del table[key]
        for stage, (key, unused) in product(told.get("stages", ()), _NEWER_STAGE_SETTINGS.items()):
            if stage[key] == unused:
                del stage[key]
        if self.stacking is not None:
            told["stacking"]["bases"] = [base.decisive() for base in read_bases(self)]
        return told


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
        known = possible(name, catalogue_names(), all_of_them="`patsieve experiments list`")
        raise UsageError(f"there is no experiment '{name}'; {known}")
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
    _check_tables(spec, source)
    return spec


def read_bases(spec: ExperimentSpec) -> tuple[ExperimentSpec, ...]:
    """Return the experiments that a stack is made of; of other kinds, none.

    Raises
    ------
    UsageError
        If one is neither a name nor a file.
    SpecificationError
        If one is a stack itself.
    """
    names = () if spec.stacking is None else spec.stacking.bases
    bases = tuple(read_experiment(name) for name in names)
    for base in bases:
        if base.kind == "stacking":
            raise SpecificationError(
                f"experiment {spec.name} stacks '{base.name}', which is a stack itself; "
                "bases are of any other kind"
            )
    if bases and spec.text.symbols and all(base.kind != "bag-of-words" for base in bases):
        raise SpecificationError(
            f"experiment {spec.name}: [text] symbols are counted by a bag of words, and the stack "
            f"has none; its bases are {', '.join(names)}"
        )
    return bases


def bases_as_stacked(spec: ExperimentSpec) -> tuple[ExperimentSpec, ...]:
    """Return `read_bases`, each with the text that all of them read in the stack: the stack's."""
    return tuple(base.model_copy(update={"text": spec.text}) for base in read_bases(spec))


def _check_tables(spec: ExperimentSpec, source: str) -> None:
    """Refuse a file whose tables do not fit its kind."""
    if spec.kind == "encoder" and not spec.stages:
        raise SpecificationError(
            f"experiment {source}: an encoder needs at least one [[stages]] table"
        )
    if spec.kind == "stacking" and spec.stacking is None:
        raise SpecificationError(f"experiment {source}: a stack needs a [stacking] table")
    if spec.kind == "column" and spec.column is None:
        raise SpecificationError(
            f"experiment {source}: the scores of another system need a [column] table with the "
            "column's name"
        )
    if spec.kind != "encoder" and spec.stages:
        raise SpecificationError(
            f"experiment {source}: [[stages]] are for kind 'encoder', not for '{spec.kind}'"
        )
    if spec.text.symbols and spec.kind not in ("bag-of-words", "stacking"):
        raise SpecificationError(
            f"experiment {source}: [text] symbols are counted by kind 'bag-of-words', alone or in "
            f"a stack, not by '{spec.kind}'"
        )
    _check_windows(spec, source)
    if spec.stacking is not None and _chosen_in_sample(spec.stacking):
        raise SpecificationError(
            f"experiment {source}: a meta-classifier is chosen by out-of-fold scores; with "
            "scores = 'in-sample' name one: xgboost, logistic, average"
        )
    for table, kind in _OF_ONE_KIND.items():
        if spec.kind != kind and getattr(spec, table) is not None:
            raise SpecificationError(
                f"experiment {source}: [{table}] is for kind '{kind}', not for '{spec.kind}'"
            )
    if spec.stacking is not None and len(set(spec.stacking.bases)) < len(spec.stacking.bases):
        raise SpecificationError(f"experiment {source}: [stacking] names a base twice")


def _check_windows(spec: ExperimentSpec, source: str) -> None:
    if spec.encoder.windows is None:
        return
    if spec.kind not in _WITH_ENCODER:
        raise SpecificationError(
            f"experiment {source}: [encoder.windows] is for kinds {' and '.join(_WITH_ENCODER)}, "
            f"not for '{spec.kind}', which has no encoder of its own"
        )
    try:
        Windows(**spec.encoder.windows.model_dump()).check_fits(spec.encoder.max_tokens)
    except UsageError as error:
        raise SpecificationError(f"experiment {source}: {error}") from error


def _chosen_in_sample(stacking: StackingSpec) -> bool:
    return stacking.meta == "chosen" and stacking.scores == "in-sample"


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
