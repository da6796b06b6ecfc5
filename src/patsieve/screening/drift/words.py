"""Which words a model's records use, and how many words of a new text are not among them.

Words are not kept: each sets one of a quarter of a million bits. Some unknown words share a bit
with a known one, and do so in every text that is looked at alike.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Self, final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

N_BITS = 1 << 18

SHARES = 101
"""Shares of unknown words are counted in hundredths, 0 and 1 included."""

# Shorter ones are units, reference signs and articles; numbers are always new.
_WORD = re.compile(r"[^\W\d_]{3,}")


def word_places(text: str) -> NDArray[np.int64]:
    """Return the bits of a text's words, each word once; of shape (n_words,)."""
    words = set(_WORD.findall(text.casefold()))
    places = np.fromiter((crc32(word.encode()) for word in words), np.int64, len(words))
    return places % N_BITS


def hundredths(n_unknown: int, n_words: int) -> int:
    """Return a share as the nearest hundredth, from 0 to 100; `n_words` is at least 1."""
    return round(100 * n_unknown / n_words)


@final
@dataclass(frozen=True, eq=False)
class KnownWords:
    """The words of many texts.

    Attributes
    ----------
    bits : array of bool of shape (N_BITS,)
    """

    bits: NDArray[np.bool_]

    def unknown_share(self, text: str) -> int | None:
        """Return how many of a text's words are unknown, in hundredths; None without words."""
        places = word_places(text)
        if not len(places):
            return None
        return hundredths(int((~self.bits[places]).sum()), len(places))

    def as_text(self) -> str:
        """Return the bits as text, which `from_text` reads back."""
        return base64.b64encode(np.packbits(self.bits).tobytes()).decode()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the words that `as_text` wrote.

        Raises
        ------
        ValueError
            If it is no such text.
        """
        try:
            packed = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError(str(error)) from error
        if len(packed) * 8 != N_BITS:
            raise ValueError(f"{len(packed) * 8} bits instead of {N_BITS}")
        return cls(np.unpackbits(np.frombuffer(packed, dtype=np.uint8)).astype(bool))
