"""The report of a study says what its runs came to, stands alone, and can be read by everybody."""

import base64
import re
import statistics
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from planted_study import planted_run, planted_study

from html_page import HtmlPage
from patsieve.errors import DataError, OutputError
from patsieve.experiments import study_report
from patsieve.experiments.hypotheses import judge
from patsieve.experiments.significance import compare_all
from patsieve.experiments.spec import read_experiment
from patsieve.experiments.study_figures import CurveScale, study_curves
from patsieve.experiments.study_numbers import signed, written
from patsieve.experiments.study_report import render_study_report, write_study_report
from patsieve.experiments.study_words import further, told

ENTRIES = ("bag-of-words", "hn-bt-05.3.2", "hn-pt-01", "hn-pt-02", "hn-pt-05.3.2")
DATA_ADDRESS = r"data:image/svg\+xml;base64,[\w+/=]+"


@pytest.fixture(scope="module")
def study():
    return planted_study(ENTRIES)


@pytest.fixture(scope="module")
def html(study):
    return render_study_report(study)


@pytest.fixture(scope="module")
def page(html):
    return HtmlPage(html)


def over_seeds(values):
    return f"{written(statistics.mean(values))} ± {written(statistics.stdev(values))}"


def test_the_findings_name_what_the_validation_records_choose(page, study):
    means = {
        name: statistics.mean(run.validation["average_precision"] for run in runs)
        for name, runs in study.runs.items()
    }
    best = max(means, key=means.get)
    tested = statistics.mean(run.test["average_precision"] for run in study.runs[best])

    assert (
        f"{best} does best on the validation records: average precision {written(means[best])}, "
        "the mean of 3 seeds, the highest of 4 experiments."
    ) in page.text
    assert f"it reaches {written(tested)} (95 % interval" in page.text


def test_the_verdicts_are_counted(page, study):
    outcomes = [verdict.outcome.value for verdict in judge(study.measured())]

    assert (
        f"{outcomes.count('confirmed')} {'is' if outcomes.count('confirmed') == 1 else 'are'} "
        f"confirmed, {outcomes.count('refuted')} refuted and "
        f"{outcomes.count('not decided by this data')} not decided."
    ) in page.text


@pytest.mark.parametrize("name", ["bag-of-words", "hn-pt-01", "hn-pt-05.3.2"])
def test_the_comparison_holds_the_numbers_of_the_runs(page, study, name):
    runs = study.runs[name]
    rates = {
        way: over_seeds([getattr(run, way)["test"].true_negative_rate for run in runs])
        + " "
        + over_seeds([getattr(run, way)["test"].true_positive_rate for run in runs])
        for way in ("as_trained", "corrected")
    }
    ranked = over_seeds([run.test["average_precision"] for run in runs])
    row = page.text.partition("Run by the reference study")[2].partition("Learning curves")[0]

    assert rates["as_trained"] in row
    assert rates["corrected"] in row
    assert ranked in row
    assert f"{statistics.mean(run.seconds for run in runs):.1f}" in row


def test_the_figures_of_the_study_stand_beside(page):
    assert "study 0.75 0.76 0.83 0.75 0.63 – 0.69 0.90 8" in page.text
    assert "study, validation 0.81 – 0.84 0.81 – 0.57 – –" in page.text


def test_a_twin_is_marked_and_not_drawn_again(page):
    assert "hn-bt-05.3.2 the same run as hn-pt-05.3.2 as trained" in page.text
    assert "hn-pt-05.3.2 also hn-bt-05.3.2" in page.text
    assert not any("of hn-bt-05.3.2." in image["alt"] for image in page.all("img"))


def test_a_classifier_without_epochs_has_no_curves(page):
    drawn = [re.match(r"Learning curves of (.+?)\. ", image["alt"])[1] for image in page.all("img")]

    assert drawn == ["hn-pt-01", "hn-pt-02", "hn-pt-05.3.2"]


def test_confusion_matrices_add_up_row_by_row(page, study):
    runs = study.runs["hn-pt-02"]
    tnr = statistics.mean(run.as_trained["test"].true_negative_rate for run in runs)
    shares = page.text.partition("Confusion matrices Share")[2].partition("hn-pt-02")[2]

    assert re.search(rf"label .*? irrelevant {written(tnr)} {written(1 - tnr)} ", shares)


