"""Hypotheses 6 and 7: stacking in-sample, and which checkpoint is better."""

import numpy as np

from patsieve.experiments.hypotheses import margins
from patsieve.experiments.hypotheses.evidence import Evidence
from patsieve.experiments.hypotheses.hypothesis import Claim, Hypothesis, always
from patsieve.experiments.hypotheses.quantities import OVERFITTING, TEST_RANKING

_STACK = "hn-ensemble-in-sample"
_BASES = ("bag-of-words", "hn-pt-05.5.2")
_PAIRS = (("hn-pt-05.3.2", "hn-bt-05.3.2"), ("pt-weighted-loss", "bt-weighted-loss"))


def _against_best_base(evidence: Evidence) -> tuple[Claim, ...]:
    # The first of equals.
    best = max(
        _BASES,
        key=lambda name: float(np.mean([run.validation["mcc"] for run in evidence.runs(name)])),
    )
    return (
        Claim(
            "overfitting",
            f"training MCC minus test MCC of the stack, less that of its best base, {best},",
            {_STACK: 1, best: -1},
            OVERFITTING,
            margins.MCC_GAP,
        ),
    )


def _one_checkpoint(evidence: Evidence) -> str:
    """Say so if some pair ran on one and the same checkpoint, or if nobody knows."""
    for pair in _PAIRS:
        used = [{run.facts.get("checkpoint") for run in evidence.runs(name)} for name in pair]
        if None in used[0] | used[1]:
            return f"the checkpoint of {' or '.join(pair)} is not recorded."
        if used[0] & used[1]:
            shared = ", ".join(sorted(map(str, used[0] & used[1])))
            return (
                f"{' and '.join(pair)} ran on one checkpoint ({shared}); "
                "runs with PatentBERT and with BatteryBERT decide."
            )
    return ""


STACKING = Hypothesis(
    6,
    "In-sample stacking overfits.",
    (_STACK, *_BASES),
    "Training MCC minus test MCC of hn-ensemble-in-sample must exceed that of its best base "
    f"by more than {margins.MCC_GAP:g}. The best base is the one of bag-of-words and hn-pt-05.5.2 "
    "with the higher mean validation MCC: chosen without the test records. MCC, because it is "
    "what the study wished to have throughout, at the real prevalence.",
    _against_best_base,
)

CHECKPOINTS = Hypothesis(
    7,
    "PatentBERT (patent text, 24 layers) beats BatteryBERT (battery papers, 12 layers), with and "
    "without weighted loss.",
    tuple(name for pair in _PAIRS for name in pair),
    "Test average precision of hn-pt-05.3.2 minus hn-bt-05.3.2, and of pt-weighted-loss minus "
    f"bt-weighted-loss, must each exceed {margins.RANKING:g}. Not decided where a pair ran on one "
    "and the same checkpoint, as it does on the embedded encoder.",
    always(
        Claim(
            "plain_loss",
            "PatentBERT's lead in test average precision with the plain loss",
            {"hn-pt-05.3.2": 1, "hn-bt-05.3.2": -1},
            TEST_RANKING,
            margins.RANKING,
        ),
        Claim(
            "weighted_loss",
            "its lead with the weighted loss",
            {"pt-weighted-loss": 1, "bt-weighted-loss": -1},
            TEST_RANKING,
            margins.RANKING,
        ),
    ),
    objection=_one_checkpoint,
)
