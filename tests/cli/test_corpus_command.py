"""`patsieve corpus` from the command line: what it prints, and which exit code says what."""

import csv
import json

import pytest

from patsieve.cli.main import main

GOOGLE = (
    "search URL:,https://patents.google.com/?q=cathode\n"
    "id,title,assignee,publication date,result link\n"
    "US-10000001-B2,Cathode with much nickel,Kathoden,2018-06-19,https://patents.google.com/a\n"
    "EP-3000000-A1,Oven for pizza,Ofen,2016-03-30,https://patents.google.com/b\n"
)


@pytest.fixture
def google(tmp_path):
    path = tmp_path / "google.csv"
    path.write_text(GOOGLE)
    return path


def test_check_prints_a_portrait(google, capsys):
    assert main(["corpus", "check", str(google)]) == 0

    out, err = capsys.readouterr()
    assert err == ""
    assert out == (
        f"{google}: Google Patents, CSV, 2 records\n"
        "2 families; language of the text: undecided 100 %\n"
        "\n"
        "title                100 %  'title'\n"
        "publication_number   100 %  'id'\n"
        "publication_date     100 %  'publication date'\n"
        "\n"
        "note: read publication_number from 'id'\n"
        "note: the file has titles but no abstracts: records are judged by their titles alone\n"
        "note: the header stands below 1 other line ('search URL: https://patents.google.com/?…')"
        " that the database wrote: no records\n"
    )


def test_check_prints_one_json_object_for_many_files(google, tmp_path, capsys):
    (tmp_path / "tables.tsv").write_text("patent_id\tcpc_subclass\n1\tH01M\n")

    assert main(["corpus", "check", str(tmp_path), "--json"]) == 0

    files = json.loads(capsys.readouterr().out)["files"]
    assert [file["database"] for file in files] == ["Google Patents", "PatentsView"]
    assert [file["n_records"] for file in files] == [2, 1]
    assert [file["has_text"] for file in files] == [True, False]
    assert files[0]["filled"]["title"] == 2


def test_check_says_what_is_bibliographic_only(tmp_path, capsys):
    path = tmp_path / "tables.tsv"
    path.write_text("patent_id\tcpc_subclass\n1\tH01M\n")

    assert main(["corpus", "check", str(path)]) == 0

    assert (
        f"{path}: PatentsView, TSV, 1 record\n"
        "bibliographic only: it has no title, abstract, claims or description\n"
    ) in capsys.readouterr().out


def test_check_of_a_file_that_cannot_be_read(tmp_path, capsys):
    path = tmp_path / "empty.csv"
    path.touch()

    assert main(["corpus", "check", str(path)]) == 1

    assert capsys.readouterr() == ("", f"patsieve: {path} is empty\n")


def test_check_goes_on_after_a_file_that_cannot_be_read(google, tmp_path, capsys):
    (tmp_path / "empty.csv").touch()

    assert main(["corpus", "check", str(tmp_path)]) == 3

    out, err = capsys.readouterr()
    assert "Google Patents" in out
    assert err == f"patsieve: {tmp_path}/empty.csv is empty\n"


def test_check_with_a_broken_row_exits_with_three(tmp_path, capsys):
    path = tmp_path / "patents.csv"
    path.write_text('title,abstract\nA,b\nC,"d\nE,f\n')

    assert main(["corpus", "check", str(path)]) == 3

    out, _ = capsys.readouterr()
    assert "2 records" in out
    assert f"note: left out: line 3 of {path} has a quotation mark that is never closed" in out


def test_a_field_that_does_not_exist_is_a_wrong_command(google, capsys):
    assert main(["corpus", "check", str(google), "--map", "titel=title"]) == 2

    assert "there is no field 'titel'" in capsys.readouterr().err


def test_import_merges_and_says_what_of(google, tmp_path, capsys):
    other, out = tmp_path / "other.csv", tmp_path / "corpus.csv"
    other.write_text("Titel;Zusammenfassung\nKathode;Nickel\n")

    assert main(["corpus", "import", str(google), str(other), "--out", str(out)]) == 0

    printed, told = capsys.readouterr()
    assert printed.endswith(f"\n\n3 records from 2 files in {out}\n")
    assert f"note: {google}: the file has titles but no abstracts" in told
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows] == [
        "Cathode with much nickel", "Oven for pizza", "Kathode",
    ]  # fmt: skip
    assert [(row["source_file"], row["source_row"]) for row in rows] == [
        (str(google), "1"), (str(google), "2"), (str(other), "1"),
    ]  # fmt: skip


