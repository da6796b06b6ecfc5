"""JSON objects, one a line (read as a stream) or in one array."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from patsieve.corpus.readers.cells import cell_text, encodable
from patsieve.corpus.readers.encoding import find_encoding, opened_text
from patsieve.corpus.readers.table import Table
from patsieve.errors import UnreadableFileError


def open_json(path: Path, head: bytes) -> Table:
    """Open JSONL, or a JSON array of objects; the columns are the keys of all objects.

    Every line is parsed once before the first row is given out: the keys of the last object
    belong to the header too, and a line that cannot be read is found at once.

    Raises
    ------
    UnreadableFileError
        If a line or the whole is not JSON, or an element is not an object.
    """
    encoding, note = find_encoding(path, head)
    begin = head.decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")
    objects = _array_elements if begin.startswith("[") else _lines
    keys: dict[str, None] = {}
    for _, found in objects(path, encoding):
        keys.update(dict.fromkeys(found))
    if not keys:
        raise UnreadableFileError(f"{path} holds no JSON object with a key")
    header = tuple(keys)

    def read() -> Iterator[tuple[int, list[str]]]:
        for number, found in objects(path, encoding):
            yield number, [encodable(cell_text(found.get(key))) for key in header]

    return Table(path, header, read, [note] if note else [])


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with opened_text(path, encoding, newline="\n") as text:
        for number, line in enumerate(text, start=1):
            if line.strip():
                yield number, _object(path, f"line {number}", _parsed(path, number, line))


def _parsed(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableFileError(
            f"line {number} of {path} is not a JSON object: {error}; "
            "JSONL has one object on every line"
        ) from error


def _array_elements(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with opened_text(path, encoding, newline="\n") as text:
        try:
            elements = json.load(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise UnreadableFileError(f"{path} is not valid JSON: {error}") from error
    for number, element in enumerate(elements, start=1):
        yield number, _object(path, f"element {number}", element)


def _object(path: Path, place: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableFileError(
            f"{place} of {path} is not a JSON object but {type(value).__name__}"
        )
    return value
