import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patsieve.corpus.records import PatentRecord
from patsieve.corpus.splits import (
    Split,
    family_folds,
    split_by_column,
    split_by_date,
    split_by_family,
)
from patsieve.errors import DataError, LabelError, LeakError, UsageError


def parts_of(split):
    return split.training, split.validation, split.test


def n_relevant(labels, split):
    return [int(labels[part].sum()) for part in parts_of(split)]


def sizes(split):
    return [len(part) for part in parts_of(split)]


def corpus_of(n_families, size, prevalence, seed=0):
    rng = np.random.default_rng(seed)
    families = rng.permutation(np.repeat(np.arange(n_families), size))
    return (rng.random(len(families)) < prevalence).astype(np.int64), families


def test_shares_are_exact_where_no_family_prevents_it():
    labels = np.repeat([1, 0], [100, 300])

    split = split_by_family(labels, np.arange(400), seed=1)

    assert sizes(split) == [260, 60, 80]
    assert n_relevant(labels, split) == [65, 15, 20]


def test_families_stay_whole_and_shares_nearly_exact():
    labels, families = corpus_of(300, 3, 0.3)

    split = split_by_family(labels, families, seed=1).checked(families)

    assert sizes(split) == pytest.approx([585, 135, 180], abs=3)
    share = np.array([0.65, 0.15, 0.2])
    assert n_relevant(labels, split) == pytest.approx(share * labels.sum(), abs=2)


def test_large_families_are_not_collected_in_one_part():
    families = np.concatenate([np.repeat(np.arange(40), 10), np.arange(1000, 1600)])
    labels = np.resize([1, 0, 0, 0, 0], len(families))

    split = split_by_family(labels, families, seed=3)

    large = [int((families[part] < 1000).sum()) for part in parts_of(split)]
    assert large == pytest.approx([260, 60, 80], abs=10)


@pytest.mark.parametrize("label", [0, 1])
def test_small_families_make_up_for_a_large_one(label):
    families = np.concatenate([np.full(50, 0), np.arange(1, 51), np.arange(100, 200)])
    labels = np.repeat([label, 1 - label], [100, 100])

    folds = family_folds(labels, families, n_folds=2, seed=0)

    assert [int(labels[test].sum()) for _, test in folds] == [50, 50]
    assert [len(test) for _, test in folds] == [100, 100]


def test_a_seed_means_the_same_records_in_every_version():
    split = split_by_family(np.repeat([1, 0], 10), np.arange(20), seed=1)

    assert split.test.tolist() == [4, 5, 12, 17]


def test_the_same_seed_gives_the_same_split_and_another_gives_another():
    labels, families = corpus_of(100, 2, 0.3)

    first, again, other = (split_by_family(labels, families, seed=s) for s in (5, 5, 6))

    assert first.test.tolist() == again.test.tolist()
    assert first.test.tolist() != other.test.tolist()


def test_every_record_can_be_drawn_for_the_test():
    labels = np.repeat([1, 0], [10, 30])

    n_drawn = np.zeros(40)
    for seed in range(200):
        n_drawn[split_by_family(labels, np.arange(40), seed=seed).test] += 1

    # 40 draws expected; binomial with n = 200, p = 0.2 stays within ±5 sd (28) all but surely.
    assert n_drawn.min() > 12
    assert n_drawn.max() < 68


def test_a_tiny_set_still_gives_every_part_both_classes():
    labels = np.array([1, 1, 1, 0, 0, 0])

    split = split_by_family(labels, np.arange(6), seed=0)

    assert n_relevant(labels, split) == [1, 1, 1]
    assert sizes(split) == [2, 2, 2]


def test_a_part_gives_no_family_that_it_needs_itself():
    labels = np.repeat([1, 0], [5, 6])
    families = np.array([0, 0, 1, 1, 2, *range(10, 16)])

    split = split_by_family(labels, families, seed=0)

    assert n_relevant(labels, split) == [2, 2, 1]


