"""What the allocator holds beyond what is in use, while batches of ever other lengths come.

What glibc gets back of one batch it cannot always use for the next: a hole of just the size that
is asked for is too small for an aligned block. How much that comes to depends on system, library
and lengths, so some steps are taken and their memory is watched.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from patsieve.finetuning.bench import TwoLayerBench
from patsieve.finetuning.forecast import EncoderShape
from patsieve.finetuning.pace import SavedBytes
from patsieve.finetuning.programs import resident_bytes, settled_bytes

# After that only the longest batches are tried, which decide.
_SECONDS = 8.0
_INTERVAL = 0.002


def fragments_per_token(
    bench: TwoLayerBench,
    batches: Sequence[tuple[int, int]],
    *,
    shape: EncoderShape,
    saved: SavedBytes,
    program_bytes: float,
) -> float:
    """Return the bytes held but not used, for each token of the largest batch.

    0 where the system does not say how much memory a process holds, and on a GPU, where
    torch's own allocator is at work.

    Parameters
    ----------
    batches : sequence of (n_texts, n_tokens)
        As a run meets them, one of the largest at the end. They should be as large as a run's:
        blocks beyond a size are given back at once, so fewer texts leave more for each token.
    saved : SavedBytes
        Of a layer that trains.
    program_bytes : float
        What stays of a shape that was not learnt from before.
    """
    if bench.fabric.device.type != "cpu" or not batches:
        return 0.0
    bench.begin("both")
    known, largest = len(bench.learnt_shapes), max(map(_n_tokens, batches))
    before = settled_bytes()
    started = time.perf_counter()
    with _watched() as highest:
        for batch in batches:
            if _n_tokens(batch) == largest or time.perf_counter() - started < _SECONDS:
                bench.step(*batch)
    in_use = max(2 * saved.of(*batch) + shape.flowing_bytes(*batch) for batch in batches)
    in_use += sum(parameter.nbytes for parameter in bench.trained)
    in_use += program_bytes * (len(bench.learnt_shapes) - known)
    return max(highest[0] - before - in_use, 0.0) / largest


def _n_tokens(batch: tuple[int, int]) -> int:
    n_texts, length = batch
    return n_texts * length


@contextmanager
def _watched() -> Iterator[list[int]]:
    """Within the block, note the most memory that this process holds at any time."""
    highest = [resident_bytes()]
    over = threading.Event()

    def look() -> None:
        while not over.wait(_INTERVAL):
            highest[0] = max(highest[0], resident_bytes())

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield highest
    finally:
        over.set()
        watcher.join()
