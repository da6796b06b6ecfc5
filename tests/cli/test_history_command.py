"""`patsieve score --history`: weeks in a row, a changed claim set, decisions, a planted drift."""

import csv
import json
import random
import re
from pathlib import Path

import pytest

from patsieve.cli.main import main
from patsieve.corpus.synthetic import generate_patents, write_patents
from patsieve.screening.bundle import MANIFEST, read_manifest
from patsieve.screening.drift.reference import FILE

WORDS = (
    "loom weft warp shuttle heddle yarn spindle bobbin thread fabric selvedge reed treadle "
    "weaving knitting needle stitch purl crochet dye mordant fibre wool linen cotton fleece "
    "carding combing spinning twist ply skein warping beam harness pattern twill satin"
)


@pytest.fixture(scope="module")
def promising(tmp_path_factory) -> Path:
    """A bundle with the promise of 90 % recall."""
    folder = tmp_path_factory.mktemp("promise")
    write_patents(folder / "labelled.csv", 400, seed=5, prevalence=0.35)
    bundle = folder / "bow"
    code = main(
        [
            *("train", str(folder / "labelled.csv"), "--experiment", "bag-of-words"),
            *("--out", str(bundle), "--no-tracking", "--recall", "0.9", "--certified"),
        ]
    )
    assert code == 0
    return bundle


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def patents(seed, n_records=150):
    rows = list(generate_patents(n_records, seed=seed, prevalence=0.1))
    return [{name: cell for name, cell in row.items() if name != "label"} for row in rows]


def of_another_topic(rows, seed=1):
    """Return the rows with the texts of another field."""
    rng = random.Random(seed)

    def text(n_words):
        return " ".join(rng.choices(WORDS.split(), k=n_words))

    return [
        row
        | {"title": text(5), "abstract": text(60)}
        | ({"claims": text(60)} if "claims" in row else {})
        for row in rows
    ]


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def score(promising, tmp_path):
    """Return a function that scores rows with one history."""

    def run(rows, *options, expected=0):
        source, out = write(tmp_path / "week.csv", rows), tmp_path / "ranked.csv"
        history = ("--history", str(tmp_path / "scored.sqlite"))
        call = ["score", str(promising), str(source), "--out", str(out), *history, *options]
        assert main(call) == expected
        return rows_of(out) if expected == 0 else []

    return run


def test_two_weeks_in_a_row_and_then_another_topic(score, capsys):
    week = patents(seed=21)
    first = {row["publication_number"]: row for row in score(week)}
    told = capsys.readouterr().out
    assert "history: 150 new, 0 changed, 0 scored before, 0 decided; 150 records scored now" in told
    assert "drift: none seen; " in told
    assert "reading the first" in told

    changed = week[0] | {"abstract": f"{week[0]['abstract']} It is not what it was."}
    second = score([changed, *week[1:50], *patents(seed=22, n_records=120)])
    told = capsys.readouterr().out
    assert "1 changed, 49 scored before, 0 decided; 121 records scored now" in told
    assert f"changed: {changed['publication_number']}: abstract changed since" in told
    assert "drift: none seen; " in told
    kept = [row for row in second if row["history"] == "scored before"]
    assert [row["probability"] for row in kept] == [
        first[row["publication_number"]]["probability"] for row in kept
    ]

    score(of_another_topic(patents(seed=23, n_records=60)))
    told = capsys.readouterr().out
    assert "THE PROMISE OF 90 % RECALL NO LONGER HOLDS: this week's patents differ" in told
    assert "more of their words are unknown to it (words of " in told
    assert "finds at least" not in told
    assert "in the 3 weeks that this model was checked in" in told


def test_an_alarm_is_told_to_who_reads_json_too(score, capsys):
    score(of_another_topic(patents(seed=23, n_records=60)), "--json")

    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert told["drift"]["raised"] is True
    assert told["history"]["new"] == 60
    assert "warning: THE PROMISE OF 90 % RECALL NO LONGER HOLDS" in captured.err


def test_decisions_come_back_with_last_weeks_list(score, tmp_path, capsys):
    ranked = score(patents(seed=21))
    marks = {1: "yes", 2: "no", 3: "yes"}
    mine = write(
        tmp_path / "mine.csv",
        [row | {"read by me": marks.get(number, "")} for number, row in enumerate(ranked)],
    )

    score(patents(seed=22), "--decisions", str(mine), "--decision-column", "Read by me")
    again = score(patents(seed=21)[::-1])

    decided = {row["publication_number"]: row for row in again if row["history"] == "decided"}
    assert {number: row["own_decision"] for number, row in decided.items()} == {
        ranked[1]["publication_number"]: "relevant",
        ranked[2]["publication_number"]: "irrelevant",
        ranked[3]["publication_number"]: "relevant",
    }
    assert "3 decisions of yours taken down" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--decisions", "mine.csv"), 2, "--decisions belongs to --history"),
        (
            ("--history", "h.sqlite", "--decision-column", "mine"),
            2,
            "--decision-column belongs to --decisions",
        ),
        (("--history", "ranked.csv"), 2, "ranked.csv cannot be the history too"),
        (("--history", "week.csv"), 2, "week.csv cannot be the history too"),
        (("--history", "notes.txt"), 1, "is no history: it is not an SQLite database"),
        (("--history", "h.sqlite", "--decisions", "none.csv"), 1, "none.csv"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    trained_once, week_file, tmp_path, monkeypatch, capsys, options, code, said
):
    monkeypatch.chdir(tmp_path)
    Path("week.csv").write_bytes(week_file.read_bytes())
    Path("notes.txt").write_text("of mine\n" * 200, encoding="utf-8")

    assert main(["score", str(trained_once), "week.csv", "--out", "ranked.csv", *options]) == code

    captured = capsys.readouterr()
    assert said in captured.err
    assert "Traceback" not in captured.err
    assert not Path("ranked.csv").exists()
    assert not Path("h.sqlite").exists()
    assert Path("notes.txt").read_text(encoding="utf-8") == "of mine\n" * 200


def test_an_older_bundle_says_what_cannot_be_checked(bundle, week_file, tmp_path, capsys):
    manifest = read_manifest(bundle)
    (bundle / FILE).unlink()
    files = {name: digest for name, digest in manifest.files.items() if name != FILE}
    older = manifest.model_copy(update={"files": files}).sealed()
    (bundle / MANIFEST).write_text(older.model_dump_json(), encoding="utf-8")
    out, history = tmp_path / "ranked.csv", tmp_path / "scored.sqlite"

    call = ["score", str(bundle), str(week_file), "--out", str(out), "--history", str(history)]
    assert main(call) == 0

    told = capsys.readouterr().out
    assert "drift is not checked in full: the bundle is from before the words" in told
    assert re.search(r"scores of \d+ families", told)
    assert "; words of" not in told
