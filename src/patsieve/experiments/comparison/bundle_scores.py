"""A labelled file, scored by bundles that have not learnt from it, and by its own columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import final

import numpy as np

from patsieve.corpus.load import LoadOptions, load_corpus
from patsieve.corpus.tally import RowTally, counted
from patsieve.errors import DataError
from patsieve.experiments.comparison.scored_table import (
    ScoredTable,
    publication_keys,
    read_scores,
)
from patsieve.screening.bundle import load_bundle
from patsieve.screening.evaluate import own_threshold, rows_in_training


@final
@dataclass(frozen=True)
class BundleScores:
    """What a bundle says of a labelled file, with its own threshold."""

    table: ScoredTable
    threshold: float


@final
class LabelledFile:
    """Records for bundles to be compared on.

    Families that one of the bundles has learnt from are left out for all: they would flatter it.

    Attributes
    ----------
    notes : tuple of str
        What was found when reading, and what is left out.

    Raises
    ------
    DataError
        If no record is left.
    """

    def __init__(self, path: Path, load: LoadOptions, bundles: Sequence[Path]) -> None:
        self._path, self._load = path, load
        corpus = load_corpus(path, load, fewest_per_class=1)
        notes = list(corpus.notes)
        self._bundles = {folder: load_bundle(folder) for folder in bundles}
        learnt: set[int] = set()
        for folder, bundle in self._bundles.items():
            rows = rows_in_training(bundle, corpus)
            learnt.update(rows)
            if rows:
                notes.append(
                    f"left out {counted(len(rows), 'record')} whose families {folder} has learnt "
                    f"from ({RowTally(rows)}); they would flatter it"
                )
        kept = [i for i, record in enumerate(corpus.records) if record.row not in learnt]
        if not kept:
            raise DataError(
                f"the bundles have learnt from all {counted(len(corpus), 'record')} of {path}; a "
                "comparison needs labelled records that none of them has seen"
            )
        self._corpus = corpus.select(kept)
        self.notes = tuple(notes)

    def by_bundle(self, folder: Path) -> BundleScores:
        """Return what a bundle says of the records."""
        bundle, corpus = self._bundles[folder], self._corpus
        texts = bundle.recipe.compose_all(corpus)
        probabilities = bundle.classifier.predict_proba(texts)[:, 1]
        table = ScoredTable(
            source=self._path.name,
            rows=np.array([record.row for record in corpus.records]),
            publications=publication_keys([r.publication_number for r in corpus.records]),
            labels=corpus.labels,
            families=corpus.families,
            scores=np.asarray(probabilities, dtype=np.float64),
            notes=self.notes,
        )
        return BundleScores(table, own_threshold(bundle, table.scores))

    def by_columns(self, columns: Sequence[str]) -> dict[str, ScoredTable]:
        """Return the systems whose scores stand in columns of the file."""
        if not columns:
            return {}
        kept = [record.row for record in self._corpus.records]
        found = {}
        for name, table in read_scores(self._path, self._load, columns).items():
            chosen = np.flatnonzero(np.isin(table.rows, kept))
            found[name] = replace(
                table,
                rows=table.rows[chosen],
                publications=tuple(table.publications[i] for i in chosen),
                labels=None if table.labels is None else table.labels[chosen],
                families=None if table.families is None else table.families[chosen],
                scores=table.scores[chosen],
            )
        return found
