import pytest
from made_up_exports import ABSTRACT, EXPORTS, OVEN, delimited

from patsieve.corpus.load import LoadOptions
from patsieve.corpus.source import Source
from patsieve.corpus.survey import survey
from patsieve.errors import DataError, MissingColumnError, UnreadableFileError


def source_of(folder, content, name="patents.csv"):
    path = folder / name
    path.write_bytes(content)
    return Source("mine.csv", path)


def survey_of(folder, rows, **options):
    return survey(source_of(folder, delimited(rows)), LoadOptions(**options))


def test_a_file_is_described_by_what_is_in_it(tmp_path):
    path = tmp_path / "derwent.csv"
    EXPORTS["derwent.csv"][2](path)

    found = survey(Source("derwent.csv", path))

    assert (found.name, found.database, found.kind) == ("derwent.csv", "Derwent Innovation", "CSV")
    assert (found.n_records, found.n_families, found.n_repeated, found.n_broken) == (2, 2, 0, 0)
    assert found.filled == {
        "title": 2, "abstract": 2, "claims": 2, "family_id": 2, "publication_number": 2,
        "cpc_symbols": 2, "priority_date": 2, "publication_date": 2,
    }  # fmt: skip
    assert found.columns["title"] == "Title - DWPI"
    assert found.languages == {"en": 2}
    assert found.as_json()["file"] == "derwent.csv"


def test_blanks_repeats_cuts_and_families_are_counted(tmp_path):
    header = ["publication number", "title", "abstract", "label"]
    rows = [
        ["EP3000000A1", "Cathode", ABSTRACT, "1"],
        ["EP-3000000-A1", "Cathode", ABSTRACT[:60] + "...", "x"],
        ["EP3000000B1", "", OVEN[:40] + "...", ""],
        ["EP3000001A1", "", "not available", " "],
        ["see note", "Oven", OVEN[:30] + "…", "0"],
    ]

    found = survey_of(tmp_path, [header, *rows])

    assert (found.n_records, found.n_without_text, found.n_families, found.n_repeated) == (
        5,
        1,
        3,
        1,
    )
    assert found.filled == {"title": 3, "abstract": 4, "label": 3, "publication_number": 5}
    assert found.notes[0] == "1 record with a publication number that an earlier one has: row 2"
    assert found.notes[1] == (
        "3 abstracts that end in dots, so they are probably cut off: rows 2, 3, 5"
    )
    assert found.notes[2] == "1 record without a title: row 3"
    assert found.notes[-1] == "1 record without any text to judge by: row 4"


def test_cells_that_excel_cut_are_suspected(tmp_path):
    found = survey_of(tmp_path, [["title", "claims"], ["A", "x" * 32_767]])

    assert any("exactly 32,767 characters" in note for note in found.notes)


def test_a_file_without_text_is_bibliographic_only(tmp_path):
    found = survey_of(tmp_path, [["patent_id", "cpc_subclass"], ["10000001", "H01M"]])

    assert (found.has_text, found.n_records, found.database) == (False, 1, "PatentsView")


def test_broken_rows_are_counted_and_named_by_the_name_that_the_user_knows(tmp_path):
    found = survey(source_of(tmp_path, b'title,abstract\nA,b\nC,"d\nE,f\n'))

    assert (found.n_records, found.n_broken) == (2, 1)
    assert "left out: line 3 of mine.csv has a quotation mark that is never closed" in found.notes


def test_a_header_without_records(tmp_path):
    found = survey_of(tmp_path, [["title", "abstract"]])

    assert (found.n_records, found.n_families, found.filled) == (0, 0, {"title": 0, "abstract": 0})


def test_a_file_that_cannot_be_read_is_an_error_with_its_name(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"^mine\.csv is empty$"):
        survey(source_of(tmp_path, b""))
    with pytest.raises(MissingColumnError, match="'Titel', given for title"):
        survey_of(tmp_path, [["title"]], columns={"title": "Titel"})
    with pytest.raises(DataError, match="has a password"):
        survey(Source("a.zip/b.csv", None, "a.zip/b.csv has a password"))
