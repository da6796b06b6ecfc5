"""Loading a pre-trained encoder with its tokenizer.

What the checkpoint does not hold is initialised anew and named: a fresh tensor that stays
frozen is noise between the encoder and the classifier.
"""

import inspect
import logging
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from patsieve.errors import CheckpointError
from patsieve.finetuning.locating import EMBEDDED as EMBEDDED
from patsieve.finetuning.locating import locate
from patsieve.finetuning.pooling import Pooling
from patsieve.finetuning.stored_head import two_way_head
from patsieve.finetuning.streams import stream_seed

# What a file with other content than it should have makes a library raise.
_WRONG_FILE = (OSError, ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class PretrainedEncoder:
    """An encoder with its tokenizer, as loaded.

    Attributes
    ----------
    source : str
        The name or folder it was asked for by.
    encoder, tokenizer
        From transformers. The encoder has a pooler only if one is needed.
    fresh_tensors : tuple of str
        Tensors of the encoder that the checkpoint does not hold.
    head : mapping of str to tensor, optional
        ``weight`` (2, hidden) and ``bias`` (2,) of a two-way classifier in the checkpoint.
    max_tokens : int
        The longest text the encoder can read.
    """

    source: str
    encoder: Any
    tokenizer: Any
    fresh_tensors: tuple[str, ...]
    head: dict[str, torch.Tensor] | None
    max_tokens: int

    @property
    def separator_id(self) -> int | None:
        """The token between two fields, if the tokenizer has one."""
        found: int | None = self.tokenizer.sep_token_id
        return found


def load_pretrained(
    checkpoint: str | None, *, pooling: Pooling, seed: int = 0
) -> PretrainedEncoder:
    """Load an encoder and its tokenizer.

    Parameters
    ----------
    checkpoint : str, optional
        A folder, a Hub name, or None for the embedded all-MiniLM-L6-v2.
    pooling : {"pooler", "cls", "mean", "fields"}
        Only ``"pooler"`` needs the encoder's pooler; one is made if the checkpoint has none.
    seed : int
        Of whatever must be initialised.

    Raises
    ------
    CheckpointError
        If it is not on this machine and cannot be fetched, or is no encoder.
    """
    source = checkpoint if checkpoint is not None else EMBEDDED
    folder = locate(source)
    with _in_one_sentence(source), _quiet_transformers():
        config = _checked_config(folder, source)
        # Fresh tensors are drawn from torch's global generator, inside transformers.
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(stream_seed(seed, "initialisation"))
            encoder, report = _load_encoder(folder, config, pooling)
        _check_weights(encoder, report, source)
        tokenizer = _load_tokenizer(folder, source)
        unread = {str(key) for key in report["unexpected_keys"]}
        hidden_size = int(config.hidden_size)
        head = two_way_head(folder, unread, hidden_size) if pooling == "pooler" else None
    if pooling == "pooler" and getattr(encoder, "pooler", None) is None:
        raise CheckpointError(
            f"checkpoint '{source}' is a {type(encoder).__name__}, a kind of encoder that has no "
            "pooler; use pooling 'cls', 'mean' or 'fields'"
        )
    if pooling == "fields" and tokenizer.sep_token_id is None:
        raise CheckpointError(
            f"the tokenizer of checkpoint '{source}' has no separator token to tell fields by; "
            "use pooling 'mean' or 'cls'"
        )
    return PretrainedEncoder(
        source=source,
        encoder=encoder,
        tokenizer=tokenizer,
        fresh_tensors=tuple(sorted(str(key) for key in report["missing_keys"])),
        head=head,
        max_tokens=_longest(encoder),
    )


@contextmanager
def _in_one_sentence(source: str) -> Iterator[None]:
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
def _quiet_transformers() -> Iterator[None]:
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


def _checked_config(folder: Path, source: str) -> Any:
    """Return the configuration of what is an encoder of text."""
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


def _load_encoder(folder: Path, config: Any, pooling: Pooling) -> tuple[Any, dict[str, Any]]:
    from transformers import AutoModel

    arguments: dict[str, Any] = {}
    model_class = AutoModel._model_mapping[type(config)]  # noqa: SLF001
    if pooling != "pooler" and _takes_pooling(model_class):
        arguments["add_pooling_layer"] = False
    encoder, report = AutoModel.from_pretrained(
        folder,
        config=config,
        dtype=torch.float32,
        output_loading_info=True,
        trust_remote_code=False,
        # Reported by name below; transformers would point to a report that we keep back.
        ignore_mismatched_sizes=True,
        **arguments,
    )
    return encoder, report


def _takes_pooling(model_class: Any) -> bool:
    return "add_pooling_layer" in inspect.signature(model_class.__init__).parameters


def _check_weights(encoder: Any, report: dict[str, Any], source: str) -> None:
    """Refuse weights that belong to another configuration."""
    for name, stored, wanted in sorted(report["mismatched_keys"]):
        raise CheckpointError(
            f"checkpoint '{source}' cannot be loaded: its weights and its config.json do not "
            f"belong together ({name} is {tuple(stored)} in the one and {tuple(wanted)} in the "
            "other)"
        )
    n_tensors = sum(1 for _ in encoder.parameters())
    n_held = n_tensors - len(report["missing_keys"])
    if n_held < n_tensors / 2:
        raise CheckpointError(
            f"checkpoint '{source}' holds only {n_held} of the {n_tensors} tensors of a "
            f"{type(encoder).__name__}: its weights and its config.json do not belong together"
        )


def _load_tokenizer(folder: Path, source: str) -> Any:
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


def _longest(encoder: Any) -> int:
    """Return how many tokens the encoder's position embeddings have room for."""
    longest = int(getattr(encoder.config, "max_position_embeddings", 512))
    positions = getattr(getattr(encoder, "embeddings", None), "position_embeddings", None)
    # RoBERTa and its kin count positions from behind the padding's.
    padding = getattr(positions, "padding_idx", None)
    return longest if padding is None else longest - int(padding) - 1
