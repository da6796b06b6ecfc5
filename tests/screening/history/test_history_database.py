"""A history is ours, whole, of a known version, and written by one run at a time; or refused."""

import multiprocessing
import os
import signal
import sqlite3
import time

import pytest

from patsieve.errors import HistoryError, OutputError
from patsieve.screening.history.database import APPLICATION_ID, VERSION, begin
from patsieve.screening.history.store import HistoryStore


@pytest.fixture
def path(tmp_path):
    return tmp_path / "scored.sqlite"


def kept(path):
    """Make a history that is empty but for its tables."""
    HistoryStore(path).keep()
    return path


def refusal(path, match):
    with pytest.raises(HistoryError, match=match) as error:
        begin(path, seconds_to_wait=0.1)
    assert str(path) in str(error.value)


def test_a_new_history_says_that_it_is_ours_and_of_which_version(path):
    kept(path)

    with sqlite3.connect(path) as opened:
        assert opened.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert opened.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_folder_is_made_for_it(tmp_path):
    kept(tmp_path / "deep" / "down" / "scored.sqlite")

    assert (tmp_path / "deep" / "down" / "scored.sqlite").is_file()


def test_it_can_be_opened_again(path):
    kept(path)

    HistoryStore(path).keep()


def test_an_empty_file_becomes_a_history(path):
    path.touch()

    kept(path)

    assert path.read_bytes().startswith(b"SQLite format 3")


def test_what_was_not_kept_is_not_there(path):
    HistoryStore(path).take_back()

    with sqlite3.connect(path) as opened:
        assert opened.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_a_file_that_is_no_database(path):
    path.write_text("title,label\n" * 100, encoding="utf-8")

    refusal(path, "is no history: it is not an SQLite database")


def test_the_database_of_another_program(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    other.close()

    refusal(path, "of another program")


def test_a_later_version(path):
    with sqlite3.connect(kept(path)) as other:
        other.execute(f"PRAGMA user_version = {VERSION + 1}")
    other.close()

    refusal(path, f"is of format {VERSION + 1}; this version of patsieve reads format {VERSION}")


def test_a_folder(tmp_path):
    refusal(tmp_path, "is a folder; a history is a file")


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match="a part of the path is a file"):
        begin(tmp_path / "file" / "scored.sqlite")


def test_a_damaged_history(path):
    store = HistoryStore(path)
    for number in range(400):
        store._connection.execute(
            "INSERT INTO models (seal, name, created) VALUES (?, '', '')", (f"{number:064d}",)
        )
    store.keep()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)

    with pytest.raises(HistoryError, match=r"damaged|cannot be used|no history"):
        begin(path)


def test_a_history_that_is_being_written(path):
    first = HistoryStore(path)

    refusal(path, "is being written by another run; wait until that has ended")

    first.keep()
    HistoryStore(path, seconds_to_wait=0.1).keep()


def test_a_name_that_sqlite_would_take_for_the_memory_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from pathlib import Path

    kept(Path(":memory:"))

    assert (tmp_path / ":memory:").is_file()


def write_and_wait(path, ready):
    store = HistoryStore(path)
    for number in range(20_000):
        store._connection.execute(
            "INSERT INTO models (seal, name, created) VALUES (?, '', '')", (f"{number:064d}" * 20,)
        )
    ready.set()
    time.sleep(60)


def test_a_run_that_is_killed_leaves_what_was_there_before(path):
    store = HistoryStore(path)
    store._do("INSERT INTO models (seal, name, created) VALUES ('a', 'first', '')", ())
    store.keep()
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=write_and_wait, args=(path, ready))
    process.start()
    assert ready.wait(30)

    os.kill(process.pid, signal.SIGKILL)
    process.join()

    # So much was written that SQLite had to put a part into the file already.
    again = HistoryStore(path)
    assert again._rows("SELECT name FROM models", ()) == [("first",)]
    again.keep()


def test_a_full_disk_is_told(path):
    store = HistoryStore(path)
    store._connection.execute("PRAGMA max_page_count = 20")

    def fill():
        for number in range(10_000):
            store._do(
                "INSERT INTO models (seal, name, created) VALUES (?, '', '')", (f"{number:064d}",)
            )

    with pytest.raises(HistoryError, match="the disk is full"):
        fill()

    store.take_back()
