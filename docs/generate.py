"""Writes the generated pages of this folder; `--check` fails if one is out of date."""

import sys
from pathlib import Path

import catalogue_reference
import cli_reference
import experiment_reference
import module_reference

PAGES = {
    "reference-catalogue.md": catalogue_reference.page,
    "reference-cli.md": cli_reference.page,
    "reference-experiment-files.md": experiment_reference.page,
    "reference-modules.md": module_reference.page,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them with what is there."""
    stale = []
    for name, make in PAGES.items():
        path = Path(__file__).with_name(name)
        fresh = make()
        if "--check" not in arguments:
            path.write_text(fresh, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != fresh:
            stale.append(name)
    if stale:
        sys.stderr.write(f"out of date: {', '.join(stale)}; run `make docs`\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