def test_mixed_families_can_serve_both_classes():
    labels = np.array([1, 0, 1, 0, 1, 0])

    split = split_by_family(labels, np.array([0, 0, 1, 1, 2, 2]), seed=0)

    assert sizes(split) == [2, 2, 2]


def test_too_few_families_of_a_class_are_an_error_that_counts_them():
    labels = np.array([1, 1, 1, 0, 0, 0, 0])
    families = np.array([0, 0, 1, 2, 3, 4, 5])

    with pytest.raises(
        LabelError,
        match="3 relevant records in 2 families cannot give each of training, validation and test",
    ):
        split_by_family(labels, families, seed=0)


def test_a_part_of_no_size_is_left_out():
    labels, families = corpus_of(50, 1, 0.4)

    split = split_by_family(labels, families, seed=1, validation_fraction=0.0)

    assert sizes(split) == [40, 0, 10]


@pytest.mark.parametrize("fractions", [(0.5, 0.5), (-0.1, 0.2), (1.0, 0.0), (float("nan"), 0.1)])
def test_impossible_fractions_are_refused(fractions):
    labels, families = corpus_of(50, 1, 0.4)

    with pytest.raises(UsageError, match="must be from 0 to below 1"):
        split_by_family(
            labels, families, seed=1, validation_fraction=fractions[0], test_fraction=fractions[1]
        )


@settings(max_examples=80, deadline=None)
@given(
    families=st.lists(st.integers(0, 25), min_size=1, max_size=120),
    seed=st.integers(0, 2**32),
    data=st.data(),
)
def test_a_split_is_a_partition_without_a_leak_or_a_clear_refusal(families, seed, data):
    labels = np.array(
        data.draw(st.lists(st.integers(0, 1), min_size=len(families), max_size=len(families)))
    )
    codes = np.array(families)

    try:
        split = split_by_family(labels, codes, seed=seed)
    except LabelError:
        return

    split.checked(codes)
    assert sorted(np.concatenate(parts_of(split))) == list(range(len(families)))
    assert all(set(labels[part]) == {0, 1} for part in parts_of(split))


@settings(max_examples=40, deadline=None)
@given(n_relevant=st.integers(5, 60), n_irrelevant=st.integers(5, 60), seed=st.integers(0, 999))
def test_folds_of_single_records_differ_by_at_most_one_in_each_class(
    n_relevant, n_irrelevant, seed
):
    labels = np.repeat([1, 0], [n_relevant, n_irrelevant])

    folds = family_folds(labels, np.arange(len(labels)), n_folds=5, seed=seed)

    relevant = [int(labels[test].sum()) for _, test in folds]
    irrelevant = [len(test) - int(labels[test].sum()) for _, test in folds]
    assert max(relevant) - min(relevant) <= 1
    assert max(irrelevant) - min(irrelevant) <= 1


def test_folds_partition_the_records_and_keep_families_whole():
    labels, families = corpus_of(60, 3, 0.3)

    folds = family_folds(labels, families, n_folds=5, seed=2)

    assert sorted(np.concatenate([test for _, test in folds])) == list(range(180))
    for training, test in folds:
        assert sorted(np.concatenate([training, test])) == list(range(180))
        assert not set(families[training]) & set(families[test])


def test_other_folds_by_another_seed():
    labels, families = corpus_of(60, 1, 0.3)

    first, again, other = (family_folds(labels, families, n_folds=3, seed=s) for s in (0, 0, 1))

    assert [test.tolist() for _, test in first] == [test.tolist() for _, test in again]
    assert [test.tolist() for _, test in first] != [test.tolist() for _, test in other]


def test_more_folds_than_relevant_families_are_an_error():
    with pytest.raises(LabelError, match=r"2 relevant records in 2 families .* fold 1, fold 2"):
        family_folds(np.array([1, 1, 0, 0, 0]), np.arange(5), n_folds=3, seed=0)


