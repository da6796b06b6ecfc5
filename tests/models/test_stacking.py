"""A stack: what its meta-classifier learns from, what the bases see, and how it is kept."""

import json
from functools import partial

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from patsieve.errors import BundleError, LabelError, PatsieveWarning, UsageError
from patsieve.finetuning.events import Callback
from patsieve.models.bag_of_words import BagOfWordsClassifier
from patsieve.models.base import CrossFitted, LabelledTexts
from patsieve.models.meta import AverageMeta, LogisticMeta, XGBoostMeta
from patsieve.models.stacking import StackingClassifier

N_RECORDS = 120


class Memory(BaseEstimator):
    """Knows every text that it was trained on by heart, and nothing of all others."""

    kind = "memory"

    def __init__(self, log=None):
        self.log = [] if log is None else log

    def listen(self, *callbacks, run_folder=None):
        self.heard_by, self.run_folder = callbacks, run_folder
        return self

    def fit(self, X, y, *, families=None, validation=None):
        self.known = dict(zip(X, np.asarray(y).tolist(), strict=True))
        self.families, self.validation = families, validation
        self.log.append(self)
        return self

    def predict_proba(self, X):
        relevant = np.array([{0: 0.01, 1: 0.99}.get(self.known.get(text), 0.5) for text in X])
        return np.column_stack([1 - relevant, relevant])

    def save(self, folder):
        (folder / "known.json").write_text(json.dumps(self.known), encoding="utf-8")

    @classmethod
    def load(cls, folder):
        memory = cls()
        memory.known = json.loads((folder / "known.json").read_text(encoding="utf-8"))
        return memory


class Sharing(Memory):
    """Remembers what it was given to share."""

    def share(self, *, first_stages=None, activations=None):
        self.shared = (first_stages, activations)
        return self


class Hint(Memory):
    """Reads a noisy hint off the text: out of sample as good as in sample."""

    kind = "hint"

    def predict_proba(self, X):
        relevant = np.array([float(text.split()[1]) for text in X])
        return np.column_stack([1 - relevant, relevant])


CLASSES = {"memory": Memory, "hint": Hint, "bag-of-words": BagOfWordsClassifier}


def hinted_records(seed=0, n=N_RECORDS):
    """Texts with a number and a hint of their label; 40 % are relevant, families have three."""
    rng = np.random.default_rng(seed)
    families = np.arange(n) // 3
    labels = (families % 5 < 2).astype(np.int64)
    hints = 1 / (1 + np.exp(-(2 * labels - 1 + rng.normal(0, 1.0, n))))
    return [f"{seed}-{i} {hint:.4f}" for i, hint in enumerate(hints)], labels, families


TEXTS, LABELS, FAMILIES = hinted_records()
NEW_TEXTS, NEW_LABELS, _ = hinted_records(1, 600)


def stack(log=None, **more):
    bases = {"memory": partial(Memory, log), "hint": partial(Hint, log)}
    return StackingClassifier(bases, **more)


def fitted(**more):
    return stack(**more).fit(TEXTS, LABELS, families=FAMILIES)


def log_loss(model, texts=NEW_TEXTS, labels=NEW_LABELS):
    probabilities = model.predict_proba(texts)[np.arange(len(labels)), labels]
    return -np.log(np.clip(probabilities, 1e-9, 1)).mean()


@pytest.mark.parametrize("meta", ["logistic", "xgboost"])
def test_out_of_fold_scores_show_who_only_remembers(meta):
    model = fitted(meta=meta)

    # Nothing that a memory says out of fold is worth anything: it says one half of everything.
    assert (model.scores_[:, 0] == 0.5).all()
    assert np.corrcoef(model.scores_[:, 1], LABELS)[0, 1] > 0.5
    assert np.mean(model.predict(NEW_TEXTS) == NEW_LABELS) > 0.7


@pytest.mark.parametrize("meta", ["logistic", "xgboost"])
def test_in_sample_scores_make_the_stack_believe_a_memory_and_it_says_so(meta):
    with pytest.warns(PatsieveWarning, match="in-sample scores, which flatter"):
        believer = fitted(meta=meta, scores="in-sample")

    assert set(believer.scores_[:, 0]) == {0.01, 0.99}
    # Perfect where it has learnt, and worse than the sceptic everywhere else.
    assert (believer.predict(TEXTS) == LABELS).all()
    assert log_loss(believer, TEXTS, LABELS) < log_loss(fitted(meta=meta), TEXTS, LABELS)
    assert np.ptp(believer.predict_proba(NEW_TEXTS)[:, 1]) < 0.5
    assert log_loss(believer) > log_loss(fitted())


