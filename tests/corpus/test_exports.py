"""What databases export opens by itself: the right records, fields and families."""

import gzip
import re

import pytest
from made_up_exports import (
    ABSTRACT,
    EXPORTS,
    OVEN,
    PATBASE_MAP,
    delimited,
    patbase_xlsx,
)

from patsieve.corpus.families import group_families
from patsieve.corpus.layouts import layout_of
from patsieve.corpus.load import LoadOptions, load_corpus, stream_records
from patsieve.corpus.numbers import normalised_publication, standard_numbers
from patsieve.corpus.readers import open_table


def written(folder, name):
    path = folder / name
    EXPORTS[name][2](path)
    return path


def records_of(folder, name, **options):
    return list(stream_records(written(folder, name), LoadOptions(**options)))


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_gives_its_records_and_no_blank_one(tmp_path, name):
    database, n_records, _ = EXPORTS[name]
    stream = stream_records(written(tmp_path, name))

    records = list(stream)

    assert layout_of(stream.header) == database
    assert [record.row for record in records] == list(range(1, n_records + 1))
    assert all(record.title for record in records)
    numbers = [re.split(r"[\n;]", record.publication_number)[0] for record in records]
    assert all(map(normalised_publication, numbers))
    assert not any("cannot be read" in note for note in stream.notes)


@pytest.mark.parametrize("name", EXPORTS)
def test_the_content_counts_also_when_it_is_gzipped_under_another_name(tmp_path, name):
    path = written(tmp_path, name)
    renamed = tmp_path / "download"
    renamed.write_bytes(gzip.compress(path.read_bytes()))

    assert list(open_table(renamed).rows()) == list(open_table(path).rows())


@pytest.mark.parametrize("name", ["google.csv", "google-old.csv"])
def test_google_patents(tmp_path, name):
    stream = stream_records(written(tmp_path, name))

    first, second = stream

    assert (first.title, first.publication_number) == ("Cathode with much nickel", "US-10000001-B2")
    assert (first.priority_date, first.publication_date) == ("2014-06-20", "2018-06-19")
    assert (second.priority_date, second.publication_date) == ("2013-01-02", "2016-03-30")
    assert first.columns["inventor/author"] == "Ada A, Bo B"
    assert any("records are judged by their titles alone" in note for note in stream.notes)


def test_what_stands_above_the_header_is_said(tmp_path):
    stream = stream_records(written(tmp_path, "google.csv"))

    assert (
        "the header stands below 1 other line ('search URL: https://patents.google.com/?…')"
        " that the database wrote: no records" in stream.notes
    )


@pytest.mark.parametrize(
    "name",
    [
        "espacenet.csv", "espacenet-short.csv", "espacenet-fr.csv", "espacenet-de.csv",
        "espacenet-nl.csv", "espacenet-es.csv", "espacenet-it.csv", "espacenet.xlsx",
        "espacenet.xls",
    ],
)  # fmt: skip
def test_espacenet_and_its_sisters_in_six_languages(tmp_path, name):
    stream = stream_records(written(tmp_path, name))

    first, second = stream

    assert (first.title, first.family_id) == ("CATHODE WITH MUCH NICKEL", "51234567")
    assert first.publication_number == "US2015123456A1\nUS10000001B2"
    assert first.cpc_symbols == ("H01M4/525", "C01G53/42")
    assert (first.priority_date, first.publication_date) == ("2014-06-20", "2015-05-07")
    assert (second.title, second.cpc_symbols) == ("Oven for pizza", ("A21B1/02",))
    assert "A ADA [BE]\nB BO [DE]" in first.columns.values()
    assert any("records are judged by their titles alone" in note for note in stream.notes)


def test_lens_csv(tmp_path):
    first, second = records_of(tmp_path, "lens.csv")

    assert (first.title, first.abstract) == ("Cathode with much nickel", ABSTRACT)
    assert first.cpc_symbols == ("H01M4/525", "C01G53/42")
    assert second.cpc_symbols == ("H01M4/525",)
    assert group_families([first, second]).tolist() == [0, 0]


