"""XML that is made to do harm, or is none: one sentence, and nothing is unfolded or fetched."""

import time

import made_up_patents as made_up
import pytest

from patsieve.corpus.readers import open_table
from patsieve.corpus.readers.broken import BrokenRecordError
from patsieve.corpus.readers.offices import parsing
from patsieve.corpus.readers.offices.doctype import own_entities
from patsieve.corpus.readers.offices.entities import with_characters
from patsieve.errors import UnreadableFileError

BOMB = (
    '<!DOCTYPE us-patent-grant [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
FETCH = '<!DOCTYPE us-patent-grant [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
FETCH_BY_PARAMETER = '<!DOCTYPE us-patent-grant [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd">%x;]>'


def grant(doctype="", title="Cathode"):
    return (
        f'<?xml version="1.0"?>\n{doctype}\n<us-patent-grant><us-bibliographic-data-grant>'
        f"<invention-title>{title}</invention-title></us-bibliographic-data-grant>"
        "</us-patent-grant>\n"
    )


def refused(folder, content, match):
    path = folder / "attack.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=match) as caught:
        open_table(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    assert len(message) < 400


@pytest.mark.parametrize(
    ("doctype", "title", "match"),
    [
        (BOMB, "&c;", "declares the entity 'b' by others or by mark-up"),
        (FETCH, "&x;", "declares the external entity 'x', and nothing outside the file is read"),
        (FETCH_BY_PARAMETER, "A", "declares the external entity 'x'"),
        (
            f'<!DOCTYPE us-patent-grant [<!ENTITY a "{"ha" * 400}">]>', "&a;" * 2000,
            "unfold to more than 1,048,576 characters",
        ),
        ('<!DOCTYPE us-patent-grant [<!ENTITY a "<b/>">]>', "A", "by others or by mark-up"),
    ],
)  # fmt: skip
def test_entities_that_unfold_or_reach_outside(tmp_path, doctype, title, match):
    refused(tmp_path, grant(doctype, title), match)


def test_an_attack_among_other_documents_is_left_out(tmp_path):
    path = tmp_path / "week.xml"
    path.write_text(grant() + grant(BOMB, "&c;") + grant(FETCH, "&x;") + grant(title="Anode"))
    table = open_table(path)

    assert [row["title"] for _, row in table.rows()] == ["Cathode", "Anode"]
    assert table.broken.count == 2


def test_an_external_document_type_is_not_fetched_and_does_no_harm(tmp_path):
    path = tmp_path / "grant.xml"
    path.write_text(grant('<!DOCTYPE us-patent-grant SYSTEM "http://127.0.0.1:9/x.dtd">'))

    assert next(open_table(path).rows())[1]["title"] == "Cathode"


def test_nesting_that_is_too_deep(tmp_path):
    deep = "<x>" * 100_000 + "x" + "</x>" * 100_000

    refused(tmp_path, grant(title=deep), "has elements nested more than 200 deep")


def test_millions_of_elements(tmp_path, monkeypatch):
    monkeypatch.setattr(parsing, "_MOST_TAGS", 1000)

    refused(tmp_path, grant(title="<b/>" * 1000), "has more than 1,000 tags")


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("<?xml version='1.0'?>\n<rss><channel/></rss>", "not of patents as their offices"),
        ("<?xml version='1.0'?>", "is an XML document, .*; patsieve reads CSV"),
        (grant().replace("</invention-title>", ""), "document 1 .* not well-formed: mismatched"),
        (grant()[:-30], "holds no patent that can be read: .* the file is cut off"),
        (grant(title="a < b"), "is not well-formed: not well-formed"),
        (grant(title="<x c=1>A</x>"), "is not well-formed: not well-formed"),
        (grant(title=""), "has neither a number nor any text"),
    ],
)
def test_what_is_not_a_patent_or_not_well_formed(tmp_path, content, match):
    refused(tmp_path, content, match)


def test_an_endless_line_of_plain_text(tmp_path):
    path = tmp_path / "endless.txt"
    path.write_text(made_up.GREENBOOK + "x" * (1 << 20) + "\n")
    table = open_table(path)

    line = made_up.GREENBOOK.count("\n") + 1
    with pytest.raises(UnreadableFileError, match=rf"line {line} of .* 1,048,576 characters"):
        list(table.rows())


