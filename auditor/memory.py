"""What a finished stage has freed, given back to the system."""

from __future__ import annotations

import ctypes

LARGE_BYTES = 2 * 1024 * 1024  # a document from which giving back is worth a call


def give_back() -> None:
    """Asks the C library for the memory that it keeps after large things were freed.

    glibc keeps what a parser has used: 190 MB after a page of 100,000 images (x86-64, November
    2026). Elsewhere there is no such call, and nothing happens.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return
    trim(0)
