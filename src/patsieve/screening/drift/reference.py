"""What a bundle keeps of its labelled records so that later weeks can be compared with them.

The scores are in the manifest already. This is about words: how many of a record's words the
*other* families do not use, for relevant and irrelevant records. A record that was learnt from
knows all of its own words, so each is held against the words of families other than its own.
"""

import json
from dataclasses import dataclass
from typing import Any, Self, final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.records import Corpus
from patsieve.corpus.text import TextRecipe
from patsieve.errors import BundleError
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.drift.words import N_BITS, SHARES, KnownWords, hundredths, word_places

FILE = "drift_reference.json"
_FORMAT = 1
# With tenths left out, nearly all words are known that will be; what is missing makes the
# labelled records look a little newer than they are, which errs on the quiet side.
_FOLDS = 10


@final
@dataclass(frozen=True, eq=False)
class DriftReference:
    """Words of the labelled records, and how new the words of each are to the others.

    Attributes
    ----------
    words : KnownWords
        Of all records.
    irrelevant, relevant : array of int of shape (SHARES,)
        Families by the share of unknown words, in hundredths; each counts once, by its first
        record.
    """

    words: KnownWords
    irrelevant: NDArray[np.int64]
    relevant: NDArray[np.int64]

    def as_json(self) -> dict[str, Any]:
        """Return plain values, which `from_json` reads back without loss."""
        return {
            "format": _FORMAT,
            "words": self.words.as_text(),
            "irrelevant": self.irrelevant.tolist(),
            "relevant": self.relevant.tolist(),
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Return what `as_json` described.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is something else.
        """
        if plain["format"] != _FORMAT:
            raise ValueError(f"format {plain['format']}; this version reads format {_FORMAT}")
        counts = [np.array(plain[name], dtype=np.int64) for name in ("irrelevant", "relevant")]
        if any(each.shape != (SHARES,) for each in counts):
            raise ValueError(f"counts of {SHARES} shares are needed")
        return cls(KnownWords.from_text(plain["words"]), *counts)


def make_reference(corpus: Corpus, recipe: TextRecipe, *, seed: int) -> DriftReference:
    """Return what is to be kept of labelled records.

    Parameters
    ----------
    corpus : Corpus
        All labelled records that the model has learnt from or was chosen by.
    seed : int
        Deals the families into the tenths that are held against the others.
    """
    places = [word_places(text) for text in recipe.compose_all(corpus)]
    _, first, family = np.unique(corpus.families, return_index=True, return_inverse=True)
    fold = np.random.default_rng(seed).permutation(len(first))[family] % _FOLDS
    in_fold = np.zeros((_FOLDS, N_BITS), dtype=bool)
    for number, found in zip(fold.tolist(), places, strict=True):
        in_fold[number, found] = True
    n_folds = in_fold.sum(axis=0)
    labels = corpus.labels
    counts = np.zeros((2, SHARES), dtype=np.int64)
    for index in first.tolist():
        found = places[index]
        if len(found):
            of_others = n_folds[found] - in_fold[fold[index], found]
            counts[labels[index], hundredths(int((of_others == 0).sum()), len(found))] += 1
    return DriftReference(KnownWords(n_folds > 0), counts[0], counts[1])


def reference_file(reference: DriftReference) -> dict[str, str]:
    """Return the text file of a new bundle, by name."""
    return {FILE: json.dumps(reference.as_json())}


def read_reference(bundle: ModelBundle) -> DriftReference | None:
    """Return what a bundle keeps of its labelled records; None in bundles from before.

    Raises
    ------
    BundleError
        If it cannot be read.
    """
    if FILE not in bundle.manifest.files:
        return None
    path = bundle.folder / FILE
    try:
        return DriftReference.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{path} cannot be read: {error}") from error
