from patsieve.corpus.disjoint_sets import DisjointSets


def sets_of(n_members, *pairs):
    sets = DisjointSets()
    sets.add(n_members)
    for one, other in pairs:
        sets.join(one, other)
    return sets


def test_none_is_in_no_group():
    assert (len(sets_of(0)), sets_of(0).count(), sets_of(0).roots().tolist()) == (0, 0, [])


def test_a_new_member_is_alone():
    sets = sets_of(2, (0, 1))
    sets.add()

    assert (len(sets), sets.count(), sets.roots().tolist()) == (3, 2, [0, 0, 2])


def test_groups_join_through_a_third_member_and_are_known_by_their_first():
    sets = sets_of(6, (4, 2), (5, 1), (1, 4), (2, 5))

    assert sets.roots().tolist() == [0, 1, 1, 3, 1, 1]
    assert sets.count() == 3


def test_a_member_is_joined_to_itself_without_effect():
    assert sets_of(2, (1, 1)).count() == 2
