"""What every tracker refuses, and how it keeps parameters."""

from collections.abc import Mapping
from pathlib import Path


def as_texts(parameters: Mapping[str, object]) -> dict[str, str]:
    """Return the parameters as a store keeps them."""
    return {name: str(value) for name, value in parameters.items()}


def already_running(run_name: str) -> RuntimeError:
    """Return what is raised when a run is started within a run."""
    return RuntimeError(f"the run {run_name!r} has not been finished; one run at a time")


def not_running() -> RuntimeError:
    """Return what is raised when something is logged without a run."""
    return RuntimeError("no run has been started")


def check_file(path: Path) -> None:
    """Raise if there is no such file."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path} to keep")


def check_folder(path: Path) -> None:
    """Raise if there is no such folder."""
    if not path.is_dir():
        raise FileNotFoundError(f"there is no folder {path} to keep")
