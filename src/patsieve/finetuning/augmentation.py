"""Altered versions of training texts: fields and sentences dropped or reordered, tokens masked.

A text has a fixed number of versions, called views, each a function of seed, view and the
text's position among the training texts. Epochs take turns with them, so that what frozen
layers make of each view is computed once and not in every epoch.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.random import Generator

from patsieve.finetuning.streams import stream
from patsieve.finetuning.tokens import TokenizedTexts

# Where a sentence may end: after a full stop and a blank; in Chinese and Japanese, at once.
_MAY_END = re.compile(r"""[.!?;][)\]"'”’]*\s+|[。！？]""")
# Their full stop ends no sentence: "FIG. 2", "et al. describe", "J. Smith".
_ABBREVIATIONS = frozenset(
    {
        "al", "appl", "approx", "ca", "cf", "dr", "e.g", "eq", "eqs", "ex", "fig", "figs", "i.e",
        "max", "min", "mol", "mr", "mrs", "no", "nos", "pat", "prof", "ref", "refs", "resp", "ser",
        "st", "temp", "viz", "vol", "vs", "wt",
    }
)  # fmt: skip
_ENUMERATOR = re.compile(r"\(?[0-9ivx]{1,4}[.)]*", re.IGNORECASE)


@final
@dataclass(frozen=True)
class Augmentation:
    """How training texts are altered.

    Attributes
    ----------
    drop_fields : float
        Chance of each field (title, abstract, claims …) to be left out; one always stays.
    shuffle_fields : float
        Chance of a text to have its fields in random order.
    drop_sentences : float
        Chance of each sentence to be left out; of every field that stays, one always does.
    shuffle_sentences : float
        Chance of a field to have its sentences in random order.
    mask_tokens : float
        Chance of each token to be replaced by the mask; special tokens never are.
    views : int
        How many altered versions of each text there are, 1 or more. Epochs take turns.
    """

    drop_fields: float = 0.0
    shuffle_fields: float = 0.0
    drop_sentences: float = 0.0
    shuffle_sentences: float = 0.0
    mask_tokens: float = 0.0
    views: int = 4

    @property
    def alters_texts(self) -> bool:
        """Whether anything but masking is asked for."""
        chances = (self.drop_fields, self.shuffle_fields)
        return any((*chances, self.drop_sentences, self.shuffle_sentences))

    def view_of(self, epoch: int) -> int:
        """Return which view an epoch (from 1) trains on, from 0."""
        return (epoch - 1) % self.views


def augmented_texts(
    texts: Sequence[str], settings: Augmentation, *, view: int, seed: int
) -> list[str]:
    """Return one altered version of each text.

    Each kind of alteration draws from a stream of its own, so that changing one chance leaves
    the others' draws alone.

    Parameters
    ----------
    texts : sequence of str
        A line is a field, as `TextRecipe` composes them. Position decides the draws, so the
        same texts must come in the same order.
    view : int
        From 0.

    Notes
    -----
    Sentences are told apart by their punctuation; an unusual abbreviation may cut one in two,
    which here does no harm.
    """
    if not settings.alters_texts:
        return [str(text) for text in texts]
    return [
        _altered(str(text), settings, seed=seed, view=view, record=record)
        for record, text in enumerate(texts)
    ]


def mask_tokens(
    texts: TokenizedTexts,
    share: float,
    *,
    mask_id: int,
    special_ids: Collection[int],
    view: int,
    seed: int,
) -> TokenizedTexts:
    """Return the texts with some tokens replaced by the mask.

    Parameters
    ----------
    share : float
        Chance of each token to be replaced.
    mask_id : int
    special_ids : collection of int
        Tokens that are never replaced: those that begin, separate and end texts.
    view : int
        From 0.
    """
    if share == 0.0:
        return texts
    draws = [
        stream(seed, "augmentation.mask", view, record).random(length)
        for record, length in enumerate(texts.lengths.tolist())
    ]
    chosen = np.concatenate([np.empty(0), *draws]) < share
    chosen &= ~np.isin(texts.ids, np.array(sorted(special_ids), dtype=texts.ids.dtype))
    ids = np.where(chosen, np.int32(mask_id), texts.ids)
    return TokenizedTexts(ids, texts.offsets, texts.n_truncated, texts.pad_id)


def sentences(field: str) -> list[str]:
    """Return the sentences of a field, in order, none empty.

    >>> sentences("A cell as in FIG. 2 is shown. It lasts, e.g. for years.")
    ['A cell as in FIG. 2 is shown.', 'It lasts, e.g. for years.']
    >>> sentences("1. A cathode. 2. The cathode of claim 1. 3. A cell.")
    ['1. A cathode.', '2. The cathode of claim 1.', '3. A cell.']
    """
    found: list[str] = []
    start = 0
    for match in _MAY_END.finditer(field):
        if _ends_sentence(field[start : match.start()], field[match.end() : match.end() + 1]):
            found.append(field[start : match.end()].strip())
            start = match.end()
    found.append(field[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends_sentence(before: str, following: str) -> bool:
    """Whether a full stop between these two ends a sentence."""
    if following.islower() or not before.strip() or _ENUMERATOR.fullmatch(before.strip()):
        return False
    last_word = before.split()[-1].lstrip("(\"'“‘[")
    is_initial = len(last_word) == 1 and last_word.isalpha() and last_word.isascii()
    return not is_initial and last_word.casefold() not in _ABBREVIATIONS


def _altered(text: str, settings: Augmentation, *, seed: int, view: int, record: int) -> str:
    def draws(name: str) -> Generator:
        return stream(seed, f"augmentation.{name}", view, record)

    fields = [line for line in text.split("\n") if line.strip()]
    if not fields:
        return text
    if settings.drop_fields:
        fields = _some(fields, settings.drop_fields, draws("drop fields"))
    if settings.shuffle_fields:
        fields = _reordered(fields, settings.shuffle_fields, draws("shuffle fields"))
    if settings.drop_sentences:
        generator = draws("drop sentences")
        fields = [
            " ".join(_some(sentences(field), settings.drop_sentences, generator))
            for field in fields
        ]
    if settings.shuffle_sentences:
        generator = draws("shuffle sentences")
        fields = [
            " ".join(_reordered(sentences(field), settings.shuffle_sentences, generator))
            for field in fields
        ]
    return "\n".join(fields)


def _some(parts: list[str], chance: float, generator: Generator) -> list[str]:
    """Return what is left when each part is dropped with this chance; one part always is."""
    luck = generator.random(len(parts))
    kept = luck >= chance
    # Where all would go, the luckiest stays.
    kept[np.argmax(luck)] = True
    return [part for part, stays in zip(parts, kept, strict=True) if stays]


def _reordered(parts: list[str], chance: float, generator: Generator) -> list[str]:
    """Return the parts in random order with this chance, else as they are."""
    is_due = generator.random() < chance
    order = generator.permutation(len(parts))
    return [parts[i] for i in order] if is_due else parts
