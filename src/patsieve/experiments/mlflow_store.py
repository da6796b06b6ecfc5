"""An MLflow store that is quiet, quick to say no, and fails in one way.

MLflow is imported when a store is opened, not before: it takes seconds. It is made to send no
telemetry, not to wait minutes for a server that is away, and not to write its own affairs
(schema upgrades, retries) between the user's lines. Every fault is a `StoreError`.
"""

import json
import logging
import os
import re
import textwrap
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self, final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

# MLflow refuses more in one call and longer values (mlflow/utils/validation.py, 3.17).
_PARAMETERS_PER_CALL = 100
_METRICS_PER_CALL = 1000
_PARAMETER_LENGTH = 6000

_DISCRETION = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    # The address would stand, password and all, between the results on standard output.
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
# MLflow's own defaults, 7 retries of 120 seconds, would hold a training run up for minutes.
# A longer wait that the user has set in the environment counts.
_HTTP_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
}
_CONNECT_TIMEOUT = {
    "postgresql": {"connect_timeout": 10},
    "mysql": {"connect_timeout": 10},
    "mssql": {"timeout": 10},
    "sqlite": {"timeout": 5},
}
_LOGGERS = ("mlflow", "alembic", "sqlalchemy", "urllib3")


class StoreError(Exception):
    """The store is away, full, read-only or not a store; the message is the cause, in short."""


@final
class MlflowStore:
    """One experiment of an MLflow store.

    Parameters
    ----------
    client : MlflowClient
    experiment_id : str
    """

    def __init__(self, client: "MlflowClient", experiment_id: str) -> None:
        self._client = client
        self._experiment_id = experiment_id

    @classmethod
    def open(cls, uri: str, experiment: str) -> Self:
        """Connect to the store at `uri`; make `experiment` if it is not there.

        Raises
        ------
        StoreError
        """
        os.environ.update(_DISCRETION)
        for name, value in _HTTP_PATIENCE.items():
            os.environ.setdefault(name, value)
        with _faults_told():
            # Apart from `_quiet`: importing MLflow sets the very log levels that it lowers.
            with _without_deprecations():
                from mlflow.tracking import MlflowClient
            with _quiet():
                _check_database(uri)
                client = MlflowClient(tracking_uri=uri)
                found = client.get_experiment_by_name(experiment)
                if found is not None:
                    return cls(client, found.experiment_id)
                place = _artifact_location(uri)
                return cls(client, client.create_experiment(experiment, place))

    def start_run(self, name: str, parameters: Mapping[str, str], tags: Mapping[str, str]) -> str:
        """Make a run and return its id.

        A parameter too long for the store is cut there; all are then kept whole in the file
        ``parameters.json`` as well.

        Raises
        ------
        StoreError
        """
        with _faults_told(), _quiet():
            from mlflow.entities import Param

            run = self._client.create_run(self._experiment_id, run_name=name, tags=dict(tags))
            run_id: str = run.info.run_id
            if not run_id:
                raise StoreError("its answers are not those of an MLflow server")
            entities = [
                Param(_legal_name(key), _shortened(value)) for key, value in parameters.items()
            ]
            for start in range(0, len(entities), _PARAMETERS_PER_CALL):
                chunk = entities[start : start + _PARAMETERS_PER_CALL]
                self._client.log_batch(run_id, params=chunk)
            if any(len(value) > _PARAMETER_LENGTH for value in parameters.values()):
                text = json.dumps(dict(parameters), indent=2, ensure_ascii=False)
                self._client.log_text(run_id, text, "parameters.json")
            return run_id

    def continue_run(self, run_id: str) -> bool:
        """Let a run that is there go on; return False if it is not there or was deleted.

        Raises
        ------
        StoreError
        """
        with _faults_told(), _quiet():
            from mlflow.exceptions import MlflowException

            try:
                run = self._client.get_run(run_id)
            except MlflowException:
                return False
            if run.info.lifecycle_stage != "active":
                return False
            self._client.update_run(run_id, status="RUNNING")
            return True

    def log_metrics(self, run_id: str, metrics: Mapping[str, float], step: int | None) -> None:
        """Keep values of one moment; without a step they stand at MLflow's step 0.

        Raises
        ------
        StoreError
        """
        with _faults_told(), _quiet():
            from mlflow.entities import Metric

            now = int(time.time() * 1000)
            entities = [
                Metric(_legal_name(key), float(value), now, 0 if step is None else step)
                for key, value in metrics.items()
            ]
            for start in range(0, len(entities), _METRICS_PER_CALL):
                chunk = entities[start : start + _METRICS_PER_CALL]
                self._client.log_batch(run_id, metrics=chunk)

    def log_file(self, run_id: str, path: Path, folder: str) -> None:
        """Copy a file to the run.

        Raises
        ------
        StoreError
        """
        with _faults_told(), _quiet():
            self._client.log_artifact(run_id, str(path), folder or None)

    def log_folder(self, run_id: str, path: Path, folder: str) -> None:
        """Copy all that a folder holds to the run.

        Raises
        ------
        StoreError
        """
        with _faults_told(), _quiet():
            self._client.log_artifacts(run_id, str(path), folder or None)

    def finish(self, run_id: str, status: str) -> None:
        """Set the end and the final status of the run.

        Raises
        ------
        StoreError
        """
        with _faults_told(), _quiet():
            self._client.set_terminated(run_id, status)


