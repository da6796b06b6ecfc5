"""Whether newly labelled records bear out a promised recall."""

from dataclasses import asdict, dataclass
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike

from patsieve.metrics.inputs import Floats, Labels
from patsieve.metrics.intervals import clopper_pearson
from patsieve.metrics.tolerance import weakest_members
from patsieve.screening.certificate import RecallCertificate


@final
@dataclass(frozen=True)
class CertificateCheck:
    """A promise, held against labelled records that neither training nor calibration has seen.

    Attributes
    ----------
    n_families, n_missed : int
        Relevant families, and those with a relevant member below the threshold.
    at_most : float
        Exact one-sided upper bound of the recall, at the certificate's confidence; 1 where
        there is no relevant family.
    contradicted : bool
        Whether that is less than was promised: these records are then unlike those that the
        promise rests on, or it is one of the few promises that are not kept.
    """

    n_families: int
    n_missed: int
    at_most: float
    contradicted: bool

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def check_certificate(
    certificate: RecallCertificate, labels: Labels, probabilities: Floats, families: ArrayLike
) -> CertificateCheck:
    """Hold a promise against labelled records; there may be none.

    Parameters
    ----------
    labels, probabilities, families
        As in `certify_recall`, of other families than those.
    """
    weakest = weakest_members(labels, probabilities, families) if len(labels) else np.empty(0)
    n_missed = int((weakest < certificate.threshold).sum())
    missed_at_least, _ = clopper_pearson(
        n_missed, len(weakest), confidence=certificate.confidence, side="lower"
    )
    at_most = 1 - missed_at_least
    return CertificateCheck(len(weakest), n_missed, at_most, at_most < certificate.recall)
