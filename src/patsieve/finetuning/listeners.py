"""Telling callbacks what happens, in one process of several."""

from collections.abc import Sequence
from typing import Any, final

from lightning_fabric import Fabric

from patsieve.finetuning.events import Callback, TrainingState


@final
class Listeners:
    """The callbacks of a run.

    They hear of it in the first process only; what they ask for there, all processes do.

    Parameters
    ----------
    callbacks : sequence of Callback
    fabric : lightning_fabric.Fabric
    """

    def __init__(self, callbacks: Sequence[Callback], fabric: Fabric) -> None:
        self._callbacks: tuple[Callback, ...] = tuple(callbacks)
        self._fabric = fabric

    def add(self, *callbacks: Callback) -> None:
        """Let more callbacks hear of the run."""
        self._callbacks += callbacks

    def emit(self, hook: str, state: TrainingState) -> None:
        """Call a hook of every callback, in their order."""
        if self._fabric.is_global_zero:
            for callback in self._callbacks:
                listener: Any = getattr(callback, hook)
                listener(state)
        if self._fabric.world_size > 1 and hook != "on_batch_end":
            asked = self._fabric.broadcast((state.stop_reason, state.stage_end_reason))
            state.stop_reason, state.stage_end_reason = asked
