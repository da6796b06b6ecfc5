"""A tracker that keeps runs in memory: for tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from patsieve.experiments.tracking import Status
from patsieve.experiments.tracking_checks import (
    already_running,
    as_texts,
    check_file,
    check_folder,
    not_running,
)


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
    """Keeps runs in memory, with all bytes of their files.

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
        self,
        run_name: str,
        parameters: Mapping[str, object],
        tags: Mapping[str, str],
        *,
        run_id: str = "",  # noqa: ARG002
    ) -> None:
        """Begin a run; see `Tracker`. It has no ids, so none goes on."""
        if self.runs and self.runs[-1].status == "RUNNING":
            raise already_running(self.runs[-1].name)
        self.runs.append(MemoryRun(run_name, as_texts(parameters), dict(tags)))

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Keep values by name; see `Tracker`."""
        run = self._run()
        for name, value in metrics.items():
            run.metrics.setdefault(name, []).append((step, float(value)))

    def log_file(self, path: Path, folder: str = "") -> None:
        """Keep the bytes of a file; see `Tracker`."""
        check_file(path)
        self._run().files[f"{folder}/{path.name}".lstrip("/")] = path.read_bytes()

    def log_folder(self, path: Path, folder: str = "") -> None:
        """Keep the bytes of all files in a folder; see `Tracker`."""
        check_folder(path)
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
            raise not_running()
        return self.runs[-1]
