"""A warning where a stage freezes what no pre-training has shaped."""

import warnings
from collections.abc import Collection

from patsieve.errors import PatsieveWarning
from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.schedule import Stage


def warn_of_frozen_noise(
    stage: Stage, groups: LayerGroups, trainable: Collection[str], *, fresh: Collection[str]
) -> None:
    """Name the fresh tensors that a stage leaves frozen, and say what to unfreeze.

    Parameters
    ----------
    trainable : collection of str
        The tensors that train in the stage.
    fresh : collection of str
        Those that hold the random numbers they were made with.
    """
    grouped = {tensor for names in groups.tensors.values() for tensor in names}
    noise = sorted((set(fresh) & grouped) - set(trainable))
    if noise:
        where = sorted({groups.group_of(tensor) for tensor in noise})
        warnings.warn(
            f"stage '{stage.name}' leaves {', '.join(where)} frozen, but the checkpoint does "
            f"not hold {', '.join(noise)}: the classifier reads through random weights; add "
            f"{' and '.join(repr(name) for name in where)} to what the stage trains",
            PatsieveWarning,
            stacklevel=2,
        )
