"""Numbers, dates, owners and classes of made-up patents.

No number can be taken for a real one: each serial begins with a 9 and is longer than those the
offices have used. The names of the owners are invented.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import final

FIRST_PRIORITY = dt.date(2008, 1, 1)
LAST_PRIORITY = dt.date(2024, 3, 31)
LAST_PUBLICATION = dt.date(2025, 12, 31)
_APPLICATION_LAG_DAYS = (540, 600)
_GRANT_LAG_DAYS = (1000, 2100)
_KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "US": ("A1", "B2"),
        "EP": ("A1", "B1"),
        "WO": ("A1", ""),
        "CN": ("A", "B"),
        "KR": ("A", "B1"),
        "JP": ("A", "B2"),
    }
)
_NUMBERED_BY_YEAR = ("US", "WO", "KR", "JP")
_HOMES = (*("CN",) * 7, *("KR",) * 6, *("JP",) * 5, *("US",) * 4, *("EP",) * 3)
_STEMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "CN": ("Guanlu", "Zheyuan", "Hexinda", "Baoling", "Ruichang", "Yunmai", "Tongsheng"),
        "KR": ("Haesong", "Seorim", "Daerang", "Baekun", "Nuriwon", "Hanseol"),
        "JP": ("Denshiro", "Kazemori", "Asagiri", "Minatogawa", "Tsukihara", "Furumizu"),
        "US": ("Aurelith", "Eastmere", "Borvane", "Calderwick", "Pinehollow"),
        "EP": ("Fennholm", "Norvik", "Valdraun", "Ostermark", "Brenntal"),
    }
)
_BUSINESSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "CN": ("New Materials Co., Ltd.", "Energy Technology Co., Ltd.", "University"),
        "KR": ("Chem, Ltd.", "Energy Materials Co., Ltd.", "Institute of Science"),
        "JP": ("Metal Mining Co., Ltd.", "Chemical Corporation", "Kogyo K.K."),
        "US": ("Batteries, Inc.", "Materials LLC", "Motors Company"),
        "EP": ("Materials AG", "Battery AB", "Chemie GmbH"),
    }
)


@final
@dataclass(frozen=True, slots=True)
class Publication:
    """One publication of a family, without its text."""

    country: str
    kind: str
    date: dt.date

    @property
    def is_grant(self) -> bool:
        """Whether claims have passed examination; they are narrower then."""
        return self.kind.startswith("B")

    def number(self, run: int, serial: int) -> str:
        """Give the publication number; no two serials, and no two runs, share one.

        `run` tells one generated corpus from another and takes four digits.
        """
        year = str(self.date.year) if self.country in _NUMBERED_BY_YEAR else ""
        return f"{self.country}{year}{family_number(run, serial)}{self.kind}"


def family_number(run: int, serial: int) -> str:
    """Give a number of at least 11 digits that no other `run` (modulo 10,000) or serial has."""
    return f"9{run % 10_000:04d}{serial:06d}"


def draw_home(rng: Random) -> str:
    """Draw the country of the first filing."""
    return rng.choice(_HOMES)


def draw_assignee(home: str, rng: Random) -> str:
    """Draw the invented name of an owner from the country of the first filing."""
    return f"{rng.choice(_STEMS[home])} {rng.choice(_BUSINESSES[home])}"


def draw_priority(rng: Random) -> dt.date:
    """Draw a priority date; later years have more filings, as in the field."""
    span = (LAST_PRIORITY - FIRST_PRIORITY).days
    return FIRST_PRIORITY + dt.timedelta(days=int(span * rng.random() ** 0.6))


def draw_publications(
    home: str, priority: dt.date, size: int, rng: Random
) -> Iterator[Publication]:
    """Yield `size` publications of one family (at most 5), each country and kind once."""
    abroad = [country for country in _KINDS if country != home]
    countries = [home, *rng.sample(abroad, 4)]
    applications = [(country, 0) for country in countries[:size]]
    may_be_granted = priority + dt.timedelta(days=_GRANT_LAG_DAYS[1]) <= LAST_PUBLICATION
    grants = [(country, 1) for country, _ in applications if _KINDS[country][1]]
    if may_be_granted and size > 1 and rng.random() < 0.5:
        # The application and its grant: the same text but for the claims.
        applications = [*applications[: size - 1], grants[0]]
    elif may_be_granted and rng.random() < 0.3:
        applications[0] = grants[0]
    for country, stage in applications:
        lag = rng.randint(*(_APPLICATION_LAG_DAYS, _GRANT_LAG_DAYS)[stage])
        yield Publication(country, _KINDS[country][stage], priority + dt.timedelta(days=lag))


def draw_cpc(main: Sequence[str], rng: Random) -> str:
    """Draw one or two symbols of the topic and a few that any battery patent may carry."""
    symbols = rng.sample(main, min(len(main), rng.randint(1, 3)))
    symbols += rng.sample(_COMMON_CPC, rng.randint(0, 3))
    return "; ".join(dict.fromkeys(symbols))


_COMMON_CPC = (
    "H01M10/0525",
    "H01M4/525",
    "H01M4/505",
    "H01M4/131",
    "H01M2004/028",
    "H01M4/62",
    "H01M10/052",
    "Y02E60/10",
    "Y02T10/70",
    "Y02P70/50",
)
