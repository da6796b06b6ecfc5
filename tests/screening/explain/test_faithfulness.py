"""Reasons that name what moves the score are told from reasons that name something else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import TextRecipe
from patsieve.models.bag_of_words import BagOfWordsClassifier
from patsieve.models.embedding import EmbeddingClassifier
from patsieve.models.stacking import StackingClassifier
from patsieve.models.terms import words_of
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.explain.explain import explain_records
from patsieve.screening.explain.explanation import Explanation
from patsieve.screening.explain.faithfulness import Check, Moved, check_reasons, judge

N_RECORDS = 24
# Four words each, like all sentences below.
FILLERS = (
    "It is made daily.",
    "Paper wraps each box.",
    "Many shops have them.",
    "They come in blue.",
    "Water runs off it.",
)
# Every passage says something, one of them the most.
GRADED = {
    "nickel": 2.0,
    "paper": 0.5,
    "daily": 0.4,
    "shops": 0.3,
    "blue": 0.2,
    "water": 0.1,
    "device": 0.05,
}
RECIPE = TextRecipe()


class Weighs:
    """A classifier whose log-odds are the sum of the weights of a text's words."""

    kind = "weighs"

    def __init__(self, weights=None, reads=None):
        self.weights = {"nickel": 2.0, "lithium": 1.0, "oak": -3.0} if weights is None else weights
        self.reads = reads
        self.n_scored = 0

    def predict_proba(self, X):
        self.n_scored += len(X)
        if self.reads is not None:
            X = [text[: self.reads] for text in X]
        relevant = expit([sum(self.weights.get(word, 0) for word in words_of(x)) for x in X])
        return np.column_stack([1 - relevant, relevant])


class WeighsBeginnings(Weighs):
    """The same, of the beginning of a text."""

    def read_lengths(self, X):
        return np.array([min(len(text), self.reads) for text in X])


def patent(row, *, label=1):
    """Return a patent with one telling sentence, at another place in each text."""
    material = ("oak", "nickel")[label]
    sentences = [FILLERS[(row + step) % len(FILLERS)] for step in range(4)]
    sentences.insert(row % 4, f"One part is {material}.")
    return PatentRecord(
        row=row,
        family_id=str(row),
        title="A new device with parts",
        abstract=" ".join(sentences),
        label=label,
    )


RECORDS = [patent(row) for row in range(N_RECORDS)]
FAMILIES = np.arange(N_RECORDS)


@pytest.fixture
def bundle(explained_manifest):
    """Return a function that makes a bundle of a classifier, in memory."""

    def make(classifier):
        return ModelBundle(Path("unwritten"), explained_manifest, classifier, RECIPE)

    return make


@pytest.fixture(scope="module")
def labelled():
    return [patent(row, label=row % 2) for row in range(N_RECORDS)]


def fitted(classifier, labelled):
    texts = [RECIPE.compose(record) for record in labelled]
    labels = np.array([record.label for record in labelled])
    return classifier.fit(texts, labels, families=FAMILIES)


def checked(bundle, records, check, *, explanations=None, **options):
    if explanations is None:
        explanations = explain_records(bundle, records)
    families = np.arange(len(records))
    return check_reasons(bundle, records, explanations, [check], families=families, **options)[
        check
    ]


def naming(explanation, other):
    """Return the reasons of one explanation, as strong as before, at the places of another's."""
    changed = [
        replace(reason, text=wrong.text, places=wrong.places)
        for reason, wrong in zip(explanation.reasons, other, strict=True)
    ]
    return Explanation(explanation.log_odds, tuple(changed), {})


def test_the_telling_sentence_moves_the_score_by_its_weight_and_others_not_at_all(bundle):
    moved = checked(bundle(Weighs()), RECORDS, Check("sentence", "for", 1))

    assert [each.named for each in moved] == pytest.approx([2.0] * N_RECORDS)
    assert [each.random for each in moved] == pytest.approx([0.0] * N_RECORDS)
    assert [each.claimed for each in moved] == pytest.approx([2.0] * N_RECORDS)
    assert {each.n_words for each in moved} == {4}
    assert [each.family for each in moved] == FAMILIES.tolist()


