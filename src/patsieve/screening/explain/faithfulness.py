"""Whether reasons can be believed: what they name must move the score more than chance finds.

The strongest reasons of a record are left out together, and the change of its log-odds is held
against that of leaving out as much of the same text at random (what DeYoung et al. 2020, "ERASER:
a benchmark to evaluate rationalized NLP models", call comprehensiveness). Or they are kept alone,
and so is as much at random (their sufficiency).

Of the strongest sentence alone, left out, the result is known beforehand: it was chosen by that
very change. Several at once, what is kept alone, and words (which a bag of words takes as shares
in a sum, while leaving one out makes all others weigh more) can turn out either way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.read_text import ReadText
from patsieve.corpus.records import PatentRecord
from patsieve.metrics.clustered_mean import mean_by_family, share_by_family
from patsieve.metrics.intervals import Estimate
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.explain.anatomy import Anatomy, anatomy_of
from patsieve.screening.explain.explanation import Explanation, Kind, Side
from patsieve.screening.explain.occlusion import all_but, occlude
from patsieve.screening.explain.random_parts import Part, RandomParts

Way = Literal["left out", "kept alone"]

# Their variants, some dozens each, are scored together.
_RECORDS_AT_A_TIME = 32


@final
@dataclass(frozen=True)
class Check:
    """Which reasons are looked at, and what is done with them.

    Attributes
    ----------
    kind : {"sentence", "word"}
    side : {"for", "against"}
    n_reasons : int
        The strongest of that kind and side, all at once; records with fewer are passed.
    way : {"left out", "kept alone"}
    """

    kind: Kind
    side: Side
    n_reasons: int
    way: Way = "left out"


@final
@dataclass(frozen=True)
class Moved:
    """By how much what is named, and as much at random, moved the log-odds of one record.

    Above 0 is the way that the reasons say: downwards if what speaks for relevance is left out,
    upwards if it is kept alone, and the reverse for what speaks against it.

    Attributes
    ----------
    family : int
    claimed : float
        What the reasons amount to by their own account, summed up; at least 0.
    named : float
    random : float
        Mean of the draws.
    n_words : int
        So many are named.
    n_words_random : float
        Mean of the draws.
    """

    family: int
    claimed: float
    named: float
    random: float
    n_words: int
    n_words_random: float


@final
@dataclass(frozen=True)
class Faithfulness:
    """What a check has found.

    Attributes
    ----------
    n_records, n_families : int
    claimed, named, random : float
        Means of `Moved`.
    advantage : Estimate
        How much more the named parts move the log-odds than the random ones, on average.
    ahead : Estimate
        Share of the records of which they move it more than the mean of the draws.
    length : float
        Words left out or kept at random, for each one that is named.
    """

    n_records: int
    n_families: int
    claimed: float
    named: float
    random: float
    advantage: Estimate
    ahead: Estimate
    length: float

    @property
    def is_faithful(self) -> bool:
        """Whether chance does not explain that the named parts move the score more."""
        return self.advantage.low > 0


def check_reasons(
    bundle: ModelBundle,
    records: Sequence[PatentRecord],
    explanations: Sequence[Explanation],
    checks: Sequence[Check],
    *,
    families: NDArray[np.int64],
    n_draws: int = 10,
    seed: int = 0,
) -> dict[Check, list[Moved]]:
    """Leave out, or keep alone, what reasons name, and as much at random.

    A record is passed by a check if it has fewer reasons of the kind and side, or if nothing else
    in it is about as long (see `RandomParts.like`). Each text is scored once, however many checks
    and draws it stands for.

    Parameters
    ----------
    records : sequence of PatentRecord
        With text.
    explanations : sequence of Explanation
        Of these records, by `explain_records`.
    families : array of int of shape (n_records,)
    n_draws : int
        For each check of each record, at least 1.
    seed : int
        The draws of a record depend on it, the checks and the record's position, not on other
        records.

    Raises
    ------
    ValueError
        If lengths differ.
    """
    anatomy = anatomy_of(bundle.classifier)
    all_known = list(zip(records, explanations, families.tolist(), strict=True))
    moved: dict[Check, list[Moved]] = {check: [] for check in checks}
    for start in range(0, len(all_known), _RECORDS_AT_A_TIME):
        trials = [
            _Trial(
                anatomy,
                ReadText(record, bundle.recipe),
                explanation,
                family,
                random=np.random.default_rng([seed, start + number]),
                n_draws=n_draws,
            )
            for number, (record, explanation, family) in enumerate(
                all_known[start : start + _RECORDS_AT_A_TIME]
            )
        ]
        for trial in trials:
            trial.prepare(checks)
        occluded = occlude(
            anatomy, [each.read.text for each in trials], [each.variants for each in trials]
        )
        for trial, found in zip(trials, occluded, strict=True):
            for check, result in trial.results(found.log_odds, found.without):
                moved[check].append(result)
    return moved


def judge(moved: Sequence[Moved], *, confidence: float = 0.95) -> Faithfulness:
    """Return what a check has found, with intervals by family.

    Raises
    ------
    ValueError
        If the records are of fewer than two families, or `confidence` is out of range.
    """
    families = [each.family for each in moved]
    named = np.array([each.named for each in moved])
    random = np.array([each.random for each in moved])
    advantage = mean_by_family(named - random, families, confidence=confidence)
    n_words = np.sum([each.n_words for each in moved])
    return Faithfulness(
        n_records=len(moved),
        n_families=len(set(families)),
        claimed=float(np.mean([each.claimed for each in moved])),
        named=float(named.mean()),
        random=float(random.mean()),
        advantage=advantage,
        ahead=share_by_family(named > random, families, confidence=confidence),
        length=float(np.sum([each.n_words_random for each in moved]) / n_words),
    )


@final
@dataclass(frozen=True)
class _Question:
    """A check of one record: what is named and what is drawn, as numbers of its variants."""

    claimed: float
    named: int
    draws: Sequence[int]
    n_words: int
    n_words_random: float


@final
class _Trial:
    """The checks of one record, each variant of its text once."""

    def __init__(
        self,
        anatomy: Anatomy,
        read: ReadText,
        explanation: Explanation,
        family: int,
        *,
        random: np.random.Generator,
        n_draws: int,
    ) -> None:
        self.read = read
        self._end = int(anatomy.read_length([read.text])[0])
        self._explanation = explanation
        self._family = family
        self._random = random
        self._n_draws = n_draws
        self._numbers: dict[Part, int] = {}
        self._questions: dict[Check, _Question] = {}

    @property
    def variants(self) -> list[Part]:
        """What is left out of the text, by variant."""
        return list(self._numbers)

    def prepare(self, checks: Sequence[Check]) -> None:
        """Draw what the checks need."""
        for check in checks:
            question = self._question(check)
            if question is not None:
                self._questions[check] = question

    def results(self, whole: float, without: NDArray[np.float64]) -> Iterator[tuple[Check, Moved]]:
        """Yield what each check has found, from the log-odds of the whole and of the variants."""
        for check, question in self._questions.items():
            direction = 1.0 if (check.side == "for") == (check.way == "kept alone") else -1.0
            changes = direction * (without - whole)
            yield (
                check,
                Moved(
                    self._family,
                    claimed=question.claimed,
                    named=float(changes[question.named]),
                    random=float(changes[question.draws].mean()),
                    n_words=question.n_words,
                    n_words_random=question.n_words_random,
                ),
            )

    def _question(self, check: Check) -> _Question | None:
        # A symbol stands nowhere in the text, so it cannot be left out of it.
        placed = [each for each in self._explanation.on(check.side, check.kind) if each.places]
        reasons = placed[: check.n_reasons]
        named = tuple(
            sorted({self.read.stretch(place) for reason in reasons for place in reason.places})
        )
        if len(reasons) < check.n_reasons or not named:
            return None
        parts = RandomParts(self.read, check.kind, end=self._end)
        draws = parts.like(named, self._random, n_draws=self._n_draws)
        if not draws:
            return None
        return _Question(
            sum(abs(reason.change) for reason in reasons),
            self._number(named, check.way),
            [self._number(drawn, check.way) for drawn in draws],
            n_words=parts.n_words(named),
            n_words_random=float(np.mean([parts.n_words(drawn) for drawn in draws])),
        )

    def _number(self, part: Part, way: Way) -> int:
        left_out = part if way == "left out" else tuple(all_but(self.read.text, part))
        return self._numbers.setdefault(left_out, len(self._numbers))
