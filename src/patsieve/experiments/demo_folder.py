"""The folder of a demo: where its files stand, and which of them it may write again.

A demo is run more than once, and between two runs people work in its folder. What they
have changed, or put there themselves, is never written over.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import final

from patsieve.atomic import file_aside
from patsieve.errors import UsageError

# Beside the files: what the demo has written, with its SHA-256; empty while it is written.
_LEDGER = ".patsieve-demo.json"


@final
class DemoFolder:
    """Names the files of a demo, and remembers how it left them.

    Parameters
    ----------
    path : Path
        Made when the first file is written.
    experiments : sequence of str
        Each has a bundle in ``models/``.
    """

    def __init__(self, path: Path, experiments: tuple[str, ...]) -> None:
        self.path = path
        self.labelled = path / "labelled.csv"
        self.new = path / "this-week.csv"
        self.ranked_xlsx = path / "ranked.xlsx"
        self.ranked_csv = path / "ranked.csv"
        self.report = path / "report.html"
        self.tracking = path / "mlflow.db"
        self.bundles = {name: path / "models" / name for name in experiments}

    @property
    def tracking_uri(self) -> str:
        """The MLflow store of the demo's runs."""
        return f"sqlite:///{self.tracking.as_posix()}"

    @property
    def own(self) -> tuple[Path, ...]:
        """Every file and folder that a demo writes anew."""
        tables = (self.labelled, self.new, self.ranked_xlsx, self.ranked_csv)
        return (*tables, self.report, *self.bundles.values())

    def check(self) -> list[Path]:
        """Return what an earlier demo has left to be written anew.

        Raises
        ------
        UsageError
            If something stands there that no demo has written, or that was changed since.
        """
        ledger = self._read()
        present = [path for path in self.own if path.exists()]
        foreign = [path for path in present if not self._is_own(path, ledger)]
        foreign += [
            run
            for path in self.bundles.values()
            # An interrupted run may be thrown away only if it was the demo's.
            if (run := path.with_name(f"{path.name}.run")).exists()
            and ledger.get(self._name(path)) != ""
        ]
        if foreign:
            names = ", ".join(str(path) for path in foreign)
            raise UsageError(
                f"the demo would write over {names}, which it has not written or which was "
                f"changed since; move {'it' if len(foreign) == 1 else 'them'} away, or choose "
                "another --out"
            )
        return present

    @contextmanager
    def writing(self, path: Path) -> Iterator[Path]:
        """Remember that the block writes `path`, and how it left it."""
        self._note(path, "")
        yield path
        self._note(path, _digest(path))

    def _is_own(self, path: Path, ledger: dict[str, str]) -> bool:
        known = ledger.get(self._name(path))
        return known == "" or (known is not None and known == _digest(path))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.path).as_posix()

    def _read(self) -> dict[str, str]:
        ledger = self.path / _LEDGER
        if not ledger.is_file():
            return {}
        try:
            values = json.loads(ledger.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            values = None
        # Somebody has edited it: then nothing is known to be the demo's.
        return values if isinstance(values, dict) else {}

    def _note(self, path: Path, digest: str) -> None:
        ledger = {**self._read(), self._name(path): digest}
        with file_aside(self.path / _LEDGER) as aside:
            aside.write_text(json.dumps(ledger, indent=1), encoding="utf-8")


def _digest(path: Path) -> str:
    """SHA-256 of a file; of a folder, that of the names and digests of all files in it."""
    if path.is_file():
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    digests = {
        file.relative_to(path).as_posix(): _digest(file)
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }
    return hashlib.sha256(json.dumps(digests).encode()).hexdigest()
