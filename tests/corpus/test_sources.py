"""Files, folders and archives: which files are meant, and what is refused."""

import io
import os
import zipfile

import pytest
import xlsxwriter

from patsieve.corpus.sources import find_sources
from patsieve.errors import DataError, UnreadableFileError

TABLE = b"title,abstract\nCathode,Nickel\n"


def archive_of(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def found(*paths, **options):
    return {
        source.name: source.problem or source.path.read_bytes()
        for source in find_sources(paths, **options)
    }


def test_a_file_is_itself(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE)

    (source,) = find_sources([path])

    assert (source.name, source.path, source.problem) == (str(path), path, "")


def test_a_folder_gives_its_files_in_order_with_those_of_its_folders_but_no_hidden_ones(tmp_path):
    for name in ("b.csv", "a.csv", "sub/c.csv", ".hidden.csv", ".git/d.csv", "Thumbs.db"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(TABLE)

    assert list(found(tmp_path)) == [
        f"{tmp_path}/{name}" for name in ("a.csv", "b.csv", "sub/c.csv")
    ]


def test_the_file_that_will_be_written_is_left_out(tmp_path):
    for name in ("a.csv", "out.csv"):
        (tmp_path / name).write_bytes(TABLE)

    assert list(found(tmp_path, but=tmp_path / "out.csv")) == [f"{tmp_path}/a.csv"]


def test_an_empty_folder_and_a_missing_file_are_errors(tmp_path):
    with pytest.raises(DataError, match="has no file in it"):
        found(tmp_path)
    with pytest.raises(UnreadableFileError, match="there is no such file"):
        found(tmp_path / "nowhere.csv")


def test_the_files_of_an_archive_are_unpacked_one_after_another_and_gone_afterwards(tmp_path):
    path = archive_of(tmp_path / "week.zip", {"a.csv": TABLE, "sub/b.csv": TABLE[:6], "sub/": b""})
    seen = []

    for source in find_sources([path]):
        seen.append(source.path)
        assert source.path.is_file()

    assert found(path) == {f"{path}/a.csv": TABLE, f"{path}/sub/b.csv": TABLE[:6]}
    assert not any(path.exists() for path in seen)


def test_messages_about_an_unpacked_file_have_the_name_that_the_user_knows(tmp_path):
    path = archive_of(tmp_path / "week.zip", {"a.csv": TABLE})

    (told,) = [each.told(f"{each.path} is empty") for each in find_sources([path])]

    assert told == f"{path}/a.csv is empty"


def test_a_workbook_is_a_file_and_no_archive(tmp_path):
    path = tmp_path / "patents.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()

    assert list(found(path)) == [str(path)]


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "a/../../b.csv"])
def test_a_name_that_leads_out_of_its_archive_is_refused(tmp_path, name):
    path = tmp_path / "week.zip"
    archive_of(path, {name: TABLE, "good.csv": TABLE})
    before = sorted(tmp_path.rglob("*"))

    told = found(path)

    assert [text for text in told.values() if text == TABLE] == [TABLE]
    assert any("leads out of its archive" in str(text) for text in told.values())
    assert sorted(tmp_path.rglob("*")) == before


def test_what_computers_add_to_archives_is_passed_over(tmp_path):
    path = archive_of(
        tmp_path / "week.zip", {"__MACOSX/a.csv": b"x", ".DS_Store": b"x", "a.csv": TABLE}
    )

    assert list(found(path)) == [f"{path}/a.csv"]


def test_a_file_that_unpacks_out_of_all_proportion_is_refused_and_the_others_are_read(tmp_path):
    path = archive_of(tmp_path / "week.zip", {"bomb.csv": bytes((1 << 28) + 1), "a.csv": TABLE})

    told = found(path)

    assert "no file of patents does" in told[f"{path}/bomb.csv"]
    assert told[f"{path}/a.csv"] == TABLE