def test_kept_alone_it_leaves_its_weight_and_others_lose_it(bundle):
    moved = checked(bundle(Weighs()), RECORDS, Check("sentence", "for", 1, "kept alone"))

    assert [each.named for each in moved] == pytest.approx([0.0] * N_RECORDS)
    assert [each.random for each in moved] == pytest.approx([-2.0] * N_RECORDS)


@pytest.mark.parametrize(("way", "named", "random"), [("left out", 3, 0), ("kept alone", 0, -3)])
def test_what_speaks_against_moves_it_the_other_way(bundle, way, named, random):
    records = [patent(row, label=0) for row in range(4)]

    moved = checked(bundle(Weighs()), records, Check("sentence", "against", 1, way))

    assert [each.claimed for each in moved] == pytest.approx([3] * 4)
    assert [each.named for each in moved] == pytest.approx([named] * 4)
    assert [each.random for each in moved] == pytest.approx([random] * 4)


def test_several_reasons_go_together(bundle):
    record = replace(
        RECORDS[0],
        abstract=" ".join(["One part is nickel.", "One part is lithium.", *FILLERS]),
    )

    (moved,) = checked(bundle(Weighs()), [record], Check("sentence", "for", 2), n_draws=200)

    assert moved.named == pytest.approx(3.0)
    # Two of eight passages, seldom one with the title's five words: 3 · 2/8, less what "never
    # just these" takes away.
    assert 0.4 < moved.random < 0.9
    assert moved.n_words == 8


