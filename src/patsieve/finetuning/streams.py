"""One seed, many independent random streams, each with a name.

A run has one seed. What is random in it (split, order, initialisation, dropout) draws from
a stream of its own, so that changing how one of them is used leaves the others alone, and
so that any epoch can be repeated without replaying the epochs before it.
"""

import zlib

import numpy as np


def stream_seed(seed: int, name: str, *keys: int) -> int:
    """Return the seed of a named stream, a whole number below 2**63.

    Parameters
    ----------
    seed : int
        The run's seed, zero or more.
    name : str
        What is drawn, such as ``"order"`` or ``"dropout"``.
    *keys : int
        Further coordinates, zero or more each, such as the epoch.
    """
    sequence = np.random.SeedSequence([seed, zlib.crc32(name.encode()), *keys])
    return int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1))


def stream(seed: int, name: str, *keys: int) -> np.random.Generator:
    """Return a NumPy generator on the named stream."""
    return np.random.default_rng(stream_seed(seed, name, *keys))