def test_one_fold_is_no_cross_validation():
    with pytest.raises(UsageError, match="with 1 folds; it needs at least 2"):
        family_folds(np.array([1, 0]), np.arange(2), n_folds=1, seed=0)


def test_a_family_on_two_sides_is_a_leak_with_its_rows():
    records = [
        PatentRecord(row, family_id=family) for row, family in ((3, "7"), (5, "8"), (9, "7"))
    ]
    families = np.array([0, 1, 0])
    split = Split(np.array([0]), np.array([1]), np.array([2]))

    with pytest.raises(
        LeakError,
        match=r"family 7 stands in two parts of the split \(training: row 3; test: row 9\)$",
    ):
        split.checked(families, records)
    with pytest.raises(LeakError, match=r"family code 0 .*\(training: row 1; test: row 3\)$"):
        split.checked(families)


@pytest.mark.parametrize("sides", [(0, 1), (0, 2), (1, 2)])
def test_a_leak_between_any_two_parts_is_found(sides):
    parts = [np.array([], dtype=int)] * 3
    parts[sides[0]], parts[sides[1]] = np.array([0]), np.array([1])

    with pytest.raises(LeakError):
        Split(*parts).checked(np.array([7, 7]))


def test_several_leaks_are_counted():
    split = Split(np.array([0, 1, 2]), np.array([], dtype=int), np.array([3, 4, 5]))

    with pytest.raises(LeakError, match="and so do 2 more"):
        split.checked(np.array([0, 1, 2, 0, 1, 2]))


def test_a_record_in_two_parts_is_a_leak():
    with pytest.raises(LeakError, match="a record stands in two parts"):
        Split(np.array([0, 1]), np.array([], dtype=int), np.array([1])).checked(np.array([0, 1]))


def test_a_clean_split_is_given_back():
    split = Split(np.array([0, 2]), np.array([], dtype=int), np.array([1]))

    assert split.checked(np.array([4, 5, 4])) is split


DAYS = [f"20{year:02d}-01-01" for year in range(10, 20)]


def test_the_latest_families_are_tested_and_those_before_validate():
    labels = np.tile([1, 0], 10)
    dates = np.repeat(DAYS, 2)
    shuffled = np.random.default_rng(0).permutation(20)

    split = split_by_date(
        dates[shuffled].tolist(), labels[shuffled], np.arange(20),
        validation_fraction=0.1, test_fraction=0.3,
    )  # fmt: skip

    assert sorted(dates[shuffled][split.test]) == sorted(dates[14:])
    assert sorted(dates[shuffled][split.validation]) == sorted(dates[12:14])
    assert len(split.training) == 12


def test_a_family_has_the_date_of_its_earliest_member():
    dates = ["2010-01-01", "2011-01-01", "2012-01-01", "2013-01-01", "2019-01-01", "2010-01-01"]
    labels = np.array([1, 0, 1, 0, 1, 0])

    split = split_by_date(
        dates, labels, np.array([0, 1, 2, 2, 0, 1]), validation_fraction=0.0, test_fraction=0.3
    )

    assert split.test.tolist() == [2, 3]


def test_every_part_gets_a_date_even_if_the_test_would_take_all():
    dates = np.repeat(["2010-01-01", "2011-01-01", "2012-01-01"], 2).tolist()

    split = split_by_date(
        dates, np.array([1, 0] * 3), np.arange(6), validation_fraction=0.2, test_fraction=0.6
    )

    assert sizes(split) == [2, 2, 2]


def test_equal_dates_go_together():
    dates = ["2010-01-01"] * 4 + ["2011-01-01"] * 6
    labels = np.array([1, 0] * 5)

    split = split_by_date(dates, labels, np.arange(10), validation_fraction=0.0, test_fraction=0.1)

    assert split.test.tolist() == [4, 5, 6, 7, 8, 9]