def test_probabilities_are_at_the_prevalence_of_the_training_records():
    model = fitted()

    mean = model.meta_.predict(model.scores_).mean()

    assert mean == pytest.approx(LABELS.mean(), abs=1e-3)


def test_the_average_is_the_mean_and_trains_each_base_once():
    log = []
    model = stack(log, meta="average").fit(TEXTS, LABELS, families=FAMILIES)

    assert len(log) == 2
    hints = [float(text.split()[1]) for text in NEW_TEXTS[:5]]
    np.testing.assert_allclose(
        model.predict_proba(NEW_TEXTS[:5])[:, 1], [(0.5 + hint) / 2 for hint in hints]
    )


def test_folds_keep_families_whole_and_the_bases_end_with_all_records():
    log = []
    validation = LabelledTexts(NEW_TEXTS[:9], NEW_LABELS[:9])
    stack(log, n_folds=4).fit(TEXTS, LABELS, families=FAMILIES, validation=validation)

    *of_folds, last_memory, last_hint = log
    assert len(of_folds) == 2 * 4
    for base in of_folds:
        left_out = set(TEXTS) - set(base.known)
        kept_families = set(base.families.tolist())
        assert left_out
        assert {FAMILIES[TEXTS.index(text)] for text in left_out}.isdisjoint(kept_families)
    assert len(last_memory.known) == len(last_hint.known) == N_RECORDS
    assert all(base.validation is validation for base in log)


class FoldsHeard(Callback):
    """Remembers which trainings on folds it was told of."""

    def __init__(self):
        self.heard = []

    def on_fold_begin(self, name, fold, n_folds):
        self.heard.append((name, fold, n_folds))


def test_callbacks_hear_the_bases_but_not_the_folds_and_nobody_shares_a_folder(tmp_path):
    log, callback = [], Callback()
    stack(log, n_folds=2).listen(callback, run_folder=tmp_path).fit(
        TEXTS, LABELS, families=FAMILIES
    )

    assert [base.heard_by for base in log] == [(), (), (), (), (callback,), (callback,)]
    assert [base.run_folder.relative_to(tmp_path).as_posix() for base in log] == [
        "base-1-fold-1",
        "base-2-fold-1",
        "base-1-fold-2",
        "base-2-fold-2",
        "base-1-all",
        "base-2-all",
    ]


def test_callbacks_are_told_before_each_training_that_only_scores_a_fold():
    log, callback = [], FoldsHeard()
    model = stack(log, n_folds=2).listen(callback)
    model.fit(TEXTS, LABELS, families=FAMILIES)

    assert callback.heard == [(name, fold, 2) for fold in (1, 2) for name in model.bases]


@pytest.mark.parametrize("meta", ["logistic", "xgboost", "average"])
def test_a_saved_stack_gives_the_same_probabilities(meta, tmp_path):
    model = fitted(meta=meta)
    model.save(tmp_path)

    loaded = StackingClassifier.load(tmp_path, classes=CLASSES)

    np.testing.assert_array_equal(loaded.predict_proba(NEW_TEXTS), model.predict_proba(NEW_TEXTS))
    assert list(loaded.bases_) == ["memory", "hint"]
    assert (loaded.meta, loaded.scores, loaded.n_folds) == (meta, "out-of-fold", 5)


def test_a_base_of_an_unknown_kind_is_refused(tmp_path):
    fitted(meta="average").save(tmp_path)

    with pytest.raises(BundleError, match=r"'hint' of kind 'hint'; known here are memory"):
        StackingClassifier.load(tmp_path, classes={"memory": Memory})
    with pytest.raises(BundleError, match="known here are none"):
        StackingClassifier.load(tmp_path)


def test_a_stack_of_another_format_is_refused(tmp_path):
    fitted(meta="average").save(tmp_path)
    file = tmp_path / "stacking.json"
    file.write_text(file.read_text().replace('"format": 1', '"format": 9'))

    with pytest.raises(BundleError, match=r"has format 9; this version of patsieve reads format 1"):
        StackingClassifier.load(tmp_path, classes=CLASSES)


def test_one_class_is_refused_before_a_base_is_trained():
    log = []

    with pytest.raises(LabelError, match="some of each; the labels here are 1"):
        stack(log).fit(TEXTS, np.ones(N_RECORDS, dtype=int))

    assert log == []


