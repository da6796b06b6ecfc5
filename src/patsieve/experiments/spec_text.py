"""An experiment as the text of a TOML file that says every setting, read back by `spec`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from patsieve.experiments.spec import ExperimentSpec

_TABLES = ("text", "encoder", "augmentation", "training", "column", "stacking")


def experiment_text(
    spec: ExperimentSpec, *, head: Sequence[str] = (), comments: Mapping[str, str] | None = None
) -> str:
    """Return a TOML file that `parse_experiment` reads back as the same experiment.

    What an experiment leaves open (``None``) is left out; all else is said, defaults too.

    Parameters
    ----------
    head : sequence of str
        Lines of comment to begin with.
    comments : mapping of str to str
        Key, as in the file, to what is said behind its value wherever it stands.
    """
    told = spec.model_dump(mode="json", exclude_none=True)
    said = {} if comments is None else comments
    lines = [f"# {line}".rstrip() for line in head]
    lines += [""] if head else []
    scalars = {key: value for key, value in told.items() if key not in (*_TABLES, "stages")}
    lines += _assignments(scalars, said)
    for name in _TABLES:
        if name in told:
            lines += _table(name, told[name], said)
    for stage in told["stages"]:
        lines += ["", "[[stages]]", *_assignments(stage, said)]
    return "\n".join(lines) + "\n"


def _table(name: str, values: Mapping[str, Any], comments: Mapping[str, str]) -> list[str]:
    inner = {key: value for key, value in values.items() if isinstance(value, Mapping)}
    own = {key: value for key, value in values.items() if key not in inner}
    lines = ["", f"[{name}]", *_assignments(own, comments)]
    for key, table in inner.items():
        lines += _table(f"{name}.{key}", table, comments)
    return lines


def _assignments(values: Mapping[str, Any], comments: Mapping[str, str]) -> list[str]:
    lines = []
    for key, value in values.items():
        said = f"  # {comments[key]}" if key in comments and value != {} else ""
        lines.append(f"{key} = {_value(value)}{said}")
    return lines


def _value(value: Any) -> str:
    if isinstance(value, str):
        # A JSON string is a TOML string, but for the delete character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_value(str(key))} = {_value(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(each) for each in value)}]"
    # true and false, whole numbers and floats are written alike in both.
    return json.dumps(value)
