"""The pages of a web archive (WARC, ARC, WACZ) to documents; every capture is noted for the resolver.

Pages are HTML answers that were a success. A page that the crawler kept in part and a stretch that is
damaged are told, and never handed on. An archive on a host is read in guarded pieces.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from msgspec.structs import replace

from auditor import bridges, captured, codings, paths, warc, warc_borders
from auditor.captured import UNRESOLVED, Loss, Record
from auditor.captures import Captures
from auditor.config import MIB, Settings
from auditor.errors import SourceError
from auditor.markup.addresses import redact
from auditor.model import Document, Shard

SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".wacz")
STRETCH = 256 * MIB  # a larger archive is read as several shards
MAX_PAGE = 64 * MIB
_HEAD = 4096


def claims(source: str) -> bool:
    """Whether the name is that of a web archive, or the file begins like one."""
    if bridges.is_remote(source):
        return urlsplit(source).path.lower().endswith(SUFFIXES)
    if source.lower().endswith(SUFFIXES):
        return True
    try:
        if not Path(source).is_file():  # a pipe is not opened to look
            return False
        with Path(source).open("rb") as file:
            return warc_borders.is_archive(file.read(_HEAD))
    except (OSError, ValueError):
        return False


async def shards(
    source: str, settings: Settings, folder: Path, fetch: bridges.Fetch | None
) -> AsyncIterator[Shard | SourceError]:
    """One shard, or one per archive in a WACZ; a large archive in stretches."""
    del settings
    opened = bridges.opener(fetch)
    async for item in bridges.aside(_shards(source, folder, opened), lambda _: 0):
        yield item


async def note(
    shard: Shard, fetch: bridges.Fetch | None, captures: Path | None
) -> AsyncIterator[SourceError]:
    """Notes all captures of a shard in `captures`; gives what could not be read."""
    losses = _items(shard, bridges.opener(fetch), captures, pages=False)
    async for item in bridges.aside(bridges.few_errors(losses, shard.path), lambda _: 0):
        if isinstance(item, SourceError):
            yield item


async def read(
    shard: Shard, settings: Settings, folder: Path, fetch: bridges.Fetch | None, captures: Path | None
) -> AsyncIterator[Document | SourceError]:
    """The pages of a shard, whose captures are noted for auditor.resolvers.warc if they are not yet.

    Where archives point to one another all are noted before the first page is read.
    """
    del settings, folder
    items = _items(shard, bridges.opener(fetch), captures, pages=True)
    async for item in bridges.aside(bridges.few_errors(items, shard.path), bridges.weight):
        yield item


def _shards(source: str, folder: Path, opened: Callable[[str], IO[bytes]]) -> Iterator[Shard | SourceError]:
    name = source if bridges.is_remote(source) else paths.identity(Path(source), folder)
    status = None
    try:
        with opened(source) as file:
            size = file.seek(0, os.SEEK_END)
            inside = warc.archives_in(file) if name.lower().endswith(".wacz") else []
            status = None if bridges.is_remote(source) else Path(source).stat()
            etag = bridges.version(file)
        whole = not inside and size > STRETCH and _is_whole(source, opened)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        yield paths.unreadable(source, error)
        return
    except SourceError as error:
        yield error
        return
    if size == 0:
        yield SourceError(f"{redact(source)}: the archive is empty: fetch it again", code="empty")
        return
    shard = Shard(name, source, "warc", source, size, status.st_mtime_ns if status else None, etag)
    if inside:
        for each in inside:
            yield replace(shard, id=f"{name}{warc.INSIDE}{each}", path=f"{source}{warc.INSIDE}{each}")
    elif size <= STRETCH or whole:
        yield shard
    else:
        for start in range(0, size, STRETCH):
            stop = min(start + STRETCH, size)
            yield replace(shard, id=f"{name}@{start}", size_bytes=stop - start, start=start, stop=stop)


def _is_whole(source: str, opened: Callable[[str], IO[bytes]]) -> bool:
    """Whether an archive can be read from its beginning only."""
    with warc.Archive(source, opened) as archive:
        return not archive.is_divisible


def _items(
    shard: Shard, opened: Callable[[str], IO[bytes]], index: Path | None, *, pages: bool
) -> Iterator[Document | SourceError]:
    """What cannot be read of a shard, whose captures are noted if they are not yet, and its pages."""
    try:
        with Captures(index) as captures, warc.Archive(shard.path, opened) as archive:
            if not shard.noted:
                yield from _note(archive, captures, shard)
            if pages:  # after everything was noted: their style sheets may stand behind them
                yield from _pages(archive, captures, shard, index)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        yield paths.unreadable(shard.path, error)
    except SourceError as error:
        yield error


def _note(archive: warc.Archive, captures: Captures, shard: Shard) -> list[SourceError]:
    told: list[SourceError] = []
    found = _records(archive.records(shard.start, shard.stop), shard, told)
    captures.note(shard.path, found, shard.start, shard.stop, keep=_is_kept(archive, shard))
    return told


def _is_kept(archive: warc.Archive, shard: Shard) -> bool:
    """Whether records are kept whole: it would cost too much to go back to them."""
    return archive.in_one_piece or bridges.is_remote(shard.path)


def _pages(
    archive: warc.Archive, captures: Captures, shard: Shard, index: Path | None
) -> Iterator[Document | SourceError]:
    missing = 0
    for offset in captures.pages(shard.path, shard.start, shard.stop):
        kept = _is_kept(archive, shard)
        record = captures.kept(shard.path, offset) if kept else archive.record_at(offset)
        if record is not None and record.kind == "revisit":
            record = _original(record, captures)
        if record is None:
            missing += 1
        else:
            yield _document(record, shard, index)
    if missing:
        yield _unresolved(missing, shard)


def _original(page: Record, captures: Captures) -> Record | None:
    """The earlier capture that a revisit stands for, under the address and time of the revisit."""
    place = captures.original(page)
    first = captures.record(place) if place else None
    return first and replace(first, uri=page.uri, date=page.date)


def _unresolved(missing: int, shard: Shard) -> SourceError:
    pages = "1 page was" if missing == 1 else f"{missing:,} pages were"
    message = f"{redact(shard.path)}: {pages} captured as unchanged since an earlier archive"
    return SourceError(f"{message}: name that archive too, before this one", code=UNRESOLVED)


def _records(items: Iterator[Record | Loss], shard: Shard, told: list[SourceError]) -> Iterator[Record]:
    """The records alone; losses are noted in `told`."""
    for item in items:
        if isinstance(item, Record):
            yield item
        else:
            place = f"{redact(shard.path)}: {item.size_bytes:,} bytes at {item.offset:,}"
            message = f"{place} could not be read ({item.why}): fetch a whole copy"
            told.append(SourceError(message, code=item.code))


def _document(record: Record, shard: Shard, index: Path | None) -> Document | SourceError:
    """The page as its reader got it."""
    place = f"{redact(shard.path)}: {redact(record.uri)}"
    if record.cut is not None:
        message = f"{place}: the crawler kept only a part of the page ({record.cut})"
        return SourceError(message, code="truncated")
    try:
        payload = captured.payload(record, MAX_PAGE)
    except codings.NoDecoderError as error:
        return SourceError(f"{place}: the page cannot be unpacked ({error})", code="extra")
    except codings.CodingError as error:
        return SourceError(f"{place}: the page is damaged ({error})", code="damaged")
    if payload is None:
        return SourceError(f"{place}: a page larger than {MAX_PAGE // MIB} MiB", code="too-big")
    if not payload.whole:
        return SourceError(f"{place}: the end of the page is missing", code="truncated")
    return Document(
        id=record.uri,
        body=payload.body,
        source=shard.source,
        url=record.uri,
        media_type=record.media_type,
        charset=record.charset,
        fetched_at=record.date,
        archive=str(index) if index else None,
        distinct_id=f"{record.uri}@{record.date:%Y%m%d%H%M%S}",
    )
