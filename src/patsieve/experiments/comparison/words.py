"""What a comparison says in sentences."""

import math

from patsieve.corpus.tally import counted
from patsieve.experiments.comparison.outcome import (
    HEADLINE,
    Contrast,
    OverSets,
    PairOutcome,
)
from patsieve.metrics.differences import Difference


def told_verdict(pair: PairOutcome) -> str:
    """Say who ranks better, or that the two cannot be told apart and what would tell them."""
    first, second = pair.first_values[HEADLINE], pair.second_values[HEADLINE]
    if pair.better is not None:
        return (
            f"{_told_order(pair)}: average precision {max(first, second):.3f} against "
            f"{min(first, second):.3f}, difference {told_difference(_from_better(pair))}."
        )
    sentence = (
        f"{pair.first} and {pair.second} cannot be told apart with this test set: average "
        f"precision {first:.3f} against {second:.3f}, difference {told_difference(pair.headline)}."
    )
    return " ".join(filter(None, (sentence, _told_correction(pair), told_needed(pair))))


def told_over_sets(pair: OverSets) -> str:
    """Say who ranks better on the mean of the data sets."""
    order = (
        f"{pair.first} and {pair.second} cannot be told apart"
        if pair.better is None
        else _told_order(pair)
    )
    return (
        f"{order} over {pair.n_sets} data sets: mean difference of average precision "
        f"{told_difference(_from_better(pair))}; {pair.first} is ahead on {pair.ahead.only_first}, "
        f"{pair.second} on {pair.ahead.only_second} of them."
    )


def told_difference(difference: Difference) -> str:
    """Return the difference with its interval, with as many decimals as tell it from 0."""
    numbers = (difference.value, difference.low, difference.high)
    smallest = min((abs(number) for number in numbers if number != 0), default=1.0)
    places = min(max(3, math.ceil(-math.log10(smallest))), 6)
    value, low, high = (f"{number:.{places}f}".replace("-", "−") for number in numbers)
    return f"{value} ({low} to {high})"


def told_needed(pair: PairOutcome) -> str:
    """Say how many records would tell a difference of this size, and what the present ones can."""
    if pair.needed is None:
        return ""
    if pair.headline.value == 0:
        return "No number of records would tell two systems apart that rank equally well."
    present = (
        f"With these {pair.n_records:,} records a true difference of "
        f"{pair.needed.smallest:.3f} would be told in 8 of 10 cases."
    )
    if pair.needed.n_records is None:
        return (
            f"The seeds scatter too much for any number of records: to tell a difference of this "
            f"size you would need at least {pair.needed.n_seeds} seeds. {present}"
        )
    # The present records have not told it, so it takes more than these.
    n_records = _rounded_up(max(pair.needed.n_records, pair.n_records + 1))
    n_relevant = _rounded_up(round(n_records * pair.n_relevant / pair.n_records))
    return (
        f"To tell a difference of this size in 8 of 10 cases you would need about "
        f"{n_records:,} such records, {n_relevant:,} of them relevant. {present}"
    )


def told_mcnemar(pair: PairOutcome) -> str:
    """Say on how many families only one of the two decides rightly."""
    test = pair.mcnemar
    if test is None:
        return "Scores outside of 0 … 1 are no probabilities: the rankings alone are compared."
    at = " and ".join(dict.fromkeys(f"{t:.3g}" for t in pair.thresholds if t is not None))
    things = ("record", "records") if pair.n_families == pair.n_records else ("family", "families")
    more = "more often rightly" if len(pair.seeds) > 1 else "rightly"
    first = counted(test.only_first, *things)
    return (
        f"Decisions at {at}: {pair.first} alone decides {first} {more}, {pair.second} alone "
        f"{test.only_second:,} (McNemar's exact test: p {told_p(test.p_value)})."
    )


def told_seeds(pair: PairOutcome) -> str:
    """Say over which seeds the means are, and what the interval leaves out."""
    if len(pair.seeds) > 1:
        means = f"Means over the seeds {', '.join(map(str, pair.seeds))}"
        if pair.fixed:
            return f"{means}; {pair.fixed[0]} has none and is taken as it is."
        return f"{means}."
    return "One run of each: what another seed would have given is not in the intervals."


def told_p(p_value: float) -> str:
    """Return ``= 0.012``, or ``< 0.001``."""
    return "< 0.001" if p_value < 0.001 else f"= {p_value:.3f}"


def _told_correction(pair: PairOutcome) -> str:
    if not pair.headline.is_told_apart:
        return ""
    return (
        f"Alone they would be (p {told_p(pair.headline.p_value)}), but of so many comparisons "
        f"one turns out so by chance (p {told_p(pair.adjusted_p_value)} after Holm)."
    )


def _told_order(pair: Contrast) -> str:
    worse = pair.first if pair.better == pair.second else pair.second
    return f"{pair.better} ranks better than {worse}"


def _from_better(pair: Contrast) -> Difference:
    """Return the headline's difference as seen by the better system."""
    found = pair.headline
    if pair.better != pair.second:
        return found
    return Difference(-found.value, -found.high, -found.low, found.p_value)


def _rounded_up(number: int) -> int:
    """Return a number rounded up to two figures: more would claim to know."""
    step: int = 10 ** max(len(str(number)) - 2, 0)
    return -(-number // step) * step
