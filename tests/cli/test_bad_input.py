"""Bad input from the command line: one sentence, a non-zero exit, nothing written, no traceback."""

import csv
import gzip
from pathlib import Path

import pytest

from patsieve.cli.main import main
from patsieve.corpus.synthetic import generate_patents

ROWS = list(generate_patents(120, seed=3, prevalence=0.3))


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def without(column: str) -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.items() if name != column} for row in ROWS]


def labelled(rule) -> list[dict[str, str]]:
    return [row | {"label": rule(number, row["label"])} for number, row in enumerate(ROWS)]


def no_text() -> list[dict[str, str]]:
    kept = ("publication_number", "family_id", "label")
    return [{name: row[name] for name in kept} for row in ROWS]


def train(folder: Path, source: Path, *options: str) -> int:
    return main(
        [
            *("train", str(source), "--out", str(folder / "bundle"), "--no-tracking"),
            *(options if "--experiment" in options else ("--experiment", "bag-of-words", *options)),
        ]
    )


def sentence(capsys) -> str:
    """Return the one line on standard error that is not a note or a progress line."""
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    told = [line for line in err.splitlines() if line.startswith("patsieve: ")]
    assert len(told) == 1
    assert err.endswith(f"{told[0]}\n")
    return told[0].removeprefix("patsieve: ")


def test_a_missing_file(tmp_path, capsys):
    assert train(tmp_path, tmp_path / "labelled.csv") == 1

    assert "labelled.csv: there is no such file" in sentence(capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8, "image"),
        (bytes(range(256)) * 16, "binary"),
        (gzip.compress(b"title,label\n" + b"a cathode,1\n" * 5000)[:-40], "ends too early"),
        (b"title,label\nz\x81\x8d\x8f\x90\x9d,1\n" * 3, "encoding"),
    ],
    ids=["empty", "image", "binary", "truncated gzip", "unreadable encoding"],
)
def test_a_file_that_is_no_table(tmp_path, capsys, content, said):
    source = tmp_path / "labelled.csv"
    source.write_bytes(content)

    assert train(tmp_path, source) == 1

    assert said in sentence(capsys)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (no_text(), "has no column of text"),
        (without("label"), "has no column of labels"),
        (labelled(lambda _, __: "relevant"), "is irrelevant"),
        (
            labelled(lambda n, _: "relevant" if n < 9 else "not relevant"),
            "only 9 of the 120 labelled records",
        ),
        (labelled(lambda n, label: "perhaps" if n in (4, 7) else label), "perhaps"),
    ],
    ids=["no text", "no label", "one class", "too few", "unknown spelling"],
)
def test_a_table_that_cannot_be_learnt_from(tmp_path, capsys, rows, said):
    source = write(tmp_path / "labelled.csv", rows)

    assert train(tmp_path, source) == 1

    assert said in sentence(capsys)
    assert list(tmp_path.iterdir()) == [source]


def test_an_unknown_spelling_says_which_rows(tmp_path, capsys):
    rows = labelled(lambda n, label: "perhaps" if n in (4, 7) else label)

    train(tmp_path, write(tmp_path / "labelled.csv", rows))

    told = sentence(capsys)
    assert "5" in told
    assert "8" in told


def test_an_unknown_experiment(tmp_path, capsys):
    source = write(tmp_path / "labelled.csv", ROWS)

    assert train(tmp_path, source, "--experiment", "bag-of-word") == 2

    assert sentence(capsys).startswith(
        "there is no experiment 'bag-of-word'; did you mean bag-of-words? "
    )
    assert list(tmp_path.iterdir()) == [source]


def test_every_mistake_of_an_experiment_file_at_once(tmp_path, capsys):
    source = write(tmp_path / "labelled.csv", ROWS)
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'summary = "Mine."\nkind = "encoder"\n[training]\nbatch_size = 0\nepochs = 3\n'
        '[[stages]]\nname = "head"\ntrain = ["classifier"]\nlearning_rate = 1e-3\n'
    )

    assert train(tmp_path, source, "--experiment", str(mine)) == 2

    told = sentence(capsys)
    assert "training.batch_size is 0" in told
    assert "training.epochs is not known here" in told


def test_a_layer_group_that_the_encoder_does_not_have(tmp_path, capsys):
    source = write(tmp_path / "labelled.csv", ROWS)
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'summary = "Mine."\nkind = "encoder"\n'
        '[[stages]]\nname = "top"\ntrain = ["encoder.24"]\nlearning_rate = 1e-3\n'
    )

    assert train(tmp_path, source, "--experiment", str(mine), "--device", "cpu") == 2

    assert sentence(capsys) == (
        "stage 'top' names 'encoder.24', which this encoder does not have; from input to output"
        " it has embeddings, encoder.0 … encoder.5, classifier"
    )
    assert not (tmp_path / "bundle").exists()


def test_a_checkpoint_that_is_nowhere(tmp_path, capsys, monkeypatch):
    source = write(tmp_path / "labelled.csv", ROWS)
    # Nothing answers at port 9 of this machine: as good as a machine without a network.
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")

    code = train(
        tmp_path,
        source,
        *("--experiment", "hn-pt-02", "--checkpoint", "nobody/no-such-encoder"),
    )

    told = sentence(capsys)
    assert code == 1
    assert told.startswith("checkpoint 'nobody/no-such-encoder' is not on this machine and ")
    assert "either fetch it where there is a network" in told
    assert "or leave the checkpoint out" in told
    assert not (tmp_path / "bundle").exists()


@pytest.mark.parametrize("command", ["evaluate", "score"])
def test_a_bundle_that_is_none(tmp_path, capsys, command):
    source = write(tmp_path / "week.csv", ROWS)
    out = ("--out", str(tmp_path / "ranked.csv")) if command == "score" else ()

    assert main([command, str(tmp_path / "no-bundle"), str(source), *out]) == 1

    assert sentence(capsys) == f"there is no bundle at {tmp_path}/no-bundle; a bundle is a folder"
    assert list(tmp_path.iterdir()) == [source]
