"""What more labels would buy: curves through the shares that were tried, drawn on beyond them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, final

import numpy as np

from patsieve.errors import UsageError
from patsieve.experiments.label_curve import LabelCurve
from patsieve.metrics.inputs import Floats
from patsieve.metrics.intervals import Estimate, FamilyBootstrap, percentile_interval
from patsieve.metrics.power_law import FEWEST_SIZES, fit_power_laws
from patsieve.metrics.reading import Counts, Reading, ReadingOrder

MOST_TIMES = 3.0
"""So many times the labels that there are; beyond, a curve through them is a guess."""

_N_RESAMPLES = 500
# The check forecasts the whole from sizes up to this share of it.
_HALF = 0.65


@final
@dataclass(frozen=True)
class Measure:
    """A measure of a ranking.

    Attributes
    ----------
    name : str
        In words.
    of : callable
        From a `Reading` to values of shape (n_resamples,).
    """

    name: str
    of: Callable[[Reading], Floats]


def _recall_at_relevant(reading: Reading) -> Floats:
    found: Floats = reading.found_in(reading.n_relevant) / reading.n_relevant
    return found


MEASURES: Mapping[str, Measure] = {
    "average_precision": Measure("average precision", Reading.average_precision),
    "recall_at_n_relevant": Measure(
        "recall after reading as many as are relevant", _recall_at_relevant
    ),
    "wss_at_95": Measure("work saved at 95 % recall", lambda reading: reading.work_saved(0.95)),
}


@final
@dataclass(frozen=True)
class Point:
    """A measure at one number of training records.

    Attributes
    ----------
    n_training : float
        Mean over folds and seeds.
    value : Estimate
        The mean over seeds; the interval is by bootstrap over seeds and tested families.
    by_seed : tuple of float
    spread : float or None
        Standard deviation over seeds; None for a single one.
    """

    n_training: float
    value: Estimate
    by_seed: tuple[float, ...]
    spread: float | None


@final
@dataclass(frozen=True)
class Forecast:
    """A measure drawn on to more labels.

    Attributes
    ----------
    measure : str
    points : tuple of Point
        What was measured, the fewest labels first.
    times : float
        So many times the labels that there are.
    value, gain : Estimate
        By then, and beyond what is measured now. Resampled together with it, so that the gain is
        surer than the difference of two intervals.
    limit, drop, exponent : float
        Of the curve ``limit - drop * n_training ** -exponent``.
    check : Check or None
        What the same way foretells from a part of the labels; None with too few shares.
    """

    measure: str
    points: tuple[Point, ...]
    times: float
    value: Estimate
    gain: Estimate
    limit: float
    drop: float
    exponent: float
    check: "Check | None"

    def at(self, n_training: float) -> float:
        """Return where the curve is at so many training records."""
        value: float = self.limit - self.drop * n_training**-self.exponent
        return value

    def sentence(self) -> str:
        """Return what it comes to in plain words."""
        now, then = self.points[-1].value.value, self.value
        times = "twice" if self.times == 2 else f"{self.times:g} times"
        return (
            f"with {times} the labels {MEASURES[self.measure].name} would be about "
            f"{then.value:.3f} ({then.low:.3f} to {then.high:.3f}); now {now:.3f}, so a gain of "
            f"{self.gain.value:.3f} ({self.gain.low:.3f} to {self.gain.high:.3f})"
        )


@final
@dataclass(frozen=True)
class Check:
    """A forecast of what is known.

    Attributes
    ----------
    n_training : float
        The most training records that the forecast knows of.
    foretold : Estimate
        For all training records that there are.
    measured : float
    """

    n_training: float
    foretold: Estimate
    measured: float


def forecast(curve: LabelCurve, *, times: float = 2.0, seed: int = 0) -> dict[str, Forecast]:
    """Return the forecast of each measure, by its name.

    The interval holds the doubt about which families were tested and which folds and subsets were
    drawn; it does not hold the doubt whether growth goes on along the curve.

    Parameters
    ----------
    times : float
        So many times the labels that there are, above 1 and at most 3.

    Raises
    ------
    UsageError
        If `times` is out of range.
    """
    check_times(times)
    measured, resampled = _measured(curve, seed)
    return {
        name: _forecast(name, curve, measured[name], resampled[name], times) for name in MEASURES
    }


def check_times(times: float) -> None:
    """Refuse to foretell too much.

    Raises
    ------
    UsageError
        If `times` is not above 1 and at most 3.
    """
    if not 1 < times <= MOST_TIMES:
        raise UsageError(
            f"{times:g} times the labels cannot be foretold; from a curve through the labels that "
            f"there are one can tell of more than 1 and at most {MOST_TIMES:g} times as many"
        )


def as_json(curve: LabelCurve, forecasts: Mapping[str, Forecast]) -> dict[str, Any]:
    """Return plain values."""
    return {
        "experiment": curve.experiment,
        "n_records": len(curve.corpus),
        "seeds": list(curve.seeds),
        "measures": {
            name: {**asdict(found), "sentence": found.sentence()}
            for name, found in forecasts.items()
        },
    }


def _measured(curve: LabelCurve, seed: int) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return each measure of shape (n_seeds, n_sizes), and (n_resamples, n_sizes) resampled.

    In a resample the same families are tested at each size, by models of the same seeds.
    """
    labels = curve.corpus.labels
    bootstrap = FamilyBootstrap(labels, curve.corpus.families, seed=seed, n_resamples=_N_RESAMPLES)
    shape = curve.probabilities.shape[:2]
    orders = [[ReadingOrder(labels, scores) for scores in row] for row in curve.probabilities]
    once = np.ones((1, len(labels)), dtype=np.int64)
    measured = {name: np.empty((*shape, 1)) for name in MEASURES}
    drawn: dict[str, Floats] = {name: np.empty((*shape, 0)) for name in MEASURES}
    _fill(orders, once, measured)
    for weights in bootstrap.weights():
        block = {name: np.empty((*shape, len(weights))) for name in MEASURES}
        _fill(orders, weights, block)
        drawn = {name: np.concatenate([drawn[name], block[name]], axis=2) for name in MEASURES}
    # Every resample draws its own seeds, with replacement.
    random = np.random.default_rng(seed)
    counts = random.multinomial(shape[0], np.full(shape[0], 1 / shape[0]), size=_N_RESAMPLES)
    return (
        {name: values[:, :, 0] for name, values in measured.items()},
        {
            name: np.einsum("srk,ks->kr", values, counts / shape[0])
            for name, values in drawn.items()
        },
    )