def test_import_of_a_broken_row_keeps_the_rest_and_exits_with_three(tmp_path, capsys):
    path, out = tmp_path / "patents.csv", tmp_path / "corpus.csv"
    path.write_text('title,abstract\nA,b\nC,"d\nE,f\n')

    assert main(["corpus", "import", str(path), "--out", str(out)]) == 3

    printed, told = capsys.readouterr()
    assert printed == (f"2 records from 1 file in {out}\nleft out 1 record that cannot be read\n")
    assert "left out: line 3 of" in told


def test_import_of_nothing_writes_nothing(tmp_path, capsys):
    path, out = tmp_path / "empty.csv", tmp_path / "corpus.csv"
    path.touch()

    assert main(["corpus", "import", str(path), "--out", str(out)]) == 1

    assert capsys.readouterr() == ("", f"patsieve: {path} is empty\n")
    assert not out.exists()


def test_import_prints_one_json_object(google, tmp_path, capsys):
    out = tmp_path / "corpus.parquet"

    assert main(["corpus", "import", str(google), "--out", str(out), "--json"]) == 0

    summary = json.loads(capsys.readouterr().out)
    assert (summary["out"], summary["n_records"], summary["is_complete"]) == (str(out), 2, True)


def test_an_ending_that_cannot_be_written_is_a_wrong_command(google, tmp_path, capsys):
    assert main(["corpus", "import", str(google), "--out", str(tmp_path / "corpus.doc")]) == 2

    assert "cannot be written; possible are .csv" in capsys.readouterr().err


def test_import_makes_families_one_row_and_names_contradictions(tmp_path, capsys):
    path, out = tmp_path / "patents.csv", tmp_path / "corpus.csv"
    path.write_text(
        "publication_number,title,label\nEP3000000A1,Cathode,1\nEP3000000B1,Cathode,no\n"
        "EP3000001A1,Oven,yes\nEP3000001B1,Oven,\nEP3000002A1,Chair,\n"
    )

    assert main(["corpus", "import", str(path), "--out", str(out), "--families", "together"]) == 0

    printed, told = capsys.readouterr()
    assert printed == (
        f"5 records from 1 file in {out}\n"
        "3 families, each one row; 0 rows with the label of a member that is not shown\n"
    )
    assert (
        "note: labels contradict each other within 1 family, so it has no label: "
        f"'1' (EP3000000A1, row 1 of {path}) but 'no' (EP3000000B1, row 2 of {path})\n"
    ) in told


def test_import_carries_labels_and_counts_them(tmp_path, capsys):
    path, out = tmp_path / "patents.csv", tmp_path / "corpus.csv"
    path.write_text(
        "publication_number,title,label\nEP3000001A1,Oven,yes\nEP3000001B1,Oven,\n"
        "EP3000002A1,Chair,\n"
    )

    assert main(["corpus", "import", str(path), "--out", str(out), "--carry-labels"]) == 0

    printed, told = capsys.readouterr()
    assert printed == (
        f"3 records from 1 file in {out}\n"
        "2 families; labels carried to 1 record; contradictory labels in 0 families\n"
    )
    assert "contradict" not in told


def test_import_refuses_to_carry_labels_where_there_are_none(google, tmp_path, capsys):
    out = tmp_path / "corpus.csv"

    assert main(["corpus", "import", str(google), "--out", str(out), "--carry-labels"]) == 1

    assert "there are no labels to carry" in capsys.readouterr().err
    assert not out.exists()


def test_families_are_apart_or_together(google, tmp_path, capsys):
    out = str(tmp_path / "corpus.csv")

    assert main(["corpus", "import", str(google), "--out", out, "--families", "aside"]) == 2

    assert "'aside' is not one of 'apart', 'together'" in capsys.readouterr().err


def test_import_says_once_what_holds_for_many_files(tmp_path, capsys):
    folder = tmp_path / "week"
    folder.mkdir()
    for number in range(50):
        (folder / f"{number:02}.csv").write_text(GOOGLE.replace("10000001", f"100000{number:02}"))

    assert main(["corpus", "import", str(folder), "--out", str(tmp_path / "all.csv")]) == 0

    out, err = capsys.readouterr()
    first = folder / "00.csv"
    assert f"note: {first} and 49 other files: read publication_number from 'id'\n" in err
    assert len(err.splitlines()) == 3
    lines = [line.split("  ") for line in out.splitlines()[20:22]]
    assert [(line[0], line[-1].strip()) for line in lines] == [
        (str(folder / "19.csv"), "2"),
        ("and 30 other files", "60"),
    ]
