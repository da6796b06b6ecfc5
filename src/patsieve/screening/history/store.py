"""What a history is asked and told while a file is scored: versions, scores, decisions, weeks."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, final

from patsieve.screening.drift.week import WeekCounts
from patsieve.screening.history.database import begin, told_as_sentences
from patsieve.screening.history.identity import Identity
from patsieve.screening.history.known import Known
from patsieve.screening.manifest import Manifest

# Of a publication or a family the latest are looked at: a cell that names the same family for
# thousands of records is no family id.
_MOST_VERSIONS = 64

_OF_PUBLICATION = "SELECT * FROM versions WHERE key = ? ORDER BY id DESC LIMIT ?"
_OF_FAMILY = """
SELECT * FROM versions WHERE id IN (SELECT record FROM families WHERE key = ?)
ORDER BY id DESC LIMIT ?
"""


@final
class HistoryStore:
    """A history that is being written, in one transaction.

    Parameters
    ----------
    path : Path
        Of the SQLite file; a new one is begun where there is none.
    seconds_to_wait : float
        For another run to end.

    Raises
    ------
    HistoryError, OutputError
        As `begin`; and in every method, if the file cannot be read or written.
    """

    def __init__(self, path: Path, *, seconds_to_wait: float = 5.0) -> None:
        self.path = path
        self._connection = begin(path, seconds_to_wait=seconds_to_wait)

    def keep(self) -> None:
        """Make everything that was told last, and close."""
        with told_as_sentences(self.path):
            try:
                self._connection.execute("COMMIT")
            finally:
                self._connection.close()

    def take_back(self) -> None:
        """Forget everything that was told, and close."""
        # SQLite rolls back what is not committed.
        self._connection.close()

    def model(self, manifest: Manifest, name: str) -> int:
        """Return the number of a model, which its manifest's seal tells from all others."""
        self._do(
            "INSERT OR IGNORE INTO models (seal, name, created) VALUES (?, ?, ?)",
            (manifest.seal, name, manifest.created),
        )
        (number,) = self._rows("SELECT id FROM models WHERE seal = ?", (manifest.seal,))[0]
        return int(number)

    def begin_run(self, *, model: int, file: str, digest: str, at: str) -> tuple[int, int, str]:
        """Begin to score a file.

        Parameters
        ----------
        digest : str
            Of the file: one that was scored already is not another week.
        at : str
            Now, ISO 8601.

        Returns
        -------
        run, before : int
            What this run is called; and the first run that it is *not* compared with: itself,
            or the first one with the same file.
        scored_at : str
            When the same file was first scored; empty if it was not.
        """
        seen = self._rows("SELECT id, at FROM runs WHERE digest = ? ORDER BY id", (digest,))
        self._do(
            "INSERT INTO runs (at, model, file, digest, week, raised) VALUES (?, ?, ?, ?, '{}', 0)"
            " ON CONFLICT (digest, model) DO NOTHING",
            (at, model, file, digest),
        )
        (run,) = self._rows("SELECT id FROM runs WHERE digest = ? AND model = ?", (digest, model))[
            0
        ]
        return int(run), int(seen[0][0] if seen else run), str(seen[0][1]) if seen else ""

    def versions(self, identity: Identity) -> list[tuple[Known, int | None]]:
        """Return what is known of a record's publication, then of its family, the latest first.

        Each comes with the run that scored it first; None if none did.
        """
        rows = self._rows(_OF_PUBLICATION, (identity.key, _MOST_VERSIONS))
        for family in identity.families:
            rows += self._rows(_OF_FAMILY, (family, _MOST_VERSIONS))
        found: dict[int, tuple[Known, int | None]] = {}
        for row, key, content, run, scored, number, published, label, decided in rows:
            known = Known(
                row=row,
                key=key,
                content=content,
                scored="" if scored is None else scored,
                number=number,
                published=published,
                label=label,
                decided="" if decided is None else decided,
            )
            found.setdefault(row, (known, run))
        return list(found.values())

    def add(self, identity: Identity, run: int | None) -> int:
        """Take down a version that is not known yet, or scored for the first time."""
        self._do(
            "INSERT INTO records (key, content, run, number, published) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (key, content) DO UPDATE SET run = coalesce(run, excluded.run)",
            (identity.key, identity.content, run, identity.number, identity.published),
        )
        (row,) = self._rows(
            "SELECT id FROM records WHERE key = ? AND content = ?", (identity.key, identity.content)
        )[0]
        for family in identity.families:
            self._do("INSERT OR IGNORE INTO families VALUES (?, ?)", (family, row))
        return int(row)

    def score(self, row: int, model: int, read: bytes) -> tuple[float | None] | None:
        """Return what a model gave a version, if it read the same; None if it has not scored it.

        The probability itself is None where there was nothing to read.
        """
        found = self._rows(
            "SELECT probability FROM scores WHERE record = ? AND model = ? AND read = ?",
            (row, model, read),
        )
        return None if not found else (found[0][0],)

    def scored_by_another(self, row: int, model: int) -> bool:
        """Whether another model has scored a version."""
        query = "SELECT 1 FROM scores WHERE record = ? AND model <> ? LIMIT 1"
        return bool(self._rows(query, (row, model)))

    def keep_score(self, row: int, model: int, read: bytes, probability: float | None) -> None:
        """Take down what a model gives a version, and by what it read."""
        self._do(
            "INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?)", (row, model, read, probability)
        )

    def decide(self, row: int, label: int, at: str) -> None:
        """Take down the user's decision; a later one replaces it, the same one does not."""
        self._do(
            "INSERT INTO decisions VALUES (?, ?, ?) ON CONFLICT (record) DO UPDATE SET"
            " label = excluded.label, at = excluded.at WHERE label <> excluded.label",
            (row, label, at),
        )

    def move_decision(self, row: int, to: int) -> None:
        """Tie a decision that was made on a number alone to the version that it now has met."""
        self._do("UPDATE OR IGNORE decisions SET record = ? WHERE record = ?", (to, row))

    def is_first_of_family(self, families: Sequence[bytes]) -> bool:
        """Whether no record of these families was asked about in this run."""
        n_before = self._connection.total_changes
        for family in families:
            self._do("INSERT OR IGNORE INTO met VALUES (?)", (family,))
        return self._connection.total_changes - n_before == len(set(families))

    def quiet_weeks(self, model: int, *, but: int) -> tuple[list[WeekCounts], int]:
        """Return the weeks of a model without an alarm, and how many weeks it has, but for one."""
        rows = self._rows(
            "SELECT week, raised FROM runs WHERE model = ? AND id <> ? ORDER BY id", (model, but)
        )
        return [WeekCounts.from_json(json.loads(week)) for week, raised in rows if not raised], len(
            rows
        )

    def keep_week(self, run: int, week: WeekCounts, *, raised: bool) -> None:
        """Take down what was counted in a week, and whether it raised an alarm."""
        self._do(
            "UPDATE runs SET week = ?, raised = ? WHERE id = ?",
            (json.dumps(week.as_json()), int(raised), run),
        )

    def other_models(self, model: int) -> list[str]:
        """Return how all other models of the history are called, the oldest first."""
        rows = self._rows("SELECT name, created FROM models WHERE id <> ? ORDER BY id", (model,))
        return [f"{name}, made {created[:10]}" for name, created in rows]

    def _do(self, statement: str, values: Sequence[object]) -> None:
        with told_as_sentences(self.path):
            self._connection.execute(statement, values)

    def _rows(self, query: str, values: Sequence[object]) -> list[Any]:
        with told_as_sentences(self.path):
            return self._connection.execute(query, values).fetchall()
