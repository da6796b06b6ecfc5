"""Where a number comes from: what a run was given, and the state of the user's own code."""

import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from patsieve.experiments.partition import Partition

_LIBRARIES = ("numpy", "scikit-learn", "torch", "transformers", "tokenizers", "safetensors")


def commit_of(folder: Path) -> str | None:
    """Return the git commit that `folder` stands at, or None outside a repository."""
    try:
        asked = subprocess.run(  # noqa: S603 - the arguments are ours
            ["git", "-C", str(folder), "rev-parse", "HEAD"],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() or None if asked.returncode == 0 else None


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries whose numbers a result depends on."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def flattened(values: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    """Return nested mappings and lists as one mapping with dotted names, for a tracker."""
    flat: dict[str, object] = {}
    for name, value in values.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{key}.")
        elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
            for number, item in enumerate(value, 1):
                flat |= flattened(item, f"{key}.{number}.")
        else:
            flat[key] = value
    return flat


def describe_data(partition: Partition, source: Path) -> dict[str, object]:
    """Return what a run learnt from, for a tracker."""
    parts = {
        "training": partition.training,
        "validation": partition.validation,
        "test": partition.test,
    }
    return {
        "data.file": source.name,
        "data.digest": partition.whole.digest,
        "data.n_records": len(partition.whole),
        "data.n_relevant": int(partition.whole.labels.sum()),
        **{f"data.n_{name}": len(part) for name, part in parts.items()},
        **{f"data.n_{name}_relevant": int(part.labels.sum()) for name, part in parts.items()},
    }
