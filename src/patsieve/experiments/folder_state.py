"""What a folder of runs remembers of itself: a small JSON file, and digests of what decides it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, final

from patsieve.atomic import file_aside
from patsieve.errors import UsageError


@final
@dataclass(frozen=True)
class FolderState:
    """A file of named values that is read anew each time, and written whole or not at all.

    Attributes
    ----------
    file : Path
    whose : str
        What writes such files, for the message when it holds something else.
    """

    file: Path
    whose: str

    def read(self) -> dict[str, Any]:
        """Return all values; none if there is no file.

        Raises
        ------
        UsageError
            If the file is not JSON.
        """
        if not self.file.is_file():
            return {}
        try:
            values: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise UsageError(
                f"{self.file} is not what {self.whose} wrote there: {error}"
            ) from error
        return values

    def write(self, values: Mapping[str, Any]) -> None:
        """Write these values and no others."""
        with file_aside(self.file) as aside:
            aside.write_text(json.dumps(values, indent=1), encoding="utf-8")

    def change(self, **values: Any) -> None:
        """Write these values beside those that are there."""
        self.write({**self.read(), **values})


def digest_of(values: Any) -> str:
    """Return the SHA-256 of values as JSON, whatever the order of their names."""
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()
