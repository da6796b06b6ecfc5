"""Which CPC and IPC symbols a record has, at every level, as a linear model counts them."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np
from scipy import sparse

from patsieve.corpus.symbols import symbol_levels
from patsieve.corpus.text import RecordText
from patsieve.models.terms import count_pairs


def frequent_symbols(texts: Sequence[str], *, fewest_texts: int) -> tuple[str, ...]:
    """Return the symbols of at least so many records, at every level, in alphabetical order."""
    n_texts = Counter(chain.from_iterable(map(_symbols_of, texts)))
    return tuple(sorted(name for name, number in n_texts.items() if number >= fewest_texts))


def count_symbols(texts: Sequence[str], known: Sequence[str]) -> sparse.csr_matrix:
    """Return which of the known symbols each record has: ones, of shape (n_texts, n_known)."""
    numbers = {name: number for number, name in enumerate(known)}
    rows = [[numbers[name] for name in _symbols_of(text) if name in numbers] for text in texts]
    columns = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
    texts_of_columns = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    return count_pairs(texts_of_columns, columns, (len(rows), len(known)))


def _symbols_of(text: str) -> tuple[str, ...]:
    """Return a record's symbols at every level, each once; a plain text is of no record."""
    if not isinstance(text, RecordText):
        return ()
    return tuple(dict.fromkeys(chain.from_iterable(map(symbol_levels, text.symbols))))
