"""The benchmark of the readers counts the same records with both."""

import pytest

from patsieve.corpus.synthetic import write_patents
from patsieve.experiments.corpus_import import import_files


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".xlsx"])
def test_both_parsers_see_the_same_records(tmp_path, suffix):
    import reading

    write_patents(tmp_path / "source.csv", 30, seed=1)
    path = tmp_path / f"patents{suffix}"
    import_files([tmp_path / "source.csv"], path)

    assert reading.read(path) == reading.PLAIN[suffix](path) == 30


def test_a_row_for_each_format_is_printed(tmp_path, capsys, monkeypatch):
    import reading

    monkeypatch.setenv("PATSIEVE_DATA", str(tmp_path))
    reading.main(["--records", "20", "--times", "1"])

    rows = capsys.readouterr().out.splitlines()
    assert [row.split(" | ")[0] for row in rows[2:]] == ["| CSV", "| JSONL", "| XLSX"]
