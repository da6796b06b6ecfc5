"""Phrases of made-up patents around batteries as a whole: use, reuse, and nickel elsewhere.

As in `synthetic_cells`, ``{compound}`` and ``{claimed}`` are not the invention.
"""

from collections.abc import Mapping
from types import MappingProxyType

from patsieve.corpus.synthetic_grammar import Rules

_PACK: Rules = {
    "thing": ("battery pack", "battery module", "battery system", "energy storage apparatus"),
    "short": ("a {=thing}",),
    "field": ("traction batteries", "energy storage"),
    "title": (
        "{=thing} and vehicle {~comprising} the same",
        "method for detecting thermal runaway of a {=thing}",
        "{=thing} with venting channel",
        "apparatus and method for estimating a state of a {~battery}",
    ),
    "core": (
        "a {=thing} (10) {~comprising} a plurality of cells (12), a housing (14) and a barrier"
        " plate (16) that separates adjacent cells",
        "a {=thing} in which cells with {cell_material} and cells with lithium iron phosphate are"
        " arranged alternately",
        "a method for estimating the ageing of {cell_material} in a {=thing} from a voltage curve",
    ),
    "own remark": (
        "Gas from a cell (12) is led through a venting channel (22) to the outside.",
        "The barrier plate (16) is made of mica or aerogel with a thickness of {0.5..3.0} mm.",
        "A controller (30) compares the temperature gradient with a threshold of {1..10} K/s.",
        "The state of charge is limited to {80..95/5} % when the resistance has grown.",
        "Thermal propagation to the next cell is delayed by {5..30/5} minutes.",
        "The coolant flows through a plate (18) below the cells.",
        "The busbars (20) are welded to the terminals.",
        "A battery management unit balances the cells.",
        "The vehicle is warned before smoke enters the passenger compartment.",
    ),
    "claim": (
        "a {=thing} {~comprising}: a plurality of cells arranged in a stacking direction; a housing"
        " accommodating the cells; and a barrier member disposed between adjacent cells, the"
        " barrier member having a thermal conductivity of {0.02..0.50} W/mK",
        "a method for estimating a state of a {~battery} whose {~cathode} contains {claimed},"
        " comprising: recording a voltage curve; forming its derivative with respect to the"
        " capacity; and comparing the position of a peak with a stored value",
    ),
    "own limit": (
        "each cell has a {~cathode} {~comprising} {claimed}",
        "a controller opens a relay when the temperature exceeds {60..120/10} °C",
        "the housing has a venting opening closed by a membrane",
        "a compressible pad of {1..5} mm lies between the cells",
    ),
}
_OPERATION: Rules = {
    "thing": ("charging method", "formation method", "ageing method", "sorting method"),
    "short": ("a {=thing} for {~batteries}",),
    "field": ("manufacture of {~batteries}", "operation of {~batteries}"),
    "title": (
        "{=thing} for {~battery}",
        "method for activating a {~battery}",
        "method for extending the life of a {~battery}",
    ),
    "core": (
        "a {=thing} for a {~battery} whose {~cathode} contains {cell_material}, in which the current is"
        " lowered stepwise",
        "a {=thing} in which a cell with {cell_material} and {=anode_material} is kept at"
        " {40..65/5} °C before it is sealed",
    ),
    "own remark": (
        "The first charge is made at {0.05..0.20}C up to {3.4..3.9} V.",
        "Gas formed in the first charge is removed through a pocket of the pouch.",
        "A pressure of {0.1..0.9} MPa is applied from outside.",
        "The open-circuit voltage is measured after {12..72/12} hours.",
        "Cells with a high self-discharge are rejected.",
        "Trays with cells pass through a climate chamber.",
        "The charging time is shortened by {10..40/5} %.",
    ),
    "claim": (
        "a {=thing} for a {~battery} {~comprising} a {~cathode} that contains {claimed}, the method"
        " comprising: charging with a first current up to a state of charge of {30..80/10} %;"
        " resting; and charging with a second current that is {0.3..0.9} times the first",
    ),
    "own limit": (
        "a temperature is kept at {40..65/5} °C for {6..48/6} hours",
        "a voltage is held constant until the current falls to {0.02..0.10}C",
        "a degassing step follows the first charge",
    ),
}
_TESTING: Rules = {
    "thing": ("analysis method", "inspection method", "evaluation method", "simulation method"),
    "short": ("a {=thing}",),
    "field": ("measuring technology",),
    "title": (
        "{=thing} for {=noun}",
        "method for determining impurities in {=noun}",
        "{=thing} and apparatus",
    ),
    "core": (
        "a {=thing} in which a sample of {cell_material} is dissolved and titrated to determine"
        " residual alkali",
        "a {=thing} that predicts cracks in particles of {cell_material} from tomographic images",
        "a {=thing} for magnetic foreign matter in powders such as {cell_material}",
    ),
    "own remark": (
        "An electrode is rinsed and examined under an electron microscope.",
        "A model is trained on {100..900/100} images.",
        "The relative standard deviation of repeated determinations is {0.5..3.0} %.",
        "An end point of the titration lies at pH {4.0..8.5}.",
        "The sample is embedded in resin and polished with an ion beam.",
        "The spectrum is compared with those of reference substances.",
        "Measured values are stored and displayed by a computer.",
    ),
    "claim": (
        "a {=thing} comprising: weighing a sample of {claimed}; stirring it in a solvent; filtering;"
        " and titrating the filtrate with {0.02..0.50} mol/L hydrochloric acid to an end point",
        "a {=thing} comprising: taking an image of a section through {claimed}; finding the outlines"
        " of the particles; and calculating a share of cracked particles",
    ),
    "own limit": (
        "the solvent is an alcohol",
        "a sample has a mass of {1..20} g",
        "the determination is repeated {3..6} times",
    ),
}
_RECYCLING: Rules = {
    "thing": ("spent {~battery}", "black mass", "waste {~cathode} material", "{~cathode} scrap"),
    "short": ("a treatment of {=thing}", "a recovery of metals from {=thing}"),
    "field": ("recycling of waste {~batteries}", "hydrometallurgy"),
    "title": (
        "method for recovering valuable metals from {=thing}",
        "process for recycling {=thing}",
        "recovery of lithium and nickel from {=noun}",
        "leaching of {=thing}",
    ),
    "core": (
        "a method for recovering nickel, cobalt and lithium from {=thing}, in which {cell_material} is"
        " roasted with carbon and leached with {acid}",
        "a process in which {=thing} is leached with {acid} and nickel is separated from cobalt by"
        " {extraction}",
        "a method for selective extraction of lithium from {cell_material} contained in {=thing}",
    ),
    "acid": (
        "sulfuric acid",
        "water",
        "citric acid",
        "hydrochloric acid",
        "a deep eutectic solvent",
        "ammonia",
    ),
    "extraction": (
        "solvent extraction",
        "Cyanex 272",
        "ion exchange",
        "electrodialysis",
        "fractional crystallization",
        "a phosphonic acid extractant",
    ),
    "own remark": (
        "The nickel recovery rate is {83..98} %, the cobalt recovery rate {83..98} %.",
        "A pH value of {3.0..5.5} is set to precipitate aluminum and iron.",
        "The roasting is performed at {500..750/10} °C in nitrogen for {1..4} hours.",
        "Nickel sulfate and lithium carbonate of battery grade are crystallized.",
        "The mixed hydroxide obtained has a molar ratio Ni/(Ni+Co+Mn) of {0.50..0.92}.",
        "The recovered salts can be used to produce a {=noun} again.",
        "Copper and aluminum foils are separated by screening and wind sifting.",
        "The electrolyte is evaporated in vacuum before shredding.",
        "The raffinate is neutralized and sodium sulfate crystallized.",
        "Graphite remains as a residue and is filtered off.",
    ),
    "claim": (
        "a method for recovering metals from {=thing} {~comprising} {claimed}, comprising: a heat"
        " treatment at {450..800/10} °C; leaching a lithium compound with water; and dissolving"
        " the residue in {acid} to obtain a solution containing nickel and cobalt",
        "a process for treating {=thing}, comprising the steps of: discharging, crushing and sieving"
        " to obtain a powder containing {claimed}; leaching the powder with {acid}; removing"
        " impurities; and separating manganese, cobalt and nickel by {extraction}",
    ),
    "own limit": (
        "the leaching temperature is {60..95/5} °C",
        "a solid to liquid ratio is {50..200/10} g/L",
        "a reducing agent is added in {1.0..2.0} times the stoichiometric amount",
        "at least {83..97} % of the nickel is dissolved",
    ),
}
_EQUIPMENT: Rules = {
    "thing": ("sagger", "roller kiln", "reaction vessel", "mixing apparatus", "rotary furnace"),
    "short": ("a {=thing}",),
    "field": ("industrial furnaces", "equipment for powder production"),
    "title": (
        "{=thing} for producing {=noun}",
        "{=thing}",
        "{=thing} with improved corrosion resistance",
        "exhaust gas device for {=thing}",
    ),
    "core": (
        "a {=thing} (1) for the calcination of {cell_material}, having a bottom layer (2) of spinel",
        "a {=thing} with a feeding port (3), a stirring shaft (5) and a gas distributor (7)",
        "a {=thing} whose lining withstands the attack of {alkali_source} when {cell_material} is"
        " calcined",
    ),
    "own remark": (
        "An oxygen supply pipe (9) is arranged below the conveying rollers.",
        "Carbon dioxide and water vapor are drawn off through an exhaust port (11).",
        "The number of uses before cracking increases to {15..40/5}.",
        "The wall (4) has a thickness of {8..20} mm.",
        "A servo motor (8) drives the paddles through a reduction gear.",
        "The refractory bricks consist of mullite and cordierite.",
        "Dust is separated in a cyclone (13).",
        "A stirring blade (6) of a nickel alloy with {60..83} wt% of nickel is used.",
    ),
    "claim": (
        "a {=thing} used for calcining {claimed}, {~comprising} a base layer and a surface layer in"
        " contact with the material, the surface layer containing spinel in an amount of"
        " {60..95/5} wt%",
        "a {=thing} {~comprising} a body, a feeding port at one end of the body, a discharging port"
        " at the other end and a plurality of gas pipes extending into the body",
    ),
    "own limit": (
        "the surface layer has a thickness of {1..5} mm",
        "an apparent porosity is {15..28} % or less",
        "the gas pipes are inclined by {10..45/5}° to a horizontal plane",
        "an oxygen concentration inside is kept at {80..98} vol% or more",
    ),
}
NEIGHBOUR_TOPICS: Mapping[str, Rules] = MappingProxyType(
    {
        "pack": _PACK,
        "operation": _OPERATION,
        "testing": _TESTING,
        "recycling": _RECYCLING,
        "equipment": _EQUIPMENT,
    }
)
"""For each field ``title core short claim field``, ``own remark`` and ``own limit``."""
