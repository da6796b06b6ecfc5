"""Materials that are no cathodes of lithium cells, but whose patents read like those of some.

They are coated, doped, precipitated and calcined as those are, and serve beside them. Each kind has
many names, as the things themselves have.
"""

from collections.abc import Mapping
from types import MappingProxyType

from patsieve.corpus.synthetic_grammar import Rules
from patsieve.corpus.synthetic_named_material import named_material

_ANODE = ("{~anode} active material", "{~anode} material", "{~anode} active material")
_NEGATIVE: Rules = {
    "pole": ("{~anode}",),
    "opposite pole": ("{~cathode} of {rival}", "{~cathode} containing {rival}"),
    "anode_material": ("{=name}",),
}
_ALKALINE: Rules = {
    "use": ("alkaline storage battery", "nickel-metal hydride battery", "nickel-zinc battery"),
    "field": ("alkaline storage batteries",),
    "effect": (
        "The utilization of nickel at {45..60/5} °C is {83..98} %.",
        "The self-discharge is {~reduced} and the charging efficiency is {~improved}.",
    ),
    "benefit": ("raising the utilization at high temperature", "suppressing self-discharge"),
    "cell remark": (
        "The electrolyte is a {6..8} M aqueous potassium hydroxide solution.",
        "A hydrogen storage alloy is used for the {~anode}.",
        "A foamed nickel substrate is filled with a paste of the {=noun}.",
    ),
    "cell limit": ("zinc is contained at {1..6} mol%", "the cobalt has a valence of {2.5..3.2}"),
    "contrast": (
        "Compared with lithium batteries using {rival}, the safety is superior.",
        "Unlike {rival}, the {=noun} is used in an aqueous electrolyte.",
        "The method is similar to that for precursors of {rival}, but no lithium is added.",
    ),
    "rival limit": ("the powder is obtained together with a precursor of {rival}",),
    "aside": ("A precursor of {rival} can be obtained with the same reactor.",),
}
_CHEMISTRY: Rules = {
    "use": ("hydrogen production", "a fuel cell", "water electrolysis", "exhaust gas treatment"),
    "field": ("inorganic chemistry", "hydrogen energy", "catalysis"),
    "effect": (
        "The activity is kept at {80..96} % after {100..1000/100} hours.",
        "The overpotential is {~reduced}, and the durability is {~improved}.",
    ),
    "benefit": ("maintaining the activity for a long time", "reducing the overpotential"),
    "cell remark": (
        "The {=noun} is reduced in hydrogen before use.",
        "The conversion of methane at {600..800/50} °C is {80..96} %.",
        "The electrode is operated at {0.2..1.0} A/cm2.",
        "The {=noun} is supported on a porous carrier.",
    ),
    "cell limit": (
        "a nickel content is {80..96} mol% or more of the metal elements",
        "a pore volume is {0.2..0.9} mL/g",
    ),
    "contrast": (
        "Nickel recovered from {rival} may be used as a raw material.",
        "The layered structure resembles that of {rival}.",
        "Spent {rival} are leached to obtain the nickel salt.",
    ),
    "rival limit": ("at least a part of the nickel stems from spent {rival}",),
    "aside": ("Other nickel compounds, among them {rival}, showed no activity.",),
}

