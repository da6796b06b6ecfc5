"""Which calibrator to believe, judged on records that it did not learn from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.splits import family_folds
from patsieve.metrics.inputs import Floats, Labels, checked_labels, checked_scores
from patsieve.metrics.log_odds import log_losses
from patsieve.models.calibration import CALIBRATORS, Calibrator

# Cross-validation is repeated, since one draw of folds is a matter of luck.
_FOLDS, _REPEATS = 5, 4
# A fold needs a few of the rarer class to learn a line from, and to judge it by.
_RARER_FAMILIES_FOR_PLATT = 4 * _FOLDS
_RARER_RECORDS_FOR_BETA = 100
# Below, isotonic calibration over-fits (Niculescu-Mizil & Caruana 2005, figure 8).
_RECORDS_FOR_ISOTONIC = 1000
# Where records are few a calibrator has to be ahead by two standard errors, not one. By
# simulation with 100 records (docs/decisions/0019): calibrators that harm are then not taken.
_FEW_RECORDS, _CAUTION = 200, 2.0


@final
@dataclass(frozen=True)
class HeldOutLoss:
    """How far one calibrator is off, on records that it has not learnt from.

    Attributes
    ----------
    log_loss, brier : float
        Means over the records.
    is_harmless : bool
        Its Brier score is below that of the scores as they are; true of identity itself.
    behind, doubt : float
        Log loss above that of the best harmless one, and the standard error of this
        difference with whole families as units; both 0 for the best itself.
    """

    log_loss: float
    brier: float
    is_harmless: bool
    behind: float
    doubt: float


@final
@dataclass(frozen=True)
class CalibratorChoice:
    """The chosen calibrator, fitted to all records, and what speaks for it.

    Attributes
    ----------
    calibrator : Calibrator
    reason : str
        A sentence for the user.
    losses : mapping of str to HeldOutLoss
        By name, of all that were tried; empty if there were too few records to try any.
    """

    calibrator: Calibrator
    reason: str
    losses: Mapping[str, HeldOutLoss]

    def as_json(self) -> dict[str, Any]:
        """Return plain values: the calibrator's name, the reason and what was measured."""
        return {
            "calibrator": self.calibrator.name,
            "reason": self.reason,
            "losses": {name: asdict(loss) for name, loss in self.losses.items()},
        }


def choose_calibrator(
    scores: NDArray[np.float64],
    labels: NDArray[np.int64],
    families: NDArray[np.int64] | None = None,
    *,
    seed: int = 0,
) -> CalibratorChoice:
    """Choose by repeated cross-validation over families, and fit the choice to all records.

    Of those whose log loss is within one standard error of the best, the simplest is taken
    (identity, Platt, beta, isotonic); with fewer than 200 records, within two. A calibrator
    whose Brier score is not below that of the scores as they are is out of the question.

    Parameters
    ----------
    scores : array of float of shape (n_records,)
        Log-odds, by models that had not seen the record.
    labels : array of int of shape (n_records,)
        1 relevant, 0 irrelevant; both occur.
    families : array of int of shape (n_records,), optional
        Equal codes are never on two sides. Default: each record for itself.
    seed : int
        Of the folds.

    Notes
    -----
    Platt is tried from 20 families of the rarer class on, beta from 100 records of it, isotonic
    from 1,000 records in all.

    Raises
    ------
    LabelError
        If all labels are the same.
    ValueError
        If lengths differ or a score is not finite.
    """
    truth = checked_labels(labels)
    given = checked_scores(scores, truth)
    codes = np.arange(len(truth)) if families is None else np.asarray(families)
    names = _candidates(truth, codes)
    if len(names) == 1:
        reason = (
            f"probabilities are left as they are: {len(truth)} records, {truth.sum()} of them "
            "relevant, are too few to calibrate by"
        )
        return CalibratorChoice(CALIBRATORS["identity"].fit(given, truth), reason, {})
    held_out = _held_out(given, truth, codes, names, seed)
    losses = _compared(held_out, truth, codes)
    chosen = _simplest(losses, caution=_CAUTION if len(truth) < _FEW_RECORDS else 1.0)
    calibrator = CALIBRATORS[chosen].fit(given, truth)
    return CalibratorChoice(calibrator, _reason(chosen, losses, len(truth)), losses)


