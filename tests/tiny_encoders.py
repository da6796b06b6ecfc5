"""Encoders, a tokenizer and texts made in memory: small, real, no downloads.

The encoders are transformers' own classes at a width of 16; their weights are wide enough for
a few epochs to teach them something.
"""

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    AlbertConfig,
    AlbertModel,
    BertConfig,
    BertModel,
    DebertaV2Config,
    DebertaV2Model,
    DistilBertConfig,
    DistilBertModel,
    ElectraConfig,
    ElectraModel,
    ModernBertConfig,
    ModernBertModel,
    MPNetConfig,
    MPNetModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
)

from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.inference import LabelledTokens
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.schedule import EarlyStopping, Stage, UnfreezingSchedule
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.tokens import TokenizedTexts
from patsieve.finetuning.trainer import Trainer

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
RELEVANT_WORDS = ("nickel", "cathode", "lithium", "oxide", "manganese", "cobalt", "layered", "nmc")
OTHER_WORDS = ("pump", "valve", "hinge", "shoe", "antenna", "gear", "bottle", "loom")
COMMON_WORDS = ("a", "the", "of", "with", "wherein", "method", "comprising", "said", "device")
N_WORDS = 200

# Families whose layers are a list of their own, and whether they have a pooler.
FAMILIES = {
    "bert": True,
    "roberta": True,
    "mpnet": True,
    "distilbert": False,
    "electra": False,
    "deberta-v2": False,
    "deberta-v2-conv": False,
    "modernbert": False,
}


def vocabulary() -> dict[str, int]:
    """Return 200 words with their ids; the first five are the special ones."""
    words = [*SPECIAL, *RELEVANT_WORDS, *OTHER_WORDS, *COMMON_WORDS]
    words += [f"word{number}" for number in range(N_WORDS - len(words))]
    return {word: number for number, word in enumerate(words)}


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """Return a fast WordPiece tokenizer with BERT's special tokens."""
    backend = Tokenizer(models.WordPiece(vocabulary(), unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=True)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )


def tiny_texts(n_records: int, *, prevalence: float = 0.3, seed: int = 0):
    """Return made-up texts of 3 to 20 words and their labels; the words tell the label."""
    generator = np.random.default_rng([seed, 77])
    n_relevant = max(1, round(prevalence * n_records))
    labels = np.zeros(n_records, dtype=np.int64)
    labels[:n_relevant] = 1
    labels = generator.permutation(labels)
    texts = []
    for label in labels:
        own = RELEVANT_WORDS if label else OTHER_WORDS
        n_words = int(generator.integers(3, 21))
        pool = [own, COMMON_WORDS]
        words = [generator.choice(pool[int(generator.random() < 0.5)]) for _ in range(n_words)]
        texts.append(" ".join(words))
    return texts, labels


def tiny_tokens(n_records: int, *, prevalence: float = 0.3, seed: int = 0) -> LabelledTokens:
    """Return `tiny_texts` as token ids."""
    texts, labels = tiny_texts(n_records, prevalence=prevalence, seed=seed)
    known = vocabulary()
    rows = [[2, *(known[word] for word in text.split()), 3] for text in texts]
    return LabelledTokens(packed(rows), labels)


def packed(rows: Sequence[Sequence[int]], *, pad_id: int = 0) -> TokenizedTexts:
    """Return token ids packed as the engine wants them."""
    offsets = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64)
    ids = np.concatenate([np.asarray(row, dtype=np.int32) for row in rows])
    return TokenizedTexts(ids, offsets, 0, pad_id)


