"""Giving freed memory back to the operating system."""

import ctypes
import sys


def return_freed_memory() -> None:
    """Hand back what the C library keeps of freed tensors; where it is not glibc, do nothing.

    A run frees tensors of ever other lengths, and glibc keeps most of what lies between those
    that stay. Measured after the fifth small run of one process, embedded encoder, all models
    deleted: 962 MB in use, 426 MB after this call, which takes some milliseconds.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
