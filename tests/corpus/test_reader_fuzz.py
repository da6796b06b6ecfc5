"""Damaged files of every layout: read, or refused in one sentence; never anything else.

Bytes of made-up exports are exchanged, cut, doubled and put in; what was a file of some database
may then be anything.
"""

import os
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up_exports import EXPORTS

from patsieve.corpus.load import open_records
from patsieve.corpus.sources import find_sources
from patsieve.errors import PatsieveError

TEXT_EXPORTS = [name for name in EXPORTS if not name.endswith((".xlsx", ".xls"))]
WORKBOOKS = ["espacenet.xlsx", "orbit.xlsx", "espacenet.xls"]
# Bytes that mean something to one of the readers.
TELLING = [
    b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"{", b"}", b"[", b"]", b"\\", b"\0", b"@", b"=",
    b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"TY  - ", b"ER  - ", b"@patent{", b"PK\x03\x04",
    b"\x1f\x8b", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"sep=;", b"null", b"1e999",
]  # fmt: skip

CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["exchange", "cut", "double", "put in"]),
        st.floats(0, 1),
        st.integers(1, 40),
        st.one_of(st.sampled_from(TELLING), st.binary(min_size=1, max_size=4)),
    ),
    min_size=1,
    max_size=5,
)


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("originals")
    for name, (_, _, write) in EXPORTS.items():
        write(folder / name)
    return folder


def changed(content, changes):
    for kind, share, length, put in changes:
        place = int(share * len(content))
        before, piece, after = (
            content[:place], content[place : place + length], content[place + length :],
        )  # fmt: skip
        content = {
            "exchange": before + (put * length)[: len(piece)] + after,
            "cut": before + after,
            "double": before + piece + piece + after,
            "put in": before + put + piece + after,
        }[kind]
    return content


def read_or_refused(path, *, tolerant):
    """Return how many records there are, or the sentence that says why there are none."""
    said, records, notes = "", [], []
    try:
        stream = open_records(path, tolerant=tolerant)
        records = list(stream)
        notes = stream.notes
    except PatsieveError as error:
        said = str(error)
    assert all(isinstance(cell, str) for r in records for cell in r.columns.values())
    assert not any("\n" in sentence for sentence in [said, *notes])
    return said or len(records)


# More than in the usual run: PATSIEVE_EXAMPLES=20000 pytest tests/corpus/test_reader_fuzz.py
N_EXAMPLES = int(os.environ.get("PATSIEVE_EXAMPLES", "300"))
FUZZ = settings(
    max_examples=N_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FUZZ
@given(name=st.sampled_from(TEXT_EXPORTS), changes=CHANGES, tolerant=st.booleans())
def test_a_damaged_text_is_read_or_refused(originals, tmp_path, name, changes, tolerant):
    path = tmp_path / "export"
    path.write_bytes(changed((originals / name).read_bytes(), changes))

    assert read_or_refused(path, tolerant=tolerant) is not None


@FUZZ
@given(content=st.binary(max_size=200), begin=st.sampled_from([b"", *TELLING]))
def test_any_bytes_are_read_or_refused(tmp_path, content, begin):
    if begin.startswith((b"PK", b"\xd0\xcf")):
        return  # Workbooks are read in a process of their own: below, and fewer of them.
    path = tmp_path / "export"
    path.write_bytes(begin + content)

    assert read_or_refused(path, tolerant=True) is not None


@pytest.mark.slow
@settings(FUZZ, max_examples=N_EXAMPLES // 5)
@given(name=st.sampled_from(WORKBOOKS), changes=CHANGES)
def test_a_damaged_workbook_is_read_or_refused(originals, tmp_path, name, changes):
    path = tmp_path / "export"
    path.write_bytes(changed((originals / name).read_bytes(), changes))

    assert read_or_refused(path, tolerant=True) is not None


@FUZZ
@given(changes=CHANGES)
def test_a_damaged_archive_is_opened_or_refused(originals, tmp_path, changes):
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(originals / "google.csv", "google.csv")
        archive.write(originals / "lens.csv", "sub/lens.csv")
    path = tmp_path / "week.zip"
    path.write_bytes(changed(whole.read_bytes(), changes))

    for source in find_sources([path]):
        assert (source.path is None) == (source.problem != "")
        assert "\n" not in source.problem
