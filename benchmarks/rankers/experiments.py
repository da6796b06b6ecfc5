"""patsieve's own experiments, as `patsieve train` builds them."""

import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from patsieve.errors import PatsieveWarning
from patsieve.experiments.build import Overrides, build_classifier
from patsieve.experiments.spec import read_experiment
from patsieve.models.base import RelevanceClassifier
from patsieve.models.stacking import StackingClassifier
from rankers.tasks import Task, Telling


def experiment(name: str) -> Callable[[Task], Telling]:
    """Return what trains an experiment on a task's records and scores the others.

    Of a stack the members' scores come along: after the folds each member is trained on all of the
    task's records, with the same seed as alone.
    """

    def scores(task: Task) -> Telling:
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
        found = {name: _relevant(classifier, task)}
        if not isinstance(classifier, StackingClassifier):
            return Telling(found)
        found |= {base: _relevant(member, task) for base, member in classifier.bases_.items()}
        facts: dict[str, object] = {"members": list(classifier.bases_)}
        if hasattr(classifier, "scores_"):
            facts["members_out_of_fold"] = classifier.scores_.tolist()
        if classifier.choice_ is not None:
            facts["meta"] = classifier.choice_.as_json()
        return Telling(found, facts)

    return scores


def _relevant(classifier: RelevanceClassifier, task: Task) -> NDArray[np.float64]:
    relevant: NDArray[np.float64] = classifier.predict_proba(task.texts(task.test))[:, 1]
    return relevant
