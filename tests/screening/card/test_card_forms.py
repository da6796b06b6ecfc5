"""The card in its two forms: the same words in both, nothing run, nothing fetched."""

import re

import pytest
from made_bundles import made_certificate, made_manifest, made_training
from markdown_it import MarkdownIt

from html_page import HtmlPage
from patsieve.screening.card.build import model_card
from patsieve.screening.card.document import (
    Bullets,
    Card,
    Commands,
    Facts,
    Figures,
    Grid,
    Paragraph,
    Section,
)
from patsieve.screening.card.facts import CardFacts
from patsieve.screening.card.html import to_html
from patsieve.screening.card.markdown import escaped, to_markdown
from patsieve.screening.manifest import ThresholdFacts

NASTY = (
    "<script>alert('x & y')</script>",
    "# no heading",
    "1. no list",
    "2) no list",
    "- no list",
    "*no* _emphasis_ ~~at~~ `all` [no](link) | no cell",
    "C:\\folder &amp; $x$",
    "two\nlines\n\nand a third",
)


def rendered(markdown):
    """Return a Markdown text as a page, as code hosts show it."""
    return HtmlPage(MarkdownIt("commonmark").enable("table").render(markdown))


@pytest.fixture(scope="module")
def card():
    kept = made_certificate()
    manifest = made_manifest(
        certificate=kept, threshold=ThresholdFacts(value=kept["threshold"], purpose="recall 0.9")
    )
    return model_card(CardFacts(manifest, made_training()))


@pytest.fixture(scope="module")
def html(card):
    return to_html(card)


def numbers(text):
    return sorted(re.findall(r"\d[\d.,]*\d|\d", text))


def test_both_forms_have_the_same_numbers(card, html):
    assert numbers(rendered(to_markdown(card)).text) == numbers(HtmlPage(html).text)


def test_both_forms_have_the_same_headings_and_tables(card, html):
    page, other = HtmlPage(html), rendered(to_markdown(card))

    assert len(page.all("h2")) == len(other.all("h2")) == len(card.sections)
    cells = [row[1] for row in other.rows]
    assert [row[1] for row in page.rows] == cells
    assert len(cells) > 20


@pytest.mark.parametrize("text", NASTY)
def test_whatever_users_write_is_shown_as_it_is(text):
    grid = Grid(text, ("a", text), ((text, text),), notes=(text,))
    blocks = (
        Paragraph(text),
        Paragraph(text, is_result=True),
        Bullets((text,)),
        Facts(((text, text),)),
        Figures(((text, text),)),
        Commands(((text, "patsieve --help"),)),
        grid,
    )
    card = Card(text, text, (Section("key", text, blocks),), text)
    shown = " ".join(text.split())

    html, markdown = to_html(card), to_markdown(card)

    for page in (HtmlPage(html), rendered(markdown)):
        assert page.all("script") == []
        assert page.all("a") == page.all("em") == page.all("ol") == []
        # Title, lead, heading, paragraphs, list, facts and figures, step, table, foot.
        assert page.text.count(shown) >= 15
        assert [row[1] for row in page.rows] == [shown, shown]


def test_a_sentence_that_says_nothing_special_stays_readable():
    assert escaped("Recall 85 % (70.2 to 94.3 %), from 0.500 on.") == (
        "Recall 85 % (70.2 to 94.3 %), from 0.500 on."
    )


def test_the_page_needs_nothing_from_anywhere(html):
    page = HtmlPage(html)

    assert "http" not in html
    assert "url(" not in html
    assert "@import" not in html
    assert page.all("script") == page.all("img") == []
    assert [link["href"] for link in page.all("link")] == ["data:,"]


def test_the_page_can_be_read_by_everybody(html):
    page = HtmlPage(html)

    assert page.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all(
        "meta"
    )
    headings = {heading["id"] for heading in page.all("h2")}
    assert {section["aria-labelledby"] for section in page.all("section")} == headings
    assert len(page.all("h1")) == 1
    assert len(page.all("table")) == len(page.all("caption"))
    assert {heading.get("scope") for heading in page.all("th")} == {"col", "row"}


def test_the_page_is_made_for_narrow_screens_and_for_paper(html):
    assert "@media (max-width: 34rem)" in html
    assert "@media print" in html


def test_a_command_stands_in_a_block_that_can_be_copied(card):
    assert "\n```\npatsieve score BUNDLE new.csv --out ranked.xlsx\n```\n" in to_markdown(card)


def test_a_percent_sign_stays_with_its_number(html):
    assert "90\N{NO-BREAK SPACE}% promised" in html


def test_decimal_points_and_parts_of_sentences_stay_readable():
    assert escaped("0.883") == "0.883"
    assert escaped("3.") == "3\\."


def test_the_same_facts_give_the_same_card(card, html):
    assert to_html(card) == html
    assert to_markdown(card) == to_markdown(card)
