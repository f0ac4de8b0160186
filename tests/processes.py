"""The decoder's processes as a test sees them, and a picture that keeps one busy."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path

PROC = Path("/proc")


def children(parent: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [
            int(child)
            for task in (PROC / str(parent) / "task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    return []


def workers(parent: int | None = None) -> list[int]:
    """Processes that the nurseries of this test process forked."""
    return [worker for nursery in children(parent or os.getpid()) for worker in children(nursery)]


def slow_picture() -> bytes:
    """A run-length BMP that a decoder in Python takes many seconds for."""
    side = 5200
    data = b"\x01\x00" * (side * side // 4)
    header = (40).to_bytes(4, "little") + side.to_bytes(4, "little") * 2 + b"\x01\x00\x08\x00"
    header += (
        (1).to_bytes(4, "little") + len(data).to_bytes(4, "little") + bytes(8) + (2).to_bytes(4, "little")
    )
    header += bytes(4) + bytes(8)
    offset = 14 + len(header)
    return (
        b"BM"
        + (offset + len(data)).to_bytes(4, "little")
        + bytes(4)
        + offset.to_bytes(4, "little")
        + header
        + data
    )


async def busy_worker(parent: int | None = None, seconds: float = 0.3) -> int:
    """A worker that has been at it for so many seconds of its processor's time."""
    while True:
        for pid in workers(parent):
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            if (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") > seconds:
                return pid
        await asyncio.sleep(0.02)
