"""What any made-up battery patent may remark: on the active material, and on the rest of a cell.

An electrolyte patent describes the positive electrode material of its test cells, a patent on
that material the electrolyte. Both draw from the same sentences and the same names, so that
only what is presented as the invention tells them apart.
"""

from patsieve.corpus.synthetic_grammar import Rules

REMARK_RULES: Rules = {
    "dopant": (
        *("Al", "Mg", "Ti", "Zr", "W", "Mo", "Nb", "Ta", "Sb", "B", "Y", "Sr", "Ba", "Ca", "La"),
        *("Ce", "V", "Sn", "Te", "Ge", "aluminum and zirconium", "tungsten and boron", "gallium"),
        *("strontium and yttrium", "magnesium and titanium", "fluorine", "phosphorus"),
    ),
    "coat": (
        *("lithium borate", "boron oxide", "alumina", "lithium tungstate", "lithium phosphate"),
        *("zirconium oxide", "lithium niobate", "a cobalt compound", "lithium titanate", "ceria"),
        *("aluminum phosphate", "lithium aluminate", "titanium dioxide", "magnesium fluoride"),
        *("a conductive polymer", "carbon nanotubes", "lithium zirconate", "aluminum fluoride"),
        *("tungsten oxide", "lithium silicate", "a glassy phase", "lanthanum phosphate", "yttria"),
        *("graphene", "polyaniline", "a cobalt-rich layer", "lithium vanadate", "zinc oxide"),
        *("antimony oxide", "a perovskite", "lithium aluminum titanium phosphate", "boric acid"),
    ),
    "salt": (
        *("LiPF6", "LiPF6", "LiBF4", "lithium bis(fluorosulfonyl)imide", "LiFSI and LiPF6"),
        *("lithium bis(oxalato)borate", "lithium difluorophosphate", "LiTFSI"),
    ),
    "solvent": (
        *("ethylene carbonate and ethyl methyl carbonate", "dimethyl carbonate", "a sulfone"),
        *("propylene carbonate", "a fluorinated carbonate", "methyl propionate", "an ionic liquid"),
        *("a hydrofluoroether", "ethyl acetate", "gamma-butyrolactone", "a glyme"),
    ),
    "additive": (
        *("fluoroethylene carbonate", "vinylene carbonate", "1,3-propane sultone", "a dinitrile"),
        *("lithium difluorophosphate", "lithium difluoro(oxalato)borate", "ethylene sulfate"),
        *("tris(trimethylsilyl) phosphite", "an isocyanate compound", "a fluorinated ether"),
        *("adiponitrile", "a siloxane", "a cyclotriphosphazene", "methylene methanedisulfonate"),
        *("a boroxine", "an aromatic ester", "succinic anhydride", "a silyl ester", "biphenyl"),
        *("lithium fluorosulfonate", "a thiophene derivative", "triallyl phosphate", "a pyridine"),
        *("an imidazole compound", "vinyl ethylene carbonate", "a phosphonate", "a carbodiimide"),
        *("propargyl methanesulfonate", "a crown ether", "hexanetricarbonitrile", "a maleimide"),
    ),
    "film": (
        *("a polyethylene film with a boehmite layer", "a microporous polypropylene film"),
        *("a ceramic-coated polyolefin film", "an aramid-coated film", "a cellulose nonwoven"),
        *("a three-layer polyolefin membrane", "a polyimide membrane", "a glass fiber mat"),
        *("a film with a polyvinylidene fluoride adhesive layer", "an electrospun fiber web"),
    ),
    "anode_material": (
        *("natural graphite", "artificial graphite", "silicon oxide", "a silicon-carbon composite"),
        *("lithium metal", "hard carbon", "lithium titanate", "a silicon alloy", "tin oxide"),
        *("graphite and SiOx", "mesocarbon microbeads", "pre-lithiated silicon", "soft carbon"),
        *("silicon nanowires", "a magnesium-doped silicon oxide", "pitch-coated graphite"),
    ),
    "binder": (
        *("polyvinylidene fluoride", "styrene-butadiene rubber", "polyacrylic acid", "polyimide"),
        *("carboxymethyl cellulose", "hydrogenated nitrile rubber", "polytetrafluoroethylene"),
        *("an acrylic copolymer", "polyvinyl alcohol", "a polyamide-imide", "a maleic copolymer"),
    ),
    "conductor": (
        *("carbon black", "acetylene black", "carbon nanotubes", "graphene nanosheets"),
        *("vapor-grown carbon fibers", "single-walled carbon nanotubes", "ketjen black"),
    ),
    "ceramic": (
        *("an argyrodite sulfide", "Li6PS5Cl", "Li7La3Zr2O12", "a lithium halide Li3YCl6"),
        *("a garnet-type oxide", "Li10GeP2S12", "a polyethylene oxide complex", "LATP"),
        *("a thiophosphate glass", "a lithium borohydride", "a NASICON-type phosphate"),
    ),
    "d50": ("{3..18}",),
    "material remark": (
        "The {=noun} has an average particle diameter D50 of {=d50} µm and a specific surface area"
        " of {0.20..1.50} m2/g.",
        "The average circularity of the particles is {0.80..0.95}.",
        "The powder of the {=noun} has a compaction density of {2.6..3.7} g/cm3 under"
        " {200..400/50} MPa.",
        "The {=noun} is obtained by a heat treatment {=calcination} for {6..24} hours.",
        "After calcination the powder is crushed, sieved and annealed at {300..700/10} °C.",
        "The tap density of the {=noun} is {1.5..2.9} g/cm3.",
        "The ratio of the particle diameters D90 and D10 is {1.5..4.0}.",
        "The {=noun} may carry a coating layer of {coat}.",
        "Particles coated with {coat} can be used as the {=noun}.",
        "The {=noun} can contain {dopant} in an amount of {0.1..2.5} mol%.",
        "The {=noun} shows a main exothermic peak at {205..290/5} °C in differential scanning"
        " calorimetry.",
        "Micro-cracks in the particles of the {=noun} are suppressed.",
        "The surface region of the particles has a changed crystal structure down to {5..60/5} nm.",
        "The primary particles have a diameter of {0.1..0.9} µm and are densely packed.",
        "Moisture taken up by the {=noun} during storage is {100..600/50} ppm or less.",
        "Impurities on the surface of the {=noun}, such as carbonate and hydroxide, amount to"
        " {0.10..0.80} wt%.",
        "The dispersion of the {=noun} in water has a pH of {9.8..11.9}.",
    ),
    "layered remark": (
        "A precursor is mixed with {alkali_source} and calcined {=calcination} to give the {=noun}.",
        "Doping with {dopant} stabilizes the crystal lattice in the charged state.",
        "Oxygen release from the lattice is delayed.",
        "A ratio I(003)/I(104) of peak intensities in X-ray diffraction is {1.10..1.60}.",
        "The amount of residual lithium on the {=noun} is {1000..9000/500} ppm.",
        "The crystallite size determined from the (003) plane is {60..180/10} nm.",
        "Washing with {wash} removes residual lithium from the {=noun}.",
        "The share of foreign ions on lithium sites is {1.0..6.0} %.",
        "The layered structure of the {=noun} belongs to the space group R-3m.",
        "The concentration of cobalt at the surface is {1.1..3.0} times that in the center of the"
        " particles.",
    ),
    "wash": (
        "water",
        "deionized water at {5..25} °C",
        "an aqueous lithium sulfate solution",
        "ethanol",
        "an aqueous boric acid solution",
    ),
    "cell remark": (
        "The {~cathode} has a loading of {12..26} mg/cm2 and a density of {2.4..3.7} g/cm3.",
        "A discharge capacity of {140..215/5} mAh/g at {0.1..0.5}C is obtained.",
        "A slurry with {=binder} does not gel within {24..72/24} hours.",
        "The electrolyte contains {=salt} in {=solvent} and {0.5..3.0} wt% of {additive}.",
        "The electrolyte solution is {0.8..1.5} M {=salt} in {=solvent}.",
        "Preferably, {additive} is added to the electrolyte solution.",
        "A film formed from {additive} on the {~cathode} suppresses its decomposition.",
        "The {~anode} contains {=anode_material} and {=binder}.",
        "The {~anode} active material is {=anode_material}.",
        "The separator is {=film}.",
        "As a separator, {=film} of {7..20} µm in thickness is used.",
        "The {~cathode} mixture contains {=conductor} as a conductive agent and {=binder} as a"
        " binder.",
        "A slurry with {=binder} is applied to an aluminum foil and dried at {80..130/10} °C.",
        "Instead of a liquid electrolyte, {=ceramic} can be used as a solid electrolyte.",
        "The {~battery} is a {shape} cell with a capacity of {1..120} Ah.",
        "The {~battery} is charged to {4.20..4.45/0.05} V at {0.2..1.0}C.",
        "The ratio of the capacities of {~anode} and {~cathode} is {1.02..1.15}.",
        "The {~battery} was stored at {45..70/5} °C and the gas volume was measured.",
        "A nail penetration test was passed at a state of charge of {80..100/10} %.",
    ),
    "shape": ("pouch", "cylindrical", "prismatic", "coin", "wound", "stacked"),
    "material limit": (
        "the {=noun} has an average particle diameter D50 of {=d50} µm",
        "a BET specific surface area of the {=noun} is from {0.20..0.50} m2/g to {0.60..1.50} m2/g",
        "the particles of the {=noun} have a circularity of {0.80..0.95} or more",
        "a tap density of the {=noun} is {1.5..2.9} g/cm3 or more",
        "the {=noun} is obtained by a heat treatment {=calcination}",
        "the {=noun} further contains {dopant} at {500..9000/500} ppm",
        "a layer of {coat} is formed on the {=noun}",
        "a moisture content of the {=noun} is {200..600/50} ppm or less",
        "a sulfur content of the {=noun} is {0.01..0.20} wt% or less",
        "a particle size distribution satisfies 0.{4..6} ≤ (D90-D10)/D50 ≤ 0.{8..9}",
        "a content of lithium compounds on the surface of the {=noun} is {0.10..0.80} wt% or less",
    ),
    "cell limit": (
        "the electrolyte includes {=salt} and {additive}",
        "the {~anode} includes {=anode_material}",
        "the separator is {=film}",
        "the {~cathode} includes {=conductor} and {=binder}",
        "a charge cut-off voltage is {4.20..4.45/0.05} V",
        "the {~cathode} has a density of {2.4..3.7} g/cm3",
    ),
    "effect": (
        "The {~battery} has {~excellent} cycle characteristics, with a capacity retention of"
        " {80..97} % after {50..500/50} cycles at {25..60/5} °C.",
        "As a result, capacity, rate performance and safety are {~improved} at the same time.",
        "The initial charge and discharge efficiency is {83..94} %.",
        "The increase of resistance after cycling is held below {15..80/5} %.",
        "The {~battery} is suitable for electric vehicles and energy storage.",
        "Swelling of a cell stored at {60..90/5} °C is reduced by {20..60/5} %.",
        "Both a long life and a high energy density are obtained.",
        "Gas generation at high temperature is {~reduced}.",
    ),
    "benefit": (
        "achieving both a high capacity and a long cycle life",
        "suppressing gas generation during storage at high temperature",
        "reducing the initial resistance",
        "improving the output characteristics of a {~battery}",
        "suppressing a decrease in capacity after repeated charging and discharging",
        "enhancing the thermal stability in a charged state",
    ),
}
"""Lists of names, and the rules ``… remark`` (sentences), ``… limit`` (of a claim), ``effect``."""