def test_too_few_families_for_the_folds_are_refused():
    with pytest.raises(LabelError, match="fold"):
        stack().fit(TEXTS[:12], LABELS[:12], families=np.repeat([0, 1], 6))


def test_an_untrained_stack_scores_nothing():
    with pytest.raises(NotFittedError):
        stack().predict_proba(TEXTS)


def test_a_logistic_meta_weighs_log_odds():
    meta = LogisticMeta()
    meta.weights, meta.constant = np.array([1.0, 0.5]), 0.0

    # Odds 3 and 4: 3 * sqrt(4) = 6 to 1.
    assert meta.predict(np.array([[0.75, 0.8]])) == pytest.approx([6 / 7])
    assert meta.predict(np.array([[0.0, 0.0], [1.0, 1.0]])) == pytest.approx([0, 1], abs=1e-6)


def test_trees_are_the_same_for_the_same_records():
    scores = np.random.default_rng(0).random((60, 2))
    labels = (scores[:, 0] > 0.5).astype(np.int64)

    first, second = (XGBoostMeta(3).fit(scores, labels).predict(scores) for _ in range(2))

    np.testing.assert_array_equal(first, second)
    assert ((first > 0.5) == labels).all()


def test_no_records_are_no_trouble_for_any_meta():
    scores, labels = np.array([[0.1, 0.2], [0.8, 0.9]] * 5), np.array([0, 1] * 5)
    for meta in (AverageMeta(), LogisticMeta(), XGBoostMeta(0)):
        assert meta.fit(scores, labels).predict(np.empty((0, 2))).shape == (0,)


def test_bases_share_what_the_stack_shares_and_first_stages_only_where_others_train_alike(tmp_path):
    log, store = [], object()
    bases = {"sharing": partial(Sharing, log), "alone": partial(Memory, [])}
    stack = StackingClassifier(bases, n_folds=3).share(first_stages=tmp_path, activations=store)
    texts, labels, _ = hinted_records()
    stack.fit(texts, labels)

    *of_folds, of_all = [base.shared for base in log]
    assert of_folds == [(None, store)] * 3
    assert of_all == (tmp_path, store)


def test_a_chosen_meta_classifier_is_kept_with_what_spoke_for_it(tmp_path):
    model = fitted(meta="chosen")
    model.save(tmp_path)
    loaded = StackingClassifier.load(tmp_path, classes=CLASSES)

    assert loaded.choice_ == model.choice_
    assert loaded.meta == "chosen"
    # Half of what the average believes is a memory that knows nothing.
    assert model.choice_.name == "logistic"
    np.testing.assert_array_equal(loaded.predict_proba(NEW_TEXTS), model.predict_proba(NEW_TEXTS))


def test_a_stack_from_before_choices_reads_as_it_did(tmp_path):
    model = fitted(meta="logistic")
    model.save(tmp_path)
    facts = json.loads((tmp_path / "stacking.json").read_text())
    assert facts.pop("choice") is None
    (tmp_path / "stacking.json").write_text(json.dumps(facts))

    loaded = StackingClassifier.load(tmp_path, classes=CLASSES)

    assert loaded.choice_ is None
    np.testing.assert_array_equal(loaded.predict_proba(NEW_TEXTS), model.predict_proba(NEW_TEXTS))


@pytest.mark.parametrize("meta", ["logistic", "chosen"])
def test_what_the_stack_says_out_of_fold_is_what_it_says_of_strangers(meta):
    texts, labels, families = hinted_records(3, 900)
    model = stack(meta=meta).fit(texts, labels, families=families)
    loss = -np.log(np.where(labels == 1, model.out_of_fold_, 1 - model.out_of_fold_)).mean()

    # The memory is right about every text that it has seen: it has not seen these.
    assert loss == pytest.approx(log_loss(model), abs=0.05)
    assert log_loss(model, texts, labels) == pytest.approx(loss, abs=0.2)
    assert np.abs(model.out_of_fold_ - model.meta_.predict(model.scores_)).max() > 0


@pytest.mark.parametrize("settings", [{"meta": "average"}, {"scores": "in-sample"}])
@pytest.mark.filterwarnings("ignore:the meta-classifier learns from in-sample")
def test_who_does_not_cross_fit_does_not_say_it_did(settings):
    assert not isinstance(fitted(**settings), CrossFitted)
    assert isinstance(fitted(), CrossFitted)


def test_in_sample_scores_choose_nothing():
    with pytest.raises(UsageError, match="chosen by out-of-fold scores"):
        fitted(meta="chosen", scores="in-sample")
