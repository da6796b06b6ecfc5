"""A workbook opens again unchanged, runs nothing, and is laid out to be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import alignment_of, cells_of, found, part_of, runs_of, xml_of

from patsieve.screening.shown_text import Link, Mark, MarkedText
from patsieve.screening.sinks import Column, open_sink
from patsieve.screening.workbook import table

VERDICT = (Column("rank", "whole"), Column("probability", "real"), Column("decision"))


def write(path, columns, rows):
    with open_sink(path, columns) as sink:
        for row in rows:
            sink.write(row)
    return sink


def test_header_and_verdict_stay_in_sight_and_filters_are_on(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path, [*VERDICT, Column("title")], [(1, 0.5, "relevant", "a")])

    (pane,) = found(path, "pane")
    assert (pane.get("xSplit"), pane.get("ySplit"), pane.get("state")) == ("3", "1", "frozen")
    (filters,) = found(path, "autoFilter")
    assert filters.get("ref") == "A1:D2"


def test_columns_that_do_not_lead_are_not_frozen(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path, [Column("title"), *VERDICT], [("a", 1, 0.5, "relevant")])

    (pane,) = found(path, "pane")
    assert (pane.get("xSplit"), pane.get("ySplit")) == (None, "1")


def test_probabilities_have_bars_from_nought_to_one_and_decisions_colours(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path, VERDICT, [(1, 0.9, "relevant"), (2, 0.1, "irrelevant")])

    ranges = [rules.get("sqref") for rules in found(path, "conditionalFormatting")]
    assert ranges == ["B2:B3", "C2:C3"]
    (bar,) = found(path, "dataBar")
    ends = [end.attrib for end in bar if "type" in end.attrib]
    assert ends == [{"type": "num", "val": "0"}, {"type": "num", "val": "1"}]
    rules = [rule for rule in found(path, "cfRule") if rule.get("type") == "cellIs"]
    assert [rule[0].text for rule in rules] == ['"relevant"', '"irrelevant"', '"no text"']
    assert [rule.get("operator") for rule in rules] == ["equal"] * 3


def test_a_users_column_of_texts_called_probability_gets_no_bars(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path, [Column("Probability"), Column("title")], [("high", "a")])

    assert found(path, "dataBar") == []


def test_a_link_is_one_and_a_users_address_is_none(tmp_path):
    path = tmp_path / "ranked.xlsx"
    link = Link("Espacenet", "https://example.org/?q=pn%3DUS1")

    write(path, [Column("a"), Column("b")], [(link, "https://example.com")])

    assert cells_of(path)[1] == ["Espacenet", "https://example.com"]
    assert [each.get("ref") for each in found(path, "hyperlink")] == ["A2"]
    assert "https://example.org/?q=pn%3DUS1" in part_of(path, "xl/worksheets/_rels/sheet1.xml.rels")


def test_links_beyond_what_a_worksheet_holds_are_addresses(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "_MOST_LINKS", 2)
    path = tmp_path / "ranked.xlsx"
    rows = [(Link("Espacenet", f"https://example.org/{n}"),) for n in range(4)]

    sink = write(path, [Column("a")], rows)

    texts = [row[0] for row in cells_of(path)[1:]]
    assert texts == ["Espacenet", "Espacenet", "https://example.org/2", "https://example.org/3"]
    assert sink.notes == ["2 addresses as plain text: a worksheet holds 2 links"]


def test_marked_stretches_are_coloured_and_bold_or_slanted(tmp_path):
    path = tmp_path / "ranked.xlsx"
    text = MarkedText(
        "a nickel cathode, no chair", [Mark(2, 8, "word for"), Mark(18, 26, "sentence against")]
    )

    write(path, [Column("title")], [(text,)])

    assert cells_of(path)[1] == ["a nickel cathode, no chair"]
    assert runs_of(path, "A2") == [
        ("a ", False, False, None),
        ("nickel", True, False, "FF1E6B34"),
        (" cathode, ", False, False, None),
        ("no chair", False, True, "FFA33B20"),
    ]


def test_a_cell_that_is_one_marked_stretch_is_whole(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path, [Column("title")], [(MarkedText("nickel", [Mark(0, 6, "word for")]),)])

    assert cells_of(path)[1] == ["nickel"]
    (cell,) = [c for c in found(path, "c") if c.get("r") == "A2"]
    assert cell.get("s") not in (None, "0")


def test_a_text_that_looks_like_the_libraries_own_markup_is_text(tmp_path):
    path = tmp_path / "ranked.xlsx"
    texts = ["<r>a & b</r>", "<r><t>a</t></r>", "<r></r>", "<is><t>a</t></is>"]

    write(path, [Column("<r>a & b</r>")], [(text,) for text in texts])

    assert cells_of(path) == [["<r>a & b</r>"], *([text] for text in texts)]


@pytest.mark.parametrize("character", ["a", "𝑥"])
def test_a_text_fills_a_cell_to_the_last_unit(tmp_path, character):
    path = tmp_path / "ranked.xlsx"
    n_units = len(character.encode("utf-16-le")) // 2
    whole, longer = character * (32_767 // n_units), character * (32_767 // n_units + 1)

    sink = write(path, [Column("a")], [(whole,), (longer,)])

    assert cells_of(path)[1] == [whole]
    cut = cells_of(path)[2][0]
    assert cut.endswith(f"{character} … [cut here, of {len(longer):,} characters]")
    assert len(cut.encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert "in row 2 of the result" in sink.notes[0]


def test_a_marked_text_that_is_cut_is_cut_and_coloured_as_such(tmp_path):
    path = tmp_path / "ranked.xlsx"
    text = MarkedText("nickel " * 5_000, [Mark(0, 6, "word for"), Mark(34_993, 34_999, "word for")])

    sink = write(path, [Column("abstract")], [(text,)])

    assert len(cells_of(path)[1][0]) == 32_767
    assert len(sink.notes) == 1
    assert runs_of(path, "A2") == []


def test_rows_are_as_high_as_their_texts_but_not_higher_than_a_few_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "_FITTED_ROWS", 3)
    path = tmp_path / "ranked.xlsx"

    long, claims = "long " * 4_000, "claim " * 4_000

    write(
        path,
        [Column("abstract"), Column("claims")],
        [("short", "x"), (long, "x"), ("short", claims), ("x", "x")],
    )

    heights = [row.get("ht") for row in found(path, "row")]
    assert heights[1:] == ["15", "150", "45", "60"]
    (default,) = found(path, "sheetFormatPr")
    assert (default.get("defaultRowHeight"), default.get("customHeight")) == ("60", "1")


def test_an_unknown_column_is_as_wide_as_its_cells_within_bounds(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path, [Column("x"), Column("y"), Column("z")], [("a", "read and rejected", "b" * 200)])

    widths = [float(column.get("width")) for column in found(path, "col")]
    assert widths == pytest.approx([10.71, 20.71, 30.71], abs=0.01)


def test_texts_wrap_and_stand_at_the_top(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path, [Column("title")], [("a",)])

    alignment = alignment_of(path, "A2")
    assert (alignment.get("vertical"), alignment.get("wrapText")) == ("top", "1")


def test_numbers_as_text_raise_no_green_corners(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path, [Column("family_id")], [("00123",)])

    assert cells_of(path)[1] == ["00123"]
    (ignored,) = found(path, "ignoredError")
    assert ignored.get("numberStoredAsText") == "1"


TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=40
)


@settings(max_examples=40)
@given(st.lists(st.one_of(TEXT, st.sampled_from(["=1", "+a", "-b", "@c", "<r>x</r>", "_x0041_"])),
                min_size=1, max_size=6))  # fmt: skip
def test_any_text_opens_again_unchanged_and_is_never_a_formula(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("out") / "ranked.xlsx"

    write(path, [Column("rank", "whole"), Column("a")], list(enumerate(texts)))

    assert [row[1] for row in cells_of(path)[1:]] == texts
    assert found(path, "f") == []
    assert xml_of(path) is not None
