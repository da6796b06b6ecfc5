"""Options of commands that train: how records are split, how often, where runs are kept."""

import functools
from collections.abc import Callable
from typing import Any

import click

from patsieve.cli.options import FILE, SHARE, Command, WholeNumbers, exclusive


def split_options(*, experiment_decides: bool = False) -> Callable[[Command], Command]:
    """Return what adds --test, --split-column, --split-by-date and the two fractions.

    Parameters
    ----------
    experiment_decides : bool
        Whether the experiment says how large the test part is, unless the user does.
    """
    said = "  [default: 0.2, 0 for `best`]" if experiment_decides else ""
    test_fraction = click.option(
        "--test-fraction",
        type=click.FloatRange(0, 1, max_open=True) if experiment_decides else SHARE,
        default=None if experiment_decides else 0.2,
        show_default=not experiment_decides,
        help=f"Share of the records that tests the model.{said}",
    )
    return lambda command: _split_options(test_fraction(command))


def _split_options(command: Command) -> Command:
    @click.option(
        "--test", "test_file", type=FILE, metavar="FILE", help="Test on a file of its own."
    )
    @click.option(
        "--split-column", metavar="COLUMN", help="Column that says training, validation or test."
    )
    @click.option("--split-by-date", is_flag=True, help="Test on the newest families.")
    @click.option(
        "--validation-fraction",
        type=SHARE,
        default=0.15,
        show_default=True,
        help="Share of the records that steers training.",
    )
    @functools.wraps(command)
    def with_one_split(**options: Any) -> None:
        exclusive(
            {
                "test": options["test_file"] is not None,
                "split-column": options["split_column"] is not None,
                "split-by-date": options["split_by_date"],
            },
            "split the records in different ways",
        )
        command(**options)

    return with_one_split


def fold_options(command: Command) -> Command:
    """Add --folds and --seeds of a cross-validation."""
    folds = click.option(
        "--folds",
        type=click.IntRange(min=2),
        default=5,
        show_default=True,
        metavar="N",
        help="Parts, each scored by a model trained on the others.",
    )
    seeds = click.option(
        "--seeds",
        type=WholeNumbers(),
        default="1",
        show_default=True,
        help="Repeat with each of these seeds; each draws its own folds.",
    )
    return folds(seeds(command))


def tracking_options(command: Command) -> Command:
    """Add --tracking-uri and --no-tracking."""

    @click.option(
        "--tracking-uri", metavar="URI", help="MLflow store.  [default: sqlite:///mlflow.db]"
    )
    @click.option(
        "--tracking/--no-tracking",
        default=True,
        show_default=True,
        help="Record the run in MLflow.",
    )
    @functools.wraps(command)
    def with_one_store(**options: Any) -> None:
        exclusive(
            {
                "tracking-uri": options["tracking_uri"] is not None,
                "no-tracking": not options["tracking"],
            },
            "say opposite things",
        )
        command(**options)

    return with_one_store


def cache_option(command: Command) -> Command:
    """Add --cache-gib."""
    return click.option(
        "--cache-gib",
        type=click.FloatRange(0, min_open=True),
        default=20.0,
        show_default=True,
        metavar="N",
        help="What the shared cache of frozen layers may take on the disk, in GiB.",
    )(command)
