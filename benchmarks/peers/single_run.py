"""One run in a process of its own, so that its peak memory is its own.

python -m peers.single_run REQUEST.json OUTCOME.json
"""

import importlib
import importlib.metadata
import json
import os
import sys
from pathlib import Path
from typing import Any

MODULES = {
    "patsieve": "peers.patsieve_engine",
    "transformers": "peers.hf_trainer",
    "finetuning-scheduler": "peers.fts_lightning",
}
"""Where each system's `train` is."""

_VERSIONS = ("torch", "transformers", "accelerate", "lightning", "finetuning-scheduler")


def main() -> None:
    """Do the run that the request describes and write what it took."""
    request, outcome = (Path(argument) for argument in sys.argv[1:])
    import torch

    from peers.common import Run, Texts

    run = Run(**json.loads(request.read_text(encoding="utf-8")))
    torch.set_num_threads(run.threads)
    # The system's libraries are in memory before the clock starts, as anybody's would be.
    system: Any = importlib.import_module(MODULES[run.system])
    found = system.train(run, Texts.load(Path(run.tokens)))
    found["versions"] = _versions()
    found["load_average"] = os.getloadavg()[0]
    outcome.write_text(json.dumps(found), encoding="utf-8")


def _versions() -> dict[str, str]:
    present = {each.name for each in importlib.metadata.distributions()}
    return {name: importlib.metadata.version(name) for name in _VERSIONS if name in present}


if __name__ == "__main__":
    main()