def _candidates(labels: Labels, families: NDArray[np.int64]) -> list[str]:
    rarer_records = min(int(np.sum(labels == c)) for c in (0, 1))
    rarer_families = min(len(np.unique(families[labels == c])) for c in (0, 1))
    names = ["identity"]
    if rarer_families >= _RARER_FAMILIES_FOR_PLATT:
        names.append("platt")
        if rarer_records >= _RARER_RECORDS_FOR_BETA:
            names.append("beta")
            if len(labels) >= _RECORDS_FOR_ISOTONIC:
                names.append("isotonic")
    return names


def _held_out(
    scores: Floats, labels: Labels, families: NDArray[np.int64], names: list[str], seed: int
) -> dict[str, Floats]:
    """Return by name the probabilities out of fold, of shape (n_repeats, n_records)."""
    found = {name: np.empty((_REPEATS, len(labels))) for name in names}
    for repeat, own in enumerate(np.random.SeedSequence(seed).generate_state(_REPEATS).tolist()):
        for training, test in family_folds(labels, families, n_folds=_FOLDS, seed=own):
            for name in names:
                fitted = CALIBRATORS[name].fit(scores[training], labels[training])
                found[name][repeat, test] = fitted.probabilities(scores[test])
    return found


def _compared(
    held_out: Mapping[str, Floats], labels: Labels, families: NDArray[np.int64]
) -> dict[str, HeldOutLoss]:
    by_name, brier = {}, {}
    for name, probabilities in held_out.items():
        by_name[name] = log_losses(probabilities, labels).mean(axis=0)
        brier[name] = float(np.mean((probabilities - labels) ** 2))
    harmless = [n for n in brier if n == "identity" or brier[n] < brier["identity"]]
    best = min(harmless, key=lambda name: float(by_name[name].mean()))
    return {
        name: HeldOutLoss(
            log_loss=float(losses.mean()),
            brier=brier[name],
            is_harmless=name in harmless,
            behind=float(np.mean(losses - by_name[best])),
            doubt=_standard_error(losses - by_name[best], families),
        )
        for name, losses in by_name.items()
    }


def _standard_error(differences: Floats, families: NDArray[np.int64]) -> float:
    """Return that of their mean, where records of one family are not independent."""
    _, unit = np.unique(families, return_inverse=True)
    sums = np.bincount(unit, weights=differences - differences.mean())
    n_units = len(sums)
    return float(np.sqrt(np.sum(sums**2) * n_units / (n_units - 1)) / len(differences))


def _simplest(losses: Mapping[str, HeldOutLoss], *, caution: float) -> str:
    """Return the first that is nearly as good as the best of those that do no harm."""
    return next(
        name
        for name, loss in losses.items()
        if loss.is_harmless and loss.behind <= caution * loss.doubt
    )


def _reason(chosen: str, losses: Mapping[str, HeldOutLoss], n_records: int) -> str:
    before, after = losses["identity"], losses[chosen]
    tried = ", ".join(name for name in losses if name != "identity")
    if chosen == "identity":
        return (
            f"probabilities are left as they are: no calibrator ({tried}) is clearly better on "
            f"held-out parts of {n_records} records"
        )
    return (
        f"probabilities are calibrated by {chosen}: on held-out parts of {n_records} records "
        f"their log loss falls from {before.log_loss:.3f} to {after.log_loss:.3f}, their Brier "
        f"score from {before.brier:.4f} to {after.brier:.4f} (tried: {tried})"
    )
