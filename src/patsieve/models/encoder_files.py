"""A fine-tuned encoder on disk: the encoder as others open it, its head, and what they read."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from safetensors.torch import load_file, save_file

from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pooling import Pooling
from patsieve.finetuning.pretrained import load_pretrained
from patsieve.finetuning.window_settings import Windows

_ENCODER = "encoder"
_HEAD = "head.safetensors"
_FACTS = "head.json"


@final
@dataclass(frozen=True)
class EncoderFacts:
    """What is kept of a trained classifier beside its weights.

    Attributes
    ----------
    pooling : str
    max_tokens : int
    windows : Windows, optional
    prior_shift : float
    precision : str
    """

    pooling: Pooling
    max_tokens: int
    windows: Windows | None
    prior_shift: float
    precision: Any


def kind_of(windows: Windows | None) -> str:
    """Return the name in a bundle's manifest.

    A version from before windows refuses one that it does not know: it would score the beginnings.
    """
    return "encoder" if windows is None else "windowed-encoder"


def write_encoder(
    folder: Path, model: EncoderWithHead, tokenizer: Any, facts: EncoderFacts
) -> None:
    """Write the encoder (for `transformers.AutoModel` to open), the head and the rest."""
    model.encoder.save_pretrained(folder / _ENCODER)
    tokenizer.save_pretrained(folder / _ENCODER)
    head = {
        name: tensor.detach().cpu().contiguous()
        for name, tensor in model.classifier.state_dict().items()
    }
    save_file(head, folder / _HEAD)
    told = asdict(facts)
    if facts.windows is None:
        del told["windows"]
    (folder / _FACTS).write_text(json.dumps(told, indent=2), encoding="utf-8")


def read_encoder(folder: Path) -> tuple[EncoderWithHead, Any, EncoderFacts, str]:
    """Return what `write_encoder` wrote: model, tokenizer, facts; and where the encoder lies."""
    told = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
    windows = Windows(**told["windows"]) if "windows" in told else None
    facts = EncoderFacts(
        told["pooling"], told["max_tokens"], windows, told["prior_shift"], told["precision"]
    )
    checkpoint = str(folder / _ENCODER)
    loaded = load_pretrained(checkpoint, pooling=facts.pooling)
    model = EncoderWithHead(
        loaded.encoder,
        pooling=facts.pooling,
        separator_id=loaded.separator_id,
        window_pooling=None if windows is None else windows.pooling,
    )
    model.classifier.load_state_dict(load_file(folder / _HEAD))
    return model, loaded.tokenizer, facts, checkpoint
