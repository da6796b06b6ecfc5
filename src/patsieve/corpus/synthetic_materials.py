"""How made-up patents call high-nickel and low-nickel oxides and state their composition.

The two share these phrases, except for the words of `_WORDS` and the direction of a bound on the
nickel content.
"""

from collections.abc import Mapping
from types import MappingProxyType

from patsieve.corpus.synthetic_grammar import Rules

_TERNARY: Rules = {
    "noun": (
        "{~cathode} active material",
        "{~cathode} active material",
        "{~cathode} material",
        "lithium composite oxide",
        "lithium metal oxide",
        "active material powder",
    ),
    "qualified": ("{=qualifier}{=noun}",),
    "alkali_source": ("lithium hydroxide monohydrate", "lithium hydroxide", "lithium carbonate"),
    "compound": (
        "{in_words}",
        "{in_words}",
        "{in_words}",
        "{in_words} {exact}",
        "{exact}",
        "a lithium {metals} oxide in which {content}",
        "a lithium composite oxide {general}",
    ),
    "claimed": (
        "{in_words}",
        "{in_words} or a mixture containing it",
        "{in_words} in which {content}",
        "{exact}",
        "a lithium {metals} oxide represented by {general}",
        "a lithium composite oxide having a layered structure, in which {content}",
    ),
    "composition": (
        "In the {=noun}, {content}.",
        "The {=noun} is represented by {general}.",
        "A typical composition of the {=noun} is {exact}.",
        "The {=noun} is {in_words}.",
        "For example, {in_words} is used as the {=noun}.",
        "The {=noun} essentially consists of {in_words}.",
        "The {=noun} belongs to {family_of_materials}.",
    ),
    "own": ("{family_of_materials}", "{in_words}", "{exact}"),
    "as mentioned": (
        "{family_of_materials}",
        "{family_of_materials}",
        "{in_words}",
        "{in_words}",
        "{exact}",
        "{exact}",
        "{abbreviation}",
        "a lithium {metals} oxide in which {content}",
    ),
}
_CONTENTS = (
    "nickel accounts for {nickel_percent} of the metal elements other than lithium",
    "the molar ratio {ratio_expression} is {nickel_fraction}",
    "the molar ratio {ratio_expression} is from {low_fraction} to {high_fraction}",
    "{low_fraction} ≤ {ratio_expression} < {high_fraction} is satisfied",
    "nickel, cobalt and {third} are present in a molar ratio of {ratio}",
    "the content of nickel among the transition metals is {nickel_percent}",
)
MATERIAL_RULES: Mapping[str, Rules] = MappingProxyType(
    {
        "high-nickel": {
            **_TERNARY,
            "in_words": (
                "a nickel-rich lithium metal oxide",
                "a lithium nickel oxide with small amounts of cobalt and {third}",
                "a layered oxide consisting predominantly of nickel",
                "a high-nickel lithium composite oxide",
                "a lithium composite oxide with a large proportion of nickel",
                "a nickel-dominated layered oxide",
                "a lithium nickelate in which a little nickel is replaced by cobalt and {third}",
                "a lithium {metals} oxide rich in nickel",
                "an oxide whose transition metal is nickel to more than four fifths",
                "a Ni-rich layered oxide",
                "a lithium {metals} oxide having a high nickel content",
                "a layered oxide with nickel as the main metal and hardly any cobalt",
                "a lithium nickel oxide poor in cobalt",
                "a nickelate of the NCA type",
                "a layered oxide of very high nickel content",
                "a lithium oxide of mostly nickel",
                "nickel-rich NCM",
                "a lithium transition metal oxide in which nickel prevails",
                "a lithium nickel-based oxide with nickel far above cobalt and {third}",
                "an ultra-high-nickel oxide",
                "a lithiated oxide with nickel on nearly all metal sites",
                "a layered compound approaching LiNiO2",
                "an intercalation oxide based on nickel with traces of {third} and cobalt",
                "a lithium-containing oxide in which other metals than nickel are minor",
                "a high-Ni rhombohedral oxide",
                "an oxide of the alpha-NaFeO2 type rich in nickel",
                "lithium nickel oxide stabilized by cobalt and {third}",
                "a cobalt-lean nickel oxide of lithium",
            ),
            "family_of_materials": (
                "nickel-rich layered oxides",
                "high-nickel {~cathode} materials",
                "high-nickel ternary materials",
                "layered oxides containing 80 mol% or more of nickel",
                "oxides with a nickel fraction of at least 0.8",
                "the Ni-rich oxides",
                "oxides made up mainly of nickel",
                "lithium nickelates",
                "nickel-dominated oxides",
                "layered oxides of very high nickel content",
                "NCM and NCA with much nickel",
                "{qualifier}{~cathode} active materials",
                "{qualifier}{~cathode} active materials",
                "{qualifier}{~cathode} materials",
            ),
            "abbreviation": (
                "NCM811",
                "NCA",
                "Ni-rich NCM",
                "high-nickel NCM",
                "NCM with 9-series nickel",
            ),
            "trouble": (
                "gas generation",
                "residual lithium on the particle surface",
                "poor thermal stability in the charged state",
                "cation mixing",
                "sensitivity to moisture",
                "cracking of the secondary particles",
            ),
            "content": (
                *_CONTENTS,
                "the content of nickel is {low_percent} or more of the total transition metals",
                "the proportion of nickel in the transition metals is not less than {low_percent}",
                "cobalt and {third} together make up at most {most_of_the_rest} of the transition"
                " metals, the balance being nickel",
            ),
            "calcination": (
                *("in an oxygen atmosphere at {680..830/10} °C",) * 2,
                "at {700..850/10} °C in oxygen",
                "in air at {720..850/10} °C",
            ),
        },
        "low-nickel": {
            **_TERNARY,
            "in_words": (
                "a lithium {metals} oxide of moderate nickel content",
                "a lithium composite oxide containing nickel, cobalt and {third} in similar amounts",
                "a layered oxide with no more nickel than cobalt and {third} together",
                "a lithium {metals} oxide with a reduced proportion of nickel",
                "a ternary lithium oxide of the NCM523 type",
                "a lithium {metals} oxide of the NCM622 type",
                "a medium-nickel layered oxide",
                "a ternary oxide in which nickel is partly replaced by manganese and cobalt",
                "a layered lithium {metals} oxide that is not rich in nickel",
                "a lithiated oxide with nickel on about half of the metal sites",
                "an intercalation oxide with balanced shares of nickel, cobalt and {third}",
                "a low-Ni rhombohedral oxide",
            ),
            "family_of_materials": (
                "ternary oxides of moderate nickel content",
                "ternary materials containing less than 80 mol% of nickel",
                "layered oxides with a nickel fraction below 0.8",
                "medium-nickel {~cathode} materials",
                "oxides containing nickel and manganese in comparable amounts",
                "{qualifier}{~cathode} active materials",
            ),
            "abbreviation": ("NCM523", "NCM622", "NCM111", "LiNi1/3Co1/3Mn1/3O2"),
            "trouble": (
                "a limited discharge capacity",
                "insufficient energy density",
                "a high cobalt cost",
                "an insufficient driving range",
            ),
            "content": (
                *_CONTENTS,
                "the content of nickel is less than {high_percent} of the total transition metals",
                "the proportion of nickel in the transition metals is lower than {high_percent}",
                "cobalt and {third} together make up more than {least_of_the_rest} of the"
                " transition metals, the balance being nickel",
            ),
            "calcination": (
                "in an oxygen atmosphere at {740..880/10} °C",
                "in air at {780..940/10} °C",
                "at {760..900/10} °C in air",
            ),
        },
    }
)
"""By kind: ``compound`` (for an abstract), ``claimed``, ``composition``, ``own``, ``noun`` …"""