OTHER_MATERIALS: Mapping[str, Rules] = MappingProxyType(
    {
        "graphite": named_material(
            (
                "natural graphite",
                "artificial graphite made from needle coke",
                "mesocarbon microbeads",
                "spheroidized graphite coated with pitch",
                "expanded graphite",
                "flake graphite",
                "graphitized petroleum coke",
                "a carbon from coal tar",
                "graphite with a turbostratic shell",
                "kish graphite",
                "isotropic coke",
            ),
            nouns=(*_ANODE, "graphite powder"),
            qualifiers=("", "carbonaceous ", "graphite-based ", "fast-charging "),
            troubles=("lithium plating on fast charging", "a limited capacity"),
            calcination="in nitrogen at {1000..1300/50} °C",
            **_NEGATIVE,
        ),
        "silicon": named_material(
            (
                "silicon oxide SiOx",
                "a silicon-carbon composite",
                "silicon nanoparticles in porous carbon",
                "magnesium-doped silicon oxide",
                "a silicon-tin alloy",
                "pre-lithiated silicon monoxide",
                "silicon deposited from silane",
                "tin-cobalt alloy",
                "antimony in carbon",
                "red phosphorus on carbon black",
                "germanium nanowires",
                "an aluminum foil alloyed with lithium",
                "lithium silicate with silicon grains",
                "an iron silicide",
                "milled wafer scrap",
            ),
            nouns=(*_ANODE, "composite particles"),
            qualifiers=("", "silicon-containing ", "high-capacity ", "silicon-based "),
            troubles=("volume expansion", "a large first-cycle loss"),
            calcination="in argon at {600..1000/50} °C",
            **_NEGATIVE,
        ),
        "other anode": named_material(
            (
                "hard carbon made from biomass",
                "lithium titanate",
                "titanium niobium oxide",
                "Li4Ti5O12",
                "tin phosphide in carbon",
                "soft carbon",
                "niobium pentoxide",
                "iron oxide Fe3O4",
                "nickel oxide nanosheets",
                "molybdenum disulfide",
                "anatase",
                "a MXene",
                "lithium vanadium oxide Li3VO4",
                "cobalt ferrite",
                "carbonized coconut shell",
                "tungsten niobate",
            ),
            nouns=_ANODE,
            qualifiers=("", "long-life ", "low-temperature "),
            calcination="in argon at {700..1100/50} °C",
            **_NEGATIVE,
        ),
        "solid electrolyte": named_material(
            (
                "an argyrodite Li6PS5Cl",
                "a thiophosphate glass ceramic",
                "Li7La3Zr2O12",
                "a garnet-type oxide containing tantalum",
                "lithium aluminum titanium phosphate",
                "a lithium yttrium chloride",
                "Li10GeP2S12",
                "an antiperovskite Li3OCl",
                "lithium lanthanum titanate",
                "lithium phosphorus oxynitride",
                "a closo-borate",
                "lithium indium chloride",
                "polyethylene oxide with LiTFSI",
                "a sodium beta-alumina",
                "lithium borosilicate glass",
            ),
            nouns=("solid electrolyte", "solid electrolyte powder", "ion conductor"),
            qualifiers=("", "sulfide-based ", "inorganic ", "lithium-ion-conducting "),
            calcination="in argon at {400..600/10} °C",
            ceramic=("{=name}",),
        ),
        "filler": named_material(
            (
                "boehmite",
                "alpha-alumina",
                "magnesium hydroxide",
                "carbon nanotubes",
                "graphene",
                "fumed silica",
                "barium titanate",
                "acetylene black",
                "a zeolite",
                "aluminum nitride",
                "vapor-grown carbon fibers",
                "lithium oxalate",
                "barium sulfate",
                "Li5FeO4 as a lithium donor",
                "hydrotalcite",
            ),
            nouns=("inorganic filler", "functional powder", "electrode additive"),
            qualifiers=("", "plate-like ", "finely divided "),
            calcination="at {300..1100/50} °C",
        ),
        "nickel hydroxide": named_material(
            (
                "nickel hydroxide containing {80..96} mol% of nickel, cobalt and zinc",
                "a nickel hydroxide powder covered with cobalt oxyhydroxide",
                "nickel oxyhydroxide with a nickel proportion of {85..96} mol%",
                "spherical beta-nickel hydroxide",
                "an aluminum-substituted alpha-nickel hydroxide",
            ),
            nouns=("{~cathode} active material", "nickel hydroxide powder"),
            qualifiers=("", "nickel-based ", "high-density "),
            calcination="in air at {80..300/10} °C",
            **_ALKALINE,
        ),
        "nickel catalyst": named_material(
            (
                "nickel on alumina with {80..92} mol% of nickel",
                "lanthanum nickelate",
                "a nickel-rich layered double hydroxide",
                "a nickel-iron oxyhydroxide",
                "a high-nickel alloy powder",
                "a perovskite containing nickel and cobalt",
                "Raney nickel",
                "nickel ferrite",
                "nickel phosphide",
                "praseodymium nickelate",
                "a nickel-zirconia cermet",
                "nickel molybdate",
            ),
            nouns=("catalyst", "electrode catalyst", "nickel-containing powder"),
            qualifiers=("", "nickel-based ", "high-nickel "),
            calcination="in hydrogen at {300..700/10} °C",
            **_CHEMISTRY,
        ),
    }
)
"""By kind the rules that `named_material` returns."""
