"""Sources to shards to documents: which member of the source family reads what.

    shards(source) -> Shard ...      cheap: names, sizes, times; nothing is parsed
    documents(shard) -> Document ... the reading itself; what cannot be read is an item too

A source is a file, a folder, an address, "-" (standard input), or a list of sources: `@FILE`, `@-`,
a file that ends in .list. Nothing here raises for an input.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import pkgutil
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from msgspec.structs import replace

import auditor.sources
from auditor import bridges, paths
from auditor.bridges import Fetch
from auditor.config import Settings
from auditor.errors import SourceError
from auditor.markup.addresses import redact
from auditor.model import Document, Member, Shard
from auditor.sources import files, web

LAST = ("files", "web")  # claim what no other member does
STDIN = "-"
LIST_SUFFIX = ".list"


class Source(Protocol):
    """What a module in `auditor.sources` offers."""

    SUFFIXES: tuple[str, ...]
    """The endings of names that it claims."""

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


class Listable(Source, Protocol):
    """A member whose sources may stand in one shard with others that a list names: files and pages."""

    def one(self, source: str) -> Member | None:
        """The member of a shard that a source is; None where it has to be looked into first."""

    def shard(self, source: str, members: Sequence[Member], folder: Path) -> Shard:
        """The shard of these members."""


@cache
def names() -> tuple[str, ...]:
    """The members of the family, in the order in which they are asked for what they claim."""
    found = [module.name for module in pkgutil.iter_modules(auditor.sources.__path__)]
    return tuple(sorted((n for n in found if not n.startswith("_")), key=lambda name: (name in LAST, name)))


@cache
def member(name: str) -> Listable:
    """A member by its name, imported on first use; those in `LAST` are listable."""
    return cast(Listable, importlib.import_module(f"auditor.sources.{name}"))


def kind(source: str) -> str | None:
    """The name of the member that reads this source; None where nobody does."""
    return next((name for name in names() if member(name).claims(source)), None)


def is_list(source: str) -> bool:
    """Whether a source names other sources."""
    return source.startswith("@") or source.endswith(LIST_SUFFIX)


async def shards(
    source: str, settings: Settings, folder: Path, *, fetch: Fetch | None = None
) -> AsyncIterator[Shard | SourceError]:
    """The shards that a source, or a list of sources, names; ids of articles are relative to `folder`.

    `fetch` is `Crawl.fetch`; without it nothing on a host is read. "-" is a list on standard input.
    """
    named = _listed if source == STDIN or is_list(source) else _of_one
    async for item in named(source, settings, folder, fetch):
        yield item


async def documents(
    shard: Shard,
    settings: Settings,
    folder: Path,
    *,
    fetch: Fetch | None = None,
    captures: Path | None = None,
) -> AsyncIterator[Document | SourceError]:
    """The documents of a shard, in its order. What a web archive holds is noted in `captures`."""
    async for item in member(shard.kind).read(shard, settings, folder, fetch, captures):
        yield item


async def note(shard: Shard, *, fetch: Fetch | None, captures: Path) -> AsyncIterator[SourceError]:
    """Notes in `captures` what a web archive holds, before pages of any are read; gives its damage."""
    from auditor.sources import warc

    async for item in warc.note(shard, fetch, captures):
        yield item


async def articles(
    source: str, settings: Settings, folder: Path, *, fetch: Fetch | None, captures: Path | None
) -> AsyncIterator[Document | SourceError]:
    """What a check reads: a page is one article, "-" is one too; corpora and archives as in a scan."""
    name = kind(source)
    if name == "web":
        if fetch is not None:
            yield await web.document(source, fetch)
    elif name in (None, "files"):
        async for item in files.documents(source, settings, folder):
            yield item
    else:
        async for shard in _of_one(source, settings, folder, fetch):
            if isinstance(shard, SourceError):
                yield shard
                continue
            async for item in documents(shard, settings, folder, fetch=fetch, captures=captures):
                yield item


def told_apart(document: Document) -> Document:
    """The document under an id that it shares with no other of the same address in one run."""
    return replace(document, id=document.distinct_id or document.id)


async def _of_one(
    source: str, settings: Settings, folder: Path, fetch: Fetch | None
) -> AsyncIterator[Shard | SourceError]:
    name = kind(source)
    if name is None:
        yield SourceError(f"{redact(source)}: nothing here reads such an address", code="unsupported")
        return
    is_folder = name == "files" and await asyncio.to_thread(Path(source).is_dir)
    found = False
    empty: SourceError | None = None
    async for item in member(name).shards(source, settings, folder, fetch):
        if is_folder and isinstance(item, SourceError) and item.code == files.NO_ARTICLES:
            empty = item
        else:
            yield item
    if is_folder:  # the archives and corpora that lie among the articles
        async for path in bridges.aside(paths.walk(Path(source), _is_archive, []), lambda _: 0):
            found = True
            async for item in _of_one(str(path), settings, folder, fetch):
                yield replace(item, source=source) if isinstance(item, Shard) else item
    if empty is not None and not found:
        yield empty


def _is_archive(name: str) -> bool:
    suffixes = (suffix for each in names() if each not in LAST for suffix in member(each).SUFFIXES)
    return name.lower().endswith(tuple(suffixes))


async def _listed(
    source: str, settings: Settings, folder: Path, fetch: Fetch | None
) -> AsyncIterator[Shard | SourceError]:
    """The shards of what a list names; files and pages that follow one another stand in one shard."""
    group: list[Member] = []
    grouped = ""
    async for line in bridges.aside(_lines(source), lambda _: 0):
        name = kind(line) if isinstance(line, str) else None
        single = member(name).one(line) if isinstance(line, str) and name in LAST and name else None
        if group and (single is None or name != grouped or paths.ends_group(group[-1].path, len(group))):
            yield member(grouped).shard(source, group, folder)
            group = []
        if single is not None and name is not None:
            grouped = name
            group.append(single)
        elif isinstance(line, SourceError):
            yield line
        else:
            async for item in _of_one(line, settings, folder, fetch):
                yield item
    if group:
        yield member(grouped).shard(source, group, folder)


def _lines(source: str) -> Iterator[str | SourceError]:
    """The sources that a list names, one a line; blank lines and those that begin with # are none."""
    name = source.removeprefix("@")
    try:
        with contextlib.ExitStack() as stack:
            file = sys.stdin.buffer if name == STDIN else stack.enter_context(Path(name).open("rb"))
            for line in file:
                words = os.fsdecode(line.removeprefix(b"\xef\xbb\xbf").strip())
                if words.startswith("@"):
                    yield SourceError(
                        f"{paths.shown(name)}: {paths.shown(words)}: a list in a list", code="list"
                    )
                elif words and not words.startswith("#"):
                    yield words
    except (OSError, ValueError) as error:
        yield paths.unreadable(name, error)
