"""What every system is given: the same records to learn from, the same to rank."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.load import LoadOptions, load_corpus
from patsieve.corpus.records import Corpus
from patsieve.corpus.splits import family_folds
from patsieve.corpus.text import TextRecipe

SETS = ("hydrogenstorage", "genomeediting", "blockchain")
"""The public landscaping sets."""

# The honest test: relevant against what a search found and a reader rejected.
HONEST = {"stratum": ("relevant", "read_and_rejected")}
_TENTHS = 10


@dataclass(frozen=True)
class Task:
    """One training and test.

    Attributes
    ----------
    name : str
        Of the split; in file names.
    corpus : Corpus
        The whole set.
    training, test : arrays of int
        Positions; no family stands in both.
    seed : int
        For whatever a system draws.
    """

    name: str
    corpus: Corpus
    training: NDArray[np.intp]
    test: NDArray[np.intp]
    seed: int

    def texts(self, which: NDArray[np.intp]) -> list[str]:
        """Return title and abstract of some records, as patsieve's own experiments read them."""
        return TextRecipe().compose_all(self.corpus.select(which))

    def labels(self, which: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the labels of some records."""
        return self.corpus.labels[which]

    def families(self, which: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the family codes of some records."""
        return self.corpus.families[which]


@dataclass(frozen=True)
class Telling:
    """What a system says of a task's test records.

    Attributes
    ----------
    scores : mapping of str to array of float of shape (n_test,)
        By system; a stack brings those of its members along.
    facts : mapping of str to object
        What else is worth keeping, in plain values.
    """

    scores: Mapping[str, NDArray[np.float64]]
    facts: Mapping[str, object] = field(default_factory=dict)


def read_set(source: Path, *, random_rows: bool) -> Corpus:
    """Return a landscaping set, with its random other patents or, by default, without."""
    return load_corpus(source, LoadOptions(where={} if random_rows else HONEST))


def splits(corpus: Corpus) -> Iterator[Task]:
    """Yield three splits of 70 to 30: tenths 1 to 3, 4 to 6 and 7 to 9 are tested.

    No record is tested twice, so that what is tested can be pooled and compared by family.
    """
    tenths = family_folds(corpus.labels, corpus.families, n_folds=_TENTHS, seed=1)
    for number in range(3):
        test = np.sort(np.concatenate([held for _, held in tenths[3 * number : 3 * number + 3]]))
        training = np.setdiff1d(np.arange(len(corpus)), test)
        yield Task(f"split{number + 1}", corpus, training, test, seed=number + 1)


def folds(corpus: Corpus, *, repeats: int = 2) -> Iterator[Task]:
    """Yield 5 folds, and again with other draws."""
    for repeat in range(1, repeats + 1):
        drawn = family_folds(corpus.labels, corpus.families, n_folds=5, seed=repeat)
        for number, (training, test) in enumerate(drawn, 1):
            yield Task(f"repeat{repeat}-fold{number}", corpus, training, test, seed=repeat)
