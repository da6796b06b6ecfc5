"""What a dry run says: each stage with what it trains and costs, and the run's totals."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.finetuning.forecast import Cost, EncoderShape
from patsieve.finetuning.memory_forecast import Memory
from patsieve.finetuning.optimizer import GroupRate
from patsieve.finetuning.windows import ReadTexts


@final
@dataclass(frozen=True)
class ReadLengths:
    """How many tokens an encoder reads of each of some texts.

    Attributes
    ----------
    windows : array of int of shape (n_windows,)
        Tokens of each window, text after text. A text that is read as one is one window.
    counts : array of int of shape (n_texts,)
        Windows of each text.
    """

    windows: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: ReadTexts) -> "ReadLengths":
        """Return the lengths of tokenized texts."""
        return cls(texts.windows.lengths, texts.counts)

    def __len__(self) -> int:
        return len(self.counts)

    def __add__(self, other: "ReadLengths") -> "ReadLengths":
        return ReadLengths(
            np.concatenate([self.windows, other.windows]),
            np.concatenate([self.counts, other.counts]),
        )

    @property
    def per_text(self) -> NDArray[np.int64]:
        """Tokens of all windows of each text, shape (n_texts,)."""
        offsets = np.cumsum([0, *self.windows])
        lengths: NDArray[np.int64] = np.diff(offsets[np.cumsum([0, *self.counts])])
        return lengths


@final
@dataclass(frozen=True)
class TextLengths:
    """How long the texts of a run are, in tokens.

    Attributes
    ----------
    training, validation, scored : ReadLengths
        `scored` are those that are scored once, after training.
    labels : array of int, optional
        Of the training texts; needed to know which lengths balanced draws prefer.
    n_truncated : int
        Texts that are longer than the limit.
    """

    training: ReadLengths
    validation: ReadLengths
    scored: ReadLengths
    labels: NDArray[np.int64] | None = None
    n_truncated: int = 0


@final
@dataclass(frozen=True)
class PlannedPhase:
    """A stage, or a round of a repeating stage.

    Attributes
    ----------
    stage : str
    index, round : int
        As in `StagePosition`.
    begins : str
        When, in words.
    on_plateau : bool
        Whether validation decides when.
    first_epoch : int, optional
        The earliest; None if `max_epochs` is too few for it.
    n_epochs : int
        In a run of all epochs in which every plateau comes as soon as it can.
    groups : dict of str to float
        Group to the share of its tensors that trains, where any does.
    n_tensors, n_trainable : int
        Tensors, and numbers in them.
    rates : dict of str to GroupRate
        Of the groups that train.
    weight_decay : float
    dropout : float, optional
    warmup_steps : int
    decay : str
    frozen_depth, coming_depth : int
        Lowest layers that are computed once, and those of the next stage that freezes less,
        whose cache is stored on the way (0 if there is none).
    cache_bytes : int
    fill, epoch : Cost
        Of storing what the frozen layers say, once; of one epoch.
    memory : Memory
    chosen : int
        So many of the groups are chosen by their gradients when the stage begins; those named
        here are the dearest that it could choose.
    rates_by_gradient : bool
        Whether gradients lower the rates when the stage begins; those named here are the
        highest.
    """

    stage: str
    index: int
    round: int
    begins: str
    on_plateau: bool
    first_epoch: int | None
    n_epochs: int
    groups: dict[str, float]
    n_tensors: int
    n_trainable: int
    rates: dict[str, GroupRate]
    weight_decay: float
    dropout: float | None
    warmup_steps: int
    decay: str
    frozen_depth: int
    coming_depth: int
    cache_bytes: int
    fill: Cost
    epoch: Cost
    memory: Memory
    chosen: int = 0
    rates_by_gradient: bool = False


@final
@dataclass(frozen=True)
class SchedulePlan:
    """What an experiment will train when, and what that will cost.

    Attributes
    ----------
    experiment, checkpoint, device, precision : str
    shape : EncoderShape
    groups : tuple of str
        From input to output.
    texts : dict of str to float
        ``training``, ``validation``, ``scored`` texts; ``mean_tokens`` and ``mean_windows`` of
        the training texts;
        ``scored_tokens`` of all that are scored;
        the shares ``truncated`` of all texts and ``padding`` of all tokens in batches.
    phases : tuple of PlannedPhase
        Every stage, and every round of a repeating one.
    timeline : tuple of int
        For each epoch, up to the last possible one, the position of its phase in `phases`.
    earliest_end : int
        The epoch after which the run ends if no epoch improves on the first.
    scoring : Cost
        Of scoring once after training.
    assumptions : tuple of str
        What could not be known, a sentence each.
    """

    experiment: str
    checkpoint: str
    device: str
    precision: str
    shape: EncoderShape
    groups: tuple[str, ...]
    texts: dict[str, float]
    phases: tuple[PlannedPhase, ...]
    timeline: tuple[int, ...]
    earliest_end: int
    scoring: Cost
    assumptions: tuple[str, ...]

    def cost_of(self, positions: Sequence[tuple[int, int]]) -> Cost:
        """Return the cost of epochs that train these (stage index, round), and of scoring.

        What the frozen layers say is stored anew whenever their number changes, unless it was
        stored on the way to what came before.
        """
        known = {(phase.index, phase.round): phase for phase in self.phases}
        total, stored = self.scoring, (-1, -1)
        for position in positions:
            phase = known[position]
            total += phase.epoch if phase.frozen_depth in stored else phase.epoch + phase.fill
            stored = (phase.frozen_depth, phase.coming_depth)
        return total

    @property
    def all_epochs(self) -> Cost:
        """Cost of a run of all epochs in which every plateau comes as soon as it can."""
        return self.cost_of(self._positions(len(self.timeline)))

    @property
    def earliest(self) -> Cost:
        """Cost of a run in which no epoch improves on the first."""
        return self.cost_of(self._positions(self.earliest_end))

    @property
    def peak(self) -> Memory:
        """What the run's most demanding phase holds."""
        return max((self.phases[i].memory for i in self.timeline), key=lambda m: m.total)

    @property
    def largest_cache(self) -> int:
        """Bytes of the largest cache that the run holds."""
        return max(self.phases[i].cache_bytes for i in self.timeline)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, totals included."""
        return {
            **asdict(self),
            "all_epochs": asdict(self.all_epochs),
            "earliest": asdict(self.earliest),
            "peak_memory": {**asdict(self.peak), "total": self.peak.total},
            "largest_cache": self.largest_cache,
        }

    def _positions(self, n_epochs: int) -> list[tuple[int, int]]:
        phases = [self.phases[i] for i in self.timeline[:n_epochs]]
        return [(phase.index, phase.round) for phase in phases]
