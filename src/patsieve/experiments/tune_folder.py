"""The folder of a search: its trials, the weights of the best, what was broken off."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, final

from patsieve.atomic import file_aside, folder_aside
from patsieve.errors import UsageError
from patsieve.experiments.folder_state import FolderState, digest_of
from patsieve.experiments.tune_record import TrialRecord
from patsieve.experiments.tune_space import Parameters
from patsieve.models.encoder import EncoderClassifier

_STATE = "search.json"


@final
class TuneFolder:
    """Trials, each written down when it has ended.

    Parameters
    ----------
    root : Path
    identity : mapping of str to Any
        By what it is called in a message ("data", …), plain values that decide the trials.

    Raises
    ------
    UsageError
        If the folder holds something else, or another search; it is said what is other.
    """

    def __init__(self, root: Path, identity: Mapping[str, Any]) -> None:
        self.root = root
        self._state = FolderState(root / _STATE, "a search")
        self.activations = root / "shared" / "activations"
        self.best_file = root / "best.toml"
        self.table = root / "trials.csv"
        self._trials = root / "trials.jsonl"
        wanted = {name: digest_of(value) for name, value in identity.items()}
        if root.exists() and not root.is_dir():
            raise UsageError(f"{root} is a file; choose another --out for the search")
        state = self._state.read()
        if not state and root.is_dir() and any(root.iterdir()):
            raise UsageError(f"{root} is a folder that holds no search; choose another --out")
        kept = state.get("identity", wanted)
        other = [name for name in wanted if kept.get(name) != wanted[name]]
        if other:
            raise UsageError(
                f"{root} holds a search with another {' and another '.join(other)}; choose "
                "another --out"
            )
        self._state.write({"identity": wanted, **state})

    @property
    def tracked_as(self) -> str:
        """The id under which the search as a whole is tracked; empty at first."""
        return str(self._state.read().get("tracked_as", ""))

    @tracked_as.setter
    def tracked_as(self, run_id: str) -> None:
        self._state.change(tracked_as=run_id)

    @property
    def tested(self) -> dict[str, Any] | None:
        """What was found on the test records; None as long as nobody has looked at them."""
        tested: dict[str, Any] | None = self._state.read().get("tested")
        return tested

    @tested.setter
    def tested(self, found: Mapping[str, Any]) -> None:
        self._state.change(tested=dict(found))

    def records(self) -> tuple[TrialRecord, ...]:
        """Return the trials that have ended, in their order."""
        if not self._trials.is_file():
            return ()
        lines = self._trials.read_text(encoding="utf-8").splitlines()
        try:
            return tuple(TrialRecord.from_json(json.loads(line)) for line in lines)
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{self._trials} is not what a search wrote there ({error}); choose another --out"
            ) from error

    def write(self, records: Sequence[TrialRecord]) -> None:
        """Write down all trials that have ended, and drop the checkpoints of the last."""
        with file_aside(self._trials) as aside:
            lines = [json.dumps(record.as_json()) + "\n" for record in records]
            aside.write_text("".join(lines), encoding="utf-8")
        shutil.rmtree(self._begun(records[-1].number), ignore_errors=True)

    def run_folder(self, number: int) -> Path:
        """Return where a trial keeps its checkpoints until it has ended."""
        return self._begun(number) / "run"

    def begun(self, number: int) -> tuple[Parameters | None, str]:
        """Return what a trial that was broken off tried, and the id under which it is tracked."""
        file = self._begun(number) / "trial.json"
        if not file.is_file():
            return None, ""
        kept = json.loads(file.read_text(encoding="utf-8"))
        return kept["parameters"], kept["tracked_as"]

    def begin(self, number: int, parameters: Parameters, tracked_as: str) -> None:
        """Remember what a trial tries, in case that it is broken off."""
        with file_aside(self._begun(number) / "trial.json") as aside:
            told = {"parameters": parameters, "tracked_as": tracked_as}
            aside.write_text(json.dumps(told), encoding="utf-8")

    def save(self, number: int, classifier: EncoderClassifier) -> None:
        """Keep the weights that a trial ended with."""
        with folder_aside(self._weights(number)) as aside:
            classifier.save(aside)

    def load(self, number: int) -> EncoderClassifier:
        """Return the classifier that a trial ended with."""
        return EncoderClassifier.load(self._weights(number))

    def keep_weights_of(self, numbers: Sequence[int]) -> None:
        """Delete the weights of all other trials."""
        kept = {self._weights(number) for number in numbers}
        for folder in (self.root / "shared" / "weights").glob("*"):
            if folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def drop_shared(self) -> None:
        """Delete what only the running of the search needed."""
        shutil.rmtree(self.root / "shared", ignore_errors=True)
        shutil.rmtree(self.root / "unfinished", ignore_errors=True)

    def _begun(self, number: int) -> Path:
        return self.root / "unfinished" / f"trial-{number}"

    def _weights(self, number: int) -> Path:
        return self.root / "shared" / "weights" / f"trial-{number}"
