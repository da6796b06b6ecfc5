"""The model card as files: beside a model that is saved, and of a bundle that has none."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from patsieve.atomic import file_aside
from patsieve.errors import BundleError, UsageError
from patsieve.screening.bundle import check_files, read_manifest
from patsieve.screening.card.build import model_card
from patsieve.screening.card.document import Card
from patsieve.screening.card.facts import CardFacts
from patsieve.screening.card.html import to_html
from patsieve.screening.card.markdown import to_markdown
from patsieve.screening.manifest import Manifest

TRAINING = "training.json"
"""How training went; older bundles say less there."""

WRITERS = {"model_card.md": to_markdown, "model_card.html": to_html}
"""File name to what makes its text."""


def files_beside_model(manifest: Manifest, training: Mapping[str, Any]) -> dict[str, str]:
    """Return the text files of a new bundle, by name: how training went, and the model card.

    The card is made of what is written, so that it is the one that can be made again.
    """
    told = json.dumps(training, indent=1)
    kept = Manifest.model_validate_json(manifest.model_dump_json())
    card = model_card(CardFacts(kept, json.loads(told)))
    return {TRAINING: told, **{name: write(card) for name, write in WRITERS.items()}}


def card_of_bundle(folder: Path) -> Card:
    """Return the model card of a bundle, also of one from before there were cards.

    Raises
    ------
    BundleError
        If it is no bundle, of an unknown format, or a file is missing, added or changed.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    return card_of_manifest(folder, manifest)


def card_of_manifest(folder: Path, manifest: Manifest) -> Card:
    """Return the model card of a bundle that was read already, and found whole.

    Raises
    ------
    BundleError
        If its record of the training cannot be read.
    """
    training: Mapping[str, Any] = {}
    if TRAINING in manifest.files:
        try:
            training = json.loads((folder / TRAINING).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BundleError(f"{folder / TRAINING} cannot be read: {error}") from error
    return model_card(CardFacts(manifest, training))


def write_card(card: Card, out: Path, *, names: Iterable[str], bundle: Path) -> list[Path]:
    """Write a card into a folder, which is made if need be, and return its files.

    Parameters
    ----------
    names : iterable of str
        Out of `WRITERS`.
    bundle : Path
        Whose card it is; nothing is written into it.

    Raises
    ------
    UsageError
        If the folder is in the bundle.
    OutputError
        If a file cannot be written.
    """
    if out.resolve().is_relative_to(bundle.resolve()):
        raise UsageError(
            f"{out} is in the bundle {bundle}, which would not be read any more if a file were "
            "added or changed; choose another folder"
        )
    written = []
    for name in names:
        with file_aside(out / name) as aside:
            aside.write_text(WRITERS[name](card), encoding="utf-8")
        written.append(out / name)
    return written
