"""How many tokens the texts of a run have: counted in a labelled file, or assumed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.load import LoadOptions
from patsieve.corpus.records import Corpus
from patsieve.experiments.build import Overrides, build_text_recipe
from patsieve.experiments.partition import SplitRequest, load_partition
from patsieve.experiments.schedule_plan import TextLengths
from patsieve.experiments.spec import ExperimentSpec
from patsieve.finetuning.outline import outline_of, tokenizer_of
from patsieve.finetuning.tokens import TokenizedTexts
from patsieve.models.encoder_texts import tokenized


def measured_lengths(
    spec: ExperimentSpec,
    source: Path,
    load: LoadOptions,
    *,
    overrides: Overrides | None = None,
    split: SplitRequest | None = None,
) -> tuple[TextLengths, tuple[str, ...]]:
    """Tokenize a labelled file as a run would, split as a run would split it.

    Returns
    -------
    TextLengths
    tuple of str
        What the user should know about the data, a sentence each.

    Raises
    ------
    DataError
        If the file cannot be read or split.
    CheckpointError
        If there is no such encoder.
    """
    given = Overrides() if overrides is None else overrides
    tokenizer = tokenizer_of(_checkpoint(spec, given))
    longest = longest_text(spec, given)
    partition = load_partition(source, load, SplitRequest() if split is None else split)
    recipe = build_text_recipe(spec)

    def tokens(part: Corpus) -> TokenizedTexts:
        texts: Sequence[str] = recipe.compose_all(part)
        return tokenized(texts, tokenizer, max_tokens=longest)

    training, validation = tokens(partition.training), tokens(partition.validation)
    tested = tokens(partition.test)
    return TextLengths(
        training=training.lengths,
        validation=validation.lengths,
        # After training the validation records set the threshold, and the test records test it.
        scored=np.concatenate([validation.lengths, tested.lengths]),
        labels=partition.training.labels,
        n_truncated=training.n_truncated + validation.n_truncated,
    ), partition.notes


def assumed_lengths(
    spec: ExperimentSpec,
    *,
    n_records: int,
    mean_tokens: int,
    overrides: Overrides | None = None,
    split: SplitRequest | None = None,
) -> TextLengths:
    """Assume that all texts are of one length, and as many of either class."""
    given = Overrides() if overrides is None else overrides
    parts = SplitRequest() if split is None else split
    length = min(mean_tokens, longest_text(spec, given))
    n_test = round(parts.test_fraction * n_records)
    n_validation = round(parts.validation_fraction * n_records)
    return TextLengths(
        training=_alike(max(n_records - n_test - n_validation, 2), length),
        validation=_alike(n_validation, length),
        scored=_alike(n_validation + n_test, length),
        n_truncated=n_records if mean_tokens > length else 0,
    )


def longest_text(spec: ExperimentSpec, given: Overrides) -> int:
    """Return after how many tokens a run cuts its texts."""
    asked = spec.encoder.max_tokens if given.max_tokens is None else given.max_tokens
    outline = outline_of(_checkpoint(spec, given), pooling=spec.encoder.pooling)
    return min(asked, outline.max_tokens)


def _checkpoint(spec: ExperimentSpec, given: Overrides) -> str | None:
    return spec.encoder.checkpoint if given.checkpoint is None else given.checkpoint


def _alike(n_texts: int, length: int) -> NDArray[np.int64]:
    return np.full(n_texts, length, dtype=np.int64)