@pytest.mark.parametrize("way", ["left out", "kept alone"])
@pytest.mark.parametrize("side", ["for", "against"])
def test_words_of_a_bag_of_words_are_faithful(bundle, labelled, side, way):
    bag = bundle(fitted(BagOfWordsClassifier(seed=1), labelled))
    records = [record for record in labelled if record.label == (side == "for")]

    found = judge(checked(bag, records, Check("word", side, 1, way)))

    assert found.is_faithful
    assert found.ahead.value > 0.9
    assert (found.n_records, found.n_families) == (N_RECORDS // 2, N_RECORDS // 2)


def test_sentences_of_an_encoder_and_of_a_stack_are_faithful(bundle, labelled):
    def embedding():
        return EmbeddingClassifier(max_tokens=64, device="cpu", precision="32", seed=1)

    bases = {"words": lambda: BagOfWordsClassifier(seed=1), "encoder": embedding}
    stack = fitted(StackingClassifier(bases, meta="average", seed=1), labelled)
    records = [record for record in labelled if record.label == 1]

    for classifier in (stack.bases_["encoder"], stack):
        check = Check("sentence", "for", 1, "kept alone")
        found = judge(checked(bundle(classifier), records, check, n_draws=4))
        assert found.is_faithful
        assert found.ahead.value > 0.9


def test_reasons_that_name_any_sentence_are_not_faithful(bundle):
    model = bundle(Weighs(GRADED))
    right = explain_records(model, RECORDS, most_reasons=10)
    # The strongest reason names the strongest passage of six, the next one, and so on in turn.
    wrong = [
        naming(each, each.reasons[row % 6 :] + each.reasons[: row % 6])
        for row, each in enumerate(right)
    ]
    check = Check("sentence", "for", 1)

    assert judge(checked(model, RECORDS, check, explanations=right)).is_faithful
    found = judge(checked(model, RECORDS, check, explanations=wrong))
    assert not found.is_faithful
    assert found.advantage.low < 0 < found.advantage.high


def test_reasons_that_name_the_least_telling_are_worse_than_chance(bundle):
    model = bundle(Weighs(GRADED))
    upside_down = [naming(each, each.reasons[::-1]) for each in explain_records(model, RECORDS)]

    found = judge(checked(model, RECORDS, Check("sentence", "for", 1), explanations=upside_down))

    assert found.advantage.high < 0
    assert found.ahead.value == 0


def test_records_with_fewer_reasons_or_nothing_else_as_long_are_passed(bundle):
    model = bundle(Weighs())
    alone = PatentRecord(row=1, title="Nickel anodes of a battery")
    without = PatentRecord(row=2, title="A chair", abstract=" ".join(FILLERS))

    moved = checked(model, [alone, without, RECORDS[0]], Check("sentence", "for", 1))

    assert [each.family for each in moved] == [2]
    assert checked(model, RECORDS, Check("sentence", "for", 2)) == []
    assert checked(model, RECORDS, Check("word", "for", 1)) == []


def test_no_records_move_nothing(bundle):
    assert checked(bundle(Weighs()), [], Check("sentence", "for", 1)) == []


def test_a_record_is_drawn_from_alike_whatever_comes_after_it(bundle):
    model = bundle(Weighs({"nickel": 2.0, "paper": 0.5, "daily": 0.4}))
    check = Check("sentence", "for", 1)

    alone = checked(model, RECORDS[:1], check, n_draws=3, seed=5)
    among = checked(model, RECORDS * 3, check, n_draws=3, seed=5)
    other = checked(model, RECORDS[:1], check, n_draws=3, seed=6)

    assert len(among) == 3 * N_RECORDS
    assert alone == among[:1]
    assert alone != other


def test_each_text_is_scored_once_for_all_checks_and_draws(bundle):
    classifier = Weighs()
    model = bundle(classifier)
    checks = [Check("sentence", "for", 1), Check("sentence", "for", 1, "kept alone")]
    explanations = explain_records(model, RECORDS[:1])
    classifier.n_scored = 0

    check_reasons(
        model, RECORDS[:1], explanations, checks, families=np.zeros(1, dtype=np.int64), n_draws=500
    )

    # The whole; without each of six passages; each of them alone.
    assert classifier.n_scored == 13


def test_sentences_that_the_model_does_not_read_are_not_drawn(bundle):
    # Otherwise the random ones would seem to move nothing: two thirds of them are not read.
    fillers = "One part is lithium. " * 3
    record = PatentRecord(
        row=0,
        title="A new device with parts",
        abstract=f"One part is nickel. {fillers}{' '.join(FILLERS * 3)}",
    )
    n_read = len(record.title) + len("\nOne part is nickel. ") + len(fillers)
    model = bundle(WeighsBeginnings(reads=n_read))

    (moved,) = checked(model, [record], Check("sentence", "for", 1), n_draws=400)

    # Of five passages, the title is 0, the named one is never alone, and three are 1.
    assert moved.random > 0.6


def test_what_was_found_is_the_mean_with_its_interval_by_family():
    moved = [
        Moved(1, claimed=2.5, named=3.0, random=1.0, n_words=4, n_words_random=6.0),
        Moved(1, claimed=0.5, named=1.0, random=1.5, n_words=4, n_words_random=3.0),
        Moved(2, claimed=1.5, named=2.0, random=0.5, n_words=2, n_words_random=2.0),
    ]

    found = judge(moved)

    assert (found.n_records, found.n_families) == (3, 2)
    assert (found.claimed, found.named, found.random) == (1.5, 2.0, 1.0)
    # 2, −0.5 and 1.5 lie 1, −1.5 and 0.5 off their mean 1; families −0.5 and 0.5; the error is
    # √(2 · (0.25 + 0.25)) / 3 = 1/3, and Student's quantile with one degree of freedom 12.7062.
    assert found.advantage.value == 1.0
    assert found.advantage.low == pytest.approx(1 - 12.7062 / 3, abs=1e-3)
    assert not found.is_faithful
    assert found.ahead.value == pytest.approx(2 / 3)
    assert found.length == pytest.approx(1.1)


def test_explanations_of_other_records_are_refused(bundle):
    with pytest.raises(ValueError, match="zip"):
        checked(bundle(Weighs()), RECORDS, Check("sentence", "for", 1), explanations=[])
