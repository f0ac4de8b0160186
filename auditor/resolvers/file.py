"""file: address to asset: regular files below the folders that the article may reach into."""

from __future__ import annotations

import asyncio
import errno
import mimetypes
import os
import stat
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from auditor.errors import ResolveError
from auditor.exchange import Call
from auditor.markup import addresses
from auditor.model import Asset, State
from auditor.transfer import too_large

_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)
_THREAD_AT = 1024 * 1024  # bytes: smaller files are read faster than a thread is asked


async def resolve(call: Call) -> Asset:
    """The file's bytes. Raises `ResolveError` where it may not or cannot be read."""
    path = _path(call.url)
    real = _inside(path, call.roots)
    descriptor, size = _open(real)
    try:
        if size > call.settings.max_bytes:
            raise too_large(call.settings.max_bytes, f"the file has {size:,}")
        if size > _THREAD_AT:
            body = await asyncio.to_thread(_read, descriptor, call.settings.max_bytes)
        else:
            body = _read(descriptor, call.settings.max_bytes)
    finally:
        os.close(descriptor)
    declared = mimetypes.guess_type(path.name)[0]
    return Asset(call.url, body, call.url, declared_type=declared)


def _path(url: str) -> Path:
    parts = urlsplit(addresses.absolute(url) or url)
    raw = unquote_to_bytes(parts.path)
    if b"\0" in raw or not raw.startswith(b"/"):
        raise ResolveError(State.INVALID, "bad-url", "no path of a file")
    if parts.netloc not in ("", "localhost"):
        raise ResolveError(State.BLOCKED, "path-outside", "a file of another machine")
    if b".." in raw.split(b"/"):
        raise ResolveError(State.BLOCKED, "path-outside", "the path climbs with '..'")
    return Path(os.fsdecode(raw))


def _inside(path: Path, roots: tuple[str, ...]) -> Path:
    """The path without symbolic links, if it lies below one of the folders."""
    real = Path(os.path.realpath(path))
    for root in roots:
        if real.is_relative_to(os.path.realpath(root)):
            return real
    where = "the article's folder" if roots else "any folder: the article came from a host"
    raise ResolveError(State.BLOCKED, "path-outside", f"the file lies outside {where}")


def _open(path: Path) -> tuple[int, int]:
    """A descriptor of a regular file, and its size. A pipe or device is never waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _GONE:
            raise ResolveError(State.MISSING, "no-such-file", "no such file") from None
        if error.errno in (errno.ENXIO, errno.ENODEV):  # a socket, a device without a driver
            raise _no_file() from None
        raise ResolveError(State.DENIED, "unreadable", f"cannot be read: {error.strerror}") from None
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode):
        return descriptor, found.st_size
    os.close(descriptor)
    if stat.S_ISDIR(found.st_mode):
        raise ResolveError(State.MISSING, "no-such-file", "a folder, not a file")
    raise _no_file()


def _no_file() -> ResolveError:
    return ResolveError(State.BLOCKED, "no-regular-file", "a device, pipe or socket, not a file")


def _read(descriptor: int, limit: int) -> bytes:
    """All bytes, also of a file that grows meanwhile: never more than one over the limit."""
    parts: list[bytes] = []
    size = 0
    while part := os.read(descriptor, 1024 * 1024):
        parts.append(part)
        size += len(part)
        if size > limit:
            raise too_large(limit, "the file grows")
    return b"".join(parts)
