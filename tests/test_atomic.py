"""Output is whole or not there: under errors, full disks, interruptions and kills."""

import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.atomic import file_aside, folder_aside, output_error
from patsieve.errors import OutputError

HALF_THEN_KILLED = """
import os, signal, sys
from pathlib import Path
from patsieve.atomic import file_aside, folder_aside

with {writer}(Path(sys.argv[1])) as aside:
    target = aside / "part" if aside.is_dir() else aside
    target.write_text("half of the new")
    os.kill(os.getpid(), signal.SIGKILL)
"""

WRITE_A_MEGABYTE = """
import sys
from pathlib import Path
from patsieve.atomic import file_aside, folder_aside
from patsieve.errors import OutputError

try:
    with {writer}(Path(sys.argv[1])) as aside:
        target = aside / "part" if aside.is_dir() else aside
        target.write_bytes(bytes(2**20))
except OutputError as error:
    print(error)
"""


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def raise_halfway(writing: AbstractContextManager[Path], error: type[BaseException]) -> None:
    with writing as aside:
        half = aside / "manifest.json" if aside.is_dir() else aside
        half.write_text("half of the new")
        raise error("stop")


@contextmanager
def file_size_limit(n_bytes: int) -> Iterator[None]:
    """Let the operating system refuse to write beyond `n_bytes`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def on_small_disk(folder: Path, mount_options: str, script: str, *arguments: str) -> str:
    """Run `script` where `folder` is a small disk of its own, seen by that process alone."""
    if sys.platform != "linux":
        pytest.skip("a disk of one's own needs Linux")
    mount = f"mount -t tmpfs -o {mount_options} none {folder}"
    with_disk = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    if subprocess.run([*with_disk, mount], capture_output=True).returncode != 0:
        pytest.skip("this system lets nobody mount a disk of one's own")
    run = subprocess.run(
        [*with_disk, f'{mount} && exec "$@"', "sh", sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def test_a_file_appears_when_it_is_complete(tmp_path):
    out = tmp_path / "ranked.csv"

    with file_aside(out) as aside:
        aside.write_text("new")
        assert not out.exists()

    assert out.read_text() == "new"
    assert names_in(tmp_path) == ["ranked.csv"]


def test_missing_folders_on_the_way_are_made(tmp_path):
    with file_aside(tmp_path / "a" / "b" / "ranked.csv") as aside:
        aside.write_text("new")

    assert (tmp_path / "a" / "b" / "ranked.csv").read_text() == "new"


def test_the_temporary_file_stands_in_the_same_folder_and_keeps_the_suffix(tmp_path):
    with file_aside(tmp_path / "ranked.csv.gz") as aside:
        assert aside.parent == tmp_path
        assert aside.suffix == ".gz"


@pytest.mark.parametrize("error", [ValueError, OutputError, KeyboardInterrupt, SystemExit])
def test_a_block_that_raises_leaves_the_old_file_and_nothing_else(tmp_path, error):
    out = tmp_path / "ranked.csv"
    out.write_text("old")

    with pytest.raises(error):
        raise_halfway(file_aside(out), error)

    assert out.read_text() == "old"
    assert names_in(tmp_path) == ["ranked.csv"]


def test_a_new_file_is_as_readable_as_any_other(tmp_path):
    plain = tmp_path / "plain"
    plain.touch()

    with file_aside(tmp_path / "ranked.csv") as aside:
        aside.write_text("new")

    assert stat.S_IMODE((tmp_path / "ranked.csv").stat().st_mode) == stat.S_IMODE(
        plain.stat().st_mode
    )


def test_every_file_of_a_new_folder_is_as_readable_as_any_other(tmp_path):
    plain = tmp_path / "plain"
    plain.touch()

    with folder_aside(tmp_path / "bundle") as aside:
        (aside / "encoder").mkdir()
        (aside / "encoder" / "model.safetensors").touch(mode=0o600)

    written = tmp_path / "bundle" / "encoder" / "model.safetensors"
    assert stat.S_IMODE(written.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path):
    (tmp_path / "ranked.csv").mkdir()

    with (
        pytest.raises(OutputError, match=r"ranked\.csv: a folder of that name is in the way"),
        file_aside(tmp_path / "ranked.csv"),
    ):
        pytest.fail("the block must not be entered")

    assert names_in(tmp_path) == ["ranked.csv"]


@pytest.mark.parametrize("writer", [file_aside, folder_aside])
@pytest.mark.parametrize("below", ["out", "deeper/out"])
def test_a_path_below_a_file_is_refused(tmp_path, writer, below):
    (tmp_path / "file").write_text("in the way")

    with (
        pytest.raises(OutputError, match="a part of the path is a file, not a folder"),
        writer(tmp_path / "file" / below),
    ):
        pytest.fail("the block must not be entered")

    assert (tmp_path / "file").read_text() == "in the way"


def test_a_device_is_not_replaced_by_a_file(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(OutputError, match="a device or a pipe, not a file"), file_aside(pipe):
        pytest.fail("the block must not be entered")

    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_goes_on_pointing_to_the_file_that_was_written(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / "ranked.csv"
    link.symlink_to(elsewhere / "real.csv")

    with file_aside(link) as aside:
        aside.write_text("new")

    assert link.is_symlink()
    assert (elsewhere / "real.csv").read_text() == "new"


def test_a_write_that_the_system_cuts_short_leaves_the_old_file(tmp_path):
    out = tmp_path / "ranked.csv"
    out.write_text("old")

    with (
        file_size_limit(1024),
        pytest.raises(OutputError, match=r"cannot write .*ranked\.csv: File too large"),
        file_aside(out) as aside,
    ):
        aside.write_bytes(bytes(4096))

    assert out.read_text() == "old"
    assert names_in(tmp_path) == ["ranked.csv"]


@pytest.mark.parametrize("writer", ["file_aside", "folder_aside"])
def test_a_full_disk_is_told_in_one_sentence(tmp_path, writer):
    script = WRITE_A_MEGABYTE.format(writer=writer) + (
        "print(sorted(path.name for path in Path(sys.argv[1]).parent.iterdir()))\n"
    )

    said = on_small_disk(tmp_path, "size=64k", script, str(tmp_path / "out"))

    assert said == f"cannot write {tmp_path}/out: the disk is full\n[]\n"


@pytest.mark.parametrize("writer", ["file_aside", "folder_aside"])
def test_a_read_only_folder_is_told_in_one_sentence(tmp_path, writer):
    script = WRITE_A_MEGABYTE.format(writer=writer)

    said = on_small_disk(tmp_path, "ro", script, str(tmp_path / "out"))

    assert said == f"cannot write {tmp_path}/out: the file system is read-only\n"


@pytest.mark.parametrize("writer", ["file_aside", "folder_aside"])
def test_a_kill_in_the_middle_leaves_the_old(tmp_path, writer):
    out = tmp_path / "out"
    if writer == "folder_aside":
        out.mkdir()
        (out / "part").write_text("old")
        reading = out / "part"
    else:
        out.write_text("old")
        reading = out

    run = subprocess.run([sys.executable, "-c", HALF_THEN_KILLED.format(writer=writer), str(out)])

    assert run.returncode == -signal.SIGKILL
    assert reading.read_text() == "old"


@pytest.mark.parametrize("writer", ["file_aside", "folder_aside"])
def test_a_kill_in_the_middle_leaves_nothing_where_nothing_was(tmp_path, writer):
    script = HALF_THEN_KILLED.format(writer=writer)

    subprocess.run([sys.executable, "-c", script, str(tmp_path / "out")])

    assert not (tmp_path / "out").exists()


def test_a_folder_appears_when_it_is_complete(tmp_path):
    out = tmp_path / "models" / "mine"

    with folder_aside(out) as aside:
        (aside / "manifest.json").write_text("{}")
        assert not out.exists()

    assert names_in(out) == ["manifest.json"]
    assert names_in(tmp_path / "models") == ["mine"]


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "left over").write_text("old")

    with folder_aside(out) as aside:
        (aside / "manifest.json").write_text("new")
        assert names_in(out) == ["left over"]

    assert names_in(out) == ["manifest.json"]
    assert names_in(tmp_path) == ["mine"]


@pytest.mark.parametrize("error", [ValueError, OutputError, KeyboardInterrupt])
def test_a_block_that_raises_leaves_the_old_folder_and_nothing_else(tmp_path, error):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "manifest.json").write_text("old")

    with pytest.raises(error):
        raise_halfway(folder_aside(out), error)

    assert (out / "manifest.json").read_text() == "old"
    assert names_in(tmp_path) == ["mine"]


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "mine").write_text("in the way")

    with (
        pytest.raises(OutputError, match="mine: a file of that name is in the way"),
        folder_aside(tmp_path / "mine"),
    ):
        pytest.fail("the block must not be entered")

    assert (tmp_path / "mine").read_text() == "in the way"


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (OSError(16, "Device or resource busy"), OutputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_the_old_folder_comes_back_if_the_new_one_cannot_take_its_place(
    tmp_path, monkeypatch, error, raised
):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "manifest.json").write_text("old")
    rename = Path.rename

    def refuse_the_new(self, target):
        if (self / "new").exists():
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_the_new)
    with pytest.raises(raised), folder_aside(out) as aside:
        (aside / "new").touch()

    assert names_in(out) == ["manifest.json"]
    assert names_in(tmp_path) == ["mine"]


def test_nothing_is_lost_if_even_the_old_folder_cannot_come_back(tmp_path, monkeypatch):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "manifest.json").write_text("old")
    rename = Path.rename

    def only_the_first(self, target):
        if self != out:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", only_the_first)
    with pytest.raises(OutputError), folder_aside(out):
        pass

    kept = list(tmp_path.rglob("manifest.json"))
    assert [path.read_text() for path in kept] == ["old"]


@given(code=st.integers(min_value=1, max_value=133))
def test_every_system_error_becomes_one_line_that_names_the_path(code):
    message = str(output_error(Path("there/ranked.csv"), OSError(code, os.strerror(code))))

    assert message.startswith("cannot write there/ranked.csv: ")
    assert "\n" not in message


def test_an_error_without_a_code_still_says_something():
    assert str(output_error(Path("x"), OSError("gone"))) == "cannot write x: gone"
