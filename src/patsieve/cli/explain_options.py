"""What `patsieve score` can be asked about its reasons, and how that is done."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import click

from patsieve.cli.options import FILE, Assignment, Command

if TYPE_CHECKING:
    from patsieve.corpus.load import LoadOptions
    from patsieve.screening.bundle import ModelBundle
    from patsieve.screening.explain.nearest import LabelledNeighbours
    from patsieve.screening.explain.ranked import RankedReasons

_USUAL_RECORDS = 50


@final
@dataclass(frozen=True)
class ExplainWish:
    """Which reasons a user wants.

    Attributes
    ----------
    n_records : int
        From the first rank on.
    labelled : Path or None
        Where to look for the nearest labelled records.
    columns : tuple of (field, column)
        Of that file, where they are not recognised.
    out : Path or None
        Where the reasons go for programs.
    """

    n_records: int
    labelled: Path | None
    columns: tuple[tuple[str, str], ...]
    out: Path | None

    def reasons(
        self, bundle: "ModelBundle", load: "LoadOptions", *, taken: Iterable[Path]
    ) -> "RankedReasons":
        """Return what explains the records of a file while it is scored; tell the notes.

        Parameters
        ----------
        load : LoadOptions
            Of the file; which labels are relevant holds for the labelled file too.
        taken : iterable of Path
            The files that the command reads and writes, which the reasons must not replace.
        """
        from patsieve.screening.explain.ranked import RankedReasons

        if self.out is not None and self.out.resolve() in {each.resolve() for each in taken}:
            raise click.UsageError(
                f"--reasons {self.out} is a file that the command needs; choose another one",
                click.get_current_context(),
            )
        return RankedReasons(bundle, self.n_records, neighbours=self._neighbours(bundle, load))

    def finish(self, reasons: "RankedReasons") -> None:
        """Write the reasons for programs, if they are wanted."""
        if self.out is not None:
            reasons.write(self.out)

    def _neighbours(
        self, bundle: "ModelBundle", load: "LoadOptions"
    ) -> "LabelledNeighbours | None":
        from patsieve.cli.present import print_notes
        from patsieve.corpus.load import LoadOptions, load_corpus
        from patsieve.screening.explain.nearest import LabelledNeighbours

        if self.labelled is None:
            return None
        options = LoadOptions(columns=dict(self.columns), relevant=load.relevant)
        neighbours = LabelledNeighbours(
            bundle, load_corpus(self.labelled, options, fewest_per_class=1)
        )
        print_notes([neighbours.note])
        return neighbours


def explain_options(command: Command) -> Command:
    """Add --explain and what belongs to it, and hand them on as one wish named ``explain``."""

    @click.option(
        "--explain",
        "n_records",
        type=click.IntRange(min=1),
        is_flag=False,
        flag_value=_USUAL_RECORDS,
        metavar="[N]",
        help=f"Say of the first N records ({_USUAL_RECORDS} without a number) what speaks for them"
        " and what against.",
    )
    @click.option(
        "--labelled",
        type=FILE,
        metavar="FILE",
        help="With the reasons, name the nearest records of this labelled file.",
    )
    @click.option(
        "--labelled-map",
        "labelled_columns",
        type=Assignment("FIELD=COLUMN"),
        multiple=True,
        help="Read FIELD of the labelled file from this column; may be repeated.",
    )
    @click.option(
        "--reasons",
        "reasons_out",
        type=FILE,
        metavar="FILE",
        help="Also write the reasons as JSON lines, with their places in the text.",
    )
    @functools.wraps(command)
    def with_wish(
        *,
        n_records: int | None,
        labelled: Path | None,
        labelled_columns: tuple[tuple[str, str], ...],
        reasons_out: Path | None,
        **rest: Any,
    ) -> None:
        if n_records is None and (labelled is not None or reasons_out is not None):
            n_records = _USUAL_RECORDS
        wish = None
        if n_records is not None:
            wish = ExplainWish(n_records, labelled, labelled_columns, reasons_out)
        command(explain=wish, **rest)

    return with_wish
