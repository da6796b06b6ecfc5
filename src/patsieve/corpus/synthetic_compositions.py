"""What made-up layered oxides consist of, in the notations patents use.

A high-nickel and a low-nickel oxide are written by the same rules; they differ in numbers and
in the direction of a bound ("at least 80 mol%", "less than 80 mol%") and in little else.
"""

from collections.abc import Callable
from random import Random

HIGH_NICKEL_PERCENT = 80
"""Nickel in percent of the metals other than lithium from which an oxide is high-nickel."""


def describe_composition(kind: str, rng: Random, year: int) -> dict[str, str]:
    """Draw the composition of one layered oxide: formulae, contents and qualifying words.

    Parameters
    ----------
    kind : str
        "high-nickel" or "low-nickel"; for other kinds of material nothing is decided.
    year : int
        Of the priority; nickel contents rise with it, as they did in the field.
    """
    if kind == "high-nickel":
        return _high_nickel(rng, year)
    return _low_nickel(rng, year) if kind == "low-nickel" else {}


def _high_nickel(rng: Random, year: int) -> dict[str, str]:
    highest = 85 if year < 2014 else 90 if year < 2019 else 96
    nickel = rng.randint(HIGH_NICKEL_PERCENT, highest)
    low = rng.choice([p for p in (80, 80, 82, 83, 85, 88, 90) if p <= nickel])
    high = rng.choice([p for p in (88, 90, 92, 94, 95, 96, 98, 99) if p >= nickel])
    qualifiers = _EARLY_QUALIFIERS if year < 2018 else _LATE_QUALIFIERS
    return _ternary(
        rng, nickel, low, high, rng.choice((*qualifiers, *qualifiers, *_PLAIN_QUALIFIERS))
    )


def _low_nickel(rng: Random, year: int) -> dict[str, str]:
    if year < 2014:
        nickel = rng.choice((33, 33, 40, 45, 50))
    elif year < 2019:
        nickel = rng.choice((33, 45, 50, 50, 52, 55, 58, 60, 60, 62))
    else:
        nickel = rng.choice((48, 50, 52, 55, 55, 58, 60, 60, 62, 65, 68, 70, 73, 75))
    low = rng.choice([p for p in (20, 25, 30, 33, 40, 45, 50, 55, 60) if p <= nickel])
    high = rng.choice([p for p in (50, 55, 60, 65, 70, 75, 78, 80) if p > nickel])
    qualifiers = (
        *_PLAIN_QUALIFIERS,
        *("medium-nickel ", "low-nickel ", "NCM523-type ", "mid-nickel ", "manganese-containing "),
        *("moderate-nickel ", "NCM622-type ", "equimolar ternary "),
    )
    return _ternary(rng, nickel, low, high, rng.choice(qualifiers))


_EARLY_QUALIFIERS = (
    *("high-nickel ", "nickel-rich ", "Ni-rich ", "high nickel ternary ", "nickel-rich "),
    *("NCA-type ", "nickelate ", "nickel-based ", "high-capacity nickel-based "),
)
_LATE_QUALIFIERS = (
    *("high-nickel ", "nickel-rich ", "Ni-rich ", "ultra-high-nickel ", "high-nickel low-cobalt "),
    *("9-series ", "8-series ", "high-nickel ternary ", "NCMA-type ", "nickel-dominated "),
)
_PLAIN_QUALIFIERS = ("", "", "ternary ", "nickel-containing ", "layered ")


def _ternary(rng: Random, nickel: int, low: int, high: int, qualifier: str) -> dict[str, str]:
    rest = 100 - nickel
    cobalt = max(1, min(rest - 1, round(rest * rng.uniform(0.3, 0.75))))
    symbol, third = rng.choice((("Mn", "manganese"),) * 4 + (("Al", "aluminum"),))
    if symbol == "Al" and rest > 25:
        symbol, third = "Mn", "manganese"
    unit = rng.choice((" mol%", " mol %", " at%", " mole percent", "%"))
    fraction = _two_decimals if rng.random() < 0.6 else _shortest
    metals = _subscripts(rng, nickel, cobalt, symbol)
    lithium = rng.choice(("Li", "Li", f"Li1.0{rng.randint(1, 8)}"))
    return {
        "qualifier": qualifier,
        "third": third,
        "metals": f"nickel cobalt {third}",
        "exact": f"{lithium}{metals}O2" if rng.random() < 0.8 else f"{lithium}[{metals}]O2",
        "general": _general_formula(rng, low, high, symbol, fraction),
        "hydroxide": f"{metals}(OH)2",
        "ratio": _ratio(nickel, cobalt),
        "ratio_expression": rng.choice((f"Ni/(Ni+Co+{symbol})", "Ni/Me", "Ni/(total metal)")),
        "nickel_fraction": fraction(nickel),
        "low_fraction": fraction(low),
        "high_fraction": fraction(high),
        "nickel_percent": f"{nickel}{unit}",
        "low_percent": f"{low}{unit}",
        "high_percent": f"{high}{unit}",
        "most_of_the_rest": f"{100 - low}{unit}",
        "least_of_the_rest": f"{100 - high}{unit}",
    }


def _subscripts(rng: Random, nickel: int, cobalt: int, symbol: str) -> str:
    if nickel == 33:
        return f"Ni1/3Co1/3{symbol}1/3"
    rest = 100 - nickel - cobalt
    if rng.random() < 0.4:
        # Given to the thousandth; what is added to nickel is taken from the third metal.
        more = rng.randint(0, 9)
        return f"Ni0.{nickel}{more}Co0.{cobalt:02d}0{symbol}0.{rest * 10 - more:03d}"
    return f"Ni{_shortest(nickel)}Co{_shortest(cobalt)}{symbol}{_shortest(rest)}"


def _ratio(nickel: int, cobalt: int) -> str:
    if nickel == 33:
        return "1:1:1"
    parts = (nickel, cobalt, 100 - nickel - cobalt)
    if all(part % 10 == 0 for part in parts):
        parts = (parts[0] // 10, parts[1] // 10, parts[2] // 10)
    return ":".join(map(str, parts))


def _general_formula(
    rng: Random, low: int, high: int, symbol: str, fraction: Callable[[int], str]
) -> str:
    below = rng.choice(("≤", "<")) if high < HIGH_NICKEL_PERCENT else "<"
    bounds = f"{fraction(low)} ≤ x {below} {fraction(high)}"
    style = rng.random()
    if style < 0.35:
        return (
            f"LiaNixCoy{symbol}zO2 (0.9{rng.randint(0, 8)} ≤ a ≤ 1.{rng.randint(10, 20)}, "
            f"{bounds}, 0 < y ≤ {fraction((100 - low) * 6 // 10 + 1)} and x + y + z = 1)"
        )
    if style < 0.6:
        # Nickel is what is left: the bounds that count are those of the other metals.
        least, most = max(0, 100 - high), 100 - low
        return (
            f"Lia[Ni1-x-yCox{symbol}y]O2 (0.95 ≤ a ≤ 1.1, x > 0, y > 0 and "
            f"{fraction(least)} < x + y ≤ {fraction(most)})"
        )
    if style < 0.8:
        return f"LiNixM1-xO2 (M is at least one of Co, {symbol} and Zr; {bounds})"
    return f"Li1+aNixCoyM1-x-yO2 (-0.05 ≤ a ≤ 0.10, {bounds}, 0 < y ≤ {fraction(100 - low)})"


def _two_decimals(percent: int) -> str:
    return f"{percent / 100:.2f}"


def _shortest(percent: int) -> str:
    return f"{percent / 100:g}"
