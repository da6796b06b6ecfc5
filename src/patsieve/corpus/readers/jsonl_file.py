"""JSON objects: one a line (read as a stream), in one array, or one spread over many lines."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from patsieve.corpus.readers.broken import BrokenRecords
from patsieve.corpus.readers.cells import cell_text, writable
from patsieve.corpus.readers.encoding import (
    bounded_lines,
    bounded_text,
    find_encoding,
    opened_text,
)
from patsieve.corpus.readers.lens_api import flattened, is_from_lens
from patsieve.corpus.readers.table import Table
from patsieve.errors import UnreadableFileError

Objects = Callable[[Path, str, BrokenRecords], Iterator[tuple[int, dict[str, Any]]]]

# JSON that is not one object a line is held in memory as a whole.
_LONGEST_WHOLE = 1 << 30
# Under these keys an answer of an API holds the records that were found.
_RECORDS_OF_AN_ANSWER = ("data", "results", "records", "patents", "documents", "hits")
_MOST_KEYS_OF_AN_ANSWER = 9
_BETWEEN = re.compile(r"[\s,\ufeff]*")
# A number of thousands of digits is refused by Python with another error than bad syntax.
_NOT_JSON = (ValueError, RecursionError)


def open_json(path: Path, head: bytes, *, tolerant: bool = False) -> Table:
    """Open JSON objects; the columns are the keys of all of them.

    Everything is parsed once before the first row is given out: the keys of the last object
    belong to the header too, and a line that cannot be read is found at once. The nested
    objects of the Lens API become flat columns (`lens_api`).

    Parameters
    ----------
    tolerant : bool
        Leave out lines and elements that are not objects, instead of refusing the file.

    Raises
    ------
    UnreadableFileError
        If a line or the whole is not JSON, or an element is not an object.
    """
    encoding, note = find_encoding(path, head)
    begin = head.decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")
    in_lines = not begin.startswith("[") and _is_one_object_a_line(path, encoding)
    objects: Objects = _lines if in_lines else _elements
    broken = BrokenRecords(tolerated=tolerant)
    keys: dict[str, None] = {}
    for _, found in objects(path, encoding, broken):
        keys.update(dict.fromkeys(found))
    if not keys:
        raise UnreadableFileError(f"{path} holds no JSON object with a key{broken.why}")
    header = tuple(map(writable, keys))

    def read() -> Iterator[tuple[int, list[str]]]:
        for number, found in objects(path, encoding, broken):
            try:
                cells = [writable(cell_text(found.get(key))) for key in keys]
            except RecursionError as error:
                broken.add(f"object {number} of {path} is nested too deeply", error)
                continue
            yield number, cells

    kind = "JSONL" if in_lines else "JSON"
    return Table(path, header, read, [note] if note else [], kind=kind, broken=broken)


def _is_one_object_a_line(path: Path, encoding: str) -> bool:
    """Whether one of the first two lines is an object: of one over many lines, none is."""
    with opened_text(path, encoding, newline="\n") as text:
        filled = (line for line in bounded_lines(path, text) if line.strip())
        return any(_is_object(line) for line in islice(filled, 2))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except _NOT_JSON:
        return False


def _lines(
    path: Path, encoding: str, broken: BrokenRecords
) -> Iterator[tuple[int, dict[str, Any]]]:
    with opened_text(path, encoding, newline="\n") as text:
        for number, line in enumerate(bounded_lines(path, text), start=1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except _NOT_JSON as error:
                broken.add(
                    f"line {number} of {path} is not a JSON object: {error}; "
                    "JSONL has one object on every line",
                    error,
                )
                continue
            yield from _rows(path, "line", [(number, value)], broken)


def _elements(
    path: Path, encoding: str, broken: BrokenRecords
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the elements of an array, or objects one after another, over any number of lines.

    Behind one that cannot be parsed nobody knows where the next begins.
    """
    with opened_text(path, encoding, newline="\n") as text:
        whole = bounded_text(path, text, _LONGEST_WHOLE)
    decoder, place, number = json.JSONDecoder(), _next_filled(whole, 0), 0
    is_array = whole.startswith("[", place)
    place = _next_filled(whole, place + is_array)
    while place < len(whole) and not (is_array and whole[place] == "]"):
        number += 1
        try:
            value, place = decoder.raw_decode(whole, place)
        except _NOT_JSON as error:
            broken.add(_unparsed(path, number, error, is_array=is_array), error)
            return
        place = _next_filled(whole, place)
        yield from _rows(path, "element" if is_array else "object", [(number, value)], broken)
    if is_array and place == len(whole):
        broken.add(f"{path} is not valid JSON: its array never ends")


def _next_filled(text: str, place: int) -> int:
    match = _BETWEEN.match(text, place)
    return place if match is None else match.end()


def _unparsed(path: Path, number: int, error: Exception, *, is_array: bool) -> str:
    if is_array:
        return f"{path} is not valid JSON from element {number} on: {error}"
    return f"what follows object {number - 1} of {path} is not a JSON object: {error}"


def _rows(
    path: Path, word: str, values: Iterable[tuple[int, Any]], broken: BrokenRecords
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects among `values`, flat; those that an answer of an API holds one by one."""
    for number, value in values:
        inner = _records_of_an_answer(value)
        found = [(number, value)] if inner is None else enumerate(inner, start=1)
        for place, each in found:
            if not isinstance(each, dict):
                called = word if inner is None else "record"
                broken.add(
                    f"{called} {place} of {path} is not a JSON object but {type(each).__name__}"
                )
                continue
            yield place, flattened(each) if is_from_lens(each) else each


def _records_of_an_answer(value: Any) -> list[Any] | None:
    """Return the records that an answer of an API holds, None if it is a record itself."""
    if not isinstance(value, dict) or len(value) > _MOST_KEYS_OF_AN_ANSWER or "title" in value:
        return None
    for key in _RECORDS_OF_AN_ANSWER:
        inner = value.get(key)
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            return inner
    return None
