"""Phrases of made-up patents on electrode materials: what was done to the material.

Each aspect (a coating, a dopant, a precursor …) has its title, its core (what the invention is,
a noun phrase), its claim and some remarks. None of them says how much nickel there is: that is
the part of the composition, which they name by ``{compound}`` and in the claim by ``{claimed}``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from patsieve.corpus.synthetic_grammar import Rules

MATERIAL_TOPIC_RULES: Rules = {
    "use": ("{~battery}",),
    "pole": ("{~cathode}",),
    "opposite pole": ("{~anode} of {=anode_material}", "{~anode} containing {=anode_material}"),
    "short": ("a {qualified}", "a {=noun} for {=use}"),
    "field": ("{~battery} materials", "{~cathode} materials for {~batteries}", "new energy"),
    "plain title": (
        "{=noun}, method for producing the same, and {~battery} {~comprising} the same",
        "{=noun} for {=use}",
        "{~cathode} and {~battery} {~comprising} the same",
        "{qualified} and preparation method and application thereof",
        "{~battery}",
        "{qualified}, {~cathode} and {~battery} using the same",
    ),
    "parts": ("{60..69} to {31..40}", "70 to 30", "75 to 25", "80 to 20", "85 to 15"),
}
_COATING: Rules = {
    "title": (
        "{qualified} having a coating layer and method for producing the same",
        "surface-treated {=noun}",
        "{qualified} coated with {=coat} and preparation method thereof",
    ),
    "core": (
        "a {qualified} {~comprising} core particles of {compound} and a coating layer"
        " containing {=coat} on at least a part of their surface",
        "a surface-modified {qualified} in which particles of {compound} are covered with an"
        " island-shaped deposit of {=coat}",
        "a {qualified} obtained by dry mixing of {compound} with a coating source and by a heat"
        " treatment in which a film containing {=coat} is formed",
        "{compound} whose grain boundaries are filled with {=coat}",
    ),
    "own remark": (
        "The coating layer has a thickness of {5..80/5} nm.",
        "The coverage determined by photoelectron spectroscopy is {60..95/5} %.",
        "The coating source is deposited from the gas phase in {2..20} cycles.",
        "The layer conducts lithium ions and keeps the electrolyte away from the surface.",
    ),
    "claim": (
        "a {=noun} for a {=use}, {~comprising}: a core {~comprising} {claimed}; and a coating"
        " layer disposed on a surface of the core, the coating layer containing {=coat} in an"
        " amount of {0.05..2.00} parts by weight per 100 parts by weight of the core",
        "a method for producing a {=noun}, comprising the steps of: preparing particles of"
        " {claimed}; mixing the particles with a source of the coating; and heat-treating the"
        " mixture at {300..700/10} °C to form a coating containing {=coat}",
    ),
}
_DOPING: Rules = {
    "title": (
        "{qualified} doped with {=dopant}",
        "doped {=noun} and method for manufacturing the same",
        "{qualified} containing an additional element",
    ),
    "core": (
        "a {qualified} {~comprising} {compound} doped with {=dopant} in an amount of {0.1..2.5}"
        " mol%",
        "a doped {=noun}, {~wherein} {=dopant} is enriched at the grain boundaries of particles"
        " of {compound}",
        "a {qualified} in which {=dopant} occupies a part of the lattice sites of {compound}",
    ),
    "own remark": (
        "The dopant enlarges the spacing of the layers and eases the diffusion of ions.",
        "The dopant is introduced by {method}.",
        "The concentration of the dopant decreases from the surface toward the center.",
    ),
    "method": (
        "co-precipitation",
        "dry mixing before calcination",
        "spray pyrolysis",
        "ball milling",
    ),
    "claim": (
        "a {=noun} {~comprising} {claimed}, {~wherein} {=dopant} is contained as a doping element"
        " in an amount of {0.1..2.5} mol% and a concentration of the doping element at the"
        " grain boundaries is {1.2..5.0} times that in the interior",
        "a {=noun} {~comprising} {claimed}; and {=dopant} as an additive element, {~wherein} the"
        " additive element is present in the lattice at {500..9000/500} ppm",
    ),
}
_SINGLE_PARTICLE: Rules = {
    "title": (
        "single-crystal {qualified} and preparation method thereof",
        "monolithic {=noun} powder",
        "{qualified} in the form of single particles",
    ),
    "core": (
        "a {qualified} in the form of single particles of {compound} having an average diameter"
        " of {=d50} µm",
        "a single-crystal {=noun}, obtained by calcining a precursor with a flux in two stages,"
        " {~comprising} {compound}",
        "a powder of monolithic particles of {compound} free of grain boundaries",
    ),
    "d50": ("{2.0..5.5}",),
    "own remark": (
        "The single crystals show no cracking on pressing at {200..500/50} MPa.",
        "The flux is removed by washing.",
        "Agglomerates are opened in a jet mill.",
        "The electron backscatter image shows {1..3} grains per particle.",
    ),
    "claim": (
        "a {=noun} in the form of single particles or of pseudo-single particles consisting of"
        " {2..10} or fewer nodules, {~comprising} {claimed}, {~wherein} the nodules have an"
        " average diameter of {0.8..3.5} µm",
        "a method for producing a single-crystal {=noun}, comprising: mixing a precursor with an"
        " alkali source and a flux; calcining the mixture {=calcination}; and disintegrating the"
        " product in a jet mill, the product being {claimed}",
    ),
}
_PRECURSOR: Rules = {
    "title": (
        "precursor of {=noun} and method for producing the same",
        "{qualified} precursor and preparation method thereof",
        "transition metal hydroxide particles",
    ),
    "core": (
        "a precursor of a {qualified}, {~comprising} secondary particles of {hydroxide} obtained"
        " by co-precipitation",
        "a method for producing a precursor of {compound}, in which a metal salt solution, ammonia"
        " and sodium hydroxide are fed to a stirred reactor",
        "particles of {hydroxide} having a porous core and a dense shell",
        "{hydroxide} as a starting material for {compound}",
    ),
    "own remark": (
        "The pH is kept at {10.8..12.2} and the ammonia concentration at {3..12} g/L.",
        "The stirring power is reduced when the particles have reached {3..9} µm.",
        "The residual sulfate in the hydroxide is {0.05..0.50} wt%.",
        "The precursor has a specific surface area of {5..20} m2/g.",
        "The half width of the (001) reflection of the hydroxide is {0.4..1.2}°.",
    ),
    "claim": (
        "a precursor for a {=noun}, {~comprising} secondary particles of a hydroxide, the precursor"
        " being converted with an alkali source into {claimed}, {~wherein} the secondary particles"
        " have a porosity of {5..30} %",
        "a method for producing a precursor, comprising: feeding a metal salt solution, an"
        " ammonium complexing agent and an alkali to a reactor; keeping pH at {10.8..12.2}; and"
        " collecting a precipitate suited to obtain {claimed}",
    ),
}
_PROCESS: Rules = {
    "title": (
        "method for producing {=noun}",
        "calcination method for {qualified}",
        "method of manufacturing {qualified} by two-step heat treatment",
    ),
    "core": (
        "a method for producing a {qualified}, {~wherein} the raw materials are mixed"
        " and calcined {=calcination} to obtain {compound}",
        "a preparation method of a {qualified}, in which {compound} is first calcined"
        " {=calcination} and then annealed at {500..650/10} °C",
        "a continuous method in which a raw material mixture is conveyed through a furnace under"
        " a controlled gas flow to give {compound}",
    ),
    "own remark": (
        "The mixture is kept at {400..550/10} °C for {2..6} hours before the temperature is"
        " raised.",
        "The gas flow is {1..9} m3 per kg of the mixture.",
        "The bed height in the sagger is {30..90/10} mm.",
        "The cooling rate is {1..5} °C/min.",
    ),
    "claim": (
        "a method for producing a {=noun}, comprising: mixing the raw materials; a first calcination {=calcination}; and a second heat"
        " treatment at {500..650/10} °C, {~wherein} the product is {claimed}",
        "a method of preparing {claimed}, comprising: spray drying a slurry of the raw materials,"
        " keeping the dried powder at {400..550/10} °C for {2..8} hours and calcining it"
        " {=calcination}",
    ),
}
_GRADIENT: Rules = {
    "title": (
        "core-shell {=noun}",
        "{qualified} having a concentration gradient",
        "{qualified} with a graded composition and method for preparing the same",
    ),
    "core": (
        "a {qualified} having a core and a shell of different composition, {~wherein} the particles"
        " as a whole consist of {compound}",
        "a {=noun} of {compound} in which the concentration of one metal decreases and that of"
        " another increases from the center to the surface",
    ),
    "own remark": (
        "The shell has a thickness of {0.2..2.5} µm.",
        "The manganese concentration rises toward the surface.",
        "The metal salt solution is changed stepwise during the precipitation.",
    ),
    "claim": (
        "a {=noun} {~comprising} particles having a core and a shell surrounding the core, {~wherein}"
        " the average composition of the particles is that of {claimed}, and the manganese"
        " concentration increases from the core toward the surface over {0.2..3.0} µm",
    ),
}
_WASHING: Rules = {
    "title": (
        "method for washing {=noun}",
        "method for reducing residual lithium of {qualified}",
        "{=noun} with low residual alkali",
    ),
    "core": (
        "a method for producing a {qualified}, in which {compound} is washed with {=wash} and dried",
        "a {qualified} of low residual alkali, obtained by stirring {compound} in {=wash}, filtering"
        " and heat-treating at {300..700/10} °C",
    ),
    "own remark": (
        "The filter cake is dried in vacuum at {100..200/10} °C.",
        "The electric conductivity of the filtrate is {20..70/10} mS/cm.",
        "The time of contact with the liquid is limited to {2..30} minutes.",
    ),
    "claim": (
        "a method for producing a {=noun}, comprising: preparing {claimed}; washing it with {=wash}"
        " at a ratio of {0.5..2.0} parts by weight of the liquid per part of the powder; and"
        " filtering and drying so that the residual alkali is {1000..6000/500} ppm or less",
    ),
}
_BLEND: Rules = {
    "title": (
        "{=noun} of bimodal particle size",
        "{pole} {~comprising} large and small particles",
        "{qualified} mixture for {=use}",
    ),
    "core": (
        "a {pole} material {~comprising} large particles and small particles, both being"
        " {compound}",
        "a mixture of coarse and fine powders of {compound} in a weight ratio of {=parts}",
    ),
    "d50": ("{8..14}",),
    "own remark": (
        "The small particles fill the gaps between the large ones.",
        "The pressed density of the mixture is {1.5..3.7} g/cm3.",
    ),
    "claim": (
        "a {pole} material {~comprising} a first {=noun} having a D50 of {10..18} µm and a second"
        " {=noun} having a D50 of {2..6} µm in a weight ratio of {=parts}, {~wherein} each of them"
        " is {claimed}",
    ),
}
_BATTERY: Rules = {
    "title": ("{~battery}", "{pole} for {~battery} and {~battery}", "electrochemical device"),
    "core": (
        "a {~battery} {~comprising} a {opposite pole} and a {pole}, {~wherein} the {pole} contains"
        " {compound} with a surface layer of {=coat}",
        "a {~battery} {~comprising} a {opposite pole}, an electrolyte with {additive} and a {pole},"
        " {~wherein} the {pole} contains {compound} modified with {=dopant}",
        "a {pole} of a {~battery} {~comprising} a {opposite pole}, the {pole} being made of"
        " {compound} and {=binder}",
    ),
    "own remark": ("The {pole} is pressed to a density of {1.5..3.7} g/cm3.",),
    "claim": (
        "a {~battery} {~comprising} a {opposite pole}, a {pole}, a separator and an electrolyte,"
        " {~wherein} the {pole} includes {claimed} and {=coat} attached to the surface of its"
        " particles",
        "a {~battery} {~comprising} a {opposite pole}, an electrolyte containing {=salt} and a"
        " {pole}, {~wherein} the {pole} includes {claimed} in which {=dopant} is contained in an"
        " amount of {0.1..2.0} mol%",
    ),
}
ASPECTS: Mapping[str, Rules] = MappingProxyType(
    {
        "coating": _COATING,
        "doping": _DOPING,
        "single particle": _SINGLE_PARTICLE,
        "precursor": _PRECURSOR,
        "process": _PROCESS,
        "gradient": _GRADIENT,
        "washing": _WASHING,
        "blend": _BLEND,
        "battery": _BATTERY,
    }
)
"""For each aspect the rules ``title``, ``core``, ``claim`` (a claim's head), ``own remark``."""
