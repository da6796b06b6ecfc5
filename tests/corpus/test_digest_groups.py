import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus import digest_groups
from patsieve.corpus.digest_groups import DigestGroups, DigestRepeats
from patsieve.corpus.disjoint_sets import DisjointSets


def digest(number):
    return number.to_bytes(8, "little")


def counted_pair_by_pair(records):
    sets = DisjointSets()
    sets.add(len(records))
    for later, keys in enumerate(records):
        for earlier in range(later):
            if set(keys) & set(records[earlier]):
                sets.join(earlier, later)
    return sets.count()


def groups_of(records):
    groups = DigestGroups()
    for keys in records:
        groups.add(map(digest, keys))
    return groups


@given(st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=12))
def test_groups_are_those_of_comparing_all_pairs(records):
    groups = groups_of(records)

    assert groups.count() == counted_pair_by_pair(records)
    assert groups.n_records == len(records)


def test_records_without_a_key_are_alone():
    assert groups_of([[], [], [1], [1]]).count() == 3


def test_no_record_is_no_group():
    assert (DigestGroups().count(), DigestRepeats().found().count) == (0, 0)


def test_many_pairs_are_taken_in_turns(monkeypatch):
    monkeypatch.setattr(digest_groups, "_PAIRS_AT_A_TIME", 2)

    assert groups_of([[1], [1, 2], [2, 3], [3], [4], [4, 1]]).count() == 1


def test_repeats_are_told_in_their_order_without_the_first_of_each():
    repeats = DigestRepeats()
    for row, number in [(2, 300), (3, 7), (5, 7), (6, 300), (9, 8), (11, 7)]:
        repeats.add(digest(number), row)

    found = repeats.found()

    assert (found.count, found.first) == (3, [5, 6, 11])


def test_some_ten_bytes_a_key_are_kept():
    n_keys = 20_000
    tracemalloc.start()
    groups = DigestGroups()
    for number in range(n_keys):
        groups.add([digest(number)])
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert groups.count() == n_keys
    assert kept < 24 * n_keys
