"""A document stands on a sheet of its own with all that it says, and none of it is a formula."""

from sheets import cells_of, found, texts_of

from patsieve.screening.card.document import (
    Bullets,
    Card,
    Commands,
    Facts,
    Figures,
    Grid,
    Paragraph,
    Section,
)
from patsieve.screening.sinks import Column, open_sink

CARD = Card(
    "=A title",
    "A lead.",
    (
        Section("one", "First", (Paragraph("p" * 300, is_result=True), Bullets(("b", "c")))),
        Section(
            "two",
            "Second",
            (
                Facts((("name", "+told"),)),
                Figures((("7 of 9", "found"),)),
                Commands((("Do:", "patsieve card"),)),
                Grid("Caption.", ("measure", "value"), (("recall", "0.9"),), ("what it is",)),
                Grid("Words.", ("a", "b", "c"), (("1", "2", "3"),), of_words=True),
            ),
        ),
    ),
    "A footer.",
)


def write(path):
    with open_sink(path, [Column("title")]) as sink:
        sink.write(["a"])
        sink.attach("Model", CARD)


def test_all_that_a_document_says_is_there_in_its_order(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path)

    assert texts_of(path, 1) == [
        "=A title", "A lead.", "First", "p" * 300, "•  b", "•  c", "Second", "name", "+told",
        "7 of 9", "found", "Do:", "patsieve card", "Caption.", "measure", "value", "what it says",
        "recall", "0.9", "what it is", "Words.", "a", "b", "c", "1", "2", "3", "A footer.",
    ]  # fmt: skip
    assert found(path, "f", sheet=2) == []


def test_the_table_is_the_first_sheet_and_as_it_was(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path)

    assert cells_of(path) == [["title"], ["a"]]


def test_a_row_is_high_enough_for_its_text(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path)

    heights = {row.get("r"): float(row.get("ht")) for row in found(path, "row", sheet=2)}
    # 300 characters in columns that are 130 wide together take three lines.
    assert heights["5"] > 3 * 15 > heights["6"]


def test_formats_without_room_for_a_document_pass_it_by(tmp_path):
    path = tmp_path / "ranked.csv"

    write(path)

    assert path.read_text(encoding="utf-8") == "title\na\n"
