"""Which records an epoch draws, and in which batches."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.finetuning.batching import WeightedBucketSampler, by_length

# Relevant records stand last and are long, so that a mix-up of positions, labels and draws
# would show: no position is a label, and class and length say which record it is.
LABELS = np.array([0] * 30 + [1] * 7)
LENGTHS = np.arange(100, 137)


def sampler(labels=LABELS, lengths=None, *, batch_size=4, sampling="balanced", seed=1, **more):
    lengths = np.arange(100, 100 + len(labels)) if lengths is None else lengths
    return WeightedBucketSampler(
        np.asarray(lengths), labels, batch_size=batch_size, sampling=sampling, seed=seed, **more
    )


def of_epochs(drawing, n_epochs):
    return np.concatenate([drawing.draws(epoch) for epoch in range(1, n_epochs + 1)])


class_sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))


@given(class_sizes, st.integers(1, 12), st.integers(0, 5))
def test_uniform_draws_take_every_record_once_an_epoch(sizes, batch_size, seed):
    labels = np.array([0] * sizes[0] + [1] * sizes[1])
    drawing = sampler(labels, batch_size=batch_size, sampling="uniform", seed=seed)

    assert sorted(drawing.draws(3)) == list(range(len(labels)))


@given(class_sizes, st.integers(1, 6))
def test_balanced_draws_take_the_same_number_of_either_class(sizes, epoch):
    labels = np.array([0] * sizes[0] + [1] * sizes[1])

    drawn = labels[sampler(labels).draws(epoch)]

    assert len(drawn) == len(labels)
    assert np.sum(drawn == 1) == len(labels) // 2
    assert np.sum(drawn == 0) == len(labels) - len(labels) // 2


@given(class_sizes, st.integers(1, 9), st.integers(0, 3))
def test_over_many_epochs_the_records_of_a_class_are_drawn_equally_often(sizes, n_epochs, seed):
    labels = np.array([0] * sizes[0] + [1] * sizes[1])
    times = Counter(of_epochs(sampler(labels, seed=seed), n_epochs).tolist())

    for label in (0, 1):
        of_class = [times[i] for i in np.flatnonzero(labels == label)]
        assert max(of_class) - min(of_class) <= 1


def test_draws_reach_every_record_and_not_only_the_first():
    # Class weights taken for weights of records draw only records 0 and 1.
    drawn = of_epochs(sampler(), 4)

    assert set(drawn) == set(range(37))


@pytest.mark.parametrize("sampling", ["uniform", "balanced"])
def test_batches_hold_exactly_the_drawn_records(sampling):
    drawing = sampler(sampling=sampling, bucket_batches=3)

    batches = list(drawing.batches(2))

    assert sorted(np.concatenate(batches)) == sorted(drawing.draws(2))
    assert len(batches) == drawing.n_batches == 10
    assert sorted(len(batch) for batch in batches) == [1] + [4] * 9


@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 20), st.sampled_from(range(1, 5)))
def test_buckets_lose_no_record(n_records, batch_size, bucket_batches, epoch):
    labels = np.arange(n_records) % 2
    lengths = (np.arange(n_records) * 7) % 13
    drawing = sampler(
        labels, lengths, batch_size=batch_size, sampling="uniform", bucket_batches=bucket_batches
    )

    batches = list(drawing.batches(epoch))

    assert sorted(np.concatenate(batches)) == list(range(n_records))
    assert len(batches) == drawing.n_batches
    assert max(len(batch) for batch in batches) <= batch_size


def padding(drawing, lengths):
    return sum(
        int(lengths[batch].max()) * len(batch) - int(lengths[batch].sum())
        for batch in drawing.batches(1)
    )


@pytest.mark.parametrize("sampling", ["uniform", "balanced"])
def test_buckets_save_padding_with_either_kind_of_draws(sampling):
    lengths = np.random.default_rng(0).integers(5, 400, size=200)
    labels = (np.arange(200) % 5 == 0).astype(np.int64)
    shuffled = sampler(labels, lengths, sampling=sampling, bucket_batches=1)
    bucketed = sampler(labels, lengths, sampling=sampling, bucket_batches=16)

    assert padding(bucketed, lengths) < padding(shuffled, lengths) / 3


def test_batches_of_an_epoch_come_in_random_order_and_not_by_length():
    lengths = np.arange(160)
    drawing = sampler(np.arange(160) % 2, lengths, sampling="uniform", bucket_batches=99)

    means = [lengths[batch].mean() for batch in drawing.batches(1)]

    assert means != sorted(means)
    assert means != sorted(means, reverse=True)


@pytest.mark.parametrize("sampling", ["uniform", "balanced"])
def test_an_epoch_is_a_function_of_seed_and_epoch_alone(sampling):
    alone = [batch.tolist() for batch in sampler(sampling=sampling).batches(3)]
    after_others = sampler(sampling=sampling)
    for epoch in (1, 2):
        list(after_others.batches(epoch))

    assert [batch.tolist() for batch in after_others.batches(3)] == alone
    assert [batch.tolist() for batch in after_others.batches(4)] != alone
    other_seed = sampler(sampling=sampling, seed=2)
    assert [batch.tolist() for batch in other_seed.batches(3)] != alone


def test_balanced_draws_without_one_of_the_classes_are_refused():
    with pytest.raises(ValueError, match="need records of both classes"):
        sampler(np.zeros(5, dtype=np.int64))


def test_labels_and_lengths_of_different_records_are_refused():
    with pytest.raises(ValueError, match="36 lengths but 37 labels"):
        sampler(lengths=LENGTHS[:-1])


@given(st.lists(st.integers(0, 600), max_size=60), st.integers(1, 2000))
def test_passes_without_learning_take_every_record_once_in_bounded_batches(lengths, max_tokens):
    lengths = np.array(lengths, dtype=np.int64)

    batches = list(by_length(lengths, max_tokens=max_tokens))

    taken = [int(i) for batch in batches for i in batch]
    assert sorted(taken) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * lengths[batch].max() <= max_tokens
