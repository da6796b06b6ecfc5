"""A threshold with a promise: it finds at least this share of what is relevant, at this confidence.

The promise rests on labelled records that the model was not trained on. It is exact, whatever
the scores are distributed like, if the relevant ones in the pile are like those; where there are
too few of them it is refused, with the number that it takes, and where the scores know nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self, final

from numpy.typing import ArrayLike

from patsieve.metrics.inputs import checked_labels, checked_probabilities
from patsieve.metrics.intervals import Estimate, clopper_pearson
from patsieve.metrics.tolerance import (
    allowed_misses,
    relevant_for_share,
    weakest_members,
)
from patsieve.screening.evidence import ThresholdEvidence, weigh_threshold
from patsieve.screening.purpose import CONFIDENCE, Purpose, percent, rounded_percent
from patsieve.screening.shortage import Shortage, shortage_of
from patsieve.screening.threshold import choose_threshold

# Of the misses that a recall leaves room for, a promise must be content with fewer; the share of
# them at which it is called nearly as good as the threshold without a promise.
_NEARLY = 0.8

LIMITS = (
    "another field, another search or another time than that of the labelled patents",
    "relevant patents of other sorts, or in another mix of sorts",
    "wrong labels: the promise is about what the labels call relevant",
    "families that the model was trained on, whose scores flatter it",
    "records without text, which get no probability",
)
"""Where no promise holds. How many irrelevant records there are does not matter."""

CROSS_FITTED = (
    "a model that scores unlike those that carry the promise: each of them was trained on part "
    "of the labelled patents, this one on all of them"
)


@final
@dataclass(frozen=True)
class RecallCertificate:
    """A threshold that finds a share of the relevant families, and what that promise rests on.

    A family is found if every relevant member of it is. With families of one record each the
    promise is about records.

    Attributes
    ----------
    recall, confidence : float
        Among threshold choices from calibration records drawn anew, at least the share
        `confidence` find at least the share `recall` of all relevant families.
    threshold : float
        The tightest: at the next higher score that occurs the bound no longer holds, or the
        calibration records themselves no longer show the recall.
    allowed_misses : int
        Relevant families of the calibration records that may have a member below the threshold.
    lower_bound : float
        The exact one-sided bound of the recall with that many misses; at least `recall`.
    evidence, plain : ThresholdEvidence
        What the calibration records show at this threshold, and at the highest that keeps the
        share `recall` of their relevant records, which promises nothing.
    families_for_plain : int
        Relevant families with which a threshold with the promise would be nearly as good as
        the plain one: it may then miss the share of them that the plain one misses now, but
        for a fifth of what `recall` leaves room for.
    cross_fitted : bool
        The scores are by models trained on part of the labelled records each; the model that
        scores the pile has learnt from all of them.
    """

    recall: float
    confidence: float
    threshold: float
    allowed_misses: int
    lower_bound: float
    evidence: ThresholdEvidence
    plain: ThresholdEvidence
    families_for_plain: int
    cross_fitted: bool = False

    @property
    def limits(self) -> tuple[str, ...]:
        """Where the promise does not hold."""
        return (*LIMITS, CROSS_FITTED) if self.cross_fitted else LIMITS

    def as_json(self) -> dict[str, Any]:
        """Return plain values, which `certificate_from_json` reads back without loss."""
        return {"given": True, **asdict(self), "limits": list(self.limits)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Return the certificate that `as_json` described."""
        values = {name: plain[name] for name in plain if name not in ("given", "limits")}
        for name in ("evidence", "plain"):
            values[name] = ThresholdEvidence.from_json(plain[name])
        return cls(**values)


