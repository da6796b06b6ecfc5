"""What is read of each format of a patent office, by made-up documents and their values."""

import gzip

import made_up_patents as made_up
import pytest

from patsieve.corpus.load import load_corpus, stream_records
from patsieve.corpus.readers import open_table


def rows_of(folder, content, name="patents.xml"):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return [row for _, row in open_table(path).rows()]


def only_row(folder, content):
    (row,) = rows_of(folder, content)
    return row


def test_an_american_grant(tmp_path):
    assert only_row(tmp_path, made_up.GRANT) == {
        "publication_number": "US9000001B2",
        "title": "Nickel-rich LiNi0.8O2 cathode",
        "abstract": "A cathode of layered oxide at 45° C. & more.",
        "claims": "1. A cathode, comprising: a layered oxide; and a coating.\n"
        "2. The cathode of claim 1, wherein the coating is carbon.",
        "description": "BACKGROUND\nSee FIG. 1, i.e. the cell.\nIt holds and lithium.",
        "cpc_symbols": "H01M 4/525; Y02E 60/10",
        "ipc_symbols": "H01M 4/525",
        "priority_date": "2010-04-01",
        "publication_date": "2015-04-07",
        "application_number": "US13000001",
        "applicants": "Cell Works Ltd",
        "inventors": "Kim, Ha-na; Roy, Ana B.",
        "family_id": "",
        "language": "en",
        "kind": "B2",
    }


def test_a_design_has_no_abstract_and_no_ipc(tmp_path):
    row = only_row(tmp_path, made_up.DESIGN)

    assert (row["publication_number"], row["title"], row["kind"]) == (
        "USD700001S1", "Battery case", "S1",
    )  # fmt: skip
    assert row["claims"] == ("1. The ornamental design for a battery case, as shown and described.")
    assert (row["abstract"], row["cpc_symbols"]) == ("", "")


def test_an_american_application_before_the_cpc_gives_its_ipc_in_both_columns(tmp_path):
    row = only_row(tmp_path, made_up.APPLICATION)

    assert row["publication_number"] == "US20050000001A1"
    assert row["cpc_symbols"] == row["ipc_symbols"] == "H01M 4/52; C01G 53/00"
    assert row["inventors"] == row["applicants"] == "Ito, Ken"


def test_an_american_grant_of_2001_in_sgml_with_elements_that_never_end(tmp_path):
    assert only_row(tmp_path, made_up.PATDOC) == {
        "publication_number": "US6200001B1",
        "title": "Cathode of 5 μm LiNiO2",
        "abstract": "A “layered” oxide, R&D.",
        "claims": "1. A cathode comprising: an oxide.\n2. The cathode of claim 1.",
        "description": "In FIG. 1 a cell.",
        "cpc_symbols": "H01M 4/52; C07D 401/12",
        "ipc_symbols": "H01M 4/52; C07D 401/12",
        "priority_date": "1998-10-06",
        "publication_date": "2001-03-13",
        "application_number": "US09000002",
        "applicants": "Cell Works",
        "inventors": "Roy, Ana",
        "family_id": "",
        "language": "en",
        "kind": "B1",
    }


def test_an_american_application_of_2001(tmp_path):
    row = only_row(tmp_path, made_up.PAP)

    assert (row["publication_number"], row["title"], row["abstract"]) == (
        "US20010000002A1", "Cathode powder", "A fine powder.",
    )  # fmt: skip
    assert row["claims"] == "1. A powder comprising: nickel.\n2. The powder of claim 1."
    assert row["description"] == "Field\nIt is fine."
    assert (row["ipc_symbols"], row["priority_date"]) == ("H01M 4/52", "1999-06-29")
    assert (row["application_number"], row["inventors"]) == ("US09000003", "Ito, Ken")


def test_american_grants_as_plain_text(tmp_path):
    first, second = rows_of(tmp_path, made_up.GREENBOOK)

    assert first == {
        "publication_number": "US3900001",
        "title": "Cathode of LiNiO2",
        "abstract": "A layered oxide at 20° C. with a coating of α-phase.",
        "claims": "1. A cathode comprising: an oxide.\n2. The cathode of claim 1.",
        "description": "BACKGROUND\nIt is old.",
        "cpc_symbols": "H01M 4/52",
        "ipc_symbols": "H01M 4/52",
        "priority_date": "1973-10-31",
        "publication_date": "1976-02-10",
        "application_number": "US05518454",
        "applicants": "Cell Works",
        "inventors": "Roy, Ana",
        "family_id": "",
        "language": "en",
        "kind": "",
    }
    assert (second["publication_number"], second["ipc_symbols"]) == ("USD240001", "")
    assert second["claims"] == "1. The ornamental design for a battery case, as shown."


