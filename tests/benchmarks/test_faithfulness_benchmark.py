"""The benchmark of reasons explains tested records once, and prints what it has found."""

import csv

import pytest


@pytest.fixture
def data(tmp_path):
    """Return a folder with a made-up set, in which one word tells relevant from rejected."""
    with (tmp_path / "made-up.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["family_id", "label", "stratum", "title", "abstract"])
        for row in range(40):
            label = row % 2
            material, stratum = ("nickel", "relevant") if label else ("oak", "read_and_rejected")
            filler = " ".join(f"word{(row * step) % 17}" for step in range(1, 9))
            abstract = f"One part of the device is {material}. It comes with {filler} in all."
            writer.writerow([row + 1, label, stratum, f"Device {row}", abstract])
    return tmp_path


def asked(data, **changes):
    options = {"models": "bag-of-words", "set": "made-up", "records": "6", "draws": "3"} | changes
    given = [f"--{name}={value}" for name, value in options.items() if name != "models"]
    return [*given, "--models", options["models"], f"--data={data}", f"--out={data / 'out'}"]


def test_a_row_for_each_check_is_printed_and_a_second_run_computes_nothing(
    data, capsys, monkeypatch
):
    import faithfulness

    assert faithfulness.main(asked(data)) == 0
    printed = capsys.readouterr().out
    monkeypatch.setattr(faithfulness, "_trained", None)
    assert faithfulness.main(asked(data)) == 0

    assert capsys.readouterr().out == printed
    rows = [line.split(" | ") for line in printed.splitlines() if line.startswith("| 1 word")]
    assert [row[0] for row in rows] == ["| 1 word for, left out", "| 1 word against, left out"]
    # Eighteen records, of which some have no word for (or against) at all.
    assert all(5 <= int(row[1]) <= 18 for row in rows)
    assert all(float(row[3]) > float(row[4].replace("−", "-")) for row in rows)


def test_without_the_data_it_says_so(tmp_path, capsys):
    import faithfulness

    assert faithfulness.main(asked(tmp_path)) == 0

    assert "skipped: the public data are not at" in capsys.readouterr().out
