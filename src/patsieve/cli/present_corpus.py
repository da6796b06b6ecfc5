"""What `patsieve corpus` prints: a portrait of each file, and what became of each on import."""

from collections.abc import Mapping, Sequence

import click

from patsieve.cli.present import print_table
from patsieve.corpus.family_rows import FamilySummary
from patsieve.corpus.languages import LANGUAGES
from patsieve.corpus.merge import MergedFile
from patsieve.corpus.survey import Survey
from patsieve.corpus.tally import counted, quoted
from patsieve.experiments.corpus_import import ImportSummary

# Of so many files each has its line; JSON tells of all.
_MOST_FILES = 40


def present_survey(found: Survey, *, is_first: bool) -> None:
    """Print what is in a file: the kind, the counts, the fields, and what looks wrong."""
    if not is_first:
        click.echo()
    whose = f"{found.database}, {found.kind}" if found.database else found.kind
    click.echo(f"{found.name}: {whose}, {counted(found.n_records, 'record')}")
    if not found.has_text:
        click.echo("bibliographic only: it has no title, abstract, claims or description")
    if found.n_records:
        click.echo(f"{counted(found.n_families, 'family', 'families')}{_languages(found)}")
    if found.filled:
        click.echo()
        width = max(map(len, found.filled))
        for name, count in found.filled.items():
            share = _share(count, found.n_records)
            click.echo(f"{name.ljust(width)}  {share.rjust(6)}  {quoted(found.columns[name])}")
    if found.notes:
        click.echo()
    for note in found.notes:
        click.echo(f"note: {note}")


def present_import(summary: ImportSummary) -> None:
    """Print how many records each file gave; notes and problems go to standard error."""
    for note, names in _noted(summary.files).items():
        others = f" and {counted(len(names) - 1, 'other file')}" if len(names) > 1 else ""
        click.echo(f"note: {names[0]}{others}: {note}", err=True)
    for note in summary.notes:
        click.echo(f"note: {note}", err=True)
    if summary.families is not None and summary.families.note:
        click.echo(f"note: {summary.families.note}", err=True)
    for problem in summary.problems:
        click.echo(f"left out: {problem}", err=True)
    read = [file for file in summary.files if file.n_records]
    if len(read) > 1:
        print_table(("file", "records"), _counts(summary.files))
        click.echo()
    click.echo(
        f"{counted(summary.n_records, 'record')} from {counted(len(read), 'file')} in {summary.out}"
    )
    if summary.families is not None:
        click.echo(_families(summary.families))
    if summary.n_broken:
        click.echo(f"left out {counted(summary.n_broken, 'record')} that cannot be read")


def _noted(files: Sequence[MergedFile]) -> Mapping[str, list[str]]:
    """Return each note with the files that it is about: those of a folder are often alike."""
    noted: dict[str, list[str]] = {}
    for file in files:
        for note in file.notes:
            noted.setdefault(note, []).append(file.name)
    return noted


def _counts(files: Sequence[MergedFile]) -> list[tuple[str, str]]:
    """Return how many records each file gave; of very many files the first, and the rest as one."""
    n_shown = len(files) if len(files) <= _MOST_FILES else _MOST_FILES // 2
    rows = [(file.name, f"{file.n_records:,}") for file in files[:n_shown]]
    rest = files[n_shown:]
    if rest:
        records = sum(file.n_records for file in rest)
        rows.append((f"and {counted(len(rest), 'other file')}", f"{records:,}"))
    return rows


def _families(found: FamilySummary) -> str:
    completed = ""
    if found.n_completed:
        rows = counted(found.n_completed, "row")
        completed = f"; {rows} completed by others of the same publication"
    return f"{_counted_families(found)}{completed}"


def _counted_families(found: FamilySummary) -> str:
    families = counted(found.n_families, "family", "families")
    if not found.has_labels:
        return f"{families}, each one row"
    if found.is_together:
        rows = counted(found.n_carried, "row")
        return f"{families}, each one row; {rows} with the label of a member that is not shown"
    records = counted(found.n_carried, "record")
    against = counted(found.n_contradictory, "family", "families")
    return f"{families}; labels carried to {records}; contradictory labels in {against}"


def _share(count: int, total: int) -> str:
    if not total:
        return "–"
    # Rounded towards the middle: 100 % means all, and 0 % none.
    percent = 100 * count / total
    if 0 < percent < 1:
        return "<1 %"
    return ">99 %" if 99 < percent < 100 else f"{percent:.0f} %"


def _languages(found: Survey) -> str:
    total = sum(found.languages.values())
    if not total:
        return ""
    parts = [
        f"{LANGUAGES.get(code, 'undecided')} {_share(count, total)}"
        for code, count in found.languages.items()
    ]
    return f"; language of the text: {', '.join(parts)}"
