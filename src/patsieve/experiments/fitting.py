"""Training a classifier on a partition: it learns from one part and is steered by another."""

from patsieve.corpus.text import TextRecipe
from patsieve.experiments.partition import Partition
from patsieve.models.base import LabelledTexts, RelevanceClassifier


def fit_on(classifier: RelevanceClassifier, partition: Partition, recipe: TextRecipe) -> None:
    """Train on the training records; the validation records steer."""
    training, validation = partition.training, partition.validation
    classifier.fit(
        recipe.compose_all(training),
        training.labels,
        families=training.families,
        validation=LabelledTexts(
            recipe.compose_all(validation), validation.labels, validation.families
        ),
    )
