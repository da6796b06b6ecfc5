"""Half of the labels flipped on purpose stand in the first tenth of the reading list."""

import numpy as np
import pytest

from patsieve.corpus.load import load_corpus
from patsieve.corpus.synthetic import write_patents


def made_up(folder, n_records, seed):
    write_patents(folder / "true.csv", n_records, seed=seed, label_noise=0.0)
    return load_corpus(folder / "true.csv")


def share_found_early(corpus, seed):
    import label_check

    spoilt, is_flipped = label_check.flip_families(corpus, 0.05, seed=seed)
    check = label_check.check_with_bag_of_words(spoilt, seed=seed)
    return label_check.share_in_first_tenth(check, label_check.rows_of(corpus, is_flipped))


def test_half_of_the_flipped_labels_stand_in_the_first_tenth(tmp_path):
    assert share_found_early(made_up(tmp_path, 1200, 1), 1) >= 0.5


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 4, 5])
def test_half_of_the_flipped_labels_stand_in_the_first_tenth_of_any_list(tmp_path, seed):
    assert share_found_early(made_up(tmp_path, 1500, seed), seed) >= 0.5


def test_whole_families_are_flipped_and_nothing_else_is_changed(tmp_path):
    import label_check

    corpus = made_up(tmp_path, 300, 1)

    spoilt, is_flipped = label_check.flip_families(corpus, 0.05, seed=1)

    assert np.array_equal(spoilt.labels != corpus.labels, is_flipped)
    flipped = np.unique(corpus.families[is_flipped])
    assert len(flipped) == round(0.05 * len(np.unique(corpus.families)))
    assert is_flipped[np.isin(corpus.families, flipped)].all()
