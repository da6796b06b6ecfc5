"""How long the runs of a study take: a dry run of each, less what they share.

How many epochs a run needs nobody knows before it. So the forecast is a range, from the earliest
end to all epochs; and afterwards, what the epochs that were run should have taken. That tells
whether the range can be trusted.
"""

from collections.abc import Sequence
from typing import NamedTuple, final

from patsieve.experiments.build import build_text_recipe, build_windows
from patsieve.experiments.dry_run import PaceSource, plan_schedule
from patsieve.experiments.partition import Partition
from patsieve.experiments.schedule_plan import ReadLengths, SchedulePlan, TextLengths
from patsieve.experiments.spec import ExperimentSpec
from patsieve.experiments.study_request import StudyRequest, checkpoint_of
from patsieve.experiments.text_lengths import longest_text
from patsieve.finetuning.activation_keys import text_keys
from patsieve.finetuning.burst import Burst
from patsieve.finetuning.hardware import choose_device, make_fabric
from patsieve.finetuning.outline import tokenizer_of
from patsieve.models.encoder_texts import tokenized

Position = tuple[int, int]
"""A stage's index and how often it has begun, of an epoch."""


class _Part(NamedTuple):
    """What is read of a part of the records, and under which keys it is stored."""

    keys: list[bytes]
    read: ReadLengths


