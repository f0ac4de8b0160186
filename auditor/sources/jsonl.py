"""The rows of a JSONL corpus (.jsonl, .ndjson; also .gz, .zst) to documents, on disk or on a host."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from auditor import bridges, codings, layouts, paths
from auditor.config import MIB, Settings
from auditor.errors import SourceError
from auditor.markup.addresses import redact
from auditor.model import Document, Shard

_NAMES = (".jsonl", ".ndjson")
SUFFIXES = tuple(name + packed for name in _NAMES for packed in ("", ".gz", ".zst"))
STRETCH = 256 * MIB  # a larger plain file is read as several shards
MAX_ROW = 64 * MIB

_ZSTD = b"\x28\xb5\x2f\xfd"


def claims(source: str) -> bool:
    """Names of JSONL files."""
    path = urlsplit(source).path if bridges.is_remote(source) else source
    return path.lower().endswith(SUFFIXES)


async def shards(
    source: str, settings: Settings, folder: Path, fetch: bridges.Fetch | None
) -> AsyncIterator[Shard | SourceError]:
    """One shard; a large plain file in stretches that begin with a row."""
    del settings
    async for item in bridges.aside(_shards(source, folder, bridges.opener(fetch)), lambda _: 0):
        yield item


async def read(
    shard: Shard, settings: Settings, folder: Path, fetch: bridges.Fetch | None, captures: Path | None
) -> AsyncIterator[Document | SourceError]:
    """The rows of a shard; a row that is no article is told and stops no other."""
    del captures
    documents = _documents(shard, settings, folder, bridges.opener(fetch))
    async for item in bridges.aside(bridges.few_errors(documents, shard.path), bridges.weight):
        yield item


def _shards(source: str, folder: Path, opened: Callable[[str], IO[bytes]]) -> Iterator[Shard | SourceError]:
    if bridges.is_remote(source):
        try:
            with opened(source) as file:
                size = file.seek(0, io.SEEK_END)
                yield Shard(source, source, "jsonl", source, size, etag=bridges.version(file))
        except SourceError as error:
            yield error
        return
    path = Path(source)
    name = paths.identity(path, folder)
    try:
        status = path.stat()
        shard = Shard(name, source, "jsonl", source, status.st_size, status.st_mtime_ns)
        if status.st_size <= STRETCH or not source.lower().endswith(_NAMES):
            yield shard
            return
        for start, stop, row in _stretches(path, status.st_size):
            cut = replace(shard, size_bytes=stop - start, start=start, stop=stop, first_row=row)
            yield replace(cut, id=f"{name}@{start}")
    except (OSError, ValueError) as error:
        yield paths.unreadable(source, error)


def _stretches(path: Path, size: int) -> Iterator[tuple[int, int, int]]:
    """First byte, the one after the last, and the number of rows before; borders are line ends."""
    start = row = 0
    with path.open("rb") as file:
        while start < size:
            rows = 0
            end = start + STRETCH
            while file.tell() < end and (piece := file.read(min(4 * MIB, end - file.tell()))):
                rows += piece.count(b"\n")
            rest = file.readline()
            rows += rest.endswith(b"\n")
            yield start, file.tell(), row
            start, row = file.tell(), row + rows


def _documents(
    shard: Shard, settings: Settings, folder: Path, opened: Callable[[str], IO[bytes]]
) -> Iterator[Document | SourceError]:
    remote = bridges.is_remote(shard.path)
    name = shard.path if remote else paths.identity(Path(shard.path), folder)
    here = None if remote else Path(shard.path).absolute().as_posix()
    number = shard.first_row
    try:
        with opened(shard.path) as raw, _unpacked(raw) as file:
            if shard.start:
                file.seek(shard.start)
            for line in _lines(file, shard.stop):
                number += 1
                if not line.strip():
                    continue
                try:
                    row = _row(line, f"{name}#{number}")
                    yield replace(
                        layouts.document(row, settings.columns, name, number, shard.source), path=here
                    )
                except SourceError as error:
                    yield error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield SourceError(f"{redact(shard.path)}: damaged after row {number:,} ({error})", code="damaged")
    except (OSError, ValueError) as error:
        yield paths.unreadable(shard.path, error)
    except SourceError as error:
        yield error


def _lines(file: IO[bytes], stop: int | None) -> Iterator[bytes]:
    """The lines up to `stop`; of one that is longer than a row may be, the first bytes."""
    while (stop is None or file.tell() < stop) and (line := file.readline(MAX_ROW + 1)):
        yield line
        while len(line) > MAX_ROW and not line.endswith(b"\n"):
            line = file.readline(MAX_ROW + 1)


def _row(line: bytes, place: str) -> dict[str, Any]:
    if len(line) > MAX_ROW:
        raise SourceError(f"{place}: a row longer than {MAX_ROW // MIB} MiB", code="too-big")
    try:
        row = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise SourceError(f"{place}: no JSON ({error})", code="bad-row") from None
    if not isinstance(row, dict):
        raise SourceError(f"{place}: a row is a JSON object, this is {type(row).__name__}", code="bad-row")
    return row


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    """The rows out of their compression, told by the first bytes."""
    head = file.read(4)
    file.seek(0)
    if head.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if head == _ZSTD:
        return cast("IO[bytes]", io.BufferedReader(_zstd().ZstdFile(file)))
    return file


def _zstd() -> Any:
    module = codings.zstd()
    if module is None:
        raise SourceError(
            "Zstandard needs Python 3.14 or the extra: pip install 'auditor[zstd]'", code="extra"
        )
    return module
