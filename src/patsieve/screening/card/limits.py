"""What a model was compared with, and in which cases nothing of its card holds."""

from patsieve.screening.card.document import Bullets, Commands, Paragraph, Section
from patsieve.screening.card.facts import CardFacts
from patsieve.screening.certificate import CROSS_FITTED, LIMITS
from patsieve.screening.manifest import ThresholdFacts
from patsieve.screening.prevalence import keeps_its_value
from patsieve.screening.purpose import rounded_percent


def comparison(facts: CardFacts) -> Section:
    """Return the section on other models, of which a training run knows nothing."""
    within = [
        name
        for name, is_told in (
            ("ways to weigh its parts", "meta" in facts.training),
            ("calibrators", bool(facts.training.get("calibration", {}).get("losses"))),
        )
        if is_told
    ]
    inside = f" Inside it, {' and '.join(within)} were compared (above)." if within else ""
    return Section(
        "comparison",
        "What it was compared with",
        (
            Paragraph(
                "With no other model: a training run knows none, so this card cannot say whether "
                f"this is the better one.{inside}"
            ),
            Commands(
                (
                    (
                        "Compare it with another bundle, on labelled patents; those that either "
                        "has learnt from are left out:",
                        "patsieve compare BUNDLE OTHER --on labelled.csv",
                    ),
                    (
                        "Compare two experiments on all labels, each record scored by models that "
                        "have not seen its family:",
                        "patsieve crossval labelled.csv --experiment A --experiment B --out oof/",
                    ),
                    ("and then", "patsieve compare oof/A oof/B"),
                )
            ),
        ),
    )


def limits(facts: CardFacts) -> Section:
    """Return the section on where figures, probabilities and promises end."""
    found = facts.manifest
    return Section(
        "limits",
        "Limits",
        (
            Paragraph("Figures, probabilities and promises do not hold for"),
            Bullets(
                (
                    *LIMITS,
                    *((CROSS_FITTED,) if found.is_cross_fitted else ()),
                    "patents in another language than the labelled ones",
                    _other_input(facts),
                )
            ),
            Paragraph(
                "Probabilities are those of a file in which "
                f"{rounded_percent(found.data.prevalence)} of the records are relevant. Where "
                "they are rarer or more common, the ranking stays, but probabilities have to be "
                f"moved. {_threshold_there(found.threshold)}"
            ),
            Commands(
                (
                    (
                        "Say which share of a file is relevant, or let it be estimated:",
                        "patsieve score BUNDLE new.csv --out ranked.xlsx --prevalence estimate",
                    ),
                    (
                        "Labels are taken for the truth. Look for wrong ones:",
                        "patsieve labels check labelled.csv --out suspects.xlsx",
                    ),
                )
            ),
        ),
    )


def _other_input(facts: CardFacts) -> str:
    if facts.column is not None:
        return (
            f"records whose column “{facts.column}” was filled by another system, or by another "
            "version of it"
        )
    return (
        "records with other text than the labelled ones: it reads "
        f"{', '.join(facts.manifest.text_fields)}, and where a record has none of them, whatever "
        "text there is"
    )


def _threshold_there(threshold: ThresholdFacts) -> str:
    """Say what becomes of the threshold where the prevalence is another one."""
    if threshold.budget is not None:
        return "As many records are called relevant as before."
    if keeps_its_value(threshold):
        return "The threshold then stays: it says how likely a record must be."
    return "The threshold then moves along, so that the same records are called relevant."
