"""Where a run's parameters, metrics and files are kept, to be compared with other runs.

What is logged is the runner's decision. How MLflow is spoken to is `mlflow_store`'s.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol, final, runtime_checkable

from patsieve.experiments.mlflow_store import MlflowStore, StoreError, without_password
from patsieve.experiments.tracking_checks import (
    already_running,
    as_texts,
    check_file,
    check_folder,
    not_running,
)

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
        self,
        run_name: str,
        parameters: Mapping[str, object],
        tags: Mapping[str, str],
        *,
        run_id: str = "",
    ) -> None:
        """Begin a run with its tags and its parameters, which are kept as text.

        Go on with the run `run_id` instead, if the store has it.
        """

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Keep values by name; `step` is the epoch, None what is said of the whole run."""

    def log_file(self, path: Path, folder: str = "") -> None:
        """Keep a copy of a file under its own name, in `folder` of the run's files."""

    def log_folder(self, path: Path, folder: str = "") -> None:
        """Keep a copy of all that a folder holds, in `folder` of the run's files."""

    def finish(self, status: Status) -> None:
        """End the run."""


@contextmanager
def tracked(
    tracker: Tracker,
    run_name: str,
    parameters: Mapping[str, object],
    tags: Mapping[str, str],
    *,
    run_id: str = "",
) -> Iterator[None]:
    """Keep the block as one run, and say there how it ended."""
    tracker.start(run_name, parameters, tags, run_id=run_id)
    try:
        yield
    except KeyboardInterrupt:
        tracker.finish("KILLED")
        raise
    except BaseException:
        tracker.finish("FAILED")
        raise
    tracker.finish("FINISHED")


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
        *,
        run_id: str = "",  # noqa: ARG002
    ) -> None:
        """Begin a run; see `Tracker`."""
        if self._running:
            raise already_running(self._running)
        self._running = run_name

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:  # noqa: ARG002
        """Keep nothing; see `Tracker`."""
        self._check_running()

    def log_file(self, path: Path, folder: str = "") -> None:  # noqa: ARG002
        """Keep nothing; see `Tracker`."""
        self._check_running()
        check_file(path)

    def log_folder(self, path: Path, folder: str = "") -> None:  # noqa: ARG002
        """Keep nothing; see `Tracker`."""
        self._check_running()
        check_folder(path)

    def finish(self, status: Status) -> None:  # noqa: ARG002
        """End the run; see `Tracker`."""
        self._check_running()
        self._running = ""

    def _check_running(self) -> None:
        if not self._running:
            raise not_running()


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
        self,
        run_name: str,
        parameters: Mapping[str, object],
        tags: Mapping[str, str],
        *,
        run_id: str = "",
    ) -> None:
        """Begin a run, or go on with one; see `Tracker`."""
        if self._running:
            raise already_running(self._running)
        self._running = run_name
        self._run_id = ""

        def begin(store: MlflowStore) -> None:
            if run_id and store.continue_run(run_id):
                self._run_id = run_id
            else:
                self._run_id = store.start_run(run_name, as_texts(parameters), tags)

        self._attempt(begin)

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Keep values by name; see `Tracker`."""
        self._check_running()
        self._attempt(lambda store: store.log_metrics(self._run_id, metrics, step))

    def log_file(self, path: Path, folder: str = "") -> None:
        """Keep a copy of a file; see `Tracker`."""
        self._check_running()
        check_file(path)
        self._attempt(lambda store: store.log_file(self._run_id, path, folder))

    def log_folder(self, path: Path, folder: str = "") -> None:
        """Keep a copy of a folder; see `Tracker`."""
        self._check_running()
        check_folder(path)
        self._attempt(lambda store: store.log_folder(self._run_id, path, folder))

    def finish(self, status: Status) -> None:
        """End the run; see `Tracker`."""
        self._check_running()
        self._running = ""
        self._attempt(lambda store: store.finish(self._run_id, status))

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
            raise not_running()
