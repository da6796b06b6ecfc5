"""The parts of a checkpoint's folder, and what is wrong with them in one sentence."""

import inspect
import logging
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from patsieve.errors import CheckpointError
from patsieve.finetuning.pooling import Pooling

# What a file with other content than it should have makes a library raise.
_WRONG_FILE = (OSError, ValueError, KeyError, TypeError)


@contextmanager
def in_one_sentence(source: str) -> Iterator[None]:
    """Say in one sentence whatever transformers finds wrong with a checkpoint's files."""
    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError

    try:
        yield
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"checkpoint '{source}' cannot be loaded: its pytorch_model.bin is damaged or holds "
            "more than tensors; nothing in it was run"
        ) from error
    except (*_WRONG_FILE, RuntimeError, EOFError, SafetensorError, StrictDataclassError) as error:
        raise CheckpointError(
            f"checkpoint '{source}' cannot be loaded: {_reason(error)}"
        ) from error


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    return " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep back transformers' reports on unused and missing weights; we name them ourselves."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    logger = logging.getLogger("transformers")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def encoder_config(folder: Path, source: str) -> Any:
    """Return the configuration of what is an encoder of text.

    Raises
    ------
    CheckpointError
        If it is something else.
    """
    from transformers import AutoConfig
    from transformers.models.auto import modeling_auto

    # Code that a checkpoint brings along is never run, and nobody is asked whether to.
    config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
    kind = config.model_type
    is_decoder = kind in modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
    if kind in modeling_auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES:
        is_decoder = False
    if is_decoder or config.is_encoder_decoder or not hasattr(config, "vocab_size"):
        raise CheckpointError(
            f"checkpoint '{source}' is a {kind} model and no encoder of text; patsieve fine-tunes "
            "encoders such as BERT, RoBERTa, DistilBERT, ELECTRA, MPNet, DeBERTa and ModernBERT"
        )
    return config


def pooler_arguments(config: Any, pooling: Pooling) -> dict[str, Any]:
    """Return what a model class must be told so that it has a pooler only where one is read."""
    from transformers import AutoModel

    model_class = AutoModel._model_mapping[type(config)]  # noqa: SLF001
    can_be_told = "add_pooling_layer" in inspect.signature(model_class.__init__).parameters
    return {"add_pooling_layer": False} if can_be_told and pooling != "pooler" else {}


def check_pooler(encoder: Any, pooling: Pooling, source: str) -> None:
    """Refuse to read the pooler of an encoder that has none.

    Raises
    ------
    CheckpointError
    """
    if pooling == "pooler" and getattr(encoder, "pooler", None) is None:
        raise CheckpointError(
            f"checkpoint '{source}' is a {type(encoder).__name__}, a kind of encoder that has no "
            "pooler; use pooling 'cls', 'mean' or 'fields'"
        )


def load_tokenizer(folder: Path, source: str) -> Any:
    """Return the fast tokenizer of a checkpoint.

    Raises
    ------
    CheckpointError
        If there is none.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    except Exception as error:
        # The tokenizers library raises bare `Exception`; anything more special than what a
        # wrong file causes is not ours to explain.
        if type(error) is not Exception and not isinstance(error, _WRONG_FILE):
            raise
        raise CheckpointError(
            f"checkpoint '{source}' has no tokenizer that can be loaded: {_reason(error)}"
        ) from error
    if not any((folder / name).is_file() for name in tokenizer.vocab_files_names.values()):
        # transformers makes one up, to which every word is unknown.
        raise CheckpointError(
            f"checkpoint '{source}' has no tokenizer: none of "
            f"{', '.join(sorted(tokenizer.vocab_files_names.values()))} is in its folder"
        )
    if not tokenizer.is_fast:
        raise CheckpointError(
            f"checkpoint '{source}' has only a slow tokenizer; it needs a tokenizer.json"
        )
    return tokenizer


def longest_text(encoder: Any) -> int:
    """Return how many tokens the encoder's position embeddings have room for."""
    longest = int(getattr(encoder.config, "max_position_embeddings", 512))
    positions = getattr(getattr(encoder, "embeddings", None), "position_embeddings", None)
    # RoBERTa and its kin count positions from behind the padding's.
    padding = getattr(positions, "padding_idx", None)
    return longest if padding is None else longest - int(padding) - 1
