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
from typing import Any, Literal, final

from pydantic import BaseModel, ConfigDict, ValidationError

from patsieve import __version__
from patsieve.atomic import folder_aside
from patsieve.corpus.text import TextRecipe
from patsieve.errors import BundleError
from patsieve.models.base import RelevanceClassifier

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
FAMILIES = "training_families.json"
_MODEL = "model"
# Looked up when needed: a bag-of-words bundle loads without torch.
_CLASSIFIERS = {
    "bag-of-words": ("patsieve.models.bag_of_words", "BagOfWordsClassifier"),
    "encoder": ("patsieve.models.encoder", "EncoderClassifier"),
}


@final
class DataFacts(BaseModel):
    """What a model learnt from.

    Attributes
    ----------
    file : str
        Its name, without folders.
    digest : str
        `Corpus.digest` of the whole labelled file.
    n_records, n_relevant : int
        Of the records that the model was trained on.
    prevalence : float
        Their share of relevant ones; probabilities are at this prevalence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    digest: str
    n_records: int
    n_relevant: int
    prevalence: float


@final
class ThresholdFacts(BaseModel):
    """From which probability on a record is called relevant, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    purpose: str


@final
class Manifest(BaseModel):
    """What a bundle says about itself.

    Attributes
    ----------
    created : str
        ISO 8601, UTC.
    kind : str
        Which classifier.
    experiment : dict
        The specification, as its file says it.
    commit : str or None
        Of the user's own repository.
    test_metrics : dict or None
        The object that ``evaluate --json`` prints, on the test records.
    pretrained : str or None
        The checkpoint that training started from.
    calibration : dict or None
        ``labels`` and ``probabilities`` of records the model was not trained on, for choosing
        another threshold when scoring.
    files : dict
        Every other file of the bundle, by relative path, with its SHA-256.
    seal : str
        SHA-256 of the manifest itself, with this field empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: Literal[1] = 1
    patsieve_version: str = __version__
    libraries: dict[str, str] = {}
    created: str
    kind: str
    experiment: dict[str, Any]
    seed: int
    commit: str | None = None
    data: DataFacts
    text_fields: tuple[str, ...]
    threshold: ThresholdFacts
    test_metrics: dict[str, Any] | None = None
    pretrained: str | None = None
    calibration: dict[str, list[float]] | None = None
    notes: tuple[str, ...] = ()
    files: dict[str, str] = {}
    seal: str = ""

    def sealed(self) -> "Manifest":
        """Return the manifest with its own SHA-256 in it."""
        opened = self.model_copy(update={"seal": ""})
        digest = hashlib.sha256(opened.model_dump_json().encode()).hexdigest()
        return self.model_copy(update={"seal": digest})


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
    """
    with folder_aside(folder) as aside:
        model = aside / _MODEL
        model.mkdir()
        classifier.save(model)
        hashes = sorted({family_hash(key) for key in training_families})
        (aside / FAMILIES).write_text(json.dumps(hashes), encoding="utf-8")
        for name, text in (extra_files or {}).items():
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
    _check_files(folder, manifest)
    if manifest.kind not in _CLASSIFIERS:
        raise BundleError(
            f"bundle {folder} holds a classifier of kind '{manifest.kind}'; this version knows "
            f"{', '.join(_CLASSIFIERS)}"
        )
    module, name = _CLASSIFIERS[manifest.kind]
    classifier: RelevanceClassifier = getattr(importlib.import_module(module), name).load(
        folder / _MODEL
    )
    return ModelBundle(
        folder=folder,
        manifest=manifest,
        classifier=classifier,
        recipe=TextRecipe(fields=manifest.text_fields),
    )


def read_manifest(folder: Path) -> Manifest:
    """Return what a bundle says about itself, without looking at its other files.

    Raises
    ------
    BundleError
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise BundleError(f"there is no bundle at {folder}; a bundle is a folder")
    if not path.is_file():
        raise BundleError(f"{folder} is not a bundle: it has no {MANIFEST}")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BundleError(f"the manifest of bundle {folder} cannot be read: {error}") from error
    found = values.get("format_version") if isinstance(values, dict) else None
    if found != FORMAT_VERSION:
        raise BundleError(
            f"bundle {folder} is of format {found!r}; patsieve {__version__} reads format "
            f"{FORMAT_VERSION}"
        )
    try:
        manifest = Manifest.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BundleError(
            f"the manifest of bundle {folder} is damaged: {where}: {first['msg']}"
        ) from error
    if manifest != manifest.sealed():
        raise BundleError(f"bundle {folder} was changed: {MANIFEST} is not as it was written")
    return manifest


def training_family_hashes(bundle: ModelBundle) -> frozenset[str]:
    """Return the hashes of the family keys that the model has learnt from."""
    return frozenset(json.loads((bundle.folder / FAMILIES).read_text(encoding="utf-8")))


def family_hash(key: str) -> str:
    """Return what is kept of a family key: it can be recognised, but not read."""
    return hashlib.sha256(key.encode()).hexdigest()


def _check_files(folder: Path, manifest: Manifest) -> None:
    present = {
        str(path.relative_to(folder).as_posix())
        for path in folder.rglob("*")
        if path.is_file() and path != folder / MANIFEST
    }
    for name in sorted(manifest.files.keys() | present):
        if name not in present:
            raise BundleError(f"bundle {folder} is incomplete: {name} is missing")
        if name not in manifest.files:
            raise BundleError(f"bundle {folder} was changed: {name} does not belong to it")
        if _sha256(folder / name) != manifest.files[name]:
            raise BundleError(f"bundle {folder} was changed: {name} is not as it was written")


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
