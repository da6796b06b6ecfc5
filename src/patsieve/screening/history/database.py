"""The file of a history: an SQLite database of ours, one transaction a run, or a clear refusal.

A run holds the write lock from its first record to its end. If it is killed, SQLite takes back
what it has written; if another run wants to write meanwhile, it is refused.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from patsieve.atomic import output_error
from patsieve.errors import HistoryError

VERSION = 1
# "PaSv": tells our databases from those of other programs.
APPLICATION_ID = 0x50615376
_SECONDS_TO_WAIT = 5.0

# `content` and keys are digests (`corpus.content`): there is no text in a history. A record is a
# version of a publication: the same number with another text is another row. Rows whose `run` is
# null were decided on by the user and never scored.
_TABLES = """
CREATE TABLE models (
    id INTEGER PRIMARY KEY, seal TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created TEXT NOT NULL
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, model INTEGER NOT NULL REFERENCES models,
    file TEXT NOT NULL, digest TEXT NOT NULL, week TEXT NOT NULL, raised INTEGER NOT NULL,
    UNIQUE (digest, model)
);
CREATE TABLE records (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL, content BLOB NOT NULL,
    run INTEGER REFERENCES runs, number TEXT NOT NULL, published TEXT NOT NULL,
    UNIQUE (key, content)
);
CREATE TABLE families (
    key BLOB NOT NULL, record INTEGER NOT NULL REFERENCES records, PRIMARY KEY (key, record)
) WITHOUT ROWID;
CREATE TABLE scores (
    record INTEGER NOT NULL REFERENCES records, model INTEGER NOT NULL REFERENCES models,
    read BLOB NOT NULL, probability REAL, PRIMARY KEY (record, model)
) WITHOUT ROWID;
CREATE TABLE decisions (
    record INTEGER PRIMARY KEY REFERENCES records, label INTEGER NOT NULL, at TEXT NOT NULL
);
CREATE VIEW versions AS
    SELECT r.id AS id, r.key AS key, r.content, r.run, substr(runs.at, 1, 10), r.number,
        r.published, d.label, d.at
    FROM records r LEFT JOIN runs ON runs.id = r.run LEFT JOIN decisions d ON d.record = r.id;
"""


@contextmanager
def told_as_sentences(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into one sentence about the history.

    Raises
    ------
    HistoryError
    """
    try:
        yield
    except sqlite3.Error as error:
        raise HistoryError(_sentence(path, error)) from error


def _sentence(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    reasons = {
        sqlite3.SQLITE_NOTADB: (
            f"{path} is no history: it is not an SQLite database; name a file that --history has "
            "made, or one that does not exist yet"
        ),
        sqlite3.SQLITE_BUSY: (
            f"history {path} is being written by another run; wait until that has ended"
        ),
        sqlite3.SQLITE_FULL: f"cannot write history {path}: the disk is full",
        sqlite3.SQLITE_READONLY: f"cannot write history {path}: it is read-only",
        sqlite3.SQLITE_CANTOPEN: f"cannot open history {path}: permission denied",
        sqlite3.SQLITE_CORRUPT: (
            f"history {path} is damaged ({error}); restore it from a copy, or begin a new one"
        ),
    }
    return reasons.get(code, f"history {path} cannot be used: {error}")


def begin(path: Path, *, seconds_to_wait: float = _SECONDS_TO_WAIT) -> sqlite3.Connection:
    """Open a history, or begin a new one, inside a transaction that nobody else can write beside.

    Parameters
    ----------
    seconds_to_wait : float
        For another run to end.

    Raises
    ------
    HistoryError
        If it is no history, of another version, or in use.
    OutputError
        If the folder cannot be made.
    """
    if path.is_dir():
        raise HistoryError(f"{path} is a folder; a history is a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(path, error) from error
    with told_as_sentences(path):
        # Absolute, since SQLite has names such as ":memory:" that are no files.
        connection = sqlite3.connect(path.absolute(), timeout=seconds_to_wait, isolation_level=None)
        try:
            # The lock first: two runs must not both find that there is nothing yet.
            connection.execute("BEGIN IMMEDIATE")
            _make_or_check(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _make_or_check(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (n_tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not (application or version or n_tables):
        for statement in filter(str.strip, _TABLES.split(";")):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
    elif application != APPLICATION_ID:
        raise HistoryError(
            f"{path} is no history: it is an SQLite database of another program; name a file that "
            "--history has made, or one that does not exist yet"
        )
    elif version != VERSION:
        raise HistoryError(
            f"history {path} is of format {version}; this version of patsieve reads format "
            f"{VERSION}"
        )
    # Of this run only; it may outgrow the memory, and SQLite then keeps it in a file.
    connection.execute("CREATE TEMP TABLE met (key BLOB PRIMARY KEY) WITHOUT ROWID")
