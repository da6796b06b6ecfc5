"""The engine agrees with a plain PyTorch loop that shares none of its code.

The loop below has its own freezing, its own AdamW, its own rates, its own forward pass through
transformers. From patsieve it takes only which records make a batch (the sampler's indices)
and the model to start from. Without dropout there is nothing else random in a run.
"""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from patsieve.finetuning.batching import WeightedBucketSampler
from patsieve.finetuning.inference import LabelledTokens
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.schedule import EarlyStopping, Reducer
from tiny_encoders import losses, stage, tiny_model, tiny_tokens, trainer, weights

TRAINING = tiny_tokens(42, seed=1)
LIKE_TRAINING = tiny_tokens(20, seed=2)
# Labels that nothing explains: learning makes this loss worse, so that rates are reduced down
# to their floor and the best epoch is not the last.
MISLABELLED = LabelledTokens(
    LIKE_TRAINING.texts, np.random.default_rng(4).permutation(LIKE_TRAINING.labels)
)
BATCH, ACCUMULATE, CLIP, SEED = 4, 2, 0.5, 3
EPOCHS = 7
HEAD_RATE, LAYER_RATE, FLOOR = 1e-3, 4e-3, 1.2e-3
WARM_UP, DECAY, LAYER_DECAY = 4, 0.1, 0.5


