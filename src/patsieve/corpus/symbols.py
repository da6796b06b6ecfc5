"""CPC and IPC symbols, as databases write them, to one form: ``H01M4/525``."""

import re

from patsieve.corpus.remembering import remembered

# Symbols are separated by semicolons, pipes or lines; by commas only where a symbol follows,
# because "H01M4/525 (EP,US)" is one symbol.
_BETWEEN = re.compile(r"[;|\n]+|,\s*(?=[A-HY]\d{2})")
# Section, class, subclass; main group, padded with blanks or zeros; subgroup; then what offices
# and databases add: a version, who assigned it, whether it is inventive. WIPO ST.8.
_SYMBOL = re.compile(
    r"([A-HY])\s?(\d{2})\s?([A-Z])[\s-]*0{0,3}([1-9]\d{0,3})\s?/\s?(\d{2,6})(?!\d).*", re.DOTALL
)
# Without the stroke, as ST.8 stores it: four places for the group and up to six for the
# subgroup, filled up with zeros. A group that fills its four places cannot be told from others.
_WITHOUT_STROKE = re.compile(
    r"([A-HY])(\d{2})([A-Z])(?=0)0{1,3}([1-9]\d{0,2})(?<=[A-Z]\d{4})(\d{2,6})(?!\d).*", re.DOTALL
)
# As `normalised_symbol` writes them.
_NORMALISED = re.compile(r"(([A-HY]\d{2}[A-Z])\d{1,4})/\d{2,6}")
_JOINED = re.compile(r"([A-HY]\d{2}[A-Z])\d{3,}", re.ASCII)
_PLACES_OF_SUBGROUP = 6
_FEWEST_DIGITS_OF_SUBGROUP = 2


@remembered
def normalised_symbol(symbol: str) -> str:
    """Return a symbol as CPC prints it; one of another form comes back stripped, as it is.

    Examples
    --------
    >>> [normalised_symbol(s) for s in ("B25J-0009/1664", "H01M   4/525", "H01M4/525 (EP,US)")]
    ['B25J9/1664', 'H01M4/525', 'H01M4/525']
    >>> normalised_symbol("H01M0004525000 20100101"), normalised_symbol("H01M")
    ('H01M4/525', 'H01M')
    """
    stripped = symbol.strip()
    match = _SYMBOL.fullmatch(stripped)
    if match is None:
        match = _WITHOUT_STROKE.fullmatch(stripped)
        if match is None:
            return stripped
    section, number, letter, group, subgroup = match.groups()
    if match.re is _WITHOUT_STROKE and len(subgroup) == _PLACES_OF_SUBGROUP:
        subgroup = subgroup.rstrip("0").ljust(_FEWEST_DIGITS_OF_SUBGROUP, "0")
    return f"{section}{number}{letter}{group}/{subgroup}"


def normalised_symbols(cell: str) -> tuple[str, ...]:
    """Return the symbols in a cell, each once, in their order."""
    # In most cells there is nothing between symbols but semicolons, at which splitting is faster.
    is_simple = "," not in cell and "|" not in cell and "\n" not in cell
    parts = cell.split(";") if is_simple else _BETWEEN.split(cell)
    return tuple(dict.fromkeys(filter(None, map(normalised_symbol, parts))))


def symbol_levels(symbol: str) -> tuple[str, ...]:
    """Return subclass, main group and subgroup of a normalised symbol, each once.

    A symbol of another form is its only level; where it was stored without its stroke, as in HUPD,
    group and subgroup cannot be told apart, and the subclass is a level beside it.

    Examples
    --------
    >>> symbol_levels("H01M4/525"), symbol_levels("H01M4/00"), symbol_levels("H01M")
    (('H01M', 'H01M4/00', 'H01M4/525'), ('H01M', 'H01M4/00'), ('H01M',))
    >>> symbol_levels("H01M4525")
    ('H01M', 'H01M4525')
    """
    match = _NORMALISED.fullmatch(symbol)
    if match is None:
        joined = _JOINED.fullmatch(symbol)
        return (symbol,) if joined is None else (joined[1], symbol)
    return tuple(dict.fromkeys((match[2], f"{match[1]}/00", symbol)))
