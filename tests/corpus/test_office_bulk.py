"""Many documents in one file: cut apart, streamed, and read on past what is broken."""

import io
import tracemalloc

import made_up_patents as made_up
import pytest

from patsieve.corpus.load import stream_records
from patsieve.corpus.readers import open_table
from patsieve.corpus.readers.offices import units as cutting
from patsieve.corpus.readers.offices import xml_file
from patsieve.corpus.readers.offices.trimming import trimmed
from patsieve.corpus.readers.offices.units import RECORD_NAMES, start_pattern, units

START = start_pattern(RECORD_NAMES)


def opened(folder, content):
    path = folder / "week.xml"
    path.write_text(content, encoding="utf-8")
    table = open_table(path)
    return table, list(table.rows())


def numbers(rows):
    return [(number, row["publication_number"]) for number, row in rows]


def test_documents_one_after_another(tmp_path):
    table, rows = opened(tmp_path, made_up.GRANT + made_up.DESIGN + made_up.APPLICATION)

    assert numbers(rows) == [(1, "US9000001B2"), (2, "USD700001S1"), (3, "US20050000001A1")]
    assert (table.notes, table.broken.count) == ([], 0)


def test_documents_without_declarations_and_in_a_container(tmp_path):
    bare = made_up.DESIGN.partition("]>")[2].strip()

    assert [n for n, _ in opened(tmp_path, bare + bare)[1]] == [1, 2]
    assert [n for n, _ in opened(tmp_path, f"<patents>{bare}\n{bare}</patents>")[1]] == [1, 2]


def test_sgml_documents_one_after_another(tmp_path):
    _, rows = opened(tmp_path, made_up.PATDOC + made_up.PATDOC.replace("06200001", "06200002"))

    assert numbers(rows) == [(1, "US6200001B1"), (2, "US6200002B1")]


def test_a_broken_document_is_named_by_position_and_line_and_the_rest_is_kept(tmp_path):
    broken = made_up.DESIGN.replace("</invention-title>", "</title>")
    line = len(
        (made_up.GRANT + made_up.DESIGN[: made_up.DESIGN.index("<invention-title")]).splitlines()
    )

    table, rows = opened(tmp_path, made_up.GRANT + broken + made_up.APPLICATION)

    assert numbers(rows) == [(1, "US9000001B2"), (3, "US20050000001A1")]
    assert table.broken.count == 1
    assert table.notes == [f"left out: document 2 (line {line}) is not well-formed: mismatched tag"]


def test_a_document_without_its_end_does_not_swallow_the_next(tmp_path):
    cut = made_up.GRANT[: made_up.GRANT.index("<claims")]

    table, rows = opened(tmp_path, cut + made_up.DESIGN + cut)

    assert numbers(rows) == [(2, "USD700001S1")]
    assert table.notes == [
        "left out: document 1 (line 3) ends too early: the next document begins before its end",
        "left out: document 3 (line 41) ends too early: the file is cut off",
    ]


def test_many_broken_documents_are_counted_and_a_few_named(tmp_path):
    empty = "<us-patent-grant><claims></claims></us-patent-grant>\n"

    table, rows = opened(tmp_path, made_up.DESIGN + empty * 9)

    assert numbers(rows) == [(1, "USD700001S1")]
    assert table.broken.count == 9
    assert len(table.notes) == 6
    assert table.notes[0].startswith("left out: document 2 (line")
    assert table.notes[0].endswith("has neither a number nor any text")
    assert table.notes[-1] == "left out 4 more records that cannot be read"


def test_broken_documents_are_counted_anew_by_every_reading(tmp_path):
    path = tmp_path / "week.xml"
    path.write_text(made_up.DESIGN + "<us-patent-grant/>" + made_up.DESIGN)
    stream = stream_records(path)

    assert [record.row for record in stream] == [record.row for record in stream] == [1, 3]
    assert sum(note.startswith("left out: document 2") for note in stream.notes) == 1


def test_a_notice_that_a_record_was_deleted_is_no_record(tmp_path):
    notice = '<exch:exchange-document country="JP" doc-number="8" kind="A" status="D"/>'
    end = "</exch:exchange-documents>"
    text = made_up.DOCDB.replace(end, notice + end)

    table, rows = opened(tmp_path, text)

    assert numbers(rows) == [(1, "JP9000003A")]
    assert table.notes == ["left out 1 notice that a record was deleted (status D)"]


