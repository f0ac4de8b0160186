"""What a process does with memory that it no longer needs."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

# Takes and frees a third of a megabyte many times; prints how often the kernel had to hand out a page.
FREEING = """
import resource, sys
from auditor import memory
if sys.argv[1] == "keep":
    memory.keep()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def take():
    first, second = bytearray(3_000_000), bytearray(300_000)
take()
before = faults()
for _ in range(50):
    take()
print(faults() - before)
"""


def faults(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", FREEING, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="the C library has no such option")
def test_kept_memory_is_not_asked_for_again() -> None:
    assert faults("keep") < 500 < faults("give back")
