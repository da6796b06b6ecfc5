"""Training a run's classifier, and scores of records that it has not learnt from."""

from typing import final

import numpy as np

from patsieve.corpus.records import Corpus
from patsieve.corpus.text import TextRecipe
from patsieve.errors import LabelError, UsageError
from patsieve.experiments.build import build_classifier, needs_validation
from patsieve.experiments.fitting import fit_on
from patsieve.experiments.out_of_fold import out_of_fold_probabilities
from patsieve.experiments.partition import Partition
from patsieve.experiments.request import TrainRequest
from patsieve.experiments.spec import ExperimentSpec
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.models.base import CrossFitted, RelevanceClassifier, SharesWork
from patsieve.models.calibrated import CalibratedClassifier
from patsieve.screening.certificate_words import refusal_sentence
from patsieve.screening.chosen import LabelledScores
from patsieve.screening.shortage import shortage_of

# Folds of the scores where a classifier has not cross-fitted itself.
_FOLDS = 5


def learns_from_all(spec: ExperimentSpec) -> bool:
    """Return whether a run's model learns from its validation records too.

    It does if nothing steers its training and cross-fitting is cheap or done anyway; scores of
    records it has not learnt from then come from cross-fitting, so that all records that are
    not for testing serve both. Fine-tuning alone is too dear for that, and so is a stack whose
    meta-classifier does not cross-fit it.
    """
    if spec.kind == "encoder" or needs_validation(spec):
        return False
    stacking = spec.stacking
    return stacking is None or (stacking.scores == "out-of-fold" and stacking.meta != "average")


@final
class RecordRoles:
    """How the records of a run serve: to learn from, and to know the model by.

    Parameters
    ----------
    spec : ExperimentSpec
    request : TrainRequest
    partition : Partition

    Attributes
    ----------
    learnt : Corpus
        What the model learns from.
    known_by : Corpus
        The records whose scores calibrate the model and set its threshold.

    Raises
    ------
    UsageError
        If there are no test records, and the model could not be measured without.
    """

    def __init__(self, spec: ExperimentSpec, request: TrainRequest, partition: Partition) -> None:
        self._spec, self._request, self._partition = spec, request, partition
        self._from_all = learns_from_all(spec)
        self.learnt: Corpus = partition.learnable if self._from_all else partition.training
        self.known_by: Corpus = partition.learnable if self._from_all else partition.validation
        if not (len(partition.test) or self._from_all):
            raise UsageError(
                f"experiment '{spec.name}' needs test records to be measured on; without any "
                "(--test-fraction 0) only those train that cross-fit themselves, such as "
                "bag-of-words, embedding and best"
            )

    @property
    def share(self) -> float:
        """The part of the records not for testing that `known_by` is."""
        if self._from_all:
            return 1.0
        return len(self._partition.validation) / len(self._partition.learnable)

    def foretold_refusal(self) -> str:
        """Return why there will be no certificate; empty if there may be one.

        It can be said before training: the labels decide, not the scores.

        Raises
        ------
        LabelError
            If the purpose insists on a certificate.
        """
        purpose = self._request.purpose
        recall = purpose.target
        if purpose.kind != "recall" or recall is None:
            return ""
        short = shortage_of(
            self.known_by.labels, self.known_by.families, purpose, held_out_share=self.share
        )
        if short is None:
            return ""
        reason = refusal_sentence(short.reason(recall, purpose.confidence))
        sentence = "; ".join(filter(None, (reason, short.remedy)))
        if purpose.certified:
            raise LabelError(sentence)
        return sentence

    def train(
        self,
        classifier: RelevanceClassifier,
        recipe: TextRecipe,
        *,
        store: ActivationStore | None,
    ) -> LabelledScores:
        """Train, and return scores of `known_by` by models that have not learnt from them.

        Parameters
        ----------
        store : ActivationStore, optional
            Of what frozen layers say, where the parts of a stack or the folds share it.
        """
        if store is not None and isinstance(classifier, SharesWork):
            classifier.share(activations=store)
        texts, labels = recipe.compose_all(self.known_by), self.known_by.labels
        if not self._from_all:
            # Steered by these records, so it has not learnt from them.
            fit_on(classifier, self._partition, recipe)
            probabilities = classifier.predict_proba(texts)[:, 1]
            return LabelledScores(
                labels, probabilities, self.known_by.families, held_out_share=self.share
            )
        classifier.fit(texts, labels, families=self.known_by.families)
        if isinstance(classifier, CrossFitted):
            probabilities = classifier.out_of_fold_
        else:
            probabilities = out_of_fold_probabilities(
                lambda: build_classifier(
                    self._spec, seed=self._request.seed, overrides=self._request.overrides
                ),
                texts,
                labels,
                self.known_by.families,
                n_folds=_FOLDS,
                seed=self._request.seed,
                store=store,
            )
        return LabelledScores(labels, probabilities, self.known_by.families, cross_fitted=True)

    def calibrated(
        self, classifier: RelevanceClassifier, scores: LabelledScores
    ) -> CalibratedClassifier | None:
        """Return the classifier with a calibrator on top; None where there is nothing to choose.

        A bag of words has learnt from all its scores, and is calibrated by itself.
        """
        if self._spec.kind == "bag-of-words" or len(np.unique(scores.labels)) < 2:
            return None
        return CalibratedClassifier.on_top_of(
            classifier,
            scores.probabilities,
            scores.labels,
            scores.families,
            prevalence=self.learnt.prevalence,
            seed=self._request.seed,
        )
