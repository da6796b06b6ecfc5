"""Groups that grow together pair by pair (union-find)."""

from array import array
from typing import final

import numpy as np
from numpy.typing import NDArray


@final
class DisjointSets:
    """Members, counted from 0, of groups; a new member is a group of its own.

    It takes eight bytes a member.
    """

    def __init__(self) -> None:
        self._parents = array("q")

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self._parents)

    def add(self, count: int = 1) -> None:
        """Take so many more members."""
        self._parents.extend(range(len(self), len(self) + count))

    def join(self, one: int, other: int) -> None:
        """Make the groups of two members one."""
        lower, higher = sorted((self._root(one), self._root(other)))
        self._parents[higher] = lower

    def roots(self) -> NDArray[np.int64]:
        """Return the first member of the group of every member, of shape (n_members,)."""
        return np.fromiter(map(self._root, range(len(self))), dtype=np.int64, count=len(self))

    def count(self) -> int:
        """Return the number of groups."""
        return sum(place == parent for place, parent in enumerate(self._parents))

    def _root(self, member: int) -> int:
        parents = self._parents
        while parents[member] != member:
            parents[member] = parents[parents[member]]
            member = parents[member]
        return member
