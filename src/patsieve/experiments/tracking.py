"""Where a run's parameters, metrics and files are kept, to be compared with other runs.

What is logged is the runner's decision. How MLflow is spoken to is `mlflow_store`'s.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, final, runtime_checkable

from patsieve.experiments.mlflow_store import MlflowStore, StoreError, without_password

Status = Literal["FINISHED", "FAILED", "KILLED"]

DEFAULT_TRACKING_URI = "sqlite:///mlflow.db"


@runtime_checkable
class Tracker(Protocol):
    """Keeps what a run logs, from `start` to `finish`; then another run may start.

    Logging without a started run, and starting a run within a run, is a `RuntimeError`; a file
    or folder that is not there is a `FileNotFoundError`. Nothing else is raised: a fault of
    the store must not cost a training run.
    """

    @property
    def run_id(self) -> str:
        """Under which the store finds the latest run; empty where nothing is stored."""

    def start(
        self, run_name: str, parameters: Mapping[str, object], tags: Mapping[str, str]
    ) -> None:
        """Begin a run with its tags and its parameters, which are kept as text."""

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Keep values by name; `step` is the epoch, None what is said of the whole run."""

    def log_file(self, path: Path, folder: str = "") -> None:
        """Keep a copy of a file under its own name, in `folder` of the run's files."""

    def log_folder(self, path: Path, folder: str = "") -> None:
        """Keep a copy of all that a folder holds, in `folder` of the run's files."""

    def finish(self, status: Status) -> None:
        """End the run."""


