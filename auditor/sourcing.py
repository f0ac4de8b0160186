"""Sources to shards to documents: which member of the source family reads what.

    shards(source) -> Shard ...      cheap: names, sizes, times; nothing is parsed
    documents(shard) -> Document ... the reading itself; what cannot be read is an item too

A source is a file, a folder, an address, "-" (standard input), or a list of sources: `@FILE`, `@-`,
a file that ends in .list. Nothing here raises for an input.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import sys
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Protocol, cast

import auditor.sources
from auditor.config import Settings
from auditor.errors import ResolveError, SourceError
from auditor.model import Asset, Document, Shard

LAST = ("files", "web")  # claim what no other member does
LIST_SUFFIX = ".list"


class Fetch(Protocol):
    """Asks for one address, or for `part` of it (first byte, byte after the last); raises `ResolveError`."""

    async def __call__(
        self, url: str, *, referer: str | None = None, part: tuple[int, int] | None = None
    ) -> Asset:
        """The bytes that came."""


class Source(Protocol):
    """What a module in `auditor.sources` offers."""

    def claims(self, source: str) -> bool:
        """Whether this source is mine, by its name or its first bytes; never raises."""

    def shards(
        self, source: str, settings: Settings, folder: Path, fetch: Fetch | None
    ) -> AsyncIterator[Shard | SourceError]:
        """The shards of a source, in a stable order."""

    def read(
        self, shard: Shard, settings: Settings, folder: Path, fetch: Fetch | None, captures: Path | None
    ) -> AsyncIterator[Document | SourceError]:
        """The documents of a shard, in order. `captures` is where an archive's index is kept."""


@cache
def names() -> tuple[str, ...]:
    """The members of the family, in the order in which they are asked for what they claim."""
    found = [module.name for module in pkgutil.iter_modules(auditor.sources.__path__)]
    return tuple(sorted((n for n in found if not n.startswith("_")), key=lambda name: (name in LAST, name)))


@cache
def member(name: str) -> Source:
    """A member by its name, imported on first use."""
    return cast(Source, importlib.import_module(f"auditor.sources.{name}"))


def kind(source: str) -> str | None:
    """The name of the member that reads this source; None where nobody does."""
    return next((name for name in names() if member(name).claims(source)), None)


async def shards(
    source: str, settings: Settings, folder: Path, *, fetch: Fetch | None = None
) -> AsyncIterator[Shard | SourceError]:
    """The shards that a source, or a list of sources, names; ids of articles are relative to `folder`.

    `fetch` is `Crawl.fetch`; without it nothing on a host is read.
    """
    if source == "-" or source.startswith("@") or source.endswith(LIST_SUFFIX):
        async for item in _listed(source, settings, folder, fetch):
            yield item
        return
    name = kind(source)
    if name is None:
        yield SourceError(f"{source}: nothing here reads such an address", code="unsupported")
        return
    async for item in member(name).shards(source, settings, folder, fetch):
        yield item


async def documents(
    shard: Shard, settings: Settings, folder: Path, *, fetch: Fetch | None = None, captures: Path | None = None
) -> AsyncIterator[Document | SourceError]:
    """The documents of a shard, in its order. What a web archive holds is noted in `captures`."""
    async for item in member(shard.kind).read(shard, settings, folder, fetch, captures):
        yield item
