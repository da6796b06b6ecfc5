"""Ranking new patents with a bundle, however many there are.

Records are read, scored and set down in chunks; sorted runs on disk are merged into the
result. The user's columns are kept, and rank, probability and decision added.
"""

import json
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from patsieve.atomic import output_error
from patsieve.corpus.foreign import ForeignTally
from patsieve.corpus.load import LoadOptions, RecordStream, stream_records
from patsieve.corpus.records import PatentRecord
from patsieve.errors import DataError, UsageError
from patsieve.metrics.prevalence import grid_counts
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.calling import NO_TEXT, CallingRule, CallTally
from patsieve.screening.chosen import choose_for_bundle
from patsieve.screening.external_sort import ExternalSorter
from patsieve.screening.prevalence import Move, check_prevalence, shown_there, stays
from patsieve.screening.prevalence_estimate import estimate_of_file
from patsieve.screening.purpose import Purpose
from patsieve.screening.ranking_document import ranking_document
from patsieve.screening.ranking_table import RankingTable
from patsieve.screening.scoring_summary import ScoringSummary
from patsieve.screening.sinks import WORKSHEET_ROWS, Cell, Column, Sink, check_sink, open_sink

if TYPE_CHECKING:
    from patsieve.screening.explain.ranked import RankedReasons
    from patsieve.screening.history.report import WeeklyReport

_OF_FOREIGN = "a model that has learnt from English patents ranks them poorly"
# A chunk is scored when its cells hold so many characters, however few its records are.
_CHARACTERS_IN_A_CHUNK = 1 << 24


class Rescoring(Protocol):
    """What remembers scores from one file to the next (`history.weekly`)."""

    columns: Sequence[Column]

    def score(
        self,
        chunk: Sequence[PatentRecord],
        probabilities: Callable[[Sequence[PatentRecord]], list[float]],
    ) -> tuple[list[float], list[list[Cell]]]:
        """Return a probability and the cells of `columns` for each record."""

    def compare(self) -> "WeeklyReport":
        """Return how all that was scored compares with what was scored before."""


def score_file(
    bundle: ModelBundle,
    source: Path,
    out: Path,
    *,
    options: LoadOptions | None = None,
    purpose: Purpose | None = None,
    prevalence: float | Literal["estimate"] | None = None,
    history: Rescoring | None = None,
    reasons: "RankedReasons | None" = None,
    name: str | None = None,
    chunk_records: int = 2048,
    on_progress: Callable[[int], None] | None = None,
) -> ScoringSummary:
    """Rank the records of a file and write them, best first.

    Equal probabilities are ranked in the order of the file; records without any text come
    last, without a probability. Memory does not grow with the number of records; while they
    are sorted, the disk holds them once more, in the folder of `out`.

    Parameters
    ----------
    purpose : Purpose, optional
        Of the threshold; by default the bundle's. A budget of n calls the first n records
        relevant, ties or not.
    prevalence : float or "estimate", optional
        The share of relevant records in the file, to which all probabilities are moved. A
        threshold that was set as a probability stays; any other moves along, so that the same
        records are called relevant. By default probabilities are the bundle's.
    history : Rescoring, optional
        Gives the scores of what was scored before, and adds its columns behind ours.
    reasons : RankedReasons, optional
        Explains the best-ranked records, in columns of its own.
    name : str, optional
        What the user calls the file; by default by its name.
    chunk_records : int
        Records scored at once; fewer where their cells are long.
    on_progress : callable, optional
        Told how many records are scored so far.

    Raises
    ------
    UsageError
        If the ending of `out` says nothing, `out` is the file that is read, a worksheet cannot
        hold the records, or the prevalence is no share.
    BundleError, LabelError
        If the purpose or an estimate needs scores to learn from and the bundle keeps none, or
        none of a relevant record.
    DataError
        If the file cannot be read or has no record.
    OutputError
        If the result cannot be written; nothing is left behind then.
    """
    suffix = check_sink(out)
    chosen = choose_for_bundle(bundle, purpose)
    rule = CallingRule(chosen.value, chosen.budget, stays(bundle, purpose))
    check_prevalence(bundle, prevalence)
    stream = stream_records(source, options)
    _check_output(out, suffix, stream, source)
    see = _pass_by if reasons is None else reasons.see
    remembered = () if history is None else history.columns
    table = RankingTable(stream, suffix, remembered=remembered, reasons=reasons)
    with _spill_folder(out) as folder:
        sorter = ExternalSorter(folder)
        counts, foreign = grid_counts(np.empty(0)), ForeignTally()
        for chunk in _chunks(stream, chunk_records):
            probabilities, kept = _scored(bundle, chunk, history)
            foreign.add(chunk)
            counts += grid_counts(np.array([p for p in probabilities if not math.isnan(p)]))
            for record, probability, behind in zip(chunk, probabilities, kept, strict=True):
                cells = table.users_cells(record)
                sorter.add(probability, json.dumps([cells, behind], ensure_ascii=False).encode())
                see(record, probability)
            if on_progress is not None:
                on_progress(len(sorter))
        if len(sorter) == 0:
            raise DataError(f"{source} has no record to rank")
        estimate = None
        if prevalence == "estimate":
            estimate = estimate_of_file(bundle, counts)
            prevalence = estimate.value
        move = Move.to(bundle, prevalence)
        if rule.keeps_its_value:
            chosen = shown_there(chosen, bundle, move)
        else:
            rule = replace(rule, threshold=move(rule.threshold))
        tally = CallTally()
        with open_sink(out, table.columns) as sink:
            for rank, (probability, payload) in enumerate(sorter, start=1):
                there = move(probability)
                decision = rule.decide(rank, there)
                tally.add(decision, there)
                shown = None if decision == NO_TEXT else there
                cells, behind = json.loads(payload)
                sink.write(table.row(cells, (rank, shown, decision), behind))
            summary = ScoringSummary(
                out=out,
                n_records=len(sorter),
                n_relevant=tally.n_relevant,
                n_without_text=tally.n_without_text,
                threshold=rule.threshold if rule.budget is None else tally.lowest_relevant,
                chosen=chosen,
                notes=(*stream.notes, *foreign.notes(_OF_FOREIGN), *table.notes, *sink.notes),
                prevalence=prevalence,
                prevalence_estimate=estimate,
            )
            if suffix == ".xlsx":
                _attach_document(sink, bundle, summary, table, history, name or source.name)
    return summary


