"""What is said of a week's drift: an alarm that nobody overlooks, or what was looked at."""

from collections.abc import Iterator

from patsieve.corpus.tally import counted
from patsieve.screening.certificate import RecallCertificate
from patsieve.screening.chosen import ChosenThreshold
from patsieve.screening.drift.check import FALSE_ALARMS, Comparison, DriftReport
from patsieve.screening.purpose import percent, rounded_percent

_TRAITS = {
    "scores": "their scores are spread as those of no mixture of the labelled ones",
    "words": "more of their words are unknown to it",
}


def drift_sentences(report: DriftReport, chosen: ChosenThreshold) -> list[str]:
    """Return what is to be said; the first sentence is the verdict.

    Parameters
    ----------
    chosen : ChosenThreshold
        The threshold of the week, whose promise an alarm takes back.
    """
    return list(_sentences(report, chosen))


def _sentences(report: DriftReport, chosen: ChosenThreshold) -> Iterator[str]:
    if not report.n_families:
        yield (
            "drift: no family in this file is new to the model and to the history, so there is "
            "nothing to compare"
        )
        return
    if report.is_raised:
        yield alarm_sentence(report, chosen)
    elif report.comparisons:
        yield (
            f"drift: none seen; {_new(report)} could be of the kind that the model was made on "
            f"({'; '.join(map(_measured, report.comparisons))})"
        )
    for reason in report.unchecked:
        yield f"drift is not checked in full: {reason}"
    if report.comparisons:
        yield _false_alarms(report)
    # Of patents that are no mixture of the labelled classes no share can be told.
    if report.prevalence is not None and not report.is_raised:
        yield from _prevalence(report)


def alarm_sentence(report: DriftReport, chosen: ChosenThreshold) -> str:
    """Say that a week differs, how, and what holds no longer."""
    this_week = [each for each in report.found if each.n_weeks == 1]
    found = this_week or list(report.found)
    whose = (
        "this week's patents differ"
        if this_week
        else f"the patents of {found[0].n_weeks} weeks together differ"
    )
    reasons = " and ".join(f"{_TRAITS[each.trait]} ({_measured(each)})" for each in found)
    certificate = chosen.certificate
    if isinstance(certificate, RecallCertificate):
        return (
            f"THE PROMISE OF {percent(certificate.recall)} RECALL NO LONGER HOLDS: {whose} from "
            f"those that it was made on: {reasons}; label some of them and train again"
        )
    return (
        f"DRIFT: {whose} from those that the model was made on: {reasons}; do not rely on its "
        "probabilities and its threshold, label some of them and train again"
    )


def _measured(comparison: Comparison) -> str:
    weeks = "" if comparison.n_weeks == 1 else f" in {comparison.n_weeks} weeks"
    return (
        f"{comparison.trait} of {counted(comparison.n_families, 'family', 'families')}{weeks}: "
        f"{comparison.distance:.2f} apart, up to {comparison.allowed:.2f} is put down to chance"
    )


def _new(report: DriftReport) -> str:
    return f"{counted(report.n_families, 'new family', 'new families')}"


def _false_alarms(report: DriftReport) -> str:
    once = f"one week without drift in {1 / FALSE_ALARMS:.0f} raises an alarm, at most"
    if report.n_looks == 1:
        return f"{once}; a difference that is smaller than what is put down to chance goes unseen"
    return (
        f"{once}; in the {report.n_looks} weeks that this model was checked in, the chance of a "
        f"false one is up to {rounded_percent(report.chance_of_a_false_alarm)}"
    )


def _prevalence(report: DriftReport) -> Iterator[str]:
    estimate = report.prevalence
    assert estimate is not None
    yield (
        f"about {rounded_percent(estimate.value)} of the new families are relevant, "
        f"{rounded_percent(estimate.low)} to {rounded_percent(estimate.high)} are possible; "
        "another share than among the labelled ones is no drift"
    )
    if estimate.doubts:
        yield f"do not rely on that share: {estimate.doubts[0]}"