def _fill(orders: list[list[ReadingOrder]], weights: Counts, into: Mapping[str, Floats]) -> None:
    for i, row in enumerate(orders):
        for j, order in enumerate(row):
            reading = order.read(weights)
            for name, measure in MEASURES.items():
                into[name][i, j] = measure.of(reading)


def _forecast(
    name: str, curve: LabelCurve, by_seed: Floats, resampled: Floats, times: float
) -> Forecast:
    mean = by_seed.mean(axis=0)
    ceiling = _ceiling(name, curve)
    value, gain = _drawn_on(curve.sizes, mean, resampled, ceiling, times)
    fitted = fit_power_laws(curve.sizes, mean[None], ceiling=ceiling)
    return Forecast(
        measure=name,
        points=tuple(
            Point(
                n_training=float(size),
                value=percentile_interval(float(mean[i]), resampled[:, i]),
                by_seed=tuple(by_seed[:, i].tolist()),
                spread=float(by_seed[:, i].std(ddof=1)) if len(by_seed) > 1 else None,
            )
            for i, size in enumerate(curve.sizes)
        ),
        times=times,
        value=value,
        gain=gain,
        limit=float(fitted.limit[0]),
        drop=float(fitted.drop[0]),
        exponent=float(fitted.exponent[0]),
        check=_check(curve.sizes, mean, resampled, ceiling),
    )


def _check(sizes: Floats, mean: Floats, resampled: Floats, ceiling: float) -> Check | None:
    known = sizes <= _HALF * sizes[-1]
    if known.sum() < FEWEST_SIZES:
        return None
    last = float(sizes[known][-1])
    foretold, _ = _drawn_on(
        sizes[known], mean[known], resampled[:, known], ceiling, float(sizes[-1]) / last
    )
    return Check(last, foretold, float(mean[-1]))


def _drawn_on(
    sizes: Floats, mean: Floats, resampled: Floats, ceiling: float, times: float
) -> tuple[Estimate, Estimate]:
    """Return the value at so many times the last size, and the gain beyond that at the last.

    The gain is the curve's, added to what was measured last: a curve need not pass through it.
    """
    values, gains = [], []
    for curves in (mean[None], resampled):
        laws = fit_power_laws(sizes, curves, ceiling=ceiling)
        last = float(sizes[-1])
        now = curves[:, -1]
        then = np.minimum(now + laws.at(times * last) - laws.at(last), np.maximum(ceiling, now))
        values.append(then)
        gains.append(then - now)
    return (
        percentile_interval(float(values[0][0]), values[1]),
        percentile_interval(float(gains[0][0]), gains[1]),
    )


def _ceiling(name: str, curve: LabelCurve) -> float:
    """Return what a perfect ranking of these records has."""
    labels = curve.corpus.labels
    return float(MEASURES[name].of(ReadingOrder(labels, labels).read())[0])
