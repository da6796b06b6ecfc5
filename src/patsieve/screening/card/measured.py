"""How good a model is: every metric with its interval, how to read it, and the errors in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from patsieve.corpus.tally import counted
from patsieve.screening.card.document import Block, Grid, Paragraph, Section
from patsieve.screening.card.facts import (
    NOT_RECORDED,
    CardFacts,
    interval,
    relevant_of,
    written,
)
from patsieve.screening.evaluation_words import METRIC_LABELS, number
from patsieve.screening.purpose import rounded_percent

_READS = "reads_for_95_recall"


def measured(facts: CardFacts) -> Section:
    """Return the section on how good the model is."""
    if not facts.metrics:
        return Section("quality", "How good it is", (Paragraph(f"That is {NOT_RECORDED}."),))
    return Section("quality", "How good it is", tuple(_blocks(facts)))


def _blocks(facts: CardFacts) -> Iterator[Block]:
    metrics = facts.metrics
    yield Paragraph(_where(facts), is_result=True)
    yield from _errors(facts)
    rows = tuple(_rows(metrics))
    readings = _readings(metrics.get("prevalence"))
    confidence = f"{100 * metrics.get('confidence', 0.95):g} % interval"
    yield Grid(
        f"Measures on the {facts.judged}.",
        ("measure", "value", confidence),
        tuple((label, value, ends) for _, label, value, ends in rows),
        tuple(readings.get(name, "") for name, *_ in rows),
    )
    yield Paragraph(
        "How to read them: other records of the same kind would have given other values; the "
        "interval says how far that goes. Intervals that overlap do not settle which of two "
        "models is better: compare them on the same records (below). Average precision, "
        "precision and F1 are lower in a file where relevant records are rarer; recall is not."
    )
    found = metrics.get("recall_at_k") or {}
    if found:
        yield Grid(
            "How much of what is relevant is found by reading from the top.",
            ("records read", "share found", confidence),
            tuple((f"{int(k):,}", written(of["value"]), interval(of)) for k, of in found.items()),
        )
    if metrics.get("interval_method"):
        yield Paragraph(f"Intervals: {metrics['interval_method']}.")


def _where(facts: CardFacts) -> str:
    metrics = facts.metrics
    n_records, n_relevant = metrics.get("n_records"), metrics.get("n_relevant")
    size = NOT_RECORDED
    if n_records and n_relevant is not None:
        families = metrics.get("n_families")
        size = (
            f"{relevant_of(n_records, n_relevant)} ({rounded_percent(n_relevant / n_records)})"
            + ("" if families is None else f", in {counted(families, 'family', 'families')}")
        )
    if facts.is_out_of_fold:
        return (
            f"Measured out of fold on all labelled records: {size}. Each of them was scored by "
            "models that had not seen its family; the model itself has learnt from all."
        )
    return f"Measured on test records, of whose families it has seen none: {size}."


def _errors(facts: CardFacts) -> Iterator[Block]:
    counts = facts.counts
    if counts is None:
        yield Paragraph(f"How many it calls rightly and wrongly is {NOT_RECORDED}.")
        return
    left, called_wrongly, missed, found = counts
    yield Paragraph(
        f"At its threshold, {number(facts.metrics.get('threshold'))}: of "
        f"{counted(found + missed, 'relevant record')} it calls {found:,} relevant and misses "
        f"{missed:,}; of {counted(left + called_wrongly, 'irrelevant record')} it leaves "
        f"{left:,} aside and calls {called_wrongly:,} relevant by mistake."
    )


def _rows(metrics: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Give name, label, value and interval of each metric there is."""
    for name, label in METRIC_LABELS.items():
        if name in metrics:
            found = metrics[name]
            yield name, label, written(found["value"]), interval(found)
        if name == "wss_at_95" and _READS in metrics:
            found = metrics[_READS]
            ends = f"{_whole(found['low'])} to {_whole(found['high'])}"
            yield _READS, "records to read for 95 % recall", _whole(found["value"]), ends


def _whole(value: float | None) -> str:
    return written(None) if value is None else f"{round(value):,}"


def _readings(prevalence: float | None) -> dict[str, str]:
    """Return what each measure says; `prevalence` is that of the records it was measured on."""
    if prevalence is None:
        at_random, all_irrelevant, constant = ("", "", "")
    else:
        at_random = f"; a random order has about {written(prevalence)}"
        all_irrelevant = f"; calling nothing relevant has {written(1 - prevalence)}"
        constant = f"; the same answer for all has {written(prevalence * (1 - prevalence))}"
    return {
        "average_precision": f"how pure the list is, read from the top; 1 at best{at_random}",
        "roc_auc": "how often a relevant record stands above an irrelevant one; 0.5 at random",
        "wss_at_95": "the share of reading that the ranking spares against a random order",
        _READS: "from the top of the ranking",
        "mcc": "decisions against labels; 1 at best, 0 is guessing",
        "f1_relevant": "precision and recall in one (their harmonic mean)",
        "precision_relevant": "the relevant share of what is called relevant",
        "recall_relevant": "the share of what is relevant that is called so",
        "accuracy": f"the share of right decisions{all_irrelevant}",
        "f1_weighted": "F1 of both classes, weighed by their size",
        "brier": f"how far probabilities are from labels, squared; 0 at best{constant}",
        "expected_calibration_error": "how far probabilities are off, on average",
    }
