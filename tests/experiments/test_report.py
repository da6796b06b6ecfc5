"""The report of a demo says what was found, stands alone, and can be read by everybody."""

import base64
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from html_page import HtmlPage
from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.errors import OutputError
from patsieve.experiments.demo_folder import DemoFolder
from patsieve.experiments.demo_outcome import (
    DemoOutcome,
    RankedPatent,
    RankedPile,
    ReadingDepth,
    next_steps,
    rank_pile,
    reading_sentence,
    signed,
    verdict,
)
from patsieve.experiments.outcome import TrainOutcome
from patsieve.experiments.paired import paired_differences
from patsieve.experiments.partition import Partition
from patsieve.experiments.report import render_report, write_report
from patsieve.finetuning.events import EpochRecord
from patsieve.metrics.evaluation import evaluate_scores
from patsieve.metrics.intervals import Estimate
from patsieve.metrics.scored import Scored
from patsieve.screening.chosen import ChosenThreshold

N_TEST = 40


def corpus(n_records, start=0):
    records = [
        PatentRecord(row=start + i + 1, title=f"cathode {start + i}", label=int(i % 4 == 0))
        for i in range(n_records)
    ]
    return Corpus(records, np.arange(start, start + n_records) // 2)


def epoch(number, stage):
    values = {
        "loss": 0.6 / number,
        "accuracy": 0.8,
        "f1_relevant": 0.7,
        "mcc": 0.6,
        "average_precision": 0.7 + 0.05 * number,
    }
    return EpochRecord(
        epoch=number,
        stage=("head", "top")[stage],
        stage_index=stage,
        stage_round=1,
        training=values,
        validation=values,
        learning_rates={"classifier": 1e-3},
        trainable_parameters=12_345,
        records_per_second=10.0,
        seconds=1.0,
    ).as_json()


def trained(folder, partition, experiment, *, sharpness, training):
    noise = np.random.default_rng(len(experiment)).random(N_TEST)
    probabilities = sharpness * partition.test.labels + (1 - sharpness) * noise
    test = evaluate_scores(
        partition.test.labels, probabilities, families=partition.test.families, n_resamples=100
    )
    return TrainOutcome(
        bundle=folder.bundles[experiment],
        experiment=experiment,
        partition=partition,
        learnt=partition.training,
        judged=partition.test,
        evaluation=test,
        probabilities=probabilities,
        chosen=ChosenThreshold(test.threshold),
        training=training,
        run_id="",
    )


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """A demo that found the encoder better, with a title that is no HTML."""
    folder = DemoFolder(tmp_path_factory.mktemp("demo"), ("bag-of-words", "recommended"))
    parts = (corpus(80), corpus(20, 80), corpus(N_TEST, 100))
    partition = Partition(corpus(140), *parts, notes=("read claims from 'first_claim'",))
    history = [epoch(1, 0), epoch(2, 0), epoch(3, 1)]
    training = {"best_epoch": 3, "n_truncated": 7, "history": history}
    old = trained(folder, partition, "bag-of-words", sharpness=0.2, training={})
    new = trained(folder, partition, "recommended", sharpness=0.5, training=training)
    patents = tuple(
        RankedPatent(
            rank=rank,
            probability=1 / rank,
            decision="relevant" if rank <= 2 else "not relevant",
            publication_number=f"EP{rank}A1",
            title="<script>alert('Ni > 80 & more')</script>" if rank == 1 else f"cathode {rank}",
            assignee="A & Sons",
            is_relevant=rank in (1, 3, 12),
        )
        for rank in range(1, 31)
    )
    return DemoOutcome(
        folder=folder,
        seed=1,
        label_noise=0.03,
        models=(old, new),
        differences=paired_differences(
            partition.test.labels,
            partition.test.families,
            Scored(old.probabilities, 0.5),
            Scored(new.probabilities, 0.5),
            n_draws=100,
        ),
        validation={"bag-of-words": 0.7, "recommended": 0.85},
        chosen=new,
        pile=RankedPile(patents, threshold=0.5, n_called=2),
        next_steps=next_steps("patsieve"),
    )


@pytest.fixture(scope="module")
def html(outcome):
    return render_report(outcome)


@pytest.fixture(scope="module")
def page(html):
    return HtmlPage(html)


def test_the_result_stands_in_the_page_as_it_does_on_the_screen(page, outcome):
    assert len(outcome.sentences) == 3
    for sentence in outcome.sentences:
        assert sentence in page.text


def test_both_models_stand_side_by_side_with_their_intervals(page, outcome):
    for model in outcome.models:
        found = model.evaluation.metrics["average_precision"]
        assert f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]" in page.text
    difference = outcome.differences["mcc"]
    assert f"{signed(difference.value)} [{signed(difference.low)}" in page.text


def test_the_first_ten_are_listed_and_no_more(page):
    assert "EP10A1, A & Sons" in page.text
    assert "EP11A1" not in page.text


def test_what_is_true_of_the_pile_is_counted(page):
    assert "2 of the first 10" in page.text
    assert "of the whole pile of 30, 3 are" in page.text


def test_the_data_are_told_part_by_part(page):
    assert "training 80 20 25 % 40" in page.text
    assert "test 40 10 25 % 20" in page.text
    assert "read claims from 'first_claim'" in page.text


def test_the_patents_are_said_to_be_made_up(page):
    assert "The patents are made up, and 3 % of the relevant labels are wrong" in page.text


