"""A model card as an HTML page that needs no network, no script and no other file."""

from patsieve.screening.card.document import Card
from patsieve.screening.pages import page_environment


def to_html(card: Card) -> str:
    """Return the card as one HTML page."""
    page = page_environment("patsieve.screening").get_template("card.html").render(card=card)
    # A number and its percent sign stay on one line.
    return page.replace(" %", "\N{NO-BREAK SPACE}%")
