"""`patsieve stop`: the answer in words and as JSON."""

import json

import pytest

from patsieve.cli.main import main


@pytest.fixture
def ranked(tmp_path):
    def write(marks, n_records):
        path = tmp_path / "ranked.csv"
        cells = [*marks, *[""] * (n_records - len(marks))]
        rows = [f"{i},title {i},{mark}" for i, mark in enumerate(cells, start=1)]
        path.write_text("rank,title,read\n" + "\n".join(rows), encoding="utf-8")
        return path

    return write


def run(capsys, *arguments):
    code = main(["stop", *map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_who_may_not_stop_is_told_how_far_it_is(capsys, ranked):
    path = ranked(["yes"] * 20 + ["no"] * 60, 200)

    code, printed, _ = run(capsys, path, "--label-column", "read")

    assert code == 0
    assert "80 of 200 records read, 20 relevant" in printed
    assert "go on reading" in printed
    # Two unread ones of 180: 60 draws miss both with 120 / 180 × 119 / 179 = .443; from 139 on,
    # 41 / 180 × 40 / 179 = .0509 and one more is below .05.
    assert "a chance of 0.443 (below 0.05 you may stop)" in printed
    assert "80 further reads without a relevant one would let you stop" in printed


def test_who_may_stop_is_told_so_with_what_is_certain(capsys, ranked):
    path = ranked(["yes"] * 20 + ["no"] * 140, 200)

    code, printed, _ = run(capsys, path, "--label-column", "read")

    assert code == 0
    assert "you may stop\n" in printed
    assert "at least 95.2 % of the relevant records: at most 1 of the 40 unread" in printed
    assert "further" not in printed


def test_who_has_read_all_is_told_no_more(capsys, ranked):
    _, printed, _ = run(capsys, ranked(["yes", "no"], 2), "--label-column", "read")

    assert printed == "2 of 2 records read, 1 relevant\n\nyou have read them all\n"


def test_json_has_it_all(capsys, ranked):
    path = ranked(["yes"] * 20 + ["no"] * 60, 200)

    _, printed, _ = run(capsys, path, "--label-column", "read", "--json")

    told = json.loads(printed)
    assert told["evidence"] == {
        "p_value": pytest.approx(120 / 180 * 119 / 179),
        "n_last": 60,
        "n_found": 0,
    }
    assert (told["may_stop"], told["irrelevant_to_go"]) == (False, 80)
    assert (told["recall"], told["confidence"], told["notes"]) == (0.95, 0.95, [])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--label-column", "mine"), 1, "no column 'mine'"),
        ((), 2, "--label-column"),
        (("--label-column", "read", "--recall", "0"), 2, "recall"),
        (("--label-column", "read", "--confidence", "1"), 2, "confidence"),
    ],
)
def test_mistakes_are_told_in_a_sentence(capsys, ranked, arguments, code, said):
    got, _, told = run(capsys, ranked(["yes", "no"], 4), *arguments)

    assert got == code
    assert said in told
    assert "Traceback" not in told
