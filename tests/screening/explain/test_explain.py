"""Reasons add up, point to their places, and are those of the whole model."""

from functools import partial

import numpy as np
import pytest

from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.corpus.text import TextRecipe
from patsieve.errors import UsageError
from patsieve.metrics.log_odds import log_odds
from patsieve.models.bag_of_words import BagOfWordsClassifier
from patsieve.models.calibrated import CalibratedClassifier
from patsieve.models.column import ColumnClassifier
from patsieve.models.embedding import EmbeddingClassifier
from patsieve.models.platt import Platt
from patsieve.models.stacking import StackingClassifier
from patsieve.models.terms import places_of_words, words_of
from patsieve.screening.bundle import ModelBundle, load_bundle, save_bundle
from patsieve.screening.explain.anatomy import anatomy_of, member_shares
from patsieve.screening.explain.explain import explain_records
from patsieve.screening.explain.nearest import LabelledNeighbours
from patsieve.screening.explain.occlusion import all_but, occlude, without

N_FAMILIES = 24
# Together with the label they make every text another one.
COLOURS = ("red", "green", "blue", "yellow", "purple", "orange", "black")
PLACES = ("shops", "markets")


def patent(row: int) -> PatentRecord:
    label = row % 2
    subject = ("oak chair", "nickel cathode")[label]
    return PatentRecord(
        row=row,
        family_id=str(row),
        publication_number=f"US{row}",
        title=f"A {subject}",
        abstract=f"The {subject} is {COLOURS[row // 4]}. It is sold in {PLACES[row // 2 % 2]}.",
        label=label,
        columns={"score": str(label + 0.01 * row)},
    )


CORPUS = Corpus([patent(row) for row in range(1, N_FAMILIES + 1)], np.arange(N_FAMILIES))
RECIPE = TextRecipe()
TEXTS = RECIPE.compose_all(CORPUS)
NEW = PatentRecord(
    row=1,
    title="A device",
    abstract="It has a nickel cathode with layers. An oak chair stands beside it.",
    claims="1. A device of some kind. 2. The device of claim 1 with a nickel cathode.",
    columns={"score": "0.7"},
)


def bag_of_words():
    return BagOfWordsClassifier(seed=1)


def embedding():
    return EmbeddingClassifier(max_tokens=64, device="cpu", precision="32", seed=1)


def column():
    return ColumnClassifier("score")


def stack(meta, **bases):
    return StackingClassifier(bases, meta=meta, n_folds=3, seed=1)


@pytest.fixture(scope="module")
def bundles(tmp_path_factory, explained_manifest):
    """Return a function that trains and loads a bundle of a classifier, once."""
    made = {}

    def bundle(name, make) -> ModelBundle:
        if name not in made:
            classifier = make().fit(TEXTS, CORPUS.labels, families=CORPUS.families)
            folder = tmp_path_factory.mktemp(name) / "bundle"
            manifest = explained_manifest.model_copy(
                update={"kind": classifier.kind, "text_fields": RECIPE.fields}
            )
            save_bundle(
                folder, classifier, manifest, training_families=[f"family:{n}" for n in range(9)]
            )
            made[name] = load_bundle(folder)
        return made[name]

    return bundle


STACKS = {
    meta: partial(stack, meta, words=bag_of_words, other=column)
    for meta in ("logistic", "average", "xgboost")
}


def test_a_bag_of_words_gives_words_that_are_its_own_shares(bundles):
    bundle = bundles("bow", bag_of_words)

    (explanation,) = explain_records(bundle, [NEW], most_reasons=1000)

    (shares,) = bundle.classifier.word_shares([RECIPE.compose(NEW)])
    found = {reason.text: reason.change for reason in explanation.reasons}
    assert found["nickel"] == pytest.approx(shares.words["nickel"])
    assert {reason.kind for reason in explanation.reasons} == {"word"}
    assert explanation.members == {}
    assert explanation.log_odds == pytest.approx(shares.total, abs=1e-6)
    left_out = [w for w, change in shares.words.items() if abs(change) < 0.005]
    assert len(explanation.reasons) + len(left_out) == len(shares.words)


def test_words_point_to_all_their_places_and_claims(bundles):
    (explanation,) = explain_records(bundles("bow", bag_of_words), [NEW])

    nickel = next(reason for reason in explanation.on("for") if reason.text == "nickel")
    assert [(place.field, place.claim) for place in nickel.places] == [
        ("abstract", None),
        ("claims", 2),
    ]
    assert [getattr(NEW, p.field)[p.start : p.end] for p in nickel.places] == ["nickel", "nickel"]


