"""A typed value of a workbook, a JSON object or a Parquet table, as the text of a cell."""

import json
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

_SYMBOL = re.compile(r"[A-HY]\d{2}[A-Z]?\s*\d*.*")
# Keys under which lists of objects hold what counts, in APIs and in bulk files made from XML.
_TELLING_KEYS = ("code", "symbol", "text", "value", "name")
# Beyond it a float cannot tell neighbouring whole numbers apart.
_LARGEST_EXACT = 2.0**53


def cell_text(value: Any) -> str:
    """Return `value` as text.

    None and NaN are empty; a whole number has no decimal point, even if it was stored with
    one (spreadsheets do that to family ids); a date without time is ISO 8601; a list has one
    item a line, or classification symbols separated by ``; ``; an object is JSON.
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


def encodable(cell: str) -> str:
    """Return `cell` with question marks for halves of characters (lone surrogates).

    JSON may hold them, but they can be neither hashed nor written.
    """
    return cell if cell.isascii() else cell.encode("utf-8", "replace").decode("utf-8")


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


def _list_text(values: Sequence[Any]) -> str:
    items = [text for value in values if (text := cell_text(_telling(value)))]
    are_symbols = all(_SYMBOL.fullmatch(item) and len(item) < 30 for item in items)
    return ("; " if are_symbols else "\n").join(items)


def _telling(value: Any) -> Any:
    if isinstance(value, dict):
        for key in _TELLING_KEYS:
            if key in value:
                return value[key]
    return value
