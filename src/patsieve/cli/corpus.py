"""`patsieve corpus`: what is in a database's export, and many of them made one file."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from patsieve.cli.options import FILE, corpus_options, json_option

if TYPE_CHECKING:
    from patsieve.corpus.load import LoadOptions

INCOMPLETE = 3
"""Exit code: done, but something that was given could not be read, and was named."""


@click.group("corpus", short_help="See what is in exports; merge many of them into one file.")
def command() -> None:
    """
    \b
    patsieve corpus check export.xlsx
    patsieve corpus import exports/ --out corpus.parquet

    Look at the files that patent databases write, and merge them.

    Google Patents, Espacenet, The Lens, Derwent Innovation, Orbit, PATENTSCOPE,
    PatBase, PatentsView, HUPD and Web of Science are known by their columns or
    tags, whatever the file is called: CSV, TSV, XLSX, XLS, JSON, JSONL, Parquet,
    RIS, BibTeX or plain text, also gzipped, in zip and tar archives and in
    folders.

    \b
    Exit codes: 0 all was read, 3 the same but for records or files that are
    named, 1 nothing could be read, 2 the command is wrong.
    """


@command.command("check", short_help="Say what a file is, what is in it, and what looks wrong.")
@click.argument("sources", type=FILE, metavar="FILE…", nargs=-1, required=True)
@corpus_options
@json_option
def check(*, sources: tuple[Path, ...], load: "LoadOptions", as_json: bool) -> None:
    """
    \b
    patsieve corpus check export.csv
    patsieve corpus check exports/ week.zip --json
    patsieve corpus check patbase.xlsx --map title="Titel (EN)"

    Say of each file which database it is from, how many records it has, which
    fields are filled, in which languages, how many families there are, and what
    looks wrong: cut texts, blank and repeated records, dates that cannot be read.
    Nothing is changed.
    """
    from patsieve.cli.present import print_json
    from patsieve.cli.present_corpus import present_survey
    from patsieve.corpus.sources import find_sources
    from patsieve.corpus.survey import Survey, survey
    from patsieve.errors import PatsieveError, UsageError

    found: list[Survey] = []
    problems: list[str] = []
    for source in find_sources(sources):
        try:
            found.append(survey(source, load))
        except UsageError:
            raise
        except PatsieveError as error:
            problems.append(str(error))
            click.echo(f"patsieve: {error}", err=True)
            continue
        if not as_json:
            present_survey(found[-1], is_first=len(found) == 1)
    if as_json:
        print_json({"files": [each.as_json() for each in found], "problems": problems})
    if not found:
        click.get_current_context().exit(1)
    if problems or any(each.n_broken for each in found):
        click.get_current_context().exit(INCOMPLETE)


@command.command("import", short_help="Merge files, folders and archives into one file.")
@click.argument("sources", type=FILE, metavar="FILE…", nargs=-1, required=True)
@click.option(
    "--out",
    type=FILE,
    required=True,
    metavar="FILE",
    help="Where the records go; its ending decides the format: .parquet, .csv, .jsonl, .xlsx …",
)
@click.option(
    "--families",
    type=click.Choice(["apart", "together"]),
    default="apart",
    show_default=True,
    help="Together: one row for each family, its member with the most texts, with the numbers of"
    " all members and the label that they agree on.",
)
@click.option(
    "--carry-labels",
    is_flag=True,
    help="Give records without a label the one that the labelled members of their family agree"
    " on; label_from says whose it is.",
)
@corpus_options
@json_option
def import_(
    *,
    sources: tuple[Path, ...],
    out: Path,
    families: Literal["apart", "together"],
    carry_labels: bool,
    load: "LoadOptions",
    as_json: bool,
) -> None:
    """
    \b
    patsieve corpus import exports/ --out corpus.parquet
    patsieve corpus import lens.csv espacenet.xls week.zip --out corpus.csv
    patsieve corpus import exports/ --families together --out families.xlsx

    Merge the records of many files into one. What patsieve reads comes in one
    spelling, under its own names (title, abstract, publication_number, …); all
    other columns are kept. source_file and source_row say where a record comes
    from. The files may be larger than the memory.

    A record that cannot be read is named and left out, and so is a file without
    any text; the exit code is then 3.
    """
    from patsieve.cli.present import print_json
    from patsieve.cli.present_corpus import present_import
    from patsieve.cli.progress import reporter
    from patsieve.experiments.corpus_import import import_files

    with reporter() as report:
        summary = import_files(
            sources,
            out,
            options=load,
            families=families,
            carry_labels=carry_labels,
            on_progress=report.count,
        )
    if as_json:
        print_json(summary.as_json())
    else:
        present_import(summary)
    if not summary.is_complete:
        click.get_current_context().exit(INCOMPLETE)