@pytest.mark.parametrize("name", ["lens.jsonl", "lens.json"])
def test_lens_api(tmp_path, name):
    first, second = records_of(tmp_path, name)

    assert (first.title, first.abstract) == ("Cathode with much nickel", ABSTRACT)
    assert first.claims == "1. A cathode. 2. A cell."
    assert first.description == "The invention is about cathodes."
    assert first.publication_number == "US10000001B2"
    assert (first.priority_date, first.publication_date) == ("2014-06-20", "2018-06-19")
    assert first.cpc_symbols == ("H01M4/525",)
    assert first.columns["Applicants"] == "KATHODEN NV [BE];;STROOM NV"
    assert first.columns["Legal Status"] == "ACTIVE"
    assert first.columns["publication_type"] == "GRANTED_PATENT"
    assert (second.title, second.abstract) == ("Four à pizza", "")


@pytest.mark.parametrize(
    "name",
    [
        "derwent.csv", "derwent-1.csv", "derwent-3.csv", "derwent-zh.csv", "derwent-ja.csv",
        "derwent.xlsx",
    ],
)  # fmt: skip
def test_derwent_in_three_languages(tmp_path, name):
    first, second = records_of(tmp_path, name)

    assert first.title == "Cathode active material for batteries, has much nickel"
    assert first.abstract == f"NOVELTY - {ABSTRACT}"
    assert first.claims == "1. A cathode. | 2. A cell."
    assert first.cpc_symbols == ("H01M4/525", "C01G53/42")
    assert (first.priority_date, first.publication_date) == ("2014-06-20", "2018-06-19")
    assert first.family_id == "US10000001B2 | EP3000000A1"
    # Derwent's editors have not seen it: the office's own words are taken.
    assert (second.title, second.abstract) == ("Oven", OVEN)
    assert second.cpc_symbols == ("A21B1/00",)


@pytest.mark.parametrize("name", ["derwent-index.txt", "derwent-index.tsv"])
def test_derwent_innovations_index(tmp_path, name):
    first, second = records_of(tmp_path, name)

    assert first.title == "Cathode active material for batteries, has much nickel"
    assert first.abstract == f"NOVELTY - {ABSTRACT} USE - Batteries."
    assert first.publication_number == "US10000001-B2; EP3000000-A1"
    assert first.cpc_symbols == ("H01M4/525", "C01G53/42")
    assert (first.priority_date, first.publication_date) == ("2014-06-20", "2016-03-30")
    assert first.family_id == "201412345A"
    assert (second.title, second.abstract) == ("Oven for pizza", OVEN)
    assert (second.cpc_symbols, second.publication_date) == ((), "")


def test_one_of_patentsviews_tables_says_how_to_join_them(tmp_path):
    stream = stream_records(written(tmp_path, "patentsview.tsv"))

    assert stream.notes[1] == (
        "PatentsView has a table for each text, and this one has the title alone: "
        "patsieve corpus import TABLES --families together joins them"
    )


def test_zotero(tmp_path):
    first, _ = records_of(tmp_path, "zotero.csv")

    assert (first.title, first.abstract) == ("Cathode", ABSTRACT)
    assert first.publication_number == "US10000001B2"


def test_derwent_with_what_its_editors_wrote_in_columns_of_their_own(tmp_path):
    path = tmp_path / "derwent.csv"
    header = ["公开号", "标题 - DWPI", "Abstract - DWPI Use", "Abstract - DWPI Novelty"]
    header += ["IPC - 现版", "IPC - 现版 - DWPI", "优先权日 - DWPI"]
    rows = [
        ["US10000001B2", "Cathode", "Batteries.", ABSTRACT, "", "H01M-004/525", "2014-06-20"],
        ["EP3000000A1", "Oven", "Baking.", "", "A21B-001/00", "A21B-001/02", ""],
    ]
    path.write_bytes(delimited([header, *rows]))

    first, second = stream_records(path)

    assert (first.abstract, second.abstract) == (ABSTRACT, "Baking.")
    assert (first.cpc_symbols, second.cpc_symbols) == (("H01M4/525",), ("A21B1/00",))
    assert first.priority_date == "2014-06-20"


def test_orbit_with_a_label_column_of_the_user(tmp_path):
    corpus = load_corpus(written(tmp_path, "orbit.xlsx"), fewest_per_class=1)

    first, second = corpus.records
    assert (first.title, second.title) == ("Cathode with much nickel", "Oven for pizza")
    assert (first.label, second.label) == (1, 0)
    assert first.publication_number == "US10000001B2\nEP3000000A1"
    assert first.claims == "1. A cathode."
    assert first.cpc_symbols == ("H01M4/525", "C01G53/42")
    assert second.cpc_symbols == ("A21B1/00",)
    assert (first.priority_date, first.publication_date) == ("2014-06-20", "2016-03-30")


