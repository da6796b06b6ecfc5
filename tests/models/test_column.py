"""The scores of another system as a classifier."""

import numpy as np
import pytest
from scipy.special import expit, logit

from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import TextRecipe
from patsieve.errors import BundleError, DataError, LabelError, MissingColumnError, UsageError
from patsieve.models.column import ColumnClassifier
from patsieve.models.platt import Platt


def texts_with(cells, column="Old Score"):
    """Return texts of records with one cell each in a column of the user's."""
    recipe = TextRecipe()
    return [
        recipe.compose(PatentRecord(row=i, title="cathode", columns={column: str(cell)}))
        for i, cell in enumerate(cells, 1)
    ]


def scored(seed, n=300, *, slope=2.0):
    """Return scores on any scale, and labels that follow them."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(50, 10, n)
    return scores, (rng.random(n) < expit(slope * (scores - 52) / 10)).astype(np.int64)


def test_it_learns_what_a_score_is_worth():
    scores, labels = scored(0, 4000)
    model = ColumnClassifier("old_score").fit(texts_with(scores), labels)
    probabilities = model.predict_proba(texts_with([42, 52, 62]))[:, 1]

    # The scores were made so that these are the probabilities.
    np.testing.assert_allclose(probabilities, expit([-2, 0, 2]), atol=0.05)
    assert model.predict(texts_with([42, 62])).tolist() == [0, 1]


def test_shares_are_read_as_probabilities_and_their_log_odds_are_platts():
    rng = np.random.default_rng(1)
    shares = rng.uniform(0.01, 0.99, 500)
    labels = (rng.random(500) < expit(0.5 * logit(shares) - 1)).astype(np.int64)
    model = ColumnClassifier("old_score").fit(texts_with(shares), labels)

    own = Platt.fit(logit(shares), labels)
    np.testing.assert_allclose(
        model.predict_proba(texts_with(shares))[:, 1], own.probabilities(logit(shares)), atol=1e-5
    )


def test_a_low_number_can_be_a_good_one():
    scores, labels = scored(2)
    model = ColumnClassifier("old score", higher_is_relevant=False)
    model.fit(texts_with(100 - scores), labels)
    other = ColumnClassifier("old score").fit(texts_with(scores), labels)

    np.testing.assert_allclose(
        model.predict_proba(texts_with(100 - scores)), other.predict_proba(texts_with(scores))
    )


def test_a_decimal_comma_is_read():
    scores, labels = scored(3)
    model = ColumnClassifier("OLD SCORE").fit(texts_with(scores), labels)
    np.testing.assert_array_equal(
        model.predict_proba(texts_with(["51,5"])), model.predict_proba(texts_with(["51.5"]))
    )


@pytest.mark.parametrize("shares", [True, False])
def test_it_reads_back_as_it_was_saved(shares, tmp_path):
    scores, labels = scored(4)
    scores = expit((scores - 50) / 10) if shares else scores
    model = ColumnClassifier("old_score", higher_is_relevant=shares)
    model.fit(texts_with(scores), labels).save(tmp_path)
    again = ColumnClassifier.load(tmp_path)

    texts = texts_with(scores)
    np.testing.assert_array_equal(again.predict_proba(texts), model.predict_proba(texts))
    assert again.get_params() == model.get_params()


def test_another_format_is_refused(tmp_path):
    scores, labels = scored(5)
    ColumnClassifier("old_score").fit(texts_with(scores), labels).save(tmp_path)
    file = tmp_path / "column.json"
    file.write_text(file.read_text().replace('"format": 1', '"format": 7'))

    with pytest.raises(BundleError, match="format 7"):
        ColumnClassifier.load(tmp_path)


def test_what_cannot_be_read_is_said_with_where_and_what():
    scores, labels = scored(6, 20)
    labels[:2] = 0, 1
    model = ColumnClassifier("old_score")

    with pytest.raises(DataError, match=r"no number in rows 3, 5, first 'high'"):
        model.fit(texts_with([1, 2, "high", 4, "", *scores[5:]]), labels)
    with pytest.raises(MissingColumnError, match=r"'old_score'.*none of that name; it has 'other'"):
        model.fit(texts_with(scores, "other"), labels)
    with pytest.raises(UsageError, match="plain texts have none"):
        model.fit(["a"] * 20, labels)
    with pytest.raises(LabelError, match="some of each"):
        model.fit(texts_with(scores), np.zeros(20, dtype=int))


def test_a_score_beyond_the_shares_it_was_taught_is_refused():
    rng = np.random.default_rng(7)
    model = ColumnClassifier("old_score").fit(texts_with(rng.random(40)), np.arange(40) % 2)

    with pytest.raises(DataError, match="holds 83; all scores that the model learnt from"):
        model.predict_proba(texts_with([0.5, 83]))


def test_scores_that_are_all_alike_say_the_prevalence():
    labels = np.array([1, 0, 0, 0] * 25)
    model = ColumnClassifier("old_score").fit(texts_with([7] * 100), labels)

    assert model.predict_proba(texts_with([7]))[0, 1] == pytest.approx(0.25, abs=0.02)
    assert model.predict_proba([]).shape == (0, 2)
