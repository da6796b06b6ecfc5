"""A model card says what is known, in every case, and says so where it is not."""

import pytest
from made_bundles import (
    encoder_experiment,
    made_calibration,
    made_certificate,
    made_manifest,
    made_metrics,
    made_training,
    stack_experiment,
)

from html_page import HtmlPage
from patsieve.screening.card.build import model_card
from patsieve.screening.card.decisions import known_of
from patsieve.screening.card.facts import CardFacts
from patsieve.screening.card.html import to_html
from patsieve.screening.certificate import CROSS_FITTED, LIMITS, certificate_from_json
from patsieve.screening.certificate_words import certificate_sentences
from patsieve.screening.chosen import choose, kept_scores
from patsieve.screening.evaluation_words import METRIC_LABELS, calibration_sentence
from patsieve.screening.manifest import ThresholdFacts
from patsieve.screening.purpose import Purpose


def page_of(training=None, **changes):
    told = made_training() if training is None else training
    return HtmlPage(to_html(model_card(CardFacts(made_manifest(**changes), told))))


@pytest.fixture(scope="module")
def page():
    return page_of()


def shown(value):
    return f"{value:.3f}".replace("-", "−")


def test_every_metric_is_read_back_as_the_manifest_has_it(page):
    metrics = made_metrics()

    for name, label in METRIC_LABELS.items():
        [row] = [row for row in page.rows if row[0].startswith(f"{label} ")]
        value, low, high = (metrics[name][key] for key in ("value", "low", "high"))
        assert row[1:] == [shown(value), f"{shown(low)} to {shown(high)}"], name


def test_the_reads_for_a_recall_are_whole_records(page):
    reads = made_metrics()["reads_for_95_recall"]

    [row] = [row for row in page.rows if row[0].startswith("records to read for 95 % recall")]
    assert row[1] == f"{reads['value']:.0f}"
    assert f"{reads['value']:.0f} of 120" in page.text


def test_what_is_found_by_reading_from_the_top(page):
    at_k = made_metrics()["recall_at_k"]

    assert list(at_k) == ["10", "20", "50", "100"]
    for k, of in at_k.items():
        ends = f"{shown(of['low'])} to {shown(of['high'])}"
        assert [k, shown(of["value"]), ends] in page.rows


def test_the_confusion_matrix_is_put_into_words(page):
    (tn, fp), (fn, tp) = made_metrics()["confusion_matrix"]

    assert (
        f"At its threshold, 0.500: of 40 relevant records it calls {tp} relevant and misses {fn}; "
        f"of 80 irrelevant records it leaves {tn} aside and calls {fp} relevant by mistake."
    ) in page.text
    assert f"{tp} of 40 relevant test records are called relevant" in page.text
    assert f"{tp} of {tp + fp} test records that are called relevant are so" in page.text


def test_the_data_are_told_as_they_were_recorded(page):
    assert "usable labelled records 420 records, 140 of them relevant, in 210 families" in page.text
    assert "learnt from 300 records, 100 of them relevant" in page.text
    assert "prevalence (share of relevant ones) 33.3 %" in page.text
    assert "fields read title, claims" in page.text
    assert f"SHA-256 of its records {'d1' * 32}" in page.text
    assert "left out 2 records with a blank label" in page.text
    assert ["validation", "80", "27", "33.8 %", "40"] in page.rows
    assert "No family stands on two sides." in page.text


def test_the_making_is_told_as_it_was_recorded(page):
    for told in (
        "in a sentence Words and a line.",
        "seed 7",
        "libraries numpy 2.3.1, scikit-learn 1.8.0",
        "commit of the folder it was made in c0ffee",
        "Study: 78.",
    ):
        assert told in page.text


@pytest.mark.parametrize(
    ("by", "named", "manner"),
    [
        ("family", None, "By family, at random, relevant and irrelevant records in the same"),
        ("column", "part", "As the column “part” of the file says."),
        ("date", None, "By date: the newest families are for testing."),
        ("file", "other.csv", "Tests are on a file of its own, “other.csv”"),
    ],
)
def test_each_manner_of_splitting_has_its_words(by, named, manner):
    split = {**made_training()["split"], "by": by, "named": named}

    assert manner in page_of(made_training(split=split)).text


def test_a_part_without_records_has_no_row():
    split = made_training()["split"]
    none = {"n_records": 0, "n_relevant": 0, "n_families": 0}
    parts = {**split["parts"], "test": none}

    page = page_of(made_training(split={**split, "parts": parts}))

    assert [row[0] for row in page.rows if row[0] in ("training", "test")] == ["training"]


def test_claims_are_held_against_what_was_seen_with_counts(page):
    for one in made_training()["reliability"]:
        assert [
            f"{one['start']:.1f} to {one['end']:.1f}",
            f"{one['n_relevant']} of {one['n_records']}",
            shown(one["claimed"]),
            shown(one["n_relevant"] / one["n_records"]),
            f"{shown(one['expected_low'])} to {shown(one['expected_high'])}",
        ] in page.rows


