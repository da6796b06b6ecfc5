"""From what a user names, or from arrays, to a comparison."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from patsieve.corpus.tally import counted
from patsieve.errors import UsageError
from patsieve.experiments.comparison.alignment import AlignedScores, Names, align
from patsieve.experiments.comparison.contest import Contest, over_sets
from patsieve.experiments.comparison.members import CompareRequest, find_fields
from patsieve.experiments.comparison.outcome import Comparison, SetOutcome
from patsieve.metrics.differences import N_DRAWS
from patsieve.metrics.inputs import Floats, checked_labels, checked_scores


def compare(request: CompareRequest, *, say: Callable[[str], None] = lambda _: None) -> Comparison:
    """Compare systems on the records that all of them have scored.

    Parameters
    ----------
    request : CompareRequest
    say : callable
        Told what is done, a sentence at a time.

    Raises
    ------
    UsageError, DataError, BundleError and others
        If the systems cannot be found or brought to the same records; if a class is absent, or
        has fewer than two families.
    """
    outcomes, draws = [], []
    for number, field in enumerate(find_fields(request)):
        aligned = align(field.tables)
        systems = dict.fromkeys(system for system, _ in field.tables)
        thresholds = (
            field.thresholds
            if request.threshold is None
            else dict.fromkeys(systems, request.threshold)
        )
        where = f" of {field.name}" if field.name else ""
        n_records = counted(len(aligned.labels), "record")
        say(f"comparing {len(systems)} systems on {n_records}{where}")
        outcome, of_pairs = Contest(
            aligned,
            thresholds,
            name=field.name,
            # Sets are independent: equal seeds would make sets of one size err alike.
            seed=request.seed + number,
            n_draws=request.n_draws,
        ).outcome()
        outcomes.append(outcome)
        draws.append(of_pairs)
    return Comparison(tuple(outcomes), tuple(over_sets(draws, request.seed)))


def compare_systems(
    labels: ArrayLike,
    scores: Mapping[str, ArrayLike],
    *,
    families: ArrayLike | None = None,
    threshold: float = 0.5,
    seed: int = 0,
    n_draws: int = N_DRAWS,
) -> SetOutcome:
    """Say of every pair of systems which one ranks better, if that can be told.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant.
    scores : mapping of system to array-like of shape (n_records,) or (n_seeds, n_records)
        At least two systems. Systems with rows for several seeds are paired row by row; one
        with a single row meets them all. Scores between 0 and 1 are taken for probabilities.
    families : array-like of int of shape (n_records,), optional
        Records with equal codes belong together. Default: each record for itself.
    threshold : float
        Records are called relevant from this probability on.
    seed, n_draws : int
        Of what is drawn.

    Returns
    -------
    SetOutcome
        Its `pairs` know who is `better`, by how much (`headline`), and what is `needed`.

    Raises
    ------
    UsageError
        If there are fewer than two systems.
    LabelError, DataError
        If a class is absent, or has fewer than two families.
    ValueError
        If lengths differ or a value is out of range.

    Examples
    --------
    >>> labels = [1, 0, 0] * 20
    >>> perfect = labels
    >>> blind = list(range(60))
    >>> [pair] = compare_systems(labels, {"perfect": perfect, "blind": blind}).pairs
    >>> pair.better
    'perfect'
    """
    if len(scores) < 2:
        raise UsageError(f"{len(scores)} system cannot be compared; name two, or more")
    truth = checked_labels(labels)
    codes = np.arange(len(truth)) if families is None else np.asarray(families, dtype=np.int64)
    if len(codes) != len(truth):
        raise ValueError(f"{len(truth)} labels but {len(codes)} family codes")
    aligned: dict[Names, Floats] = {}
    for system, given in scores.items():
        rows = np.atleast_2d(np.asarray(given, dtype=np.float64))
        for number, row in enumerate(rows, start=1):
            aligned[system, number if len(rows) > 1 else None] = checked_scores(row, truth)
    contest = Contest(
        AlignedScores(truth, codes, aligned, ()),
        dict.fromkeys(scores, threshold),
        seed=seed,
        n_draws=n_draws,
    )
    return contest.outcome()[0]
