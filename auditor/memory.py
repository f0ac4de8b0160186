"""What a process does with memory that it no longer needs: garbage is not looked for where there is none,
much is given back to the system, and what the next picture wants again is kept.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator
from typing import cast

LARGE_BYTES = 2 * 1024 * 1024  # a document from which giving back is worth a call

_KEPT_BYTES = 16 * 1024 * 1024
_LARGEST_KEPT_BYTES = 4 * 1024 * 1024
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # names in glibc's malloc.h


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
    if (trim := _of_the_c_library("malloc_trim")) is not None:
        trim(0)


def keep() -> None:
    """Asks the C library to keep 16 MB of what was freed, but for single pieces of more than 4.

    glibc gives each array of pixels back when it is freed and asks for it again for the next picture:
    454 pages, each cleared by the kernel, for one of 600 x 400, and a quarter of the time
    (tests/bench/fingerprint.py, November 2026). Elsewhere nothing happens.
    """
    if (option := _of_the_c_library("mallopt")) is not None:
        option(_M_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES)
        option(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def _of_the_c_library(name: str) -> Callable[..., int] | None:
    import ctypes  # a hundredth of a second that a start does without

    return cast("Callable[..., int] | None", getattr(ctypes.CDLL(None), name, None))
