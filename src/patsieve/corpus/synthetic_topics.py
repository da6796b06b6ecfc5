"""Which topics a generated corpus has, how often each occurs when, and what makes it relevant.

A topic is relevant if the invention is a layered positive electrode material with at least 80 %
nickel among its metals other than lithium, its precursor, its treatment or its making. What
merely uses, contains, replaces, measures or recovers such a material is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import final

from patsieve.corpus.synthetic_aspects import ASPECTS, MATERIAL_TOPIC_RULES
from patsieve.corpus.synthetic_cathodes import OTHER_CATHODES
from patsieve.corpus.synthetic_cells import CELL_TOPICS
from patsieve.corpus.synthetic_compositions import describe_composition
from patsieve.corpus.synthetic_contrasts import (
    PARTNER_RULES,
    PARTNERS,
    RIVAL_RULES,
    RIVALS,
    RIVALS_OF_HIGH_NICKEL,
)
from patsieve.corpus.synthetic_grammar import Grammar, Rules
from patsieve.corpus.synthetic_materials import MATERIAL_RULES
from patsieve.corpus.synthetic_neighbours import NEIGHBOUR_TOPICS
from patsieve.corpus.synthetic_other_materials import OTHER_MATERIALS
from patsieve.corpus.synthetic_remarks import REMARK_RULES

_ERAS = (2014, 2019)  # a priority before the first year is of era 0, before the second of era 1
Weights = tuple[float, float, float]


@final
@dataclass(frozen=True, slots=True)
class Topic:
    """What an invention may be about.

    Attributes
    ----------
    name : str
        For analysis, such as "low-nickel coating" or "electrolyte".
    is_relevant : bool
        Before any label noise.
    weights : tuple of three floats
        Relative frequency among topics of equal relevance, before 2014, before 2019, and since.
    cpc_symbols : sequence of str
        Classes that its patents carry; many are shared with topics of the other relevance.
    kinds : sequence of str
        Of material that such an invention is, or is used with; repeats weigh more.
    rivals : sequence of str
        Kinds of material that are mentioned beside it; repeats weigh more.
    grammars : mapping of str to Grammar
        For each of `kinds`.
    """

    name: str
    is_relevant: bool
    weights: Weights
    cpc_symbols: Sequence[str]
    kinds: Sequence[str]
    rivals: Sequence[str]
    grammars: Mapping[str, Grammar]


@final
class TopicTable:
    """All topics, to be drawn by relevance and year."""

    def __init__(self) -> None:
        self.topics = (*_material_topics(), *_other_topics())
        self._groups = {
            is_relevant: tuple(topic for topic in self.topics if topic.is_relevant == is_relevant)
            for is_relevant in (True, False)
        }
        self._mentions = {kind: Grammar(rules) for kind, rules in _MATERIALS.items()}

    def draw(self, is_relevant: bool, year: int, rng: Random) -> Topic:
        """Draw a topic of the given relevance, as frequent as it was in `year`."""
        era = sum(year >= start for start in _ERAS)
        group = self._groups[is_relevant]
        return rng.choices(group, [topic.weights[era] for topic in group])[0]

    def draw_facts(self, topic: Topic, year: int, rng: Random) -> tuple[Grammar, dict[str, str]]:
        """Decide what a family agrees on: the material, and what is mentioned beside it."""
        kind, rival = rng.choice(topic.kinds), rng.choice(topic.rivals)
        mention, composition = self._mentions[rival], describe_composition(rival, rng, year)
        return topic.grammars[kind], {
            **describe_composition(kind, rng, year),
            "rival": mention.expand("{as mentioned}", rng, composition),
            "rival_trouble": mention.expand("{trouble}", rng, composition),
        }


_KIND_WEIGHTS: Mapping[str, Weights] = MappingProxyType(
    {
        "high-nickel": (1, 1, 1),
        "low-nickel": (5, 7, 6),
        "cobalt oxide": (8, 5, 3),
        "iron phosphate": (7, 5, 4),
        "manganese phosphate": (2, 3, 5),
        "spinel": (6, 4, 3),
        "lithium-rich oxide": (4, 5, 4),
        "sodium oxide": (1, 2, 5),
        "sodium polyanion": (1, 2, 3),
        "conversion cathode": (2, 3, 2),
        "graphite": (5, 4, 3),
        "silicon": (4, 5, 6),
        "other anode": (4, 4, 3),
        "solid electrolyte": (3, 4, 6),
        "filler": (3, 3, 3),
        "nickel hydroxide": (3, 2, 1),
        "nickel catalyst": (2, 2, 2),
    }
)
_ASPECT_WEIGHTS: Mapping[str, Weights] = MappingProxyType(
    {
        "coating": (20, 20, 19),
        "doping": (18, 16, 16),
        "single particle": (2, 6, 16),
        "precursor": (18, 16, 12),
        "process": (18, 14, 12),
        "gradient": (5, 9, 5),
        "washing": (7, 8, 7),
        "blend": (5, 5, 6),
        "battery": (10, 10, 10),
    }
)
_POWDER = ("coating", "doping", "process")
_ELECTRODE = (*_POWDER, "blend", "battery")
_ASPECTS_OF: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "high-nickel": tuple(_ASPECT_WEIGHTS),
        "low-nickel": tuple(_ASPECT_WEIGHTS),
        "cobalt oxide": (*_ELECTRODE, "washing", "single particle", "gradient"),
        "iron phosphate": _ELECTRODE,
        "manganese phosphate": (*_ELECTRODE, "gradient"),
        "spinel": (*_ELECTRODE, "single particle"),
        "lithium-rich oxide": (*_ELECTRODE, "washing", "precursor", "gradient"),
        "sodium oxide": (*_ELECTRODE, "washing", "precursor", "single particle"),
        "sodium polyanion": _ELECTRODE,
        "conversion cathode": _ELECTRODE,
        "graphite": _ELECTRODE,
        "silicon": (*_ELECTRODE, "gradient"),
        "other anode": _ELECTRODE,
        "solid electrolyte": _POWDER,
        "filler": _POWDER,
        "nickel hydroxide": (*_POWDER, "gradient"),
        "nickel catalyst": (*_POWDER, "gradient", "precursor"),
    }
)
_LAYERED_CPC = (
    *("H01M4/525", "H01M4/505", "C01G53/50", "C01G53/42", "H01M4/366", "H01M4/131"),
    *("C01G53/44", "C01P2006/40", "C01P2004/61", "C01P2002/52", "H01M4/1391"),
)
_KIND_CPC: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "high-nickel": _LAYERED_CPC,
        "low-nickel": _LAYERED_CPC,
        "cobalt oxide": ("C01G51/42", "H01M4/525", "H01M4/366", "H01M4/131", "C01P2006/40"),
        "iron phosphate": ("H01M4/5825", "C01B25/45", "H01M4/366", "H01M4/136", "H01M4/625"),
        "manganese phosphate": ("H01M4/5825", "C01B25/45", "H01M4/366", "H01M4/136"),
        "spinel": ("H01M4/505", "C01G45/1242", "C01G53/54", "H01M4/131", "H01M4/525"),
        "lithium-rich oxide": ("H01M4/505", "C01G45/1228", "C01G53/50", "H01M4/525"),
        "sodium oxide": ("H01M10/054", "H01M4/505", "H01M4/525", "C01G53/50", "C01G49/0072"),
        "sodium polyanion": ("H01M10/054", "H01M4/5825", "C01C3/12", "H01M4/58"),
        "conversion cathode": ("H01M4/38", "H01M4/362", "H01M4/5815", "H01M4/485"),
        "graphite": ("H01M4/587", "C01B32/20", "H01M4/366", "H01M4/133"),
        "silicon": ("H01M4/386", "H01M4/48", "H01M4/366", "C01B33/02", "H01M4/134"),
        "other anode": ("H01M4/485", "H01M4/587", "C01G23/005", "H01M4/366"),
        "solid electrolyte": ("H01M10/0562", "H01B1/10", "C01B17/22", "H01M4/62"),
        "filler": ("H01M50/434", "C01F7/02", "H01M4/62", "C01B32/158", "C01P2004/61"),
        "nickel hydroxide": ("H01M4/52", "H01M4/32", "C01G53/04", "C01G53/42", "H01M10/30"),
        "nickel catalyst": ("B01J23/755", "C01G53/42", "C25B11/077", "H01M4/9016"),
    }
)
_OTHERS: Mapping[str, tuple[Weights, Sequence[str]]] = MappingProxyType(
    {
        "electrolyte": ((9, 8, 8), ("H01M10/0567", "H01M10/0569", "H01M10/0568", "H01M4/525")),
        "separator": ((3, 3, 2), ("H01M50/449", "H01M50/46", "H01M50/403", "H01M4/525")),
        "electrode making": ((4, 4, 4), ("H01M4/622", "H01M4/625", "H01M4/139", "H01M4/525")),
        "solid state": ((1, 2, 3), ("H01M10/0562", "H01M4/366", "H01B1/10", "H01M4/525")),
        "cell design": ((3, 3, 3), ("H01M10/0587", "H01M50/533", "H01M4/13", "H01M4/525")),
        "pack": ((3, 3, 2), ("H01M10/613", "H01M50/204", "H01M10/48", "H02J7/00")),
        "operation": ((2, 2, 2), ("H01M10/44", "H01M10/446", "H02J7/00", "H01M4/525")),
        "testing": ((2, 2, 2), ("G01N27/26", "G01N31/16", "G01N23/046", "H01M4/525")),
        "recycling": ((4, 5, 7), ("H01M10/54", "C22B7/006", "C22B23/00", "C22B26/12", "C01G53/10")),
        "equipment": ((2, 2, 2), ("F27D5/00", "F27B9/24", "C04B35/443", "H01M4/525", "B01J19/18")),
    }
)
_MATERIALS: Mapping[str, Rules] = MappingProxyType(
    {**MATERIAL_RULES, **OTHER_CATHODES, **OTHER_MATERIALS}
)
# These are no rivals of a layered oxide, but stand beside it in a cell.
_NO_RIVALS = (
    "graphite",
    "silicon",
    "other anode",
    "solid electrolyte",
    "filler",
    "nickel hydroxide",
    "nickel catalyst",
)


def _material_topics() -> Iterator[Topic]:
    for kind, aspects in _ASPECTS_OF.items():
        for aspect in aspects:
            grammar = Grammar(
                REMARK_RULES,
                MATERIAL_TOPIC_RULES,
                PARTNER_RULES if kind in _NO_RIVALS else RIVAL_RULES,
                _MATERIALS[kind],
                ASPECTS[aspect],
            )
            yield Topic(
                name=f"{kind} {aspect}",
                is_relevant=kind == "high-nickel",
                weights=_material_weights(kind, aspect, aspects),
                cpc_symbols=_KIND_CPC[kind],
                kinds=(kind,),
                rivals=RIVALS_OF_HIGH_NICKEL if kind == "high-nickel" else RIVALS,
                grammars={kind: grammar},
            )


def _material_weights(kind: str, aspect: str, aspects: Sequence[str]) -> Weights:
    first, second, third = (
        of_kind * of_aspect / sum(_ASPECT_WEIGHTS[other][era] for other in aspects)
        for era, (of_kind, of_aspect) in enumerate(
            zip(_KIND_WEIGHTS[kind], _ASPECT_WEIGHTS[aspect], strict=True)
        )
    )
    return first, second, third


def _other_topics() -> Iterator[Topic]:
    rules = {**CELL_TOPICS, **NEIGHBOUR_TOPICS}
    for name, (weights, cpc_symbols) in _OTHERS.items():
        yield Topic(
            name=name,
            is_relevant=False,
            weights=weights,
            cpc_symbols=cpc_symbols,
            kinds=PARTNERS,
            rivals=PARTNERS,
            grammars={
                kind: Grammar(
                    REMARK_RULES,
                    _MATERIALS[kind],
                    PARTNER_RULES,
                    rules[name],
                )
                for kind in dict.fromkeys(PARTNERS)
            },
        )
