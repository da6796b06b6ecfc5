"""AdamW over exactly the tensors that train, with a learning rate for each layer group.

Tensors are told apart by identity, never by value: a fresh normalisation layer equals every
other one. The optimizer is rebuilt at each stage change; the moments of tensors that go on
training are carried over, unless the stage starts from the best weights, to which the
moments do not belong.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, final

import torch
from torch import nn

from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.schedule import Stage
from patsieve.finetuning.selection import select_groups

# The optimizer's own, as in BERT's fine-tuning (Devlin et al. 2019, appendix A.3).
_BETAS = (0.9, 0.999)
_EPSILON = 1e-8


@final
@dataclass(frozen=True)
class GroupRate:
    """The rate of one layer group in a stage.

    Attributes
    ----------
    rate : float
        Before warm-up, decay and reduction.
    floor : float
        Reduction stops here; warm-up and decay may go below.
    reduced : bool
        Whether the stage's reducer touches the group.
    """

    rate: float
    floor: float
    reduced: bool


def group_rates(stage: Stage, groups: LayerGroups) -> dict[str, GroupRate]:
    """Return the rate of every layer group, were it to train in the stage."""
    who = f"stage '{stage.name}'"
    base = dict.fromkeys(groups.names, stage.learning_rate)
    for expression, rate in stage.learning_rates.items():
        base.update(dict.fromkeys(select_groups(expression, groups.names, who=who), rate))
    reduced: set[str] = set()
    if stage.reducer is not None:
        for expression in stage.reducer.groups:
            reduced.update(select_groups(expression, groups.names, who=who))
    floor = stage.reducer.floor if stage.reducer is not None else 0.0
    rates = {}
    for name in groups.names:
        decayed = base[name] * stage.layer_decay ** groups.distance_from_output(name)
        rates[name] = GroupRate(decayed, min(floor, decayed), name in reduced)
    return rates


@final
class StageOptimizer:
    """AdamW with one parameter group for each layer group, age and kind of tensor.

    Parameters
    ----------
    model : torch.nn.Module
    groups : LayerGroups
    """

    def __init__(self, model: nn.Module, groups: LayerGroups) -> None:
        self._parameters = dict(model.named_parameters())
        self._without_decay = _biases_and_norms(model)
        self._groups = groups
        self._rates: dict[str, GroupRate] = {}
        self._stage: Stage | None = None
        self.first_step: dict[str, int] = {}
        self.adamw: torch.optim.AdamW | None = None

    def rebuild(
        self, stage: Stage, trainable: Iterable[str], *, step: int, keep_moments: bool
    ) -> torch.optim.AdamW:
        """Make the optimizer of a stage.

        Parameters
        ----------
        trainable : iterable of str
            Tensor names.
        step : int
            Steps taken so far; warm-up of tensors that are new counts from here.
        keep_moments : bool
            Whether tensors that trained before keep their moments.
        """
        names = tuple(trainable)
        self.first_step = {name: self.first_step.get(name, step) for name in names}
        self._rates = group_rates(stage, self._groups)
        self._stage = stage
        before = self.adamw.state if self.adamw is not None and keep_moments else {}
        self.adamw = torch.optim.AdamW(
            self._parameter_groups(names, stage.weight_decay),
            lr=0.0,
            betas=_BETAS,
            eps=_EPSILON,
            fused=True,
        )
        for name in names:
            parameter = self._parameters[name]
            if parameter in before:
                self.adamw.state[parameter] = before[parameter]
        return self.adamw

    def set_rates(self, *, step: int, reduction: float, progress: float) -> dict[str, float]:
        """Set every group's rate for a step and return them by layer group.

        Parameters
        ----------
        step : int
            Steps taken before this one.
        reduction : float
            What the stage's reducer multiplies its groups by.
        progress : float
            Share of the stage's possible steps that has passed, 0 up to 1.
        """
        assert self.adamw is not None
        assert self._stage is not None
        shown: dict[str, float] = {}
        for group in self.adamw.param_groups:
            rate = self._rates[group["layer_group"]]
            full = max(rate.rate * reduction, rate.floor) if rate.reduced else rate.rate
            full *= _decayed(self._stage.decay, progress)
            if self._stage.warmup_steps:
                taken = step - group["first_step"]
                full *= min(1.0, (taken + 1) / (self._stage.warmup_steps + 1))
            group["lr"] = full
            shown[group["layer_group"]] = max(full, shown.get(group["layer_group"], 0.0))
        return shown

    def moments(self) -> dict[str, torch.Tensor]:
        """Return the optimizer's tensors by name, for a checkpoint."""
        assert self.adamw is not None
        return {
            f"{key}/{name}": value
            for name in self.first_step
            for key, value in self.adamw.state.get(self._parameters[name], {}).items()
        }

    def load_moments(self, moments: dict[str, torch.Tensor]) -> None:
        """Put back what `moments` returned."""
        assert self.adamw is not None
        for key, value in moments.items():
            kind, _, name = key.partition("/")
            parameter = self._parameters[name]
            # Fused AdamW keeps all of its state, the step counter too, with the parameter.
            self.adamw.state[parameter][kind] = value.to(parameter.device)

    def _parameter_groups(self, names: tuple[str, ...], weight_decay: float) -> list[Any]:
        members: dict[tuple[str, int, bool], list[nn.Parameter]] = {}
        for name in names:
            key = (self._groups.group_of(name), self.first_step[name], name in self._without_decay)
            members.setdefault(key, []).append(self._parameters[name])
        return [
            {
                "params": parameters,
                "layer_group": layer_group,
                "first_step": first_step,
                "weight_decay": 0.0 if exempt else weight_decay,
            }
            for (layer_group, first_step, exempt), parameters in members.items()
        ]


def _decayed(kind: str, progress: float) -> float:
    if kind == "linear":
        return max(0.0, 1.0 - progress)
    if kind == "cosine":
        return 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))
    return 1.0


def _biases_and_norms(model: nn.Module) -> set[str]:
    exempt = set()
    for prefix, module in model.named_modules():
        for name, _ in module.named_parameters(prefix=prefix, recurse=False):
            is_norm = "norm" in type(module).__name__.lower()
            if is_norm or name.endswith("bias"):
                exempt.add(name)
    return exempt
