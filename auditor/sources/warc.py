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
from auditor.captured import Loss, Record
from auditor.captures import Captures
from auditor.config import MIB, Settings
from auditor.errors import SourceError
from auditor.markup.addresses import redact
from auditor.model import Document, Shard

SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")
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


async def read(
    shard: Shard, settings: Settings, folder: Path, fetch: bridges.Fetch | None, captures: Path | None
) -> AsyncIterator[Document | SourceError]:
    """The pages of a shard. All of its captures are noted in `captures`, for auditor.resolvers.warc."""
    del settings, folder
    documents = bridges.few_errors(_documents(shard, bridges.opener(fetch), captures), shard.path)
    async for item in bridges.aside(documents, bridges.weight):
        yield item


def _shards(source: str, folder: Path, opened: Callable[[str], IO[bytes]]) -> Iterator[Shard | SourceError]:
    name = source if bridges.is_remote(source) else paths.identity(Path(source), folder)
    status = None
    try:
        with opened(source) as file:
            size = file.seek(0, os.SEEK_END)
            inside = warc.archives_in(file) if name.lower().endswith(".wacz") else []
            status = None if bridges.is_remote(source) else Path(source).stat()
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
    shard = Shard(name, source, "warc", source, size, status.st_mtime_ns if status else None)
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


def _documents(
    shard: Shard, opened: Callable[[str], IO[bytes]], index: Path | None
) -> Iterator[Document | SourceError]:
    """The pages, after everything in the archive was noted: their style sheets may stand behind them."""
    told: list[SourceError] = []
    try:
        with Captures(index) as captures, warc.Archive(shard.path, opened) as archive:
            found = _records(archive.records(shard.start, shard.stop), shard, told)
            keep = archive.in_one_piece or bridges.is_remote(shard.path)
            noted = captures.noted(shard.path, found, shard.start, shard.stop, keep=keep)
            pages = [_light(record) for record in noted if record.is_page]
            yield from told
            missing = 0
            for page in pages:
                record = _whole(page, captures, archive, shard, keep=keep)
                missing += record is None
                if record is not None:
                    yield _document(record, shard, index)
            if missing:
                yield _unresolved(missing, shard)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        yield paths.unreadable(shard.path, error)
    except SourceError as error:
        yield error


def _light(record: Record) -> Record:
    """A capture without its body, which is read again when it is wanted."""
    return replace(record, body=b"", headers={"content-type": record.headers.get("content-type", "")})


def _whole(
    page: Record, captures: Captures, archive: warc.Archive, shard: Shard, *, keep: bool
) -> Record | None:
    """The capture with its body; that of a revisit is an earlier capture's."""
    if page.kind == "revisit":
        place = captures.original(page)
        first = captures.record(place) if place else None
        return first and replace(first, uri=page.uri, date=page.date)
    return captures.kept(shard.path, page.offset) if keep else archive.record_at(page.offset)


def _unresolved(missing: int, shard: Shard) -> SourceError:
    pages = "1 page was" if missing == 1 else f"{missing:,} pages were"
    message = f"{redact(shard.path)}: {pages} captured as unchanged since an earlier archive"
    return SourceError(f"{message}: name that archive too, before this one", code="revisit-unresolved")


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