def test_whether_probabilities_can_be_believed_is_said_as_on_the_screen(page):
    check = calibration_sentence(made_metrics()["calibration_check"])

    assert f"C{check[1:]}." in page.text


def test_the_calibrator_is_told_with_its_reason_and_what_was_tried():
    loss = {"log_loss": 0.4, "brier": 0.1234, "is_harmless": True, "behind": 0.0, "doubt": 0.0}
    choice = {
        "calibrator": "platt",
        "reason": "probabilities are calibrated by platt: it is better",
        "losses": {"identity": {**loss, "log_loss": 0.5}, "platt": loss},
    }

    page = page_of(made_training(calibration=choice), kind="calibrated")

    assert "Probabilities are calibrated by platt: it is better." in page.text
    assert ["platt", "0.400", "0.1234"] in page.rows
    assert "Inside it, calibrators were compared (above)." in page.text


def test_a_promise_stands_in_the_card_word_by_word():
    kept = made_certificate()
    certificate = certificate_from_json(kept)
    page = page_of(
        certificate=kept, threshold=ThresholdFacts(value=kept["threshold"], purpose="recall 0.9")
    )

    sentences = certificate_sentences(certificate)
    assert kept["given"]
    for told in sentences[: sentences.index("it does not hold for")]:
        assert f"{told[0].upper()}{told[1:]}." in page.text
    assert "90 % promised" in page.text
    assert "Nothing is promised" not in page.text


def test_a_refusal_is_as_loud_as_on_the_screen():
    kept = made_certificate(recall=0.99)
    page = page_of(
        certificate=kept, threshold=ThresholdFacts(value=kept["threshold"], purpose="recall 0.99")
    )

    assert not kept["given"]
    assert f"NO PROMISE: {kept['reason']}." in page.text
    assert "no promise says how much of what is relevant may be there" in page.text


def test_without_a_recall_nothing_is_promised_and_one_is_told_how_to_ask(page):
    assert "Nothing is promised: a promise comes with a recall as the purpose." in page.text
    assert "patsieve score BUNDLE new.csv --out ranked.xlsx --recall 0.95" in page.text


def test_a_bundle_that_cannot_promise_is_to_be_trained_anew():
    calibration = {name: made_calibration()[name] for name in ("labels", "probabilities")}

    page = page_of(calibration=calibration)

    assert "patsieve train labelled.csv --experiment EXPERIMENT --recall 0.95" in page.text
    assert "--out ranked.xlsx --recall" not in page.text


def test_a_recall_from_before_promises_says_so():
    page = page_of(threshold=ThresholdFacts(value=0.3, purpose="recall 0.95"))

    assert "No promise is recorded: the bundle is older than promises are." in page.text


@pytest.mark.parametrize(
    "purpose",
    [
        Purpose("precision", 0.8),
        Purpose("precision", 0.999),
        Purpose("cost", 20.0, cost_read=2.0),
        Purpose("max-f1", None),
        Purpose("max-mcc", None),
        Purpose("budget", 50),
        Purpose("fixed", 0.25),
    ],
    ids=str,
)
def test_what_is_known_of_a_threshold_is_what_was_known_when_it_was_chosen(purpose):
    scores = kept_scores(made_manifest())
    chosen = choose(purpose, scores)
    manifest = made_manifest(
        threshold=ThresholdFacts(value=chosen.value, purpose=str(purpose), budget=purpose.budget)
    )

    assert known_of(manifest) == chosen


def test_costs_and_evidence_are_told():
    page = page_of(
        threshold=ThresholdFacts(value=0.1, purpose="least cost: 20.0 a miss, 2.0 a read")
    )

    assert "Costs a record there: " in page.text
    assert "On 300 labelled records that were not trained on: precision " in page.text


def test_a_budget_is_told_in_records():
    page = page_of(threshold=ThresholdFacts(value=0.4, purpose="budget of 50 records", budget=50))

    assert "The first 50 records of a file, whatever their probability." in page.text
    assert "As many records are called relevant as before." in page.text


@pytest.mark.parametrize(
    ("threshold", "told"),
    [
        (ThresholdFacts(value=0.5, purpose="probability 0.5"), "The threshold then stays"),
        (ThresholdFacts(value=0.5, purpose="largest MCC"), "The threshold then moves along"),
    ],
)
def test_what_another_prevalence_does_to_the_threshold(threshold, told):
    assert told in page_of(threshold=threshold).text


def test_out_of_fold_figures_are_called_so():
    page = page_of(test_metrics=None, out_of_fold_metrics=made_metrics())

    assert (
        "Measured out of fold on all labelled records: 120 records, 40 of them relevant (33.3 %), "
        "in 60 families. Each of them was scored by models that had not seen its family"
    ) in page.text
    assert "test records" not in page.text


