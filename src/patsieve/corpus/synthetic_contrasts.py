"""How made-up patents speak of a material that is not their own: prior art, or a partner.

The same sentences serve every material, with the roles exchanged: "a phosphate, as a substitute
for nickel-rich oxides" and "a nickel-rich oxide, as a substitute for phosphates" have the same
words. Which of them is the invention, a count of words cannot tell.
"""

from collections.abc import Sequence

from patsieve.corpus.synthetic_grammar import Rules

RIVALS_OF_HIGH_NICKEL: Sequence[str] = (
    *("low-nickel", "low-nickel", "cobalt oxide", "cobalt oxide", "iron phosphate"),
    *("iron phosphate", "manganese phosphate", "spinel", "lithium-rich oxide", "sodium oxide"),
)
RIVALS: Sequence[str] = (*("high-nickel",) * 8, "cobalt oxide", "iron phosphate")
"""What any other material is compared with; repeats weigh more."""

PARTNERS: Sequence[str] = (*("high-nickel",) * 8, "low-nickel", "iron phosphate")
"""What an invention that is no positive electrode material is used with."""

RIVAL_RULES: Rules = {
    "relation": (
        "as a substitute for {rival}",
        "replacing {rival}",
        "to be used instead of {rival}",
        "as an alternative to {rival}",
        "opposite to {=anode_material}",
        "for cells with {=film} and {=anode_material}",
    ),
    "gain": (
        "keeps {84..96} % of its capacity after {100..1000/100} cycles",
        "shows a smaller rise of resistance during storage at {45..60/5} °C",
        "gives a higher energy density per unit of cost",
        "releases less oxygen on heating",
        "shows better rate characteristics at {2..5}C",
        "can be produced more cheaply",
        "suppresses side reactions with the electrolyte",
        "reconciles capacity with safety",
        "tolerates charging to {4.25..4.45/0.05} V",
    ),
    "contrast": (
        "Compared with {rival}, the {=noun} of {~invention} {gain}.",
        "In contrast to cells using {rival}, a cell using the {=noun} {gain}.",
        "Instead of {rival}, {~invention} starts from {own}.",
        "The use of {own} in place of {rival} avoids {rival_trouble}.",
        "Problems known from {rival}, such as {rival_trouble}, are avoided by building on {own}.",
        "While attention has mostly been on {rival}, {rival_trouble} remains a drawback there.",
        "It is not necessary to resort to {rival} and to put up with {rival_trouble}.",
        "The {=noun} takes the place of {rival} and {gain}.",
        "Replacing {rival} by {own} is proposed.",
        "So far {trouble} has kept {own} behind {rival}; this is overcome here.",
        "Unlike with {rival}, {rival_trouble} is not an issue, and the remaining problem, namely"
        " {trouble}, is solved by {~invention}.",
        "Thus {own} can be used where previously only {rival} met the requirements.",
        "For comparison, cells with {rival} were built; they showed {rival_trouble}.",
    ),
    "aside": (
        "The {=noun} may be mixed with {5..20/5} wt% or less of {rival}.",
        "In a comparative example, {rival} was treated in the same way.",
        "The same equipment as for {rival} can be used.",
        "A similar treatment is known for {rival}.",
    ),
    "rival limit": (
        "the {=noun} is mixed with {rival}",
        "a further {~cathode} layer contains {rival}",
        "the {~cathode} contains {5..20/5} wt% or less of {rival}",
    ),
}
"""For positive electrode materials: ``relation`` (ends a core), ``contrast`` and ``aside``."""

PARTNER_RULES: Rules = {
    # The first words of a patent are on its own subject, the partner comes later.
    "cell_material": ("{compound}", "a {=noun}", "a {=noun}"),
    "relation": (
        "for combination with {rival}",
        "to be used with {rival}",
        "for {~batteries} whose {~cathode} contains {rival}",
        "opposite to {rival}",
        "suited to {rival}",
        "as a remedy for {rival_trouble} of {rival}",
    ),
    "contrast": (
        "The effect is most pronounced in combination with {rival}.",
        "With {rival} in the {~cathode}, the capacity retention after {100..500/100} cycles is"
        " {84..95} %.",
        "The adoption of {rival} aggravates the problem of {rival_trouble}.",
        "In particular, when the {~cathode} has a nickel content of {80..92/2} mol% or more, the"
        " deterioration is markedly reduced.",
        "Even where the molar ratio Ni/(Ni+Co+Mn) in the {~cathode} is {0.80..0.92} or more, cells"
        " of long life are obtained.",
        "The teaching also applies to {rival}.",
        "a {~cathode} with {rival} was used for the tests.",
        "Known for {rival} is {rival_trouble}.",
    ),
    "aside": (
        "The kind of the {~cathode} active material is not particularly limited, and {rival} or"
        " lithium iron phosphate may be used.",
        "Known remedies, such as coating {rival} with {coat}, are not needed.",
        "As the {~cathode}, {rival} doped with {dopant} may be used.",
    ),
    "rival limit": (
        "the {~cathode} contains {rival}",
        "a {~cathode} layer includes {rival} coated with {coat}",
        "a {~cathode} is formed from {rival} and {=conductor}",
    ),
}
"""The same rules for inventions that are not a positive electrode material."""
