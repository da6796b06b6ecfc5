"""Stages that choose their layers, or their rates, by the gradients at their beginning. No torch.

Such a stage is resolved once, when it begins, into one that names its groups and rates; from
then on it is a stage like any other (Lee et al. 2023, arXiv 2210.11466). What was measured is in
the history, so that a run which goes on later resolves it alike without measuring again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from patsieve.errors import LearningError
from patsieve.finetuning.schedule import Stage
from patsieve.finetuning.selection import select_groups


def hangs_on_gradients(stage: Stage) -> bool:
    """Whether the stage has to be resolved by relative gradient norms."""
    return stage.surgical is not None or stage.rates_by_gradient


def resolved(stage: Stage, groups: Sequence[str], ratios: Mapping[str, float]) -> Stage:
    """Return the stage with its groups and rates named.

    Parameters
    ----------
    groups : sequence of str
        The model's layer groups, from input to output.
    ratios : mapping of str to float
        Relative gradient norm of every group; of equal ones the group nearest the output comes
        first. Not read if the stage does not hang on gradients.

    Raises
    ------
    LearningError
        If rates go by gradients that are all zero.
    """
    who = f"stage '{stage.name}'"
    train = stage.train
    if stage.surgical is not None:
        place = {group: number for number, group in enumerate(groups)}
        ranked = sorted(
            stage.candidates(tuple(groups)),
            key=lambda group: (ratios[group], place[group]),
            reverse=True,
        )
        chosen = ranked[: stage.surgical]
        train = (*train, *(group for group in groups if group in chosen))
    rates = dict(stage.learning_rates)
    if stage.rates_by_gradient:
        scaled = [
            group for group in _named(train, groups, who) if group not in _fixed(stage, groups)
        ]
        largest = max((ratios[group] for group in scaled), default=1.0)
        if largest <= 0:
            raise LearningError(
                f"{who} sets its rates by gradients, but those of {', '.join(scaled)} are all zero"
            )
        rates |= {group: stage.learning_rate * ratios[group] / largest for group in scaled}
    return replace(stage, train=train, learning_rates=rates, surgical=None, rates_by_gradient=False)


def dearest(stage: Stage, groups: Sequence[str]) -> Stage:
    """Return the stage as if it had chosen the groups that cost most, those nearest the input.

    Its rates are the stage's, which are the highest that gradients could set. For plans: what it
    will choose is known only when it begins.
    """
    chosen = stage.candidates(tuple(groups))[: stage.surgical] if stage.surgical is not None else ()
    return replace(stage, train=(*stage.train, *chosen), surgical=None, rates_by_gradient=False)


def _fixed(stage: Stage, groups: Sequence[str]) -> set[str]:
    return _named(stage.learning_rates, groups, f"stage '{stage.name}'")


def _named(
    expressions: Sequence[str] | Mapping[str, float], groups: Sequence[str], who: str
) -> set[str]:
    return {group for each in expressions for group in select_groups(each, tuple(groups), who=who)}
