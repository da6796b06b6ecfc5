"""Hypotheses 5, 8 and 10: balanced draws, class weights, and where the errors fall."""

import numpy as np

from patsieve.experiments.hypotheses import margins
from patsieve.experiments.hypotheses.evidence import Evidence
from patsieve.experiments.hypotheses.hypothesis import Claim, Hypothesis, Remark, always, spelt
from patsieve.experiments.hypotheses.quantities import (
    ACCURACY_GAP,
    CORRECTED_ADVANTAGE,
    FALSE_ALARMS,
    LOSS_GAP,
    MINORITY_ADVANTAGE,
)

_BALANCED = ("hn-pt-01", "hn-pt-02", "hn-pt-04.1")
_OLD = "bag-of-words"
_NEW = "hn-pt-05.5.2"
# All that learn from patents but hn-pt-03, 04 and 05, which call everything class 0 in the
# study, so that all their errors fall in class 1.
_NEW_MODELS = (
    _NEW,
    *("hn-pt-01", "hn-pt-02", "hn-pt-04.1", "hn-pt-05.3", "hn-pt-05.3.2", "hn-pt-05.4"),
    *("hn-pt-05.5", "hn-pt-05.5.1", "hn-pt-05.5.3", "hn-bt-05.3.2"),
    *("pt-weighted-loss", "bt-weighted-loss", "hn-ensemble-in-sample"),
)


def _one_size(evidence: Evidence) -> str:
    runs = evidence.runs(_BALANCED[0])
    if all(2 * run.test_labels.sum() == len(run.test_labels) for run in runs):
        return "both classes have the same number of test records, so neither is the minority."
    return ""


def _corrected(evidence: Evidence) -> Remark:
    found = evidence.average(dict.fromkeys(_BALANCED, 1 / 3), CORRECTED_ADVANTAGE)
    if found is None:
        return Remark()
    return Remark(
        "With probabilities corrected to the real prevalence the difference is "
        f"{spelt(found)}: what lies between the two comes from drawing both classes equally often, "
        "not from the classes.",
        {
            "corrected_advantage": found.mean,
            "corrected_advantage_low": found.low,
            "corrected_advantage_high": found.high,
        },
    )


def _new_models(evidence: Evidence) -> list[str]:
    """Return the new models that were run with every seed of the best single one."""
    seeds = evidence.seeds([_NEW])
    return [
        name
        for name in _NEW_MODELS
        if not evidence.missing([name]) and evidence.seeds([name, _NEW]) == seeds
    ]


def _where_errors_fall(evidence: Evidence) -> tuple[Claim, ...]:
    new = _new_models(evidence)
    return (
        Claim(
            "share_old",
            "the share of the old model's errors in class 0",
            {_OLD: 1},
            FALSE_ALARMS,
            margins.MOST,
        ),
        Claim(
            "share_new",
            f"the share of the errors in class 0 on average over {len(new)} new models",
            dict.fromkeys(new, 1 / len(new)),
            FALSE_ALARMS,
            margins.MOST,
        ),
    )


def _models_one_by_one(evidence: Evidence) -> Remark:
    numbers = {}
    for name in (_OLD, *_new_models(evidence)):
        shares = [FALSE_ALARMS.of(run) for run in evidence.runs(name)]
        known = [share for share in shares if share is not None]
        if known:
            numbers[f"share_{name}"] = float(np.mean(known))
    in_class_1 = [name.removeprefix("share_") for name, share in numbers.items() if share <= 0.5]
    irrelevant = float(np.mean([1 - np.mean(run.test_labels) for run in evidence.runs(_OLD)]))
    numbers["share_of_records"] = irrelevant
    exceptions = f" More errors fall in class 1 with {', '.join(in_class_1)}." if in_class_1 else ""
    return Remark(
        f"Class 0 holds {100 * irrelevant:.0f} % of the records, so equal error rates would put "
        f"that share of the errors there.{exceptions}",
        numbers,
    )


MINORITY = Hypothesis(
    5,
    "With a class-balanced sampler the minority class can come out better than the majority class.",
    _BALANCED,
    "The share of the smaller class that is decided rightly minus that of the larger class, on "
    "the test records, by the uncorrected argmax that the study reported, on average over "
    "hn-pt-01, 02 and 04.1 (balanced draws; the runs in which the study saw it), must exceed "
    f"{margins.RATE:g}. Beside it stands the same with corrected probabilities. Not decided if "
    "the classes are of one size.",
    always(
        Claim(
            "advantage",
            "the share of the minority class decided rightly minus that of the majority class",
            dict.fromkeys(_BALANCED, 1 / 3),
            MINORITY_ADVANTAGE,
            margins.RATE,
        ),
    ),
    objection=_one_size,
    remark=_corrected,
)

WEIGHTS = Hypothesis(
    8,
    "A class-weighted loss narrows the gap between training and validation.",
    ("pt-weighted-loss", _NEW),
    "The gap between training and validation records, with the tested weights and corrected "
    "probabilities, of hn-pt-05.5.2 minus that of pt-weighted-loss, which trains the same layers, "
    f"must exceed {margins.LOSS:g} in log loss and {margins.ACCURACY:g} in accuracy; both parts "
    "are needed. The two runs differ in draws (balanced, uniform) as well as in weights; on "
    "the records as they are, their gaps can be compared all the same.",
    always(
        Claim(
            "loss_gap",
            "the gap in log loss without class weights minus that with them",
            {_NEW: 1, "pt-weighted-loss": -1},
            LOSS_GAP,
            margins.LOSS,
        ),
        Claim(
            "accuracy_gap",
            "the same of the gap in accuracy",
            {_NEW: 1, "pt-weighted-loss": -1},
            ACCURACY_GAP,
            margins.ACCURACY,
        ),
    ),
)

ERRORS = Hypothesis(
    10,
    "Most errors, of old and new models alike, fall in class 0.",
    (_OLD, _NEW),
    "The share of the errors on test records that falls in class 0, by the uncorrected argmax, "
    f"must exceed {margins.MOST:g} for the old model (bag-of-words), and on average over all new "
    "models that were run with the seeds of hn-pt-05.5.2; both parts are needed. hn-pt-03, 04 and "
    "05 are left out: a collapsed run's errors are all on one side. Models that go the other way, "
    "and class 0's share of the records, are told.",
    _where_errors_fall,
    remark=_models_one_by_one,
)
