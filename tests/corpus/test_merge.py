import pytest
from made_up_exports import EXPORTS, delimited

from patsieve.corpus.load import LoadOptions
from patsieve.corpus.merge import MergedFile, merged_rows, ordered_columns
from patsieve.corpus.sources import Source
from patsieve.corpus.survey import survey
from patsieve.errors import UsageError


def merged(path, name="mine.csv", **options):
    found = MergedFile(name)
    rows = merged_rows(Source(name, path), LoadOptions(**options), found)
    return [dict(zip(found.columns, row, strict=True)) for row in rows], found


def table_of(folder, rows):
    path = folder / "patents.csv"
    path.write_bytes(delimited(rows))
    return path


def test_what_is_known_comes_in_one_spelling_and_the_rest_as_it_is(tmp_path):
    path = tmp_path / "espacenet.csv"
    EXPORTS["espacenet-de.csv"][2](path)

    (first, _), found = merged(path)

    assert first == {
        "title": "CATHODE WITH MUCH NICKEL",
        "family_id": "51234567",
        "publication_number": "US20150123456A1; US10000001B2",
        "cpc_symbols": "H01M4/525; C01G53/42",
        "priority_date": "2014-06-20",
        "publication_date": "2015-05-07",
        "applicants": "KATHODEN NV [BE]",
        "inventors": "A ADA [BE]; B BO [DE]",
        "source_file": "mine.csv",
        "source_row": "1",
        "Nr.": "1",
        "IPC": "H01M4/525 (2010.01)\nC01G53/00",
        "Früheste Veröffentlichung": "2015-05-07",
    }
    assert (found.n_records, found.n_broken, found.problem) == (2, 0, "")
    assert any("titles alone" in note for note in found.notes)


def test_labels_and_what_cannot_be_read_are_kept_as_they_are(tmp_path):
    path = table_of(
        tmp_path,
        [
            ["Title", "Relevant?", "Publication date", "Publication number", "split"],
            ["A", " potentially relevant ", "spring 2014", "see note", "holdout"],
        ],
    )

    ((row,), _) = merged(path)

    assert row["label"] == "potentially relevant"
    assert (row["publication_date"], row["publication_number"]) == ("spring 2014", "see note")
    assert row["split"] == "holdout"


def test_a_column_that_would_be_mistaken_for_a_field_gets_another_name(tmp_path):
    path = table_of(tmp_path, [["title", "Title", "TITLE - DWPI"], ["A", "B", "C"]])

    ((row,), _) = merged(path)

    assert (row["title"], row["Title (as in the file)"], row["TITLE - DWPI"]) == ("A", "B", "C")


def test_american_numbers_get_their_country(tmp_path):
    path = tmp_path / "patents.tsv"
    EXPORTS["patentsview.tsv"][2](path)

    rows, _ = merged(path)

    assert [row["publication_number"] for row in rows] == [
        "US10000001", "USD500000", "USRE43000", "USPP12345",
    ]  # fmt: skip


def test_a_merged_corpus_keeps_where_its_records_came_from(tmp_path):
    path = table_of(
        tmp_path, [["title", "source_file", "source_row"], ["A", "lens.csv", "7"], ["B", "", ""]]
    )

    (first, second), _ = merged(path)

    assert (first["source_file"], first["source_row"]) == ("lens.csv", "7")
    assert (second["source_file"], second["source_row"]) == ("mine.csv", "2")


def test_a_file_without_text_is_a_problem_with_its_count(tmp_path):
    rows, found = merged(table_of(tmp_path, [["patent_id"], ["1"], ["2"]]))

    assert rows == []
    assert found.problem == (
        "mine.csv is bibliographic only: 2 records without title, abstract, claims or description"
    )


def test_what_was_read_before_a_file_breaks_off_is_kept(tmp_path):
    path = tmp_path / "patents.jsonl"
    path.write_text('{"title": "A"}\nno json\n{"title": "B"}\n')

    rows, found = merged(path)

    assert [row["title"] for row in rows] == ["A", "B"]
    assert (found.n_broken, found.problem) == (1, "")
    assert any("line 2 of mine.csv" in note for note in found.notes)


def test_an_option_that_means_nothing_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="no field 'titel'"):
        merged(table_of(tmp_path, [["title"], ["A"]]), columns={"titel": "title"})


def test_fields_come_first_then_provenance_then_the_rest():
    seen = ["title", "source_file", "source_row", "IPC", "abstract", "applicants", "label"]

    assert ordered_columns(seen) == [
        "title", "abstract", "label", "applicants", "source_file", "source_row", "IPC",
    ]  # fmt: skip


def test_a_file_of_empty_texts_is_a_bibliography_like_one_without_columns_for_them(tmp_path):
    path = tmp_path / "search.csv"
    path.write_text("publication_number,title,abstract\nEP1A1,,\nEP2A1, ,\n", encoding="utf-8")
    source = Source(str(path), path)
    found = MergedFile(str(path))

    assert list(merged_rows(source, LoadOptions(), found)) == []
    assert "is bibliographic only: 2 records" in found.problem
    assert not survey(source).has_text