def _attach_document(
    sink: Sink,
    bundle: ModelBundle,
    summary: ScoringSummary,
    table: RankingTable,
    history: Rescoring | None,
    name: str,
) -> None:
    """Put beside a ranking what it promises, how to read it, and the card of its model."""
    week = None if history is None else history.compare()
    document = ranking_document(
        bundle,
        summary,
        table.columns,
        source=name,
        week=() if week is None else week.sentences(summary.chosen),
        keeps_promise=week is None or week.keeps_promise_of(summary.chosen),
    )
    sink.attach("Model", document)


def _scored(
    bundle: ModelBundle, chunk: Sequence[PatentRecord], history: Rescoring | None
) -> tuple[list[float], list[list[Cell]]]:
    if history is None:
        return _probabilities(bundle, chunk), [[] for _ in chunk]
    return history.score(chunk, partial(_probabilities, bundle))


def _probabilities(bundle: ModelBundle, chunk: Sequence[PatentRecord]) -> list[float]:
    """Return the probability of each record; not a number where there is no text."""
    readable = [number for number, record in enumerate(chunk) if record.has_text]
    found = [math.nan] * len(chunk)
    if readable:
        texts = [bundle.recipe.compose(chunk[number]) for number in readable]
        values = bundle.classifier.predict_proba(texts)[:, 1].tolist()
        for number, value in zip(readable, values, strict=True):
            found[number] = value
    return found


def _pass_by(record: PatentRecord, probability: float) -> None:
    """Take no note of a record."""


def _chunks(stream: Iterable[PatentRecord], n_records: int) -> Iterator[list[PatentRecord]]:
    chunk: list[PatentRecord] = []
    n_characters = 0
    for record in stream:
        chunk.append(record)
        n_characters += sum(map(len, record.columns.values()))
        if len(chunk) >= n_records or n_characters >= _CHARACTERS_IN_A_CHUNK:
            yield chunk
            chunk, n_characters = [], 0
    if chunk:
        yield chunk


def _check_output(out: Path, suffix: str, stream: RecordStream, source: Path) -> None:
    """Say now, rather than after scoring, that the result cannot be written.

    For a worksheet the records are read once, to count them.
    """
    if out.exists() and out.samefile(source):
        raise UsageError(f"{out} is the file that is read; choose another one to write")
    most = WORKSHEET_ROWS - 1
    if suffix == ".xlsx" and sum(1 for _ in islice(stream, most + 1)) > most:
        raise UsageError(
            f"{source} has more records than the {most:,} that a worksheet can hold; write .csv "
            "or .parquet instead of .xlsx"
        )


@contextmanager
def _spill_folder(out: Path) -> Iterator[Path]:
    """Give a temporary folder for sorted runs, near the result: where it fits, so may they."""
    there = next(folder for folder in out.absolute().parents if folder.is_dir())
    try:
        with tempfile.TemporaryDirectory(
            prefix=".patsieve-", dir=there, ignore_cleanup_errors=True
        ) as folder:
            yield Path(folder)
    except OSError as error:
        # Readers and sinks have turned theirs into sentences already.
        raise output_error(out, error) from error
