"""Every pair of systems on a data set, and over several sets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import final

import numpy as np

from patsieve.corpus.tally import counted
from patsieve.errors import DataError, LabelError
from patsieve.experiments.comparison.alignment import AlignedScores
from patsieve.experiments.comparison.outcome import (
    HEADLINE,
    OverSets,
    PairOutcome,
    SetOutcome,
)
from patsieve.metrics.classification import decide
from patsieve.metrics.differences import (
    CONFIDENCE,
    N_DRAWS,
    Draws,
    compare_scores,
    difference,
    fewest_families,
    mean_of_seeds,
    mean_of_sets,
)
from patsieve.metrics.holm import holm
from patsieve.metrics.mcnemar import McNemar, mcnemar, mcnemar_by_family
from patsieve.metrics.power import needed
from patsieve.metrics.scored import REACH, Scored, checked, measure_of

_THRESHOLD = 0.5


@final
class Contest:
    """All pairs of systems on one data set.

    Parameters
    ----------
    aligned : AlignedScores
    thresholds : mapping of system to float
        From where on a system calls a record relevant; systems that are not named, from .5 on.
        Without effect on a system whose scores do not lie between 0 and 1.
    name : str
        Of the data set; empty if there is one only.
    seed, n_draws : int
        Of what is drawn.

    Raises
    ------
    LabelError, DataError
        If a class is absent, or has fewer than two families.
    """

    def __init__(
        self,
        aligned: AlignedScores,
        thresholds: Mapping[str, float],
        *,
        name: str = "",
        seed: int = 0,
        n_draws: int = N_DRAWS,
    ) -> None:
        _check_classes(aligned)
        self._aligned, self._name, self._seed = aligned, name, seed
        self._systems: dict[str, dict[int | None, Scored]] = {}
        for system in dict.fromkeys(system for system, _ in aligned.scores):
            scores = {seed: s for (own, seed), s in aligned.scores.items() if own == system}
            are_shares = all(s.min() >= 0 and s.max() <= 1 for s in scores.values())
            threshold = thresholds.get(system, _THRESHOLD) if are_shares else None
            self._systems[system] = {seed: Scored(s, threshold) for seed, s in scores.items()}
        n_pairs = sum(1 for _ in combinations(self._systems, 2))
        # After Holm the smallest p-value that draws can give must still be below .05.
        self._n_draws = max(n_draws, int(2 * n_pairs / (1 - CONFIDENCE)))

    def outcome(self) -> tuple[SetOutcome, dict[tuple[str, str], dict[str, Draws]]]:
        """Return the pairs' outcomes, and what they are made of."""
        found = [self._pair(one, other) for one, other in combinations(self._systems, 2)]
        adjusted = holm([pair.differences[HEADLINE].p_value for pair, _ in found])
        pairs = tuple(
            replace(
                pair,
                adjusted_p_value=p_value,
                needed=needed(draws[HEADLINE], pair.n_records, n_comparisons=len(found)),
            )
            for (pair, draws), p_value in zip(found, adjusted, strict=True)
        )
        labels = self._aligned.labels
        outcome = SetOutcome(
            name=self._name,
            n_records=len(labels),
            n_relevant=int(labels.sum()),
            n_families=len(np.unique(self._aligned.families)),
            systems=tuple(self._systems),
            pairs=pairs,
            notes=self._aligned.notes,
        )
        return outcome, {(pair.first, pair.second): draws for pair, draws in found}

    def _pair(self, first: str, second: str) -> tuple[PairOutcome, dict[str, Draws]]:
        rounds, seeds = _rounds(first, self._systems[first], second, self._systems[second])
        labels, families = self._aligned.labels, self._aligned.families
        by_round = [
            compare_scores(labels, families, one, other, seed=self._seed, n_draws=self._n_draws)
            for one, other in rounds
        ]
        draws = {name: mean_of_seeds([each[name] for each in by_round]) for name in by_round[0]}
        pair = PairOutcome(
            first=first,
            second=second,
            n_records=len(labels),
            n_relevant=int(labels.sum()),
            n_families=len(np.unique(families)),
            seeds=seeds,
            fixed=tuple(name for name in (first, second) if seeds and None in self._systems[name]),
            thresholds=(rounds[0][0].threshold, rounds[0][1].threshold),
            first_values=self._means([one for one, _ in rounds], list(draws)),
            second_values=self._means([other for _, other in rounds], list(draws)),
            differences={
                name: difference(each, reach=REACH[name], seed=self._seed)
                for name, each in draws.items()
            },
            mcnemar=self._mcnemar(rounds),
        )
        return pair, draws

    def _means(self, systems: Sequence[Scored], metrics: Sequence[str]) -> dict[str, float]:
        labels = self._aligned.labels
        once = np.ones((1, len(labels)), dtype=np.int64)
        measured = [measure_of(checked(labels, each), metrics)(once) for each in systems]
        return {name: float(np.mean([each[name][0] for each in measured])) for name in metrics}

    def _mcnemar(self, rounds: Sequence[tuple[Scored, Scored]]) -> McNemar | None:
        one, other = rounds[0]
        if one.threshold is None or other.threshold is None:
            return None
        first, second = (
            np.sum([decide(system.scores, system.threshold) == self._aligned.labels
                    for system in systems if system.threshold is not None], axis=0)
            for systems in zip(*rounds, strict=True)
        )  # fmt: skip
        return mcnemar_by_family(first, second, self._aligned.families)