@pytest.mark.parametrize(
    "content",
    [
        '{"ops:world-patent-data": ' + "[" * 100_000,
        '{"ops:world-patent-data": ' + '{"a":' * 300 + "1" + "}" * 301,
        '{"ops:world-patent-data": {}}',
        '{"ops:world-patent-data": 1}, 2',
        '{"results": [{"doc_number": ""}, 3, null]}',
    ],
)
def test_json_that_is_none_or_has_no_patent(tmp_path, content):
    path = tmp_path / "answer.json"
    path.write_text(content)

    with pytest.raises(UnreadableFileError, match=r"answer\.json"):
        open_table(path)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5 &mgr;m &ldquo;x&rdquo;", "5 μm “x”"),
        ("&OHgr; &Agr; &alpha; &b.alpha; &deg; &square;", "Ω Α α α ° □"),
        ("&lt;b&gt; &amp;alpha; &#945; &LT;", "&lt;b&gt; &amp;alpha; &#945; &lt;"),
        ("R&D and A& B & C&", "R&amp;D and A&amp; B &amp; C&amp;"),
        ("&own;", "&lt;mine&gt;"),
    ],
)
def test_names_of_characters(written, read):
    assert with_characters(written, {"own": "<mine>"}) == (read, set())


def test_names_of_characters_that_nobody_knows_stay_and_are_noted(tmp_path):
    path = tmp_path / "grant.xml"
    path.write_text(grant(title="A &zzz; b &qqqq; &zzz;"))
    table = open_table(path)

    assert next(table.rows())[1]["title"] == "A &zzz; b &qqqq; &zzz;"
    assert table.notes == [
        "left these names of characters as they are written, because none is known: "
        "'&qqqq;', '&zzz;'"
    ]


def test_characters_that_xml_does_not_allow_become_blanks(tmp_path):
    path = tmp_path / "grant.xml"
    path.write_text(grant(title="A\x01B &#0;C &#xD800;D &#99999999999;E &#x3b1;F"))

    assert next(open_table(path).rows())[1]["title"] == "A B C D E αF"


def test_own_names_of_a_document():
    head = '<!DOCTYPE a [<!-- <!ENTITY no "1"> --><!ENTITY co "&#169; ]">]>'

    assert own_entities(head) == {"co": "© ]"}
    assert own_entities("text") is None
    assert own_entities('<?xml version="1.0"?>') == {}
    assert own_entities("<!DOCTYPE a>") == {}


@pytest.mark.parametrize("text", ["<!--" * 50_000, "<!ENTITY a " * 50_000, "'\"" * 50_000])
def test_a_document_type_without_an_end_is_read_in_a_moment(text):
    try:
        found = own_entities(f"<!DOCTYPE a [{text}")
    except BrokenRecordError:
        found = {}
    assert found == {}


@pytest.mark.parametrize(
    "content",
    [
        "<?xml version='1.0'?><" + "a" * 65_000,
        "<?xml version='1.0'?>" + "biblio-search " * 50_000 + made_up.DESIGN,
        "<?xml version='1.0'?>" + "<a-" * 50_000,
        "<?xml version='1.0'?>" + "<!--" * 100_000 + "<us-patent-grant>",
        "<us-patent-grant " + "a " * 100_000,
        "<us-patent-grant>" + "</us-patent-grant " * 20_000,
        "<PATDOC/>" * 50_000,
        "<PATDOC>" + "<a " * 50_000 + "</PATDOC>",
        "<PATDOC>" + "&a" * 100_000 + "&#9999999999;" * 10_000 + "</PATDOC>",
        "<us-patent-grant><claims><claim>" + "<claim-text>1. a</claim-text>" * 30_000
        + "</claim></claims></us-patent-grant>",
        "<us-patent-grant><us-bibliographic-data-grant>" + "<citations/>" * 50_000
        + "</us-bibliographic-data-grant></us-patent-grant>",
    ],
    ids=range(11),
)  # fmt: skip
def test_nothing_takes_longer_than_its_length_explains(tmp_path, content):
    path = tmp_path / "slow.xml"
    path.write_text(content)

    began = time.process_time()
    try:
        list(open_table(path).rows())
    except UnreadableFileError as error:
        said = str(error)
    else:
        said = ""

    assert len(said) < 400
    assert time.process_time() - began < 5
