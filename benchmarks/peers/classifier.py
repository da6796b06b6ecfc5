"""What the peers train: transformers' own classifier, from the same weights as patsieve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import torch
from torch import nn
from transformers import AutoModelForSequenceClassification
from transformers.trainer_pt_utils import LengthGroupedSampler

from patsieve.finetuning.freezing import trainable_tensors
from patsieve.finetuning.inference import LabelledTokens
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.optimizer import group_rates
from patsieve.finetuning.pretrained import load_pretrained
from peers.common import POOLING, Run


@final
@dataclass(frozen=True)
class PeerStage:
    """A stage in the names of the peers' model.

    Attributes
    ----------
    rates : mapping of str to float
        The learning rate of each tensor that trains.
    weight_decay : float
        Of all but biases and normalisation.
    """

    rates: dict[str, float]
    weight_decay: float

    def parameter_groups(self, model: nn.Module) -> list[dict[str, Any]]:
        """Return what AdamW is to train: a group for each rate, with and without decay."""
        exempt = without_decay(model)
        groups: dict[tuple[float, bool], list[nn.Parameter]] = {}
        for name, parameter in model.named_parameters():
            if name in self.rates:
                groups.setdefault((self.rates[name], name in exempt), []).append(parameter)
        return [
            {"params": members, "lr": rate, "weight_decay": 0.0 if plain else self.weight_decay}
            for (rate, plain), members in groups.items()
        ]


def make_classifier(run: Run) -> tuple[Any, tuple[PeerStage, ...]]:
    """Return the model and its stages."""
    loaded = load_pretrained(run.checkpoint, pooling=POOLING, seed=run.seed)
    own = EncoderWithHead.from_pretrained(
        loaded, pooling=POOLING, dropout=run.dropout, seed=run.seed
    )
    encoder = own.encoder
    encoder.config.num_labels = 2
    # On the meta device the weights that are replaced at once take no memory.
    with torch.device("meta"):
        model = AutoModelForSequenceClassification.from_config(encoder.config)
    prefix = model.base_model_prefix
    setattr(model, prefix, encoder)
    model.classifier = own.classifier
    model.dropout = own.dropout
    model.set_attn_implementation(run.attention)
    groups = layer_groups(own)
    stages = []
    for stage in run.schedule().stages:
        rates = group_rates(stage, groups)
        names = trainable_tensors(stage, groups, stage_round=1)
        stages.append(
            PeerStage(
                {peer_name(name, prefix): rates[groups.group_of(name)].rate for name in names},
                stage.weight_decay,
            )
        )
    if run.dropout is not None:
        for module in model.modules():
            if isinstance(module, nn.Dropout):
                module.p = run.dropout
    return model, tuple(stages)


def peer_name(name: str, prefix: str) -> str:
    """Return a tensor's name in the peers' model."""
    return f"{prefix}.{name.removeprefix('encoder.')}" if name.startswith("encoder.") else name


def without_decay(model: nn.Module) -> set[str]:
    """Return the names of biases and normalisation."""
    return {
        f"{prefix}.{name}" if prefix else name
        for prefix, module in model.named_modules()
        for name, _ in module.named_parameters(recurse=False)
        if name.endswith("bias") or "norm" in type(module).__name__.lower()
    }


@final
class Dropouts:
    """Keeps dropout to what trains, as patsieve does: frozen layers say the same every time.

    It also spares the peers the slow attention that dropout means on CPUs.

    Parameters
    ----------
    model : torch.nn.Module
        Its present dropout is what trained layers get.
    """

    def __init__(self, model: nn.Module) -> None:
        self._found = {
            name: (module, module.p)
            for name, module in model.named_modules()
            if isinstance(module, nn.Dropout)
        }

    def follow(self, trainable: Sequence[str]) -> None:
        """Switch dropout on beside tensors that train, and off elsewhere."""
        for name, (module, built_with) in self._found.items():
            parent = name.rpartition(".")[0]
            trains = any(tensor.startswith(parent) for tensor in trainable)
            module.p = built_with if trains else 0.0


@final
class PeerTexts(torch.utils.data.Dataset[dict[str, Any]]):
    """Texts as a data set of transformers' usual form.

    Parameters
    ----------
    part : LabelledTokens
    """

    def __init__(self, part: LabelledTokens) -> None:
        self.part = part

    def __len__(self) -> int:
        return len(self.part.labels)

    def __getitem__(self, index: int) -> dict[str, Any]:
        texts = self.part.texts
        ids = texts.ids[texts.offsets[index] : texts.offsets[index + 1]]
        return {"input_ids": ids, "labels": int(self.part.labels[index])}

    def collate(self, items: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Pad a batch to its longest text."""
        longest = max(len(item["input_ids"]) for item in items)
        ids = torch.full((len(items), longest), self.part.texts.pad_id)
        mask = torch.zeros((len(items), longest), dtype=torch.int64)
        for row, item in enumerate(items):
            length = len(item["input_ids"])
            ids[row, :length] = torch.from_numpy(item["input_ids"])
            mask[row, :length] = 1
        labels = torch.tensor([item["labels"] for item in items])
        return {"input_ids": ids, "attention_mask": mask, "labels": labels}

    def grouped_by_length(self, batch_size: int, *, seed: int) -> LengthGroupedSampler:
        """Return transformers' sampler of texts in groups of similar length."""
        return LengthGroupedSampler(
            batch_size,
            lengths=self.part.texts.lengths.tolist(),
            generator=torch.Generator().manual_seed(seed),
        )
