"""Phrases of made-up patents on what surrounds a positive electrode material in a cell.

None of them is relevant to high-nickel materials, and most describe one: ``{compound}`` and
``{claimed}`` stand here for the material of the cell, not for the invention, ``{=thing}``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from patsieve.corpus.synthetic_grammar import Rules

_ELECTROLYTE: Rules = {
    "thing": ("electrolyte", "non-aqueous electrolyte", "electrolyte solution", "additive"),
    "field": ("electrolytes for {~batteries}", "{~batteries}"),
    "title": (
        "{=thing} and {~battery} {~comprising} the same",
        "{=thing} for {~battery} with improved high-temperature storage",
        "{~battery}",
        "{~battery} {~comprising} a nickel-based {~cathode}",
        "electrochemical device",
        "compound and use thereof in {~batteries}",
    ),
    "core": (
        "a {=thing} {~comprising} {=salt}, {=solvent} and {=additive}",
        "a {~battery} {~comprising} a {~cathode} of {cell_material}, a {~anode} and a {=thing}, {~wherein}"
        " the {=thing} contains {=additive}",
        "the use of {=additive} for covering the surface of {cell_material} with a film in the first"
        " charge",
        "a {~battery} {~comprising} a {~anode} of {=anode_material} and a {~cathode} that contains"
        " {cell_material}, {~wherein} the solvent is {=solvent} with {=additive}",
        "a liquid of {=solvent}, {=salt} and {=additive} by which {cell_material} is kept from dissolving",
    ),
    "own remark": (
        "The content of {=additive} is {0.1..3.0} wt% based on the total weight.",
        "The additive is oxidized before the solvent and covers the active sites.",
        "Traces of hydrogen fluoride are scavenged.",
        "The viscosity at 25 °C is {2.5..6.0} mPa·s.",
        "The ionic conductivity is {6..12} mS/cm.",
        "Metal ions dissolved from the {=noun} are captured.",
        "The solvent has a flash point of {60..150/10} °C and is hard to ignite.",
        "A mixture of chain and cyclic esters is used as the solvent.",
        "The salt hydrolyzes less than usual, so that no acid is formed.",
        "The liquid wets the separator within seconds.",
        "The decomposition potential of the liquid is {4.5..5.2} V.",
    ),
    "claim": (
        "a {~battery} {~comprising}: a {~cathode} {~comprising} {claimed}; a {~anode}; a separator;"
        " and a {=thing} {~comprising} {=additive} in an amount of {0.1..3.0} wt%",
        "a {=thing} for a {~battery}, {~comprising}: {=salt}; {=solvent}; and {=additive} in an"
        " amount of {0.1..3.0} wt%, the {~battery} having a {~cathode} of {claimed}",
    ),
    "own limit": (
        "a water content is {10..50/10} ppm or less",
        "a film containing phosphorus and fluorine is formed on the {~cathode}",
        "the concentration of {=salt} is {0.8..1.5} mol/L",
    ),
}
_SEPARATOR: Rules = {
    "thing": ("separator", "porous membrane", "microporous film", "composite separator"),
    "field": ("separators for {~batteries}",),
    "title": (
        "{=thing} and {~battery}",
        "{=thing} having a heat-resistant layer",
        "{~battery} using a coated {=thing}",
        "{~battery}",
    ),
    "core": (
        "a {=thing}, being {=film} with a coating that captures metal ions dissolved from"
        " {cell_material}",
        "a {~battery} having a {~cathode} of {cell_material} and {=film} as a {=thing}, in which a"
        " heat-resistant layer faces the {~cathode}",
        "a {=thing} on the basis of {=film} for cells with {=anode_material}",
    ),
    "own remark": (
        "Boehmite or alumina particles with a D50 of {0.3..1.2} µm are bound by {=binder}.",
        "The air permeability is {90..300/10} s/100 mL.",
        "The heat shrinkage at {130..180/10} °C is {1..8} % or less.",
        "The peel strength of the layer is {20..90/10} N/m.",
        "Oxygen released from the {~cathode} is kept from reaching the {~anode}.",
        "The pores close at {125..140/5} °C and stop the current.",
        "The film is stretched in two directions and its plasticizer extracted.",
        "The coating slurry is applied by gravure roll.",
        "The tensile strength in machine direction is {100..200/10} MPa.",
    ),
    "claim": (
        "a {=thing} for a {~battery}, {~comprising}: a porous polymer substrate; and a coating layer"
        " containing inorganic particles and {=binder}",
        "a {~battery} {~comprising} a {~cathode} containing {claimed}, a {~anode} and a {=thing},"
        " {~wherein} the {=thing} has a heat-resistant layer on the side of the {~cathode}",
    ),
    "own limit": (
        "a thickness of the layer is {1..5} µm",
        "a pore diameter is {30..90/10} nm",
        "a puncture strength is {3.0..6.0} N or more",
    ),
}
_ELECTRODE: Rules = {
    "thing": (
        "binder composition",
        "conductive paste",
        "{~cathode} slurry",
        "current collector",
        "conductive dispersion",
        "undercoat",
    ),
    "field": ("electrodes of {~batteries}",),
    "title": (
        "{=thing} for a {~cathode}",
        "{~cathode}, method for producing the same, and {~battery}",
        "{=thing} and electrode {~comprising} the same",
        "{~cathode} for {~battery}",
    ),
    "core": (
        "a {=thing} for a {~cathode}, {~comprising} {=binder}, a dispersant and {=conductor}",
        "a {~cathode} in which a layer of {cell_material} adheres to a foil by means of a {=thing} of"
        " {=binder} and {=conductor}",
        "a {=thing} containing {=binder}, with which a mixture of {cell_material} does not gel on"
        " standing",
        "a method of coating a foil with {cell_material} without a solvent, using {=binder}",
    ),
    "own remark": (
        "The viscosity of the slurry rises by less than {10..50/10} % within a day.",
        "Alkali brought in by the {=noun} is neutralized by an organic acid.",
        "The adhesion to the foil is {15..60/5} N/m.",
        "The resistance of the layer is {2..20} Ω·cm.",
        "The solid content is {60..80} wt%.",
        "The polymer is obtained by emulsion polymerization of an acrylate.",
        "Agglomerates of the carbon are broken in a bead mill.",
        "Drying takes place in an oven with three heating zones.",
        "The layer does not crack when the electrode is bent around a rod of {2..8} mm.",
    ),
    "claim": (
        "a {=thing} for a {~cathode} that includes {claimed}, {~comprising} {=binder}, {=conductor}"
        " and an organic solvent, the {=conductor} being contained in an amount of {0.2..3.0} parts"
        " by weight",
        "a {~cathode} {~comprising} a current collector and a mixture layer containing {claimed},"
        " {=binder} and {=conductor}, {~wherein} an undercoat of {0.5..3.0} µm lies between the"
        " collector and the mixture layer",
    ),
    "own limit": (
        "{=binder} has a weight-average molecular weight of {300000..1200000/100000}",
        "a viscosity at a shear rate of 10 1/s is {2000..9000/500} mPa·s",
        "a dispersant is contained at {0.1..1.0} wt%",
    ),
}
_SOLID: Rules = {
    "thing": (
        "solid electrolyte",
        "all-solid-state battery",
        "electrolyte layer",
        "composite electrolyte",
    ),
    "field": ("all-solid-state batteries",),
    "title": (
        "{=thing} and method for producing the same",
        "{~cathode} composite and {=thing}",
        "ion conductor",
        "{=thing}",
    ),
    "core": (
        "a {=thing} containing {=ceramic} doped with {dopant}",
        "an all-solid-state cell having {=ceramic} between {=anode_material} and a {~cathode} of"
        " {cell_material}",
        "a {=thing} with a {~cathode} layer, {~wherein} {cell_material} having a coating layer of"
        " {coat} is pressed together with {=ceramic}",
    ),
    "own remark": (
        "The ionic conductivity at 25 °C is {1.5..9.0} mS/cm.",
        "The raw materials are milled and calcined at {400..600/10} °C in argon.",
        "A sheet is pressed at {200..600/50} MPa.",
        "The relative density of the layer is {83..97} %.",
        "Hydrogen sulfide set free in moist air is below {1..9} ppm.",
        "The green sheet is sintered between setter plates.",
        "The interfacial resistance toward lithium metal is {5..40/5} Ω·cm2.",
        "Dendrites do not penetrate the layer at {0.5..2.0} mA/cm2.",
    ),
    "claim": (
        "a {=thing} {~comprising} {=ceramic} and having a peak at 2θ = {25.2..25.8}° in an X-ray"
        " diffraction pattern",
        "an all-solid-state battery {~comprising} a {~cathode} layer containing {claimed} and"
        " {=ceramic}, a separating layer and a {~anode} layer, {~wherein} a porosity of the"
        " {~cathode} layer is {1..9} % or less",
    ),
    "own limit": (
        "an ionic conductivity is {1.0..8.0} mS/cm or more",
        "a molar ratio of bromine to chlorine is {0.1..0.9}",
        "a confining pressure is {1..20} MPa",
    ),
}
_CELL_DESIGN: Rules = {
    "thing": ("electrode assembly", "{shape} cell", "electrode tab", "cell", "electrode stack"),
    "field": ("cell construction",),
    "title": ("{=thing}", "{=thing} and {~battery}", "{~battery}", "{~battery} of high capacity"),
    "core": (
        "an arrangement of a {=thing} in which {=film} is folded around plates coated with"
        " {cell_material}",
        "a {~battery} {~comprising} a {=thing}, in which the {~cathode} containing {cell_material} has"
        " an uncoated edge and is wider than the {~anode} by {0.5..3.0} mm",
        "a {~cathode} with grooves made by a laser in a layer of {cell_material}",
        "a {=thing} with two layers of different porosity, both of {cell_material} and {=binder}",
    ),
    "own remark": (
        "The number of windings is {12..40}.",
        "The tab is welded to the foil by ultrasound.",
        "An insulating tape covers the edge of the layer.",
        "The porosity of the {~cathode} layer is {15..30} %.",
        "The can is closed by laser welding of a lid with a safety vent.",
        "A terminal is insulated from the lid by a gasket.",
        "Two tabs leave the stack on opposite sides.",
        "Wrinkles of the foil at the winding start are avoided.",
    ),
    "claim": (
        "a {~battery} {~comprising} a wound body of a {~cathode} containing {claimed}, a {~anode} and"
        " a separator, {~wherein} a tab protrudes at {3..9} points of the winding",
        "a {=thing} {~comprising} a {~cathode} plate and a {~anode} plate, the {~cathode} plate"
        " having an inclined edge of {0.5..3.0} mm and a layer of {claimed}",
    ),
    "own limit": (
        "an insulating layer of {10..60/10} µm covers the edge",
        "the foil has a thickness of {8..15} µm",
        "a ratio of length to width is {1.5..6.0}",
    ),
}
CELL_TOPICS: Mapping[str, Rules] = MappingProxyType(
    {
        name: {"short": ("a {=thing}", "a {=thing} for {~batteries}"), **rules}
        for name, rules in (
            ("electrolyte", _ELECTROLYTE),
            ("separator", _SEPARATOR),
            ("electrode making", _ELECTRODE),
            ("solid state", _SOLID),
            ("cell design", _CELL_DESIGN),
        )
    }
)
"""For each part of a cell ``title core short claim field``, ``own remark`` and ``own limit``."""
