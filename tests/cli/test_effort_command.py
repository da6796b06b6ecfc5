"""`patsieve effort`: the table of depths, the picture, JSON."""

import json

import pytest

from patsieve.cli.main import main


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "oof.csv"
    rows = [f"{i + 1},US{i},{i},{int(i < 8 or i == 50)},{1 - i / 100}" for i in range(100)]
    path.write_text(
        "\n".join(["row,publication_number,family,label,probability", *rows]), encoding="utf-8"
    )
    return path


def test_each_depth_has_a_row(capsys, table):
    assert main(["effort", str(table), "--minutes-per-record", "6"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "a list of 100 records, about 9 of them relevant, at 6 minutes a record (measured on 100)"
    )
    tenth = next(line for line in lines if line.startswith("10 (10 %)")).split()
    # 8 of 9 found, one missed; an hour spent, nine saved.
    assert tenth[3:6] == ["88.9", "%", "1"]
    assert "1 h 00" in " ".join(tenth)
    assert "9 h 00" in " ".join(tenth)
    assert tenth[-1] == "0.79"


def test_json_and_the_picture(capsys, table, tmp_path):
    plots = tmp_path / "plots"

    assert main(["effort", str(table), "--json", "--records", "500", "--plots", str(plots)]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["n_records"], told["n_relevant"], told["minutes_per_record"]) == (500, 45, 5)
    assert told["depths"][1]["missed"]["value"] == pytest.approx(5)
    assert sorted(path.name for path in plots.iterdir()) == ["gain.png", "gain.svg"]


def test_a_file_that_is_no_table_is_refused(capsys, labelled_file):
    assert main(["effort", str(labelled_file)]) == 1
    assert "no out-of-fold table" in capsys.readouterr().err
