"""Many exports to one file: complete, in bounded memory, all or nothing on disk."""

import csv
import gzip
import tracemalloc
import zipfile

import pytest

from patsieve.corpus.load import LoadOptions, load_corpus, stream_records
from patsieve.corpus.synthetic import write_patents
from patsieve.errors import DataError, UsageError
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
