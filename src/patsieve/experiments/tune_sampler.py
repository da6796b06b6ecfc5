"""Which settings to try next, and which trials to give up: the only place that asks Optuna.

Each question is put to a study made anew from the trials that have ended, with random numbers of
the trial's own. So a trial depends on the seed and on the trials before it, and on nothing else:
a search that was killed goes on as if it had not been.
"""

from collections.abc import Sequence
from typing import final

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import TrialState, create_trial

from patsieve.experiments.tune_record import TrialRecord, is_lower_better
from patsieve.experiments.tune_space import Choice, Parameters, SearchSpace, Setting, Value
from patsieve.finetuning.streams import stream_seed

# Trials drawn at random before the sampler draws on what it has seen: Optuna's own default.
_RANDOM_TRIALS = 10
# Complete trials before any is pruned: a median of fewer says little.
_TRIALS_BEFORE_PRUNING = 4
_STATES = {
    "complete": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "failed": TrialState.FAIL,
}


@final
class Sampler:
    """Optuna's tree-structured Parzen estimator and its median pruner.

    Parameters
    ----------
    space : SearchSpace
    metric : str
        One of `METRICS`.
    seed : int
    """

    def __init__(self, space: SearchSpace, metric: str, *, seed: int) -> None:
        self._space = space
        self._metric = metric
        self._seed = seed

    def propose(self, records: Sequence[TrialRecord]) -> Parameters:
        """Return what the trial after `records` tries."""
        trial = self._study(records).ask()

        def suggest(name: str, setting: Setting) -> Value:
            if isinstance(setting, Choice):
                chosen = trial.suggest_categorical(name, setting.values)
                assert chosen is not None  # no setting has None among its values
                return chosen
            if setting.whole:
                return trial.suggest_int(name, int(setting.low), int(setting.high))
            return trial.suggest_float(name, setting.low, setting.high, log=setting.log)

        return self._space.draw(suggest)

    def judge(self, records: Sequence[TrialRecord]) -> "Judge":
        """Return who gives up the trial after `records` if it does not promise enough."""
        return Judge(self._study(records).ask())

    def _study(self, records: Sequence[TrialRecord]) -> optuna.Study:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        # Optuna's random generator takes 32 bits.
        seed = stream_seed(self._seed, "search", len(records)) % 2**32
        study = optuna.create_study(
            direction="minimize" if is_lower_better(self._metric) else "maximize",
            sampler=optuna.samplers.TPESampler(
                seed=seed, n_startup_trials=_RANDOM_TRIALS, multivariate=False
            ),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=_TRIALS_BEFORE_PRUNING),
        )
        for record in records:
            study.add_trial(
                create_trial(
                    state=_STATES[record.state],
                    value=record.value,
                    params=dict(record.parameters),
                    distributions={
                        name: _distribution(self._space.settings[name])
                        for name in record.parameters
                    },
                    intermediate_values=dict(record.course),
                )
            )
        return study


@final
class Judge:
    """Compares the course of one trial with the medians of those before it."""

    def __init__(self, trial: optuna.Trial) -> None:
        self._trial = trial

    def hears(self, epoch: int, value: float) -> None:
        """Take note of the metric after an epoch."""
        self._trial.report(value, epoch)

    def gives_up(self) -> bool:
        """Whether the best so far is worse than the median of complete trials by this epoch."""
        return self._trial.should_prune()


def _distribution(setting: Setting) -> BaseDistribution:
    if isinstance(setting, Choice):
        return CategoricalDistribution(setting.values)
    if setting.whole:
        return IntDistribution(int(setting.low), int(setting.high))
    return FloatDistribution(setting.low, setting.high, log=setting.log)
