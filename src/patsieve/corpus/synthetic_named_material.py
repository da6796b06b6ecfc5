"""The rules of a material that patents call by many names."""

from collections.abc import Sequence

from patsieve.corpus.synthetic_grammar import Rules


def named_material(
    names: tuple[str, ...],
    *,
    nouns: tuple[str, ...],
    qualifiers: tuple[str, ...],
    calcination: str,
    troubles: Sequence[str] = ("a low energy density", "slow kinetics"),
    **more: Sequence[str],
) -> Rules:
    """Return the rules of a material; `more` adds to the common ones, or replaces them.

    Parameters
    ----------
    names : tuple of str
        Among which every mention chooses anew.
    nouns, qualifiers : tuple of str
        What the material is called as a class, and what may stand before that.
    calcination : str
        How it is heated.
    troubles : sequence of str
        What is wrong with the state of the art.
    """
    return {
        "noun": nouns,
        "qualifier": qualifiers,
        "qualified": ("{=qualifier}{=noun}",),
        "name": names,
        "compound": ("{=name}",),
        "claimed": ("{=name}", "{=name}", "{=name} or a mixture containing it"),
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