def test_patentscope(tmp_path):
    first, second = records_of(tmp_path, "patentscope.xlsx")

    assert (first.title, first.abstract) == ("CATHODE WITH MUCH NICKEL", ABSTRACT)
    assert first.cpc_symbols == ("H01M4/525", "C01G53/00")
    assert (first.publication_date, second.publication_date) == ("2015-02-26", "2016-03-30")


def test_patbase_by_a_mapping(tmp_path):
    path = tmp_path / "patbase.xlsx"
    patbase_xlsx(path)

    first, second = stream_records(path, LoadOptions(columns=PATBASE_MAP))

    assert (first.title, first.abstract) == ("Cathode with much nickel", ABSTRACT)
    assert (first.family_id, first.priority_date) == ("70123456", "2014-06-20")
    assert (second.row, second.title) == (2, "Oven for pizza")


def test_patentsview_keeps_letters_of_numbers(tmp_path):
    records = records_of(tmp_path, "patentsview.tsv")

    assert [record.publication_number for record in records] == [
        "10000001", "D500000", "RE43000", "PP12345",
    ]  # fmt: skip
    assert records[1].publication_date == "2005-01-04"


def test_hupd_one_object_in_a_file_or_on_a_line(tmp_path):
    (alone,) = records_of(tmp_path, "hupd.json")
    first, second = records_of(tmp_path, "hupd.jsonl")

    assert (alone.title, alone.description) == (first.title, first.description)
    assert alone.abstract == ABSTRACT
    assert alone.claims == "1. A cathode. 2. A cell."
    assert alone.description == "The invention is about cathodes."
    assert standard_numbers(alone.publication_number) == "US20150123456A1"
    assert alone.publication_date == "2015-05-07"
    assert alone.cpc_symbols == ("H01M4525", "C01G5342")
    assert second.title == "Oven"


def test_ris(tmp_path):
    first, second = records_of(tmp_path, "patents.ris")

    assert (first.title, first.abstract) == ("Cathode with much nickel", ABSTRACT)
    assert (first.publication_number, first.publication_date) == ("US10000001B2", "2018-06-19")
    assert first.columns["Inventors"] == "A, Ada\nB, Bo"
    assert (second.title, second.abstract) == ("Oven for pizza", OVEN)
    assert (second.publication_number, second.publication_date) == ("EP3000000A1", "")
    assert second.columns["Year"] == "2016"


def test_bibtex(tmp_path):
    first, second = records_of(tmp_path, "patents.bib")

    assert first.title == "Cathode with much Nickel"
    assert first.abstract == "A cathode of LiNiO$_2$ & carbon, 5% of it."
    assert (first.publication_number, first.publication_date) == ("US10000001B2", "2018-06-19")
    assert first.columns["author"] == "Müller, Ada and Émile, Bo"
    assert first.columns["holder"] == "Kathoden NV and Stroom"
    assert (second.title, second.abstract) == ("Oven for pizza", "An oven.")
    assert second.publication_number == "EP3000000A1"


def test_the_same_publication_in_two_databases_is_one_family(tmp_path):
    (google, _), (lens, _) = records_of(tmp_path, "google.csv"), records_of(tmp_path, "lens.csv")

    assert group_families([google, lens]).tolist() == [0, 0]


def test_a_family_member_that_is_a_publication_joins_the_record_of_it(tmp_path):
    derwent, _ = records_of(tmp_path, "derwent.csv")
    _, google = records_of(tmp_path, "google.csv")

    assert google.publication_number == "EP-3000000-A1"
    assert group_families([derwent, google]).tolist() == [0, 0]


def test_placeholders_tags_and_entities_are_cleaned_and_the_users_cells_are_not(tmp_path):
    path = tmp_path / "patents.csv"
    abstracts = ["Not available.", "<p>Li<sub>x</sub> &amp; Ni</p>", "(not available)"]
    path.write_bytes(delimited([["Title", "Abstract"], *[["A", each] for each in abstracts]]))

    records = list(stream_records(path))

    assert [record.abstract for record in records] == ["", "Lix & Ni", ""]
    assert [record.columns["Abstract"] for record in records] == abstracts