def test_every_hypothesis_has_its_verdict_and_rule(page, study):
    for verdict in judge(study.measured()):
        assert f"{verdict.number}. {verdict.statement}" in page.text
        assert f"{verdict.outcome.value}: {verdict.sentence.partition(': ')[2]}" in page.text
        assert verdict.rule in page.text


def test_the_matrix_holds_every_pair_with_its_interval(page, study):
    matrix = compare_all(study.without_twins())

    assert len(matrix.pairs) == 6
    for pair in matrix.pairs:
        found = pair.differences["average_precision"]
        assert f"{signed(found.mean)}{signed(found.low)} to {signed(found.high)}" in page.text
        assert f"{signed(-found.mean)}{signed(-found.high)} to {signed(-found.low)}" in page.text


def test_a_difference_is_told_by_sign_and_colour(page, study):
    cells = [cell for cell in page.all("td") if "after Holm" in cell.get("title", "")]
    pair = compare_all(study.without_twins()).between("hn-pt-02", "hn-pt-01")
    [cell] = [cell for cell in cells if cell["title"].startswith("hn-pt-02 minus hn-pt-01")]

    assert pair.differences["average_precision"].low > 0
    assert cell["class"] == "better"
    assert f"▲ {signed(pair.differences['average_precision'].mean)}" in page.text


def test_sentences_do_not_run_into_one_another(page):
    prose = page.text.replace("labelled.csv", "").replace("results.csv", "")

    assert re.findall(r"[a-z]{2}\.[A-Z]\w+", prose) == []


def test_how_it_was_made_is_told_as_people_write_it(page):
    assert "predicted seconds 4,100.2 s" in page.text
    assert "cache bytes 1.23 GB" in page.text
    assert "prevalence 0.280 parts: training 1,528" in page.text
    assert " records 2,184 relevant 611 " in page.text
    assert "versions: torch 2.13.0" in page.text
    assert "patsieve study labelled.csv --experiments 'hn-*' --seeds 3 --out study" in page.text
    assert "hn-pt-03, seed 2, ended before it unfroze anything." in page.text


def test_the_page_needs_nothing_from_anywhere(page, html):
    assert "http" not in re.sub(DATA_ADDRESS, "", html)
    assert all(re.fullmatch(DATA_ADDRESS, image["src"]) for image in page.all("img"))
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert "@import" not in html
    assert "url(" not in html
    assert "<script" not in html


def test_every_picture_is_a_drawing_without_links(page):
    for image in page.all("img"):
        svg = ET.fromstring(base64.b64decode(image["src"].partition(",")[2]))
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        assert not [part for part in svg.iter() if part.tag.endswith("}image")]


def test_the_contents_lead_to_the_headings(page):
    headings = {heading["id"] for heading in page.all("h2")}
    targets = {a["href"].removeprefix("#") for a in page.all("a") if a["href"].startswith("#")}

    assert targets == headings - {"findings"}
    assert {section["aria-labelledby"] for section in page.all("section")} == headings


def test_wide_tables_scroll_within_a_box_that_the_keyboard_reaches(page):
    scrolling = [box for box in page.all("div") if "scrolls" in box.get("class", "")]

    assert len(scrolling) >= 4
    assert all(box["tabindex"] == "0" and box["aria-label"] for box in scrolling)


def test_the_same_study_gives_the_same_page(study, html):
    assert render_study_report(study) == html


def test_one_experiment_and_one_seed_are_a_study():
    text = HtmlPage(render_study_report(planted_study(("bag-of-words",), seeds=(1,)))).text

    assert "bag-of-words is measured on the validation records: average precision" in text
    assert "with one seed." in text
    assert "±" not in text.partition("as trained")[2].partition("Learning curves")[0]
    assert "There is only one experiment to compare." in text
    assert text.count("No experiment of this study has epochs.") == 2


