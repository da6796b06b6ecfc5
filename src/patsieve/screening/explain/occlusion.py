"""What a model says of texts from which something was left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.sentences import Stretch
from patsieve.corpus.text import RecordText
from patsieve.screening.explain.anatomy import Anatomy, read_lengths

Floats = NDArray[np.float64]

_WITHIN_LINE = re.compile(r"[^\n]+")


@final
@dataclass(frozen=True)
class Occluded:
    """What a model says of one text, whole and with parts left out.

    Attributes
    ----------
    members : array of shape (n_members,)
        Probabilities of the whole text.
    log_odds : float
        Of the whole text.
    without : array of shape (n_variants,)
        Log-odds with the parts of each variant left out.
    """

    members: Floats
    log_odds: float
    without: Floats


def occlude(
    anatomy: Anatomy,
    texts: Sequence[RecordText],
    variants: Sequence[Sequence[Sequence[Stretch]]],
) -> list[Occluded]:
    """Leave parts out of texts and score what is left.

    A member that reads the beginning of a text reads no farther here: what it has never read
    must not take the place of what is left out. All variants of all texts are scored at once.

    Parameters
    ----------
    texts : sequence of RecordText
    variants : for each text, for each variant, stretches of the text
        What is left out.
    """
    n_rows = sum(1 + len(of_text) for of_text in variants)
    probabilities = np.empty((n_rows, len(anatomy.members)))
    for column, member in enumerate(anatomy.members.values()):
        lengths = read_lengths(member, texts).tolist()
        jobs: list[RecordText] = []
        wanted: list[int] = []
        for text, length, of_text in zip(texts, lengths, variants, strict=True):
            read = text.with_text(text[:length])
            whole = len(jobs)
            jobs.append(read)
            wanted.append(whole)
            for stretches in of_text:
                within = [stretch for stretch in stretches if stretch[0] < length]
                wanted.append(len(jobs) if within else whole)
                if within:
                    jobs.append(text.with_text(without(read, within)))
        probabilities[:, column] = member.predict_proba(jobs)[:, 1][wanted]
    joined = anatomy.log_odds(probabilities)
    found, start = [], 0
    for of_text in variants:
        end = start + 1 + len(of_text)
        found.append(Occluded(probabilities[start], float(joined[start]), joined[start + 1 : end]))
        start = end
    return found


def without(text: str, stretches: Sequence[Stretch]) -> str:
    r"""Return a text without some stretches, and without the blanks behind them.

    Fields stay apart: line breaks are kept, unless they are asked to go.

    Examples
    --------
    >>> without("A cell\nIt has an anode. It is new.", [(7, 23)])
    'A cell\nIt is new.'
    """
    kept, at = [], 0
    for start, end in sorted(stretches):
        kept.append(text[at : max(start, at)])
        at = max(at, end)
        while text[at : at + 1] == " ":
            at += 1
    return "".join([*kept, text[at:]])


def all_but(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    r"""Return what to leave out of a text so that some stretches stay, and they alone.

    Fields stay apart, and so do words: the character behind a stretch stays with it.

    Examples
    --------
    >>> text = "A cell\nIt has an anode, of carbon."
    >>> without(text, all_but(text, [(7, 9), (17, 22)]))
    '\nIt anode,'
    """
    gaps, at = [], 0
    for start, end in sorted(stretches):
        gaps.append((at, start))
        at = max(at, end + 1)
    return [
        (start + line.start(), start + line.end())
        for start, end in [*gaps, (at, len(text))]
        for line in _WITHIN_LINE.finditer(text[start:end])
    ]
