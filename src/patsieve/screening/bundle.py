"""A trained model on disk: everything needed to score with it, and where it came from.

A bundle is a folder. `manifest.json` names every other file with its SHA-256; a bundle with
a missing, added or changed file does not load. There is no pickle in it.
"""

import hashlib
import importlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from safetensors import SafetensorError

from patsieve.atomic import folder_aside
from patsieve.corpus.families import family_keys
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import TextRecipe
from patsieve.errors import BundleError, OutputError
from patsieve.models.base import RelevanceClassifier
from patsieve.screening.manifest import (
    FORMAT_VERSION,
    MANIFEST,
    DataFacts,
    Manifest,
    ThresholdFacts,
    read_manifest,
)

__all__ = [
    "FAMILIES",
    "FORMAT_VERSION",
    "MANIFEST",
    "DataFacts",
    "Manifest",
    "ModelBundle",
    "ThresholdFacts",
    "check_files",
    "family_hash",
    "is_learnt",
    "load_bundle",
    "read_manifest",
    "save_bundle",
    "training_family_hashes",
]

FAMILIES = "training_families.json"
_MODEL = "model"
# What file managers leave in any folder that they show.
_NOT_OURS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
# Looked up when needed: a bag-of-words bundle loads without torch.
_CLASSIFIERS = {
    "bag-of-words": ("patsieve.models.bag_of_words", "BagOfWordsClassifier"),
    "column": ("patsieve.models.column", "ColumnClassifier"),
    "embedding": ("patsieve.models.embedding", "EmbeddingClassifier"),
    "encoder": ("patsieve.models.encoder", "EncoderClassifier"),
    "windowed-encoder": ("patsieve.models.encoder", "EncoderClassifier"),
    "stacking": ("patsieve.models.stacking", "StackingClassifier"),
    "calibrated": ("patsieve.models.calibrated", "CalibratedClassifier"),
}
# These hold others; all else can be a base in a stack.
_COMPOSED = ("stacking", "calibrated")


@final
@dataclass(frozen=True)
class ModelBundle:
    """A loaded bundle.

    Attributes
    ----------
    folder : Path
    manifest : Manifest
    classifier : RelevanceClassifier
    recipe : TextRecipe
        Which fields of a record the classifier reads.
    """

    folder: Path
    manifest: Manifest
    classifier: RelevanceClassifier
    recipe: TextRecipe


def save_bundle(
    folder: Path,
    classifier: RelevanceClassifier,
    manifest: Manifest,
    *,
    training_families: Iterable[str],
    extra_files: Mapping[str, str] | None = None,
) -> None:
    """Write a bundle; it appears whole or not at all.

    Parameters
    ----------
    manifest : Manifest
        Its `files` are filled in here.
    training_families : iterable of str
        Keys of the families that the model has learnt from (`corpus.families.family_keys`);
        only their SHA-256 is kept.
    extra_files : mapping of str to str, optional
        Further text files by name.

    Raises
    ------
    OutputError
        If it cannot be written.
    ValueError
        If the manifest names another kind of classifier.
    """
    if manifest.kind != classifier.kind:
        raise ValueError(f"a manifest for '{manifest.kind}' with a '{classifier.kind}' classifier")
    with folder_aside(folder) as aside:
        model = aside / _MODEL
        model.mkdir()
        try:
            classifier.save(model)
        except SafetensorError as error:
            # Its own words for a full disk; it is no OSError.
            raise OutputError(f"cannot write {folder}: {error}") from error
        hashes = sorted({family_hash(key) for key in training_families})
        (aside / FAMILIES).write_text(json.dumps(hashes), encoding="utf-8")
        if extra_files is not None:
            for name, text in extra_files.items():
                (aside / name).write_text(text, encoding="utf-8")
        files = {
            str(path.relative_to(aside).as_posix()): _sha256(path)
            for path in sorted(aside.rglob("*"))
            if path.is_file()
        }
        complete = manifest.model_copy(update={"files": files}).sealed()
        (aside / MANIFEST).write_text(complete.model_dump_json(indent=2), encoding="utf-8")


def load_bundle(folder: Path) -> ModelBundle:
    """Read a bundle back, every file checked.

    Raises
    ------
    BundleError
        If it is no bundle, of an unknown format, or a file is missing, added or changed.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    classifier = _load(manifest.kind, folder / _MODEL)
    return ModelBundle(
        folder=folder,
        manifest=manifest,
        classifier=classifier,
        recipe=manifest.recipe,
    )


def _load(kind: str, folder: Path) -> RelevanceClassifier:
    """Read a classifier; one that holds others is told how to read them."""
    if kind not in _CLASSIFIERS:
        raise BundleError(
            f"{folder} holds a classifier of kind '{kind}'; this version knows "
            f"{', '.join(_CLASSIFIERS)}"
        )
    more: dict[str, Any] = {}
    if kind == "stacking":
        more = {
            "classes": {name: _class_of(name) for name in _CLASSIFIERS if name not in _COMPOSED}
        }
    elif kind == "calibrated":
        more = {"load_base": _load}
    classifier: RelevanceClassifier = _class_of(kind).load(folder, **more)
    return classifier


def _class_of(kind: str) -> Any:
    module, name = _CLASSIFIERS[kind]
    return getattr(importlib.import_module(module), name)


def training_family_hashes(bundle: ModelBundle) -> frozenset[str]:
    """Return the hashes of the family keys that the model has learnt from."""
    return frozenset(json.loads((bundle.folder / FAMILIES).read_text(encoding="utf-8")))


def family_hash(key: str) -> str:
    """Return what is kept of a family key: it can be recognised, but not read."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_learnt(record: PatentRecord, learnt: frozenset[str]) -> bool:
    """Whether a record shares its family id, its publication or its text with one that was learnt.

    Parameters
    ----------
    learnt : frozenset of str
        `training_family_hashes` of the bundle.
    """
    return any(family_hash(key) in learnt for key in family_keys(record))


def check_files(folder: Path, manifest: Manifest) -> None:
    """Make sure that a bundle has the files that its manifest names, as they were written.

    Raises
    ------
    BundleError
        If one is missing, added or changed.
    """
    present = {
        str(path.relative_to(folder).as_posix())
        for path in folder.rglob("*")
        if path.is_file() and path != folder / MANIFEST and path.name not in _NOT_OURS
    }
    for name in sorted(manifest.files.keys() | present):
        if name not in present:
            raise BundleError(f"bundle {folder} is incomplete: {name} is missing")
        if name not in manifest.files:
            raise BundleError(f"bundle {folder} was changed: {name} does not belong to it")
        if _sha256(folder / name) != manifest.files[name]:
            raise BundleError(f"bundle {folder} was changed: {name} is not as it was written")


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise BundleError(f"cannot read {path}: {error.strerror}") from error
