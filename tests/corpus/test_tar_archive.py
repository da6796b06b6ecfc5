"""Tar archives: their files are read, and what is made to do harm or damaged is named."""

import gzip
import io
import tarfile
import zipfile

import pytest

from patsieve.corpus import tar_archive
from patsieve.corpus.sources import find_sources

TABLE = b"title,abstract\nCathode,Nickel\n"


def member(name, content=b"", **header):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in header.items():
        setattr(info, key, value)
    return info, content


def archive_of(path, members, *, form=tarfile.GNU_FORMAT):
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=form) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    content = written.getvalue()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def found(path):
    return {
        source.name: source.problem or source.path.read_bytes() for source in find_sources([path])
    }


@pytest.mark.parametrize("name", ["week.tar", "week.tar.gz", "week"])
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_its_files_are_unpacked_one_after_another_and_gone_afterwards(tmp_path, name, form):
    folder = member("week", type=tarfile.DIRTYPE)
    long = "week/" + "/".join(["part"] * 20) + "/b.csv"
    path = archive_of(
        tmp_path / name, [folder, member("./a.csv", TABLE), member(long, TABLE)], form=form
    )

    paths = []
    names = []
    for source in find_sources([path]):
        assert source.path.read_bytes() == TABLE
        assert not any(before.exists() for before in paths)
        paths.append(source.path)
        names.append(source.name)

    assert names == [f"{path}/a.csv", f"{path}/{long}"]
    assert not any(before.exists() for before in paths)


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "a/../../b.csv"])
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    path = archive_of(tmp_path / "week.tar", [member(name, TABLE), member("b.csv", TABLE)])

    evil, good = find_sources([path])

    assert evil.problem.endswith("has a name that leads out of its archive: it is not unpacked")
    assert good.name == f"{path}/b.csv"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}, "a link to another file"),
        ({"type": tarfile.LNKTYPE, "linkname": "b.csv"}, "a link to another file"),
        ({"type": tarfile.FIFOTYPE}, "a device"),
        ({"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 5}, "a device"),
    ],
)
def test_what_is_no_plain_file_is_named_and_the_others_are_read(tmp_path, header, said):
    path = archive_of(tmp_path / "week.tar", [member("a.csv", **header), member("b.csv", TABLE)])

    told = found(path)

    assert told[f"{path}/a.csv"] == f"{path}/a.csv is {said}, not a plain file: it is not unpacked"
    assert told[f"{path}/b.csv"] == TABLE


def test_a_file_with_holes_is_not_unpacked(tmp_path):
    sparse = {"GNU.sparse.major": "0", "GNU.sparse.size": str(1 << 40), "GNU.sparse.map": "0,30"}
    path = archive_of(
        tmp_path / "week.tar", [member("a.csv", TABLE, pax_headers=sparse)], form=tarfile.PAX_FORMAT
    )

    assert "a.csv is a file with holes" in found(path)[f"{path}/a.csv"]


def test_what_computers_add_is_passed_over(tmp_path):
    names = ("__MACOSX/a.csv", "._a.csv", ".git/config", "sub/Thumbs.db", "b.csv")
    path = archive_of(tmp_path / "week.tar", [member(name, TABLE) for name in names])

    assert list(found(path)) == [f"{path}/b.csv"]


def test_the_files_that_are_passed_over_count(tmp_path, monkeypatch):
    monkeypatch.setattr(tar_archive, "MOST_MEMBERS", 3)
    members = [member(f".git/{number}", TABLE) for number in range(9)]
    path = archive_of(tmp_path / "week.tar", members)

    assert found(path) == {str(path): f"{path} has more than 3 files"}


def test_archives_in_it_are_named_and_not_opened(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", TABLE)
    tar = archive_of(tmp_path / "inner.tar.gz", [member("a.csv", TABLE)]).read_bytes()
    path = archive_of(
        tmp_path / "week.tar",
        [member("a.zip", inner.getvalue()), member("b.tar.gz", tar), member("c.csv", TABLE)],
    )

    told = found(path)

    for name in ("a.zip", "b.tar.gz"):
        assert "an archive inside an archive: unpack it and try again" in told[f"{path}/{name}"]
    assert told[f"{path}/c.csv"] == TABLE


@pytest.mark.parametrize("left", [512 + 512, 512 + 512 + 100, 512 + 512 + 512 + 10])
@pytest.mark.parametrize("name", ["week.tar", "week.tar.gz"])
def test_what_is_before_the_place_where_it_is_cut_off_is_read(tmp_path, name, left):
    whole = archive_of(tmp_path / "whole.tar", [member("a.csv", TABLE), member("b.csv", TABLE)])
    content = whole.read_bytes()[:left]
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)

    told = found(path)

    assert told.pop(f"{path}/a.csv") == TABLE
    assert told
    assert all("damaged" in problem for problem in told.values())


def test_damage_in_a_header_is_no_end(tmp_path):
    path = archive_of(tmp_path / "week.tar", [member("a.csv", TABLE), member("b.csv", TABLE)])
    content = bytearray(path.read_bytes())
    content[1024 + 148] ^= 1  # the checksum of the second header
    path.write_bytes(bytes(content))

    told = found(path)

    assert told[f"{path}/a.csv"] == TABLE
    assert told[str(path)] == (
        f"{path} is a damaged tar archive: bad checksum; what follows is left out"
    )


def test_a_name_of_megabytes_is_not_read(tmp_path):
    path = archive_of(tmp_path / "week.tar.gz", [member("a" * (1 << 24), TABLE)])

    assert "a name has more than 65,536 characters" in found(path)[str(path)]


def test_what_unpacks_out_of_all_proportion_is_refused(tmp_path):
    path = archive_of(
        tmp_path / "week.tar.gz", [member("a.csv", TABLE), member("b.csv", bytes(1 << 28))]
    )

    told = found(path)

    assert told[f"{path}/a.csv"] == TABLE
    assert any("no file of patents does" in problem for problem in map(str, told.values()))
