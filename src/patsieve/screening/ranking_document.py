"""What stands beside a ranking in a workbook: how to read it, what it promises, the model card."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from patsieve.screening.bundle import ModelBundle
from patsieve.screening.card.document import Block, Bullets, Card, Facts, Paragraph, Section
from patsieve.screening.card.facts import sentence
from patsieve.screening.card.files import card_of_manifest
from patsieve.screening.certificate import RecallCertificate
from patsieve.screening.evaluation_words import number
from patsieve.screening.scoring_summary import ScoringSummary
from patsieve.screening.sinks import Column
from patsieve.screening.threshold_words import threshold_sentences


def ranking_document(
    bundle: ModelBundle,
    summary: ScoringSummary,
    columns: Sequence[Column],
    *,
    source: str,
    week: Sequence[str] = (),
    keeps_promise: bool = True,
) -> Card:
    """Return the document of a ranking.

    Parameters
    ----------
    columns : sequence of Column
        Of the ranking.
    source : str
        What was ranked.
    week : sequence of str
        What is said of the file beside what was scored before.
    keeps_promise : bool
        Whether the promise of the threshold may be told.
    """
    card = card_of_manifest(bundle.folder, bundle.manifest)
    title = "This ranking, and the model that made it"
    lead = f"{source}, ranked by the model in {bundle.folder.resolve().name}. {card.lead}"
    sections = (
        _this_ranking(summary, week, keeps_promise=keeps_promise),
        _how_to_read({column.holds for column in columns}),
        *card.sections,
    )
    return replace(card, title=title, lead=lead, sections=sections)


def _this_ranking(summary: ScoringSummary, week: Sequence[str], *, keeps_promise: bool) -> Section:
    return Section(
        "ranking",
        "This ranking",
        tuple(_told(summary, week, keeps_promise=keeps_promise)),
    )


def _told(summary: ScoringSummary, week: Sequence[str], *, keeps_promise: bool) -> Iterator[Block]:
    rows = [
        ("records ranked", f"{summary.n_records:,}"),
        ("called relevant", f"{summary.n_relevant:,}"),
        ("from probability", number(summary.threshold)),
    ]
    if summary.n_without_text:
        rows.append(("without text, at the end", f"{summary.n_without_text:,}"))
    yield Facts(tuple(rows))
    if week:
        yield Bullets(tuple(map(_as_sentence, week)))
    told: list[str] = []
    if keeps_promise:
        told = threshold_sentences(
            summary.chosen,
            n_read=summary.n_relevant,
            n_records=summary.n_records - summary.n_without_text,
            with_limits=False,
        )
    if told:
        yield Paragraph(_as_sentence(told[0]), is_result=True)
        yield Bullets(tuple(map(_as_sentence, (*told[1:], *summary.prevalence_sentences()))))
    elif summary.prevalence is not None:
        yield Bullets(tuple(map(_as_sentence, summary.prevalence_sentences())))
    if keeps_promise and isinstance(summary.chosen.certificate, RecallCertificate):
        yield Paragraph("Where a promise does not hold is under “Limits”.")
    if summary.notes:
        yield Paragraph("What was noted when the file was read and written:")
        yield Bullets(tuple(map(_as_sentence, summary.notes)))


def _how_to_read(held: set[str]) -> Section:
    items = [
        "The likeliest relevant record is on top. The bar is its probability, from 0 to 1; the "
        "decision is what the threshold makes of it. Who reads decides.",
        "Filters are on: show what is called relevant, or look for an applicant.",
    ]
    if "reasons_for" in held:
        items.append(
            "Reasons are those of the model: how much more likely (+) or less likely (−) a word or "
            "a sentence makes the record, in log-odds. In title, abstract and claims they are "
            "marked: green speaks for, red and slanted speaks against, words in bold."
        )
    if "link" in held:
        items.append("Links ask Espacenet and Google Patents for the publication number.")
    return Section("reading", "How to read it", (Bullets(tuple(items)),))


def _as_sentence(told: str) -> str:
    return told if told.endswith((".", ":")) else sentence(told)
