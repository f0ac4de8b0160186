"""The garbage of a process: not looked for where there is none, given back to the system when it is much."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

LARGE_BYTES = 2 * 1024 * 1024  # a document from which giving back is worth a call


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """Imports leave nothing to collect: none is looked for meanwhile, and later not among what they made.

    Looking took six hundredths of a second of the one that a check of an article takes (November 2026).
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def give_back() -> None:
    """Asks the C library for the memory that it keeps after large things were freed.

    glibc keeps what a parser has used: 190 MB after a page of 100,000 images (x86-64, November
    2026). Elsewhere there is no such call, and nothing happens.
    """
    import ctypes

    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return
    trim(0)
