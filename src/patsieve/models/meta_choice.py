"""Which meta-classifier to believe, judged on records of families that it did not learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.splits import family_folds
from patsieve.metrics.log_odds import log_losses
from patsieve.models.meta import MetaClassifier, MetaName, make_meta

CANDIDATES: tuple[MetaName, ...] = ("average", "logistic", "xgboost")
"""From the one that learns least to the one that learns most."""

_FOLDS = 5


@final
@dataclass(frozen=True)
class HeldOutFit:
    """How one meta-classifier does, on records of families that it has not learnt from.

    Attributes
    ----------
    log_loss, brier : float
        Means over the records.
    """

    log_loss: float
    brier: float


@final
@dataclass(frozen=True)
class MetaChoice:
    """The chosen meta-classifier, and what speaks for it.

    Attributes
    ----------
    name : str
    reason : str
        A sentence for the user.
    tried : mapping of str to HeldOutFit
        By name; empty if there were too few families of a class to try any.
    """

    name: MetaName
    reason: str
    tried: Mapping[MetaName, HeldOutFit]

    def as_json(self) -> dict[str, Any]:
        """Return plain values, which `from_json` reads back."""
        tried = {name: asdict(fit) for name, fit in self.tried.items()}
        return {"name": self.name, "reason": self.reason, "tried": tried}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "MetaChoice":
        """Return what `as_json` described."""
        tried = {name: HeldOutFit(**fit) for name, fit in facts["tried"].items()}
        return cls(facts["name"], facts["reason"], tried)


def choose_meta(
    probabilities: NDArray[np.float64],
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    seed: int,
    candidates: Sequence[MetaName] = CANDIDATES,
) -> MetaChoice:
    """Choose the one with the lowest log loss by cross-validation over families.

    Of equal ones the one that learns least. With fewer than two families of a class nothing can
    be tried, and it is the first candidate.

    Parameters
    ----------
    probabilities : array of float of shape (n_records, n_bases)
        Of the bases, by models that had not seen the record's family.
    labels : array of int of shape (n_records,)
        1 relevant, 0 irrelevant; both occur.
    families : array of int of shape (n_records,)
        Equal codes are never on two sides.
    seed : int
        Of the folds, and of the trees.
    """
    n_folds = _possible_folds(labels, families)
    if n_folds < 2:
        name = candidates[0]
        reason = f"too few families of a class to try meta-classifiers on: {_NAMES[name]} is taken"
        return MetaChoice(name, reason, {})
    tried: dict[MetaName, HeldOutFit] = {}
    for name in candidates:
        held_out = np.empty(len(labels))
        for training, test in family_folds(labels, families, n_folds=n_folds, seed=seed):
            fitted = make_meta(name, seed=seed).fit(probabilities[training], labels[training])
            held_out[test] = fitted.predict(probabilities[test])
        tried[name] = _measured(held_out, labels)
    best = min(tried, key=lambda name: tried[name].log_loss)
    return MetaChoice(best, _reason(best, tried, len(labels)), tried)


def fit_meta(
    name: MetaName | None,
    probabilities: NDArray[np.float64],
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    seed: int,
) -> tuple[MetaClassifier, MetaChoice | None]:
    """Return a meta-classifier that has learnt from all records, chosen if no name is given."""
    choice = None
    if name is None:
        choice = choose_meta(probabilities, labels, families, seed=seed)
        name = choice.name
    return make_meta(name, seed=seed).fit(probabilities, labels), choice


def cross_fitted(
    name: MetaName | None,
    probabilities: NDArray[np.float64],
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    seed: int,
) -> NDArray[np.float64]:
    """Return what meta-classifiers that had not seen a record's family say of it.

    Where the meta-classifier is chosen it is chosen anew for every fold, without the fold.

    Parameters
    ----------
    name : str or None
        None if it is chosen.
    probabilities, labels, families, seed
        As for `choose_meta`.

    Returns
    -------
    array of float of shape (n_records,)

    Raises
    ------
    LabelError
        If a class has fewer than two families.
    """
    found = np.empty(len(labels))
    # Of all families, not two at the least: the splitter's sentence says what is missing.
    n_folds = max(2, _possible_folds(labels, families))
    for training, test in family_folds(labels, families, n_folds=n_folds, seed=seed):
        fitted, _ = fit_meta(
            name, probabilities[training], labels[training], families[training], seed=seed
        )
        found[test] = fitted.predict(probabilities[test])
    return found


def _possible_folds(labels: NDArray[np.int64], families: NDArray[np.int64]) -> int:
    """Return how many folds the rarer class has families for, five at the most."""
    return min(_FOLDS, *(len(np.unique(families[labels == label])) for label in (0, 1)))


def _measured(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> HeldOutFit:
    loss = float(log_losses(probabilities, labels).mean())
    return HeldOutFit(loss, float(np.mean((probabilities - labels) ** 2)))


_NAMES = {"average": "the average", "logistic": "logistic regression", "xgboost": "XGBoost"}


def _reason(chosen: MetaName, tried: Mapping[MetaName, HeldOutFit], n_records: int) -> str:
    others = ", ".join(
        f"{fit.log_loss:.3f} by {_NAMES[name]}" for name, fit in tried.items() if name != chosen
    )
    return (
        f"the stack's votes are weighed by {_NAMES[chosen]}: log loss {tried[chosen].log_loss:.3f} "
        f"on families left out of {n_records:,} records, against {others}"
    )
