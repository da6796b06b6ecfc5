"""From which probability on records are called relevant, what for, and what that promises."""

from collections.abc import Iterator

from patsieve.screening.card.document import Block, Bullets, Commands, Paragraph, Section
from patsieve.screening.card.facts import CardFacts, sentence
from patsieve.screening.certificate import certificate_from_json
from patsieve.screening.chosen import ChosenThreshold, kept_scores, shown_by
from patsieve.screening.evaluation_words import number
from patsieve.screening.manifest import Manifest
from patsieve.screening.purpose import Kind, purpose_from_words
from patsieve.screening.threshold_words import threshold_sentences

_MEANT: dict[Kind, str] = {
    "fixed": "It was set, not learned from records.",
    "recall": "It is to miss little.",
    "precision": "It is to waste little reading.",
    "budget": "It calls as many as one can read; every file gets its own.",
    "cost": "It is the cheapest, if the probabilities are right.",
    "max-mcc": "It looked best on labelled records, so what they show of it flatters a little.",
    "max-f1": "It looked best on labelled records, so what they show of it flatters a little.",
}


def decisions(facts: CardFacts) -> Section:
    """Return the section on the threshold and its promise."""
    return Section("decisions", "What it calls relevant, and what that promises", (*_told(facts),))


def known_of(manifest: Manifest) -> ChosenThreshold:
    """Return a bundle's own threshold with all that is known of it, as when it was chosen.

    What is not kept follows from the scores that are: what they show, and costs. A promise is
    taken as it was given, never made anew.
    """
    value, budget = manifest.threshold.value, manifest.threshold.budget
    if manifest.certificate is not None:
        certificate = certificate_from_json(manifest.certificate)
        return ChosenThreshold(value, certificate=certificate, evidence=certificate.evidence)
    purpose = purpose_from_words(manifest.threshold.purpose)
    scores = kept_scores(manifest)
    if purpose is None or scores is None:
        return ChosenThreshold(value, budget)
    return shown_by(scores, purpose, value)


def _told(facts: CardFacts) -> Iterator[Block]:
    threshold = facts.manifest.threshold
    purpose = purpose_from_words(threshold.purpose)
    if threshold.budget is not None:
        begins = f"The first {threshold.budget:,} records of a file, whatever their probability."
    else:
        begins = f"Records from probability {number(threshold.value)} on."
    yield Paragraph(f"{begins} Purpose: {threshold.purpose}.", is_result=True)
    if purpose is not None:
        yield Paragraph(_MEANT[purpose.kind])
    sentences = threshold_sentences(known_of(facts.manifest), with_limits=False)
    if sentences:
        yield Bullets(tuple(sentence(told) for told in sentences))
    if facts.manifest.certificate is not None:
        yield Paragraph("Where this does not hold is under “Limits”.")
        return
    if purpose is not None and purpose.kind == "recall":
        yield Paragraph("No promise is recorded: the bundle is older than promises are.")
    else:
        yield Paragraph("Nothing is promised: a promise comes with a recall as the purpose.")
    yield _how_to_ask(facts.manifest)


def _how_to_ask(manifest: Manifest) -> Commands:
    scores = kept_scores(manifest)
    if scores is None or scores.families is None:
        return Commands(
            (
                (
                    "Ask for a promise when training anew:",
                    "patsieve train labelled.csv --experiment EXPERIMENT --recall 0.95",
                ),
            )
        )
    return Commands(
        (
            (
                "Ask for a promise when a file is ranked:",
                "patsieve score BUNDLE new.csv --out ranked.xlsx --recall 0.95",
            ),
        )
    )
