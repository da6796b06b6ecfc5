"""Which records a batch holds: weighted draws together with length buckets.

Draws decide *what* an epoch sees, buckets *with whom*. Both are functions of the seed and
the epoch alone, so that any epoch can be repeated without those before it.
"""

from collections.abc import Iterator
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from patsieve.finetuning.streams import stream

Sampling = Literal["uniform", "balanced"]

# Tokens in a pass without gradients, padding included. A GPU needs many to be busy; on a CPU
# what lies between two matrix products should stay in the caches.
_TOKENS_AT_ONCE = {"cpu": 2048, "cuda": 8192}


@final
class WeightedBucketSampler:
    """Draws records, balanced by class if wanted, in batches of similar length.

    Balanced draws take the same number of either class (one more of label 0 if the epoch's
    length is odd). Within a class the records are taken from a chain of shuffled passes that
    continues from epoch to epoch: over any stretch of training the records of a class are
    drawn equally often, give or take one, which independent draws with replacement are not.

    Parameters
    ----------
    lengths : array of int of shape (n_records,)
        Tokens of each record.
    labels : array of int of shape (n_records,)
        0 or 1, in the order of `lengths`.
    batch_size : int
        Records in a batch; the last batch of an epoch may be smaller.
    sampling : {"uniform", "balanced"}
        Uniform draws take every record once an epoch.
    seed : int
    bucket_batches : int
        Batches that are sorted by length together. 1 shuffles without regard to length;
        more save padding and make the batches of an epoch less alike.
    """

    def __init__(
        self,
        lengths: NDArray[np.int64],
        labels: NDArray[np.int64],
        *,
        batch_size: int,
        sampling: Sampling,
        seed: int,
        bucket_batches: int = 16,
    ) -> None:
        if len(lengths) != len(labels):
            raise ValueError(f"{len(lengths)} lengths but {len(labels)} labels")
        if sampling == "balanced" and len(np.unique(labels)) < 2:
            raise ValueError("balanced draws need records of both classes")
        self.lengths = np.asarray(lengths)
        self.labels = np.asarray(labels)
        self.batch_size = batch_size
        self.sampling = sampling
        self.seed = seed
        self.bucket_batches = bucket_batches

    @property
    def n_batches(self) -> int:
        """Batches in an epoch."""
        return -(-len(self.lengths) // self.batch_size)

    def draws(self, epoch: int) -> NDArray[np.intp]:
        """Return the records of an epoch (from 1), of shape (n_records,), in random order."""
        n_records = len(self.labels)
        if self.sampling == "uniform":
            return stream(self.seed, "order", epoch).permutation(n_records).astype(np.intp)
        n_irrelevant = n_records - n_records // 2
        drawn = np.concatenate(
            [
                self._of_class(0, n_irrelevant, epoch),
                self._of_class(1, n_records - n_irrelevant, epoch),
            ]
        )
        return stream(self.seed, "order", epoch).permutation(drawn)

    def batches(self, epoch: int) -> Iterator[NDArray[np.intp]]:
        """Yield the batches of an epoch (from 1) as arrays of record positions."""
        drawn = self.draws(epoch)
        generator = stream(self.seed, "buckets", epoch)
        span = self.batch_size * self.bucket_batches
        batches: list[NDArray[np.intp]] = []
        for start in range(0, len(drawn), span):
            bucket = drawn[start : start + span]
            # The draws are in random order, so a stable sort leaves equal lengths shuffled.
            bucket = bucket[np.argsort(self.lengths[bucket], kind="stable")]
            batches.extend(
                bucket[first : first + self.batch_size]
                for first in range(0, len(bucket), self.batch_size)
            )
        for position in generator.permutation(len(batches)):
            yield batches[position]

    def _of_class(self, label: int, count: int, epoch: int) -> NDArray[np.intp]:
        members = np.flatnonzero(self.labels == label)
        first = (epoch - 1) * count
        drawn = []
        for turn in range(first // len(members), (first + count - 1) // len(members) + 1):
            shuffled = stream(self.seed, "draws", label, turn).permutation(members)
            low = max(first - turn * len(members), 0)
            high = min(first + count - turn * len(members), len(members))
            drawn.append(shuffled[low:high])
        return np.concatenate(drawn) if drawn else np.empty(0, np.intp)


def tokens_at_once(device: str) -> int:
    """Return how many tokens a pass without gradients takes at once, padding included.

    Parameters
    ----------
    device : str
        The type of a device, as torch calls it.
    """
    return _TOKENS_AT_ONCE.get(device, _TOKENS_AT_ONCE["cuda"])


def by_length(lengths: NDArray[np.int64], *, max_tokens: int) -> Iterator[NDArray[np.intp]]:
    """Yield every record once, in batches of similar length, for passes without learning.

    Parameters
    ----------
    lengths : array of int of shape (n_records,)
    max_tokens : int
        A batch holds at most this many tokens, padding included, or one record.
    """
    order = np.argsort(-np.asarray(lengths), kind="stable")
    start = 0
    while start < len(order):
        longest = max(int(lengths[order[start]]), 1)
        stop = start + max(max_tokens // longest, 1)
        yield order[start:stop]
        start = stop
