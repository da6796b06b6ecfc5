"""Records to steer or calibrate by, where the user has set none aside."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.splits import split_by_family
from patsieve.models.base import LabelledTexts


def set_aside(
    texts: Sequence[str],
    labels: NDArray[np.int64],
    families: NDArray[np.int64] | None,
    *,
    fraction: float,
    seed: int,
) -> tuple[NDArray[np.intp], LabelledTexts]:
    """Split off a share of the records, by family; return the positions of the rest, and it."""
    own = np.arange(len(texts), dtype=np.int64) if families is None else np.asarray(families)
    # The part that the splitter calls test is what validates here.
    split = split_by_family(labels, own, seed=seed, validation_fraction=0.0, test_fraction=fraction)
    aside = [texts[i] for i in split.test]
    return split.training, LabelledTexts(aside, labels[split.test], own[split.test])