def test_test_figures_are_called_so(page):
    assert (
        "Measured on test records, of whose families it has seen none: 120 records, 40 of them "
        "relevant (33.3 %), in 60 families."
    ) in page.text
    assert "out of fold" not in page.text.partition("Can its probabilities")[0]


def test_every_limit_of_a_promise_is_one_of_the_card(page):
    for limit in (*LIMITS, CROSS_FITTED):
        assert limit in page.text
    assert "patents in another language than the labelled ones" in page.text
    assert "it reads title, claims" in page.text


def test_a_model_whose_scores_are_its_own_has_a_limit_less():
    assert CROSS_FITTED not in page_of(cross_fitted=False).text


def test_an_encoder_tells_its_stages_epochs_and_cut_texts():
    training = made_training(
        best_epoch=3,
        averaged_epochs=[2, 3, 4],
        stop_reason="all 4 epochs were run",
        prior_shift=0.8472,
        n_truncated=30,
        max_tokens=384,
        fresh_tensors=["pooler.dense.weight"],
        history=[{}, {}, {}, {}],
    )
    page = page_of(
        training,
        kind="encoder",
        experiment=encoder_experiment(),
        pretrained="a/checkpoint",
        cross_fitted=False,
    )

    for told in (
        "checkpoint it started from a/checkpoint",
        "epochs 4",
        "training ended because all 4 epochs were run",
        "weights the mean of those after epochs 2, 3, 4",
        "taken off the log-odds, for balanced draws or class weights 0.847",
        "not in the checkpoint, so begun anew pooler.dense.weight",
        "texts cut 30 of 300 (10 %), after 384 tokens",
    ):
        assert told in page.text
    assert ["head", "classifier", "0.001", "at once"] in page.rows
    assert [
        "top",
        "classifier, encoder.5, 2.5 % more of the encoder each time; classifier at 0.0005",
        "1e-05",
        "at epoch 3 or after 2 epochs without improvement and at each further plateau",
    ] in page.rows


def test_a_stack_tells_its_parts_and_why_they_are_weighed_so():
    fits = {
        "average": {"log_loss": 0.35, "brier": 0.1},
        "logistic": {"log_loss": 0.3, "brier": 0.09},
    }
    choice = {"name": "logistic", "reason": "logistic regression weighs best", "tried": fits}

    page = page_of(made_training(meta=choice), kind="stacking", experiment=stack_experiment())

    assert "stacked bag-of-words, titles" in page.text
    assert "/secret/place" not in page.text
    assert "the weights were learnt from out-of-fold scores, 3 folds by family" in page.text
    assert "Logistic regression weighs best." in page.text
    assert ["logistic regression", "0.300", "0.0900"] in page.rows
    assert "Inside it, ways to weigh its parts were compared (above)." in page.text


def test_the_scores_of_another_system_are_no_text():
    column = {"name": "old", "kind": "column", "column": {"name": "old score"}}

    page = page_of(kind="column", experiment=column)

    assert "kind the scores of another system, from a column of the file" in page.text
    assert "read of a record the column “old score”, no text" in page.text
    assert "records whose column “old score” was filled by another system" in page.text
    assert "fields read" not in page.text
    assert "it reads title" not in page.text


def test_a_plain_average_has_learnt_nothing():
    page = page_of(kind="stacking", experiment=stack_experiment(meta="average"))

    assert "weighed by the plain average" in page.text
    assert "the weights were learnt from" not in page.text


def test_an_old_bundle_says_what_it_has_not_kept():
    page = page_of(
        {},
        experiment={"kind": "stacking", "stacking": {"bases": ["a"], "meta": "chosen"}},
        kind="stacking",
        libraries={},
        commit=None,
        test_metrics=None,
        calibration=None,
        cross_fitted=None,
        notes=(),
    )

    for told in (
        "How it was done is not recorded.",
        "How good it is That is not recorded.",
        "Whether they can is not recorded.",
        "What was claimed against what was seen is not recorded.",
        "Whether a calibrator was tried is not recorded.",
        "Why it was chosen is not recorded.",
        "usable labelled records not recorded",
        "libraries not recorded",
        "commit of the folder it was made in not recorded",
        "in a sentence not recorded",
        "Nothing unusual was noted",
    ):
        assert told in page.text
    assert "None" not in page.text
    assert "nan" not in page.text.split()


def test_a_value_that_is_not_a_number_is_a_dash():
    page = page_of(test_metrics={"mcc": {"value": 1.0, "low": None, "high": float("nan")}})

    assert [
        "MCC decisions against labels; 1 at best, 0 is guessing",
        "1.000",
        "– to –",
    ] in page.rows
    assert "How many it calls rightly and wrongly is not recorded." in page.text


def test_nothing_that_was_found_is_no_precision():
    metrics = {**made_metrics(), "confusion_matrix": [[80, 0], [40, 0]], "threshold": 1.0}

    page = page_of(test_metrics=metrics)

    assert "0 of 40 relevant test records are called relevant" in page.text
    assert "that are called relevant are so" not in page.text
