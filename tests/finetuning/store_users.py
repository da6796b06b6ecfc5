"""A process that reads tiny texts through an activation store; used by `test_activation_store`.

Prints a line for each sentence of the store and for each batch that it computes, and at last the
SHA-256 of what it has read. It takes its time over each batch, so that others can interfere.
"""

import hashlib
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch

from patsieve.finetuning import frozen_prefix
from patsieve.finetuning.activation_keys import WeightDigests
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.activations import PrefixCache
from patsieve.finetuning.frozen_prefix import FrozenPrefix
from patsieve.finetuning.layers import layer_groups
from tiny_encoders import tiny_model, tiny_tokens

SECONDS_A_BATCH = 0.2


def say(sentence):
    print(sentence, flush=True)


def main(folder):
    frozen_prefix.tokens_at_once = lambda _: 60
    model, texts = tiny_model(), tiny_tokens(30, seed=5).texts
    prefix = FrozenPrefix(model.eval(), 2, torch.device("cpu"), nullcontext)

    def slowly(*_):
        say("a batch")
        time.sleep(SECONDS_A_BATCH)

    model.layers[0].register_forward_hook(slowly)
    store = ActivationStore(folder, max_bytes=10**9, say=say)
    say("ready")
    sys.stdin.readline()
    rows = store.rows(prefix, texts, WeightDigests(model, layer_groups(model)))
    hidden = PrefixCache(texts, 2, rows, pooled=False).hidden(np.arange(30))
    say(hashlib.sha256(hidden.numpy().tobytes()).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
