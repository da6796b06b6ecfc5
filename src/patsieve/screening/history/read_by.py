"""What of a record a bundle's model reads, as a digest: while that is the same, so is the score."""

from patsieve.corpus.columns import find_column
from patsieve.corpus.content import digest
from patsieve.corpus.records import PatentRecord
from patsieve.models.base import RelevanceClassifier
from patsieve.models.column import ColumnClassifier
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.explain.anatomy import anatomy_of

_BYTES = 16


def what_is_read(bundle: ModelBundle, record: PatentRecord) -> bytes:
    """Return a digest of the text, and of the cells of another system's scores, in 16 bytes."""
    parts = [str(bundle.recipe.compose(record))]
    for name in columns_read(bundle.classifier):
        column = find_column(tuple(record.columns), name)
        parts.append("" if column is None else record.columns[column])
    # A separator that no text holds keeps ("ab", "c") apart from ("a", "bc").
    return digest("\x1f".join(parts), _BYTES)


def columns_read(classifier: RelevanceClassifier) -> tuple[str, ...]:
    """Return the columns of the user's file that a classifier, or a member of it, reads."""
    members = anatomy_of(classifier).members.values()
    return tuple(each.column for each in members if isinstance(each, ColumnClassifier))