def test_records_without_a_date_are_for_training_with_a_note():
    dates = ["", "2010-01-01", "2010-01-01", "2011-01-01", "2011-01-01", ""]
    labels = np.array([1, 1, 0, 1, 0, 0])

    split = split_by_date(dates, labels, np.arange(6), validation_fraction=0.0, test_fraction=0.3)

    assert (split.training.tolist(), split.test.tolist()) == ([0, 1, 2, 5], [3, 4])
    assert split.notes == ("2 records without a date went to the training part",)


def test_no_part_but_training_gets_undated_records_even_if_most_are():
    dates = [""] * 20 + ["2010-01-01", "2010-01-01", "2011-01-01", "2011-01-01"]
    labels = np.array([1, 0] * 12)

    split = split_by_date(dates, labels, np.arange(24), validation_fraction=0.0, test_fraction=0.5)

    assert split.test.tolist() == [22, 23]


def test_a_split_by_date_needs_dates():
    with pytest.raises(DataError, match="no record has a date"):
        split_by_date(["", ""], np.array([1, 0]), np.arange(2))
    with pytest.raises(DataError, match="only 2 dates differ, too few for 3 parts"):
        split_by_date(["2010-01-01", "2011-01-01"], np.array([1, 0]), np.arange(2))


def test_a_part_by_date_without_a_relevant_record_is_an_error():
    dates = np.repeat(DAYS, 2).tolist()

    with pytest.raises(LabelError, match="the test part of the split, 4 records, has no relevant"):
        split_by_date(dates, np.array([1, 0] * 8 + [0] * 4), np.arange(20))


def test_the_users_parts_are_taken_in_any_usual_spelling():
    splits = ["train", "Training ", "VALID", "val", "test", "Test"]

    split = split_by_column(splits, np.array([1, 0] * 3), np.arange(6), seed=0)

    assert [part.tolist() for part in parts_of(split)] == [[0, 1], [2, 3], [4, 5]]


def test_validation_is_drawn_by_family_where_the_user_has_none():
    labels, families = corpus_of(50, 2, 0.4)
    splits = np.where(families < 10, "test", "train").tolist()

    split = split_by_column(splits, labels, families, seed=1, validation_fraction=0.25)

    split.checked(families)
    assert sizes(split) == [60, 20, 20]
    assert (families[split.test] < 10).all()
    assert split.notes == (
        "the split column has no validation record; 20 training records were drawn for it, "
        "by family",
    )


def test_the_users_leak_is_an_error_with_family_and_rows():
    records = [PatentRecord(row, family_id="7") for row in (11, 12)]

    with pytest.raises(LeakError, match=r"family 7 .*training: row 11; test: row 12"):
        split_by_column(
            ["train", "test"], np.array([1, 0]), np.array([0, 0]), seed=0, records=records
        )


@pytest.mark.parametrize(
    ("splits", "match"),
    [
        (["train", "", "test"], "puts row 2 into no part; possible are training"),
        (["train", "holdout", "test"], "puts row 2 into no part but 'holdout'; possible are"),
        (["train", "train", "val"], "has no test record"),
        (["val", "test", "test"], "has no training record"),
        (["", "", ""], "no record says in which part"),
    ],
)
def test_a_split_column_that_cannot_be_used(splits, match):
    with pytest.raises(DataError, match=match):
        split_by_column(splits, np.array([1, 0, 1]), np.arange(3), seed=0)


def test_the_users_part_without_a_class_is_an_error():
    with pytest.raises(LabelError, match="the test part of the split, 1 record, has no irrelevant"):
        split_by_column(
            ["train", "train", "test"], np.array([1, 0, 1]), np.arange(3),
            seed=0, validation_fraction=0.0,
        )  # fmt: skip


def test_a_hundred_thousand_records_are_split_in_two_seconds():
    import time

    labels, families = corpus_of(60_000, 2, 0.26)

    began = time.process_time()
    split_by_family(labels, families, seed=0)

    assert time.process_time() - began < 2