@final
@dataclass(frozen=True)
class CertificateRefused:
    """There is no promise; the threshold is one without.

    Attributes
    ----------
    recall, confidence : float
        What was asked for.
    threshold : float
        The highest that keeps the share `recall` of the relevant calibration records.
    shortage : Shortage or None
        Too few labels; None if it is something else.
    evidence : ThresholdEvidence
        What the calibration records show at this threshold.
    families_for_plain : int or None
        As in `RecallCertificate`; None for a recall of 1.
    would_read : Estimate or None
        The share of the calibration records that the promise would have one read, where that
        cannot be told from reading at random: who reads the share `recall` of a pile, in any
        order, finds that share too.
    cross_fitted : bool
        As in `RecallCertificate`.

    If there is neither a shortage nor too much to read, the families of the calibration records
    are not known: members of one family are no independent witnesses.
    """

    recall: float
    confidence: float
    threshold: float
    shortage: Shortage | None
    evidence: ThresholdEvidence
    families_for_plain: int | None
    would_read: Estimate | None = None
    cross_fitted: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return plain values, which `certificate_from_json` reads back without loss."""
        return {"given": False, **asdict(self), "reason": self.reason}

    @property
    def reason(self) -> str:
        """Why there is no promise, in one sentence."""
        if self.would_read is not None:
            return (
                f"the scores do not tell relevant from irrelevant patents well enough: for a "
                f"recall of {percent(self.recall)} at {percent(self.confidence)} confidence "
                f"{rounded_percent(self.would_read.value)} of the labelled pile would be read "
                f"(up to {rounded_percent(self.would_read.high)}), no less than at random"
            )
        if self.shortage is None:
            return (
                "the bundle does not say which of its labelled records are of one family; train "
                "it again to get a promise"
            )
        return self.shortage.reason(self.recall, self.confidence)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Return the refusal that `as_json` described."""
        values = {name: plain[name] for name in plain if name not in ("given", "reason")}
        if plain["shortage"] is not None:
            values["shortage"] = Shortage(**plain["shortage"])
        if plain["would_read"] is not None:
            values["would_read"] = Estimate(**plain["would_read"])
        values["evidence"] = ThresholdEvidence.from_json(plain["evidence"])
        return cls(**values)


Certificate = RecallCertificate | CertificateRefused


def certificate_from_json(plain: Mapping[str, Any]) -> Certificate:
    """Return what `as_json` of a certificate or of a refusal described."""
    if plain["given"]:
        return RecallCertificate.from_json(plain)
    return CertificateRefused.from_json(plain)


def certify_recall(
    labels: ArrayLike,
    probabilities: ArrayLike,
    recall: float,
    *,
    confidence: float = CONFIDENCE,
    families: ArrayLike | None = None,
    cross_fitted: bool = False,
    held_out_share: float = 1.0,
) -> Certificate:
    """Return the tightest threshold that carries the promise, or why none does.

    Parameters
    ----------
    labels : array-like of int of shape (n_records,)
        1 relevant, 0 irrelevant.
    probabilities : array-like of shape (n_records,)
        Of being relevant, by a model that has not seen these records. Ties stand or fall
        together, on the safe side: what lies at the threshold is found.
    recall : float
        Above 0, at most 1.
    confidence : float
        At least a half, below 1.
    families : array-like of shape (n_records,), optional
        Equal codes belong together. A relevant family counts once, and as missed if any of its
        relevant members is. Default: each record is a family.
    cross_fitted : bool
        As in `RecallCertificate`.
    held_out_share : float
        The part of the labelled records, test records aside, that these are.

    Raises
    ------
    UsageError
        If recall or confidence is out of range.
    LabelError
        If no record is relevant.
    ValueError
        If lengths differ or another value is out of range.
    """
    purpose = Purpose("recall", recall, confidence=confidence)
    plain_threshold = choose_threshold(labels, probabilities, purpose)
    weakest = weakest_members(labels, probabilities, families)
    truth = checked_labels(labels)
    scores = checked_probabilities(probabilities, truth)
    plain = weigh_threshold(truth, scores, plain_threshold, families)
    misses = allowed_misses(len(weakest), recall, confidence=confidence)
    for_plain = _families_for_plain(plain, recall, confidence)
    if misses is None or for_plain is None:
        short = shortage_of(truth, families, purpose, held_out_share=held_out_share)
        assert short is not None
        return CertificateRefused(
            recall,
            confidence,
            plain_threshold,
            short,
            plain,
            for_plain,
            cross_fitted=cross_fitted,
        )
    # Where large families are missed, the labels may show less than the recall among records.
    threshold = min(float(weakest[misses]), plain_threshold)
    evidence = weigh_threshold(truth, scores, threshold, families)
    if evidence.reads.high >= recall:
        return CertificateRefused(
            recall,
            confidence,
            plain_threshold,
            None,
            plain,
            for_plain,
            would_read=evidence.reads,
            cross_fitted=cross_fitted,
        )
    bound, _ = clopper_pearson(
        len(weakest) - misses, len(weakest), confidence=confidence, side="lower"
    )
    return RecallCertificate(
        recall=recall,
        confidence=confidence,
        threshold=threshold,
        allowed_misses=misses,
        lower_bound=bound,
        evidence=evidence,
        plain=plain,
        families_for_plain=for_plain,
        cross_fitted=cross_fitted,
    )


def _families_for_plain(plain: ThresholdEvidence, recall: float, confidence: float) -> int | None:
    missed = plain.n_families_missed / plain.n_relevant_families
    return relevant_for_share(min(missed, _NEARLY * (1 - recall)), recall, confidence=confidence)
