"""Which layer groups an expression means, on an encoder of any depth. No torch.

==========================  =============================================================
``classifier``              the head that turns the pooled text into two logits
``pooler``                  the dense layer over the first token, where there is one
``embeddings``              word, position and segment embeddings with their normalisation
``encoder``                 every encoder layer
``encoder.18``              one layer, counted from 0 at the input
``encoder.18-20``           a range of layers, both ends included
``encoder[18-20 of 24]``    the same *fraction* of the depth as layers 18 to 20 of 24
``encoder[75%:87.5%]``      the layers between two fractions of the depth, from the input
``encoder[last half]``      ``first``, ``middle`` or ``last``; ``half``, ``third``, ``quarter``
``backbone``                embeddings and encoder
``all``                     everything
==========================  =============================================================

A fraction covers every layer of which it overlaps half or more; if there is none, the one
that it overlaps most, and of equals the one nearest the output.
"""

import re
from fractions import Fraction

from patsieve.errors import LayerGroupError

_PARTS = {"half": 2, "third": 3, "quarter": 4}
_ONE_LAYER = re.compile(r"encoder\.(\d+)")
_LAYERS = re.compile(r"encoder\.(\d+)-(\d+)")
_LAYERS_OF = re.compile(r"encoder\[\s*(\d+)(?:\s*-\s*(\d+))?\s+of\s+(\d+)\s*\]")
_PERCENT = re.compile(r"encoder\[\s*(\d+(?:\.\d+)?)\s*%\s*:\s*(\d+(?:\.\d+)?)\s*%\s*\]")
_PART = re.compile(r"encoder\[\s*(first|middle|last)\s+(half|third|quarter)\s*\]")

FORMS = (
    "classifier, pooler, embeddings, encoder, encoder.3, encoder.3-5, encoder[18-20 of 24], "
    "encoder[75%:87.5%], encoder[last half], backbone, all"
)


def select_groups(expression: str, groups: tuple[str, ...], *, who: str) -> tuple[str, ...]:
    """Return the layer groups that `expression` means, from input to output.

    Parameters
    ----------
    expression : str
        One of the forms in the module's table.
    groups : tuple of str
        What the model has, from input to output: ``embeddings``, ``encoder.0`` … ``pooler``
        (where there is one), ``classifier``.
    who : str
        Who asks, for the message: ``"stage 'top'"``.

    Raises
    ------
    LayerGroupError
        If the expression is of no known form, or names what the model does not have.
    """
    wanted = _wanted(expression.strip(), groups, who)
    missing = [name for name in wanted if name not in groups]
    if missing or not wanted:
        raise LayerGroupError(
            f"{who} names '{expression}', which this encoder does not have; "
            f"from input to output it has {describe_groups(groups)}"
        )
    return tuple(name for name in groups if name in wanted)


def check_expression(expression: str, *, who: str) -> None:
    """Refuse an expression that no encoder could have, before a model is at hand."""
    if expression.strip() in ("classifier", "pooler", "embeddings", "encoder", "backbone", "all"):
        return
    if _ONE_LAYER.fullmatch(expression.strip()):
        return
    if match := _LAYERS.fullmatch(expression.strip()):
        _check_order(int(match[1]), int(match[2]), expression, who)
    elif (fractions := _fractions(expression.strip(), who)) is not None:
        layers_in(*fractions, n_layers=1)
    else:
        raise LayerGroupError(f"{who} names '{expression}', which is no layer group; {FORMS} are")


def layers_in(start: Fraction, stop: Fraction, n_layers: int) -> tuple[int, ...]:
    """Return the layers of `n_layers` that the fraction ``[start, stop]`` of the depth covers.

    >>> layers_in(Fraction(18, 24), Fraction(21, 24), 12)  # layers 18-20 of 24
    (9, 10)
    """
    overlaps = [
        min(stop * n_layers, Fraction(layer + 1)) - max(start * n_layers, Fraction(layer))
        for layer in range(n_layers)
    ]
    covered = tuple(i for i, overlap in enumerate(overlaps) if overlap >= Fraction(1, 2))
    if covered:
        return covered
    return (max(range(n_layers), key=lambda layer: (overlaps[layer], layer)),)


def describe_groups(groups: tuple[str, ...]) -> str:
    """Name the groups with runs of layers shortened: ``embeddings, encoder.0 … encoder.5``."""
    layers = [name for name in groups if name.startswith("encoder.")]
    if len(layers) <= 3:
        return ", ".join(groups)
    first, last = groups.index(layers[0]), groups.index(layers[-1])
    shortened = (*groups[:first], f"{layers[0]} … {layers[-1]}", *groups[last + 1 :])
    return ", ".join(shortened)


def _wanted(expression: str, groups: tuple[str, ...], who: str) -> tuple[str, ...]:
    layers = tuple(name for name in groups if name.startswith("encoder."))
    named = {
        "encoder": layers,
        "backbone": ("embeddings", *layers),
        "all": groups,
        "classifier": ("classifier",),
        "pooler": ("pooler",),
        "embeddings": ("embeddings",),
    }
    if expression in named:
        return named[expression]
    if match := _ONE_LAYER.fullmatch(expression):
        return (f"encoder.{int(match[1])}",)
    if match := _LAYERS.fullmatch(expression):
        low, high = _check_order(int(match[1]), int(match[2]), expression, who)
        return tuple(f"encoder.{i}" for i in range(low, high + 1))
    fractions = _fractions(expression, who)
    if fractions is None:
        raise LayerGroupError(
            f"{who} names '{expression}', which is no layer group; {FORMS} are, and from input "
            f"to output this encoder has {describe_groups(groups)}"
        )
    return tuple(f"encoder.{i}" for i in layers_in(*fractions, n_layers=len(layers)))


def _fractions(expression: str, who: str) -> tuple[Fraction, Fraction] | None:
    if match := _LAYERS_OF.fullmatch(expression):
        low, high = _check_order(int(match[1]), int(match[2] or match[1]), expression, who)
        depth = int(match[3])
        if high >= depth:
            raise LayerGroupError(
                f"{who} names '{expression}', but {depth} layers are counted from 0 to {depth - 1}"
            )
        return Fraction(low, depth), Fraction(high + 1, depth)
    if match := _PERCENT.fullmatch(expression):
        start, stop = Fraction(match[1]) / 100, Fraction(match[2]) / 100
        if not start < stop <= 1:
            raise LayerGroupError(
                f"{who} names '{expression}'; the first fraction must be below the second, "
                "and the second at most 100%"
            )
        return start, stop
    if match := _PART.fullmatch(expression):
        width = Fraction(1, _PARTS[match[2]])
        start = {"first": Fraction(0), "middle": (1 - width) / 2, "last": 1 - width}[match[1]]
        return start, start + width
    return None


def _check_order(low: int, high: int, expression: str, who: str) -> tuple[int, int]:
    if low > high:
        raise LayerGroupError(f"{who} names '{expression}', a range that ends before it begins")
    return low, high
