"""What is written as RIS is an entry a record, a value a line, whatever stands in a cell."""

import gzip

from hypothesis import given, settings
from hypothesis import strategies as st

from patsieve.corpus.readers import open_table
from patsieve.corpus.text import single_spaced
from patsieve.screening.sinks import Column, open_sink


def write(path, names, rows):
    with open_sink(path, [Column(name) for name in names]) as sink:
        for row in rows:
            sink.write(row)
    return sink


def test_an_entry_has_its_tags_in_order_and_lines_as_the_format_asks(tmp_path):
    path = tmp_path / "a.ris"

    write(
        path,
        ("title", "publication_number", "publication_date", "inventors", "label"),
        [("A cell", "US10000000B2", "2018-06-19", "Doe, A; Roe, B", "1")],
    )

    assert path.read_bytes().decode().split("\r\n") == [
        "TY  - PAT",
        "TI  - A cell",
        "AU  - Doe, A",
        "AU  - Roe, B",
        "PN  - US10000000B2",
        "SN  - US10000000B2",
        "UR  - https://patents.google.com/patent/US10000000B2/en",
        "DA  - 2018/06/19",
        "PY  - 2018",
        "N1  - label: 1",
        "ER  - ",
        "",
        "",
    ]


def test_ris_may_be_compressed(tmp_path):
    path = tmp_path / "a.ris.gz"

    write(path, ("title",), [("A cell",)])

    assert gzip.decompress(path.read_bytes()).startswith(b"TY  - PAT\r\nTI  - A cell\r\n")


def test_columns_that_ris_has_no_place_for_are_named(tmp_path):
    sink = write(tmp_path / "a.ris", ("title", "description", "colour"), [("A", "long", "red")])

    assert list(sink.notes) == [
        "RIS has no place for 'description', 'colour'; .csv keeps all columns"
    ]


def test_with_a_place_for_all_there_is_no_note(tmp_path):
    assert list(write(tmp_path / "a.ris", ("title",), [("A",)]).notes) == []


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
            st.sampled_from(["ER  - ", "a\nER  - \nTY  - PAT", "TY  - PAT\r\nTI  - x", "", "b"]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_no_cell_breaks_out_of_its_line(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("out") / "a.ris"

    write(path, ("title", "abstract"), [(f"t{title}", abstract) for title, abstract in rows])

    read = [row for _, row in open_table(path).rows()]
    assert len(read) == len(rows)
    for row, (title, abstract) in zip(read, rows, strict=True):
        assert row["Title"] == single_spaced(f"t{title}").strip()
        assert row.get("Abstract", "") == single_spaced(abstract).strip()