def _check_classes(aligned: AlignedScores) -> None:
    n_records, n_relevant = len(aligned.labels), int(aligned.labels.sum())
    if n_relevant in (0, n_records):
        raise LabelError(
            f"{'none' if n_relevant == 0 else 'all'} of the {counted(n_records, 'record')} that "
            "every system has scored are relevant; a comparison needs relevant and irrelevant "
            "records"
        )
    if fewest_families(aligned.labels, aligned.families) < 2:
        raise DataError(
            f"of the {counted(n_records, 'record')} that every system has scored, all relevant or "
            "all irrelevant ones belong to one family; a comparison needs two families of each "
            "class at least to tell how sure it is"
        )


def _rounds(
    first: str,
    of_first: Mapping[int | None, Scored],
    second: str,
    of_second: Mapping[int | None, Scored],
) -> tuple[list[tuple[Scored, Scored]], tuple[int, ...]]:
    """Return who meets whom, seed by seed; a system without seeds meets every seed."""
    seeds = [{seed for seed in each if seed is not None} for each in (of_first, of_second)]
    fixed = [each.get(None) for each in (of_first, of_second)]
    if fixed[0] is not None and fixed[1] is not None:
        return [(fixed[0], fixed[1])], ()
    common = sorted(seeds[0] & seeds[1] if fixed == [None, None] else seeds[0] | seeds[1])
    if not common:
        raise DataError(
            f"{first} and {second} have no seed in common: {_listed(seeds[0])} and "
            f"{_listed(seeds[1])}; folds and training follow the seed, so that only equal seeds "
            "can be paired"
        )
    return [
        (
            of_first[seed] if fixed[0] is None else fixed[0],
            of_second[seed] if fixed[1] is None else fixed[1],
        )
        for seed in common
    ], tuple(common)


def _listed(seeds: set[int]) -> str:
    return ", ".join(map(str, sorted(seeds)))


def over_sets(
    draws: Sequence[Mapping[tuple[str, str], Mapping[str, Draws]]], seed: int
) -> list[OverSets]:
    """Return every pair's mean over the sets; nothing with one set.

    Parameters
    ----------
    draws : sequence of mapping
        For each set, what `Contest.outcome` gave: by pair and metric.
    seed : int
        Of the scatter of seeds.
    """
    if len(draws) < 2:
        return []
    found = []
    for first, second in draws[0]:
        of_sets = [of_pairs[first, second] for of_pairs in draws]
        metrics = [name for name in of_sets[0] if all(name in each for each in of_sets)]
        means = {name: mean_of_sets([each[name] for each in of_sets]) for name in metrics}
        values = [each[HEADLINE].value for each in of_sets]
        found.append(
            OverSets(
                first=first,
                second=second,
                n_sets=len(of_sets),
                differences={
                    name: difference(each, reach=REACH[name], seed=seed)
                    for name, each in means.items()
                },
                ahead=mcnemar(sum(v > 0 for v in values), sum(v < 0 for v in values)),
            )
        )
    adjusted = holm([pair.differences[HEADLINE].p_value for pair in found])
    return [replace(p, adjusted_p_value=a) for p, a in zip(found, adjusted, strict=True)]
