"""patsieve's own experiments, as `patsieve train` builds them."""

import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from patsieve.errors import PatsieveWarning
from patsieve.experiments.build import Overrides, build_classifier
from patsieve.experiments.spec import read_experiment
from rankers.tasks import Task


def experiment(name: str) -> Callable[[Task], NDArray[np.float64]]:
    """Return what trains an experiment on a task's records and scores the others."""

    def scores(task: Task) -> NDArray[np.float64]:
        classifier = build_classifier(
            read_experiment(name), seed=task.seed, overrides=Overrides(device="cpu")
        )
        with warnings.catch_warnings():
            # The reference study's ensemble warns that its scores are in-sample; it is meant.
            warnings.simplefilter("ignore", PatsieveWarning)
            classifier.fit(
                task.texts(task.training),
                task.labels(task.training),
                families=task.families(task.training),
            )
        relevant: NDArray[np.float64] = classifier.predict_proba(task.texts(task.test))[:, 1]
        return relevant

    return scores
