"""The card is a file of its bundle, can be made again, and spoils nothing."""

import json

import pytest
from made_bundles import made_manifest, made_training

from patsieve.errors import BundleError, OutputError, UsageError
from patsieve.screening.bundle import load_bundle, save_bundle
from patsieve.screening.card.files import WRITERS, card_of_bundle, files_beside_model, write_card


@pytest.fixture
def folder(tmp_path, classifier):
    """A bundle with its card."""
    manifest = made_manifest()
    save_bundle(
        tmp_path / "bow",
        classifier,
        manifest,
        training_families=["family:1"],
        extra_files=files_beside_model(manifest, made_training()),
    )
    return tmp_path / "bow"


def test_a_new_bundle_has_its_card_in_both_forms(folder):
    kept = load_bundle(folder).manifest.files

    assert {"training.json", "model_card.md", "model_card.html"} <= kept.keys()
    assert json.loads((folder / "training.json").read_text(encoding="utf-8"))["split"]["seed"] == 7


@pytest.mark.parametrize("name", WRITERS)
def test_the_card_that_is_made_again_is_the_one_in_the_bundle(folder, name):
    kept = (folder / name).read_text(encoding="utf-8")

    assert WRITERS[name](card_of_bundle(folder)) == kept
    assert "0.500" in kept


def test_a_card_that_was_changed_is_noticed(folder):
    card = folder / "model_card.md"
    card.write_text(card.read_text(encoding="utf-8").replace("0.", "1."), encoding="utf-8")

    with pytest.raises(BundleError, match=r"model_card\.md is not as it was written"):
        load_bundle(folder)
    with pytest.raises(BundleError, match=r"model_card\.md is not as it was written"):
        card_of_bundle(folder)


def test_a_bundle_without_a_card_gets_one_elsewhere(bundle, tmp_path):
    out = tmp_path / "new" / "cards"

    written = write_card(card_of_bundle(bundle.folder), out, names=WRITERS, bundle=bundle.folder)

    assert written == [out / "model_card.md", out / "model_card.html"]
    assert "not recorded" in (out / "model_card.md").read_text(encoding="utf-8")
    load_bundle(bundle.folder)


@pytest.mark.parametrize("below", [".", "cards"])
def test_nothing_is_written_into_a_bundle(bundle, below):
    card = card_of_bundle(bundle.folder)

    with pytest.raises(UsageError, match="choose another folder"):
        write_card(card, bundle.folder / below, names=WRITERS, bundle=bundle.folder)

    load_bundle(bundle.folder)


def test_a_card_that_cannot_be_written_is_told(bundle, tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match=r"model_card\.md"):
        write_card(
            card_of_bundle(bundle.folder), tmp_path / "file", names=WRITERS, bundle=bundle.folder
        )


def test_training_facts_that_are_no_json_are_told(tmp_path, classifier):
    manifest = made_manifest()
    save_bundle(
        tmp_path / "bow",
        classifier,
        manifest,
        training_families=(),
        extra_files={"training.json": "{"},
    )

    with pytest.raises(BundleError, match=r"training\.json cannot be read"):
        card_of_bundle(tmp_path / "bow")


def test_there_must_be_a_bundle(tmp_path):
    with pytest.raises(BundleError, match="there is no bundle"):
        card_of_bundle(tmp_path / "none")