def without_password(text: str) -> str:
    """Return `text` with ``user:password@`` hidden in every address."""
    return re.sub(r"//[^/@\s]*@", "//***@", text)


@contextmanager
def _faults_told() -> Iterator[None]:
    """Turn whatever a store can fail with into a `StoreError`."""
    try:
        yield
    except _known_faults() as error:
        raise StoreError(_cause(error)) from error


def _known_faults() -> tuple[type[Exception], ...]:
    # A missing database driver is an ImportError, an answer that is not MLflow's a ValueError
    # or a ParseError; connections fail with OSError, requests' own exceptions included.
    faults: tuple[type[Exception], ...] = (ImportError, OSError, ValueError)
    try:
        from google.protobuf.json_format import (  # type: ignore[import-untyped]
            ParseError,
        )
        from mlflow.exceptions import MlflowException
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError:
        return faults
    return (*faults, MlflowException, ParseError, SQLAlchemyError)


def _cause(error: BaseException) -> str:
    """Shorten the innermost exception to a line: the outer ones repeat it, and much else."""
    while True:
        inner = error.__cause__ if error.__cause__ is not None else error.__context__
        if inner is None:
            break
        error = inner
    message = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    lines = message.strip().splitlines()
    first = lines[0] if lines else type(error).__name__
    return textwrap.shorten(without_password(first), 200, placeholder=" …").rstrip(".")


@contextmanager
def _without_deprecations() -> Iterator[None]:
    """Keep deprecations that MLflow and its libraries tell each other from the user."""
    with warnings.catch_warnings():
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", category)
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    """Say nothing of MLflow's own affairs during a call; restore the log levels after it."""
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    try:
        for name in levels:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        with _without_deprecations():
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _check_database(uri: str) -> None:
    """Connect once to a database store: MLflow would retry for a minute and a half."""
    dialect = re.split(r"[+:]", uri, maxsplit=1)[0]
    if dialect not in _CONNECT_TIMEOUT:
        return
    from sqlalchemy import create_engine

    file = _sqlite_file(uri)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(uri, connect_args=_CONNECT_TIMEOUT[dialect])
    try:
        with engine.connect():
            pass
    finally:
        engine.dispose()


def _artifact_location(uri: str) -> str | None:
    """Beside an SQLite file; MLflow's own default is a folder of wherever one happens to be."""
    file = _sqlite_file(uri)
    return None if file is None else str((file.parent / "mlartifacts").resolve())


def _sqlite_file(uri: str) -> Path | None:
    path = urlsplit(uri).path
    if not uri.startswith("sqlite:///") or path in ("/", "/:memory:"):
        return None
    return Path(path.removeprefix("/"))


def _legal_name(name: str) -> str:
    """Replace what MLflow does not take in a name: ``lr/encoder[75%:]`` has three such."""
    return re.sub(r"[^\w\-. :/]", "_", name)


def _shortened(value: str) -> str:
    return value if len(value) <= _PARAMETER_LENGTH else value[: _PARAMETER_LENGTH - 1] + "…"
