"""What the starting experiment of a search is in the search's own terms."""

from collections.abc import Sequence

from patsieve.experiments.build import build_schedule
from patsieve.experiments.spec import ExperimentSpec
from patsieve.experiments.tune_space import DEPTH, Parameters
from patsieve.finetuning.schedule import Stage
from patsieve.finetuning.selection import select_groups


def start_parameters(spec: ExperimentSpec, groups: tuple[str, ...]) -> Parameters:
    """Return those settings of the search that an experiment has a value for.

    What it does otherwise (several ranges one after the other, plateaus, a choice by gradients,
    several rates within the encoder) is left out: the search learns nothing about it then.

    Parameters
    ----------
    groups : tuple of str
        The layer groups of the encoder, from input to output.

    Raises
    ------
    LayerGroupError
        If the experiment names layers that the encoder does not have.
    """
    schedule = build_schedule(spec)
    schedule.check(groups)
    found: Parameters = {"batch_size": spec.training.batch_size}
    found |= _imbalance(spec)
    last = schedule.stages[-1]
    if last.surgical is not None or last.grow_percent is not None or last.rates_by_gradient:
        return found
    trained = _selected(last.train, groups, last)
    rates = _rates(last, groups)
    if not any(group.startswith("encoder.") for group in trained) and "embeddings" not in trained:
        if len(schedule.stages) > 1:
            return found
        return found | {"n_layers": 0, "classifier_rate": rates["classifier"]}
    found |= _layers(trained, groups)
    found |= _beginning(schedule.stages, groups)
    found["classifier_rate"] = rates["classifier"]
    of_encoder = {rates[group] for group in trained if group not in ("classifier", "pooler")}
    if len(of_encoder) == 1:
        found["encoder_rate"] = of_encoder.pop()
    return found


def _imbalance(spec: ExperimentSpec) -> Parameters:
    """Return loss and sampling, unless the experiment mixes what the search keeps apart."""
    loss, sampling = spec.training.loss, spec.training.sampling
    weights = loss.class_weights
    if weights is None or weights[0] == weights[1]:
        focal: Parameters = {"loss": "focal", "focal_gamma": loss.focal_gamma}
        plain: Parameters = {"loss": "cross-entropy"}
        return {**(focal if loss.focal_gamma else plain), "sampling": sampling}
    if loss.focal_gamma or sampling != "uniform":
        return {}
    return {"loss": "class-weights", "relevant_weight": weights[1] / weights[0]}


def _layers(trained: set[str], groups: tuple[str, ...]) -> Parameters:
    """Return the range of layers, if it is one and can be said in 24ths of the depth."""
    layers = [group for group in groups if group.startswith("encoder.")]
    inside = [index for index, group in enumerate(layers) if group in trained]
    if not inside or inside != list(range(inside[0], inside[-1] + 1)):
        return {}
    low = round(inside[0] * DEPTH / len(layers))
    high = max(low, round((inside[-1] + 1) * DEPTH / len(layers)) - 1)
    said = select_groups(f"encoder[{low}-{high} of {DEPTH}]", groups, who="the search")
    with_embeddings = "embeddings" in trained
    if set(said) != {layers[index] for index in inside} or (with_embeddings and low > 0):
        return {}
    n_layers = high - low + 1
    found: Parameters = {"n_layers": n_layers}
    if n_layers < DEPTH:
        found["position"] = round(low / (DEPTH - n_layers), 3)
    return found | ({"embeddings": with_embeddings} if low == 0 else {})


def _beginning(stages: Sequence[Stage], groups: tuple[str, ...]) -> Parameters:
    """Return from which epoch the layers train, if that is how it is said."""
    if len(stages) == 1:
        return {"from_epoch": 1}
    first, last = stages[0], stages[-1]
    head = {group for group in groups if group in ("classifier", "pooler")}
    waits = last.on_plateau is not None or first.max_epochs is not None
    if len(stages) > 2 or waits or last.from_epoch is None:
        return {}
    if first.surgical is not None or first.grow_percent is not None:
        return {}
    return {"from_epoch": last.from_epoch} if _selected(first.train, groups, first) <= head else {}


def _rates(stage: Stage, groups: tuple[str, ...]) -> dict[str, float]:
    rates = dict.fromkeys(groups, stage.learning_rate)
    for expression, rate in stage.learning_rates.items():
        rates |= dict.fromkeys(_selected((expression,), groups, stage), rate)
    return rates


def _selected(expressions: Sequence[str], groups: tuple[str, ...], stage: Stage) -> set[str]:
    who = f"stage '{stage.name}'"
    return {group for each in expressions for group in select_groups(each, groups, who=who)}
