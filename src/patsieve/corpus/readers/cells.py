"""A typed value of a workbook, a JSON object or a Parquet table, as the text of a cell."""

import json
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

_SYMBOL = re.compile(r"[A-HY]\d{2}[A-Z]?\s*\d*.*")
# Keys under which lists of objects hold what counts, in APIs and in bulk files made from XML.
_TELLING_KEYS = ("code", "symbol", "text", "value", "name")
# Under one of them an object says in which language its text is.
_LANGUAGE_KEYS = frozenset({"lang", "language"})
# Beyond it a float cannot tell neighbouring whole numbers apart.
_LARGEST_EXACT = 2.0**53


def cell_text(value: Any) -> str:
    """Return `value` as text.

    None and NaN are empty; a whole number has no decimal point, even if it was stored with
    one (spreadsheets do that to family ids); a date without time is ISO 8601; a list has one
    item a line, or classification symbols separated by ``; ``; of texts with their languages the
    English one, else the first; an object is JSON.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime | date | time):
        return _time_text(value)
    if isinstance(value, list | tuple):
        return _list_text(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def writable(cell: str) -> str:
    """Return `cell` with question marks for halves of characters, and blanks for NUL.

    JSON may hold both. Halves (lone surrogates) can be neither hashed nor written, and a text
    file with a NUL is no text file to whoever reads it next.
    """
    whole = cell if cell.isascii() else cell.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\0", " ")


def _number_text(value: float) -> str:
    if value != value:  # NaN
        return ""
    if value.is_integer() and abs(value) <= _LARGEST_EXACT:
        return str(int(value))
    return str(value)


def _time_text(value: datetime | date | time) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat()


def in_english_or_first(value: Any) -> str:
    """Return of texts that are given with their languages the English ones, else the first's.

    Parameters
    ----------
    value : object
        Text, an object such as ``{"text": "Cathode", "lang": "en"}``, or a list of them;
        anything else gives an empty text. Several texts in one language come one a line.
    """
    texts = [value] if isinstance(value, dict | str) else value
    if not isinstance(texts, list | tuple):
        return ""
    found = [(_language(each), each) for each in texts if isinstance(_telling(each), str)]
    languages = [language for language, _ in found]
    if not languages:
        return ""
    wanted = "en" if "en" in languages else languages[0]
    return "\n".join(str(_telling(each)) for language, each in found if language == wanted)


def _language(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return str(value.get("lang", value.get("language"))).casefold()


def _list_text(values: Sequence[Any]) -> str:
    if values and all(isinstance(each, dict) and _LANGUAGE_KEYS & each.keys() for each in values):
        return in_english_or_first(values)
    items = [text for value in values if (text := cell_text(_telling(value)))]
    are_symbols = all(_SYMBOL.fullmatch(item) and len(item) < 30 for item in items)
    return ("; " if are_symbols else "\n").join(items)


def _telling(value: Any) -> Any:
    if isinstance(value, dict):
        for key in _TELLING_KEYS:
            if key in value:
                return value[key]
    return value
