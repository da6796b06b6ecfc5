"""Not parsing twice what stands in many cells: dates, symbols, companies."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar, cast

# Offices publish once a week, people file on some thousand days, and the patents of one field
# share some thousand symbols and applicants. So many results of such length take a few megabytes.
_MOST = 1 << 14
_LONGEST = 80

_Options = ParamSpec("_Options")
_Result = TypeVar("_Result")


def remembered(
    parse: Callable[Concatenate[str, _Options], _Result],
) -> Callable[Concatenate[str, _Options], _Result]:
    """Return a parser of cells that knows the latest results; those of long cells are not kept.

    Parameters
    ----------
    parse : callable
        Its result depends on nothing but the arguments, and cannot be changed.
    """
    known = cast("Callable[Concatenate[str, _Options], _Result]", functools.lru_cache(_MOST)(parse))

    @functools.wraps(parse)
    def read(cell: str, /, *args: _Options.args, **kwargs: _Options.kwargs) -> _Result:
        if len(cell) > _LONGEST:
            return parse(cell, *args, **kwargs)
        return known(cell, *args, **kwargs)

    return read
