"""Whether two experiments are the same run on a given encoder.

Names and ranges of layers are written for one depth and mean a fraction of any other; on a
shallow encoder two of them may mean the same layers. What is the same is computed once.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from patsieve.experiments.build import build_schedule
from patsieve.experiments.spec import ExperimentSpec, bases_as_stacked
from patsieve.finetuning.freezing import tensors_in_share, trainable_tensors
from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.optimizer import group_rates
from patsieve.finetuning.outline import outline_of
from patsieve.finetuning.schedule import Stage

# What a stage says in words of layer groups; here it counts by the tensors that are meant.
_RESOLVED = ("name", "train", "grow_percent", "learning_rate", "learning_rates", "layer_decay")


def twins_among(specs: Sequence[ExperimentSpec], checkpoint: str | None) -> dict[str, str]:
    """Return, of experiments that are the same run as an earlier one, that one's name.

    Parameters
    ----------
    checkpoint : str, optional
        The encoder that all of them run on; by default each has its own.
    """
    groups: dict[tuple[str | None, str], LayerGroups] = {}
    seen: dict[tuple[str | None, str], str] = {}
    found = {}
    for spec in specs:
        if spec.kind != "encoder":
            continue
        encoder = (
            spec.encoder.checkpoint if checkpoint is None else checkpoint,
            spec.encoder.pooling,
        )
        if encoder not in groups:
            groups[encoder] = outline_of(encoder[0], pooling=spec.encoder.pooling).groups
        key = (encoder[0], run_identity(spec, groups[encoder]))
        if seen.setdefault(key, spec.name) != spec.name:
            found[spec.name] = seen[key]
    return found


def run_identity(spec: ExperimentSpec, groups: LayerGroups) -> str:
    """Return a hash of everything that decides the numbers of a run on an encoder, but the seed.

    Experiments with the same hash give the same numbers on the same data with the same seed.
    What they say about themselves, how they name their stages and by which expressions they
    choose their layers does not matter, and neither do rates of what never trains.

    Parameters
    ----------
    groups : LayerGroups
        Of the encoder that the experiments in question run on, with their pooling.

    Raises
    ------
    LayerGroupError
        If the experiment names layers that the encoder does not have.
    """
    return sha256(json.dumps(_decisive(spec, groups), sort_keys=True).encode()).hexdigest()


def _decisive(spec: ExperimentSpec, groups: LayerGroups) -> dict[str, Any]:
    told = spec.decisive()
    if spec.kind == "encoder":
        told["encoder"].pop("reference_checkpoint")
        told["stages"] = [_resolved(stage, groups) for stage in build_schedule(spec).stages]
    if spec.stacking is not None:
        told["stacking"]["bases"] = [_decisive(base, groups) for base in bases_as_stacked(spec)]
    return told


def _resolved(stage: Stage, groups: LayerGroups) -> dict[str, Any]:
    """Return a stage with its expressions replaced by what they mean on these groups."""
    told = {key: value for key, value in asdict(stage).items() if key not in _RESOLVED}
    named = trainable_tensors(stage, groups, stage_round=0)
    grown = 0
    if stage.grow_percent is not None:
        grown = tensors_in_share(stage.grow_percent, len(groups.backbone))
    trains = {groups.group_of(tensor) for tensor in named}
    if stage.surgical is not None:
        # It may choose any of them.
        trains = set(groups.names)
    if grown:
        # By its last round, a stage that grows may have reached any of them.
        trains |= {groups.group_of(tensor) for tensor in groups.backbone}
    rates = {name: rate for name, rate in group_rates(stage, groups).items() if name in trains}
    told["named"] = named
    told["grown"] = grown
    told["rates"] = {name: rate.rate for name, rate in rates.items()}
    told["reducer"] = _reducer(stage, [name for name, rate in rates.items() if rate.reduced])
    return told


def _reducer(stage: Stage, groups: list[str]) -> dict[str, Any] | None:
    if stage.reducer is None or not groups:
        return None
    return asdict(stage.reducer) | {"groups": groups}
