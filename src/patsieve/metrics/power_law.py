"""How a measure grows with the number of labels: an inverse power law through its learning curve.

The error of a model falls with the number of training records roughly as a power of it, down to
what no number of them mends (Cortes et al. 1994, "Learning curves: asymptotic values and rate of
convergence"; Figueroa et al. 2012, "Predicting sample size required for classification
performance").
"""

from dataclasses import dataclass
from typing import final

import numpy as np

from patsieve.metrics.inputs import Floats

# Published exponents of learning curves lie between .1 and 1; a steeper one is flat beyond the
# data, a flatter one a logarithm.
_EXPONENTS = np.geomspace(0.1, 2.0, 40)
FEWEST_SIZES = 3
"""A curve has three numbers, so it takes as many points."""


@final
@dataclass(frozen=True, eq=False)
class PowerLaws:
    """Curves ``limit - drop * size ** -exponent``.

    Attributes
    ----------
    limit, drop, exponent : array of float of shape (n_curves,)
        `drop` is at least 0: more labels do no harm.
    """

    limit: Floats
    drop: Floats
    exponent: Floats

    def at(self, size: float) -> Floats:
        """Return the value of each curve at so many records, of shape (n_curves,)."""
        values: Floats = self.limit - self.drop * size**-self.exponent
        return values


def fit_power_laws(sizes: Floats, values: Floats, *, ceiling: float) -> PowerLaws:
    """Fit each curve by least squares.

    Parameters
    ----------
    sizes : array of float of shape (n_sizes,)
        Numbers of training records, above 0; three or more that differ.
    values : array of float of shape (n_curves, n_sizes)
    ceiling : float
        What the measure cannot exceed with any number of records.

    Notes
    -----
    For a given exponent a curve is a straight line in ``size ** -exponent``, fitted in one go; the
    best of forty exponents is taken. There is no search that could go astray.

    Raises
    ------
    ValueError
        If there are too few sizes, or shapes do not fit.
    """
    if len(np.unique(sizes)) < FEWEST_SIZES:
        raise ValueError(f"{len(np.unique(sizes))} sizes differ; a curve needs {FEWEST_SIZES}")
    if values.ndim != 2 or values.shape[1] != len(sizes):
        raise ValueError(f"values have shape {values.shape}; there are {len(sizes)} sizes")
    # Sizes relative to the largest keep the powers in range.
    scaled = sizes / sizes.max()
    fits = [_line(scaled**-exponent, values, ceiling) for exponent in _EXPONENTS]
    errors = np.array([error for *_, error in fits])
    best = np.argmin(errors, axis=0)
    curve = np.arange(len(values))
    limit = np.array([limit for limit, *_ in fits])[best, curve]
    drop = np.array([drop for _, drop, _ in fits])[best, curve]
    exponent = _EXPONENTS[best]
    return PowerLaws(limit, drop * sizes.max() ** exponent, exponent)


def _line(x: Floats, values: Floats, ceiling: float) -> tuple[Floats, Floats, Floats]:
    """Fit ``limit - drop * x``, drop >= 0 and limit <= ceiling; return the squared error too."""
    centred = x - x.mean()
    drop = -(values @ centred) / (centred @ centred)
    # Where the curve falls, the best that may be is a constant.
    drop = np.maximum(drop, 0)
    limit = values.mean(axis=1) + drop * x.mean()
    # Where it aims too high, it goes through the ceiling.
    through = np.maximum(((ceiling - values) @ x) / (x @ x), 0)
    is_high = limit > ceiling
    limit, drop = np.where(is_high, ceiling, limit), np.where(is_high, through, drop)
    error = np.square(values - limit[:, None] + drop[:, None] * x).sum(axis=1)
    return limit, drop, error