def test_training_is_told_for_the_model_that_has_epochs_only(page):
    assert "How recommended was trained" in page.text
    assert "3 epochs; the weights after epoch 3 were kept" in page.text
    assert "7 of 100 texts were longer than what is read" in page.text
    assert "How bag-of-words was trained" not in page.text


def test_every_next_step_can_be_copied(page, outcome):
    for sentence, command in outcome.next_steps:
        assert f"{sentence} {command}" in page.text


def test_titles_are_shown_and_never_run(page, html):
    assert "<script>alert('Ni > 80 & more')</script>" in page.text
    assert page.all("script") == []
    assert "<script" not in html


def test_the_page_needs_nothing_from_anywhere(page, html):
    assert "http" not in re.sub(r"data:image/svg\+xml;base64,[\w+/=]+", "", html)
    sources = [image["src"] for image in page.all("img")]
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert "@import" not in html
    assert "url(" not in html


def test_links_lead_to_the_files_beside_the_page(page):
    assert {link["href"] for link in page.all("a")} == {
        "labelled.csv",
        "this-week.csv",
        "ranked.csv",
        "ranked.xlsx",
    }


def test_every_picture_says_what_is_to_be_seen(page):
    words = [image["alt"] for image in page.all("img")]

    assert len(words) == len(set(words)) == 5
    [gain] = [text for text in words if text.startswith("Gain curves")]
    assert re.search(r"bag-of-words reaches 95 % after \d+ of 40; recommended reaches", gain)
    [training] = [text for text in words if text.startswith("Learning curves")]
    assert "over 3 epochs in 2 stages: training loss from 0.600 to 0.200" in training


def test_every_picture_is_a_drawing(page):
    for image in page.all("img"):
        svg = base64.b64decode(image["src"].partition(",")[2])
        assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"


def test_tables_can_be_followed_by_ear(page):
    tables = [tag for tag, _ in page.elements if tag in ("table", "caption")]

    assert tables == ["table", "caption"] * 3
    assert {heading.get("scope") for heading in page.all("th")} == {"col", "row"}


def test_every_section_is_named_by_its_heading(page):
    headings = {heading["id"] for heading in page.all("h2")}

    assert [section["aria-labelledby"] in headings for section in page.all("section")]
    assert len(headings) == len(page.all("section")) == 7
    assert len(page.all("h1")) == 1


def test_the_language_and_the_width_are_declared(page):
    assert page.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all(
        "meta"
    )


def luminance(color):
    """Relative luminance of a colour by WCAG 2.2."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_words_stand_out_from_what_is_behind_them(html):
    colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", html))
    behind = ["#ffffff", colors["tint"]]
    [miss] = re.findall(r"\.miss \{ color: (#[0-9a-f]{6})", html)

    for words in (colors["ink"], colors["soft"], colors["accent"], miss):
        for ground in behind:
            assert (luminance(ground) + 0.05) / (luminance(words) + 0.05) >= 4.5


def test_the_same_outcome_gives_the_same_page(outcome, html):
    assert render_report(outcome) == html


def test_a_report_that_cannot_be_written_is_told(outcome, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(OutputError, match=r"report\.html"):
        write_report(tmp_path / "file" / "report.html", outcome)


def test_the_interval_of_reading_is_that_of_the_work_it_saves(outcome):
    found = ReadingDepth.of(outcome.chosen)
    saved = outcome.chosen.evaluation.metrics["wss_at_95"]

    assert found.n_records == N_TEST
    assert found.n_reads == pytest.approx((0.95 - saved.value) * N_TEST)
    assert found.low <= found.n_reads <= found.high <= N_TEST
    assert found.low == round((0.95 - saved.high) * N_TEST)


def test_reading_is_put_into_words():
    assert reading_sentence(ReadingDepth(1200, 900, 1500, 2000), "recommended") == (
        "On the test records, reading the first 1,200 of 2,000 (recommended) finds at least 95 % "
        "of the relevant ones (95 % interval: 900 to 1,500). That is an estimate from this test "
        "set, no certificate for another pile."
    )


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (
            Estimate(0.05, 0.01, 0.09),
            "By MCC, new is better than old: new minus old is +0.050 [+0.010, +0.090].",
        ),
        (
            Estimate(-0.05, -0.09, -0.01),
            "By MCC, old is better than new: new minus old is −0.050 [−0.090, −0.010].",
        ),
        (
            Estimate(0.05, -0.01, 0.09),
            "By MCC, new and old cannot be told apart on these test records: "
            "+0.050 [−0.010, +0.090].",
        ),
    ],
)
def test_a_comparison_is_put_into_words(difference, words):
    assert verdict("MCC", difference, "old", "new") == words


def test_the_ranked_list_is_counted_as_it_stands():
    rows = [
        {
            "rank": str(rank),
            "probability": "0.5",
            "decision": decision,
            "publication_number": f"EP{rank}",
            "title": "cathode",
            "assignee": "",
        }
        for rank, decision in enumerate(("relevant", "relevant", "not relevant"), 1)
    ]
    pile = rank_pile(rows, {"EP1": True, "EP2": False, "EP3": True}, 0.4)

    assert (pile.n_called, pile.n_relevant, pile.found_in(2)) == (2, 2, 1)


def test_advice_calls_programs_as_they_are_called_here():
    commands = [command for _, command in next_steps(".venv/bin/patsieve")]

    assert len(commands) == 6
    assert {command.split()[0] for command in commands} == {
        ".venv/bin/patsieve",
        ".venv/bin/mlflow",
    }
