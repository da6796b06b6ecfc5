"""Hypotheses 1 to 3: the pooler, the learning rate, and how much is set free at once."""

from patsieve.experiments.hypotheses import margins
from patsieve.experiments.hypotheses.evidence import Evidence
from patsieve.experiments.hypotheses.hypothesis import Claim, Hypothesis, Remark, always
from patsieve.experiments.hypotheses.quantities import (
    COLLAPSE,
    GAP_GROWTH,
    RANKING_CHANGE,
    SKILL,
    TEST_RANKING,
    TRAINING_RANKING,
    has_collapsed,
)

EIGHT_LAYERS = ("hn-pt-05.3", "hn-pt-05.4", "hn-pt-05.5")
_THIRDS = dict.fromkeys(EIGHT_LAYERS, 1 / 3)
_FEW_AND_MANY = ("hn-pt-04", "hn-pt-05", "hn-pt-04.1")


def _collapses(evidence: Evidence) -> Remark:
    """Count the collapsed runs, those of eight layers at once among them."""
    numbers = {}
    told = []
    for name in (*_FEW_AND_MANY, *EIGHT_LAYERS):
        runs = evidence.runs(name)
        if runs:
            numbers[f"collapsed_{name}"] = float(sum(map(has_collapsed, runs)))
            told.append(f"{name} in {numbers[f'collapsed_{name}']:.0f} of {len(runs)}")
    eight = [numbers[f"collapsed_{name}"] for name in EIGHT_LAYERS if evidence.runs(name)]
    against = (
        " A third of the layers, freed at once, did not collapse: their number alone is not it."
        if eight and not any(eight)
        else ""
    )
    return Remark(f"Collapsed runs: {', '.join(told)}.{against}", numbers)


POOLER = Hypothesis(
    1,
    "Classifier-only training underfits; the pooler must train too.",
    ("hn-pt-01", "hn-pt-02"),
    "Average precision of hn-pt-02 (classifier and pooler) minus that of hn-pt-01 (classifier "
    f"only) must exceed {margins.RANKING:g} on the test records, and also on the training records: "
    "who underfits does worse on what it has learnt from, too. Average precision, because it "
    "depends neither on the threshold nor on the balanced draws.",
    always(
        Claim(
            "test_gain",
            "the gain in test average precision from training the pooler too",
            {"hn-pt-02": 1, "hn-pt-01": -1},
            TEST_RANKING,
            margins.RANKING,
        ),
        Claim(
            "training_gain",
            "the gain in training average precision",
            {"hn-pt-02": 1, "hn-pt-01": -1},
            TRAINING_RANKING,
            margins.RANKING,
        ),
    ),
)

LEARNING_RATE = Hypothesis(
    2,
    "A high learning rate (1e-3) on many unfrozen layers destroys the pre-trained weights; "
    "1e-5 trains steadily but overfits.",
    ("hn-pt-03", *EIGHT_LAYERS),
    "Three parts, all needed. Destroyed: in hn-pt-03 (1e-3) the best validation average precision "
    f"after unfreezing lies more than {margins.RANKING:g} below the best before. Steady: on "
    "average over hn-pt-05.3, 05.4 and 05.5 (1e-4 down to 1e-5, the study's lowest rates) it "
    f"does not fall by {margins.RANKING:g}. Overfits: in these, validation loss minus training "
    f"loss grows by more than {margins.LOSS_PER_EPOCH:g} an epoch from the last frozen epoch on. "
    "From the epochs, not from the test, because the tested weights are those of the best epoch, "
    "which may lie before the damage.",
    always(
        Claim(
            "change_at_high_rate",
            "the change of validation average precision at 1e-3",
            {"hn-pt-03": 1},
            RANKING_CHANGE,
            -margins.RANKING,
            below=True,
        ),
        Claim(
            "change_at_low_rate",
            "the change at 1e-4 to 1e-5",
            _THIRDS,
            RANKING_CHANGE,
            -margins.RANKING,
        ),
        Claim(
            "gap_growth_at_low_rate",
            "the growth of the loss gap per epoch there",
            _THIRDS,
            GAP_GROWTH,
            margins.LOSS_PER_EPOCH,
        ),
    ),
)

AT_ONCE = Hypothesis(
    3,
    "Unfreezing many layers at once collapses to the majority class; small steps do not.",
    _FEW_AND_MANY,
    f"Skill left after unfreezing must be below {COLLAPSE:g} in hn-pt-04 (steps of 25 %) and in "
    "hn-pt-05 (half of the layers), and above it in hn-pt-04.1 (steps of 2.5 %); all three parts "
    "are needed. Skill is the lower of two: Youden's J (true positive rate plus true negative "
    "rate minus 1) of the uncorrected test decisions, and the MCC of the last epoch's training "
    "batches, since the tested weights may be from before the collapse. 0 is a constant "
    f"answer. A run with a skill below {COLLAPSE:g} counts as collapsed; every run that calls "
    "fewer than 5 % of the relevant records relevant, or fewer than 5 % of the irrelevant ones "
    "irrelevant, is. A run that ends before it unfreezes anything does not count. hn-pt-05.3, "
    "05.4 and 05.5 free a third of the layers at once; how many of them collapse is told, not "
    "judged.",
    always(
        Claim(
            "skill_steps_of_25",
            "the skill left by steps of 25 %",
            {"hn-pt-04": 1},
            SKILL,
            COLLAPSE,
            below=True,
        ),
        Claim(
            "skill_half",
            "the skill left by freeing half of the layers",
            {"hn-pt-05": 1},
            SKILL,
            COLLAPSE,
            below=True,
        ),
        Claim(
            "skill_steps_of_2.5",
            "the skill left by steps of 2.5 %",
            {"hn-pt-04.1": 1},
            SKILL,
            COLLAPSE,
        ),
    ),
    remark=_collapses,
)