def padded(records, indices):
    rows = [
        records.texts.ids[records.texts.offsets[i] : records.texts.offsets[i + 1]] for i in indices
    ]
    longest = max(len(row) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[number, : len(row)] = 1
    return ids, mask, torch.tensor(records.labels[indices])


def logits_of(bert, head, ids, mask, pooling):
    output = bert(input_ids=ids, attention_mask=mask)
    if pooling == "pooler":
        return head(output.pooler_output)
    if pooling == "cls":
        return head(output.last_hidden_state[:, 0])
    shown = mask.unsqueeze(-1).float()
    return head((output.last_hidden_state * shown).sum(1) / shown.sum(1))


def layer_of(name):
    """Return a parameter's layer, counted from 0; -1 embeddings, None above the layers."""
    if name.startswith("encoder.layer."):
        return int(name.split(".")[2])
    return -1 if name.startswith("embeddings.") else None


class PlainRun:
    """Three stages: the head for two epochs, the top layer beside it for two, then layers 1-2."""

    def __init__(self, bert, head, pooling):
        self.bert = bert.eval()  # nothing here has dropout
        self.head = head
        self.pooling = pooling
        self.named = [(f"bert.{name}", layer_of(name), p) for name, p in bert.named_parameters()]
        self.named += [(f"head.{name}", None, p) for name, p in head.named_parameters()]
        self.moments = {}
        self.unfrozen_at = {}
        self.trains = set()
        self.step = 0
        self.reduced_by = 1.0
        self.training, self.validation = [], []
        self.best_epoch, self.best = 0, {}

    def run(self, validation):
        above = {name for name, layer, _ in self.named if layer is None}
        if self.pooling != "pooler":
            above = {name for name in above if "pooler" not in name}
        top = {name for name, layer, _ in self.named if layer == 2}
        upper = {name for name, layer, _ in self.named if layer in (1, 2)}
        sampler = WeightedBucketSampler(
            TRAINING.texts.lengths,
            TRAINING.labels,
            batch_size=BATCH,
            sampling="balanced",
            seed=SEED,
        )
        for epoch in range(1, EPOCHS + 1):
            if epoch == 1:
                self.begin(above)
            elif epoch == 3:
                self.begin(above | top)
            elif epoch == 5:
                for name, _, parameter in self.named:
                    parameter.data.copy_(self.best[name])
                self.moments = {}
                self.begin(upper)
            self.learn(list(sampler.batches(epoch)))
            self.check(epoch, validation)
        return self

    def begin(self, names):
        self.trains = names
        self.moments = {name: value for name, value in self.moments.items() if name in names}
        self.unfrozen_at = {name: self.unfrozen_at.get(name, self.step) for name in names}
        self.reduced_by = 1.0
        for name, _, parameter in self.named:
            parameter.requires_grad_(name in names)
            parameter.grad = None

    def learn(self, batches):
        total = 0.0
        for start in range(0, len(batches), ACCUMULATE):
            together = batches[start : start + ACCUMULATE]
            n_records = sum(len(batch) for batch in together)
            for batch in together:
                ids, mask, labels = padded(TRAINING, batch)
                logits = logits_of(self.bert, self.head, ids, mask, self.pooling)
                loss = cross_entropy(logits, labels, label_smoothing=0.1)
                (loss * len(batch) / n_records).backward()
                total += float(loss.detach()) * len(batch)
            self.adamw_step()
            self.step += 1
        self.training.append(total / len(TRAINING.labels))

    @torch.no_grad()
    def check(self, epoch, validation):
        ids, mask, labels = padded(validation, np.arange(20))
        logits = logits_of(self.bert, self.head, ids, mask, self.pooling).double()
        # The draws were balanced; the log-odds go back to the prior of the training records.
        prior = TRAINING.labels.mean()
        logits[:, 1] -= math.log((1 - prior) / prior)
        loss = float(cross_entropy(logits, labels, label_smoothing=0.1))
        if not self.validation or loss < min(self.validation):
            self.best_epoch = epoch
            self.best = {name: p.detach().clone() for name, _, p in self.named}
        else:
            self.reduced_by *= 0.5
        self.validation.append(loss)

    def rate(self, name, layer):
        full = HEAD_RATE if layer is None else LAYER_RATE * LAYER_DECAY ** (2 - layer)
        if layer is not None:
            full = max(full * self.reduced_by, min(FLOOR, full))
        return full * min(1.0, (self.step - self.unfrozen_at[name] + 1) / (WARM_UP + 1))

    @torch.no_grad()
    def adamw_step(self):
        """AdamW as in Loshchilov & Hutter 2019, algorithm 2, written out."""
        assert all(p.grad is None for name, _, p in self.named if name not in self.trains)
        trained = [entry for entry in self.named if entry[0] in self.trains]
        norm = torch.sqrt(sum(p.grad.double().square().sum() for _, _, p in trained))
        scale = float(min(1.0, CLIP / (norm + 1e-6)))
        for name, layer, parameter in trained:
            rate, grad = self.rate(name, layer), parameter.grad * scale
            m, v, t = self.moments.get(name, (0.0, 0.0, 0))
            m, v, t = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad**2, t + 1
            self.moments[name] = (m, v, t)
            if not name.endswith("bias") and "LayerNorm" not in name:
                parameter.mul_(1 - rate * DECAY)
            m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
            parameter.sub_(rate * m_hat / (v_hat.sqrt() + 1e-8))
            parameter.grad = None


def engine_run(model, pooling, validation, *, cache):
    head = ["classifier", *(["pooler"] if pooling == "pooler" else [])]
    common = {
        "learning_rate": HEAD_RATE,
        "learning_rates": {"encoder": LAYER_RATE},
        "warmup_steps": WARM_UP,
        "weight_decay": DECAY,
        "layer_decay": LAYER_DECAY,
        "dropout": 0.0,
    }
    reducer = Reducer(groups=("encoder",), factor=0.5, patience=1, floor=FLOOR)
    run = trainer(
        model,
        stage("head", head, **common),
        stage("top", [*head, "encoder.2"], from_epoch=3, reducer=reducer, **common),
        stage(
            "layers",
            ["encoder.1-2"],
            from_epoch=5,
            start_from="best",
            # Another reducer than the stage before, so that its count begins anew.
            reducer=Reducer(groups=("encoder.1-2",), factor=0.5, patience=1, floor=FLOOR),
            **common,
        ),
        batch_size=BATCH,
        accumulate=ACCUMULATE,
        gradient_clip=CLIP,
        sampling="balanced",
        loss=ClassificationLoss(label_smoothing=0.1),
        stopping=EarlyStopping(patience=None),
        max_epochs=EPOCHS,
        seed=SEED,
        cache=cache,
    )
    return run.fit(TRAINING, validation)


def assert_agreement(pooling, validation, *, cache):
    model, other = tiny_model(pooling=pooling), tiny_model(pooling=pooling)

    result = engine_run(model, pooling, validation, cache=cache)
    plain = PlainRun(other.encoder, other.classifier, pooling).run(validation)

    in_turn = [record.stage for record in result.history]
    assert in_turn == ["head"] * 2 + ["top"] * 2 + ["layers"] * 3
    assert losses(result) == pytest.approx(plain.training, abs=1e-5)
    assert losses(result, "validation") == pytest.approx(plain.validation, abs=1e-5)
    assert result.best_epoch == plain.best_epoch
    final = weights(model)
    for name, value in plain.best.items():
        if name.endswith("key.bias"):
            continue  # its gradient is zero, so that AdamW turns rounding errors into steps
        kept = final[name.replace("bert.", "encoder.", 1).replace("head.", "classifier.", 1)]
        torch.testing.assert_close(kept, value, atol=1e-5, rtol=0)
    return result


@pytest.mark.parametrize("pooling", ["mean", "cls", "pooler"])
def test_the_engine_agrees_with_a_plain_loop_over_three_stages(pooling):
    result = assert_agreement(pooling, LIKE_TRAINING, cache=True)

    # All three stages have moved the weights that are compared.
    assert result.best_epoch >= 5


@pytest.mark.parametrize("cache", [True, False])
def test_it_agrees_where_rates_are_reduced_and_earlier_weights_restored(cache):
    result = assert_agreement("cls", MISLABELLED, cache=cache)

    assert result.best_epoch == 4
    assert [record.learning_rates["encoder.2"] for record in result.history[4:]] == pytest.approx(
        [LAYER_RATE, LAYER_RATE / 2, FLOOR]
    )