def test_exchange_documents_prefer_english_and_give_each_cpc_symbol_once(tmp_path):
    first, second = rows_of(tmp_path, made_up.OPS)

    assert first == {
        "publication_number": "EP9000001A1",
        "title": "Cathode",
        "abstract": "An oxide.",
        "claims": "",
        "description": "",
        "cpc_symbols": "H01M 4/525",
        "ipc_symbols": "H01M 4/525",
        "priority_date": "2017-11-02",
        "publication_date": "2020-05-06",
        "application_number": "EP20180200001",
        "applicants": "CELL WORKS [KR]",
        "inventors": "",
        "family_id": "1000001",
        "language": "en",
        "kind": "A1",
    }
    assert (second["publication_number"], second["title"], second["language"]) == (
        "FR9000002A1", "Poudre", "fr",
    )  # fmt: skip


def test_docdb_with_a_prefix_and_foreign_classifications(tmp_path):
    row = only_row(tmp_path, made_up.DOCDB)

    assert (row["publication_number"], row["family_id"]) == ("JP9000003A", "7")
    assert (row["title"], row["abstract"]) == ("Anode", "A carbon anode.")
    assert (row["cpc_symbols"], row["publication_date"]) == ("H01M 4/13", "2019-05-15")


def test_a_european_specification_has_english_claims_among_three_languages(tmp_path):
    row = only_row(tmp_path, made_up.EP)

    assert (row["publication_number"], row["title"]) == ("EP9000001B1", "Cathode")
    assert row["claims"] == "1. Cathode with an oxide.\n2. Cell."
    assert row["description"] == "Gebiet\nEine Zelle."
    assert (row["cpc_symbols"], row["priority_date"]) == ("H01M 4/525", "2017-11-02")
    assert (row["inventors"], row["applicants"]) == ("Roy, Ana", "Cell Works")
    assert (row["application_number"], row["language"]) == ("EP18200001.5", "en")


def test_a_document_whose_number_stands_in_the_name_of_its_file_only(tmp_path):
    row = only_row(tmp_path, made_up.QUESTEL)

    assert (row["publication_number"], row["title"], row["abstract"]) == (
        "US6177006B1", "Filter", "A filter.",
    )  # fmt: skip


def test_a_root_with_an_unknown_name_is_read_by_its_bibliographic_data(tmp_path):
    first, second = rows_of(tmp_path, made_up.OTHER_ROOT)

    assert (first["publication_number"], first["title"], first["claims"]) == (
        "WO2020000001A1", "Cathode", "1. A cathode.",
    )  # fmt: skip
    assert (second["title"], second["claims"]) == ("Anode", "")


def test_an_extract_of_the_register_is_read_by_its_bibliographic_data(tmp_path):
    row = only_row(tmp_path, made_up.REGISTER)

    assert (row["publication_number"], row["title"]) == ("EP9000001A1", "Cathode")
    assert (row["ipc_symbols"], row["publication_date"]) == ("H01M 4/525; H01M 10/05", "2020-05-06")


def test_claims_in_parts_of_one_element_go_on_until_the_next_number(tmp_path):
    parts = "1. A network comprising:|a first;|2 nodes.|2. A node."
    texts = "".join(f"<claim-text>{part}</claim-text>" for part in parts.split("|"))
    content = made_up.QUESTEL.replace(
        "</questel-patent-document>",
        f"<claims><claim>{texts}</claim></claims></questel-patent-document>",
    )

    row = only_row(tmp_path, content)

    assert row["claims"] == "1. A network comprising: a first; 2 nodes.\n2. A node."


def test_a_paragraph_that_is_only_a_number_is_none(tmp_path):
    content = made_up.APPLICATION.replace("<p>A powder", "<p>[0001]</p><p>[0002] A powder").replace(
        "<invention-title>Powder", "<invention-title>[0001]"
    )

    row = only_row(tmp_path, content)

    assert (row["title"], row["abstract"]) == ("", "A powder of nickel.")


def test_claims_that_were_cancelled_keep_their_numbers(tmp_path):
    content = made_up.APPLICATION.replace(
        "<claims>",
        '<claims><claim num="00001-00002"><claim-text>1-2. (canceled)</claim-text></claim>'
        '<claim num="00003"><claim-text>3. A paste'
        "<claim-text>, fine.</claim-text></claim-text></claim>",
    ).replace('num="1"><claim-text>1. ', 'num="4"><claim-text>')

    row = only_row(tmp_path, content)

    assert row["claims"] == "1-2. (canceled)\n3. A paste, fine.\n4. A powder."


def test_json_of_the_epo(tmp_path):
    first, second = rows_of(tmp_path, made_up.OPS_JSON, "answer.json")

    assert (first["publication_number"], first["family_id"], first["title"]) == (
        "EP9000001A1", "1000001", "Cathode",
    )  # fmt: skip
    assert (first["ipc_symbols"], first["abstract"]) == ("H01M 4/525", "An oxide ?.")
    assert second["publication_number"] == "FR9000002A1"


