"""The baseline: what it reads, how sure it is, what it writes."""

import json

import numpy as np
import pytest

from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import RecordText
from patsieve.errors import BundleError, LabelError
from patsieve.metrics.calibration import expected_calibration_error
from patsieve.models.bag_of_words import BagOfWordsClassifier
from patsieve.models.base import LabelledTexts
from patsieve.models.platt import Platt

RELEVANT = ("nickel rich cathode powder", "layered nickel oxide", "nickel cobalt cathode")
IRRELEVANT = ("wooden chair leg", "oak table", "chair with a wooden seat", "table leg")


def made_up(n_records: int, *, prevalence: float, noise: float, seed: int):
    """Texts of which a share `noise` is about the other subject than the label says."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(n_records) < prevalence).astype(np.int64)
    subject = np.where(rng.random(n_records) < noise, 1 - labels, labels)
    filler = ("device", "method", "apparatus", "system", "of", "with", "having", "said")
    pools = (" ".join(IRRELEVANT).split(), " ".join(RELEVANT).split())
    texts = [
        "\n".join(" ".join([rng.choice(pools[about]), *rng.choice(filler, size=n)]) for n in (2, 8))
        for about in subject
    ]
    return texts, labels


def test_what_resembles_the_relevant_records_ranks_higher():
    model = BagOfWordsClassifier(fewest_texts=1).fit(
        [*RELEVANT, *IRRELEVANT], np.array([1] * 3 + [0] * 4)
    )

    cathode, furniture, neither = model.predict_proba(["a cathode", "a table", "quantum"])[:, 1]

    assert cathode > neither > furniture


def test_a_word_that_training_never_saw_is_reached_by_its_fragments():
    model = BagOfWordsClassifier(fewest_texts=1).fit(
        [*RELEVANT, *IRRELEVANT], np.array([1] * 3 + [0] * 4)
    )

    related, unrelated = model.decision_function(["nickelates", "zeolites"])

    assert related > unrelated


def test_a_word_weighs_more_in_the_title():
    texts = [
        *(f"nickel\nthe material of example {i}" for i in range(8)),
        *(f"material\nexample {i} mentions nickel" for i in range(8)),
    ]
    labels = np.repeat([1, 0], 8)

    with_title = BagOfWordsClassifier().fit(texts, labels)
    without = BagOfWordsClassifier(title_weight=0.0).fit(texts, labels)

    in_title, in_text = ["nickel\nmaterial", "material\nnickel"], ["material nickel"] * 2
    assert np.diff(with_title.decision_function(in_title))[0] < -0.5
    assert np.diff(without.decision_function(in_title))[0] == 0
    assert np.diff(with_title.decision_function(in_text))[0] == 0


@pytest.mark.parametrize("prevalence", [0.1, 0.5])
def test_probabilities_are_at_the_prevalence_and_as_sure_as_they_are_right(prevalence):
    texts, labels = made_up(3000, prevalence=prevalence, noise=0.15, seed=0)
    model = BagOfWordsClassifier(seed=1).fit(texts[:1500], labels[:1500])

    probabilities = model.predict_proba(texts[1500:])[:, 1]

    assert probabilities.mean() == pytest.approx(labels[1500:].mean(), abs=0.03)
    assert expected_calibration_error(labels[1500:], probabilities) < 0.06


def test_the_seed_moves_the_calibration_but_not_the_ranking():
    texts, labels = made_up(120, prevalence=0.3, noise=0.2, seed=2)

    one, other = (BagOfWordsClassifier(seed=seed).fit(texts, labels) for seed in (1, 2))

    assert one.calibration_ != other.calibration_
    np.testing.assert_array_equal(one.decision_function(texts), other.decision_function(texts))


def test_families_stay_whole_in_the_folds_that_calibrate():
    # Each text stands in the data four times: apart, its copies would make it look certain.
    texts, labels = made_up(60, prevalence=0.5, noise=0.5, seed=3)
    unlike = [f"{text} unit{i} part{i} item{i}" for i, text in enumerate(texts)]
    families = np.repeat(np.arange(60), 4)
    copies, copied_labels = np.repeat(unlike, 4), np.repeat(labels, 4)

    careless = BagOfWordsClassifier().fit(copies, copied_labels)
    careful = BagOfWordsClassifier().fit(copies, copied_labels, families=families)

    assert careful.calibration_.slope < 0.5 * careless.calibration_.slope


def test_one_family_of_a_class_is_too_few_to_calibrate_and_still_ranks():
    texts = [*RELEVANT, *IRRELEVANT]
    families = np.array([0, 0, 0, 1, 2, 3, 4])

    model = BagOfWordsClassifier(fewest_texts=1).fit(
        texts, np.array([1] * 3 + [0] * 4), families=families
    )

    assert model.calibration_ == Platt(slope=1.0, intercept=0.0)
    assert model.predict(["nickel cathode", "wooden table"]).tolist() == [1, 0]


def test_validation_records_are_taken_and_change_nothing():
    texts, labels = made_up(80, prevalence=0.4, noise=0.1, seed=4)
    unseen = LabelledTexts(["nickel"], np.array([0]))

    plain = BagOfWordsClassifier().fit(texts, labels)
    given = BagOfWordsClassifier().fit(texts, labels, validation=unseen)

    np.testing.assert_array_equal(plain.predict_proba(texts), given.predict_proba(texts))


def test_a_score_does_not_depend_on_the_texts_beside_it():
    texts, labels = made_up(1100, prevalence=0.3, noise=0.1, seed=5)
    model = BagOfWordsClassifier().fit(texts[:200], labels[:200])
    odd = ["", "nickel", "unseen wörds " * 50]

    together = model.decision_function([*texts, *odd])

    alone = np.concatenate([model.decision_function([text]) for text in (*texts[-40:], *odd)])
    np.testing.assert_array_equal(together[-43:], alone)


def test_texts_without_a_known_term_share_one_probability():
    texts, labels = made_up(80, prevalence=0.4, noise=0.1, seed=6)
    model = BagOfWordsClassifier().fit(texts, labels)

    probabilities = model.predict_proba(["", "\n", "§ 1", "ψψψψ"])[:, 1]

    assert len(set(probabilities.tolist())) == 1


def test_labels_of_another_kind_are_refused_by_name():
    with pytest.raises(LabelError, match=r"the labels here are 1, 2$"):
        BagOfWordsClassifier().fit(["a text", "another"], np.array([1, 2]))


def test_no_records_at_all_are_refused():
    with pytest.raises(LabelError, match="the labels here are none"):
        BagOfWordsClassifier().fit([], np.array([], dtype=np.int64))


def test_a_bundle_part_is_two_files_without_any_code(tmp_path):
    texts, labels = made_up(40, prevalence=0.4, noise=0.1, seed=7)

    BagOfWordsClassifier(C=3.0).fit(texts, labels).save(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "bag_of_words.json",
        "bag_of_words.safetensors",
    ]
    settings = json.loads((tmp_path / "bag_of_words.json").read_text(encoding="utf-8"))
    assert settings["parameters"] == {
        "C": 3.0,
        "fewest_texts": 2,
        "seed": 0,
        "symbols_weight": 0.0,
        "title_weight": 0.5,
    }
    assert "nickel" in settings["words"]


def test_parameters_come_back(tmp_path):
    texts, labels = made_up(40, prevalence=0.4, noise=0.1, seed=8)
    model = BagOfWordsClassifier(C=3.0, title_weight=0.0, fewest_texts=1, seed=5)

    model.fit(texts, labels).save(tmp_path)

    assert BagOfWordsClassifier.load(tmp_path).get_params() == model.get_params()


def test_a_format_from_the_future_is_refused(tmp_path):
    texts, labels = made_up(40, prevalence=0.4, noise=0.1, seed=9)
    BagOfWordsClassifier().fit(texts, labels).save(tmp_path)
    file = tmp_path / "bag_of_words.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"format": 1', '"format": 9'))

    with pytest.raises(BundleError, match=r"has format 9; this version of patsieve reads format 1"):
        BagOfWordsClassifier.load(tmp_path)


def with_symbols(*symbols):
    return RecordText("a device", PatentRecord(1, title="a device", cpc_symbols=symbols))


SYMBOL_TEXTS = [
    *[with_symbols("H01M4/525", "C01G53/00")] * 4,
    *[with_symbols("H01M4/02")] * 4,
    *[with_symbols("A47C3/00", "H05K")] * 8,
]
SYMBOL_LABELS = np.array([1] * 8 + [0] * 8)


def test_symbols_count_where_they_have_a_weight():
    model = BagOfWordsClassifier(symbols_weight=0.5).fit(SYMBOL_TEXTS, SYMBOL_LABELS)
    # A subgroup that training never saw, of a main group that it saw.
    new = [with_symbols("H01M4/131"), with_symbols("A47C3/12"), with_symbols()]
    relevant, irrelevant, neither = model.predict_proba(new)[:, 1]

    assert relevant > neither > irrelevant
    assert model.symbols_ == (
        "A47C", "A47C3/00", "C01G", "C01G53/00", "H01M", "H01M4/00", "H01M4/02", "H01M4/525",
        "H05K",
    )  # fmt: skip


def test_without_a_weight_symbols_are_not_looked_at():
    model = BagOfWordsClassifier().fit(SYMBOL_TEXTS, SYMBOL_LABELS)

    assert model.symbols_ == ()
    assert len(set(model.predict_proba(SYMBOL_TEXTS)[:, 1].tolist())) == 1


def test_symbols_read_back_as_they_were_saved(tmp_path):
    model = BagOfWordsClassifier(symbols_weight=0.5).fit(SYMBOL_TEXTS, SYMBOL_LABELS)
    model.save(tmp_path)
    again = BagOfWordsClassifier.load(tmp_path)

    np.testing.assert_array_equal(
        again.predict_proba(SYMBOL_TEXTS), model.predict_proba(SYMBOL_TEXTS)
    )


def test_plain_texts_have_no_symbols():
    model = BagOfWordsClassifier(symbols_weight=0.5).fit(SYMBOL_TEXTS, SYMBOL_LABELS)

    np.testing.assert_array_equal(
        model.predict_proba(["a device"]), model.predict_proba([with_symbols()])
    )


def test_a_weight_for_symbols_without_any_symbol_changes_nothing():
    plain = [str(text) for text in SYMBOL_TEXTS[:4]] + ["a chair"] * 4
    labels = [1] * 4 + [0] * 4

    np.testing.assert_array_equal(
        BagOfWordsClassifier(symbols_weight=0.5).fit(plain, labels).predict_proba(plain),
        BagOfWordsClassifier().fit(plain, labels).predict_proba(plain),
    )
