"""Many exports to one file: complete, in bounded memory, all or nothing on disk."""

import csv
import gzip
import tracemalloc
import zipfile

import pytest

from patsieve.corpus.load import LoadOptions, load_corpus, stream_records
from patsieve.corpus.synthetic import write_patents
from patsieve.errors import DataError, MissingColumnError, UsageError
from patsieve.experiments.corpus_import import import_files

CATHODES = (
    "Publication number,Title,Abstract,Assignee,Country\nEP3000000A1,Cathode,Nickel,Kathoden,DE\n"
)
OVENS = "id;title;label\nEP-3000001-B1;Oven;1\nEP-3000002-A1;Stove;0\n"


@pytest.fixture
def exports(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "cathodes.csv").write_text(CATHODES)
    (folder / "ovens.csv.gz").write_bytes(gzip.compress(OVENS.encode()))
    return folder


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("suffix", [".csv", ".tsv.gz", ".jsonl", ".parquet", ".xlsx"])
def test_every_format_holds_all_records_with_their_provenance(exports, tmp_path, suffix):
    out = tmp_path / f"corpus{suffix}"

    summary = import_files([exports], out)

    assert (summary.n_records, summary.is_complete) == (3, True)
    records = list(stream_records(out))
    assert [record.publication_number for record in records] == [
        "EP3000000A1", "EP3000001B1", "EP3000002A1",
    ]  # fmt: skip
    assert [record.columns["source_row"] for record in records] == ["1", "1", "2"]
    assert records[2].columns["source_file"] == f"{exports}/ovens.csv.gz"
    assert [record.columns["applicants"] for record in records] == ["Kathoden", "", ""]
    assert [record.columns["Country"] for record in records] == ["DE", "", ""]


def test_the_result_trains_like_the_files_that_it_came_from(tmp_path):
    parts = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for seed, part in enumerate(parts, start=1):
        write_patents(part, 40, seed=seed, prevalence=0.4)

    import_files(parts, tmp_path / "corpus.csv")

    merged = load_corpus(tmp_path / "corpus.csv")
    apart = [load_corpus(part) for part in parts]
    assert merged.labels.tolist() == [*apart[0].labels.tolist(), *apart[1].labels.tolist()]
    assert [r.abstract for r in merged.records[:40]] == [r.abstract for r in apart[0].records]


def test_archives_are_opened_and_importing_again_changes_nothing(exports, tmp_path):
    archive = tmp_path / "week.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("part/cathodes.csv", CATHODES)
    once, twice = tmp_path / "once.csv", tmp_path / "twice.csv"

    import_files([archive, exports], once)
    import_files([once], twice)

    assert rows_of(once)[0]["source_file"] == f"{archive}/part/cathodes.csv"
    assert once.read_bytes() == twice.read_bytes()


