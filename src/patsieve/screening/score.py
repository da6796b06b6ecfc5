"""Ranking new patents with a bundle, however many there are.

Records are read, scored and set down in chunks; sorted runs on disk are merged into the
result. The user's columns are kept, and rank, probability and decision added.
"""

import json
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, final

from patsieve.atomic import output_error
from patsieve.corpus.load import LoadOptions, stream_records
from patsieve.corpus.records import PatentRecord
from patsieve.errors import BundleError, DataError, UsageError
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.external_sort import ExternalSorter
from patsieve.screening.sinks import XLSX_ROWS, Cell, check_sink, open_sink
from patsieve.screening.threshold import Purpose, choose_threshold

ADDED = ("rank", "probability", "decision")
_NO_TEXT = "no text"


@final
@dataclass(frozen=True)
class ScoringSummary:
    """What scoring a file came to.

    Attributes
    ----------
    out : Path
    n_records, n_relevant, n_without_text : int
        Ranked; called relevant; ranked last because there is nothing to read.
    threshold : float
        Probability from which a record was called relevant; of a budget, the last one in it.
    notes : tuple of str
        What the user should know, a sentence each.
    """

    out: Path
    n_records: int
    n_relevant: int
    n_without_text: int
    threshold: float
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "out": str(self.out),
            "n_records": self.n_records,
            "n_relevant": self.n_relevant,
            "n_without_text": self.n_without_text,
            "threshold": self.threshold,
            "notes": list(self.notes),
        }


def score_file(
    bundle: ModelBundle,
    source: Path,
    out: Path,
    *,
    options: LoadOptions | None = None,
    purpose: Purpose | None = None,
    chunk_records: int = 1024,
    on_progress: Callable[[int], None] | None = None,
) -> ScoringSummary:
    """Rank the records of a file and write them, best first.

    Equal probabilities are ranked in the order of the file; records without any text come
    last, without a probability.

    Parameters
    ----------
    purpose : Purpose, optional
        Of the threshold; by default the bundle's.
    chunk_records : int
        Records scored at once.
    on_progress : callable, optional
        Told how many records are scored so far.

    Raises
    ------
    UsageError
        If the ending of `out` says nothing, or an XLSX sheet cannot hold the records.
    DataError
        If the file cannot be read or has no records.
    OutputError
        If the result cannot be written; nothing is left behind then.
    """
    suffix = check_sink(out)
    budget = int(purpose.target or 0) if purpose and purpose.kind == "budget" else None
    threshold = _threshold(bundle, purpose)
    stream = stream_records(source, options)
    with _spill_folder(out) as folder:
        sorter = ExternalSorter(Path(folder))
        n_without_text = 0
        for chunk in _chunks(stream, chunk_records):
            probabilities = _probabilities(bundle, chunk)
            for record, probability in zip(chunk, probabilities, strict=True):
                cells = [record.columns.get(name, "") for name in stream.header]
                sorter.add(probability, json.dumps(cells, ensure_ascii=False).encode())
            n_without_text += sum(map(math.isnan, probabilities))
            if suffix == ".xlsx" and len(sorter) >= XLSX_ROWS:
                raise UsageError(
                    f"{source} has more records than a worksheet can hold ({XLSX_ROWS - 1:,}); "
                    "write .csv or .parquet instead"
                )
            if on_progress is not None:
                on_progress(len(sorter))
        if len(sorter) == 0:
            raise DataError(f"{source} has no record to rank")
        header, renamed = _result_header(stream.header)
        n_relevant = 0
        lowest = threshold
        with open_sink(out, header) as sink:
            for rank, (probability, payload) in enumerate(sorter, 1):
                decision = _decision(rank, probability, threshold, budget)
                if decision == "relevant":
                    n_relevant += 1
                    lowest = probability if budget is not None else threshold
                shown: Cell = None if math.isnan(probability) else probability
                sink.write([*json.loads(payload), rank, shown, decision])
    return ScoringSummary(
        out=out,
        n_records=len(sorter),
        n_relevant=n_relevant,
        n_without_text=n_without_text,
        threshold=lowest,
        notes=(*stream.notes, *renamed),
    )


def _threshold(bundle: ModelBundle, purpose: Purpose | None) -> float:
    if purpose is None or purpose.kind == "budget":
        return bundle.manifest.threshold.value
    if purpose.kind == "fixed":
        return choose_threshold([0, 1], [0.0, 1.0], purpose)
    kept = bundle.manifest.calibration
    if kept is None:
        raise BundleError(
            f"bundle {bundle.folder} keeps no scores to choose a threshold by; give a "
            "probability with --threshold"
        )
    return choose_threshold(
        [int(label) for label in kept["labels"]], kept["probabilities"], purpose
    )


def _decision(rank: int, probability: float, threshold: float, budget: int | None) -> str:
    if math.isnan(probability):
        return _NO_TEXT
    called = probability >= threshold if budget is None else rank <= budget
    return "relevant" if called else "irrelevant"


def _probabilities(bundle: ModelBundle, chunk: Sequence[PatentRecord]) -> list[float]:
    """Return the probability of each record; not a number where there is no text."""
    readable = [number for number, record in enumerate(chunk) if record.has_text]
    found = [math.nan] * len(chunk)
    if readable:
        texts = [bundle.recipe.compose(chunk[number]) for number in readable]
        values = bundle.classifier.predict_proba(texts)[:, 1]
        for number, value in zip(readable, values.tolist(), strict=True):
            found[number] = value
    return found


def _chunks(stream: Iterable[PatentRecord], size: int) -> Iterator[list[PatentRecord]]:
    records = iter(stream)
    while chunk := list(islice(records, size)):
        yield chunk


def _result_header(header: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the columns of the result, and a note for each of ours that had to be renamed."""
    taken = {name.strip().casefold() for name in header}
    added, notes = [], []
    for name in ADDED:
        own = name
        while own in taken:
            own = f"patsieve_{own}"
        if own != name:
            notes.append(f"the file has a column '{name}' already; ours is called '{own}'")
        added.append(own)
    return [*header, *added], notes


def _spill_folder(out: Path) -> "tempfile.TemporaryDirectory[str]":
    # Beside the result: where that fits, its sorted runs most likely fit too.
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=".patsieve-", dir=out.parent)
    except OSError as error:
        raise output_error(out, error) from error
