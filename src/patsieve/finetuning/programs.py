"""What the libraries keep of every shape of a batch, seen in the memory of this process.

On a CPU, oneDNN makes programs for each shape of a matrix product and keeps them: in bfloat16
some megabytes for each length of a batch, which over the lengths of real texts is more than a
small encoder itself.
"""

import gc
import os
from pathlib import Path

from patsieve.finetuning.bench import TwoLayerBench
from patsieve.finetuning.memory import return_freed_memory

# Lengths to try out: short ones, which cost no time, and the first that were not computed before.
_LENGTHS = range(24, 24 + 8 * 24, 8)
_TRIED = 6


def programs_of_a_shape(bench: TwoLayerBench) -> tuple[float, float]:
    """Return the bytes that stay of a shape that is learnt from, and of one that passes.

    0 where the system does not say how much memory a process holds, and on a GPU, which is
    given programs that were made before.
    """
    if bench.fabric.device.type != "cpu":
        return 0.0, 0.0
    bench.begin("both")
    n_texts = max((n_texts for n_texts, _ in bench.learnt_shapes), default=1)
    fresh = [each for each in _LENGTHS if (n_texts, each) not in bench.learnt_shapes][:_TRIED]
    before = settled_bytes()
    for length in fresh:
        bench.step(n_texts, length)
    learnt = settled_bytes()
    passes = [(bench.texts_at_once(length), length) for length in _LENGTHS]
    untried = [each for each in passes if each not in bench.passed_shapes][:_TRIED]
    for shape in untried:
        bench.pass_through(*shape)
    passed = settled_bytes()
    return max(learnt - before, 0) / len(fresh), max(passed - learnt, 0) / len(untried)


def settled_bytes() -> int:
    """Return the memory that this process holds and cannot give back; 0 if it is not told."""
    gc.collect()
    return_freed_memory()
    return resident_bytes()


def resident_bytes() -> int:
    """Return the memory that this process holds; 0 if the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
