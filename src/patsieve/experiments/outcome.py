"""What a training run came to, and what is said of it: in the bundle, in figures."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.records import Corpus
from patsieve.experiments.learning_curves import learning_curves
from patsieve.experiments.partition import Partition
from patsieve.experiments.plots import draw_evaluation, save_figures
from patsieve.experiments.provenance import commit_of, library_versions
from patsieve.experiments.request import TrainRequest
from patsieve.experiments.spec import ExperimentSpec
from patsieve.finetuning.events import EpochRecord
from patsieve.finetuning.hardware import choose_device, choose_precision
from patsieve.metrics.evaluation import Evaluation
from patsieve.models.base import RelevanceClassifier
from patsieve.models.calibrated import CalibratedClassifier
from patsieve.models.reading import CutsTexts
from patsieve.screening.bundle import DataFacts, Manifest, ThresholdFacts
from patsieve.screening.chosen import ChosenThreshold, LabelledScores


def put_right(scores: LabelledScores, calibrated: CalibratedClassifier) -> LabelledScores:
    """Return the scores as a calibrator on top of the model changes them."""
    return replace(scores, probabilities=calibrated.put_right(scores.probabilities))


@final
@dataclass(frozen=True)
class TrainOutcome:
    """What a training run came to.

    Attributes
    ----------
    bundle : Path
    experiment : str
    partition : Partition
    learnt : Corpus
        What the model has learnt from.
    judged : Corpus
        What it was measured on: the test records, or, where there are none, what it has learnt
        from, each record scored by models that had not seen its family.
    evaluation : Evaluation
        On these, at the bundle's threshold.
    probabilities : array of shape (n_judged,)
    chosen : ChosenThreshold
        What the bundle's threshold promises, and what is known of it.
    training : dict
        What `training_facts` says.
    run_id : str
        MLflow's; empty where the run is not tracked.
    """

    bundle: Path
    experiment: str
    partition: Partition
    learnt: Corpus
    judged: Corpus
    evaluation: Evaluation
    probabilities: NDArray[np.float64]
    chosen: ChosenThreshold
    training: dict[str, Any]
    run_id: str

    @property
    def has_test(self) -> bool:
        """Whether the model was measured on test records."""
        return len(self.partition.test) > 0

    @property
    def test_metrics(self) -> dict[str, Any] | None:
        """The object that ``evaluate --json`` prints, on the test records; None without any."""
        return self.evaluation.as_json() if self.has_test else None

    @property
    def out_of_fold_metrics(self) -> dict[str, Any] | None:
        """The same out of fold, where there are no test records."""
        return None if self.has_test else self.evaluation.as_json()

    @property
    def history(self) -> tuple[EpochRecord, ...]:
        """The epochs of training; none for a classifier that has no epochs."""
        return tuple(EpochRecord(**record) for record in self.training.get("history", ()))

    def as_json(self) -> dict[str, Any]:
        """Return what ``train --json`` prints."""
        return {
            "experiment": self.experiment,
            "bundle": str(self.bundle),
            "run_id": self.run_id,
            "training": {key: self.training[key] for key in self.training if key != "history"},
            "test_metrics": self.test_metrics,
            "out_of_fold_metrics": self.out_of_fold_metrics,
            **self.chosen.as_json(),
        }


def training_facts(classifier: RelevanceClassifier) -> dict[str, Any]:
    """Return how training went, as plain values; empty if there is nothing to tell."""
    result = getattr(classifier, "result_", None)
    cut: dict[str, Any] = {}
    if isinstance(classifier, CutsTexts):
        cut = {"n_truncated": classifier.n_truncated_, "reach": classifier.reach}
    if result is None:
        return cut
    return {
        **cut,
        "best_epoch": result.best_epoch,
        "stop_reason": result.stop_reason,
        "prior_shift": result.prior_shift,
        "shared_epochs": result.shared_epochs,
        "cache_bytes": result.cache_bytes,
        "averaged_epochs": list(result.averaged_epochs),
        "max_tokens": getattr(classifier, "max_tokens_", None),
        "fresh_tensors": list(getattr(classifier, "fresh_tensors_", ())),
        "history": [record.as_json() for record in result.history],
    }


def derived_settings(spec: ExperimentSpec, request: TrainRequest) -> str:
    """Say what a run has settled on by itself: device, precision, effective batch."""
    device = choose_device(request.device)
    precision = choose_precision(request.precision, device)
    number = {"bf16": "bfloat16", "32": "32 bit"}[precision]
    chosen = " (chosen for this machine)" if request.precision == "auto" else ""
    training = spec.training
    effective = training.batch_size * training.accumulate
    return (
        f"{_pretrained(spec, request)} on {device}, {number}{chosen}; {effective} records a step, "
        f"at most {training.max_epochs} epochs, {training.sampling} draws"
    )


def truncation(classifier: CutsTexts, partition: Partition) -> str:
    """Say how many texts were too long for the encoder and were cut at their end."""
    n_texts = len(partition.training) + len(partition.validation)
    n_truncated = classifier.n_truncated_
    return (
        f"{n_truncated:,} of {n_texts:,} texts ({100 * n_truncated / n_texts:.1f} %) were cut "
        f"after {classifier.reach}"
    )


def make_manifest(
    spec: ExperimentSpec,
    request: TrainRequest,
    outcome: TrainOutcome,
    held_out: LabelledScores,
    *,
    kind: str,
) -> Manifest:
    """Return what the bundle says about itself; `kind` is that of the classifier in it."""
    partition, learnt = outcome.partition, outcome.learnt
    certificate = outcome.chosen.certificate
    calibration = {
        "labels": held_out.labels.astype(float).tolist(),
        "probabilities": held_out.probabilities.tolist(),
    }
    if held_out.families is not None:
        calibration["families"] = held_out.families.astype(float).tolist()
    return Manifest(
        libraries=library_versions(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        kind=kind,
        experiment=spec.as_mapping(),
        seed=request.seed,
        commit=commit_of(Path.cwd()),
        data=DataFacts(
            file=request.source.name,
            digest=partition.whole.digest,
            n_records=len(learnt),
            n_relevant=int(learnt.labels.sum()),
            prevalence=learnt.prevalence,
        ),
        text_fields=spec.text.fields,
        text_max_characters=spec.text.max_characters,
        text_max_words=dict(spec.text.max_words) if spec.text.max_words else None,
        threshold=ThresholdFacts(
            value=outcome.evaluation.threshold,
            purpose=str(request.purpose),
            budget=request.purpose.budget,
        ),
        test_metrics=outcome.test_metrics,
        out_of_fold_metrics=outcome.out_of_fold_metrics,
        pretrained=_pretrained(spec, request),
        calibration=calibration,
        cross_fitted=held_out.cross_fitted,
        certificate=None if certificate is None else certificate.as_json(),
        notes=partition.notes,
    )


def draw_run(folder: Path, outcome: TrainOutcome) -> list[Path]:
    """Write every figure of a run as PNG and SVG, and return the files."""
    files = draw_evaluation(
        folder,
        outcome.judged.labels,
        outcome.probabilities,
        threshold=outcome.evaluation.threshold,
        families=outcome.judged.families,
        estimates=outcome.evaluation.metrics,
    )
    if outcome.history:
        curves = learning_curves(outcome.history, best_epoch=outcome.training["best_epoch"])
        files += save_figures(folder, {"learning_curves": curves})
    return files


def _pretrained(spec: ExperimentSpec, request: TrainRequest) -> str | None:
    if spec.kind not in ("encoder", "embedding"):
        return None
    chosen = request.checkpoint if request.checkpoint is not None else spec.encoder.checkpoint
    # The default encoder's name is the fine-tuning layer's to know.
    from patsieve.finetuning.locating import EMBEDDED

    return EMBEDDED if chosen is None else chosen
