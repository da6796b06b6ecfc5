"""Rankers on the same encoder that patsieve embeds, by the libraries that people use for it."""

import tempfile
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from torch.utils.data import Dataset

from patsieve.finetuning.pretrained import load_pretrained
from rankers.tasks import Task

_MAX_TOKENS = 256
# As sentence-transformers ships this encoder, and as the plain script of the first
# measurements trained it.
_RATE, _EPOCHS, _BATCH = 5e-5, 4, 16
_VECTORS: dict[str, NDArray[np.float64]] = {}


def embedding(task: Task) -> NDArray[np.float64]:
    """Return what a balanced logistic regression says of mean-pooled vectors of length one."""
    vectors = _embedded(task)
    model = LogisticRegression(class_weight="balanced", max_iter=2000)
    model.fit(vectors[task.training], task.labels(task.training))
    relevant: NDArray[np.float64] = model.predict_proba(vectors[task.test])[:, 1]
    return relevant


def _embedded(task: Task) -> NDArray[np.float64]:
    """Return the vectors of a whole set: a frozen encoder says the same of a text in any split."""
    digest = task.corpus.digest
    if digest not in _VECTORS:
        loaded = load_pretrained(None, pooling="mean")
        texts = task.texts(np.arange(len(task.corpus)))
        _VECTORS[digest] = _vectors(texts, loaded.encoder, loaded.tokenizer)
    return _VECTORS[digest]


def full_finetune(task: Task) -> NDArray[np.float64]:
    """Fine-tune all layers by transformers' Trainer: mean pooling, four epochs at 5e-5.

    The rate warms up over a tenth of the steps and falls linearly, as is usual; texts are
    padded to the longest of their batch and batches drawn by length.
    """
    from transformers import DataCollatorWithPadding, Trainer, TrainingArguments

    loaded = load_pretrained(None, pooling="mean")
    torch.manual_seed(task.seed)
    model = MeanPooled(loaded.encoder)
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            num_train_epochs=_EPOCHS,
            per_device_train_batch_size=_BATCH,
            per_device_eval_batch_size=4 * _BATCH,
            learning_rate=_RATE,
            warmup_steps=0.1,  # below 1 it is a share
            bf16=True,
            use_cpu=not torch.cuda.is_available(),
            train_sampling_strategy="group_by_length",
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
            seed=task.seed,
        )
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=_Texts(task, task.training, loaded.tokenizer),
            data_collator=DataCollatorWithPadding(loaded.tokenizer),
        )
        trainer.train()
        # By length, predictions too would come in the order of batches, which is not the records'.
        trainer.args.train_sampling_strategy = "random"
        logits = trainer.predict(_Texts(task, task.test, loaded.tokenizer)).predictions
    odds = np.asarray(logits, dtype=np.float64)
    relevant: NDArray[np.float64] = 1 / (1 + np.exp(odds[:, 0] - odds[:, 1]))
    return relevant


def setfit(task: Task) -> NDArray[np.float64]:
    """SetFit: contrastive pairs for 100 steps of 16, then logistic regression on the vectors.

    The encoder runs in bfloat16, as for all who train here; similarities, loss and head do not.
    """
    from datasets import Dataset as Table
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from setfit import SetFitModel, Trainer, TrainingArguments

    class InBfloat16(Transformer):
        """SetFit has no setting for it that works on CPUs."""

        def forward(self, features: dict[str, Any], **others: Any) -> dict[str, Any]:
            with torch.autocast("cpu", torch.bfloat16):
                found: dict[str, Any] = super().forward(features, **others)
            return found | {"token_embeddings": found["token_embeddings"].float()}

    loaded = load_pretrained(None, pooling="mean")
    with tempfile.TemporaryDirectory() as folder:
        loaded.encoder.save_pretrained(folder)
        loaded.tokenizer.save_pretrained(folder)
        words = InBfloat16(folder, max_seq_length=_MAX_TOKENS)
        pooling = Pooling(words.get_embedding_dimension(), pooling_mode="mean")
        body = SentenceTransformer(modules=[words, pooling, Normalize()], device="cpu")
        model = SetFitModel(
            model_body=body, model_head=LogisticRegression(class_weight="balanced", max_iter=2000)
        )
        labelled = {
            "text": task.texts(task.training),
            "label": task.labels(task.training).tolist(),
        }
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=folder,
                batch_size=16,
                max_steps=100,
                seed=task.seed,
                save_strategy="no",
                report_to="none",
            ),
            train_dataset=Table.from_dict(labelled),
        )
        trainer.train()
    probabilities = np.asarray(model.predict_proba(task.texts(task.test), as_numpy=True))
    relevant: NDArray[np.float64] = probabilities[:, 1].astype(np.float64)
    return relevant


class MeanPooled(torch.nn.Module):
    """An encoder, the mean of its last states, and a linear layer."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.classifier = torch.nn.Linear(encoder.config.hidden_size, 2)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        labels: torch.Tensor | None = None,
        **ignored: Any,  # noqa: ARG002 - what the Trainer hands over besides
    ) -> dict[str, torch.Tensor]:
        """Return loss (where there are labels) and logits."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask)[0]
        kept = attention_mask.unsqueeze(-1)
        logits = self.classifier((states * kept).sum(1) / kept.sum(1))
        if labels is None:
            return {"logits": logits}
        return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}


class _Texts(Dataset[dict[str, Any]]):
    def __init__(self, task: Task, which: NDArray[np.intp], tokenizer: Any) -> None:
        self._rows = tokenizer(task.texts(which), truncation=True, max_length=_MAX_TOKENS)
        self._labels = task.labels(which)

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {
            "input_ids": self._rows["input_ids"][index],
            "attention_mask": self._rows["attention_mask"][index],
            "labels": int(self._labels[index]),
        }


@torch.no_grad()
def _vectors(texts: list[str], encoder: Any, tokenizer: Any) -> NDArray[np.float64]:
    found = []
    for start in range(0, len(texts), 64):
        batch = tokenizer(
            texts[start : start + 64],
            truncation=True,
            max_length=_MAX_TOKENS,
            padding=True,
            return_tensors="pt",
        )
        states = encoder.eval()(**batch)[0]
        kept = batch["attention_mask"].unsqueeze(-1)
        found.append(torch.nn.functional.normalize((states * kept).sum(1) / kept.sum(1), dim=-1))
    return torch.cat(found).double().numpy()