def test_json_of_a_client_of_the_epo(tmp_path):
    row = only_row(tmp_path, made_up.PLAIN_JSON)

    assert (row["publication_number"], row["family_id"]) == ("EP9000001A1", "1000001")
    assert (row["cpc_symbols"], row["abstract"]) == ("H01M 4/525", "An oxide.")
    assert (row["priority_date"], row["publication_date"]) == ("2017-11-02", "2020-05-06")
    assert (row["applicants"], row["inventors"]) == ("CELL WORKS [KR]", "ROY, ANA")


@pytest.mark.parametrize(
    ("content", "count", "note"),
    [
        (
            made_up.OPS_SEARCH, 2,
            "bibliographic data only (a search result): 2 records without title, abstract, "
            "claims and description",
        ),
        (
            made_up.OPS_FAMILY, 2,
            "bibliographic data only (a family list): 2 records without title, abstract, "
            "claims and description",
        ),
        (
            made_up.OPS_EQUIVALENTS, 1,
            "bibliographic data only (a list of equivalents): 1 record without title, abstract, "
            "claims and description",
        ),
        (made_up.OPS_CLAIMS, 1, "claims alone: 1 record without title and abstract"),
    ],
)  # fmt: skip
def test_what_is_bibliographic_only_is_counted_and_named(tmp_path, content, count, note):
    path = tmp_path / "answer.xml"
    path.write_text(content)

    corpus = load_corpus(path, labelled=False)

    assert len(corpus) == count
    assert all(record.publication_number for record in corpus.records)
    assert note in corpus.notes


def test_a_search_result_says_how_many_hits_it_does_not_hold(tmp_path):
    path = tmp_path / "answer.xml"
    path.write_text(made_up.OPS_SEARCH)
    stream = stream_records(path)
    list(stream)

    assert "the search had 731 hits; the file holds 2 of them" in stream.notes


def test_members_of_a_family_have_their_family_and_dates(tmp_path):
    rows = rows_of(tmp_path, made_up.OPS_FAMILY)

    assert [row["publication_number"] for row in rows] == ["EP9000001A1", "US2020000009A1"]
    assert {row["family_id"] for row in rows} == {"1000001"}
    assert rows[0]["priority_date"] == "2017-11-02"


def test_claims_that_the_epo_gives_in_one_element_are_told_apart(tmp_path):
    row = only_row(tmp_path, made_up.OPS_CLAIMS)

    assert row["claims"] == "1. A cathode.\n2. A cell with the cathode of claim 1."


@pytest.mark.parametrize("name", made_up.EVERY_DOCUMENT)
def test_a_gzipped_file_with_another_name_reads_the_same(tmp_path, name):
    content = made_up.EVERY_DOCUMENT[name]
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(content.encode()))

    assert [row for _, row in open_table(path).rows()] == rows_of(tmp_path, content)


@pytest.mark.parametrize("name", made_up.XML_DOCUMENTS)
def test_utf_16_and_windows_line_ends_read_the_same(tmp_path, name):
    content = made_up.XML_DOCUMENTS[name]
    expected = rows_of(tmp_path, content)
    path = tmp_path / "wide.xml"
    path.write_bytes(content.replace("\n", "\r\n").encode("utf-16"))

    assert [row for _, row in open_table(path).rows()] == expected


def test_the_encoding_that_a_document_names_is_believed(tmp_path):
    content = made_up.QUESTEL.replace("UTF-8", "ISO-8859-1").replace("A filter.", "Café © ß.")
    path = tmp_path / "latin.xml"
    path.write_bytes(content.encode("iso-8859-1"))
    table = open_table(path)

    assert next(table.rows())[1]["abstract"] == "Café © ß."
    assert table.notes == []


def test_columns_are_found_and_symbols_split_as_in_a_table(tmp_path):
    path = tmp_path / "grant.xml"
    path.write_text(made_up.GRANT)
    stream = stream_records(path)

    (record,) = stream

    assert record.cpc_symbols == ("H01M4/525", "Y02E60/10")
    assert (record.priority_date, record.publication_date) == ("2010-04-01", "2015-04-07")
    assert record.claims.startswith("1. A cathode, comprising: a layered oxide")
    assert stream.notes == []


def test_a_text_as_long_as_a_cell_of_excel_is_not_suspected(tmp_path):
    path = tmp_path / "grant.xml"
    path.write_text(made_up.QUESTEL.replace("A filter.", "x" * 32_767))
    table = open_table(path)

    assert len(next(table.rows())[1]["abstract"]) == 32_767
    assert table.notes == []
