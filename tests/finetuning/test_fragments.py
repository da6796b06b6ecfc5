"""What the allocator holds in vain is what a process grows by beyond what batches use."""

from types import SimpleNamespace

import pytest

from patsieve.finetuning.forecast import EncoderShape
from patsieve.finetuning.fragments import fragments_per_token
from patsieve.finetuning.pace import SavedBytes
from patsieve.finetuning.programs import resident_bytes

SHAPE = EncoderShape(n_layers=6, hidden_size=8, widest=32, matrix_parameters=1, n_parameters=1)
LARGEST = 4 * 100
WASTE = 80_000_000


class HoardingBench:
    """Holds on to memory at the batch of a given length."""

    def __init__(self, *, at_length: int, device: str = "cpu") -> None:
        self.fabric = SimpleNamespace(device=SimpleNamespace(type=device))
        self.learnt_shapes: set[tuple[int, int]] = set()
        self.trained: list[object] = []
        self.kind = ""
        self.steps: list[tuple[int, int]] = []
        self._at_length = at_length
        self._hoard = b""

    def begin(self, kind: str) -> None:
        self.kind = kind

    def step(self, n_texts: int, length: int) -> None:
        self.learnt_shapes.add((n_texts, length))
        self.steps.append((n_texts, length))
        if length == self._at_length:
            self._hoard = b"x" * WASTE


def measured(bench, *, saved=0.0, programs=0.0):
    return fragments_per_token(
        bench,
        [(4, 10), (4, 50), (4, 100)],
        shape=SHAPE,
        saved=SavedBytes(saved, 0.0, 0.0),
        program_bytes=programs,
    )


@pytest.mark.skipif(not resident_bytes(), reason="this system does not tell a process's memory")
def test_what_a_process_grows_by_is_told_for_each_token_of_the_largest_batch():
    bench = HoardingBench(at_length=50)

    assert measured(bench) * LARGEST == pytest.approx(WASTE, rel=0.1)
    assert (bench.kind, bench.steps) == ("both", [(4, 10), (4, 50), (4, 100)])


@pytest.mark.skipif(not resident_bytes(), reason="this system does not tell a process's memory")
def test_what_is_in_use_and_programs_do_not_count():
    # Two layers of 20 MB each, and 5 MB for each of three shapes that were not seen before.
    found = measured(HoardingBench(at_length=50), saved=20e6, programs=5e6)

    assert found * LARGEST == pytest.approx(WASTE - 2 * 20e6 - 3 * 5e6, rel=0.2)


def test_nothing_is_held_in_vain_where_nothing_grew_or_another_allocator_works():
    assert measured(HoardingBench(at_length=7), saved=20e6) == 0.0
    assert measured(HoardingBench(at_length=50, device="cuda")) == 0.0
