"""A short measured burst: how fast this machine trains an encoder, and what that holds.

Steps that train more and less of two layers are compared. Other work on the machine makes
some of them slow and none of them fast, so the lower quartile of several rounds counts; where
two long times are subtracted, the shortest.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

import torch
from lightning_fabric import Fabric

from patsieve.finetuning.bench import TwoLayerBench
from patsieve.finetuning.fragments import fragments_per_token
from patsieve.finetuning.outline import EncoderOutline
from patsieve.finetuning.pace import EncoderPace, Pace, SavedBytes
from patsieve.finetuning.programs import programs_of_a_shape, settled_bytes

# Rounds of measurements for each length; fewer if they take longer together.
_ROUNDS = 8
_FEWEST_ROUNDS = 3
_SECONDS = 4.0
# Small batches tell what is kept of a batch: it grows with tokens and with pairs of tokens.
_SMALL = ((2, 16), (4, 16), (2, 32))
# Runs took 1.15 to 1.3 times as long as their steps and passes one by one, measured in a burst
# (docs/experiments.md, 2026-11-25): between steps memory and programs are found anew.
_IN_A_RUN = 1.2
# What the allocator makes of batches is seen in few steps, which may hold more texts.
_MORE_TEXTS = 4
# The kinds of steps whose times are compared.
_TIMED = ("head", "both", "bottom", "all")
_FIRST = "first"
# A layer that only hands gradients through takes two thirds of what one that trains takes, by
# its operations; memory traffic moves that, but not out of these bounds.
_PASSED = (0.4, 0.85)


@final
@dataclass(frozen=True)
class BatchSizes:
    """At which batches to measure.

    Attributes
    ----------
    n_texts : int
    lengths : tuple of int
        Tokens of the longest text of a short and of a long batch.
    met : tuple of int
        Tokens of the longest text of some batches in the order in which a run meets them, one
        of the longest at the end.
    """

    n_texts: int
    lengths: tuple[int, ...]
    met: tuple[int, ...] = ()


@final
class Burst:
    """Measures encoders, each kind of training once.

    Parameters
    ----------
    fabric : lightning_fabric.Fabric
        The run's device and precision.
    seconds_alone : bool
        Leave out what only the forecast of memory needs, which takes some seconds.
    """

    def __init__(self, fabric: Fabric, *, seconds_alone: bool = False) -> None:
        self.fabric = fabric
        self._seconds_alone = seconds_alone
        self._fragments: dict[tuple[object, ...], float] = {}
        # What a process holds before there is a model, and once it has seen one.
        self._held = settled_bytes()
        self._own = 0
        self._known: dict[tuple[object, ...], EncoderPace] = {}

    def pace(
        self, outline: EncoderOutline, sizes: BatchSizes, *, dropout: float | None
    ) -> EncoderPace:
        """Return how fast the encoder trains; measured once for each batch size and dropout.

        Parameters
        ----------
        dropout : float, optional
            Of a stage; None is what the checkpoint's configuration says.
        """
        key = (outline.source, outline.pooling, sizes.n_texts, dropout)
        if key not in self._known:
            # Weights, dropout and texts draw from torch's global generator.
            with torch.random.fork_rng(devices=[]):
                bench = TwoLayerBench(outline, self.fabric, dropout)
                n_texts = _affordable(bench, sizes)
                found = _measured(bench, outline, sizes.lengths, n_texts)
                at_most = min(sizes.n_texts, _MORE_TEXTS * n_texts)
                batches = [(at_most, length) for length in sizes.met]
                found = self._with_fragments(found, bench, outline, batches)
                learnt, passed = len(bench.learnt_shapes), len(bench.passed_shapes)
                del bench
            self._known[key] = self._with_process(found, learnt, passed)
        return self._known[key]

    def _with_fragments(
        self,
        pace: EncoderPace,
        bench: TwoLayerBench,
        outline: EncoderOutline,
        batches: Sequence[tuple[int, int]],
    ) -> EncoderPace:
        """Add what the allocator holds in vain, on which dropout has no bearing."""
        if self._seconds_alone or not batches:
            return pace
        n_texts, _ = batches[0]
        key = (outline.source, outline.pooling, n_texts)
        if key not in self._fragments:
            self._fragments[key] = fragments_per_token(
                bench,
                batches,
                shape=outline.shape,
                saved=pace.saved,
                program_bytes=pace.step_program_bytes,
            )
        return replace(pace, fragments_per_token=self._fragments[key])

    def _with_process(self, pace: EncoderPace, learnt: int, passed: int) -> EncoderPace:
        """Add what the process holds, without the programs that the measurement has left."""
        if not self._held:
            return pace
        if not self._own:
            programs = learnt * pace.step_program_bytes + passed * pace.pass_program_bytes
            self._own = max(settled_bytes() - int(programs), self._held)
        return replace(pace, process_bytes=self._own)


def _measured(
    bench: TwoLayerBench, outline: EncoderOutline, lengths: Iterable[int], n_texts: int
) -> EncoderPace:
    found = {length: _parts(bench, n_texts, length) for length in sorted(set(lengths))}

    def pace(part: str, *, at_once: bool = False) -> Pace:
        size = {length: bench.texts_at_once(length) if at_once else n_texts for length in found}
        return Pace(
            {
                outline.shape.layer_operations(size[length], length): seconds[part]
                for length, seconds in found.items()
            }
        )

    trained, passed = _saved(bench)
    of_step, of_pass = programs_of_a_shape(bench)
    return EncoderPace(
        trained=pace("trained"),
        passed=pace("passed"),
        inference=pace("inference", at_once=True),
        through=pace("through"),
        embeddings=pace("embeddings"),
        through_inference=pace("below", at_once=True),
        step=usual(seconds["head"] for seconds in found.values()),
        optimizer=usual(seconds["optimizer"] for seconds in found.values()),
        saved=trained,
        saved_passed=passed,
        stored_bytes=bench.stored_bytes(),
        cacheable=bench.model.is_cacheable,
        step_program_bytes=of_step,
        pass_program_bytes=of_pass,
    )


def _affordable(bench: TwoLayerBench, sizes: BatchSizes) -> int:
    """Return how many texts a batch may hold for two rounds of steps to keep to their time."""
    longest = max(sizes.lengths)
    bench.begin("both")
    bench.step(1, longest)
    seconds = min(sum(bench.step(1, longest)) for _ in range(3))
    # All kinds of steps take about as long as three of the one that trains both layers.
    return max(1, min(sizes.n_texts, int(_SECONDS / (2 * 3 * seconds))))


def _parts(bench: TwoLayerBench, n_texts: int, length: int) -> dict[str, float]:
    """Return the seconds of each part of a step, and of a pass, on texts of one length."""
    timed = (*_TIMED, _FIRST) if bench.has_first else _TIMED
    steps: dict[str, list[float]] = {kind: [] for kind in timed}
    per_number: list[float] = []
    passes: list[tuple[float, float]] = []
    started = time.perf_counter()
    for number in range(_ROUNDS + 1):
        for kind in timed:
            bench.begin(kind)
            learning, changing = bench.step(n_texts, length)
            steps[kind].append(learning)
            if kind == "all":
                per_number.append(changing / sum(p.numel() for p in bench.trained))
        passes.append(bench.pass_through(bench.texts_at_once(length), length))
        if number >= _FEWEST_ROUNDS and time.perf_counter() - started > _SECONDS:
            break
    # The first round warms up.
    below = usual(seconds for _, seconds in passes[1:])
    around = below * n_texts / bench.texts_at_once(length)
    found = {
        **_shares({kind: seconds[1:] for kind, seconds in steps.items()}, around=around),
        "optimizer": usual(per_number[1:]),
        "inference": (usual(whole for whole, _ in passes[1:]) - below) / 2,
        "below": below,
    }
    return {part: _IN_A_RUN * seconds for part, seconds in found.items()}


def _shares(steps: Mapping[str, Sequence[float]], *, around: float) -> dict[str, float]:
    """Divide a step's time among its parts.

    Parameters
    ----------
    steps : mapping of str to sequence of float
        The seconds of each kind of step.
    around : float
        Seconds of a step outside layers and classifier.
    """
    least = {kind: min(seconds) for kind, seconds in steps.items()}
    slowness = usual(steps["both"]) / least["both"]
    layer = max((least["both"] - least["head"] - around) / 2, 0.1 * least["both"])
    first = least.get(_FIRST, 0.0)
    passed = least["bottom"] - least["head"] - around - layer
    return {
        "head": usual(steps["head"]),
        "trained": slowness * layer,
        "passed": slowness * min(max(passed, _PASSED[0] * layer), _PASSED[1] * layer),
        # A last layer that is computed for the first token alone is part of what is around.
        "through": max(first - least["head"], around),
        "embeddings": slowness * max(least["all"] - least["both"], 0.0),
    }


def usual(seconds: Iterable[float]) -> float:
    """Return the lower quartile; the shortest of up to four."""
    ordered = sorted(seconds)
    return ordered[(len(ordered) - 1) // 4]


def _saved(bench: TwoLayerBench) -> tuple[SavedBytes, SavedBytes]:
    """Return what a layer that trains keeps, and one that hands gradients through."""
    kept = {}
    for kind in ("top", "both", "bottom"):
        bench.begin(kind)
        kept[kind] = [bench.saved_bytes(*small) for small in _SMALL]
    more = {
        kind: [one - top for one, top in zip(kept[kind], kept["top"], strict=True)]
        for kind in ("both", "bottom")
    }
    return fitted(more["both"]), fitted(more["bottom"])


def fitted(kept: list[int]) -> SavedBytes:
    """Solve for what is kept whatever the batch, for each token, for each pair of tokens."""
    (few, length), (many, _), (_, twice) = _SMALL
    base, wide, long = kept
    # The second and the third batch have as many tokens, and pairs as 1 to 2.
    per_square = max((long - wide) / (few * twice**2 - many * length**2), 0.0)
    per_token = max((wide - base) / ((many - few) * length) - length * per_square, 0.0)
    fixed = max(base - few * length * (per_token + length * per_square), 0.0)
    return SavedBytes(fixed, per_token, per_square)