def test_files_that_overlap_in_their_archive_are_refused(tmp_path):
    path = tmp_path / "week.zip"
    archive_of(path, {"a.csv": TABLE * 200}, zipfile.ZIP_STORED)
    content = path.read_bytes()
    begin = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[begin:end]
    directory = entry * 5
    tail = bytearray(content[end:])
    tail[8:12] = (5).to_bytes(2, "little") * 2
    tail[12:16] = len(directory).to_bytes(4, "little")
    path.write_bytes(content[:begin] + directory + bytes(tail))

    told = [source.problem for source in find_sources([path])]

    assert told[0] == ""
    assert any("its files are larger than itself" in problem for problem in told)


def test_a_file_with_a_password_is_refused(tmp_path):
    path = archive_of(tmp_path / "week.zip", {"a.csv": TABLE})
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    path.write_bytes(bytes(content))

    assert "has a password" in found(path)[f"{path}/a.csv"]


def test_a_damaged_file_in_an_archive_is_named_and_the_others_are_read(tmp_path):
    path = archive_of(
        tmp_path / "week.zip", {"a.csv": TABLE * 50, "b.csv": TABLE}, zipfile.ZIP_STORED
    )
    content = bytearray(path.read_bytes())
    content[content.index(TABLE)] ^= 0xFF
    path.write_bytes(bytes(content))

    told = found(path)

    assert "is damaged in its archive" in told[f"{path}/a.csv"]
    assert told[f"{path}/b.csv"] == TABLE


def test_an_archive_in_an_archive_is_named_and_the_others_are_read(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", TABLE)
    path = archive_of(tmp_path / "week.zip", {"inner.zip": inner.getvalue(), "b.csv": TABLE})

    told = found(path)

    assert told[f"{path}/inner.zip"] == (
        f"{path}/inner.zip is an archive inside an archive: unpack it and try again"
    )
    assert told[f"{path}/b.csv"] == TABLE


def test_a_workbook_in_an_archive_is_a_file(tmp_path):
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        workbook.add_worksheet()
    path = archive_of(tmp_path / "week.zip", {"a.xlsx": book.getvalue()})

    assert found(path) == {f"{path}/a.xlsx": book.getvalue()}


def test_a_link_in_an_archive_is_not_followed(tmp_path):
    path = tmp_path / "week.zip"
    link = zipfile.ZipInfo("a.csv")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("b.csv", TABLE)

    told = found(path)

    assert "is a link to another file, not a file: it is not unpacked" in told[f"{path}/a.csv"]
    assert told[f"{path}/b.csv"] == TABLE


def test_of_the_links_in_a_folder_those_to_files_are_read_and_the_others_named(tmp_path):
    folder, elsewhere = tmp_path / "exports", tmp_path / "elsewhere"
    for each in (folder, elsewhere):
        each.mkdir()
    (elsewhere / "a.csv").write_bytes(TABLE)
    (folder / "file").symlink_to(elsewhere / "a.csv")
    (folder / "folder").symlink_to(elsewhere)
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere").symlink_to(tmp_path / "gone")

    assert found(folder) == {
        f"{folder}/file": TABLE,
        f"{folder}/folder": f"{folder}/folder is a link to a folder, not a file: left out",
        f"{folder}/loop": f"{folder}/loop is a link to a folder, not a file: left out",
        f"{folder}/nowhere": f"{folder}/nowhere is a link that leads nowhere, not a file: left out",
    }


def test_a_pipe_is_not_waited_for(tmp_path):
    pipe = tmp_path / "exports" / "pipe"
    pipe.parent.mkdir()
    os.mkfifo(pipe)

    assert found(pipe.parent) == {str(pipe): f"{pipe} is a pipe or a device, not a file: left out"}
    with pytest.raises(UnreadableFileError, match="it is a pipe or a device, not a file"):
        found(pipe)


def test_names_that_move_the_cursor_are_shown_without_it(tmp_path):
    path = archive_of(tmp_path / "week.zip", {"a\x1b[2J\n.csv": TABLE})

    assert list(found(path)) == [f"{path}/a\ufffd[2J .csv"]
