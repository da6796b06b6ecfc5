"""A bundle comes back as it was saved, says where it came from, and notices any change."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from patsieve import __version__
from patsieve.corpus.text import TextRecipe
from patsieve.errors import BundleError, OutputError
from patsieve.models.bag_of_words import BagOfWordsClassifier
from patsieve.models.calibrated import CalibratedClassifier
from patsieve.models.stacking import StackingClassifier
from patsieve.screening.bundle import (
    ThresholdFacts,
    family_hash,
    load_bundle,
    read_manifest,
    save_bundle,
    training_family_hashes,
)


def test_a_bundle_gives_the_same_probabilities(bundle, classifier):
    texts = ["nickel cathode", "oak chair", ""]

    np.testing.assert_array_equal(
        bundle.classifier.predict_proba(texts), classifier.predict_proba(texts)
    )


def test_a_bundle_reads_the_fields_that_it_was_trained_on(save):
    folder = save(text_fields=("claims", "title"), text_max_characters=99)

    assert load_bundle(folder).recipe == TextRecipe(("claims", "title"), 99)


def test_a_bundle_cuts_fields_as_it_was_trained(save):
    folder = save(text_fields=("title", "claims"), text_max_words={"claims": 9})

    assert load_bundle(folder).recipe == TextRecipe(("title", "claims"), max_words={"claims": 9})


def test_the_manifest_says_where_the_model_came_from(bundle, manifest):
    found = bundle.manifest

    assert found.patsieve_version == __version__
    assert (found.seed, found.data, found.threshold) == (1, manifest.data, manifest.threshold)
    assert found.experiment == manifest.experiment
    assert found.calibration == {
        "labels": [1, 1, 1, 0, 0],
        "probabilities": [0.9, 0.7, 0.2, 0.3, 0.1],
    }


def test_a_metric_that_is_not_a_number_is_null(bundle):
    assert bundle.manifest.test_metrics == {"mcc": {"value": 1.0, "low": None, "high": None}}


def test_the_manifest_is_json_that_names_every_other_file(bundle):
    written = json.loads((bundle.folder / "manifest.json").read_text(encoding="utf-8"))

    files = {
        path.relative_to(bundle.folder).as_posix()
        for path in bundle.folder.rglob("*")
        if path.is_file()
    }
    assert written["files"].keys() == files - {"manifest.json"}
    assert "model/bag_of_words.json" in files


def test_families_are_kept_as_hashes_only(bundle):
    assert family_hash("family:3") in training_family_hashes(bundle)
    assert family_hash("family:99") not in training_family_hashes(bundle)
    assert "family" not in (bundle.folder / "training_families.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "training_families.json",
        "model/bag_of_words.json",
        "model/bag_of_words.safetensors",
        "manifest.json",
    ],
)
def test_a_changed_byte_anywhere_is_noticed_and_named(bundle, name):
    file = bundle.folder / name
    content = bytearray(file.read_bytes())
    place = content.index(b"0") if name == "manifest.json" else len(content) // 2
    content[place] ^= 1
    file.write_bytes(content)

    with pytest.raises(BundleError, match=name):
        load_bundle(bundle.folder)


def test_a_missing_file_is_named(bundle):
    (bundle.folder / "model" / "bag_of_words.safetensors").unlink()

    with pytest.raises(BundleError, match=r"is incomplete: model/bag_of_words.safetensors is miss"):
        load_bundle(bundle.folder)


def test_an_added_file_is_named(bundle):
    (bundle.folder / "model" / "extra.bin").write_bytes(b"")

    with pytest.raises(BundleError, match=r"model/extra.bin does not belong to it"):
        load_bundle(bundle.folder)


def test_what_file_managers_leave_behind_does_no_harm(bundle):
    (bundle.folder / ".DS_Store").write_bytes(b"\0")

    assert load_bundle(bundle.folder).manifest == bundle.manifest


def test_a_bundle_can_be_moved(bundle, tmp_path):
    moved = shutil.move(bundle.folder, tmp_path / "elsewhere")

    assert load_bundle(moved).manifest == bundle.manifest


def test_a_bundle_of_a_later_format_is_refused(bundle):
    path = bundle.folder / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**values, "format_version": 2, "more": []}), encoding="utf-8")

    with pytest.raises(
        BundleError, match=rf"is of format 2; patsieve {__version__} reads format 1"
    ):
        load_bundle(bundle.folder)


def test_a_calibrated_stack_comes_back_with_all_that_is_in_it(tmp_path, classifier, manifest):
    texts = [f"{thing} {i}" for i in range(30) for thing in ("nickel cathode", "oak chair")]
    labels = np.tile([1, 0], 30)
    stack = StackingClassifier({"a": BagOfWordsClassifier, "b": BagOfWordsClassifier}, n_folds=2)
    stack.fit(texts, labels)
    calibrated = CalibratedClassifier.on_top_of(
        stack, stack.predict_proba(texts)[:, 1], labels, prevalence=0.5
    )

    save_bundle(
        tmp_path / "bundle",
        calibrated,
        manifest.model_copy(update={"kind": "calibrated"}),
        training_families=(),
    )

    loaded = load_bundle(tmp_path / "bundle").classifier
    assert isinstance(loaded, CalibratedClassifier)
    assert isinstance(loaded.base_, StackingClassifier)
    np.testing.assert_array_equal(loaded.predict_proba(texts), calibrated.predict_proba(texts))


def test_a_kind_of_classifier_that_is_not_known_is_refused(bundle):
    changed = bundle.manifest.model_copy(update={"kind": "oracle"}).sealed()
    (bundle.folder / "manifest.json").write_text(changed.model_dump_json(), encoding="utf-8")

    with pytest.raises(BundleError, match=r"kind 'oracle'; this version knows bag-of-words, col"):
        load_bundle(bundle.folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[1]", "is of format None"),
        (b'{"format_version": 1}', "is damaged: created: Field required"),
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path, content, message):
    (tmp_path / "manifest.json").write_bytes(content)

    with pytest.raises(BundleError, match=message):
        read_manifest(tmp_path)


# As version 0.1.0 wrote it before bundles kept certificates and families.
OLDER = {
    "format_version": 1,
    "patsieve_version": "0.1.0",
    "libraries": {"numpy": "2.2.0"},
    "created": "2026-01-02T03:04:05+00:00",
    "kind": "bag-of-words",
    "experiment": {"kind": "bag-of-words"},
    "seed": 1,
    "commit": None,
    "data": {
        "file": "labelled.csv",
        "digest": "0" * 64,
        "n_records": 27,
        "n_relevant": 9,
        "prevalence": 1 / 3,
    },
    "text_fields": ["title", "abstract"],
    "text_max_characters": 20000,
    "threshold": {"value": 0.5, "purpose": "recall 0.95", "budget": None},
    "test_metrics": None,
    "pretrained": None,
    "calibration": {"labels": [1.0, 1.0, 0.0], "probabilities": [0.9, 0.7, 0.3]},
    "notes": [],
    "files": {},
    "seal": "bc1f6f016f6e3c9d632aa4e8586ce7f71ac4c247d1f9c1ce5696fdc8c5f443a6",
}


def test_a_manifest_from_before_certificates_is_read(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps(OLDER), encoding="utf-8")

    found = read_manifest(tmp_path)

    assert (found.certificate, found.cross_fitted, found.is_cross_fitted) == (None, None, True)
    assert found.calibration == OLDER["calibration"]


@pytest.mark.parametrize("added", [{"cross_fitted": False}, {"certificate": {"given": True}}])
def test_nothing_can_be_added_to_an_older_manifest(tmp_path, added):
    (tmp_path / "manifest.json").write_text(json.dumps({**OLDER, **added}), encoding="utf-8")

    with pytest.raises(BundleError, match=r"was changed: manifest.json is not as it was written"):
        read_manifest(tmp_path)


def test_what_is_no_bundle_is_refused(tmp_path):
    file = tmp_path / "model.bin"
    file.write_bytes(b"")

    with pytest.raises(BundleError, match=r"there is no bundle at .*nowhere; a bundle is a folder"):
        load_bundle(tmp_path / "nowhere")
    with pytest.raises(BundleError, match=r"there is no bundle at .*model.bin"):
        load_bundle(file)
    with pytest.raises(BundleError, match=r"is not a bundle: it has no manifest.json"):
        load_bundle(tmp_path)


def test_saving_replaces_an_older_bundle_as_a_whole(save):
    save()

    folder = save(threshold=ThresholdFacts(value=0.3, purpose="recall 0.95"), notes=("new",))

    assert load_bundle(folder).manifest.threshold.value == 0.3
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_manifest_for_another_kind_is_a_mistake_of_the_program(save):
    with pytest.raises(ValueError, match="a manifest for 'encoder' with a 'bag-of-words'"):
        save(kind="encoder")


def test_a_bundle_that_cannot_be_written_leaves_nothing(tmp_path, classifier, manifest):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(OutputError, match="a file, not a folder"):
        save_bundle(tmp_path / "file" / "bow", classifier, manifest, training_families=())

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_bag_of_words_loads_and_scores_without_torch(bundle):
    script = (
        "import sys, pathlib\n"
        "from patsieve.screening.bundle import load_bundle\n"
        "load_bundle(pathlib.Path(sys.argv[1])).classifier.predict(['a text'])\n"
        "print({'torch', 'transformers', 'mlflow'} & set(sys.modules))"
    )

    run = subprocess.run(
        [sys.executable, "-c", script, bundle.folder], check=True, capture_output=True, text=True
    )

    assert run.stdout.strip() == "set()"
