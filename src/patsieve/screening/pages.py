"""What all HTML pages have in common: how they are rendered, and their style."""

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


def page_environment(package: str) -> Environment:
    """Return what renders the pages of a package; what a page is told is shown, never run.

    Parameters
    ----------
    package : str
        Has its templates in a folder of that name. Any page may include ``page.css``.
    """
    return Environment(
        loader=ChoiceLoader(
            [PackageLoader(name, "templates") for name in (package, "patsieve.screening")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
