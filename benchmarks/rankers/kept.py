"""Scores that took hours, kept as files, so that their tables take seconds."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.atomic import file_aside
from rankers.tasks import Task, Telling

# As many digits as a number of 32 bit has; more would only make the files larger.
_DIGITS = 7


@final
class Kept:
    """What systems said of tasks' test records, a JSON file for each system and task.

    Parameters
    ----------
    folder : Path
        Of one set of records.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known(self, system: str, task: Task) -> NDArray[np.float64] | None:
        """Return kept scores; None if there are none, or of other records."""
        path = self._path(system, task)
        if not path.is_file():
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        return np.array(kept["scores"]) if kept["digest"] == task.corpus.digest else None

    def keep(self, system: str, task: Task, telling: Telling, *, seconds: float) -> None:
        """Write what a system said, and what its members said where that is not known yet."""
        for name, scores in telling.scores.items():
            if name == system:
                self._write(name, task, scores, {"seconds": round(seconds, 1), **telling.facts})
            elif self.known(name, task) is None:
                self._write(name, task, scores, {"came with": system})

    def _path(self, system: str, task: Task) -> Path:
        return self._folder / f"{system.replace(' ', '-')}-{task.name}.json"

    def _write(
        self, system: str, task: Task, scores: NDArray[np.float64], facts: Mapping[str, object]
    ) -> None:
        rounded = [float(f"{score:.{_DIGITS}g}") for score in scores]
        kept = {"digest": task.corpus.digest, **facts, "scores": rounded}
        with file_aside(self._path(system, task)) as aside:
            aside.write_text(json.dumps(kept) + "\n", encoding="utf-8")
