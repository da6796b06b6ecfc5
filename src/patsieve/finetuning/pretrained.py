"""Loading a pre-trained encoder with its tokenizer.

What the checkpoint does not hold is initialised anew and named: a fresh tensor that stays
frozen is noise between the encoder and the classifier.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from patsieve.errors import CheckpointError
from patsieve.finetuning.checkpoint_files import (
    check_pooler,
    encoder_config,
    in_one_sentence,
    load_tokenizer,
    longest_text,
    pooler_arguments,
    quiet_transformers,
)
from patsieve.finetuning.locating import EMBEDDED, locate
from patsieve.finetuning.pooling import Pooling
from patsieve.finetuning.stored_head import two_way_head
from patsieve.finetuning.streams import stream_seed


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
    with in_one_sentence(source), quiet_transformers():
        config = encoder_config(folder, source)
        # Fresh tensors are drawn from torch's global generator, inside transformers.
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(stream_seed(seed, "initialisation"))
            encoder, report = _load_encoder(folder, config, pooling)
        _check_weights(encoder, report, source)
        tokenizer = load_tokenizer(folder, source)
        unread = {str(key) for key in report["unexpected_keys"]}
        hidden_size = int(config.hidden_size)
        head = two_way_head(folder, unread, hidden_size) if pooling == "pooler" else None
    check_pooler(encoder, pooling, source)
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
        max_tokens=longest_text(encoder),
    )


def _load_encoder(folder: Path, config: Any, pooling: Pooling) -> tuple[Any, dict[str, Any]]:
    from transformers import AutoModel

    encoder, report = AutoModel.from_pretrained(
        folder,
        config=config,
        dtype=torch.float32,
        output_loading_info=True,
        trust_remote_code=False,
        # Reported by name below; transformers would point to a report that we keep back.
        ignore_mismatched_sizes=True,
        **pooler_arguments(config, pooling),
    )
    return encoder, report


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
