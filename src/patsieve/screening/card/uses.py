"""What a model is for and what it is not for, and what is to be seen first."""

from collections.abc import Iterator

from patsieve.metrics.intervals import Estimate
from patsieve.screening.card.document import Bullets, Commands, Figures, Paragraph, Section
from patsieve.screening.card.facts import CardFacts, share
from patsieve.screening.certificate import RecallCertificate, certificate_from_json
from patsieve.screening.certificate_words import certificate_sentences
from patsieve.screening.evaluation_words import number
from patsieve.screening.purpose import percent


def summary(facts: CardFacts) -> Section:
    """Return the section with the figures that a reader looks for first."""
    return Section(
        "summary",
        "In short",
        (Figures((*_measured(facts), _promise(facts))),),
    )


def uses() -> Section:
    """Return the section on what a model is for."""
    return Section(
        "uses",
        "What it is for",
        (
            Paragraph(
                "For ranking patents of the field and the search that the labelled ones came "
                "from, the likeliest first, so that the relevant ones are read early. Who reads "
                "them decides; the model only says in which order."
            ),
            Paragraph("In the commands, BUNDLE is the folder that this card belongs to."),
            Commands(
                (
                    ("Rank a file:", "patsieve score BUNDLE new.csv --out ranked.xlsx"),
                    (
                        "See how good it is on other labelled patents:",
                        "patsieve evaluate BUNDLE labelled.csv",
                    ),
                )
            ),
        ),
    )


def not_for(facts: CardFacts) -> Section:
    """Return the section on what the model must not be used for."""
    return Section(
        "misuse",
        "What it is not for",
        (
            Bullets(
                (
                    f"deciding alone what nobody reads: {_unread(facts)}",
                    "legal questions, such as novelty, validity, infringement or freedom to "
                    "operate: it knows which texts resemble the labelled ones, and nothing of "
                    "the scope of a claim or the state of a right",
                    "saying how important a patent is: a high probability means that it is "
                    "likely relevant, not that it matters much",
                    "patents unlike the labelled ones, as listed under “Limits”",
                )
            ),
        ),
    )


def _measured(facts: CardFacts) -> Iterator[tuple[str, str]]:
    counts, recall = facts.counts, facts.estimate("recall_relevant")
    if counts is not None:
        _, called_wrongly, missed, found = counts
        threshold = number(facts.metrics.get("threshold"))
        yield (
            f"{found:,} of {found + missed:,}",
            f"relevant {facts.judged} are called relevant, from probability {threshold} on: "
            f"recall {share(recall)}",
        )
        if found + called_wrongly:
            yield (
                f"{found:,} of {found + called_wrongly:,}",
                f"{facts.judged} that are called relevant are so: precision "
                f"{share(facts.estimate('precision_relevant'))}",
            )
    reads, n_records = facts.estimate("reads_for_95_recall"), facts.metrics.get("n_records")
    if reads is not None and n_records is not None:
        yield (
            f"{round(reads.value):,} of {n_records:,}",
            f"{facts.judged}, read from the top of the ranking, hold 95 % of the relevant ones "
            f"({_whole(reads)})",
        )


def _whole(reads: Estimate) -> str:
    return f"{round(reads.low):,} to {round(reads.high):,}"


def _promise(facts: CardFacts) -> tuple[str, str]:
    kept = facts.manifest.certificate
    if kept is None:
        return "no promise", "of a recall: none was asked for, or none is recorded"
    certificate = certificate_from_json(kept)
    verdict = certificate_sentences(certificate, with_limits=False)[0]
    if isinstance(certificate, RecallCertificate):
        return f"{percent(certificate.recall)} promised", verdict
    return "no promise", certificate.reason


def _unread(facts: CardFacts) -> str:
    kept = facts.manifest.certificate
    if kept is not None and isinstance(certificate_from_json(kept), RecallCertificate):
        return (
            "what lies below the threshold is unread, not irrelevant, and the promise says how "
            "much of what is relevant may be there"
        )
    return (
        "what lies below the threshold is unread, not irrelevant, and no promise says how much "
        "of what is relevant may be there"
    )
