"""Why records have their scores: words that add up, sentences left out, members of a stack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from patsieve.corpus.read_text import Place, ReadText
from patsieve.corpus.records import PatentRecord
from patsieve.metrics.log_odds import log_odds
from patsieve.models.reading import AddsUpWords, WordShares
from patsieve.models.terms import places_of_words
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.explain.anatomy import Anatomy, anatomy_of, member_shares
from patsieve.screening.explain.explanation import Explanation, Kind, Reason, Side
from patsieve.screening.explain.nearest import LabelledNeighbours
from patsieve.screening.explain.occlusion import Occluded, occlude

# Their variants, a dozen or more each, are scored together.
_RECORDS_AT_A_TIME = 32
# Below it a reason would be shown as 0.00.
_SMALLEST_CHANGE = 0.005
_SIDES: tuple[Side, ...] = ("for", "against")
_KINDS: tuple[Kind, ...] = ("sentence", "word")


def explain_records(
    bundle: ModelBundle,
    records: Sequence[PatentRecord],
    *,
    most_reasons: int = 5,
    neighbours: LabelledNeighbours | None = None,
    most_nearest: int = 3,
) -> list[Explanation]:
    """Return why each record has its score.

    A model whose log-odds are a sum over words gives words; any other gives sentences, by what
    leaving each of them out changes; a stack gives both.

    Parameters
    ----------
    records : sequence of PatentRecord
        With text.
    most_reasons : int
        So many words, and so many sentences, on each side at the most.
    neighbours : LabelledNeighbours, optional
        Where to look for the nearest labelled records.
    most_nearest : int
        So many of them.
    """
    anatomy = anatomy_of(bundle.classifier)
    found: list[Explanation] = []
    for start in range(0, len(records), _RECORDS_AT_A_TIME):
        some = records[start : start + _RECORDS_AT_A_TIME]
        found += _explained(
            anatomy,
            [ReadText(record, bundle.recipe) for record in some],
            most_reasons=most_reasons,
            prevalence=bundle.manifest.data.prevalence,
        )
    if neighbours is None or not records:
        return found
    nearest = neighbours.of(records, most=most_nearest)
    return [replace(each, nearest=near) for each, near in zip(found, nearest, strict=True)]


def _explained(
    anatomy: Anatomy, reads: Sequence[ReadText], *, most_reasons: int, prevalence: float
) -> Iterator[Explanation]:
    texts = [read.text for read in reads]
    by_words = {
        name: member.word_shares(texts)
        for name, member in anatomy.members.items()
        if isinstance(member, AddsUpWords)
    }
    # Where words say all there is to say, nothing is left out.
    all_said = len(by_words) == len(anatomy.members)
    sentences = [[] if all_said else read.sentences() for read in reads]
    scored = occlude(anatomy, texts, [[[each] for each in found] for found in sentences])
    shares = member_shares(
        anatomy, np.array([each.members for each in scored]), prevalence=prevalence
    )
    for number, (read, occluded) in enumerate(zip(reads, scored, strict=True)):
        reasons = [
            Reason("sentence", read.text[start:end], change, (read.place(start, end),))
            for (start, end), change in zip(
                sentences[number], (occluded.log_odds - occluded.without).tolist(), strict=True
            )
        ]
        of_text = {name: shares_[number] for name, shares_ in by_words.items()}
        reasons += _word_reasons(anatomy, read, occluded, of_text)
        is_stack = len(anatomy.members) > 1
        members = dict(zip(anatomy.members, shares[number].tolist(), strict=True))
        yield Explanation(
            occluded.log_odds, _strongest(reasons, most_reasons), members if is_stack else {}
        )


def _word_reasons(
    anatomy: Anatomy, read: ReadText, occluded: Occluded, shares: Mapping[str, WordShares]
) -> Iterator[Reason]:
    """Yield the words of each member that counts them, with their effect on the whole model.

    That is the change of the model's log-odds when the member's are lowered by the word's share
    in them. Without a stack or calibration it is the share itself.
    """
    places = _places_of_words(read)
    for column, name in enumerate(anatomy.members):
        if name not in shares:
            continue
        words = list(shares[name].words)
        amounts = np.array([shares[name].words[word] for word in words])
        changes = _through(anatomy, occluded, column, amounts)
        member = name if len(anatomy.members) > 1 else ""
        for word, change in zip(words, changes.tolist(), strict=True):
            yield Reason("word", word, change, places.get(word, ()), member)


def _through(
    anatomy: Anatomy, occluded: Occluded, column: int, amounts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what amounts in the log-odds of one member are worth in those of the model."""
    lowered = np.repeat(occluded.members[None, :], len(amounts), axis=0)
    lowered[:, column] = expit(log_odds(lowered[:, column]) - amounts)
    changes: NDArray[np.float64] = occluded.log_odds - anatomy.log_odds(lowered)
    return changes


def _places_of_words(read: ReadText) -> dict[str, tuple[Place, ...]]:
    return {
        word: tuple(read.place(start, end) for start, end in places)
        for word, places in places_of_words(read.text).items()
    }


def _strongest(reasons: Sequence[Reason], most: int) -> tuple[Reason, ...]:
    """Return the strongest of each kind and side; equals in the order of the text."""
    ordered = sorted(reasons, key=lambda reason: -abs(reason.change))
    kept = [
        reason
        for side in _SIDES
        for kind in _KINDS
        for reason in [
            each
            for each in ordered
            if (each.kind, each.side) == (kind, side) and abs(each.change) >= _SMALLEST_CHANGE
        ][:most]
    ]
    return tuple(sorted(kept, key=lambda reason: -abs(reason.change)))
