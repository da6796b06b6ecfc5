"""The benchmark of importing writes records that differ, and tells what reading them took."""

from patsieve.corpus.load import open_records


def test_every_record_has_a_number_and_texts_of_its_own(tmp_path):
    import importing

    importing.write_pile(tmp_path / "pile.csv", 2500)

    records = list(open_records(tmp_path / "pile.csv"))
    assert len({record.publication_number for record in records}) == 2500
    assert len({(r.title, r.abstract, r.claims) for r in records}) > 2400
    assert all(record.priority_date < record.publication_date for record in records)


def test_a_row_for_each_number_of_records_is_printed(tmp_path, capfd):
    import importing

    importing.main(["20", "30", "--only", "check", "--folder", str(tmp_path)])

    rows = capfd.readouterr().out.splitlines()
    assert [row.split(" | ")[1] for row in rows[2:]] == ["20", "30"]
    assert list(tmp_path.iterdir()) == []
