"""The page on where things are: every module with the first sentence of its docstring."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "patsieve"

HEAD = """\
# Where things are

Generated from the first sentence of each module by `make docs`; do not edit.

Folders are named by what one does in them. Imports point down, in this order: `cli`,
`experiments`, `screening`, `models`, `finetuning`, `corpus` and `metrics`, `atomic`, `errors`.
"""

FOLDERS = (".", "cli", "experiments", "screening", "models", "finetuning", "corpus", "metrics")


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for folder in FOLDERS:
        here = SOURCE / folder
        modules = sorted(here.rglob("*.py") if folder != "." else here.glob("*.py"))
        rows = [
            f"| `{path.relative_to(here).as_posix()}` | {caption(path)} |"
            for path in modules
            if path != here / "__init__.py"
        ]
        table = "\n".join(["| module | what it is for |", "|---|---|", *rows])
        title = "patsieve" if folder == "." else f"patsieve/{folder}"
        parts.append(f"## {title}\n\n{caption(here / '__init__.py')}\n\n{table}\n")
    return "\n".join(parts)


def caption(path: Path) -> str:
    """Return the first paragraph of a module's docstring, in one line."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    first = (docstring or "").partition("\n\n")[0]
    return " ".join(first.split()).replace("``", "`").replace("|", "\\|")
