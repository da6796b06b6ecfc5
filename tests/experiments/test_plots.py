"""Figures show the numbers of the metrics, and are written whole and repeatably."""

import subprocess
import sys

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from patsieve.errors import OutputError
from patsieve.experiments.figure_style import PALETTE
from patsieve.experiments.learning_curves import stage_starts
from patsieve.experiments.plots import (
    confusion_matrix_figure,
    draw_evaluation,
    gain_curve_figure,
    learning_curves,
    precision_recall_curve_figure,
    roc_curve_figure,
    save_figures,
)
from patsieve.finetuning.events import EpochRecord
from patsieve.metrics.classification import Confusion
from patsieve.metrics.intervals import Estimate
from patsieve.metrics.ranking import average_precision, roc_auc

LABELS = [1, 0, 1, 0, 0, 1, 0, 0]
GOOD = [0.9, 0.2, 0.8, 0.3, 0.4, 0.35, 0.1, 0.1]
BAD = [0.1, 0.9, 0.3, 0.2, 0.4, 0.5, 0.6, 0.6]


def curve(figure, name):
    """The points of the curve with this label."""
    [axes] = figure.axes
    [line] = [line for line in axes.lines if line.get_label() == name]
    return np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)


def title(figure):
    return figure.axes[0].get_title(loc="left").replace("\n", " ")


def words(figure):
    return {text.get_text() for text in figure.axes[0].texts}


def epoch(number, *, stage="head", stage_index=0, stage_round=1, loss=0.5):
    values = {
        "loss": loss,
        "accuracy": 0.8,
        "f1_relevant": 0.7,
        "mcc": 0.6,
        "average_precision": 0.75,
    }
    return EpochRecord(
        epoch=number,
        stage=stage,
        stage_index=stage_index,
        stage_round=stage_round,
        training=values,
        validation={**values, "loss": loss + 0.1},
        learning_rates={"classifier": 1e-3, "encoder": 1e-5},
        trainable_parameters=10,
        records_per_second=100.0,
        seconds=1.0,
    )


HISTORY = [
    epoch(1, loss=0.6),
    epoch(2, loss=0.5),
    epoch(3, stage="top", stage_index=1, loss=0.3),
    epoch(4, stage="backbone", stage_index=2, loss=0.2),
    epoch(5, stage="backbone", stage_index=2, stage_round=2, loss=0.1),
]


def test_the_area_under_the_drawn_steps_is_the_average_precision():
    figure = precision_recall_curve_figure(LABELS, {"model": GOOD})

    recall, precision = curve(figure, "model")

    area = np.sum(np.diff(recall) * precision[1:])
    assert area == pytest.approx(average_precision(LABELS, GOOD))
    [line] = [line for line in figure.axes[0].lines if line.get_label() == "model"]
    assert line.get_drawstyle() == "steps-pre"


def test_the_area_under_the_drawn_roc_curve_is_the_roc_auc():
    called, found = curve(roc_curve_figure(LABELS, {"model": BAD}), "model")

    assert np.trapezoid(found, called) == pytest.approx(roc_auc(LABELS, BAD))


def test_the_gain_curve_reads_the_irrelevant_records_of_a_tie_first():
    # One relevant alone on top, then a tie of two irrelevant and one relevant, then the rest.
    figure = gain_curve_figure([1, 0, 1, 0, 0], {"model": [9, 5, 5, 5, 1]})

    read, found = curve(figure, "model")

    assert np.interp([0, 1, 2, 3, 4, 5], read, found).tolist() == [0, 0.5, 0.5, 0.5, 1, 1]


def test_the_gain_curve_lies_in_its_band():
    labels, scores = LABELS * 5, [value + i / 100 for i in range(5) for value in GOOD]
    figure = gain_curve_figure(labels, {"": scores}, families=np.arange(40))
    axes = figure.axes[0]

    [band] = axes.collections[:1]
    x, y = band.get_paths()[0].vertices.T
    read, found = next(line for line in axes.lines if len(line.get_xdata()) > 10).get_data()
    middle = np.interp(10, read, found)

    at_ten = y[np.isclose(x, 10)]
    assert at_ten.min() < middle < at_ten.max()
    assert any("95 % interval" in text.get_text() for text in axes.texts)
    assert len(gain_curve_figure(labels, {"": scores}).axes[0].collections) == 1


def test_titles_say_what_the_figures_show():
    estimate = Estimate(0.85, 0.7, 0.95)

    assert title(precision_recall_curve_figure(LABELS, {"": GOOD})) == (
        f"Average precision {average_precision(LABELS, GOOD):.3f}"
    )
    assert title(precision_recall_curve_figure(LABELS, {"": GOOD}, estimate=estimate)).endswith(
        "interval 0.700 to 0.950"
    )
    assert title(roc_curve_figure(LABELS, {"new": GOOD, "old": BAD})) == (
        f"ROC AUC: new {roc_auc(LABELS, GOOD):.3f}, old {roc_auc(LABELS, BAD):.3f}"
    )
    assert title(gain_curve_figure(LABELS, {"": GOOD})) == (
        "95 % of the relevant are found after reading 4 of 8"
    )
    assert title(confusion_matrix_figure(Confusion(tn=4, fp=1, fn=2, tp=7))) == (
        "7 of 9 relevant found, 1 false call"
    )


