"""How large gradients are beside the weights that they would move, by layer group.

The relative gradient norm ||gradient|| / ||weights|| says which layers a data set asks to change
(Lee et al. 2023, "Surgical Fine-Tuning Improves Adaptation to Distribution Shifts", arXiv
2210.11466, section 4: Auto-RGN). Like the paper's own code it is taken on a few batches and
averaged over them. Unlike it, which treats each tensor as a layer, a layer group is measured as
one vector: in a BERT the small tensors of a group drown the others otherwise (in the encoder
that comes with patsieve, the two token-type vectors alone would raise the embeddings to 25 times
the ratio of any layer).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Literal, final

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import nn

from patsieve.errors import LearningError
from patsieve.finetuning.events import Callback, TrainingState
from patsieve.finetuning.inference import LabelledTokens, model_inputs
from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.untouched import left_as_found

# The paper's own code looks at five batches.
BATCHES = 5


def relative_gradient_norms(
    model: EncoderWithHead,
    groups: LayerGroups,
    training: LabelledTokens,
    settings: TrainingSettings,
    *,
    fabric: Fabric,
    max_batches: int = BATCHES,
    epoch: int = 1,
    per: Literal["group", "tensor"] = "group",
) -> dict[str, float]:
    """Measure ||gradient|| / ||weights|| of every layer group, frozen ones too.

    Measured without dropout, in the run's precision, on the first batches of an epoch, which
    the seed decides; the mean over the batches. Afterwards the model, its gradients and torch's
    random numbers are as they were.

    Parameters
    ----------
    settings : TrainingSettings
        Loss, seed, and how batches are drawn.
    fabric : lightning_fabric.Fabric
        Device and precision; the model is on the device already.
    max_batches : int
        Fewer if the epoch has fewer.
    epoch : int
        The epoch (from 1) whose batches are read.
    per : {"group", "tensor"}
        Whether a group is measured as one vector, or is the mean of the ratios of its tensors,
        as in the paper's code. Tensors that are zero, such as a new classifier's bias, have no
        ratio of their own and are left out of that mean.

    Returns
    -------
    dict of str to float
        From input to output; 0 or more. A group whose weights are all zero counts as 0.

    Raises
    ------
    LearningError
        If a gradient is not a number.
    """
    seen = training.in_epoch(epoch)
    batches = settings.sampler(seen.texts.lengths, seen.labels).batches(epoch)
    named = dict(model.named_parameters())
    tensors = {name: named[name] for names in groups.tensors.values() for name in names}
    weights = _norms(tensors.values())
    measured = []
    with left_as_found(model), torch.enable_grad():
        model.requires_grad_(True).eval()
        for batch in islice(batches, max_batches):
            labels = torch.from_numpy(seen.labels[batch]).to(fabric.device)
            with fabric.autocast():
                logits = model(**model_inputs(seen.texts, batch, None, fabric.device))
            loss = settings.loss(logits.float(), labels)
            # Unlike backward() this leaves every tensor's own gradient alone.
            found: Sequence[torch.Tensor | None] = torch.autograd.grad(
                loss, list(tensors.values()), allow_unused=True
            )
            # What the loss does not hang on at all has no gradient to speak of.
            gradients = (torch.zeros(1) if each is None else each for each in found)
            measured.append(_ratios(_norms(gradients), weights, tuple(tensors), groups, per=per))
    ratios = {group: float(np.mean([each[group] for each in measured])) for group in groups.names}
    broken = [group for group, ratio in ratios.items() if not np.isfinite(ratio)]
    if broken:
        raise LearningError(
            f"the gradients of {', '.join(broken)} are not numbers, so layers cannot be chosen "
            "by them; the weights have left the numbers before"
        )
    return ratios


@final
class RelativeGradients(Callback):
    """Records the relative gradient norms of what trains, epoch by epoch.

    They are those of the run's own steps: with dropout, before clipping, weights moving; the
    mean over the steps of the epoch. What is frozen has no gradient and is not in them.

    Parameters
    ----------
    model : EncoderWithHead
        The one that the trainer trains.
    groups : LayerGroups
        Of that model.
    accumulate : int
        As in `TrainingSettings`: a step's gradient is complete after so many batches.

    Attributes
    ----------
    epochs : dict of int to dict of str to float
        Epoch to layer group to ratio, of the epochs that this callback has seen. Of a group of
        which only a part trains, the ratio is that part's.
    """

    def __init__(self, model: EncoderWithHead, groups: LayerGroups, *, accumulate: int = 1) -> None:
        self.model = model
        self.groups = groups
        self.accumulate = accumulate
        self.epochs: dict[int, dict[str, float]] = {}
        self._steps: list[dict[str, float]] = []

    def on_epoch_begin(self, state: TrainingState) -> None:  # noqa: ARG002
        """Begin anew."""
        self._steps = []

    def on_batch_end(self, state: TrainingState) -> None:
        """Look at the gradients, which the optimizer has not used yet, if they are complete."""
        if state.batch % self.accumulate and state.batch < state.n_batches:
            return
        self._steps.append(_of_what_trains(self.model, self.groups))

    def on_epoch_end(self, state: TrainingState) -> None:
        """Average over the steps."""
        if self._steps:
            self.epochs[state.epoch] = {
                group: float(np.mean([step[group] for step in self._steps]))
                for group in self._steps[0]
            }


def _of_what_trains(model: nn.Module, groups: LayerGroups) -> dict[str, float]:
    named = {name: value for name, value in model.named_parameters() if value.grad is not None}
    trained = {
        group: tuple(name for name in names if name in named)
        for group, names in groups.tensors.items()
    }
    part = LayerGroups({group: names for group, names in trained.items() if names})
    order = tuple(name for names in part.tensors.values() for name in names)
    gradients = _norms(value.grad for name in order if (value := named[name]).grad is not None)
    return _ratios(gradients, _norms(named[name] for name in order), order, part, per="group")


def _norms(tensors: Iterable[torch.Tensor]) -> NDArray[np.float64]:
    norms = [torch.linalg.vector_norm(each.detach().float()) for each in tensors]
    return torch.stack([norm.to(norms[0].device) for norm in norms]).double().cpu().numpy()


def _ratios(
    gradients: NDArray[np.float64],
    weights: NDArray[np.float64],
    order: tuple[str, ...],
    groups: LayerGroups,
    *,
    per: Literal["group", "tensor"],
) -> dict[str, float]:
    """Return the ratio of each group from the norms of its tensors, which stand in `order`."""
    place: Mapping[str, int] = {name: number for number, name in enumerate(order)}
    ratios = {}
    for group, names in groups.tensors.items():
        own = [place[name] for name in names if weights[place[name]] > 0]
        if not own:
            ratios[group] = 0.0
        elif per == "tensor":
            ratios[group] = float(np.mean(gradients[own] / weights[own]))
        else:
            everything = [place[name] for name in names]
            whole = np.linalg.norm(gradients[everything]) / np.linalg.norm(weights[everything])
            ratios[group] = float(whole)
    return ratios