def test_sequence_listings_between_patents_are_left_out_and_counted(tmp_path):
    listing = '<?xml version="1.0"?>\n<sequence-cwu id="S"><number>1</number></sequence-cwu>\n'

    table, rows = opened(tmp_path, listing + made_up.GRANT + listing + made_up.DESIGN)

    assert numbers(rows) == [(1, "US9000001B2"), (2, "USD700001S1")]
    assert table.notes == ["left out 2 sequence listings"]


def test_greenbook_patents_without_a_number_are_left_out(tmp_path):
    table, rows = opened(tmp_path, made_up.GREENBOOK.replace("WKU  D02400010\n", ""))

    assert numbers(rows) == [(1, "US3900001")]
    assert table.notes == ["left out: document 2 (line 35) has no patent number (WKU)"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_where_the_stream_is_cut_does_not_matter(monkeypatch, size):
    content = made_up.PATDOC + made_up.DOCDB + "<PATDOC/>" + made_up.OPS + made_up.GRANT[:-20]
    whole = list(units(io.StringIO(content).read, START))
    monkeypatch.setattr(cutting, "_CHUNK_CHARACTERS", size)

    in_pieces = list(units(io.StringIO(content).read, START))

    assert whole == in_pieces
    assert len(whole) == 6


def test_a_document_that_is_far_too_long_is_passed_over(monkeypatch):
    monkeypatch.setattr(cutting, "LONGEST_DOCUMENT", 3000)
    monkeypatch.setattr(cutting, "_CHUNK_CHARACTERS", 500)
    long = made_up.DESIGN.replace("Battery case", "case " * 4000)

    found = list(units(io.StringIO(long + made_up.DESIGN).read, START))

    assert [unit.fault for unit in found] == ["has more than 3,000 characters", ""]
    assert found[1].text == made_up.DESIGN[made_up.DESIGN.index("<us-patent-grant lang") :].strip()
    assert found[1].line == (long + made_up.DESIGN.partition("<us-patent")[0]).count("\n") + 1


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "week.xml"
    long = made_up.GRANT.replace("the coating is carbon", "the coating is carbon, " * 400)
    path.write_text(long * 400)

    tracemalloc.start()
    count = sum(1 for _ in open_table(path).rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (count, path.stat().st_size > 4_000_000) == (400, True)
    # Some chunks of a million characters and one document at a time.
    assert peak < 10 * 2**20


def test_what_is_taken_out_before_parsing_changes_no_line_number_and_no_text():
    whole = made_up.GRANT[made_up.GRANT.index("<us-patent-grant") :]

    lean = trimmed(whole)

    assert "patcit" not in lean
    assert "<img" not in lean
    assert "<b>" not in lean
    assert "<p " not in lean.partition("<description")[2]
    assert "<entry>" not in lean
    assert "A cathode of layered oxide" in lean
    assert lean.count("\n") == whole.count("\n")
    assert trimmed("<drawings id='x'> <b>never</b> ended") == "<drawings id='x'> never ended"


@pytest.mark.parametrize(
    ("written", "put"),
    [
        ("<heading level", "<heading name='a>b' level"),
        ('<p num="0001">', '<p num="0001" id="a>b">'),
        ('<p num="0001">', "<p num='0001'>"),
        ('<p num="0001">', '<p\nnum="0001">'),
        ("See <figref>", "<!-- <p> --> See <figref>"),
        ("See <figref>", "<![CDATA[<tables x]]> See <figref>"),
        ("lithium.</p>", 'lithium <maths id="1"><p>x</p></maths> <maths id="2">y</maths>.</p>'),
        ("lithium.</p>", 'lithium <tables id="1"><tables id="2">1</tables> </tables> ion.</p>'),
        ("lithium.</p>", "lithium.<ul><li>one</li><li>two<br/>lines</li></ul></p>"),
        ('<p id="p-0001">', '<heading>Not this</heading><p id="p-0001">'),
    ],
)
def test_what_is_taken_out_before_parsing_changes_no_record(tmp_path, monkeypatch, written, put):
    content = made_up.GRANT.replace(written, put)
    assert content != made_up.GRANT

    _, lean = opened(tmp_path, content)
    monkeypatch.setattr(xml_file, "trimmed", lambda text: text)
    _, whole = opened(tmp_path, content)

    assert lean == whole
    assert len(lean) == 1


def test_a_part_that_never_ends_is_not_taken_out(tmp_path):
    opening = made_up.GRANT.replace("It holds", '<tables id="1">It holds', 1)

    table, rows = opened(tmp_path, made_up.DESIGN + opening)

    assert numbers(rows) == [(1, "USD700001S1")]
    assert "document 2" in table.notes[0]
    assert table.notes[0].endswith("is not well-formed: mismatched tag")
