"""What every relevance classifier promises, whatever it is made of."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score

from patsieve.errors import LabelError
from patsieve.models.bag_of_words import BagOfWordsClassifier
from patsieve.models.base import LabelledTexts, RelevanceClassifier
from patsieve.models.calibrated import CalibratedClassifier
from patsieve.models.embedding import EmbeddingClassifier
from patsieve.models.reading import Compares
from patsieve.models.stacking import StackingClassifier

# A new classifier is one more line: its name, and how to make a small one from a seed.
CLASSIFIERS: dict[str, Callable[[int], RelevanceClassifier]] = {
    "bag-of-words": lambda seed: BagOfWordsClassifier(seed=seed),
    "embedding": lambda seed: EmbeddingClassifier(
        max_tokens=32, device="cpu", precision="32", seed=seed
    ),
    "stacking": lambda seed: StackingClassifier(
        {
            "whole": partial(BagOfWordsClassifier, seed=seed),
            "title": partial(BagOfWordsClassifier, seed=seed, title_weight=3.0),
        },
        n_folds=3,
        seed=seed,
    ),
    "calibrated": lambda seed: CalibratedClassifier(
        partial(BagOfWordsClassifier, seed=seed), validation_fraction=0.3, seed=seed
    ),
}
# What loading needs to be told besides the folder.
TOLD_TO_LOAD = {
    "stacking": {"classes": {"bag-of-words": BagOfWordsClassifier}},
    "calibrated": {"load_base": lambda kind, folder: BagOfWordsClassifier.load(folder)},
}

# Those with a representation of their own; the others are made of these.
COMPARING = ("bag-of-words", "embedding")

N_FAMILIES = 20
SUBJECTS = (
    ("wooden chair", "oak table", "steel hinge", "drawer of pine"),
    ("nickel cathode", "layered lithium nickel oxide", "cathode powder", "nickel precursor"),
)


def made_up_patents() -> tuple[list[str], np.ndarray, np.ndarray]:
    """60 texts in 20 families of three, half of them relevant."""
    rng = np.random.default_rng(0)
    families = np.repeat(np.arange(N_FAMILIES), 3)
    labels = families % 2
    texts = [
        f"{rng.choice(SUBJECTS[label])}\n"
        f"A method of making {rng.choice(SUBJECTS[label])} and {rng.choice(SUBJECTS[label])}."
        for label in labels
    ]
    return texts, labels, families


TEXTS, LABELS, FAMILIES = made_up_patents()
VALIDATION = LabelledTexts(TEXTS[-12:], LABELS[-12:])
UNSEEN = ["lithium nickel cathode", "", "oak chair\nwith a hinge", "x", "nickel " * 400]

_FITTED: dict[str, RelevanceClassifier] = {}


@pytest.fixture(params=sorted(CLASSIFIERS))
def name(request):
    return request.param


@pytest.fixture
def make(name):
    return CLASSIFIERS[name]


@pytest.fixture
def fitted(name, make):
    """One that is fitted once for all tests: none of them changes it."""
    if name not in _FITTED:
        _FITTED[name] = make(1).fit(TEXTS, LABELS, families=FAMILIES, validation=VALIDATION)
    return _FITTED[name]


def test_it_has_the_interface_and_the_name_that_bundles_know_it_by(name, make):
    assert isinstance(make(1).fit(TEXTS, LABELS, families=FAMILIES), RelevanceClassifier)
    assert make(1).kind == name


def test_it_can_be_cloned_with_its_parameters(make):
    original = make(3)

    copy = clone(original)

    assert repr(copy.get_params()) == repr(original.get_params())
    assert copy is not original
    with pytest.raises(NotFittedError):
        copy.predict(UNSEEN)


def test_fitting_changes_no_parameter(make):
    model = make(1)
    before = repr(model.get_params())

    assert model.fit(TEXTS, LABELS, families=FAMILIES) is model
    assert repr(model.get_params()) == before


def test_it_works_in_cross_validation_by_family(make):
    scores = cross_val_score(
        make(1),
        TEXTS,
        LABELS,
        groups=FAMILIES,
        cv=StratifiedGroupKFold(2),
        scoring="average_precision",
        error_score="raise",
    )

    assert scores.shape == (2,)
    assert np.isfinite(scores).all()


def test_probabilities_have_a_column_per_class_and_sum_to_one(fitted):
    probabilities = fitted.predict_proba(UNSEEN)

    assert fitted.classes_.tolist() == [0, 1]
    assert probabilities.shape == (len(UNSEEN), 2)
    assert probabilities.dtype == np.float64
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-12)


def test_decisions_are_the_likelier_label(fitted):
    decisions = fitted.predict([*TEXTS, *UNSEEN])

    probabilities = fitted.predict_proba([*TEXTS, *UNSEEN])
    assert decisions.tolist() == (probabilities[:, 1] > probabilities[:, 0]).astype(int).tolist()


def test_no_texts_get_no_probabilities(fitted):
    assert fitted.predict_proba([]).shape == (0, 2)
    assert fitted.predict([]).shape == (0,)


def test_texts_may_come_as_an_array(fitted):
    np.testing.assert_array_equal(
        fitted.predict_proba(np.array(TEXTS[:4])), fitted.predict_proba(TEXTS[:4])
    )


def test_the_same_seed_gives_the_same_numbers(make, fitted):
    again = make(1).fit(TEXTS, LABELS, families=FAMILIES, validation=VALIDATION)

    np.testing.assert_array_equal(again.predict_proba(UNSEEN), fitted.predict_proba(UNSEEN))


def test_what_was_saved_gives_the_same_probabilities(name, fitted, tmp_path):
    fitted.save(tmp_path)

    loaded = type(fitted).load(tmp_path, **TOLD_TO_LOAD.get(name, {}))

    np.testing.assert_array_equal(loaded.predict_proba(UNSEEN), fitted.predict_proba(UNSEEN))
    assert loaded.classes_.tolist() == [0, 1]


def test_what_was_loaded_can_be_saved_again(name, fitted, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    fitted.save(first)

    type(fitted).load(first, **TOLD_TO_LOAD.get(name, {})).save(second)

    files = {path.relative_to(first) for path in first.rglob("*")}
    assert files == {path.relative_to(second) for path in second.rglob("*")}
    assert all(
        (first / file).read_bytes() == (second / file).read_bytes()
        for file in files
        if (first / file).is_file()
    )


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_nothing_is_predicted_before_fitting(make, method):
    with pytest.raises(NotFittedError):
        getattr(make(1), method)(UNSEEN)


def test_nothing_is_saved_before_fitting(make, tmp_path):
    with pytest.raises(NotFittedError):
        make(1).save(tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_is_not_enough(make, label):
    with pytest.raises(LabelError):
        make(1).fit(TEXTS, np.full(len(TEXTS), label), families=FAMILIES)


def test_texts_and_labels_must_be_as_many(make):
    with pytest.raises(ValueError):
        make(1).fit(TEXTS, LABELS[:-1])


def test_those_that_read_texts_themselves_compare_them_and_those_made_of_others_do_not(
    name, fitted
):
    assert isinstance(fitted, Compares) == (name in COMPARING)


@pytest.mark.parametrize("name", COMPARING)
def test_similarities_are_cosines_of_every_pair(fitted):
    found = fitted.similarities(TEXTS[:3], [*TEXTS[:3], "oak"])

    assert found.shape == (3, 4)
    np.testing.assert_allclose(np.diag(found), 1.0, atol=1e-6)
    np.testing.assert_allclose(found[:, :3], found[:, :3].T, atol=1e-6)
    assert (np.abs(found) <= 1 + 1e-6).all()
    assert fitted.similarities([], TEXTS[:2]).shape == (0, 2)
