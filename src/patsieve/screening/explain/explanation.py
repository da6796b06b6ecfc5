"""What a model's reasons for a score are, as values that any output can be made of."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, final

from patsieve.corpus.read_text import Place

Kind = Literal["word", "sentence"]
Side = Literal["for", "against"]


@final
@dataclass(frozen=True)
class Reason:
    """A word or a sentence that speaks for or against relevance.

    Attributes
    ----------
    kind : {"word", "sentence"}
    text : str
        A word as it is counted, in lower case; a sentence, or a part of a long one, as it is read.
    change : float
        By how much the record's log-odds are higher because of it; negative if it speaks against.
        For a word of a linear model its exact share; for a sentence the difference that
        leaving it out makes.
    places : tuple of Place
        Where it stands, in order; several for a word that occurs several times.
    member : str
        The classifier of a stack that counts the word; empty for the model as a whole.
    """

    kind: Kind
    text: str
    change: float
    places: tuple[Place, ...]
    member: str = ""

    @property
    def side(self) -> Side:
        """Whether it speaks for relevance or against it."""
        return "for" if self.change > 0 else "against"


@final
@dataclass(frozen=True)
class NearRecord:
    """A labelled record that is near to another one.

    Attributes
    ----------
    name : str
        Its publication number, or else its row.
    row : int
        In the labelled file.
    title : str
    label : int
        1 relevant, 0 irrelevant.
    similarity : float
        Cosine in the model's own representation, at most 1.
    same_family : bool
        Whether both belong to one family, as far as their numbers, ids and texts tell.
    """

    name: str
    row: int
    title: str
    label: int
    similarity: float
    same_family: bool


@final
@dataclass(frozen=True)
class Explanation:
    """Why one record has its score.

    Attributes
    ----------
    log_odds : float
        Of the model, at the prevalence of the records that it has learnt from.
    reasons : tuple of Reason
        The strongest of each kind and side, the strongest first.
    members : dict of str to float
        What each classifier of a stack adds to the log-odds beyond what they would be if all
        of them knew nothing but the prevalence; empty if the model is no stack.
    nearest : tuple of NearRecord
        The nearest labelled records, one of a family, the nearest first.
    """

    log_odds: float
    reasons: tuple[Reason, ...]
    members: dict[str, float]
    nearest: tuple[NearRecord, ...] = ()

    def on(self, side: Side, kind: Kind | None = None) -> tuple[Reason, ...]:
        """Return the reasons on one side, of one kind or of any, the strongest first."""
        return tuple(
            reason for reason in self.reasons if reason.side == side and kind in (None, reason.kind)
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)
