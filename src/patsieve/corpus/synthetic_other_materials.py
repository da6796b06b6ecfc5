"""Materials that are not layered nickel oxides, but whose patents read alike.

They are coated, doped, precipitated and calcined as those are, and serve beside them or in their
place. Each kind has many names, as the things themselves have.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from patsieve.corpus.synthetic_grammar import Rules


def _rules(
    names: tuple[str, ...],
    *,
    nouns: tuple[str, ...],
    qualifiers: tuple[str, ...],
    calcination: str,
    troubles: Sequence[str] = ("a low energy density", "slow kinetics"),
    **more: Sequence[str],
) -> Rules:
    return {
        "noun": nouns,
        "qualifier": qualifiers,
        "qualified": ("{=qualifier}{=noun}",),
        "name": names,
        "compound": ("{=name}",),
        "claimed": ("{=name}", "{=name}", "a substance selected from {=name} and mixtures thereof"),
        "composition": (
            "The {=noun} is {=name}.",
            "For example, {=name} is used as the {=noun}.",
            "The {=noun} essentially consists of {=name}.",
        ),
        "own": ("{=name}",),
        "as mentioned": names,
        "trouble": troubles,
        "hydroxide": ("a mixed metal hydroxide", "a mixed carbonate", "a basic metal salt"),
        "calcination": (calcination,),
        "alkali_source": ("lithium carbonate", "lithium hydroxide"),
        **more,
    }


_CATHODE = ("{~cathode} active material", "{~cathode} active material", "{~cathode} material")
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
        "cobalt oxide": _rules(
            (
                "lithium cobalt oxide",
                "LiCoO2",
                "lithium cobaltate with a little aluminum",
                "LiCo0.97Al0.02Mg0.01O2",
                "a layered cobalt oxide for charging to {4.45..4.55/0.05} V",
            ),
            nouns=(*_CATHODE, "lithium composite oxide", "lithium metal oxide"),
            qualifiers=("", "high-voltage ", "cobalt-based ", "layered "),
            troubles=("the scarcity of cobalt", "a high raw material price", "a limited capacity"),
            calcination="in air at {900..1030/10} °C",
        ),
        "iron phosphate": _rules(
            (
                "lithium iron phosphate",
                "LiFePO4",
                "carbon-coated LiFePO4",
                "a phosphate of the olivine type",
                "LFP",
                "a lithium phosphate whose metal is iron",
            ),
            nouns=(*_CATHODE, "phosphate powder"),
            qualifiers=("", "olivine-type ", "phosphate-based ", "iron-based "),
            troubles=("a low working voltage", "a low volumetric energy density"),
            calcination="in nitrogen at {600..750/10} °C",
        ),
        "manganese phosphate": _rules(
            (
                "lithium manganese iron phosphate",
                "LiMn0.6Fe0.4PO4",
                "LMFP",
                "LiMn0.83Fe0.17PO4",
                "an olivine in which manganese exceeds iron",
                "lithium vanadium phosphate",
            ),
            nouns=(*_CATHODE, "phosphate powder"),
            qualifiers=("", "olivine-type ", "manganese-rich ", "nano-sized "),
            troubles=("poor electronic conductivity", "a low compaction density"),
            calcination="at {600..720/10} °C in argon",
        ),
        "spinel": _rules(
            (
                "LiMn2O4",
                "spinel-type lithium manganate",
                "LiNi0.5Mn1.5O4",
                "a nickel manganese spinel of the 5 V class",
                "lithium manganese oxide",
                "LiNi0.45Cr0.1Mn1.45O4",
            ),
            nouns=(*_CATHODE, "lithium composite oxide", "lithium metal oxide"),
            qualifiers=("", "spinel-type ", "manganese-based ", "high-potential "),
            troubles=("manganese dissolution", "a limited capacity"),
            calcination="in air at {750..900/10} °C",
        ),
        "lithium-rich oxide": _rules(
            (
                "Li1.2Ni0.13Co0.13Mn0.54O2",
                "a lithium-rich manganese-based oxide",
                "a solid solution of Li2MnO3 and LiMO2",
                "a disordered rock-salt oxyfluoride",
                "Li1.15Ni0.25Mn0.6O2",
                "an overlithiated layered oxide",
            ),
            nouns=(*_CATHODE, "lithium composite oxide", "lithium metal oxide"),
            qualifiers=("", "lithium-rich ", "manganese-rich ", "cobalt-free "),
            troubles=("voltage fade", "a large first-cycle loss"),
            calcination="in air at {820..950/10} °C",
        ),
        "sodium oxide": _rules(
            (
                "NaNi1/3Fe1/3Mn1/3O2",
                "a layered sodium metal oxide of the O3 type",
                "Na0.67Ni0.33Mn0.67O2",
                "a sodium nickel manganese oxide",
                "Na0.85Ni0.3Mn0.55Ti0.15O2",
            ),
            nouns=(*_CATHODE, "sodium composite oxide"),
            qualifiers=("", "sodium-ion ", "layered ", "P2-type "),
            calcination="in air at {820..950/10} °C",
            alkali_source=("sodium carbonate", "sodium hydroxide"),
        ),
        "sodium polyanion": _rules(
            (
                "Na3V2(PO4)3",
                "Prussian white",
                "sodium iron hexacyanoferrate",
                "sodium vanadium fluorophosphate",
                "Na4Fe3(PO4)2P2O7",
            ),
            nouns=_CATHODE,
            qualifiers=("", "sodium-ion ", "polyanionic "),
            calcination="in argon at {500..700/10} °C",
            alkali_source=("sodium carbonate", "sodium citrate"),
        ),
        "conversion cathode": _rules(
            (
                "a sulfur-carbon composite",
                "sulfurized polyacrylonitrile",
                "vanadium pentoxide",
                "iron trifluoride in a carbon matrix",
                "a selenium-containing carbon",
            ),
            nouns=_CATHODE,
            qualifiers=("", "lithium-free ", "high-capacity "),
            calcination="in argon at {250..450/10} °C",
        ),
        "graphite": _rules(
            (
                "natural graphite",
                "artificial graphite made from needle coke",
                "mesocarbon microbeads",
                "spheroidized graphite coated with pitch",
                "expanded graphite",
            ),
            nouns=(*_ANODE, "graphite powder"),
            qualifiers=("", "carbonaceous ", "graphite-based ", "fast-charging "),
            troubles=("lithium plating on fast charging", "a limited capacity"),
            calcination="in nitrogen at {1000..1300/50} °C",
            **_NEGATIVE,
        ),
        "silicon": _rules(
            (
                "silicon oxide SiOx",
                "a silicon-carbon composite",
                "silicon nanoparticles in porous carbon",
                "magnesium-doped silicon oxide",
                "a silicon-tin alloy",
                "pre-lithiated silicon monoxide",
            ),
            nouns=(*_ANODE, "composite particles"),
            qualifiers=("", "silicon-containing ", "high-capacity ", "silicon-based "),
            troubles=("volume expansion", "a large first-cycle loss"),
            calcination="in argon at {600..1000/50} °C",
            **_NEGATIVE,
        ),
        "other anode": _rules(
            (
                "hard carbon made from biomass",
                "lithium titanate",
                "titanium niobium oxide",
                "Li4Ti5O12",
                "tin phosphide in carbon",
                "soft carbon",
            ),
            nouns=_ANODE,
            qualifiers=("", "long-life ", "low-temperature "),
            calcination="in argon at {700..1100/50} °C",
            **_NEGATIVE,
        ),
        "solid electrolyte": _rules(
            (
                "an argyrodite Li6PS5Cl",
                "a thiophosphate glass ceramic",
                "Li7La3Zr2O12",
                "a garnet-type oxide containing tantalum",
                "lithium aluminum titanium phosphate",
                "a lithium yttrium chloride",
            ),
            nouns=("solid electrolyte", "solid electrolyte powder", "ion conductor"),
            qualifiers=("", "sulfide-based ", "inorganic ", "lithium-ion-conducting "),
            calcination="in argon at {400..600/10} °C",
            ceramic=("{=name}",),
        ),
        "filler": _rules(
            ("boehmite", "alpha-alumina", "magnesium hydroxide", "carbon nanotubes", "graphene"),
            nouns=("inorganic filler", "functional powder", "electrode additive"),
            qualifiers=("", "plate-like ", "finely divided "),
            calcination="at {300..1100/50} °C",
        ),
        "nickel hydroxide": _rules(
            (
                "nickel hydroxide containing {80..96} mol% of nickel, cobalt and zinc",
                "a nickel hydroxide powder covered with cobalt oxyhydroxide",
                "nickel oxyhydroxide with a nickel proportion of {85..96} mol%",
            ),
            nouns=("{~cathode} active material", "nickel hydroxide powder"),
            qualifiers=("", "nickel-based ", "high-density "),
            calcination="in air at {80..300/10} °C",
            **_ALKALINE,
        ),
        "nickel catalyst": _rules(
            (
                "nickel on alumina with {80..92} mol% of nickel",
                "lanthanum nickelate",
                "a nickel-rich layered double hydroxide",
                "a nickel-iron oxyhydroxide",
                "a high-nickel alloy powder",
                "a perovskite containing nickel and cobalt",
            ),
            nouns=("catalyst", "electrode catalyst", "nickel-containing powder"),
            qualifiers=("", "nickel-based ", "high-nickel "),
            calcination="in hydrogen at {300..700/10} °C",
            **_CHEMISTRY,
        ),
    }
)
"""By kind the rules ``noun``, ``qualified``, ``compound``, ``claimed``, ``composition`` …"""
