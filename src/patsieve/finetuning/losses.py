"""What is minimised, and what it does to the prior that the model learns."""

from dataclasses import dataclass
from typing import Literal, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from patsieve.errors import SpecificationError


@final
@dataclass(frozen=True)
class ClassificationLoss:
    """Cross-entropy over two classes, with class weights, focus or smoothing.

    Attributes
    ----------
    class_weights : pair of float, optional
        Of label 0 and label 1. A batch's loss is the weighted mean, as in PyTorch.
    focal_gamma : float
        0 is plain cross-entropy; larger values turn attention to records that the model
        gets wrong: each record's loss is multiplied by (1 − p)^gamma, where p is the
        probability of its label (Lin et al. 2017, arXiv 1708.02002, equation 4).
    label_smoothing : float
        Share of the target spread evenly over both classes, 0 up to 1.
    """

    class_weights: tuple[float, float] | None = None
    focal_gamma: float = 0.0
    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        if self.class_weights is not None and min(self.class_weights) <= 0:
            # A batch that holds only records of weight 0 would have no mean loss.
            raise SpecificationError(
                f"class weights are {self.class_weights}; both must be above 0"
            )

    def __call__(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the mean loss of a batch.

        Parameters
        ----------
        logits : float tensor of shape (n_records, 2)
        labels : int tensor of shape (n_records,)
        """
        weight = None if self.class_weights is None else logits.new_tensor(self.class_weights)
        if self.focal_gamma == 0.0:
            return functional.cross_entropy(
                logits, labels, weight=weight, label_smoothing=self.label_smoothing
            )
        losses = functional.cross_entropy(
            logits,
            labels,
            weight=weight,
            reduction="none",
            label_smoothing=self.label_smoothing,
        )
        probability = logits.softmax(-1).gather(1, labels[:, None]).squeeze(1)
        losses = losses * (1.0 - probability) ** self.focal_gamma
        if weight is None:
            return losses.mean()
        return losses.sum() / weight[labels].sum()

    def weight_of(self, labels: NDArray[np.int64]) -> float:
        """Return what records count for when mean losses of parts are joined to one mean.

        Their number, or the sum of their class weights.
        """
        if self.class_weights is None:
            return float(len(labels))
        return float(np.asarray(self.class_weights)[labels].sum())

    def unweighted(self) -> "ClassificationLoss":
        """Return the same loss without class weights: what validation records are judged by."""
        return ClassificationLoss(None, self.focal_gamma, self.label_smoothing)


def prior_log_odds_shift(
    labels: NDArray[np.int64],
    *,
    sampling: Literal["uniform", "balanced"],
    class_weights: tuple[float, float] | None,
) -> float:
    """Return by how much training raised the log-odds of label 1 over the real prevalence.

    Balanced draws make both classes equally frequent; class weights multiply the odds by
    their ratio. A model trained so sees a prior that is not the data's; subtracting the
    shift from its log-odds undoes that (Elkan 2001, theorem 2; Saerens et al. 2002).
    """
    shift = 0.0
    if sampling == "balanced":
        n_relevant = int(np.sum(labels == 1))
        shift -= float(np.log(n_relevant / (len(labels) - n_relevant)))
    if class_weights is not None:
        shift += float(np.log(class_weights[1] / class_weights[0]))
    return shift
