"""Which records of a labelled file train, steer and test a model."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import final

import numpy as np

from patsieve.corpus.families import family_overlap, group_families
from patsieve.corpus.fold_split import split_by_fold
from patsieve.corpus.load import LoadOptions, load_corpus
from patsieve.corpus.records import Corpus
from patsieve.corpus.splits import split_by_column, split_by_date, split_by_family


@final
@dataclass(frozen=True)
class SplitRequest:
    """How the user wants the records split; by family at random if nothing is said.

    Attributes
    ----------
    test_file : Path, optional
        Test on this file. Records of the training file that are related to one of its
        records are left out.
    split_column : str, optional
        The column that names the part of each record.
    split_by_date : bool
        Test on the newest families.
    validation_fraction, test_fraction : float
    seed : int
    fold, n_folds : int, optional
        Test on this fold (from 1) of so many that the seed draws.
    """

    test_file: Path | None = None
    split_column: str | None = None
    split_by_date: bool = False
    validation_fraction: float = 0.15
    test_fraction: float = 0.2
    seed: int = 1
    fold: int | None = None
    n_folds: int | None = None


@final
@dataclass(frozen=True)
class Partition:
    """The three parts of a labelled set, no family in two of them.

    Attributes
    ----------
    whole : Corpus
        The labelled file as read.
    training, validation, test : Corpus
    notes : tuple of str
        What the user should know about the data and the split, a sentence each.
    """

    whole: Corpus
    training: Corpus
    validation: Corpus
    test: Corpus
    notes: tuple[str, ...]

    @property
    def learnable(self) -> Corpus:
        """Training and validation records together."""
        records = (*self.training.records, *self.validation.records)
        return Corpus(records, np.concatenate([self.training.families, self.validation.families]))


def load_partition(source: Path, load: LoadOptions, request: SplitRequest) -> Partition:
    """Read a labelled file and split it.

    Raises
    ------
    DataError
        If the file cannot be read, has too few records of a class, or cannot be split so.
    """
    if request.split_column is not None:
        load = replace(load, columns={**load.columns, "split": request.split_column})
    corpus = load_corpus(source, load)
    if request.test_file is not None:
        return _tested_on_file(corpus, request.test_file, load, request)
    labels = corpus.labels
    if request.split_column is not None:
        split = split_by_column(
            [record.split for record in corpus.records],
            labels,
            corpus.families,
            seed=request.seed,
            validation_fraction=request.validation_fraction,
            records=corpus.records,
        )
    elif request.split_by_date:
        split = split_by_date(
            [record.priority_date or record.publication_date for record in corpus.records],
            labels,
            corpus.families,
            validation_fraction=request.validation_fraction,
            test_fraction=request.test_fraction,
        )
    elif request.fold is not None and request.n_folds is not None:
        split = split_by_fold(
            labels,
            corpus.families,
            fold=request.fold,
            n_folds=request.n_folds,
            seed=request.seed,
            validation_fraction=request.validation_fraction,
        )
    else:
        split = split_by_family(
            labels,
            corpus.families,
            seed=request.seed,
            validation_fraction=request.validation_fraction,
            test_fraction=request.test_fraction,
        )
    split.checked(corpus.families, corpus.records)
    return Partition(
        whole=corpus,
        training=corpus.select(split.training),
        validation=corpus.select(split.validation),
        test=corpus.select(split.test),
        notes=(*corpus.notes, *split.notes),
    )


def _tested_on_file(
    corpus: Corpus, test_file: Path, load: LoadOptions, request: SplitRequest
) -> Partition:
    test = load_corpus(test_file, load, fewest_per_class=1)
    related = family_overlap(corpus.records, test.records)
    notes = [*corpus.notes, *test.notes]
    if len(related):
        notes.append(
            f"left out {len(related)} of {len(corpus)} training records: their families "
            f"are in {test_file}"
        )
    kept = corpus.select(np.setdiff1d(np.arange(len(corpus)), related))
    # Families are numbered within a file; the test file's follow on the training file's.
    split = split_by_family(
        kept.labels,
        kept.families,
        seed=request.seed,
        validation_fraction=request.validation_fraction,
        test_fraction=0.0,
    )
    return Partition(
        whole=corpus,
        training=kept.select(split.training),
        validation=kept.select(split.validation),
        test=Corpus(test.records, group_families(test.records)),
        notes=tuple(notes),
    )
