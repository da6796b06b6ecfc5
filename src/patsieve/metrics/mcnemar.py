"""Do two systems decide equally often rightly? The exact test of McNemar (1947)."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr


@final
@dataclass(frozen=True)
class McNemar:
    """Decisions of two systems on the same records.

    Attributes
    ----------
    only_first, only_second : int
        How many records, or whatever else was counted, only one of the two decides rightly.
    p_value : float
        Exact, two-sided: the chance that as many tosses of a fair coin fall at least as
        unevenly. It takes all that was counted for independent.
    """

    only_first: int
    only_second: int
    p_value: float


def mcnemar(only_first: int, only_second: int) -> McNemar:
    """Test whether what only one of two decides rightly falls evenly on both.

    Parameters
    ----------
    only_first, only_second : int
        Counts from 0. Where both are 0 nothing speaks against equality: the p-value is 1.

    Examples
    --------
    Nine of ten: 2 · (1 + 10) / 2¹⁰.

    >>> mcnemar(9, 1).p_value
    0.021484375
    """
    fewer, either = min(only_first, only_second), only_first + only_second
    return McNemar(only_first, only_second, min(1.0, 2 * float(bdtr(fewer, either, 0.5))))


def mcnemar_by_family(
    first_right: ArrayLike, second_right: ArrayLike, families: ArrayLike
) -> McNemar:
    """Count families instead of records, because records of one family err together.

    A family speaks for the system that decides more of its records rightly, over all seeds
    together; families on which both do equally well do not count. With one seed and families of
    one record this is McNemar's test.

    Parameters
    ----------
    first_right, second_right : array-like of shape (n_records,)
        How often a record is decided rightly: 0 or 1 with one seed, up to the number of seeds
        with several.
    families : array-like of int of shape (n_records,)
        Equal codes belong together.

    Examples
    --------
    Three records of one family are one witness:

    >>> mcnemar_by_family([1, 1, 1, 0], [0, 0, 0, 1], [7, 7, 7, 8])
    McNemar(only_first=1, only_second=1, p_value=1.0)
    """
    family = np.unique(np.asarray(families), return_inverse=True)[1]
    ahead = np.bincount(family, weights=np.asarray(first_right) - np.asarray(second_right))
    return mcnemar(int((ahead > 0).sum()), int((ahead < 0).sum()))
