"""Blocking readers to the event loop and back: an iterator run in threads, an address read like a file."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar, cast

from auditor.config import MIB
from auditor.errors import DAMAGE, ResolveError, SourceError
from auditor.markup.addresses import redact
from auditor.model import Asset, Document

T = TypeVar("T")

MOST_TOLD = 50  # errors of one shard that are told one by one
BATCH_ITEMS = 32
BATCH_BYTES = 4 * MIB
WINDOW = 4 * MIB  # of a remote file, asked for at a time
GLANCE = MIB // 16  # asked for first: to learn its size and version costs little
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class Fetch(Protocol):
    """Asks for one address, or for a `part` of it: first byte, byte after the last."""

    async def __call__(
        self,
        url: str,
        *,
        referer: str | None = None,
        accept: str = "*/*",
        part: tuple[int, int] | None = None,
    ) -> Asset:
        """The bytes that came. Raises `ResolveError`."""


async def aside(items: Iterator[T], weigh: Callable[[T], int]) -> AsyncIterator[T]:
    """The items of a blocking iterator, made in threads some at a time; `weigh` gives their bytes."""
    try:
        while batch := await asyncio.to_thread(_some, items, weigh):
            for item in batch:
                yield item
    finally:
        if isinstance(items, Generator):
            with contextlib.suppress(ValueError):  # it may still run in its thread, if we were cancelled
                items.close()


def _some(items: Iterator[T], weigh: Callable[[T], int]) -> list[T]:
    batch: list[T] = []
    size = 0
    for item in items:
        batch.append(item)
        size += weigh(item)
        if len(batch) == BATCH_ITEMS or size >= BATCH_BYTES:
            break
    return batch


def weight(item: Document | SourceError) -> int:
    """The bytes that a document holds."""
    return len(item.body) if isinstance(item, Document) else 0


def few_errors(items: Iterator[Document | SourceError], name: str) -> Iterator[Document | SourceError]:
    """The items with no more than `MOST_TOLD` errors among them; the rest is counted in one more."""
    errors = 0
    untold = {"damaged"}
    for item in items:
        errors += isinstance(item, SourceError)
        if isinstance(item, Document) or errors <= MOST_TOLD:
            yield item
        else:
            untold.add(item.code)
    if errors > MOST_TOLD:
        message = f"{redact(name)}: {errors - MOST_TOLD:,} more troubles like these"
        yield SourceError(message, code=min(untold - DAMAGE, default="damaged"))


def is_remote(path: str) -> bool:
    """Whether a source is an address on a host, not a file."""
    return path.startswith(("http://", "https://", "s3://"))


def version(file: IO[bytes]) -> str | None:
    """What the host says of the version of an opened remote file; None for a file of this machine."""
    raw = getattr(file, "raw", None)
    return raw.version if isinstance(raw, _RemoteFile) else None


def opener(fetch: Fetch | None) -> Callable[[str], IO[bytes]]:
    """What opens a path or an address for reading in another thread than this one.

    It raises `OSError` for a file and `SourceError` for an address.
    """
    loop = asyncio.get_running_loop()

    def opened(path: str) -> IO[bytes]:
        if not is_remote(path):
            return Path(path).open("rb")
        if fetch is None:
            raise SourceError(f"{redact(path)}: the network was not asked", code="offline")
        remote = _RemoteFile(path, fetch, loop)
        return cast("IO[bytes]", io.BufferedReader(remote, 64 * 1024))

    return opened


class _RemoteFile(io.RawIOBase):
    """A file on a host, read in windows by guarded requests for a range. Use it outside the loop."""

    def __init__(self, url: str, fetch: Fetch, loop: asyncio.AbstractEventLoop) -> None:
        self._url = url
        self._fetch = fetch
        self._loop = loop
        self._position = 0
        self.version: str | None = None
        self._at, self._window, self._size = self._asked(0, GLANCE)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position >= self._size:
            return 0
        if not self._at <= self._position < self._at + len(self._window):
            self._at, self._window, _ = self._asked(self._position, WINDOW)
        start = self._position - self._at
        piece = self._window[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _asked(self, start: int, size: int) -> tuple[int, bytes, int]:
        """A window: where it begins, its bytes, and the size of the whole."""
        asking = self._fetch(self._url, part=(start, start + size))
        try:
            asset = asyncio.run_coroutine_threadsafe(asking, self._loop).result()
        except ResolveError as error:
            if error.reason == "bytes":
                raise self._trouble("the host gives no parts of it: download it and name the file") from None
            raise self._trouble(str(error), error.reason) from None
        etag = asset.evidence.get("etag") or asset.evidence.get("last-modified")
        if self.version not in (None, etag):
            raise self._trouble("it was replaced while it was read: scan it again")
        self.version = etag
        if asset.http_status != 206:
            if not asset.complete:
                raise self._trouble("the connection broke before all of it had come")
            return 0, asset.body, len(asset.body)
        told = _RANGE.fullmatch(asset.evidence.get("content-range", "").strip())
        if told is None or int(told[1]) != start or not asset.body:
            raise self._trouble("the host answered with another part than the one asked for")
        return start, asset.body, int(told[3])

    def _trouble(self, why: str, code: str = "unreadable") -> SourceError:
        return SourceError(f"{redact(self._url)}: {why}", code=code)