@dataclass
class MemoryRun:
    """What a `MemoryTracker` keeps of one run.

    Attributes
    ----------
    metrics : mapping of str to list of (step, value)
        In the order of logging.
    files : mapping of str to bytes
        By path within the run, with forward slashes.
    status : str
        ``RUNNING`` until the run is finished.
    """

    name: str
    parameters: dict[str, str]
    tags: dict[str, str]
    metrics: dict[str, list[tuple[int | None, float]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    status: str = "RUNNING"


@final
class MemoryTracker:
    """Keeps runs in memory, with all bytes of their files: for tests.

    Attributes
    ----------
    runs : list of MemoryRun
        Oldest first.
    """

    def __init__(self) -> None:
        self.runs: list[MemoryRun] = []

    @property
    def run_id(self) -> str:
        """Empty: memory is no store."""
        return ""

    def start(
        self, run_name: str, parameters: Mapping[str, object], tags: Mapping[str, str]
    ) -> None:
        """Begin a run; see `Tracker`."""
        if self.runs and self.runs[-1].status == "RUNNING":
            raise _already_running(self.runs[-1].name)
        self.runs.append(MemoryRun(run_name, _as_texts(parameters), dict(tags)))

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Keep values by name; see `Tracker`."""
        run = self._run()
        for name, value in metrics.items():
            run.metrics.setdefault(name, []).append((step, float(value)))

    def log_file(self, path: Path, folder: str = "") -> None:
        """Keep the bytes of a file; see `Tracker`."""
        _check_file(path)
        self._run().files[f"{folder}/{path.name}".lstrip("/")] = path.read_bytes()

    def log_folder(self, path: Path, folder: str = "") -> None:
        """Keep the bytes of all files in a folder; see `Tracker`."""
        _check_folder(path)
        run = self._run()
        for file in sorted(path.rglob("*")):
            if file.is_file():
                name = f"{folder}/{file.relative_to(path).as_posix()}".lstrip("/")
                run.files[name] = file.read_bytes()

    def finish(self, status: Status) -> None:
        """End the run; see `Tracker`."""
        self._run().status = status

    def _run(self) -> MemoryRun:
        if not self.runs or self.runs[-1].status != "RUNNING":
            raise _not_running()
        return self.runs[-1]


@final
class NoTracker:
    """Keeps nothing, for users who want no tracking; the caller's mistakes are still errors."""

    def __init__(self) -> None:
        self._running = ""

    @property
    def run_id(self) -> str:
        """Empty: nothing is stored."""
        return ""

    def start(
        self,
        run_name: str,
        parameters: Mapping[str, object],  # noqa: ARG002
        tags: Mapping[str, str],  # noqa: ARG002
    ) -> None:
        """Begin a run; see `Tracker`."""
        if self._running:
            raise _already_running(self._running)
        self._running = run_name

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:  # noqa: ARG002
        """Keep nothing; see `Tracker`."""
        self._check_running()

    def log_file(self, path: Path, folder: str = "") -> None:  # noqa: ARG002
        """Keep nothing; see `Tracker`."""
        self._check_running()
        _check_file(path)

    def log_folder(self, path: Path, folder: str = "") -> None:  # noqa: ARG002
        """Keep nothing; see `Tracker`."""
        self._check_running()
        _check_folder(path)

    def finish(self, status: Status) -> None:  # noqa: ARG002
        """End the run; see `Tracker`."""
        self._check_running()
        self._running = ""

    def _check_running(self) -> None:
        if not self._running:
            raise _not_running()


@final
class MlflowTracker:
    """Keeps runs in an MLflow store, and goes on without it when it is away.

    The first fault of the store is told in one sentence; after it nothing is tracked, and
    nothing more is said. A run that the store lost in this way stays ``RUNNING`` there.

    Parameters
    ----------
    tracking_uri : str or None
        A database (``sqlite:///mlflow.db``) or a server (``https://…``). None: what the
        environment variable ``MLFLOW_TRACKING_URI`` says, else the SQLite file ``mlflow.db``
        in the working folder. The files of the runs lie beside an SQLite file, in
        ``mlartifacts/``.
    experiment : str
        MLflow's name for a set of runs; made if the store does not have it.
    say : callable
        Receives the sentence.
    """

    def __init__(
        self, tracking_uri: str | None, experiment: str, say: Callable[[str], None]
    ) -> None:
        if tracking_uri is None:
            # Set but empty is what a shell script leaves behind for "none".
            tracking_uri = os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT_TRACKING_URI
        self._uri = tracking_uri
        self._experiment = experiment
        self._say = say
        self._running = ""
        self._run_id = ""
        self._store: MlflowStore | None = None
        self._is_off = False

    @property
    def run_id(self) -> str:
        """MLflow's id of the latest run; empty where none is tracked."""
        return self._run_id

    def start(
        self, run_name: str, parameters: Mapping[str, object], tags: Mapping[str, str]
    ) -> None:
        """Begin a run; see `Tracker`."""
        if self._running:
            raise _already_running(self._running)
        self._running = run_name
        self._run_id = ""
        self._attempt(lambda store: self._start(store, run_name, _as_texts(parameters), tags))

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Keep values by name; see `Tracker`."""
        self._check_running()
        self._attempt(lambda store: store.log_metrics(self._run_id, metrics, step))

    def log_file(self, path: Path, folder: str = "") -> None:
        """Keep a copy of a file; see `Tracker`."""
        self._check_running()
        _check_file(path)
        self._attempt(lambda store: store.log_file(self._run_id, path, folder))

    def log_folder(self, path: Path, folder: str = "") -> None:
        """Keep a copy of a folder; see `Tracker`."""
        self._check_running()
        _check_folder(path)
        self._attempt(lambda store: store.log_folder(self._run_id, path, folder))

    def finish(self, status: Status) -> None:
        """End the run; see `Tracker`."""
        self._check_running()
        self._running = ""
        self._attempt(lambda store: store.finish(self._run_id, status))

    def _start(
        self,
        store: MlflowStore,
        run_name: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
    ) -> None:
        self._run_id = store.start_run(run_name, parameters, tags)

    def _attempt(self, action: Callable[[MlflowStore], None]) -> None:
        """Let `action` use the store, opened by the first call; give the store up on a fault."""
        if self._is_off:
            return
        try:
            if self._store is None:
                self._store = MlflowStore.open(self._uri, self._experiment)
            action(self._store)
        except StoreError as error:
            self._is_off = True
            self._say(
                f"the run goes on without tracking: {without_password(self._uri)} "
                f"cannot be used ({error})"
            )

    def _check_running(self) -> None:
        if not self._running:
            raise _not_running()


def _as_texts(parameters: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items()}


def _already_running(run_name: str) -> RuntimeError:
    return RuntimeError(f"the run {run_name!r} has not been finished; one run at a time")


def _not_running() -> RuntimeError:
    return RuntimeError("no run has been started")


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path} to keep")


def _check_folder(path: Path) -> None:
    if not path.is_dir():
        raise FileNotFoundError(f"there is no folder {path} to keep")
