"""What trains must receive a gradient, and should move."""

import warnings

import pytest
import torch

from patsieve.errors import LearningError, PatsieveWarning
from patsieve.finetuning.audit import LearningAudit
from tiny_encoders import stage, tiny_model, train


@pytest.fixture
def model():
    return torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Linear(3, 1))


def test_a_tensor_without_a_gradient_ends_the_run_and_is_named(model):
    audit = LearningAudit(model, "top", ("0.weight", "1.weight", "1.bias"))
    model[1](torch.ones(2, 3)).sum().backward()

    with pytest.raises(LearningError) as caught:
        audit.after_backward()

    assert str(caught.value) == (
        "stage 'top' trains 3 tensors, but 1 of them receive no gradient: 0.weight"
    )


def test_tensors_that_all_have_gradients_are_looked_at_only_once(model):
    audit = LearningAudit(model, "top", ("1.weight",))
    model(torch.ones(2, 3)).sum().backward()
    audit.after_backward()

    model.zero_grad(set_to_none=True)

    audit.after_backward()


def test_a_tensor_that_an_epoch_has_not_moved_is_reported(model):
    audit = LearningAudit(model, "top", ("0.weight", "1.weight", "1.bias"))
    with torch.no_grad():
        model[1].weight += 1e-4

    with pytest.warns(PatsieveWarning, match=r"stage 'top' trains 0.weight, 1.bias, but an epoch"):
        audit.after_epoch()


def test_the_biases_of_attention_keys_need_not_move():
    attention = torch.nn.ModuleDict({"key": torch.nn.Linear(2, 2)})
    audit = LearningAudit(attention, "top", ("key.bias",))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        audit.after_epoch()


def test_many_tensors_are_named_in_part():
    model = torch.nn.Sequential(*[torch.nn.Linear(1, 1) for _ in range(3)])
    audit = LearningAudit(model, "top", tuple(dict(model.named_parameters())))

    with pytest.raises(LearningError, match=r"0.weight, 0.bias, 1.weight, 1.bias and 2 more"):
        audit.after_backward()


def test_a_run_ends_when_a_trained_tensor_is_not_in_the_pass():
    model = tiny_model(pooling="mean")
    # A parameter of the encoder that no forward pass reads.
    model.encoder.embeddings.register_parameter("unread", torch.nn.Parameter(torch.ones(3)))

    with pytest.raises(LearningError, match=r"receive no gradient: encoder.embeddings.unread"):
        train(model, stage(train=["embeddings"]), max_epochs=1)


def test_a_run_warns_of_a_learning_rate_that_moves_nothing():
    with pytest.warns(PatsieveWarning, match="stage 'only' trains .* their learning rate is too"):
        train(tiny_model(), stage(train=["encoder.2"], learning_rate=1e-15), max_epochs=1)
