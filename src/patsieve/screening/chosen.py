"""A threshold for a purpose, with what it promises and what labelled records show of it."""

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.errors import BundleError, LabelError
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.certificate import (
    Certificate,
    CertificateRefused,
    certificate_from_json,
    certify_recall,
)
from patsieve.screening.certificate_words import refusal_sentence
from patsieve.screening.costs import CostReport, report_costs
from patsieve.screening.evidence import ThresholdEvidence, weigh_threshold
from patsieve.screening.manifest import Manifest
from patsieve.screening.purpose import Purpose
from patsieve.screening.threshold import choose_threshold


@final
@dataclass(frozen=True)
class LabelledScores:
    """Probabilities of labelled records that a model has not learnt from.

    Attributes
    ----------
    labels : array of int of shape (n_records,)
    probabilities : array of shape (n_records,)
    families : array of int of shape (n_records,), or None
        Equal codes belong together; None where that is not known.
    cross_fitted : bool
        Whether the probabilities come from models that have learnt from the other records, and
        the model from all of them.
    held_out_share : float
        The part of the labelled records, test records aside, that these are; 1 if cross-fitted.
    """

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    families: NDArray[np.int64] | None
    cross_fitted: bool = False
    held_out_share: float = 1.0


@final
@dataclass(frozen=True)
class ChosenThreshold:
    """From which probability on a record is called relevant, and all that is known of it.

    Attributes
    ----------
    value : float
    budget : int or None
        Call so many records relevant instead, whatever their probability.
    certificate : RecallCertificate, CertificateRefused or None
        None unless the purpose is a recall.
    evidence : ThresholdEvidence or None
        What the calibration records show, where they were looked at.
    costs : CostReport or None
        None unless the purpose is a cost.
    unreached : float or None
        The precision that was asked for, where no threshold reaches it.
    """

    value: float
    budget: int | None = None
    certificate: Certificate | None = None
    evidence: ThresholdEvidence | None = None
    costs: CostReport | None = None
    unreached: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what the commands' ``--json`` says besides the threshold: null where unknown."""
        parts = {
            "certificate": self.certificate,
            "evidence": self.evidence,
            "costs": self.costs,
        }
        return {name: None if part is None else part.as_json() for name, part in parts.items()}


def choose(purpose: Purpose, scores: LabelledScores) -> ChosenThreshold:
    """Return the threshold that serves the purpose, with what the records show of it.

    A recall gets the threshold that carries the promise, or, where the labels are too few for
    one, the plain threshold and the refusal.

    Raises
    ------
    LabelError
        As `choose_threshold`; or if the promise is refused and the purpose insists on it.
    """
    labels, probabilities = scores.labels, scores.probabilities
    if purpose.kind == "recall":
        certificate = _certificate(purpose, scores)
        if purpose.certified and isinstance(certificate, CertificateRefused):
            raise LabelError(refusal_sentence(certificate.reason))
        return ChosenThreshold(
            certificate.threshold, certificate=certificate, evidence=certificate.evidence
        )
    return shown_by(scores, purpose, choose_threshold(labels, probabilities, purpose))


def shown_by(scores: LabelledScores, purpose: Purpose, value: float) -> ChosenThreshold:
    """Return a threshold with what labelled records show of it, unless it was chosen for a recall.

    They are not looked at where the threshold does not hang on them.
    """
    labels, probabilities = scores.labels, scores.probabilities
    if purpose.kind in ("fixed", "budget"):
        return ChosenThreshold(value, purpose.budget)
    evidence = weigh_threshold(labels, probabilities, value, scores.families)
    wanted = purpose.target if purpose.kind == "precision" else None
    return ChosenThreshold(
        value,
        evidence=evidence,
        costs=report_costs(labels, probabilities, purpose) if purpose.kind == "cost" else None,
        unreached=wanted if wanted is not None and evidence.precision.value < wanted else None,
    )


def _certificate(purpose: Purpose, scores: LabelledScores) -> Certificate:
    recall, confidence = purpose.target, purpose.confidence
    assert recall is not None
    if scores.families is None:
        plain = choose_threshold(scores.labels, scores.probabilities, purpose)
        evidence = weigh_threshold(scores.labels, scores.probabilities, plain)
        return CertificateRefused(recall, confidence, plain, None, evidence, None)
    return certify_recall(
        scores.labels,
        scores.probabilities,
        recall,
        confidence=confidence,
        families=scores.families,
        cross_fitted=scores.cross_fitted,
        held_out_share=scores.held_out_share,
    )


def choose_for_bundle(bundle: ModelBundle, purpose: Purpose | None) -> ChosenThreshold:
    """Return the bundle's own threshold, or one for another purpose.

    Raises
    ------
    BundleError
        If the purpose needs scores to learn from and the bundle keeps none.
    LabelError
        As `choose_threshold`.
    """
    manifest = bundle.manifest
    if purpose is None:
        kept = manifest.certificate
        certificate = None if kept is None else certificate_from_json(kept)
        return ChosenThreshold(
            manifest.threshold.value,
            manifest.threshold.budget,
            certificate=certificate,
            evidence=None if certificate is None else certificate.evidence,
        )
    if purpose.budget is not None:
        # Every file gets its own.
        return ChosenThreshold(manifest.threshold.value, purpose.budget)
    scores = calibration_scores(bundle)
    if scores is not None:
        return choose(purpose, scores)
    if purpose.known_threshold is None:
        raise BundleError(
            f"bundle {bundle.folder} keeps no scores to choose a threshold by for the purpose "
            f"'{purpose}'; give a probability with --threshold or a number with --budget"
        )
    return ChosenThreshold(purpose.known_threshold)


def calibration_scores(bundle: ModelBundle) -> LabelledScores | None:
    """Return the scores that a bundle keeps of records it has not learnt from; None if none."""
    return kept_scores(bundle.manifest)


def kept_scores(manifest: Manifest) -> LabelledScores | None:
    """Return the scores that a manifest keeps; None if none.

    Bundles from before families were kept do not know them.
    """
    kept = manifest.calibration
    if kept is None:
        return None
    labels = np.array(kept["labels"], dtype=np.int64)
    codes = kept.get("families")
    return LabelledScores(
        labels=labels,
        probabilities=np.array(kept["probabilities"], dtype=np.float64),
        families=None if codes is None else np.array(codes, dtype=np.int64),
        cross_fitted=manifest.is_cross_fitted,
        held_out_share=(
            1.0
            if manifest.is_cross_fitted
            else len(labels) / (len(labels) + manifest.data.n_records)
        ),
    )