@final
class StudyForecast:
    """Forecasts the runs of a study one after the other, in the order in which they are run.

    It remembers what the runs so far have stored of the frozen layers, as the study's activation
    store does. Classifiers without a schedule are not forecast.

    Parameters
    ----------
    request : StudyRequest
    pace : PaceSource, optional
        How fast this machine is; measured by default, once for every kind of training.
    """

    def __init__(self, request: StudyRequest, pace: PaceSource | None = None) -> None:
        self._request = request
        if pace is None:
            fabric = make_fabric(choose_device(request.device), request.precision)
            pace = Burst(fabric, seconds_alone=True)
        self._pace = pace
        self._plans: dict[tuple[str, str], tuple[SchedulePlan, tuple[_Part, ...]]] = {}
        self._read: dict[tuple[object, ...], tuple[_Part, ...]] = {}
        self._stored: dict[tuple[object, ...], set[bytes]] = {}

    def whole(
        self, specs: Sequence[ExperimentSpec], partition: Partition, alike: dict[str, str]
    ) -> tuple[float, float]:
        """Return the seconds that all runs take if none improves on its first epoch, and at most.

        Parameters
        ----------
        specs : sequence of ExperimentSpec
        partition : Partition
            Of the first seed; those of the others are taken to be like it.
        alike : dict of str to str
            Of an experiment that begins as others do, what they have in common.
        """
        found = []
        for at_most in (False, True):
            self._stored.clear()
            found.append(
                sum(
                    self._of_a_seed(specs, partition, alike, at_most=at_most)
                    for _ in self._request.repeats
                )
            )
        self._stored.clear()
        return found[0], found[1]

    def of_run(
        self,
        spec: ExperimentSpec,
        positions: Sequence[Position],
        partition: Partition,
        *,
        shared: int,
    ) -> float:
        """Return the seconds that a run should take, and remember what it stores.

        Parameters
        ----------
        positions : sequence of (stage index, round)
            Of every epoch that was run.
        shared : int
            How many of them were taken over from another run.
        """
        plan, parts = self._plan(spec, partition)
        known = {(phase.index, phase.round): phase for phase in plan.phases}
        seconds, depth = 0.0, -1
        for position in positions[shared:]:
            phase = known[position]
            if phase.frozen_depth != depth:
                depth = phase.frozen_depth
                seconds += self._fill(spec, plan, parts[:2], depth, below=phase.coming_depth)
            seconds += phase.epoch.seconds
        lowest = min(known[position].frozen_depth for position in positions)
        seconds += self._fill(spec, plan, parts, lowest, below=0)
        above = plan.shape.n_whole - min(lowest, plan.shape.n_whole)
        return seconds + above * plan.scoring.seconds / plan.shape.n_whole

    def _of_a_seed(
        self,
        specs: Sequence[ExperimentSpec],
        partition: Partition,
        alike: dict[str, str],
        *,
        at_most: bool,
    ) -> float:
        seconds = 0.0
        trained: dict[str, int] = {}
        for spec in specs:
            if spec.kind != "encoder":
                continue
            plan, _ = self._plan(spec, partition)
            timeline = plan.timeline if at_most else plan.timeline[: plan.earliest_end]
            positions = [(plan.phases[i].index, plan.phases[i].round) for i in timeline]
            first_stage = positions.count(positions[0])
            beginning = alike.get(spec.name, spec.name)
            shared = min(trained.get(beginning, 0), first_stage)
            trained[beginning] = max(trained.get(beginning, 0), first_stage)
            seconds += self.of_run(spec, positions, partition, shared=shared)
        return seconds

    def _plan(
        self, spec: ExperimentSpec, partition: Partition
    ) -> tuple[SchedulePlan, tuple[_Part, ...]]:
        key = (spec.name, partition.training.digest)
        if key not in self._plans:
            parts = self._parts(spec, partition)
            training, validation, test = (part.read for part in parts)
            texts = TextLengths(
                training=training,
                validation=validation,
                scored=training + validation + test,
                labels=partition.training.labels,
            )
            plan = plan_schedule(
                spec, texts=texts, overrides=self._request.overrides, pace=self._pace
            )
            self._plans[key] = (plan, parts)
        return self._plans[key]

    def _parts(self, spec: ExperimentSpec, partition: Partition) -> tuple[_Part, ...]:
        checkpoint = checkpoint_of(spec, self._request)
        longest = longest_text(spec, self._request.overrides)
        # Most experiments of a study read the same texts in the same way.
        windows = build_windows(spec)
        key = (checkpoint, repr(spec.text), longest, windows, partition.training.digest)
        if key not in self._read:
            tokenizer, recipe = tokenizer_of(checkpoint), build_text_recipe(spec)
            found = []
            for part in (partition.training, partition.validation, partition.test):
                texts = recipe.compose_all(part)
                read = tokenized(texts, tokenizer, max_tokens=longest, windows=windows)
                found.append(_Part(text_keys(read.windows), ReadLengths.of(read)))
            self._read[key] = tuple(found)
        return self._read[key]

    def _fill(
        self,
        spec: ExperimentSpec,
        plan: SchedulePlan,
        parts: Sequence[_Part],
        depth: int,
        *,
        below: int,
    ) -> float:
        """Return the seconds of storing what is missing at a depth, and on the way to it."""
        if not depth or not any(phase.cache_bytes for phase in plan.phases):
            return 0.0
        n_whole = plan.shape.n_whole
        # Seconds of a layer and token in a pass without gradients.
        rate = plan.scoring.seconds / n_whole / plan.texts["scored_tokens"]
        seconds, reached = 0.0, 0
        for stored_at in (below, depth) if below else (depth,):
            n_tokens = self._missing(spec, plan, parts, stored_at)
            seconds += rate * n_tokens * (min(stored_at, n_whole) - reached)
            reached = min(stored_at, n_whole)
        return seconds

    def _missing(
        self, spec: ExperimentSpec, plan: SchedulePlan, parts: Sequence[_Part], depth: int
    ) -> int:
        """Return how many tokens have not been stored at a depth, and count them as stored."""
        kept = spec.encoder.pooling if depth == plan.shape.n_layers else ""
        stored = self._stored.setdefault((plan.checkpoint, depth, kept), set())
        n_tokens = 0
        for part in parts:
            for key, length in zip(part.keys, part.read.windows.tolist(), strict=True):
                n_tokens += 0 if key in stored else length
                stored.add(key)
        return n_tokens
