"""What an epoch's batches came to, whichever process computed them."""

from typing import final

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray

from patsieve.finetuning.scores import epoch_scores


def own_part(batch: NDArray[np.intp], fabric: Fabric) -> NDArray[np.intp]:
    """Return the records of a batch that this process computes; of small batches maybe none."""
    return batch[fabric.global_rank :: fabric.world_size]


@final
class EpochOutputs:
    """Collects logits and losses of an epoch, batch by batch.

    Parameters
    ----------
    labels : array of int of shape (n_drawn,)
        Of the records in the order in which they are drawn.
    fabric : lightning_fabric.Fabric
    """

    def __init__(self, labels: NDArray[np.int64], fabric: Fabric) -> None:
        self._labels = labels
        self._fabric = fabric
        self._logits = torch.zeros((len(labels), 2), device=fabric.device)
        # Loss times weight, and weight.
        self._sums = torch.zeros(2, dtype=torch.float64)
        self._n_seen = 0

    def add(self, n_records: int, logits: torch.Tensor, loss: float, weight: float) -> None:
        """Take up a batch.

        Parameters
        ----------
        n_records : int
            Records of the whole batch.
        logits : tensor of shape (n_own, 2)
        loss : float
            The mean over this process's part of the batch.
        weight : float
            What that part counts for; 0 if it has none.
        """
        first, stop = self._n_seen, self._n_seen + n_records
        self._n_seen = stop
        if weight:
            self._logits[first + self._fabric.global_rank : stop : self._fabric.world_size] = logits
            self._sums += torch.tensor([loss * weight, weight], dtype=torch.float64)

    @property
    def running_loss(self) -> float:
        """Mean loss of what this process has computed so far."""
        return float(self._sums[0] / self._sums[1]) if self._sums[1] else 0.0

    def scores(self) -> dict[str, float]:
        """Return the epoch's training scores, the same in every process."""
        if self._fabric.world_size > 1:
            # Every process has filled its own rows; all others are zero.
            self._fabric.all_reduce(self._logits, reduce_op="sum")
            self._fabric.all_reduce(self._sums, reduce_op="sum")
        logits = self._logits.double().cpu().numpy()
        return epoch_scores(logits, self._labels, loss=self.running_loss)
