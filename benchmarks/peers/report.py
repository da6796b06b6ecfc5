"""The Markdown tables of runs: parity of the losses, then speed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Any

from peers.common import Run

PARITY = 1e-3
"""By how much validation losses on identical batches may differ."""

OURS = "patsieve"
_HEAD_TARGET = 100.0
_WHOLE_TARGET = {"bf16": 5.0, "32": 3.0}
_MEGA = 1e6


@dataclass(frozen=True)
class Result:
    """A run that has ended.

    Attributes
    ----------
    run : Run
    outcome : dict
        What `Clock.outcome` returned.
    operations : float
        Of the encoder layers, on real tokens.
    peak_rate : float
        Operations a second that the machine reached on a matrix product in the same round.
    """

    run: Run
    outcome: dict[str, Any]
    operations: float
    peak_rate: float

    @property
    def losses(self) -> list[float]:
        """The validation loss after each epoch."""
        return [epoch["loss"] for epoch in self.outcome["epochs"]]

    def whole(self, kind: str) -> float:
        """Return the ``wall`` or ``cpu`` seconds of all epochs together."""
        return float(self.outcome[kind])

    def seconds(self, kind: str, first: int, last: int) -> float:
        """Return the mean ``wall`` or ``cpu`` seconds of epochs `first` to `last`, from 1."""
        return fmean(epoch[kind] for epoch in self.outcome["epochs"][first - 1 : last])

    def head_epoch(self, kind: str) -> float:
        """Return the seconds of a head-only epoch after the first; not a number without one."""
        if self.run.head_epochs < 2:
            return float("nan")
        return self.seconds(kind, 2, self.run.head_epochs)

    def late_epoch(self, kind: str) -> float:
        """Return the seconds of an epoch in which encoder layers train, after the first such."""
        first = min(self.run.head_epochs + 2, self.run.epochs)
        return self.seconds(kind, first, self.run.epochs)

    def share(self, kind: str) -> float:
        """Return which share of the machine's peak rate the run came to.

        By CPU time, other work on the machine does not count against it.
        """
        threads = self.run.threads if kind == "cpu" else 1
        return self.operations / (self.whole(kind) / threads * self.peak_rate)


def largest_difference(results: Sequence[Result]) -> float:
    """Return the largest difference of validation losses between systems after any epoch."""
    after_each = zip(*(result.losses for result in results), strict=True)
    return max(max(losses) - min(losses) for losses in after_each)


def parity_table(results: Sequence[Result]) -> Iterator[str]:
    """Yield validation losses after each epoch, side by side."""
    yield "| epoch | " + " | ".join(result.run.system for result in results) + " | difference |"
    yield "|---|" + "---|" * (len(results) + 1)
    for number, losses in enumerate(zip(*(each.losses for each in results), strict=True), 1):
        cells = " | ".join(f"{loss:.6f}" for loss in losses)
        yield f"| {number} | {cells} | {max(losses) - min(losses):.1e} |"
    found = largest_difference(results)
    verdict = "agree" if found <= PARITY else "DO NOT agree"
    yield ""
    yield f"The losses {verdict} to {PARITY:g}: they differ by {found:.1e} at most."


def speed_table(results: Sequence[Result]) -> Iterator[str]:
    """Yield what each system took, and then the ratios; one precision at a time."""
    heads = (
        "system", "seeds", "wall s", "CPU s", "head-only epoch, wall s", "CPU s",
        "later epoch, wall s", "CPU s", "peak MB", "above start MB",
        "share of peak rate, wall", "CPU", "lowest loss", "last loss",
    )  # fmt: skip
    for precision in dict.fromkeys(result.run.precision for result in results):
        chosen = [result for result in results if result.run.precision == precision]
        rate = max(result.peak_rate for result in chosen)
        yield f"### {precision}: matrix products at up to {rate / 1e9:.0f} GFLOP/s"
        yield ""
        yield "| " + " | ".join(heads) + " |"
        yield "|---|" + "---|" * (len(heads) - 1)
        systems = dict.fromkeys(result.run.system for result in chosen)
        for system in systems:
            yield _row(system, [each for each in chosen if each.run.system == system])
        yield ""
        if OURS in systems:
            for system in systems:
                if system != OURS:
                    yield from _ratios(system, chosen)
        yield ""


def _row(system: str, own: Sequence[Result]) -> str:
    def typical(value: Callable[[Result], float], digits: str) -> str:
        return format(median(value(each) for each in own), digits)

    cells = [
        system,
        str(len(own)),
        typical(lambda each: each.whole("wall"), ".1f"),
        typical(lambda each: each.whole("cpu"), ".1f"),
        typical(lambda each: each.head_epoch("wall"), ".3f"),
        typical(lambda each: each.head_epoch("cpu"), ".3f"),
        typical(lambda each: each.late_epoch("wall"), ".2f"),
        typical(lambda each: each.late_epoch("cpu"), ".2f"),
        typical(lambda each: each.outcome["peak_bytes"] / _MEGA, ".0f"),
        typical(lambda each: _above(each) / _MEGA, ".0f"),
        typical(lambda each: each.share("wall"), ".2f"),
        typical(lambda each: each.share("cpu"), ".2f"),
        mean_and_spread([min(each.losses) for each in own]),
        mean_and_spread([each.losses[-1] for each in own]),
    ]
    return "| " + " | ".join(cells) + " |"


def _above(result: Result) -> float:
    return float(result.outcome["peak_bytes"] - result.outcome["bytes_before"])


def _ratios(system: str, results: Sequence[Result]) -> Iterator[str]:
    ours = {each.run.seed: each for each in results if each.run.system == OURS}
    theirs = {each.run.seed: each for each in results if each.run.system == system}
    pairs = [(theirs[seed], ours[seed]) for seed in ours if seed in theirs]
    if not pairs:
        return
    yield f"{system} / {OURS}, median over seeds (least to most):"
    yield ""
    for what, seconds, wanted in (
        ("end to end", Result.whole, _WHOLE_TARGET[results[0].run.precision]),
        ("head-only epoch after the first", Result.head_epoch, _HEAD_TARGET),
        ("later epoch", Result.late_epoch, None),
    ):
        wall, cpu = (
            _spread([seconds(peer, kind) / seconds(own, kind) for peer, own in pairs])
            for kind in ("wall", "cpu")
        )
        aim = "" if wanted is None else f"; wanted: {wanted:g}"
        yield f"- {what}: wall {wall}, CPU {cpu}{aim}"
    peak = _spread([peer.outcome["peak_bytes"] / own.outcome["peak_bytes"] for peer, own in pairs])
    above = _spread([_above(peer) / _above(own) for peer, own in pairs])
    yield f"- peak memory: {peak}; above what was held at the start: {above}"
    # The epoch with the lowest loss is the one that a run keeps.
    yield f"- lowest validation loss: {_difference(pairs, min)}"
    yield f"- last validation loss: {_difference(pairs, lambda losses: losses[-1])}"
    yield ""


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _difference(
    pairs: Sequence[tuple[Result, Result]], loss: Callable[[list[float]], float]
) -> str:
    theirs, ours = ([loss(result.losses) for result in side] for side in zip(*pairs, strict=True))
    apart = f"means {abs(fmean(theirs) - fmean(ours)):.4f} apart"
    if len(pairs) < 2:
        return apart
    return f"{apart}; standard deviation of one seed {stdev(ours):.4f} and {stdev(theirs):.4f}"


def mean_and_spread(values: Sequence[float]) -> str:
    """Return the mean ± standard deviation over seeds."""
    spread = f" ± {stdev(values):.4f}" if len(values) > 1 else ""
    return f"{fmean(values):.4f}{spread}"
