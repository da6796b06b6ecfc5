"""From what is known of a bundle to its model card."""

from patsieve.screening.card.data import data, split
from patsieve.screening.card.decisions import decisions
from patsieve.screening.card.document import Card
from patsieve.screening.card.facts import CardFacts, relevant_of
from patsieve.screening.card.limits import comparison, limits
from patsieve.screening.card.making import making
from patsieve.screening.card.measured import measured
from patsieve.screening.card.probabilities import probabilities
from patsieve.screening.card.uses import not_for, summary, uses


def model_card(facts: CardFacts) -> Card:
    """Return the model card of a bundle; what is not known of an older one, it says so."""
    found = facts.manifest
    return Card(
        title=f"Model card: {facts.name}",
        lead=(
            "This model ranks patents by how likely those who labelled "
            f"“{found.data.file}” would call them relevant. It has learnt from "
            f"{relevant_of(found.data.n_records, found.data.n_relevant)}."
        ),
        sections=(
            summary(facts),
            uses(),
            not_for(facts),
            measured(facts),
            decisions(facts),
            probabilities(facts),
            data(facts),
            split(facts),
            making(facts),
            comparison(facts),
            limits(facts),
        ),
        footer=(
            f"patsieve {found.patsieve_version}, {found.created}. Figures are rounded; in full "
            "they are in manifest.json and training.json of the bundle."
        ),
    )
