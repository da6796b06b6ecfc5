"""`patsieve generate` from the command line: what it writes, says and refuses."""

import csv
import gzip

from patsieve.cli.main import main


def test_made_up_patents_are_written_and_counted(tmp_path, capsys):
    out = tmp_path / "labelled.csv"

    assert main(["generate", str(out), "--records", "300", "--seed", "7"]) == 0

    assert capsys.readouterr() == (f"300 made-up patents in {out}\n", "")
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 300
    assert sum(row["label"] == "relevant" for row in rows) == 78


def test_the_same_options_give_the_same_bytes(tmp_path, capsys):
    for name in ("a.csv.gz", "b.csv.gz"):
        assert main(["generate", str(tmp_path / name), "--records", "50"]) == 0

    first, second = ((tmp_path / name).read_bytes() for name in ("a.csv.gz", "b.csv.gz"))
    assert first == second


def test_labels_can_be_left_out(tmp_path, capsys):
    out = tmp_path / "week.csv.gz"

    assert main(["generate", str(out), "--records", "20", "--unlabelled"]) == 0

    with gzip.open(out, "rt", encoding="utf-8") as file:
        assert "label" not in file.readline()


def test_a_place_that_cannot_be_written_is_named(tmp_path, capsys):
    (tmp_path / "file").touch()

    assert main(["generate", str(tmp_path / "file" / "out.csv")]) == 1
    assert capsys.readouterr() == (
        "",
        f"patsieve: cannot write {tmp_path}/file/out.csv:"
        " a part of the path is a file, not a folder\n",
    )


def test_a_share_above_one_is_refused(tmp_path, capsys):
    assert main(["generate", str(tmp_path / "out.csv"), "--prevalence", "26"]) == 2

    assert capsys.readouterr().err == (
        "patsieve: Invalid value for '--prevalence': 26.0 is not in the range 0<=x<=1"
        " (see patsieve generate --help)\n"
    )
    assert list(tmp_path.iterdir()) == []
