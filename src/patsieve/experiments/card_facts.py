"""What a training run keeps of its records for the model card, beside what the manifest says."""

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.corpus.records import Corpus
from patsieve.experiments.partition import Partition
from patsieve.experiments.request import TrainRequest
from patsieve.metrics.reliability import reliability_bins


def split_facts(partition: Partition, request: TrainRequest) -> dict[str, Any]:
    """Return how the labelled records were split, as plain values.

    Returns
    -------
    dict
        ``by`` (family, column, date or file), ``named`` (the column, or the test file without
        its folder; else None), ``seed``, and ``parts``: ``n_records``, ``n_relevant`` and
        ``n_families`` of training, validation and test records and of all that were read.
    """
    by, named = "family", None
    if request.test_file is not None:
        by, named = "file", request.test_file.name
    elif request.split_column is not None:
        by, named = "column", request.split_column
    elif request.split_by_date:
        by = "date"
    parts = {
        "training": partition.training,
        "validation": partition.validation,
        "test": partition.test,
        "all": partition.whole,
    }
    return {
        "by": by,
        "named": named,
        "seed": request.seed,
        "parts": {name: _sizes(part) for name, part in parts.items()},
    }


def reliability_facts(
    labels: ArrayLike,
    probabilities: ArrayLike,
    families: NDArray[np.int64],
    *,
    seed: int,
) -> list[dict[str, Any]]:
    """Return what was claimed against what was seen, by bins of probability, as plain values.

    Parameters
    ----------
    labels, probabilities, families
        Of the records that the model was measured on.
    seed : int
        Of what chance allows.
    """
    bins = reliability_bins(labels, probabilities, families=families, seed=seed)
    return [asdict(one) for one in bins]


def _sizes(part: Corpus) -> dict[str, int]:
    return {
        "n_records": len(part),
        "n_relevant": int(part.labels.sum()),
        "n_families": len(np.unique(part.families)),
    }
