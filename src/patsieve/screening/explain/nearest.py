"""Which labelled records are nearest to a record, as the model itself sees texts."""

from collections.abc import Sequence
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.families import family_keys
from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.corpus.text import TextRecipe
from patsieve.errors import UsageError
from patsieve.models.reading import Compares
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.evaluate import rows_in_training
from patsieve.screening.explain.anatomy import Anatomy, anatomy_of
from patsieve.screening.explain.explanation import NearRecord


@final
class LabelledNeighbours:
    """Finds the nearest of some labelled records.

    Parameters
    ----------
    bundle : ModelBundle
    corpus : Corpus
        Labelled.

    Raises
    ------
    UsageError
        If the model compares no texts, since it reads scores of another system alone.
    """

    def __init__(self, bundle: ModelBundle, corpus: Corpus) -> None:
        self._anatomy: Anatomy = anatomy_of(bundle.classifier)
        if not any(isinstance(each, Compares) for each in self._anatomy.members.values()):
            raise UsageError(
                f"the model in {bundle.folder} compares no texts, so no labelled record is near "
                "to another; leave out --labelled"
            )
        self._recipe: TextRecipe = bundle.recipe
        self._corpus = corpus
        n_learnt = len(rows_in_training(bundle, corpus))
        self.note = (
            f"nearest of {len(corpus):,} labelled records; the model has learnt from the families "
            f"of {n_learnt:,} of them"
        )

    def of(self, records: Sequence[PatentRecord], *, most: int) -> list[tuple[NearRecord, ...]]:
        """Return the nearest labelled records of each record, the nearest first.

        At most one of a family. Of a stack the cosines of its members are averaged.
        """
        others = self._recipe.compose_all(self._corpus)
        texts = [self._recipe.compose(record) for record in records]
        cosines = np.mean(
            [
                member.similarities(texts, others)
                for member in self._anatomy.members.values()
                if isinstance(member, Compares)
            ],
            axis=0,
        )
        return [
            self._nearest(record, row, most) for record, row in zip(records, cosines, strict=True)
        ]

    def _nearest(
        self, record: PatentRecord, cosines: NDArray[np.float64], most: int
    ) -> tuple[NearRecord, ...]:
        found: list[NearRecord] = []
        families: set[int] = set()
        keys = set(family_keys(record))
        for place in np.argsort(-cosines, kind="stable").tolist():
            if len(found) == most:
                break
            family = int(self._corpus.families[place])
            if family in families:
                continue
            families.add(family)
            other = self._corpus.records[place]
            found.append(
                NearRecord(
                    name=other.publication_number or f"row {other.row}",
                    row=other.row,
                    title=other.title,
                    label=int(self._corpus.labels[place]),
                    similarity=float(cosines[place]),
                    same_family=not keys.isdisjoint(family_keys(other)),
                )
            )
        return tuple(found)