def tiny_config(family: str = "bert", *, n_layers: int = 3, width: int = 16, dropout: float = 0.1):
    """Return the configuration of a tiny encoder of a family."""
    shape = {
        "vocab_size": N_WORDS,
        "hidden_size": width,
        "num_hidden_layers": n_layers,
        "num_attention_heads": 2,
        "intermediate_size": 2 * width,
        "max_position_embeddings": 64,
        "pad_token_id": 0,
    }
    noise = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    if family == "bert":
        return BertConfig(**shape, **noise)
    if family == "roberta":
        return RobertaConfig(**shape, **noise, type_vocab_size=1)
    if family == "mpnet":
        return MPNetConfig(**(shape | {"pad_token_id": 1}), **noise)
    if family == "electra":
        # The embeddings are narrower than the layers, so a projection lies between them.
        return ElectraConfig(**shape, **noise, embedding_size=width // 2)
    if family.startswith("deberta-v2"):
        extra = {"conv_kernel_size": 3, "conv_act": "gelu"} if family.endswith("conv") else {}
        return DebertaV2Config(
            **shape,
            **noise,
            **extra,
            relative_attention=True,
            position_buckets=8,
            norm_rel_ebd="layer_norm",
            share_att_key=True,
            pos_att_type=["p2c", "c2p"],
            position_biased_input=False,
            type_vocab_size=0,
        )
    if family == "distilbert":
        return DistilBertConfig(
            vocab_size=N_WORDS,
            dim=width,
            n_layers=n_layers,
            n_heads=2,
            hidden_dim=2 * width,
            max_position_embeddings=64,
            dropout=dropout,
            attention_dropout=dropout,
        )
    if family == "modernbert":
        return ModernBertConfig(
            **shape,
            attention_dropout=dropout,
            embedding_dropout=dropout,
            mlp_dropout=dropout,
            global_attn_every_n_layers=2,
            local_attention=8,
            cls_token_id=2,
            sep_token_id=3,
            bos_token_id=2,
            eos_token_id=3,
        )
    if family == "albert":
        return AlbertConfig(**shape, **noise, embedding_size=width // 2)
    raise ValueError(family)


_CLASSES = {
    "bert": BertModel,
    "roberta": RobertaModel,
    "mpnet": MPNetModel,
    "electra": ElectraModel,
    "deberta-v2": DebertaV2Model,
    "deberta-v2-conv": DebertaV2Model,
    "distilbert": DistilBertModel,
    "modernbert": ModernBertModel,
    "albert": AlbertModel,
}


def tiny_encoder(family: str = "bert", *, seed: int = 0, **shape):
    """Return a tiny encoder in eval mode, the same for the same seed."""
    with torch.random.fork_rng():
        encoder = _CLASSES[family](tiny_config(family, **shape)).eval()
    # Drawn here and not by transformers, whose way of initialising may change; also what it
    # fills with zeros and ones differs from tensor to tensor, as it does in a trained encoder.
    for name, parameter in encoder.named_parameters():
        generator = torch.Generator().manual_seed(zlib.crc32(f"{seed} {name}".encode()))
        noise = torch.randn(parameter.shape, generator=generator)
        is_norm = "norm" in name.lower() and name.endswith("weight")
        middle, spread = (1.0, 0.02) if is_norm else (0.0, 0.25 if noise.ndim > 1 else 0.02)
        parameter.data = middle + spread * noise
    return encoder


def save_checkpoint(folder: Path, **shape) -> str:
    """Write a tiny encoder with its tokenizer, and return the folder as users name it."""
    tiny_encoder(**shape).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return str(folder)


def tiny_model(
    family: str = "bert",
    *,
    pooling: str = "mean",
    head_dropout: float = 0.1,
    seed: int = 0,
    **shape,
) -> EncoderWithHead:
    """Return a tiny encoder with a classifier on it."""
    encoder = tiny_encoder(family, seed=seed, **shape)
    return EncoderWithHead(encoder, pooling=pooling, dropout=head_dropout, seed=seed)


def stage(name: str = "only", train=("all",), learning_rate: float = 1e-2, **more) -> Stage:
    """Return a stage; without dropout unless `more` says otherwise."""
    more.setdefault("dropout", 0.0)
    return Stage(name=name, train=tuple(train), learning_rate=learning_rate, **more)


def trainer(
    model: EncoderWithHead,
    *stages: Stage,
    fabric: Fabric | None = None,
    callbacks=(),
    run_folder=None,
    shared_start=None,
    fresh_tensors=(),
    **settings,
) -> Trainer:
    """Return a trainer on the CPU in 32 bit; without patience unless `settings` say otherwise."""
    settings.setdefault("batch_size", 8)
    settings.setdefault("max_epochs", 2)
    settings.setdefault("stopping", EarlyStopping(patience=None))
    settings.setdefault("loss", ClassificationLoss())
    return Trainer(
        model,
        UnfreezingSchedule(stages or (stage(),)),
        TrainingSettings(**settings),
        fabric=make_fabric("cpu", "32") if fabric is None else fabric,
        callbacks=callbacks,
        run_folder=run_folder,
        shared_start=shared_start,
        fresh_tensors=fresh_tensors,
    )


def train(model: EncoderWithHead, *stages: Stage, training=None, validation=None, **settings):
    """Train on tiny texts (40 to learn from, 20 to validate) and return the result."""
    training = tiny_tokens(40, seed=1) if training is None else training
    validation = tiny_tokens(20, seed=2) if validation is None else validation
    return trainer(model, *stages, **settings).fit(training, validation)


def weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return a copy of every parameter."""
    return {name: value.detach().clone() for name, value in model.named_parameters()}


def changed(before: dict[str, torch.Tensor], model: torch.nn.Module) -> set[str]:
    """Return the names of the parameters that are no longer bit-identical."""
    return {
        name for name, value in model.named_parameters() if not torch.equal(before[name], value)
    }


def losses(result, part: str = "training") -> list[float]:
    """Return the loss of every epoch."""
    return [getattr(record, part)["loss"] for record in result.history]
