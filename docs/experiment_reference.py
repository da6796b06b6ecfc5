"""The page on experiment files: every field with its type, default and meaning.

Types and defaults come from the specification that reads the files, meanings from the
docstrings of the classes that the values go to, so that they are written once.
"""

import inspect
import re
import typing
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from patsieve.corpus.text import TextRecipe
from patsieve.experiments import spec, tables
from patsieve.finetuning import selection
from patsieve.finetuning.augmentation import Augmentation
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.schedule import EarlyStopping, Reducer, Stage
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.window_settings import Windows
from patsieve.models.column import ColumnClassifier
from patsieve.models.encoder import EncoderClassifier
from patsieve.models.stacking import StackingClassifier

# Table of the file → its specification and the class whose docstring explains it.
TABLES: Mapping[str, tuple[type[BaseModel], type]] = {
    "": (spec.ExperimentSpec, spec.ExperimentSpec),
    "[text]": (tables.TextSpec, TextRecipe),
    "[encoder]": (tables.EncoderSpec, EncoderClassifier),
    "[encoder.windows]": (tables.WindowsSpec, Windows),
    "[augmentation]": (tables.AugmentationSpec, Augmentation),
    "[training]": (tables.TrainingSpec, TrainingSettings),
    "[training.loss]": (tables.LossSpec, ClassificationLoss),
    "[training.stopping]": (tables.StoppingSpec, EarlyStopping),
    "[[stages]]": (tables.StageSpec, Stage),
    "[stages.reducer]": (tables.ReducerSpec, Reducer),
    "[column]": (tables.ColumnSpec, ColumnClassifier),
    "[stacking]": (tables.StackingSpec, StackingClassifier),
}

# Where the docstring speaks to programmers, or the name says it all there.
MEANINGS = {
    "name": "What it is called in lists and runs; by default the file's name.",
    "kind": "Which classifier; `[augmentation]`, `[training]` and `[[stages]]` are for encoders "
    "only, `[encoder]` is for them and embeddings, `[column]` for the scores of another system, "
    "`[stacking]` for stacks.",
    "sampling": "Every record once an epoch, or both classes equally often.",
    "stages.name": "What it is called in progress lines and messages.",
    "stages.train": "What trains, as layer groups (below); everything else is frozen.",
    "stages.learning_rates": "Layer group to rate; where two name the same one, the later counts.",
    "stages.plateau_metric": "What has to improve.",
    "stages.reducer.groups": "Layer groups (below); only these are touched.",
    "stages.reducer.metric": "As for stopping.",
}

HEAD = """\
# Experiment files

Generated from the code by `make docs`; do not edit.

An experiment is a TOML file. `patsieve experiments show NAME` prints one to start from, and
`patsieve train FILE --experiment mine.toml` runs it. A key that is not listed here is refused;
all mistakes of a file are told at once, before anything runs.
"""

ENTRY = re.compile(r"^(\w+(?:, \w+)*)(?: : .*)?$")


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for table, (specification, explained) in TABLES.items():
        title = f"`{table}`" if table else "At the top"
        summary = inspect.getdoc(specification) or ""
        prefix = table.strip("[]") + "." if table.startswith(("[[stages", "[stages")) else ""
        parts.append(f"## {title}\n\n{summary}\n\n{_fields(specification, explained, prefix)}")
    parts.append(f"## Layer groups\n\n{_layer_groups()}")
    return "\n".join(parts)


def _fields(specification: type[BaseModel], explained: type, prefix: str) -> str:
    meanings = documented(explained)
    lines = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for name, field in specification.model_fields.items():
        if _is_table(field.annotation):
            continue
        meaning = MEANINGS.get(f"{prefix}{name}", field.description)
        if meaning is None:
            meaning = meanings[name]
        cells = (f"`{name}`", _type(field.annotation), _default(field), meaning)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _layer_groups() -> str:
    """Return the table of the module that reads the expressions, and its rule below it."""
    _, table, rule = (selection.__doc__ or "").split("\n\n", 2)
    rows = [re.split(r"  +", row, maxsplit=1) for row in table.splitlines()[1:-1]]
    lines = ["| written | means |", "|---|---|", *(f"| {form} | {means} |" for form, means in rows)]
    return "\n".join(lines).replace("``", "`") + f"\n\n{rule.strip()}\n"


def documented(explained: type) -> dict[str, str]:
    """Return what a numpydoc docstring says of each attribute or parameter, in one line."""
    meanings: dict[str, list[str]] = {}
    names: list[str] = []
    for line in _entries(inspect.getdoc(explained) or ""):
        if match := ENTRY.match(line):
            names = match[1].split(", ")
            meanings.update({name: [] for name in names})
        elif line.strip():
            for name in names:
                meanings[name].append(line.strip())
    return {name: " ".join(lines).replace("``", "`") for name, lines in meanings.items()}


def _entries(docstring: str) -> Iterator[str]:
    """Yield the lines of the sections Parameters and Attributes."""
    lines = docstring.splitlines()
    section = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if following and set(following) == {"-"}:
            section = line
        elif section in ("Parameters", "Attributes") and set(line) != {"-"}:
            yield line


def _is_table(annotation: Any) -> bool:
    kinds = [annotation, *typing.get_args(annotation)]
    return any(inspect.isclass(kind) and issubclass(kind, BaseModel) for kind in kinds)


def _type(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type(arguments[0])
    if origin is typing.Literal:
        return ", ".join(f'`"{value}"`' for value in arguments)
    if origin in (typing.Union, UnionType):
        return " or ".join(_type(part) for part in arguments if part is not NoneType)
    if origin is tuple:
        several = len(arguments) == 2 and arguments[1] is Ellipsis
        return f"list of {_type(arguments[0])}" if several else f"{len(arguments)} numbers"
    if origin is dict:
        return f"table of {_type(arguments[1])}"
    return {str: "text", int: "whole number", float: "number", bool: "`true`, `false`"}[annotation]


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined or value in ("", (), {}):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{part}"' for part in value) + "]`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"
