"""What a bundle keeps of its labelled records: each held against the words of other families."""

import json

import numpy as np
import pytest

from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.corpus.text import TextRecipe
from patsieve.errors import BundleError
from patsieve.screening.bundle import load_bundle, save_bundle
from patsieve.screening.drift.reference import (
    FILE,
    DriftReference,
    make_reference,
    read_reference,
    reference_file,
)


def corpus(*records):
    """Records given by title, label and family."""
    made = [
        PatentRecord(row=i, title=title, label=label) for i, (title, label, _) in enumerate(records)
    ]
    return Corpus(made, np.array([family for _, _, family in records]))


def reference(*records):
    return make_reference(corpus(*records), TextRecipe(), seed=1)


def shares(counts):
    return {share: int(counts[share]) for share in np.flatnonzero(counts)}


def test_words_of_no_other_family_are_unknown():
    found = reference(
        ("nickel cathode", 1, 0), ("nickel anode", 1, 1), ("oak chair", 0, 2), ("oak table", 0, 3)
    )

    assert shares(found.relevant) == {50: 2}
    assert shares(found.irrelevant) == {50: 2}
    assert found.words.unknown_share("nickel oak spoon") == 33


def test_a_family_does_not_know_its_own_words_and_counts_once():
    found = reference(("nickel cathode", 1, 0), ("nickel cathode", 1, 0), ("oak chair", 0, 1))

    assert shares(found.relevant) == {100: 1}


def test_records_without_words_do_not_count():
    found = reference(("12", 1, 0), ("oak chair", 0, 1))

    assert found.relevant.sum() == 0


def test_it_comes_back_as_it_was_written():
    found = reference(("nickel cathode", 1, 0), ("oak chair", 0, 1))

    again = DriftReference.from_json(json.loads(reference_file(found)[FILE]))

    np.testing.assert_array_equal(again.words.bits, found.words.bits)
    np.testing.assert_array_equal(again.relevant, found.relevant)
    np.testing.assert_array_equal(again.irrelevant, found.irrelevant)


def test_no_word_is_kept():
    assert "nickel" not in reference_file(reference(("nickel cathode", 1, 0)))[FILE]


def test_a_bundle_gives_it_back(tmp_path, classifier, manifest):
    kept = reference(("nickel cathode", 1, 0), ("oak chair", 0, 1))
    folder = tmp_path / "bundle"
    save_bundle(
        folder, classifier, manifest, training_families=(), extra_files=reference_file(kept)
    )

    found = read_reference(load_bundle(folder))

    assert found is not None
    np.testing.assert_array_equal(found.relevant, kept.relevant)


def test_an_older_bundle_has_none(bundle):
    assert read_reference(bundle) is None


@pytest.mark.parametrize("change", [{"format": 2}, {"words": "AAAA"}, {"relevant": [1, 2]}])
def test_another_version_is_refused_by_name(tmp_path, classifier, manifest, change):
    plain = reference(("nickel cathode", 1, 0)).as_json() | change
    folder = tmp_path / "bundle"
    save_bundle(
        folder, classifier, manifest, training_families=(), extra_files={FILE: json.dumps(plain)}
    )

    with pytest.raises(BundleError, match=FILE):
        read_reference(load_bundle(folder))
