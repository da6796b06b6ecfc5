"""The folder of a study: what has been run, what is shared, what was broken off."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

from patsieve.atomic import file_aside
from patsieve.errors import UsageError
from patsieve.experiments.folder_state import FolderState, digest_of
from patsieve.experiments.study_run import StudyRun

_STATE = "study.json"


@final
class StudyFolder:
    """Runs, each written down when it is done, and what the others can use of them.

    Parameters
    ----------
    root : Path
    identity : mapping
        Plain values that decide the runs of the study as a whole: the data, the split and what
        was decided for every run.
    unit : {"seed", "fold"}
        What the number of a run is.

    Raises
    ------
    UsageError
        If the folder holds something else, or a study of other data.
    """

    def __init__(self, root: Path, identity: Mapping[str, Any], *, unit: str = "seed") -> None:
        self.root = root
        self._unit = unit
        self._state = FolderState(root / _STATE, "a study")
        self.first_stages = root / "shared" / "first-stages"
        self.activations = root / "shared" / "activations"
        self._identity = digest_of(identity)
        if root.exists() and not root.is_dir():
            raise UsageError(f"{root} is a file; choose another --out for the study")
        state = self._state.read()
        if not state and root.is_dir() and any(root.iterdir()):
            raise UsageError(f"{root} is a folder that holds no study; choose another --out")
        if state and state["identity"] != self._identity:
            raise UsageError(
                f"{root} holds a study of other data, another split or other settings; choose "
                "another --out"
            )
        self._state.write({"identity": self._identity, **state})

    @property
    def tracked_as(self) -> str:
        """The id under which the study as a whole is tracked; empty at first."""
        return str(self._state.read().get("tracked_as", ""))

    @tracked_as.setter
    def tracked_as(self, run_id: str) -> None:
        self._state.change(tracked_as=run_id)

    def run_folder(self, name: str, seed: int) -> Path:
        """Return where a run keeps its checkpoints until it is done."""
        return self.root / "unfinished" / f"{name}-{self._unit}{seed}"

    def read(self, name: str, seed: int, decisive: Mapping[str, Any]) -> StudyRun | None:
        """Return a run that is done, or None if it is not, or was run otherwise."""
        file = self._file(name, seed)
        if not file.is_file():
            return None
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            if kept["fingerprint"] != digest_of(decisive):
                return None
            return StudyRun.from_json(kept["run"])
        except (ValueError, KeyError, TypeError):
            # Damaged: it is run again.
            return None

    def write(self, run: StudyRun, decisive: Mapping[str, Any]) -> None:
        """Write down a run that is done, and drop its checkpoints."""
        kept = {"fingerprint": digest_of(decisive), "run": run.as_json()}
        with file_aside(self._file(run.experiment, run.seed)) as aside:
            aside.write_text(json.dumps(kept), encoding="utf-8")
        shutil.rmtree(self.run_folder(run.experiment, run.seed), ignore_errors=True)
        self._note(run.experiment, run.seed).unlink(missing_ok=True)

    def tracked_run(self, name: str, seed: int) -> str:
        """Return the id under which a run that was broken off is tracked; empty without one."""
        note = self._note(name, seed)
        return note.read_text(encoding="utf-8") if note.is_file() else ""

    def note_tracked_run(self, name: str, seed: int, run_id: str) -> None:
        """Remember under which id a run is tracked, in case that it is broken off."""
        with file_aside(self._note(name, seed)) as aside:
            aside.write_text(run_id, encoding="utf-8")

    def drop_first_stages(self) -> None:
        """Delete the shared epochs; they are of no use when all runs of a seed are done."""
        shutil.rmtree(self.first_stages, ignore_errors=True)

    def drop_shared(self) -> None:
        """Delete what only the running of the study needed."""
        shutil.rmtree(self.root / "shared", ignore_errors=True)
        shutil.rmtree(self.root / "unfinished", ignore_errors=True)

    def _note(self, name: str, seed: int) -> Path:
        return self.root / "unfinished" / f"{name}-{self._unit}{seed}.tracked"

    def _file(self, name: str, seed: int) -> Path:
        return self.root / "runs" / f"{name}-{self._unit}{seed}.json"
