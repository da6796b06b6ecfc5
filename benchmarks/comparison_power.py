r"""How often `patsieve compare` says "better": between equals, and where there is a difference.

    python benchmarks/comparison_power.py

Takes five to ten minutes on one core, reads no data, and prints the Markdown tables of
docs/explanation-compare.md. Two systems score made-up records: both see the same quality of a
record, each with noise of its own. Records come in families of one to three, whose members share
their label and half of all else. Every number follows from --seed.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from patsieve.metrics.differences import Draws, compare_scores, difference, mean_of_seeds
from patsieve.metrics.power import needed
from patsieve.metrics.scored import Scored, checked, measure_of

METRIC = "average_precision"
FAMILY_SIZES = (0.60, 0.25, 0.15)  # shares of families of one, two and three records


@dataclass(frozen=True)
class Setting:
    """How two systems score a made-up test set.

    Attributes
    ----------
    n_records : int
    prevalence : float
    separation : float
        How far relevant records stand above the others, in standard deviations of the quality.
    noise : float
        Of each system, in the same measure.
    gain : float
        By how much the first system separates better; 0 for equals.
    n_seeds : int
    seed_scatter : float
        Standard deviation of the separation over seeds.
    """

    n_records: int
    prevalence: float
    separation: float
    noise: float = 0.8
    gain: float = 0.0
    n_seeds: int = 1
    seed_scatter: float = 0.0


EQUALS = (
    Setting(150, 0.17, 1.5),
    Setting(150, 0.17, 4.0),
    Setting(150, 0.40, 1.5),
    Setting(150, 0.40, 4.0),
    Setting(750, 0.17, 2.5),
    Setting(750, 0.40, 2.5),
    Setting(150, 0.25, 2.0, noise=0.5, n_seeds=3, seed_scatter=0.3),
)
DIFFERENT = tuple(Setting(n, 0.25, 3.0, noise=0.6, gain=0.4) for n in (150, 300, 600, 1200))


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=1000, help="between equals")
    parser.add_argument("--with-difference", type=int, default=200, help="with a difference")
    parser.add_argument("--draws", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    start = time.perf_counter()

    print(
        '| records | relevant | seeds | average precision | "better" | by percentiles alone |\n'
        "|---|---|---|---|---|---|"
    )
    for setting in EQUALS:
        print(
            equals_row(setting, arguments.simulations, arguments.draws, arguments.seed), flush=True
        )
    print(
        "\n| records | relevant | difference | told in | the formula's 8 of 10 |\n"
        "|---|---|---|---|---|"
    )
    for setting in DIFFERENT:
        print(
            difference_row(setting, arguments.with_difference, arguments.draws, arguments.seed),
            flush=True,
        )
    print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)
    return 0


def equals_row(setting: Setting, n_times: int, n_draws: int, seed: int) -> str:
    """Return how often equals are told apart, by the verdict and by percentiles alone."""
    told = by_percentiles = 0
    precision = []
    for number, (draws, value) in enumerate(simulations(setting, n_times, n_draws, seed)):
        told += difference(draws, reach=1.0, seed=number).is_told_apart
        low, high = draws.value + np.quantile(draws.resampled, [0.025, 0.975])
        by_percentiles += low > 0 or high < 0
        precision.append(value)
    return (
        f"| {setting.n_records} | {setting.prevalence:.0%} | {setting.n_seeds} | "
        f"{np.mean(precision):.2f} | {told} of {n_times:,} | {by_percentiles} of {n_times:,} |"
    )


def difference_row(setting: Setting, n_times: int, n_draws: int, seed: int) -> str:
    """Return how often a difference is told, and which one the formula says would be."""
    told, smallest, values = 0, [], []
    for number, (draws, _) in enumerate(simulations(setting, n_times, n_draws, seed)):
        told += difference(draws, reach=1.0, seed=number).is_told_apart and draws.value > 0
        smallest.append(needed(draws, setting.n_records).smallest)
        values.append(draws.value)
    n_relevant = round(setting.prevalence * setting.n_records)
    return (
        f"| {setting.n_records:,} | {n_relevant} | {np.mean(values):.3f} | {told / n_times:.0%} | "
        f"{np.median(smallest):.3f} |"
    )


def simulations(
    setting: Setting, n_times: int, n_draws: int, seed: int
) -> Iterator[tuple[Draws, float]]:
    """Yield the mean difference over seeds, and the first system's average precision."""
    random = np.random.default_rng(seed)
    for number in range(n_times):
        labels, families, seeds = made_up(random, setting)
        draws = [
            compare_scores(
                labels, families, *pair, metrics=(METRIC,), seed=number, n_draws=n_draws
            )[METRIC]
            for pair in seeds
        ]
        once = np.ones((1, len(labels)), dtype=np.int64)
        measured = measure_of(checked(labels, seeds[0][0]), (METRIC,))(once)
        yield mean_of_seeds(draws), float(measured[METRIC][0])


def made_up(
    random: np.random.Generator, setting: Setting
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[tuple[Scored, Scored]]]:
    """Return labels, families, and the two systems' scores under each seed."""
    sizes = random.choice(3, size=setting.n_records, p=FAMILY_SIZES) + 1
    families = np.repeat(np.arange(setting.n_records), sizes)[: setting.n_records]
    of_family = (random.random(setting.n_records) < setting.prevalence).astype(np.int64)
    if of_family[families].sum() < 2:  # nothing to rank: draw again
        return made_up(random, setting)
    labels = of_family[families]

    def scatter() -> NDArray[np.float64]:
        shared = random.normal(size=setting.n_records)[families]
        return np.sqrt(0.5) * (shared + random.normal(size=setting.n_records))

    quality, own = scatter(), (scatter(), scatter())

    def scored(system: int) -> Scored:
        separation = setting.separation + setting.gain * (system == 0)
        separation += setting.seed_scatter * random.normal()
        of_seed = scatter() if setting.n_seeds > 1 else 0.0
        noise = setting.noise * (own[system] + of_seed)
        return Scored(separation * labels + quality + noise, None)

    return labels, families, [(scored(0), scored(1)) for _ in range(setting.n_seeds)]


if __name__ == "__main__":
    sys.exit(main())
