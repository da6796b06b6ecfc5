"""How high a rate may be: where the loss falls, where it explodes, and nothing is moved."""

import numpy as np
import pytest
import torch

from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.rate_range import rate_range_test, sweep_rates
from patsieve.finetuning.settings import TrainingSettings
from tiny_encoders import changed, stage, tiny_model, tiny_tokens, weights

TRAINING = tiny_tokens(40, seed=1)


def quadratic(curvature):
    """Gradient descent on curvature * x**2 / 2, from 1: it explodes above 2 / curvature."""
    x = 1.0

    def learn(rate):
        nonlocal x
        loss = curvature * x**2 / 2
        x -= rate * curvature * x
        return loss

    return learn


@pytest.mark.parametrize("curvature", [0.1, 1.0, 50.0])
def test_the_suggestion_lies_below_where_a_parabola_explodes(curvature):
    limit = 2 / curvature

    found = sweep_rates(
        quadratic(curvature), lowest=1e-5 * limit, highest=1e3 * limit, n_steps=120, smoothing=0.8
    )

    assert 1e-3 * limit < found.suggestion < limit
    # The loss must rise again from where it had fallen to before it shows.
    assert limit < found.diverged_at < 100 * limit
    assert found.cautious == found.diverged_at / 10
    assert len(found.rates) == len(found.losses) == len(found.batch_losses) < 120


def test_the_steepest_descent_is_suggested():
    by_rate = iter([1.0, 1.0, 0.9, 0.3, 0.2, 0.2, 0.5])

    found = sweep_rates(lambda rate: next(by_rate), lowest=1, highest=1e6, n_steps=7, smoothing=0)

    # Slopes by step: 0, -.05, -.35, -.35, -.05, then up; of equal ones the lower rate.
    assert found.suggestion == pytest.approx(100.0)
    assert found.diverged_at is None
    assert found.cautious is None


def test_smoothing_begins_at_the_first_loss():
    by_rate = iter([2.0, 1.0, 4.0])

    found = sweep_rates(lambda rate: next(by_rate), lowest=1, highest=4, n_steps=3, smoothing=0.5)

    # .5 * 2 / .5; (.25 * 2 + .5 * 1) / .75; (.125 * 2 + .25 * 1 + .5 * 4) / .875
    assert found.losses == pytest.approx([2.0, 4 / 3, 20 / 7])
    assert found.batch_losses.tolist() == [2.0, 1.0, 4.0]


def test_a_loss_that_is_no_number_blames_the_step_before():
    by_rate = iter([1.0, 0.5, float("nan")])

    found = sweep_rates(lambda rate: next(by_rate), lowest=1, highest=1000, n_steps=4, smoothing=0)

    assert found.diverged_at == pytest.approx(10.0)
    assert found.rates == pytest.approx([1.0, 10.0])


def test_where_the_loss_only_rises_nothing_is_suggested():
    by_rate = iter([1.0, 1.1, 1.2])

    assert (
        sweep_rates(lambda rate: next(by_rate), lowest=1, highest=9, n_steps=3).suggestion is None
    )


@pytest.mark.parametrize(("lowest", "highest", "n_steps"), [(0, 1, 9), (1, 1, 9), (1, 2, 1)])
def test_what_is_no_sweep_is_refused(lowest, highest, n_steps):
    with pytest.raises(ValueError, match="are no sweep"):
        sweep_rates(lambda rate: 1.0, lowest=lowest, highest=highest, n_steps=n_steps)


def ranged(model, own, **more):
    settings = TrainingSettings(batch_size=8, seed=3, accumulate=2)
    fabric = make_fabric("cpu", "32")
    return rate_range_test(
        model, layer_groups(model), own, TRAINING, settings, fabric=fabric, n_steps=30, **more
    )


def test_a_range_test_moves_nothing_and_can_be_repeated():
    model = tiny_model(dropout=0.1)
    model.train()
    model.layers[0].eval().requires_grad_(False)
    before, modes = weights(model), [module.training for module in model.modules()]
    flags = [each.requires_grad for each in model.parameters()]
    rates_of_dropout = [m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)]
    torch.manual_seed(4)
    generator = torch.get_rng_state()
    top = stage(train=["classifier", "encoder.2"], dropout=0.4)

    first, second = ranged(model, top), ranged(model, top)

    np.testing.assert_array_equal(first.losses, second.losses)
    assert changed(before, model) == set()
    assert torch.equal(torch.get_rng_state(), generator)
    assert [module.training for module in model.modules()] == modes
    assert [each.requires_grad for each in model.parameters()] == flags
    assert [m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)] == rates_of_dropout
    assert all(each.grad is None for each in model.parameters())


def test_a_model_learns_in_its_range_test_and_breaks_at_its_end():
    found = ranged(tiny_model(), stage(train=["all"]), lowest=1e-5, highest=10.0)

    assert found.losses.min() < found.losses[0] - 0.05
    assert found.suggestion < found.diverged_at


def test_rates_of_groups_keep_their_ratio_to_the_stages():
    # All that trains has a rate of its own, a thousandth of the stage's: the same test, had at
    # rates a thousand times as high.
    alike = stage(train=["classifier"], learning_rate=1e-2)
    scaled = stage(train=["classifier"], learning_rate=1e-2, learning_rates={"classifier": 1e-5})

    one = ranged(tiny_model(), alike, lowest=1e-5, highest=1e-2)
    two = ranged(tiny_model(), scaled, lowest=1e-2, highest=10.0)

    np.testing.assert_allclose(one.batch_losses, two.batch_losses, rtol=1e-5)
