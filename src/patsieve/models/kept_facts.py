"""What classifiers keep of themselves as JSON, with the number of its format."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from patsieve.errors import BundleError


def read_facts(path: Path, *, known: int | Sequence[int]) -> dict[str, Any]:
    """Return the object in a JSON file, whose ``format`` is `known`, or one of several.

    Raises
    ------
    BundleError
        If it was written by a version that this one does not know.
    """
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    formats = (known,) if isinstance(known, int) else known
    if facts["format"] not in formats:
        raise BundleError(
            f"{path} has format {facts['format']}; this version of patsieve reads format "
            f"{' and '.join(map(str, formats))}"
        )
    return facts