def test_reasons_are_ordered_by_strength_and_limited_on_each_side(bundles):
    (explanation,) = explain_records(bundles("bow", bag_of_words), [NEW], most_reasons=2)

    strengths = [abs(reason.change) for reason in explanation.reasons]
    assert strengths == sorted(strengths, reverse=True)
    assert len(explanation.on("for")) <= 2
    assert len(explanation.on("against")) <= 2


def test_a_sentence_is_worth_what_leaving_it_out_changes(bundles):
    bundle = bundles("embedding", embedding)

    (explanation,) = explain_records(bundle, [NEW], most_reasons=100)

    reason = next(r for r in explanation.reasons if r.text.startswith("It has a nickel"))
    text = RECIPE.compose(NEW)
    both = [str(text), str(text).replace(f"{reason.text} ", "")]
    whole, less = log_odds(bundle.classifier.predict_proba(both)[:, 1])
    assert reason.change == pytest.approx(whole - less, abs=1e-4)
    assert reason.places[0].field == "abstract"
    assert {each.kind for each in explanation.reasons} == {"sentence"}


def test_what_an_encoder_has_not_read_is_no_reason(bundles):
    bundle = bundles("embedding", embedding)
    long = PatentRecord(row=1, title="A chair", abstract="It is of oak. " * 60 + "Nickel cathode.")

    (explanation,) = explain_records(bundle, [long], most_reasons=1000)

    assert all("Nickel" not in reason.text for reason in explanation.reasons)
    n_read = int(bundle.classifier.read_lengths([RECIPE.compose(long)])[0])
    assert n_read < 400
    assert all(
        reason.places[0].start < n_read
        for reason in explanation.reasons
        if reason.places[0].field == "abstract"
    )


@pytest.mark.parametrize("meta", ["logistic", "average", "xgboost"])
def test_members_and_what_nobody_knows_sum_to_the_log_odds(bundles, meta):
    bundle = bundles(meta, STACKS[meta])
    anatomy = anatomy_of(bundle.classifier)

    (explanation,) = explain_records(bundle, [NEW])

    nothing = np.full((1, 2), bundle.manifest.data.prevalence)
    base = anatomy.log_odds(nothing)[0]
    assert list(explanation.members) == ["words", "other"]
    assert base + sum(explanation.members.values()) == pytest.approx(explanation.log_odds)


def test_a_member_of_a_logistic_stack_adds_weight_times_log_odds(bundles):
    bundle = bundles("logistic", STACKS["logistic"])
    anatomy, prevalence = anatomy_of(bundle.classifier), 0.25
    probabilities = np.array([[0.9, 0.2], [0.5, 0.5]])

    shares = member_shares(anatomy, probabilities, prevalence=prevalence)

    expected = bundle.classifier.meta_.weights * (
        log_odds(probabilities) - log_odds(np.array(prevalence))
    )
    np.testing.assert_allclose(shares, expected, atol=1e-9)


def test_words_of_a_logistic_stack_count_by_the_weight_of_their_member(bundles):
    bundle = bundles("logistic", STACKS["logistic"])

    (explanation,) = explain_records(bundle, [NEW])

    (shares,) = bundle.classifier.bases_["words"].word_shares([RECIPE.compose(NEW)])
    nickel = next(r for r in explanation.reasons if r.text == "nickel")
    weight = bundle.classifier.meta_.weights[0]
    assert nickel.change == pytest.approx(weight * shares.words["nickel"], rel=1e-6)
    assert nickel.member == "words"


def test_a_stack_gives_words_and_sentences_through_the_whole_of_it(bundles):
    make = partial(stack, "logistic", words=bag_of_words, encoder=embedding)
    bundle = bundles("both", make)

    (explanation,) = explain_records(bundle, [NEW], most_reasons=100)

    assert {reason.kind for reason in explanation.reasons} == {"word", "sentence"}
    reason = next(r for r in explanation.on("for", "sentence") if "nickel cathode with" in r.text)
    text = RECIPE.compose(NEW)
    both = [str(text), str(text).replace(f"{reason.text} ", "")]
    whole, less = log_odds(bundle.classifier.predict_proba(both)[:, 1])
    assert reason.change == pytest.approx(whole - less, abs=1e-4)


def test_calibration_counts_in(bundles):
    base = bundles("bow", bag_of_words).classifier
    anatomy = anatomy_of(base)
    calibrated = CalibratedClassifier(seed=1)._ready(base, Platt(slope=0.5, intercept=1.0), 0.0)

    put_right = anatomy_of(calibrated)

    probabilities = base.predict_proba(["nickel"])[:, 1:]
    assert list(put_right.members) == list(anatomy.members)
    np.testing.assert_allclose(
        put_right.log_odds(probabilities), 0.5 * anatomy.log_odds(probabilities) + 1.0
    )


