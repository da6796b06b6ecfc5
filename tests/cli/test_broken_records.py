"""One broken record among two thousand, of every family that has records: named, left out, 3."""

import json
import re
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patsieve.cli.main import main

sys.path.append(str(Path(__file__).parents[1] / "corpus"))

import made_up_patents as made_up

N_SOUND, PLACE = 2000, 1233
CODE_OF_INCOMPLETE = 3
DOCUMENT = {
    "uspto": made_up.DESIGN,
    "pap": made_up.PAP,
    "patdoc": made_up.PATDOC,
    "ep": made_up.EP,
    "docdb": made_up.DOCDB,
}


def among(record, broken, *, between=""):
    """Return sound records with one that is broken in its place."""
    sound = [record(number) for number in range(N_SOUND)]
    return between.join([*sound[:PLACE], broken, *sound[PLACE:]])


def csv():
    return "title,abstract\n" + among(lambda n: f"Cathode {n},Nickel\n", 'Anode,"Tin\n')


def jsonl():
    return among(lambda n: f'{{"title": "Cathode {n}"}}\n', '{"title": "cut\n')


def json_array():
    return f"[{among(lambda n: json.dumps({'title': f'Cathode {n}'}), '3', between=', ')}]"


def ris():
    return among(lambda n: f"TY  - PAT\nTI  - Cathode {n}\nER  - \n", "TI  - Anode\n")


def web_of_science():
    return among(lambda n: f"PT P\nTI Cathode {n}\nER\n\n", "TI Anode\n")


def bibtex():
    return among(lambda n: f"@patent{{a{n}, title = {{Cathode {n}}}}}\n", "@patent{b, title = }\n")


def greenbook():
    def patent(number):
        return f"PATN\nWKU  {number + 3_900_000:08}1\nTTL  Cathode\n"

    return among(patent, "PATN\nTTL  Anode\n")


def documents(name):
    """Return a file of whole documents, one of which is not well-formed."""
    sound = DOCUMENT[name]
    return among(lambda _: sound, sound.replace("</", "<", 1))


def epo_json():
    def patent(number):
        return json.dumps({"doc_number": str(9_000_000 + number), "country": "EP", "title": "A"})

    return f'{{"documents": [{among(patent, "3", between=", ")}]}}'


TEXTS = {
    "csv": (csv, rf"line {PLACE + 2} of .* quotation mark"),
    "jsonl": (jsonl, rf"line {PLACE + 1} of .* is not a JSON object"),
    "json": (json_array, rf"element {PLACE + 1} of .* is not a JSON object but int"),
    "ris": (ris, rf"line {3 * PLACE + 1} of .*, TI, stands in no entry"),
    "web of science": (web_of_science, rf"line {4 * PLACE + 1} of .*, TI, stands in no entry"),
    "bibtex": (bibtex, rf"the entry at line {PLACE + 1} of .* cannot be parsed"),
    "greenbook": (greenbook, rf"document {PLACE + 1:,} \(line {3 * PLACE + 1:,}\) has no patent"),
    "epo json": (epo_json, rf"{PLACE + 1:,}"),
}


def imported(path, capsys):
    """Return exit code and summary."""
    code = main(["corpus", "import", str(path), "--out", str(path.parent / "out.csv"), "--json"])
    return code, json.loads(capsys.readouterr().out)


def require_one_left_out(code, summary, said, n_sound=N_SOUND):
    assert code == CODE_OF_INCOMPLETE
    assert (summary["n_records"], summary["n_broken"]) == (n_sound, 1)
    (note,) = [note for note in summary["files"][0]["notes"] if note.startswith("left out")]
    assert re.search(said, note), note


@pytest.mark.parametrize("family", TEXTS)
def test_a_broken_record_of_a_text(tmp_path, capsys, family):
    write, said = TEXTS[family]
    path = tmp_path / "export"
    path.write_text(write(), encoding="utf-8")

    require_one_left_out(*imported(path, capsys), said)


@pytest.mark.parametrize("name", DOCUMENT)
def test_a_broken_document_of_an_office(tmp_path, capsys, name, monkeypatch):
    monkeypatch.setitem(globals(), "N_SOUND", 300)
    monkeypatch.setitem(globals(), "PLACE", 123)
    path = tmp_path / "week.xml"
    path.write_text(documents(name), encoding="utf-8")
    line = 123 * DOCUMENT[name].count("\n")

    code, summary = imported(path, capsys)

    require_one_left_out(code, summary, r"document 124 \(line [\d,]+\) is not well-formed", 300)
    (note,) = [note for note in summary["files"][0]["notes"] if note.startswith("left out")]
    found = int(re.search(r"line ([\d,]+)", note)[1].replace(",", ""))
    assert line < found <= line + DOCUMENT[name].count("\n") + 1


def test_a_broken_record_of_parquet(tmp_path, capsys):
    path = tmp_path / "patents.parquet"
    titles = [f"Cathode {number}".encode() for number in range(N_SOUND + 1)]
    titles[PLACE] = b"\xff"
    pq.write_table(pa.table({"title": pa.array(titles).view(pa.string())}), path)

    require_one_left_out(*imported(path, capsys), rf"row {PLACE + 1} of .* cannot be read")


def test_check_says_the_same(tmp_path, capsys):
    path = tmp_path / "patents.jsonl"
    path.write_text(jsonl(), encoding="utf-8")

    assert main(["corpus", "check", str(path), "--json"]) == CODE_OF_INCOMPLETE

    (found,) = json.loads(capsys.readouterr().out)["files"]
    assert (found["n_records"], found["n_broken"]) == (N_SOUND, 1)
