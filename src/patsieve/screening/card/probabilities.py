"""Whether a model's probabilities can be taken at their word, and what was done about it."""

from collections.abc import Iterator

from patsieve.screening.card.document import Block, Grid, Paragraph, Section
from patsieve.screening.card.facts import NOT_RECORDED, CardFacts, sentence, written
from patsieve.screening.card.making import tried
from patsieve.screening.evaluation_words import calibration_sentence


def probabilities(facts: CardFacts) -> Section:
    """Return the section on calibration."""
    return Section("probabilities", "Can its probabilities be believed?", tuple(_blocks(facts)))


def _blocks(facts: CardFacts) -> Iterator[Block]:
    check = facts.metrics.get("calibration_check")
    if check is None:
        yield Paragraph(f"Whether they can is {NOT_RECORDED}.")
    else:
        yield Paragraph(sentence(calibration_sentence(check)), is_result=True)
    yield from _calibrator(facts)
    bins = facts.training.get("reliability")
    if not bins:
        yield Paragraph(f"What was claimed against what was seen is {NOT_RECORDED}.")
        return
    yield Grid(
        f"What was claimed against what was seen, on the {facts.judged}.",
        ("probability", "relevant", "claimed", "seen", "if true"),
        tuple(
            (
                f"{one['start']:.1f} to {one['end']:.1f}",
                f"{one['n_relevant']:,} of {one['n_records']:,}",
                written(one["claimed"]),
                written(one["n_relevant"] / one["n_records"]),
                f"{written(one['expected_low'])} to {written(one['expected_high'])}",
            )
            for one in bins
        ),
    )
    yield Paragraph(
        "Where a model says 0.3, three of ten records should be relevant. The last column is "
        "where the share seen lies in 95 of 100 cases if all probabilities are true; a row with "
        "few records proves little, and of ten rows one outside is no rarity."
    )


def _calibrator(facts: CardFacts) -> Iterator[Block]:
    choice = facts.training.get("calibration")
    if choice is not None:
        yield Paragraph(sentence(choice["reason"]))
        if choice["losses"]:
            caption = "Calibrators, each on records that it had not learnt from."
            yield tried(caption, choice["losses"])
    elif facts.kind == "bag-of-words":
        yield Paragraph(
            "A bag of words makes probabilities of its scores by Platt's method, learnt from "
            "scores out of fold; no other was tried."
        )
    elif facts.manifest.kind == "calibrated":
        yield Paragraph(f"They are calibrated; by what and why is {NOT_RECORDED}.")
    else:
        yield Paragraph(f"Whether a calibrator was tried is {NOT_RECORDED}.")