def test_scores_of_another_system_have_no_reasons_in_the_text(bundles):
    (explanation,) = explain_records(bundles("column", column), [NEW])

    assert explanation.reasons == ()


def test_many_records_are_explained_as_each_alone(bundles):
    bundle = bundles("embedding", embedding)
    records = [*CORPUS.records, NEW, *CORPUS.records[:12]]

    together = explain_records(bundle, records)

    for record, explanation in list(zip(records, together, strict=True))[::9]:
        (alone,) = explain_records(bundle, [record])
        assert [r.text for r in alone.reasons[:1]] == [r.text for r in explanation.reasons[:1]]
        assert alone.log_odds == pytest.approx(explanation.log_odds, abs=1e-4)


def test_no_records_have_no_explanations(bundles):
    assert explain_records(bundles("bow", bag_of_words), []) == []


@pytest.mark.parametrize(("name", "make"), [("bow", bag_of_words), ("embedding", embedding)])
def test_the_nearest_labelled_record_is_the_record_itself(bundles, name, make):
    bundle = bundles(name, make)
    neighbours = LabelledNeighbours(bundle, CORPUS)

    (explanation,) = explain_records(bundle, [CORPUS.records[4]], neighbours=neighbours)

    nearest = explanation.nearest
    assert (nearest[0].name, nearest[0].label, nearest[0].same_family) == ("US5", 1, True)
    assert nearest[0].similarity == pytest.approx(1.0, abs=1e-5)
    assert [near.label for near in nearest] == [1, 1, 1]
    assert [near.same_family for near in nearest[1:]] == [False, False]
    similarities = [near.similarity for near in nearest]
    assert similarities == sorted(similarities, reverse=True)


def test_of_a_family_the_nearest_member_is_named_alone(bundles):
    corpus = Corpus(CORPUS.records, np.arange(N_FAMILIES) // 4)

    (found,) = LabelledNeighbours(bundles("bow", bag_of_words), corpus).of([NEW], most=50)

    assert len(found) == N_FAMILIES // 4


def test_how_many_of_the_labelled_were_learnt_from_is_said(bundles):
    note = LabelledNeighbours(bundles("bow", bag_of_words), CORPUS).note

    assert (
        note
        == "nearest of 24 labelled records; the model has learnt from the families of 8 of them"
    )


def test_a_model_that_compares_no_texts_cannot_name_the_nearest(bundles):
    with pytest.raises(UsageError, match="compares no texts"):
        LabelledNeighbours(bundles("column", column), CORPUS)


@pytest.mark.parametrize(
    ("stretches", "left"),
    [
        ([], "A cell\nIt is new. It is old."),
        ([(0, 6)], "\nIt is new. It is old."),
        ([(7, 17)], "A cell\nIt is old."),
        ([(18, 28), (7, 17)], "A cell\n"),
        ([(7, 17), (10, 28)], "A cell\n"),
        ([(7, 28), (10, 12)], "A cell\n"),
        ([(0, 28)], ""),
    ],
)
def test_what_is_left_out_is_left_out_once(stretches, left):
    assert without("A cell\nIt is new. It is old.", stretches) == left


def test_a_title_that_is_left_out_does_not_make_the_abstract_a_title(bundles):
    bundle = bundles("bow", bag_of_words)
    text = RECIPE.compose(PatentRecord(row=1, title="A chair", abstract="A nickel cathode"))

    (occluded,) = occlude(anatomy_of(bundle.classifier), [text], [[[(0, 7)]]])

    expected = log_odds(bundle.classifier.predict_proba(["\nA nickel cathode"])[:, 1])
    assert occluded.without.tolist() == pytest.approx(expected.tolist())


@pytest.mark.parametrize(
    ("stretches", "left"),
    [
        ([(7, 17)], "\nIt is new. "),
        ([(18, 28)], "\nIt is old."),
        ([(0, 6), (18, 28)], "A cell\nIt is old."),
        ([(24, 27), (13, 16)], "\nnew.old."),
        ([(0, 28)], "A cell\nIt is new. It is old."),
        ([], "\n"),
    ],
)
def test_what_is_kept_alone_stays_in_its_field(stretches, left):
    text = "A cell\nIt is new. It is old."

    assert without(text, all_but(text, stretches)) == left


def test_words_kept_alone_are_the_words_that_were_asked_for():
    text = "Non-nickel cathode\nA hydrogen-storage cell, hydrogen/nickel (nickel)."
    places = places_of_words(text)

    for kept in (("nickel",), ("hydrogen", "nickel"), ("storage", "non"), tuple(places)):
        stretches = [stretch for word in kept for stretch in places[word]]
        left = without(text, all_but(text, stretches))
        assert sorted(words_of(left)) == sorted(word for word in words_of(text) if word in kept)
