"""Classic rankers on words, by scikit-learn."""

from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from patsieve.corpus.splits import family_folds
from rankers.tasks import Task

_ALPHAS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def logistic_regression(task: Task) -> NDArray[np.float64]:
    """TF-IDF of words and pairs of words, logistic regression with balanced class weights."""
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        LogisticRegression(class_weight="balanced", max_iter=2000),
    )
    model.fit(task.texts(task.training), task.labels(task.training))
    relevant: NDArray[np.float64] = model.predict_proba(task.texts(task.test))[:, 1]
    return relevant


def naive_bayes(task: Task) -> NDArray[np.float64]:
    """Naive Bayes, its kind, its features and its smoothing by cross-validation over families."""
    texts, labels = task.texts(task.training), task.labels(task.training)
    inner = family_folds(labels, task.families(task.training), n_folds=5, seed=task.seed)

    def quality(candidate: tuple[str, str, float]) -> float:
        found = []
        for training, test in inner:
            model = _naive_bayes(*candidate).fit([texts[i] for i in training], labels[training])
            scores = model.predict_proba([texts[i] for i in test])[:, 1]
            found.append(average_precision_score(labels[test], scores))
        return float(np.mean(found))

    candidates = product(("multinomial", "complement"), ("counts", "tf-idf"), _ALPHAS)
    model = _naive_bayes(*max(candidates, key=quality)).fit(texts, labels)
    relevant: NDArray[np.float64] = model.predict_proba(task.texts(task.test))[:, 1]
    return relevant


def elas_u4(task: Task) -> NDArray[np.float64]:
    """ASReview's ELAS u4 with the settings of its release 3.0, trained once on all labels.

    A linear SVM (squared hinge, C = .11) on TF-IDF of words and pairs of words, where all
    relevant records together weigh 9.8 times as much as all others. Held against that package's
    own feature extractor, balancer and classifier (3.0.8, genomeediting): the same order, distances
    within 1e-5.
    """
    labels = task.labels(task.training)
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1, max_df=0.95),
        LinearSVC(loss="squared_hinge", C=0.11, max_iter=5000),
    )
    model.fit(task.texts(task.training), labels, linearsvc__sample_weight=_balanced(labels, 9.8))
    # A rising function of the distance that is .5 on the plane: no probability, but its threshold.
    relevant: NDArray[np.float64] = expit(model.decision_function(task.texts(task.test)))
    return relevant


def _naive_bayes(kind: str, features: str, alpha: float) -> Pipeline:
    vectorizer = (
        CountVectorizer(min_df=2)
        if features == "counts"
        else TfidfVectorizer(sublinear_tf=True, min_df=2)
    )
    made = MultinomialNB if kind == "multinomial" else ComplementNB
    return make_pipeline(vectorizer, made(alpha=alpha))


def _balanced(labels: NDArray[np.int64], ratio: float) -> NDArray[np.float64]:
    """Return weights that add up to the records, all relevant ones `ratio` times the others."""
    relevant = labels == 1
    of_each = np.where(relevant, ratio / relevant.sum(), 1 / (~relevant).sum())
    weights: NDArray[np.float64] = of_each * len(labels) / (ratio + 1)
    return weights
