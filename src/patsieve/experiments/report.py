"""The report of a demo: one HTML file that needs no network, no script and no other file."""

from pathlib import Path

from matplotlib.figure import Figure

from patsieve import __version__
from patsieve.atomic import file_aside
from patsieve.experiments.demo_outcome import RECALL, DemoOutcome, ReadingDepth, signed
from patsieve.experiments.figure_style import PALETTE
from patsieve.experiments.learning_curves import learning_curves, stage_starts
from patsieve.experiments.outcome import TrainOutcome
from patsieve.experiments.paired import is_told_apart
from patsieve.experiments.pictures import Picture, as_picture
from patsieve.experiments.plots import (
    confusion_matrix_figure,
    gain_curve_figure,
    precision_recall_curve_figure,
)
from patsieve.screening.pages import page_environment

# What a screener asks, in that order: of the ranking, of the decisions, of the probabilities.
_METRICS = {
    "average_precision": "average precision",
    "roc_auc": "ROC AUC",
    "wss_at_95": "work saved at 95 % recall",
    "mcc": "MCC",
    "f1_relevant": "F1 of the relevant",
    "precision_relevant": "precision of the relevant",
    "recall_relevant": "recall of the relevant",
    "accuracy": "accuracy",
    "brier": "Brier score (0 is best)",
}
_TOP = 10


def write_report(path: Path, outcome: DemoOutcome) -> None:
    """Write the report of a demo.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with file_aside(path) as aside:
        aside.write_text(render_report(outcome), encoding="utf-8")


def render_report(outcome: DemoOutcome) -> str:
    """Return the report of a demo as HTML."""
    environment = page_environment("patsieve.experiments")
    environment.tests["told_apart"] = is_told_apart
    environment.filters |= {
        "number": lambda value: f"{value:.3f}".replace("-", "−"),
        "count": lambda value: f"{value:,}",
        "percent": lambda value: f"{100 * value:.3g} %",
        "signed": signed,
    }
    return environment.get_template("report.html").render(
        demo=outcome,
        partition=outcome.chosen.partition,
        metrics=_METRICS,
        colors=dict(zip((m.experiment for m in outcome.models), PALETTE, strict=False)),
        depths={model.experiment: ReadingDepth.of(model) for model in outcome.models},
        recall=RECALL,
        top=outcome.pile.patents[:_TOP],
        pictures=_pictures(outcome),
        version=__version__,
    )


def _pictures(outcome: DemoOutcome) -> dict[str, Picture]:
    """Draw everything; a picture's name says what it is of, and of which model."""
    test = outcome.chosen.partition.test
    scores = {model.experiment: model.probabilities for model in outcome.models}
    threshold = outcome.chosen.evaluation.threshold
    drawn: dict[str, tuple[Figure, str]] = {
        "gain": (gain_curve_figure(test.labels, scores, recall=RECALL), _gain_words(outcome)),
        "precision_recall": (
            precision_recall_curve_figure(test.labels, scores, threshold=threshold),
            _precision_recall_words(outcome),
        ),
    }
    for model in outcome.models:
        drawn[f"confusion.{model.experiment}"] = (
            confusion_matrix_figure(
                model.evaluation.confusion, threshold=model.evaluation.threshold
            ),
            _confusion_words(model),
        )
        if model.history:
            drawn[f"learning.{model.experiment}"] = (
                learning_curves(model.history, best_epoch=model.training["best_epoch"]),
                _learning_words(model),
            )
    return {name: as_picture(figure, words) for name, (figure, words) in drawn.items()}


def _gain_words(outcome: DemoOutcome) -> str:
    depths = [(model.experiment, ReadingDepth.of(model)) for model in outcome.models]
    reached = "; ".join(
        f"{name} reaches {100 * RECALL:g} % after {depth.n_reads:,} of {depth.n_records:,}"
        for name, depth in depths
    )
    return f"Gain curves: share of the relevant records found against records read. {reached}."


def _precision_recall_words(outcome: DemoOutcome) -> str:
    areas = "; ".join(
        f"{model.experiment} has an average precision of "
        f"{model.evaluation.metrics['average_precision'].value:.3f}"
        for model in outcome.models
    )
    return f"Precision against recall on the test records. {areas}."


def _confusion_words(model: TrainOutcome) -> str:
    counts = model.evaluation.confusion
    return (
        f"Confusion matrix of {model.experiment}: {counts.tp:,} relevant records found, "
        f"{counts.fn:,} missed, {counts.fp:,} irrelevant ones called relevant, {counts.tn:,} "
        "left aside."
    )


def _learning_words(model: TrainOutcome) -> str:
    first, last = model.history[0], model.history[-1]
    return (
        f"Learning curves of {model.experiment} over {len(model.history)} epochs in "
        f"{len(stage_starts(model.history))} stages: training loss from "
        f"{first.training['loss']:.3f} to {last.training['loss']:.3f}, validation average "
        f"precision from {first.validation['average_precision']:.3f} to "
        f"{last.validation['average_precision']:.3f}."
    )
