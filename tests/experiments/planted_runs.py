"""Study runs made up so that it is known beforehand what they show."""

from collections.abc import Sequence

import numpy as np

from patsieve.experiments.study_run import Decisions, StudyRun
from patsieve.finetuning.events import EpochRecord
from patsieve.metrics.classification import confusion_matrix, decide, measure_decisions
from patsieve.metrics.ranking import average_precision

SEEDS = (1, 2, 3)
N_RECORDS = 300


def epoch(number, *, training, validation, trains=10, ranking=0.8, mcc=0.7):
    return EpochRecord(
        epoch=number,
        stage="all",
        stage_index=0,
        stage_round=1,
        training={"loss": training, "mcc": mcc},
        validation={"loss": validation, "average_precision": ranking},
        learning_rates={},
        trainable_parameters=trains,
        records_per_second=1.0,
        seconds=1.0,
    )


def course(
    *, validation: Sequence[float], training: Sequence[float], ranking=None, last_mcc=0.7, frozen=3
):
    """Epochs of which the first few train the head only."""
    ranking = [0.8] * len(validation) if ranking is None else ranking
    last = len(validation)
    return tuple(
        epoch(
            number,
            training=training[number - 1],
            validation=validation[number - 1],
            trains=10 if number <= frozen else 99,
            ranking=ranking[number - 1],
            mcc=last_mcc if number == last else 0.5,
        )
        for number in range(1, last + 1)
    )


def planted(
    experiment,
    seed=1,
    *,
    separation=2.0,
    cut=0.0,
    history=(),
    training=None,
    validation=None,
    checkpoint=None,
    share_relevant=0.25,
    n_records=N_RECORDS,
):
    """A run whose scores lie `separation` standard deviations apart between the classes.

    Records are noisy in the same way whatever the experiment; they are called relevant as
    trained from `cut` on, the middle between the classes being 0, and after correction from
    .8 on.
    """
    random = np.random.default_rng(seed)
    labels = (random.random(n_records) < share_relevant).astype(np.int64)
    scores = separation * (labels - 0.5) + random.normal(size=n_records)
    probabilities = 1 / (1 + np.exp(-2 * (scores - 0.8)))
    corrected = counted(labels, decide(probabilities))
    as_trained = counted(labels, (scores >= cut).astype(np.int64))
    decided = measure_decisions(np.array([[*vars(corrected).values()]]))
    test = {
        "loss": 0.4,
        "average_precision": average_precision(labels, probabilities),
        "mcc": float(decided.mcc[0]),
        "accuracy": float(decided.accuracy[0]),
    }
    return StudyRun(
        experiment=experiment,
        seed=seed,
        history=history,
        best_epoch=len(history),
        stop_reason="",
        training=test if training is None else {**test, **training},
        validation=test if validation is None else {**test, **validation},
        test=test,
        as_trained={"test": as_trained},
        corrected={"test": corrected},
        test_labels=labels,
        test_probabilities=probabilities,
        # Families of two; a seed tests families of its own.
        test_families=1000 * seed + np.arange(n_records) // 2,
        seconds=1.0,
        facts={} if checkpoint is None else {"checkpoint": checkpoint},
    )


def counted(labels, decisions) -> Decisions:
    return Decisions(**vars(confusion_matrix(labels, decisions)))


def over_seeds(experiment, settings, seeds=SEEDS):
    """Runs of an experiment; `settings` gives a run's, from its place among the seeds."""
    return [planted(experiment, seed, **settings(place)) for place, seed in enumerate(seeds)]


def study(**by_experiment):
    """A study from settings by experiment; ``pt_05__5`` is the name ``pt-05.5``."""
    return {
        (name := key.replace("__", ".").replace("_", "-")): over_seeds(name, settings)
        for key, settings in by_experiment.items()
    }
