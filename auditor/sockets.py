"""What this machine has left: how many sockets a run may open."""

from __future__ import annotations

from pathlib import Path

RESERVE = 24  # files for the decoder's pipes, name look-ups, the catalog and the reports


def free() -> int:
    """Files that this process may still open, with a reserve kept back; 1 at least."""
    try:
        import resource
    except ImportError:  # no such limit on this platform
        return 512
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit == resource.RLIM_INFINITY:
        return 65_536
    return max(1, limit - _open() - RESERVE)


def _open() -> int:
    for folder in ("/proc/self/fd", "/dev/fd"):
        if Path(folder).is_dir():
            return sum(1 for _ in Path(folder).iterdir())
    return 16
