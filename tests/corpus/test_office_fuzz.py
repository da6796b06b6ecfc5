"""Documents with changed bytes, cut and stitched together: a table or one sentence, no more."""

import json
import random
import time

import made_up_patents as made_up
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patsieve.corpus.load import stream_records
from patsieve.errors import PatsieveError

CONTENTS = [content.encode() for content in made_up.EVERY_DOCUMENT.values()]
# What tends to break parsers: beginnings and ends of mark-up, signs, half characters.
PIECES = [
    b"<", b">", b"</", b"/>", b"&", b";", b"&#", b"&#x110000;", b"]]>", b"<![CDATA[", b"<!--",
    b"<?", b"<!DOCTYPE a [", b"]>", b'<!ENTITY a "&a;&a;">', b"<!ENTITY a SYSTEM 'b'>", b"\0",
    b"\xff", b"\xc3", b"\xed\xa0\x80", b"\n", b"\r", b'"', b"'", b"<us-patent-grant>",
    b"</us-patent-grant>", b"<exchange-document>", b"<claims>", b"<claim>", b"</claim-text>",
    b"<PATDOC>", b"PATN\n", b"WKU  ", b"xmlns:a=", b"a:b", b"{", b"}", b"[", b"null",
    b'"document-id": [1, {"$": []}]',
]  # fmt: skip

# Every example writes its own file anew.
ONE_FOLDER = HealthCheck.function_scoped_fixture
KEYS = ["$", "@lang", "exchange-document", "document-id", "abstract", "claims", "claim", ""]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=20,
)


def read(folder, content):
    """Read everything; return how many records there were, or None for one sentence."""
    path = folder / "fuzzed"
    path.write_bytes(content)
    try:
        stream = stream_records(path)
        count = sum(1 for _ in stream)
        assert all("\n" not in note for note in stream.notes)
    except PatsieveError as error:
        count = None
        said = str(error)
    else:
        said = ""
    assert "\n" not in said
    return count


def mutated(content: bytes, source: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(source.randint(1, 8)):
        at = source.randrange(len(changed) + 1)
        match source.randrange(5):
            case 0:
                changed[at : at + 1] = bytes([source.randrange(256)])
            case 1:
                changed[at:at] = source.choice(PIECES)
            case 2:
                del changed[at : at + source.randint(1, 200)]
            case 3:
                changed[at:at] = changed[at // 2 : at // 2 + source.randint(1, 300)]
            case _:
                other = source.choice(CONTENTS)
                begin = source.randrange(len(other))
                changed[at:at] = other[begin : begin + source.randint(1, 500)]
    return bytes(changed)


@pytest.mark.parametrize("name", made_up.EVERY_DOCUMENT)
def test_changed_documents_are_read_or_refused(tmp_path, name):
    source = random.Random(f"office {name}")
    content = made_up.EVERY_DOCUMENT[name].encode()

    began = time.process_time()
    outcomes = {read(tmp_path, mutated(content, source)) for _ in range(50)}

    # Some are read in spite of the change: the mutations are not all fatal.
    assert outcomes - {None}
    assert time.process_time() - began < 30


@settings(max_examples=150, deadline=None, suppress_health_check=[ONE_FOLDER])
@given(st.lists(st.sampled_from(PIECES + CONTENTS) | st.binary(max_size=20), max_size=12))
def test_pieces_in_any_order_are_read_or_refused(tmp_path, pieces):
    read(tmp_path, b'<?xml version="1.0"?>\n<us-patent-grant>' + b"".join(pieces))


@settings(max_examples=100, deadline=None, suppress_health_check=[ONE_FOLDER])
@given(VALUES)
def test_any_json_under_the_name_of_the_service_is_read_or_refused(tmp_path, value):
    read(tmp_path, json.dumps({"ops:world-patent-data": value}).encode())


@pytest.mark.slow
@pytest.mark.parametrize("name", made_up.EVERY_DOCUMENT)
def test_many_more_changed_documents(tmp_path, name):
    source = random.Random(f"office more {name}")
    content = made_up.EVERY_DOCUMENT[name].encode()

    for _ in range(1500):
        read(tmp_path, mutated(content, source))