def test_what_cannot_be_read_is_named_and_the_rest_is_kept(exports, tmp_path):
    (exports / "broken.csv").write_text('title,abstract\nA,b\nC,"d\nE,f\n')
    (exports / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (exports / "tables.tsv").write_text("patent_id\tcpc_subclass\n1\tH01M\n")

    summary = import_files([exports], tmp_path / "corpus.csv")

    assert (summary.n_records, summary.n_broken, summary.is_complete) == (5, 1, False)
    assert [problem.split(" is ")[1][:18] for problem in summary.problems] == [
        "a PNG image; patsi", "bibliographic only",
    ]  # fmt: skip
    assert [row["title"] for row in rows_of(tmp_path / "corpus.csv")][:2] == ["A", "E"]
    assert summary.as_json()["files"][0]["n_broken"] == 1


def test_the_result_of_before_is_not_read_again(exports):
    out = exports / "corpus.csv"

    import_files([exports], out)
    summary = import_files([exports], out)

    assert summary.n_records == 3


def test_options_hold_for_every_file(exports, tmp_path):
    options = LoadOptions(columns={"abstract": "Assignee"})

    summary = import_files([exports / "cathodes.csv"], tmp_path / "corpus.csv", options=options)

    assert summary.n_records == 1
    assert rows_of(tmp_path / "corpus.csv")[0]["abstract"] == "Kathoden"


def test_what_is_selected_need_not_stand_in_every_file(exports, tmp_path):
    options = LoadOptions(where={"title": ("Oven",)})

    summary = import_files([exports], tmp_path / "corpus.csv", options=options)

    assert (summary.n_records, summary.is_complete) == (1, True)
    assert any("no row has 'Oven'" in note for note in summary.files[0].notes)


def test_nothing_to_read_leaves_the_old_file_as_it_was(tmp_path):
    out, empty = tmp_path / "corpus.csv", tmp_path / "empty.csv"
    out.write_text("old")
    empty.write_bytes(b"")

    with pytest.raises(DataError, match=r"empty\.csv is empty"):
        import_files([empty], out)
    with pytest.raises(DataError, match=r"none of 2 files gives a record; the first: .* is empty"):
        import_files([empty, empty], out)

    assert out.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus.csv", "empty.csv"]


def test_a_header_alone_gives_no_record(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("title,abstract\n")

    with pytest.raises(DataError, match=r"there is no record in .*a\.csv"):
        import_files([path], tmp_path / "corpus.csv")


def test_a_file_cannot_be_merged_into_itself(exports):
    with pytest.raises(UsageError, match="is a file that is read"):
        import_files([exports / "cathodes.csv"], exports / "cathodes.csv")


def test_an_ending_that_says_nothing_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        import_files([tmp_path / "nowhere.csv"], tmp_path / "corpus.doc")


def test_progress_is_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("title\n" + "A\n" * 1200)
    told = []

    import_files([path], tmp_path / "corpus.csv", on_progress=told.append)

    assert told == [500, 1000]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_records(tmp_path):
    text = "title,abstract\n" + f"Cathode,{'nickel oxide ' * 40}\n" * 10_000
    (tmp_path / "a.csv").write_text(text)

    def peak(n_files):
        tracemalloc.start()
        import_files([tmp_path / "a.csv"] * n_files, tmp_path / "corpus.csv")
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    few, many = peak(1), peak(6)

    assert many < 1.5 * few + (1 << 20)


def test_what_stands_between_cells_meanwhile_is_a_blank_in_a_cell(exports, tmp_path):
    (exports / "marked.jsonl").write_text('{"title": "Cathode\\u0000", "note": "a\\u0000b"}\n')

    import_files([exports], tmp_path / "corpus.jsonl")

    records = list(stream_records(tmp_path / "corpus.jsonl"))
    assert records[1].columns["note"] == "a b"
    assert [record.columns["note"] for record in records] == ["", "a b", "", ""]


@pytest.fixture
def relatives(tmp_path):
    """Two exports with families by number, by id and by text, and one record alone."""
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    text = "An oven for pizza with a floor of stone and a fire of wood below it."
    one.write_text(
        "publication_number,family_id,title,abstract,label\n"
        "EP3000000A1,,Cathode,,yes\n"
        f"US10000000B2,,Oven,{text},\n"
        "US10000000A1,,Oven,,no\n"
        "KR101000000B1,77,Anode,Silicon,1\n"
        "JP2014000001A,77,Anode,Silicon,0\n"
        "CN1000001A,,Cathode,A polymer,1\n"
    )
    other.write_text(
        "publication_number,title,abstract,claims,family_size\n"
        "EP3000000B1,Cathode,Nickel,1. A cathode.,12\n"
        f"WO2014000009A1,oven,{text.upper()},,3\n"
    )
    return [one, other]


def test_a_family_is_one_row_with_its_members_and_the_label_that_they_agree_on(relatives, tmp_path):
    out = tmp_path / "corpus.csv"

    summary = import_files(relatives, out, families="together")

    shown = [
        (row["publication_number"], row["family_members"], row["family_size"], row["label"])
        for row in rows_of(out)
    ]
    assert shown == [
        ("US10000000B2", "US10000000B2; US10000000A1; WO2014000009A1", "3", "no"),
        ("KR101000000B1", "KR101000000B1; JP2014000001A", "2", ""),
        ("CN1000001A", "CN1000001A", "1", "1"),
        ("EP3000000B1", "EP3000000A1; EP3000000B1", "2", "yes"),
    ]
    oven, anode, _, cathode = rows_of(out)
    assert oven["label_from"] == f"US10000000A1, row 3 of {relatives[0]}"
    assert cathode["label_from"] == f"EP3000000A1, row 1 of {relatives[0]}"
    assert (anode["label_from"], cathode["family_size (as in the file)"]) == ("", "12")
    assert (summary.n_records, summary.families.n_families) == (8, 4)
    assert (summary.families.n_carried, summary.families.n_contradictory) == (2, 1)


def test_no_text_is_mixed_of_several_members(relatives, tmp_path):
    (tmp_path / "more.csv").write_text(
        "publication_number,abstract,claims,label\nCN1000001B,Another polymer,1. A separator.,\n"
    )

    import_files([*relatives, tmp_path / "more.csv"], tmp_path / "c.csv", families="together")

    (row,) = [row for row in rows_of(tmp_path / "c.csv") if "CN1000001B" in row["family_members"]]
    assert (row["title"], row["abstract"], row["claims"]) == ("Cathode", "A polymer", "")


def test_families_are_those_that_the_merged_file_has(relatives, tmp_path):
    apart, together = tmp_path / "apart.csv", tmp_path / "together.csv"

    import_files(relatives, apart)
    import_files(relatives, together, families="together")

    families = load_corpus(apart, labelled=False).families
    assert len(rows_of(together)) == len(set(families.tolist()))


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_families_that_are_together_are_so_again(relatives, tmp_path, suffix):
    once, twice = tmp_path / f"once{suffix}", tmp_path / f"twice{suffix}"

    import_files(relatives, once, families="together")
    import_files([once], twice, families="together")

    first, second = (list(stream_records(path)) for path in (once, twice))
    assert [record.columns for record in first] == [record.columns for record in second]


def test_a_column_that_counts_members_stays_text_where_families_are_apart(relatives, tmp_path):
    relatives[1].write_text("title,family_size\nCathode,several\n")

    import_files(relatives, tmp_path / "corpus.parquet")

    *_, last = stream_records(tmp_path / "corpus.parquet")
    assert last.columns["family_size"] == "several"


def test_labels_are_carried_to_the_members_without_one(relatives, tmp_path):
    out = tmp_path / "corpus.csv"

    summary = import_files(relatives, out, carry_labels=True)

    rows = rows_of(out)
    assert [row["label"] for row in rows] == ["yes", "no", "no", "1", "0", "1", "yes", "no"]
    carried = {
        row["publication_number"]: row["label_from"] for row in rows if row["label_from"] != ""
    }
    assert carried == {
        "US10000000B2": f"US10000000A1, row 3 of {relatives[0]}",
        "EP3000000B1": f"EP3000000A1, row 1 of {relatives[0]}",
        "WO2014000009A1": f"US10000000A1, row 3 of {relatives[0]}",
    }
    assert (summary.families.n_carried, summary.families.n_contradictory) == (3, 1)
    assert summary.as_json()["families"]["contradictions"] == [
        [
            {"label": "1", "record": f"KR101000000B1, row 4 of {relatives[0]}"},
            {"label": "0", "record": f"JP2014000001A, row 5 of {relatives[0]}"},
        ]
    ]


def test_a_member_without_a_label_beside_contradictory_ones_gets_none(tmp_path):
    path, out = tmp_path / "a.csv", tmp_path / "corpus.csv"
    path.write_text("title,family_id,label\nA,7,1\nB,7,0\nC,7,\n")

    summary = import_files([path], out, carry_labels=True)

    assert [row["label"] for row in rows_of(out)] == ["1", "0", ""]
    assert summary.families.n_carried == 0


def test_labels_are_not_carried_where_there_is_no_column_of_them(relatives, tmp_path):
    out = tmp_path / "corpus.csv"

    with pytest.raises(MissingColumnError, match=r"no labels to carry: .* 'title', 'abstract'"):
        import_files(relatives[1:], out, carry_labels=True)
    assert not out.exists()

    summary = import_files(relatives[1:], out, families="together")
    assert "label" not in rows_of(out)[0]
    assert not summary.families.has_labels


def patentsview(folder):
    tables = {
        "g_abstract.tsv": "patent_id\tpatent_abstract\n2\tBakes.\n1\tNickel.\n1\tTin.\n",
        "g_claims.tsv": "patent_id\tclaim_sequence\tclaim_text\n1\t0\t1. A cell.\n1\t1\t2. B\n",
        "g_patent.tsv": "patent_id\tpatent_title\n1\tCathode\n2\tOven\n3\tPump\n",
    }
    for name, text in tables.items():
        # Numbers of one figure are no publications.
        numbered = text.replace("\n1\t", "\n10000001\t").replace("\n2\t", "\n10000002\t")
        (folder / name).write_text(numbered.replace("\n3\t", "\n10000003\t"), encoding="utf-8")
    return [folder / name for name in tables]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_tables_of_patentsview_become_patents(tmp_path, order):
    tables = patentsview(tmp_path)
    out = tmp_path / "out.csv"

    summary = import_files([tables[place] for place in order], out, families="together")

    assert summary.families.n_completed == 2
    texts = {
        row["publication_number"]: (row["title"], row["abstract"], row["claims"])
        for row in rows_of(out)
    }
    assert texts == {
        "US10000001": ("Cathode", "Nickel.", "1. A cell."),
        "US10000002": ("Oven", "Bakes.", ""),
        "US10000003": ("Pump", "", ""),
    }


def test_a_completed_row_says_from_where(tmp_path):
    tables = patentsview(tmp_path)
    out = tmp_path / "out.csv"

    import_files([tables[2], tables[1], tables[0]], out, families="together")

    first, second, third = rows_of(out)
    assert (first["source_file"], first["source_row"]) == (str(tables[2]), "1")
    assert first["completed_from"] == (
        f"claims from US10000001, row 1 of {tables[1]}; "
        f"abstract from US10000001, row 2 of {tables[0]}"
    )
    assert second["completed_from"] == f"abstract from US10000002, row 1 of {tables[0]}"
    assert third["completed_from"] == ""


def test_another_publication_of_the_family_completes_nothing(tmp_path):
    path, out = tmp_path / "family.csv", tmp_path / "out.csv"
    path.write_text(
        "family_id,publication_number,title,abstract\n"
        "7,EP3000000A1,Cathode,\n"
        "7,EP3000000B1,Cathode,\n"
        "7,US10000001B2,,Nickel\n",
        encoding="utf-8",
    )

    summary = import_files([path], out, families="together")

    (row,) = rows_of(out)
    assert (row["publication_number"], row["abstract"]) == ("EP3000000B1", "")
    assert "completed_from" not in row
    assert summary.families.n_completed == 0


def test_records_without_a_number_complete_nothing(tmp_path):
    path, out = tmp_path / "family.csv", tmp_path / "out.csv"
    path.write_text("family_id,title,abstract\n7,Cathode,\n7,,Nickel\n", encoding="utf-8")

    import_files([path], out, families="together")

    (row,) = rows_of(out)
    assert (row["title"], row["abstract"]) == ("Cathode", "")
