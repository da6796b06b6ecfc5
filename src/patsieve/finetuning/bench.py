"""Two layers of an encoder with a classifier, trained a step at a time under a watch.

The weights are random, in the shapes of the encoder; the steps are what the trainer's are, in
the run's precision and with a stage's dropout.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, final

import torch
from lightning_fabric import Fabric

from patsieve.finetuning.batching import tokens_at_once
from patsieve.finetuning.freezing import Freezer
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.outline import EncoderOutline, make_encoder, with_layers
from patsieve.finetuning.prefix import hidden_states_at

# What trains, beside the classifier, in the kinds of steps that are compared.
STEPS: Mapping[str, tuple[str, ...]] = {
    "head": (),
    "top": ("encoder.1",),
    "first": ("encoder.1",),
    "both": ("encoder.0", "encoder.1"),
    "bottom": ("encoder.0",),
    "all": ("embeddings", "encoder.0", "encoder.1"),
}


@final
class TwoLayerBench:
    """Takes single steps and passes, and says how long they took and what they held.

    Parameters
    ----------
    outline : EncoderOutline
        Of the encoder, at any depth.
    fabric : lightning_fabric.Fabric
        The run's device and precision.
    dropout : float, optional
        Of what trains; None is what the checkpoint's configuration says.
    """

    def __init__(self, outline: EncoderOutline, fabric: Fabric, dropout: float | None) -> None:
        encoder = make_encoder(with_layers(outline.config, 2), outline.pooling, device="cpu")
        # Any token will do for the one that ends a field.
        extra: dict[str, Any] = {"separator_id": 1} if outline.pooling == "fields" else {}
        self.model = EncoderWithHead(encoder.eval(), pooling=outline.pooling, **extra)
        # Whether a layer can be computed for the first token alone, which one kind of step does.
        self.has_first = self.model.reads_first_token
        self.model.reads_first_token = False
        self.model.to(fabric.device)
        self.fabric = fabric
        self.trained: list[torch.nn.Parameter] = []
        self._hidden_size = outline.shape.hidden_size
        self._dropout = dropout
        self._groups = layer_groups(self.model)
        self._freezer = Freezer(self.model, self._groups)
        self._loss = ClassificationLoss()
        self._forward: Any = None
        self._adamw: Any = None
        self._depth = 0
        self._optimizers: dict[str, Any] = {}
        # Of the batches that were learnt from, and of those that passed without gradients.
        self.learnt_shapes: set[tuple[int, int]] = set()
        self.passed_shapes: set[tuple[int, int]] = set()

    def begin(self, kind: str) -> None:
        """Let a kind of step, one of `STEPS`, begin as a stage begins."""
        chosen = (*STEPS[kind], "classifier")
        trainable = tuple(name for group in chosen for name in self._groups.tensors[group])
        self._freezer.apply(trainable, dropout=self._dropout)
        self._freezer.train_mode()
        parameters = dict(self.model.named_parameters())
        self.trained = [parameters[name] for name in trainable]
        self._forward = self.fabric.setup_module(self.model)
        self._depth = {"head": 2, "top": 1, "first": 1}.get(kind, 0)
        self.model.reads_first_token = kind == "first"
        is_new = kind not in self._optimizers
        if is_new:
            adamw = torch.optim.AdamW(self.trained, lr=1e-6, fused=True)
            self._optimizers[kind] = self.fabric.setup_optimizers(adamw)
        self._adamw = self._optimizers[kind]
        if is_new:
            # The first step of an optimizer makes its moments.
            self.step(1, 8)

    def step(self, n_texts: int, length: int) -> tuple[float, float]:
        """Return the seconds of learning from a batch, and of changing the weights."""
        if self._depth < 2:
            self.learnt_shapes.add((n_texts, length))
        inputs = self._inputs(n_texts, length)
        with self._timed() as learning:
            if "hidden" in inputs:
                # What is stored is copied into a batch.
                inputs["hidden"] = inputs["hidden"].clone()
            self.fabric.backward(self._loss_of(inputs))
        with self._timed() as stepping:
            torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
            self._adamw.step()
            self._adamw.zero_grad(set_to_none=True)
        return learning[0], stepping[0]

    def pass_through(self, n_texts: int, length: int) -> tuple[float, float]:
        """Return the seconds of a pass without gradients, and of what lies below the layers."""
        self.passed_shapes.add((n_texts, length))
        self._freezer.eval_mode()
        self._depth = 0
        inputs = self._inputs(n_texts, length)
        with torch.inference_mode(), self._timed() as whole:
            self._forward(**inputs)
        ids, mask = inputs["input_ids"], inputs["attention_mask"]
        with self.fabric.autocast(), self._timed() as below:
            hidden_states_at(self.model.encoder, [0], ids, mask)
        return whole[0], below[0]

    def texts_at_once(self, length: int) -> int:
        """Return how many texts of a length a pass without gradients takes at once."""
        return max(tokens_at_once(self.fabric.device.type) // length, 1)

    def saved_bytes(self, n_texts: int, length: int) -> int:
        """Return the bytes that a step keeps between its forward and its backward pass."""
        own = {parameter.untyped_storage().data_ptr() for parameter in self.model.parameters()}
        kept: dict[int, int] = {}

        def note(tensor: torch.Tensor) -> torch.Tensor:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in own:
                kept[storage.data_ptr()] = storage.nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
            loss = self._loss_of(self._inputs(n_texts, length))
        # The graph holds what was kept until here.
        del loss
        return sum(kept.values())

    def stored_bytes(self) -> int:
        """Return how many bytes a number of the cache takes in this precision."""
        self._depth = 0
        inputs = self._inputs(1, 8)
        with self.fabric.autocast():
            found = hidden_states_at(
                self.model.encoder, [1], inputs["input_ids"], inputs["attention_mask"]
            )
        return found[1].element_size()

    def _inputs(self, n_texts: int, length: int) -> dict[str, Any]:
        device = self.fabric.device
        if self._depth == 2:
            return {"pooled": torch.randn(n_texts, self._hidden_size, device=device)}
        # The first ids are special tokens, the padding's among them.
        ids = torch.randint(5, self.model.encoder.config.vocab_size, (n_texts, length))
        inputs: dict[str, Any] = {
            "input_ids": ids.to(device),
            "attention_mask": torch.ones_like(ids).to(device),
        }
        if self._depth == 1:
            inputs["hidden"] = torch.randn(n_texts, length, self._hidden_size, device=device)
            inputs["depth"] = 1
        return inputs

    def _loss_of(self, inputs: dict[str, Any]) -> torch.Tensor:
        logits = self._forward(**inputs)
        labels = torch.zeros(len(logits), dtype=torch.int64, device=logits.device)
        labels[::2] = 1
        return self._loss(logits.float(), labels)

    @contextmanager
    def _timed(self) -> Iterator[list[float]]:
        seconds: list[float] = []
        self._settle()
        started = time.perf_counter()
        yield seconds
        self._settle()
        seconds.append(time.perf_counter() - started)

    def _settle(self) -> None:
        if self.fabric.device.type == "cuda":
            torch.cuda.synchronize(self.fabric.device)
