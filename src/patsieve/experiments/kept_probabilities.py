"""Probabilities of held-out records on disk, so that what was computed is not computed again."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.atomic import file_aside
from patsieve.corpus.records import Corpus
from patsieve.experiments.build import Overrides
from patsieve.experiments.spec import ExperimentSpec


@final
@dataclass(frozen=True)
class KeptProbabilities:
    """The file of one fold.

    Attributes
    ----------
    file : Path
    fingerprint : str
        Of all that decides the probabilities; what was kept under another one does not count.
    """

    file: Path
    fingerprint: str

    def read(self, n_records: int) -> NDArray[np.float64] | None:
        """Return what was kept of so many records; None if there is nothing that counts."""
        if not self.file.is_file():
            return None
        kept = json.loads(self.file.read_text(encoding="utf-8"))
        if kept["fingerprint"] != self.fingerprint or len(kept["probabilities"]) != n_records:
            return None
        return np.array(kept["probabilities"], dtype=np.float64)

    def write(self, probabilities: NDArray[np.float64]) -> None:
        """Keep these.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        kept = {"fingerprint": self.fingerprint, "probabilities": probabilities.tolist()}
        with file_aside(self.file) as aside:
            aside.write_text(json.dumps(kept), encoding="utf-8")


def fingerprint_of(
    spec: ExperimentSpec, overrides: Overrides, corpus: Corpus, *further: Any
) -> str:
    """Return the digest of an experiment, of the records that it meets, and of what else decides.

    Parameters
    ----------
    further
        Anything that JSON knows.
    """
    told = json.dumps([spec.decisive(), repr(overrides), corpus.digest, *further])
    return sha256(told.encode()).hexdigest()