def test_a_threshold_is_marked_where_its_decisions_stand():
    figure = precision_recall_curve_figure(LABELS, {"": GOOD}, threshold=0.4)

    # From 0.4 on: two of three relevant and one irrelevant.
    points = [line.get_xydata().tolist() for line in figure.axes[0].lines]
    assert [[2 / 3, 2 / 3]] in points
    assert "threshold 0.4" in words(figure)


def test_a_threshold_that_calls_nothing_has_no_precision_to_mark():
    figure = precision_recall_curve_figure(LABELS, {"": GOOD}, threshold=0.95)

    assert words(figure) == {"random order"}


@pytest.mark.parametrize(
    "draw", [precision_recall_curve_figure, roc_curve_figure, gain_curve_figure]
)
def test_several_models_are_named_and_told_apart(draw):
    figure = draw(LABELS, {"new": GOOD, "old": BAD})

    legend = figure.axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["new", "old"]
    colors = [to_rgb(handle.get_color()) for handle in legend.legend_handles]
    assert colors == [to_rgb(PALETTE[0]), to_rgb(PALETTE[1])]


@pytest.mark.parametrize(
    "draw", [precision_recall_curve_figure, roc_curve_figure, gain_curve_figure]
)
def test_nothing_and_too_much_are_refused(draw):
    with pytest.raises(ValueError, match="there are no scores to draw"):
        draw(LABELS, {})
    with pytest.raises(ValueError, match="7 models; 6 curves can be told apart"):
        draw(LABELS, {str(i): GOOD for i in range(7)})


def test_a_confusion_matrix_shows_counts_and_shares_of_their_row():
    figure = confusion_matrix_figure(Confusion(tn=1500, fp=500, fn=10, tp=30), threshold=0.25)

    assert words(figure) == {
        *("1,500", "75.0 % of the irrelevant", "500", "25.0 % of the irrelevant"),
        *("10", "25.0 % of the relevant", "30", "75.0 % of the relevant"),
    }
    assert figure.axes[0].get_xlabel() == "decision at threshold 0.25"


def test_learning_curves_show_training_and_validation_of_every_metric():
    figure = learning_curves(HISTORY)

    loss, *others, rates = figure.axes
    lines = {line.get_label(): list(line.get_ydata()) for line in loss.lines}
    assert lines["training"] == [0.6, 0.5, 0.3, 0.2, 0.1]
    assert lines["validation"] == pytest.approx([0.7, 0.6, 0.4, 0.3, 0.2])
    assert [axes.get_ylabel() for axes in others] == [
        "average precision",
        "MCC",
        "accuracy",
        "F1 of the relevant",
    ]
    assert list(rates.lines[0].get_ydata()) == [1e-3] * 5
    assert list(rates.lines[1].get_ydata()) == [1e-5] * 5


def test_every_panel_marks_where_stages_begin_and_the_key_names_them():
    figure = learning_curves(HISTORY)

    assert stage_starts(HISTORY) == {1: "1", 3: "2", 4: "3", 5: "3.2"}
    for axes in figure.axes:
        starts = [line.get_xdata()[0] for line in axes.lines if len(set(line.get_xdata())) == 1]
        assert starts == [2.5, 3.5, 4.5]
        assert [text.get_text() for text in axes.texts] == ["1", "2", "3", "3.2"]
    assert figure.get_supxlabel() == "stages:  1 = head   2 = top   3 = backbone"


def test_the_best_epoch_is_marked_and_said():
    figure = learning_curves(HISTORY, best_epoch=3)

    for axes in figure.axes[:5]:
        [mark] = [line for line in axes.lines if line.get_label() == "best epoch"]
        assert list(mark.get_xdata()) == [3]
    assert figure.get_suptitle() == (
        "Epoch 3 of 5 was best: validation loss 0.400, average precision 0.750"
    )


def test_a_run_of_one_epoch_and_a_loss_that_is_not_a_number_can_be_drawn(tmp_path):
    figure = learning_curves([epoch(1, loss=float("nan"))], best_epoch=1)

    save_figures(tmp_path, {"learning": figure})

    assert figure.axes[0].get_xlim() == (0.5, 1.5)


def test_a_history_that_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="there are no epochs"):
        learning_curves([])
    with pytest.raises(ValueError, match="epoch 9 is not in the history of 5 epochs"):
        learning_curves(HISTORY, best_epoch=9)


def test_an_evaluation_is_drawn_into_a_folder(tmp_path):
    written = draw_evaluation(tmp_path / "plots", LABELS, GOOD, threshold=0.5)

    names = ["precision_recall", "roc", "gain", "reliability", "confusion_matrix"]
    assert [path.name for path in written] == [n + s for n in names for s in (".png", ".svg")]
    assert sorted((tmp_path / "plots").iterdir()) == sorted(written)
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in written[::2])


def test_the_same_figure_gives_the_same_bytes_and_its_words_stay_words(tmp_path):
    for name in ("a", "b"):
        draw_evaluation(tmp_path / name, LABELS, GOOD, threshold=0.5)

    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    assert "random order" in (tmp_path / "a" / "roc.svg").read_text()


def test_a_folder_that_cannot_be_written_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError, match="cannot write"):
        draw_evaluation(tmp_path / "file", LABELS, GOOD, threshold=0.5)


def test_drawing_loads_neither_pyplot_nor_torch():
    script = (
        "import sys\n"
        "from patsieve.experiments.plots import gain_curve_figure, learning_curves\n"
        "gain_curve_figure([1, 0], {'': [1, 0]})\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert 'torch' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", script], check=True)
