"""What a bundle says about itself, and how that is read and found to be unchanged."""

import hashlib
import json
from pathlib import Path
from typing import Any, Literal, final

from pydantic import BaseModel, ConfigDict, ValidationError

from patsieve import __version__
from patsieve.corpus.text import TextRecipe
from patsieve.errors import BundleError

FORMAT_VERSION = 1
MANIFEST = "manifest.json"

# Fields that older bundles do not have: where they are None, their seal does not cover them.
_ADDED_LATER = ("certificate", "cross_fitted", "out_of_fold_metrics", "text_max_words")


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
    """From which probability on a record is called relevant, and why.

    Attributes
    ----------
    value : float
    purpose : str
        In words.
    budget : int or None
        Where the purpose is to call so many records relevant: a file that is scored gets its
        own threshold for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    purpose: str
    budget: int | None = None


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
    text_fields, text_max_characters, text_max_words
        The `TextRecipe`: what the classifier reads of a record. The last is None where no field
        is cut by itself.
    test_metrics : dict or None
        The object that ``evaluate --json`` prints, on the test records.
    out_of_fold_metrics : dict or None
        The same on all records that the model has learnt from, by models that had not seen their
        families; for a model that was trained without test records.
    pretrained : str or None
        The checkpoint that training started from.
    calibration : dict or None
        ``labels``, ``probabilities`` and ``families`` (plain codes; absent from older bundles) of
        records that the scoring model has not seen, for choosing another threshold when scoring.
    cross_fitted : bool or None
        Whether those probabilities come from models trained on part of the records each, and
        this model has learnt from all of them; None in older bundles.
    certificate : dict or None
        What a recall as the threshold's purpose came to (`screening.certificate`): the promise,
        or why it is refused. None for any other purpose, and in older bundles.
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
    text_max_characters: int = TextRecipe.max_characters
    text_max_words: dict[str, int] | None = None
    threshold: ThresholdFacts
    test_metrics: dict[str, Any] | None = None
    out_of_fold_metrics: dict[str, Any] | None = None
    pretrained: str | None = None
    calibration: dict[str, list[float]] | None = None
    cross_fitted: bool | None = None
    certificate: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()
    files: dict[str, str] = {}
    seal: str = ""

    def sealed(self) -> "Manifest":
        """Return the manifest with its own SHA-256 in it."""
        opened = self.model_copy(update={"seal": ""})
        unknown = {name for name in _ADDED_LATER if getattr(self, name) is None}
        digest = hashlib.sha256(opened.model_dump_json(exclude=unknown).encode()).hexdigest()
        return self.model_copy(update={"seal": digest})

    @property
    def recipe(self) -> TextRecipe:
        """What the classifier reads of a record."""
        longest = {} if self.text_max_words is None else self.text_max_words
        return TextRecipe(self.text_fields, self.text_max_characters, longest)

    @property
    def is_cross_fitted(self) -> bool:
        """Whether the calibration scores are cross-fitted; in older bundles the kind says it."""
        if self.cross_fitted is None:
            return self.kind == "bag-of-words"
        return self.cross_fitted


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
