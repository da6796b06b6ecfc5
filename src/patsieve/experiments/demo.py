"""All of patsieve on made-up patents: train, compare, rank, report. `run_demo` is the story."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np

from patsieve.corpus.synthetic import generate_patents, write_patents
from patsieve.experiments.demo_folder import DemoFolder
from patsieve.experiments.demo_outcome import DemoOutcome, RankedPile, next_steps, rank_pile
from patsieve.experiments.outcome import TrainOutcome
from patsieve.experiments.paired import paired_differences
from patsieve.experiments.report import write_report
from patsieve.experiments.request import TrainRequest
from patsieve.experiments.run import train
from patsieve.experiments.spec import read_experiment
from patsieve.finetuning.events import Callback
from patsieve.metrics.ranking import average_precision
from patsieve.metrics.scored import Scored
from patsieve.screening.bundle import load_bundle, read_manifest
from patsieve.screening.score import score_file

# Of the labelled patents: those of a search by keywords, partly read before.
_PREVALENCE = 0.26
_LABEL_NOISE = 0.03
# Of a weekly alert: most of what it brings is not wanted.
_NEW_PREVALENCE = 0.08


@final
@dataclass(frozen=True)
class DemoRequest:
    """What a demo is asked for.

    Attributes
    ----------
    out : Path
        Folder for everything.
    records, new_records : int
        Labelled patents to learn from, and new ones to rank.
    seed : int
        Of the patents and of training.
    experiments : tuple of two str
        The baseline and the candidate: names of the catalogue, or TOML files.
    max_tokens : int, optional
        Cuts texts for an encoder; by default as its experiment says.
    program : str
        How `patsieve` is called in what the demo advises.
    """

    out: Path = Path("demo")
    records: int = 1000
    seed: int = 1
    new_records: int = 300
    experiments: tuple[str, str] = ("bag-of-words", "recommended")
    max_tokens: int | None = None
    program: str = "patsieve"


def run_demo(
    request: DemoRequest,
    *,
    callbacks: Sequence[Callback] = (),
    say: Callable[[str], None],
) -> DemoOutcome:
    """Make up patents, train two models, compare them, rank new patents, write a report.

    Parameters
    ----------
    callbacks : sequence of Callback
        Hear of every epoch.
    say : callable
        Receives what is done, a sentence at a time.

    Raises
    ------
    UsageError
        If a file of the folder would be lost; nothing has been written then.
    OutputError
        If the folder cannot be written.
    """
    baseline, candidate = (read_experiment(name).name for name in request.experiments)
    folder = DemoFolder(request.out, (baseline, candidate))
    _tell_what_is_replaced(folder, say)

    say(f"1/5  making up {request.records:,} labelled patents and {request.new_records:,} new ones")
    _make_up_patents(folder, request)
    say(f"2/5  training {baseline}, the technique to beat")
    old = _train(folder, request, request.experiments[0], callbacks, say)
    say(f"3/5  training {candidate}: the longest step, a few minutes on two cores")
    new = _train(folder, request, request.experiments[1], callbacks, say)
    say("4/5  comparing both on the same test records")
    differences = paired_differences(
        old.partition.test.labels,
        old.partition.test.families,
        Scored(old.probabilities, old.evaluation.threshold),
        Scored(new.probabilities, new.evaluation.threshold),
        seed=request.seed,
    )
    validation = {model.experiment: _validation_precision(model) for model in (old, new)}
    chosen = new if validation[candidate] > validation[baseline] else old
    say(
        f"5/5  ranking {folder.new.name} with {chosen.experiment}, whose average precision on "
        f"the validation records is higher ({validation[candidate]:.3f} for {candidate}, "
        f"{validation[baseline]:.3f} for {baseline})"
    )
    outcome = DemoOutcome(
        folder=folder,
        seed=request.seed,
        label_noise=_LABEL_NOISE,
        models=(old, new),
        differences=differences,
        validation=validation,
        chosen=chosen,
        pile=_rank(folder, request, chosen),
        next_steps=next_steps(request.program),
    )
    with folder.writing(folder.report):
        write_report(folder.report, outcome)
    return outcome


def _tell_what_is_replaced(folder: DemoFolder, say: Callable[[str], None]) -> None:
    replaced = folder.check()
    if replaced:
        names = ", ".join(path.relative_to(folder.path).as_posix() for path in replaced)
        say(
            f"{folder.path} is there from an earlier demo: {names} will be written anew, "
            f"the runs added to {folder.tracking.name}; everything else in it stays"
        )
    else:
        say(f"everything goes to {folder.path}")


def _make_up_patents(folder: DemoFolder, request: DemoRequest) -> None:
    with folder.writing(folder.labelled) as path:
        write_patents(
            path,
            request.records,
            seed=request.seed,
            prevalence=_PREVALENCE,
            label_noise=_LABEL_NOISE,
        )
    with folder.writing(folder.new) as path:
        write_patents(
            path,
            request.new_records,
            seed=request.seed + 1,
            prevalence=_NEW_PREVALENCE,
            labelled=False,
            label_noise=0.0,
        )


def _train(
    folder: DemoFolder,
    request: DemoRequest,
    experiment: str,
    callbacks: Sequence[Callback],
    say: Callable[[str], None],
) -> TrainOutcome:
    with folder.writing(folder.bundles[read_experiment(experiment).name]) as bundle:
        return train(
            TrainRequest(
                source=folder.labelled,
                experiment=experiment,
                seed=request.seed,
                out=bundle,
                max_tokens=request.max_tokens,
                tracking_uri=folder.tracking_uri,
                overwrite=True,
            ),
            callbacks=callbacks,
            say=say,
        )


def _validation_precision(outcome: TrainOutcome) -> float:
    """Average precision on the validation records, by scores of a model that had not seen them.

    The scores are those that a bundle keeps for choosing thresholds: of the validation
    records alone, or, cross-fitted, of training and then validation records.
    """
    kept = read_manifest(outcome.bundle).calibration
    validation = outcome.partition.validation
    assert kept is not None
    labels = np.array(kept["labels"][-len(validation) :], dtype=np.int64)
    assert np.array_equal(labels, validation.labels)
    return average_precision(labels, kept["probabilities"][-len(validation) :])


def _rank(folder: DemoFolder, request: DemoRequest, chosen: TrainOutcome) -> RankedPile:
    bundle = load_bundle(chosen.bundle)
    for file in (folder.ranked_xlsx, folder.ranked_csv):
        with folder.writing(file) as path:
            summary = score_file(bundle, folder.new, path)
    with folder.ranked_csv.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    # Who makes patents up knows which of them are relevant: the same seed, the same patents.
    truth = {
        row["publication_number"]: row["label"] == "relevant"
        for row in generate_patents(
            request.new_records,
            seed=request.seed + 1,
            prevalence=_NEW_PREVALENCE,
            label_noise=0.0,
        )
    }
    return rank_pile(rows, truth, summary.threshold)
