"""What it costs a reader to go down a ranked list, and what is missed by stopping."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

import numpy as np

from patsieve.errors import DataError, LabelError
from patsieve.experiments.oof_table import OutOfFoldTable
from patsieve.metrics.gain import GainCurve, gain_curve
from patsieve.metrics.intervals import Estimate

DEPTHS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0)
"""Shares of a list at which the costs are told."""


@final
@dataclass(frozen=True)
class Depth:
    """Reading so far and no farther.

    Attributes
    ----------
    share : float
        Of the list that is read.
    n_read : int
    recall : Estimate
        Share of the relevant records found.
    missed : Estimate
        Relevant records that stay unread.
    work_saved : Estimate
        Over reading in random order until as much is found (Cohen et al. 2006): recall minus
        the share read. Negative where the list is worse than chance.
    minutes, minutes_saved : float
        Of reading so far, and spared by not reading the rest.
    """

    share: float
    n_read: int
    recall: Estimate
    missed: Estimate
    work_saved: Estimate
    minutes: float
    minutes_saved: float


@final
@dataclass(frozen=True)
class Effort:
    """The costs of a list at several depths.

    Attributes
    ----------
    n_records : int
        In the list that is to be read.
    n_relevant : float
        Relevant ones in it, at the prevalence of the records that were measured.
    n_measured : int
        Labelled records whose ranking tells all this.
    minutes_per_record : float
    depths : tuple of Depth
    """

    n_records: int
    n_relevant: float
    n_measured: int
    minutes_per_record: float
    depths: tuple[Depth, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def read_effort(
    table: Path,
    *,
    minutes_per_record: float,
    n_records: int | None = None,
    depths: Sequence[float] = DEPTHS,
) -> tuple[OutOfFoldTable, Effort]:
    """Tell what a list costs that is ranked by the probabilities of an out-of-fold table.

    Parameters
    ----------
    n_records : int, optional
        Length of the list, of the same kind and prevalence; that of the table by default.

    Raises
    ------
    DataError
        If the table cannot be read or judged by: its records are of one class or one family.
    """
    read = OutOfFoldTable.from_csv(table)
    if len(np.unique(read.labels)) == 1:
        which = "relevant" if read.labels[0] == 1 else "irrelevant"
        raise LabelError(f"all {len(read)} records of {table} are {which}; a ranking needs both")
    if len(np.unique(read.families)) == 1:
        raise DataError(
            f"all {len(read)} records of {table} belong to one family; it takes two or more to "
            "tell how sure the figures are"
        )
    curve = gain_curve(read.labels, read.probabilities, depths, families=read.families)
    size = len(read) if n_records is None else n_records
    return read, effort_of(curve, minutes_per_record=minutes_per_record, n_records=size)


def effort_of(curve: GainCurve, *, minutes_per_record: float, n_records: int) -> Effort:
    """Return the costs of a list of `n_records` that is ranked as well as the measured one."""
    n_relevant = n_records * curve.n_relevant / curve.n_records
    depths = []
    for share, recall in zip(curve.shares, curve.recall, strict=True):
        n_read = round(share * n_records)
        depths.append(
            Depth(
                share=share,
                n_read=n_read,
                recall=recall,
                missed=Estimate(
                    *(n_relevant * (1 - r) for r in (recall.value, recall.high, recall.low))
                ),
                work_saved=Estimate(*(r - share for r in (recall.value, recall.low, recall.high))),
                minutes=minutes_per_record * n_read,
                minutes_saved=minutes_per_record * (n_records - n_read),
            )
        )
    return Effort(n_records, n_relevant, curve.n_records, minutes_per_record, tuple(depths))
