"""The rows of a Parquet corpus to documents, by pyarrow (the extra `parquet`), batch by batch."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from auditor import bridges, layouts, paths
from auditor.config import MIB, Settings
from auditor.errors import SourceError
from auditor.markup.addresses import redact
from auditor.model import Document, Shard

SUFFIXES = (".parquet", ".pq")
STRETCH = 256 * MIB  # row groups are put together up to about this size, unpacked
_BATCH_ROWS = 64
_MAGIC = b"PAR1"


def claims(source: str) -> bool:
    """Names of Parquet files."""
    path = urlsplit(source).path if bridges.is_remote(source) else source
    return path.lower().endswith(SUFFIXES)


async def shards(
    source: str, settings: Settings, folder: Path, fetch: bridges.Fetch | None
) -> AsyncIterator[Shard | SourceError]:
    """Runs of row groups; `start` and `stop` of the shards count them."""
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
    remote = bridges.is_remote(source)
    name = source if remote else paths.identity(Path(source), folder)
    try:
        status = None if remote else Path(source).stat()
        with opened(source) as file:
            etag = bridges.version(file)
            facts = _pyarrow().ParquetFile(file).metadata
            groups = [facts.row_group(index) for index in range(facts.num_row_groups)]
    except SourceError as error:
        yield error
        return
    except (OSError, ValueError) as error:
        yield _unreadable(source, error)
        return
    changed = status.st_mtime_ns if status else None
    shard = Shard(name, source, "parquet", source, mtime_ns=changed, etag=etag)
    start = size = row = rows = 0
    for index, group in enumerate(groups, 1):
        size, rows = size + group.total_byte_size, rows + group.num_rows
        if size >= STRETCH or index == len(groups):
            own = name if start == 0 and index == len(groups) else f"{name}@{start}"
            yield replace(shard, id=own, size_bytes=size, start=start, stop=index, first_row=row)
            start, row, size, rows = index, row + rows, 0, 0


def _documents(
    shard: Shard, settings: Settings, folder: Path, opened: Callable[[str], IO[bytes]]
) -> Iterator[Document | SourceError]:
    remote = bridges.is_remote(shard.path)
    name = shard.path if remote else paths.identity(Path(shard.path), folder)
    here = None if remote else Path(shard.path).absolute().as_posix()
    number = shard.first_row
    try:
        with opened(shard.path) as file:
            table = _pyarrow().ParquetFile(file)
            groups = list(range(shard.start, shard.stop or 0))
            for batch in table.iter_batches(_BATCH_ROWS, groups, _columns(table, settings)):
                for row in batch.to_pylist():
                    number += 1
                    try:
                        found = layouts.document(row, settings.columns, name, number, shard.source)
                        yield replace(found, path=here)
                    except SourceError as error:
                        yield error
    except SourceError as error:
        yield error
    except (OSError, ValueError) as error:
        yield _unreadable(shard.path, error)


def _columns(table: Any, settings: Settings) -> list[str] | None:
    """The columns that an article can be made of: embeddings and similarities stay on disk."""
    wanted = set(layouts.FIELDS) | {column.partition(".")[0] for column in settings.columns.values()}
    wanted |= set(settings.columns.values())
    return [name for name in table.schema_arrow.names if name in wanted] or None


def _pyarrow() -> Any:
    try:
        return importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise SourceError("Parquet needs the extra: pip install 'auditor[parquet]'", code="extra") from None


def _unreadable(source: str, error: Exception) -> SourceError:
    """pyarrow's own errors are told by their first line."""
    if type(error).__module__.startswith("pyarrow"):
        lines = str(error).splitlines() or [""]
        return SourceError(f"{redact(source)}: no Parquet that can be read ({lines[0]})", code="damaged")
    return paths.unreadable(source, error)