def test_names_and_notes_are_shown_and_never_run():
    name = "<b>mine & yours</b>"
    spec = read_experiment("hn-pt-02").model_copy(
        update={"name": name, "summary": "1 < 2", "notes": ("<script>alert(1)</script>",)}
    )
    study = planted_study(("bag-of-words",), seeds=(1,))
    study = replace(
        study,
        title="A & B <i>",
        runs={**study.runs, name: (planted_run(name, 1),)},
        specs={**study.specs, name: spec},
        settings={"checkpoint": "<img src=x>"},
        notes=("tab <table>",),
    )
    html = render_study_report(study)
    page = HtmlPage(html)

    for words in (name, "A & B <i>", "<script>alert(1)</script>", "<img src=x>", "tab <table>"):
        assert words in page.text
        assert words not in html


def test_of_many_experiments_only_those_of_the_study_and_the_best_are_compared(monkeypatch):
    monkeypatch.setattr(study_report, "MOST_COMPARED", 2)
    study = planted_study(("recommended", "wish-focal-loss", "hn-pt-01"), seeds=(1,))
    page = HtmlPage(render_study_report(study))
    titles = " ".join(cell.get("title", "") for cell in page.all("td"))

    assert "recommended minus hn-pt-01" in titles
    assert "wish-focal-loss" not in titles
    assert "and the best; 1 is left out. " in page.text


def test_a_study_without_a_run_cannot_be_reported():
    with pytest.raises(DataError, match="no run to report"):
        render_study_report(planted_study((), seeds=()))


def test_report_and_tables_are_written_side_by_side(tmp_path):
    study = planted_study(("bag-of-words",), seeds=(1,))
    path = write_study_report(tmp_path / "study", study)

    assert path == tmp_path / "study" / "report.html"
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "report.html",
        "results.csv",
        "summary.csv",
    ]


def test_a_report_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(OutputError, match="a part of the path is a file"):
        write_study_report(tmp_path / "file", planted_study(("bag-of-words",), seeds=(1,)))


def test_curves_share_one_scale_and_mark_stages_and_onsets():
    runs = [planted_run("hn-pt-05.3", seed) for seed in (1, 2, 3)]
    scale = CurveScale.of(runs)
    left, right = study_curves(runs, scale).axes

    assert left.get_xlim() == right.get_xlim() == (0.5, scale.last_epoch + 0.5)
    assert left.get_ylim() == (0, scale.highest_loss)
    dotted = [line for line in left.lines if list(line.get_xdata()) == [5.5, 5.5]]
    diamonds = [line.get_xdata()[0] for line in left.lines if line.get_marker() == "D"]
    assert len(dotted) == 1
    assert diamonds == [6, 6, 6]


def test_the_thick_line_is_the_mean_as_far_as_all_seeds_went():
    runs = [planted_run("hn-pt-05.3", seed) for seed in (1, 2, 3)]
    left, _ = study_curves(runs, CurveScale.of(runs)).axes
    thick = [line for line in left.lines if line.get_linewidth() == 2]
    shortest = min(len(run.history) for run in runs)
    first = statistics.mean(run.history[0].validation["loss"] for run in runs)

    assert [len(line.get_xdata()) for line in thick] == [shortest, shortest]
    assert thick[1].get_ydata()[0] == pytest.approx(first)


def test_a_loss_that_explodes_does_not_press_the_others_flat():
    run = planted_run("hn-pt-03", 1)
    last = replace(run.history[-1], validation={"loss": 40.0, "mcc": -0.2})
    scale = CurveScale.of([replace(run, history=(*run.history[:-1], last))])

    assert scale.is_cut
    assert scale.highest_loss < 2
    assert scale.lowest_metric == -0.2


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        (True, "tracking", "yes"),
        (None, "commit", "–"),
        ((1, 2), "seeds", "1, 2"),
        (3885, "data.n_records", "3,885"),
        (0.25842, "prevalence", "0.258"),
        (1e-5, "floor", "1e-05"),
        (12.345, "seconds", "12.3 s"),
        (512, "cache_bytes", "512 B"),
    ],
)
def test_settings_are_written_as_people_write_them(value, name, text):
    assert told(value, name) == text


def test_numbers_beside_the_claims_are_told_apart_from_them(study):
    [verdict] = [verdict for verdict in judge(study.measured()) if verdict.number == 1]
    beside = replace(verdict, numbers={**verdict.numbers, "n_runs": 2.0, "share": 0.25})

    assert further(beside) == {"n runs": "2", "share": "0.250"}
