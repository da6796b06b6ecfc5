"""How many tokens the texts of a run have: counted in a labelled file, or assumed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.load import LoadOptions
from patsieve.corpus.records import Corpus
from patsieve.experiments.build import Overrides, build_text_recipe, build_windows
from patsieve.experiments.partition import SplitRequest, load_partition
from patsieve.experiments.schedule_plan import ReadLengths, TextLengths
from patsieve.experiments.spec import ExperimentSpec
from patsieve.finetuning.outline import outline_of, tokenizer_of
from patsieve.finetuning.window_settings import Windows
from patsieve.finetuning.windows import ReadTexts
from patsieve.models.encoder_texts import tokenized

# Tokens of a window that stand around its text, in BERT and its kin.
_SPECIAL = 2


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

    def tokens(part: Corpus) -> ReadTexts:
        texts: Sequence[str] = recipe.compose_all(part)
        return tokenized(texts, tokenizer, max_tokens=longest, windows=build_windows(spec))

    training, validation = tokens(partition.training), tokens(partition.validation)
    tested = tokens(partition.test)
    return TextLengths(
        training=ReadLengths.of(training),
        validation=ReadLengths.of(validation),
        # After training the validation records set the threshold, and the test records test it.
        scored=ReadLengths.of(validation) + ReadLengths.of(tested),
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
    each, is_whole = _read_of(mean_tokens, longest_text(spec, given), build_windows(spec))
    n_test = round(parts.test_fraction * n_records)
    n_validation = round(parts.validation_fraction * n_records)
    n_training = max(n_records - n_test - n_validation, 2)
    return TextLengths(
        training=_alike(n_training, each),
        validation=_alike(n_validation, each),
        scored=_alike(n_validation + n_test, each),
        n_truncated=0 if is_whole else n_training + n_validation,
    )


def longest_text(spec: ExperimentSpec, given: Overrides) -> int:
    """Return after how many tokens a run cuts its texts, or one of their windows."""
    asked = spec.encoder.max_tokens if given.max_tokens is None else given.max_tokens
    outline = outline_of(_checkpoint(spec, given), pooling=spec.encoder.pooling)
    return min(asked, outline.max_tokens)


def _checkpoint(spec: ExperimentSpec, given: Overrides) -> str | None:
    return spec.encoder.checkpoint if given.checkpoint is None else given.checkpoint


def _read_of(
    n_tokens: int, longest: int, windows: Windows | None
) -> tuple[NDArray[np.int64], bool]:
    """Return the tokens of each window of a text of so many, and whether they are all of it."""
    if windows is None or n_tokens <= longest:
        return np.array([min(n_tokens, longest)]), n_tokens <= longest
    windows.check_fits(longest)
    # What the first window leaves comes in steps, which make room for the overlap.
    step = longest - _SPECIAL - windows.overlap
    left = n_tokens - longest
    n_windows = 1 + -(-left // step)
    each = np.full(n_windows, longest, dtype=np.int64)
    each[-1] -= step * (n_windows - 1) - left
    return each[: windows.max_windows], n_windows <= windows.max_windows


def _alike(n_texts: int, each: NDArray[np.int64]) -> ReadLengths:
    return ReadLengths(np.tile(each, n_texts), np.full(n_texts, len(each), dtype=np.int64))
