"""How high a learning rate may be: a range test, which leaves the model as it was.

The rate rises exponentially from step to step, and the loss is watched: it hardly moves, falls,
and at last explodes (Smith 2017, "Cyclical Learning Rates for Training Neural Networks", arXiv
1506.01186, section 3.3; exponentially rising, as Gugger does in fastai).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import final

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray

from patsieve.finetuning.freezing import Freezer, trainable_tensors
from patsieve.finetuning.inference import LabelledTokens, model_inputs
from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.optimizer import StageOptimizer
from patsieve.finetuning.schedule import Stage
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.streams import stream_seed
from patsieve.finetuning.untouched import left_as_found

# The loss has exploded where it is so many times the lowest so far (fastai's rule).
_EXPLODED = 4.0
# Share of the last smoothed loss in the next. It follows four steps behind, a quarter of a
# decade with the defaults below; fastai's .98 would follow fifty behind.
_SMOOTHING = 0.8


@final
@dataclass(frozen=True)
class RateRange:
    """What a range test saw, and what it suggests.

    Attributes
    ----------
    rates : array of shape (n_steps,)
        Rising; up to where the loss exploded.
    losses : array of shape (n_steps,)
        Of the batch before each step, smoothed: an exponential mean, corrected for beginning
        at zero.
    batch_losses : array of shape (n_steps,)
        The same, not smoothed.
    suggestion : float, optional
        The rate at which the smoothed loss falls most steeply by step, before its lowest point;
        of equal ones the lowest. None if the loss never falls. Fast, and below where it
        explodes.
    diverged_at : float, optional
        The first rate at which the loss is no number, or the smoothed loss four times the
        lowest so far and above the first one. None if none was high enough.
    """

    rates: NDArray[np.float64]
    losses: NDArray[np.float64]
    batch_losses: NDArray[np.float64]
    suggestion: float | None
    diverged_at: float | None

    @property
    def cautious(self) -> float | None:
        """A tenth of the rate at which the loss exploded: where to begin if it is noisy."""
        return None if self.diverged_at is None else self.diverged_at / 10


def sweep_rates(
    learn: Callable[[float], float],
    *,
    lowest: float,
    highest: float,
    n_steps: int,
    smoothing: float = _SMOOTHING,
) -> RateRange:
    """Learn step by step at rising rates, up to the highest or until the loss explodes.

    Parameters
    ----------
    learn : callable
        Takes one step at the given rate and returns the loss from before it.
    lowest, highest : float
        Above 0, the second above the first.
    n_steps : int
        2 or more.
    smoothing : float
        Share of the last smoothed loss in the next; from 0 (not smoothed) up to 1.

    Raises
    ------
    ValueError
        If there is nothing to sweep.
    """
    if not 0 < lowest < highest or n_steps < 2:
        raise ValueError(f"{n_steps} steps from {lowest} to {highest} are no sweep")
    rates = np.geomspace(lowest, highest, n_steps)
    raw: list[float] = []
    smoothed: list[float] = []
    average, diverged_at = 0.0, None
    for number, rate in enumerate(rates, 1):
        loss = learn(float(rate))
        average = smoothing * average + (1 - smoothing) * loss
        corrected = average / (1 - smoothing**number)
        explodes = smoothed and corrected > max(_EXPLODED * min(smoothed), smoothed[0])
        if explodes or not np.isfinite(loss):
            # The loss is from before this step: what broke it is the step before.
            diverged_at = float(rates[max(number - 2, 0)])
            break
        raw.append(loss)
        smoothed.append(corrected)
    losses = np.array(smoothed)
    return RateRange(
        rates=rates[: len(losses)],
        losses=losses,
        batch_losses=np.array(raw),
        suggestion=_steepest(rates, losses),
        diverged_at=diverged_at,
    )


def rate_range_test(
    model: EncoderWithHead,
    groups: LayerGroups,
    stage: Stage,
    training: LabelledTokens,
    settings: TrainingSettings,
    *,
    fabric: Fabric,
    lowest: float = 1e-7,
    highest: float = 1.0,
    n_steps: int = 100,
) -> RateRange:
    """Train a stage from the model's present weights at rising rates; put everything back.

    The rates are the stage's `learning_rate`. Groups with rates of their own keep their ratio
    to it. Warm-up, decay and reduction are left out. Loss, batches, accumulation, clipping,
    dropout and weight decay are those of a run.

    Parameters
    ----------
    stage : Stage
        Of those that hang on gradients, the resolved one (`surgical.resolved`).
    fabric : lightning_fabric.Fabric
        Device and precision; the model is on the device already.
    """
    trainable = trainable_tensors(stage, groups, stage_round=1)
    plain = replace(stage, warmup_steps=0, decay="constant", reducer=None)
    freezer, optimizer = Freezer(model, groups), StageOptimizer(model, groups)
    named = dict(model.named_parameters())
    trained = [named[name] for name in trainable]
    pieces = _pieces(training, settings)
    with left_as_found(model, weights=trainable), torch.enable_grad():
        torch.manual_seed(stream_seed(settings.seed, "range test"))
        freezer.apply(trainable, dropout=stage.dropout)
        freezer.train_mode()
        adamw = optimizer.rebuild(plain, trainable, step=0, keep_moments=False)
        optimizer.set_rates(step=0, reduction=1.0, progress=0.0)
        shares = [group["lr"] / stage.learning_rate for group in adamw.param_groups]

        def learn(rate: float) -> float:
            adamw.zero_grad(set_to_none=True)
            together = list(islice(pieces, settings.accumulate))
            total = sum(settings.loss.weight_of(seen.labels[batch]) for seen, batch in together)
            loss = 0.0
            for seen, batch in together:
                share = settings.loss.weight_of(seen.labels[batch]) / total
                part = _loss(model, seen, batch, settings, fabric) * share
                part.backward()
                loss += float(part.detach())
            if settings.gradient_clip is not None:
                torch.nn.utils.clip_grad_norm_(trained, settings.gradient_clip)
            for group, share in zip(adamw.param_groups, shares, strict=True):
                group["lr"] = rate * share
            adamw.step()
            return loss

        try:
            return sweep_rates(learn, lowest=lowest, highest=highest, n_steps=n_steps)
        finally:
            freezer.apply(trainable, dropout=None)


def _pieces(
    training: LabelledTokens, settings: TrainingSettings
) -> Iterator[tuple[LabelledTokens, NDArray[np.intp]]]:
    """Yield the batches of epoch after epoch, with the texts that they belong to."""
    sampler = settings.sampler(training.texts.lengths, training.labels)
    for epoch in count(1):
        seen = training.in_epoch(epoch)
        for batch in sampler.batches(epoch):
            yield seen, batch


def _loss(
    model: EncoderWithHead,
    seen: LabelledTokens,
    batch: NDArray[np.intp],
    settings: TrainingSettings,
    fabric: Fabric,
) -> torch.Tensor:
    with fabric.autocast():
        logits = model(**model_inputs(seen.texts, batch, None, fabric.device))
    labels = torch.from_numpy(seen.labels[batch]).to(fabric.device)
    return settings.loss(logits.float(), labels)


def _steepest(rates: NDArray[np.float64], losses: NDArray[np.float64]) -> float | None:
    lowest = int(np.argmin(losses)) if len(losses) else 0
    if lowest == 0:
        return None
    # Rates are evenly spaced on a logarithmic axis, so a slope by step is one by decade.
    slopes = np.gradient(losses)[: lowest + 1]
    return float(rates[int(np.argmin(slopes))])
