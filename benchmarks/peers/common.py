"""What all systems are given alike: the run, the texts, the schedule, the batches, the clock."""

import hashlib
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from patsieve.experiments.build import build_schedule, build_settings
from patsieve.experiments.spec import read_experiment
from patsieve.finetuning.batching import Sampling, WeightedBucketSampler
from patsieve.finetuning.inference import LabelledTokens
from patsieve.finetuning.losses import prior_log_odds_shift
from patsieve.finetuning.schedule import EarlyStopping, UnfreezingSchedule
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.tokens import TokenizedTexts

EXPERIMENT = "hn-pt-05.5.2"
# Both peers take the pooled output, as the experiment does.
POOLING: Literal["pooler"] = "pooler"


@dataclass(frozen=True)
class Run:
    """One training run, as the process that does it is told of it.

    Attributes
    ----------
    system : str
        One of `SYSTEMS`.
    precision : {"32", "bf16"}
    seed : int
        Of the classifier's first weights, the order of the records and dropout.
    tokens : str
        The file with the tokenized texts (`tokens_file`).
    checkpoint : str, optional
        A folder or Hub name; None is the embedded encoder.
    epochs, head_epochs : int
        In all, and before the encoder layers begin to train.
    draws : {"uniform", "balanced"}
    batches : {"own", "shared"}
        Whether peers batch with the best that they bring, or get patsieve's own batches.
    dropout : float, optional
        In what trains; None is the checkpoint's own.
    attention : {"sdpa", "eager"}
        Of the peers; patsieve chooses for itself.
    threads : int
    device : {"cpu", "cuda"}
    validation_batch : int
        Texts in a peer's batch without gradients.
    """

    system: str
    precision: Literal["32", "bf16"]
    seed: int
    tokens: str
    checkpoint: str | None = None
    epochs: int = 12
    head_epochs: int = 5
    draws: Sampling = "uniform"
    batches: Literal["own", "shared"] = "own"
    dropout: float | None = None
    attention: Literal["sdpa", "eager"] = "sdpa"
    threads: int = 2
    device: Literal["cpu", "cuda"] = "cpu"
    validation_batch: int = 32

    def schedule(self) -> UnfreezingSchedule:
        """Return the stages of the experiment, with fixed rates and the run's epochs."""
        head, layers = build_schedule(read_experiment(EXPERIMENT)).stages
        return UnfreezingSchedule(
            (
                replace(head, dropout=self.dropout),
                replace(
                    layers, dropout=self.dropout, from_epoch=self.head_epochs + 1, reducer=None
                ),
            )
        )

    def settings(self) -> TrainingSettings:
        """Return the experiment's settings, without early stopping."""
        return replace(
            build_settings(read_experiment(EXPERIMENT), seed=self.seed),
            max_epochs=self.epochs,
            sampling=self.draws,
            gradient_clip=None,
            stopping=EarlyStopping(patience=None, keep="last"),
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Texts:
    """The tokenized texts of a run.

    Attributes
    ----------
    training, validation : LabelledTokens
    """

    training: LabelledTokens
    validation: LabelledTokens

    def save(self, path: Path) -> None:
        """Write the texts for other processes."""
        arrays: dict[str, Any] = {}
        for name, part in (("training", self.training), ("validation", self.validation)):
            arrays |= {
                f"{name}_ids": part.texts.ids,
                f"{name}_offsets": part.texts.offsets,
                f"{name}_labels": part.labels,
                f"{name}_pad": np.array(part.texts.pad_id),
            }
        with path.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            training, validation = (
                LabelledTokens(
                    TokenizedTexts(
                        stored[f"{name}_ids"],
                        stored[f"{name}_offsets"],
                        0,
                        int(stored[f"{name}_pad"]),
                    ),
                    stored[f"{name}_labels"],
                )
                for name in ("training", "validation")
            )
        return cls(training, validation)

    def sampler(self, run: Run) -> WeightedBucketSampler:
        """Return what draws patsieve's batches in this run."""
        settings = run.settings()
        return WeightedBucketSampler(
            self.training.texts.lengths,
            self.training.labels,
            batch_size=settings.batch_size,
            sampling=settings.sampling,
            seed=settings.seed,
            bucket_batches=settings.bucket_batches,
        )

    def prior_shift(self, run: Run) -> float:
        """Return what training adds to the log-odds of label 1."""
        return prior_log_odds_shift(self.training.labels, sampling=run.draws, class_weights=None)


class EpochBatches:
    """Patsieve's batches for a peer's data loader: a new epoch each time it is asked.

    Parameters
    ----------
    sampler : WeightedBucketSampler
    """

    def __init__(self, sampler: WeightedBucketSampler) -> None:
        self._sampler = sampler
        self._epoch = 0

    def __len__(self) -> int:
        return self._sampler.n_batches

    def __iter__(self) -> Iterator[list[int]]:
        self._epoch += 1
        for batch in self._sampler.batches(self._epoch):
            yield batch.tolist()


def mean_loss(logits: NDArray[Any], labels: NDArray[np.int64], *, shift: float) -> float:
    """Return the cross-entropy at the training set's prevalence, as patsieve's trainer does.

    Parameters
    ----------
    logits : array of float of shape (n_records, 2)
    shift : float
        What training added to the log-odds of label 1.
    """
    corrected = np.asarray(logits, dtype=np.float64) - np.array([0.0, shift])
    highest = corrected.max(axis=1)
    total = highest + np.log(np.exp(corrected - highest[:, None]).sum(axis=1))
    return float(np.mean(total - corrected[np.arange(len(labels)), labels]))


@dataclass
class Clock:
    """Wall and CPU time of a run and of each of its epochs, set-up excluded.

    Attributes
    ----------
    epochs : list of mapping
        ``wall`` and ``cpu`` in seconds, of all threads together, validation and whatever
        precedes the epoch (filling a cache, entering a stage) included; ``loss`` after it.
    before : float
        Resident bytes when the run began.
    """

    epochs: list[dict[str, float]] = field(default_factory=list)
    before: float = 0.0
    _started: tuple[float, float] = (0.0, 0.0)
    _last: tuple[float, float] = (0.0, 0.0)

    def start(self) -> None:
        """Begin the run."""
        self.before = resident_bytes()
        self._started = self._last = (time.perf_counter(), time.process_time())

    def epoch(self, loss: float) -> None:
        """End an epoch, validation included."""
        now = (time.perf_counter(), time.process_time())
        wall, cpu = now[0] - self._last[0], now[1] - self._last[1]
        self.epochs.append({"wall": wall, "cpu": cpu, "loss": loss})
        self._last = now

    def outcome(self, **more: Any) -> dict[str, Any]:
        """End the run and return what it took."""
        return {
            "wall": time.perf_counter() - self._started[0],
            "cpu": time.process_time() - self._started[1],
            "epochs": self.epochs,
            "bytes_before": self.before,
            "peak_bytes": peak_bytes(),
            **more,
        }


def resident_bytes() -> float:
    """Return the memory that this process holds; 0 where the system does not say."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return 0.0
    return float(int(status.read_text(encoding="ascii").split()[1]) * resource.getpagesize())


def peak_bytes() -> float:
    """Return the most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return float(peak if sys.platform == "darwin" else peak * 1024)


def fingerprints(model: Any) -> dict[str, bytes]:
    """Return a digest of each tensor by name; a copy would count as the system's memory."""
    return {
        name: hashlib.blake2b(value.detach().cpu().numpy().tobytes(), digest_size=16).digest()
        for name, value in model.named_parameters()
    }


def check_movement(
    before: Mapping[str, bytes], after: Mapping[str, bytes], *, moving: set[str], run: Run
) -> None:
    """Refuse the figures of a run in which not exactly the right tensors moved.

    Attention's key biases have a gradient of zero and are exempt from moving.

    Parameters
    ----------
    before, after : mapping of str to bytes
        `fingerprints` of the model.
    moving : set of str
        The names of the tensors that some stage trains.
    """
    moved = {name for name, digest in before.items() if after[name] != digest}
    if moved - moving:
        raise RuntimeError(f"{run.system} moved what is frozen: {sorted(moved - moving)}")
    still = {name for name in moving - moved if not name.endswith("key.bias")}
    if still:
        raise RuntimeError(f"{run.system} did not move what trains: {sorted(still)}")
