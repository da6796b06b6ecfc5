"""One input, read as the commands read files, and whether what came of it is as promised.

Promised is one of three: all records; the records that can be read, and a sentence on the others;
or a sentence on why there is none. Everything else is raised.
"""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from patsieve.corpus.load import LoadOptions, stream_records
from patsieve.corpus.merge import MergedFile, merged_rows
from patsieve.corpus.sources import find_sources
from patsieve.corpus.survey import survey
from patsieve.errors import PatsieveError

OUTCOMES = ("read", "in part", "refused")
# A path, what is wrong, what was possible: a longer sentence is a dump of the file.
_LONGEST_SENTENCE = 1200
# Ends of lines, what moves the cursor, and halves of characters.
_NOT_FOR_A_TERMINAL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class BrokenPromiseError(AssertionError):
    """A sentence that is none, or text that cannot be written."""


def outcome_of(path: Path, way: str) -> str:
    """Read a file in one of `WAYS` and return which of `OUTCOMES` it came to."""
    try:
        return WAYS[way](path)
    except PatsieveError as error:
        _require_sentences([str(error)])
        return "refused"


def _checked(path: Path) -> str:
    """Read as `patsieve corpus check` does."""
    found, refused = 0, 0
    is_whole = True
    for source in find_sources([path]):
        try:
            portrait = survey(source)
        except PatsieveError as error:
            _require_sentences([str(error)])
            refused += 1
            continue
        _require_sentences(portrait.notes)
        _require_writable(portrait.as_json())
        is_whole = is_whole and not portrait.n_broken
        found += 1
    return _outcome(is_whole, found, refused)


def _imported(path: Path) -> str:
    """Read as `patsieve corpus import` does."""
    found, refused = 0, 0
    is_whole = True
    for source in find_sources([path]):
        merged = MergedFile(source.name)
        for row in merged_rows(source, LoadOptions(), merged):
            _require_writable(row)
        _require_sentences([*merged.notes, *([merged.problem] if merged.problem else [])])
        is_whole = is_whole and not merged.n_broken
        found += merged.n_records > 0
        refused += merged.problem != ""
    return _outcome(is_whole, found, refused)


def _scored(path: Path) -> str:
    """Read as `patsieve score` does: a broken record is an error there."""
    stream = stream_records(path)
    for record in stream:
        _require_writable(record.columns)
    _require_sentences(stream.notes)
    return "in part" if stream.table.broken.count else "read"


WAYS: dict[str, Callable[[Path], str]] = {
    "check": _checked,
    "import": _imported,
    "score": _scored,
}


def _outcome(is_whole: bool, found: int, refused: int) -> str:
    if refused and not found:
        return "refused"
    return "read" if is_whole and not refused else "in part"


def _require_sentences(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        if not sentence.strip():
            raise BrokenPromiseError("an empty sentence")
        if _NOT_FOR_A_TERMINAL.search(sentence) is not None:
            raise BrokenPromiseError(f"not one line of text: {sentence[:300]!r}")
        if len(sentence) > _LONGEST_SENTENCE:
            raise BrokenPromiseError(f"a sentence of {len(sentence):,} characters")
        if "Traceback" in sentence:
            raise BrokenPromiseError(f"a traceback: {sentence[:300]!r}")


def _require_writable(value: object) -> None:
    json.dumps(value, ensure_ascii=False).encode()
