"""Generated patents: a high-nickel battery corpus of any size, for demonstrations and scale tests.

The inventions, their owners and their numbers are made up. Relevant records are on high-nickel
positive electrode materials; the others are near misses that use much the same words. See
`synthetic_topics` for what counts as relevant.
"""

import csv
import gzip
import io
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TextIO

from patsieve.atomic import file_aside
from patsieve.corpus.synthetic_bibliography import (
    draw_assignee,
    draw_cpc,
    draw_home,
    draw_priority,
    draw_publications,
    family_number,
)
from patsieve.corpus.synthetic_text import write_invention, write_publication
from patsieve.corpus.synthetic_topics import TopicTable
from patsieve.corpus.synthetic_voices import VOICES
from patsieve.errors import UsageError

PATENT_COLUMNS = (
    "publication_number",
    "family_id",
    "title",
    "abstract",
    "first_claim",
    "cpc",
    "priority_date",
    "publication_date",
    "assignee",
    "label",
)
"""The columns of a generated corpus; `label` is "relevant" or "not relevant"."""

TRUTH_COLUMNS = ("topic", "true_label")
"""What the text is really about, and the label before noise; for analysis only."""

_LABELS = {True: "relevant", False: "not relevant"}
_FAMILY_SIZES = (1, 2, 3, 4)
_FAMILY_SIZE_WEIGHTS = (70, 17, 9, 4)
# Members of a family are scattered over about this many records, as in a real export.
_SCATTER = 2000


def generate_patents(
    n_records: int,
    *,
    seed: int,
    prevalence: float = 0.26,
    label_noise: float = 0.03,
    with_truth: bool = False,
) -> Iterator[dict[str, str]]:
    """Yield made-up patents, in constant memory; the same arguments give the same rows.

    Parameters
    ----------
    n_records : int
        At least 0.
    seed : int
        Corpora of different seeds (modulo 10,000) share no publication number and no family.
    prevalence : float
        Share of records labelled relevant, between 0 and 1: exactly
        ``round(prevalence * n_records)`` of them.
    label_noise : float
        Share, between 0 and 1, of the rarer label's families that carry it wrongly; as many
        of the other label are wrong, in expectation, so that noise leaves the prevalence as
        it is. The members of a family carry one label, as families are judged once.
    with_truth : bool
        Whether rows have `TRUTH_COLUMNS` too.

    Yields
    ------
    dict of str to str
        A row with `PATENT_COLUMNS`: dates in ISO 8601, CPC symbols joined by "; ", a few
        abstracts empty.

    Raises
    ------
    UsageError
        If an argument is out of its range.
    """
    if n_records < 0:
        raise UsageError(f"{n_records} patents cannot be generated; 0 or more can")
    for name, share in (("prevalence", prevalence), ("label noise", label_noise)):
        if not 0 <= share <= 1:
            raise UsageError(f"the {name} of generated patents is {share}; it must be 0 to 1")
    families = _families(n_records, seed, prevalence, label_noise)
    columns = (*PATENT_COLUMNS, *TRUTH_COLUMNS) if with_truth else PATENT_COLUMNS
    return (
        {column: row[column] for column in columns}
        for row in _scattered(itertools.chain.from_iterable(families), Random(f"{seed} order"))
    )


def write_patents(
    path: Path,
    n_records: int,
    *,
    seed: int,
    prevalence: float = 0.26,
    label_noise: float = 0.03,
    labelled: bool = True,
    with_truth: bool = False,
) -> None:
    """Write `generate_patents` as CSV in UTF-8, gzipped if `path` ends in ``.gz``.

    Parameters
    ----------
    labelled : bool
        Whether the column `label` is written; without it the file is a pile to be ranked.

    Raises
    ------
    UsageError
        If an argument is out of its range.
    OutputError
        If the file cannot be written; an older one is then still there.
    """
    rows = generate_patents(
        n_records, seed=seed, prevalence=prevalence, label_noise=label_noise, with_truth=with_truth
    )
    columns = [column for column in PATENT_COLUMNS if labelled or column != "label"]
    columns += TRUTH_COLUMNS if with_truth else ()
    with file_aside(path) as aside, _open_table(aside) as table:
        writer = csv.DictWriter(table, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@contextmanager
def _open_table(path: Path) -> Iterator[TextIO]:
    if path.suffix != ".gz":
        with path.open("w", encoding="utf-8", newline="") as table:
            yield table
        return
    # Neither name nor time in the header: the same arguments give the same bytes.
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as table,
    ):
        yield table


def _families(
    n_records: int, seed: int, prevalence: float, label_noise: float
) -> Iterator[list[dict[str, str]]]:
    """Yield families, the rows of each together, until both labels are used up."""
    rng = Random(seed)
    topics = TopicTable()
    n_relevant = round(prevalence * n_records)
    left = {True: n_relevant, False: n_records - n_relevant}
    rarer = prevalence <= 0.5
    odds = min(n_relevant, n_records - n_relevant) / max(n_relevant, n_records - n_relevant, 1)
    noise = {rarer: label_noise, not rarer: label_noise * odds}
    serial = 0
    for family in itertools.count():
        n_left = sum(left.values())
        if n_left == 0:
            return
        label = rng.random() * n_left < left[True]
        size = min(rng.choices(_FAMILY_SIZES, _FAMILY_SIZE_WEIGHTS)[0], left[label])
        left[label] -= size
        is_relevant = label != (rng.random() < noise[label])
        yield [
            {
                **row,
                "family_id": family_number(seed, family),
                "label": _LABELS[label],
                "true_label": _LABELS[is_relevant],
            }
            for row in _write_family(topics, is_relevant, size, (seed, serial), rng)
        ]
        serial += size


def _write_family(
    topics: TopicTable, is_relevant: bool, size: int, first: tuple[int, int], rng: Random
) -> Iterator[dict[str, str]]:
    """Yield the publications of one invention; `first` is the seed and the first serial."""
    seed, serial = first
    priority = draw_priority(rng)
    home = draw_home(rng)
    assignee = draw_assignee(home, rng)
    topic = topics.draw(is_relevant, priority.year, rng)
    grammar, facts = topics.draw_facts(topic, priority.year, rng)
    invention = write_invention(grammar, facts, rng)
    for number, publication in enumerate(draw_publications(home, priority, size, rng), serial):
        title, abstract, claim = write_publication(
            invention, VOICES[publication.country], is_grant=publication.is_grant, rng=rng
        )
        yield {
            "publication_number": publication.number(seed, number),
            "title": title,
            "abstract": abstract,
            "first_claim": claim,
            "cpc": draw_cpc(topic.cpc_symbols, rng),
            "priority_date": priority.isoformat(),
            "publication_date": publication.date.isoformat(),
            "assignee": assignee,
            "topic": topic.name,
        }


def _scattered(rows: Iterable[dict[str, str]], rng: Random) -> Iterator[dict[str, str]]:
    """Yield the rows in an order that is random within a moving window."""
    window: list[dict[str, str]] = []
    for row in rows:
        window.append(row)
        if len(window) > _SCATTER:
            index = int(rng.random() * len(window))
            window[index], window[-1] = window[-1], window[index]
            yield window.pop()
    rng.shuffle(window)
    yield from window
