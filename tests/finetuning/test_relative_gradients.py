"""Which layers the data ask to change: gradients beside weights, measured without a trace."""

import numpy as np
import pytest
import torch

from patsieve.errors import LearningError
from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.relative_gradients import RelativeGradients, relative_gradient_norms
from patsieve.finetuning.settings import TrainingSettings
from tiny_encoders import changed, stage, tiny_model, tiny_tokens, train, trainer, weights

TRAINING = tiny_tokens(40, seed=1)
SETTINGS = TrainingSettings(batch_size=8, seed=3)


def measured(model, training=TRAINING, settings=SETTINGS, **more):
    groups = layer_groups(model)
    fabric = make_fabric("cpu", "32")
    return relative_gradient_norms(model, groups, training, settings, fabric=fabric, **more)


def mean_state(model, tokens, indices):
    """Return what the classifier reads, shape (n_texts, width)."""
    ids, mask = tokens.texts.batch(indices)
    with torch.no_grad():
        hidden = model.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    return (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)


@pytest.mark.parametrize("per", ["group", "tensor"])
def test_the_classifiers_ratio_is_what_one_computes_by_hand(per):
    model = tiny_model(dropout=0.3).eval()
    everyone = np.arange(40)
    settings = TrainingSettings(batch_size=40, seed=3)

    ratio = measured(model, settings=settings, per=per)["classifier"]

    # Of a linear layer under cross-entropy: dL/dlogits = (p - y) / n, and dL/dW = dlogits' x.
    x = mean_state(model, TRAINING, everyone)
    labels = torch.from_numpy(TRAINING.labels)
    with torch.no_grad():
        logits = x @ model.classifier.weight.T + model.classifier.bias
    slope = (logits.softmax(-1) - torch.nn.functional.one_hot(labels, 2)) / 40
    by_weight, by_bias = (slope.T @ x).norm(), slope.sum(0).norm()
    size = model.classifier.weight.detach().norm()
    if per == "group":
        # A new classifier's bias is zero: it adds to the gradient and nothing to the weights.
        assert ratio == pytest.approx(float(torch.hypot(by_weight, by_bias) / size), rel=1e-4)
    else:
        # By itself it has no ratio.
        assert ratio == pytest.approx(float(by_weight / size), rel=1e-4)


def test_twice_the_weights_of_a_layer_halve_its_ratio_where_the_function_stays():
    # Without biases a linear map of doubled weights, read at half the scale, is the same
    # function: gradients halve and weights double.
    model, other = tiny_model(), tiny_model()
    with torch.no_grad():
        for each in (model, other):
            each.classifier.bias.zero_()
        other.classifier.weight.mul_(2)
        norm = other.layers[-1].output.LayerNorm
        norm.weight.div_(2)
        norm.bias.div_(2)

    one, two = measured(model, per="tensor"), measured(other, per="tensor")

    assert two["classifier"] == pytest.approx(one["classifier"] / 4, rel=1e-4)
    assert two["encoder.0"] == pytest.approx(one["encoder.0"], rel=1e-4)


def test_measuring_leaves_no_trace():
    model = tiny_model(dropout=0.2)
    model.train()
    model.layers[0].eval().requires_grad_(False)
    model.classifier.bias.grad = torch.tensor([1.0, 2.0])
    before, modes = weights(model), [module.training for module in model.modules()]
    flags = [each.requires_grad for each in model.parameters()]
    torch.manual_seed(4)
    generator = torch.get_rng_state()

    first, second = measured(model), measured(model)

    assert first == second
    assert changed(before, model) == set()
    assert torch.equal(torch.get_rng_state(), generator)
    assert [module.training for module in model.modules()] == modes
    assert [each.requires_grad for each in model.parameters()] == flags
    assert model.classifier.bias.grad.tolist() == [1.0, 2.0]
    assert model.classifier.weight.grad is None


def test_the_seed_decides_which_batches_are_read():
    model = tiny_model()

    one = measured(model, max_batches=1)

    assert one != measured(model, max_batches=1, settings=TrainingSettings(batch_size=8, seed=4))
    assert one != measured(model, max_batches=1, epoch=2)
    assert one != measured(model, max_batches=2)
    # An epoch has five batches.
    assert measured(model, max_batches=9) == measured(model)


def test_weights_that_are_no_numbers_are_refused():
    model = tiny_model()
    with torch.no_grad():
        model.layers[0].output.dense.weight[0, 0] = float("nan")

    with pytest.raises(LearningError, match=r"the gradients of .*encoder\.0.* are not numbers"):
        measured(model)


@pytest.fixture(scope="module")
def trained():
    """Return the weights of a model that fits its data: little is left to change."""
    model = tiny_model()
    train(model, stage(learning_rate=3e-3), training=TRAINING, max_epochs=6)
    return weights(model)


@pytest.mark.parametrize("spoilt", [0, 1, 2])
def test_the_layer_that_was_spoilt_has_the_largest_gradient(spoilt, trained):
    model = tiny_model()
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(trained[name])
        for value in model.layers[spoilt].parameters():
            # Its neurons change places: norms stay what they were.
            value.copy_(value[torch.randperm(len(value), generator=generator)])

    ratios = measured(model)

    # A layer below could make up for a spoilt one, and is asked to: of layers 0 and 1 the
    # gradients do not say which. No layer above it is ever blamed.
    candidates = [f"encoder.{layer}" for layer in ([0, 2] if spoilt != 1 else [1, 2])]
    assert max(candidates, key=ratios.get) == f"encoder.{spoilt}"


def test_the_callback_sees_what_each_epoch_trained_with():
    model = tiny_model()
    recorder = RelativeGradients(model, layer_groups(model))
    before = weights(model)
    # Rates of nothing: the weights at the end are those of every step.
    head = stage("head", ["classifier"], learning_rate=1e-30, weight_decay=0.0, max_epochs=1)
    top = stage("top", ["encoder.2", "classifier"], learning_rate=1e-30, weight_decay=0.0)
    with pytest.warns(match="an epoch has not moved"):
        train(model, head, top, callbacks=[recorder], batch_size=8, seed=3, cache=False)

    assert changed(before, model) <= {"classifier.bias"}
    assert list(recorder.epochs) == [1, 2]
    assert list(recorder.epochs[1]) == ["classifier"]
    assert list(recorder.epochs[2]) == ["encoder.2", "classifier"]
    expected = measured(model, epoch=2)
    for group, ratio in recorder.epochs[2].items():
        assert ratio == pytest.approx(expected[group], rel=1e-4)


def test_the_callback_waits_until_a_steps_gradient_is_complete():
    whole, parts = tiny_model(), tiny_model()
    one = RelativeGradients(whole, layer_groups(whole))
    two = RelativeGradients(parts, layer_groups(parts), accumulate=2)
    alike = {"max_epochs": 1, "bucket_batches": 1, "cache": False, "seed": 3}
    trainer(whole, callbacks=[one], batch_size=8, **alike).fit(TRAINING, tiny_tokens(20, seed=2))
    trainer(parts, callbacks=[two], batch_size=4, accumulate=2, **alike).fit(
        TRAINING, tiny_tokens(20, seed=2)
    )

    assert two.epochs[1].keys() == one.epochs[1].keys()
    assert len(two._steps) == len(one._steps) == 5
