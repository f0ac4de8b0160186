"""Addresses of pages, sitemaps and feeds to documents, through the crawler's guard, pace and limits."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from auditor import codings, paths, sitemaps
from auditor.bridges import Fetch
from auditor.config import Settings
from auditor.errors import ResolveError, SourceError
from auditor.markup.addresses import redact
from auditor.model import Document, Member, Shard
from auditor.moments import moment

SUFFIXES: tuple[str, ...] = ()
MOST_LISTINGS = 50_000  # sitemaps of one index, as the protocol has it
DEEPEST = 3  # an index may name indexes, though none should
PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"  # as browsers ask for one
LISTING = "application/xml,application/rss+xml,application/atom+xml,text/xml,text/html;q=0.9,*/*;q=0.8"
AT_ONCE = 8  # pages of a shard that are asked for ahead of the reader

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_LISTING = re.compile(r"(?:\.(?:xml|rss|atom|rdf)(?:\.gz)?|/(?:feed|rss|atom))/?$", re.IGNORECASE)


def claims(source: str) -> bool:
    """Addresses that no other source wants."""
    return source.startswith(("http://", "https://"))


def one(source: str) -> Member | None:
    """The page that an address in a list is; None where its name is a sitemap's or a feed's."""
    return None if _LISTING.search(source.partition("?")[0]) else Member(source)


def shard(source: str, members: Sequence[Member], folder: Path) -> Shard:
    """The shard that these pages are."""
    del folder
    first = members[0].path
    return Shard(first, source, "web", first, members=tuple(members))


async def shards(
    source: str, settings: Settings, folder: Path, fetch: Fetch | None
) -> AsyncIterator[Shard | SourceError]:
    """The pages of a sitemap or feed in groups of about 200, or the one shard of a page.

    With `since`, what the listing says is older is left out; what it gives no time for is not.
    """
    if fetch is None:
        yield shard(source, [Member(source)], folder)
        return
    waiting = [(source, 0)]
    seen = {source}
    while waiting:
        url, depth = waiting.pop(0)
        listing = await _listing(url, fetch)
        if isinstance(listing, SourceError):
            yield listing
        elif listing is None:
            yield shard(source, [Member(url)], folder)
        else:
            async for item in _groups(source, url, listing, settings.since, folder):
                yield item
            for further, changed in listing.listings:
                if _is_new(changed, settings.since) and further not in seen and len(seen) < MOST_LISTINGS:
                    seen.add(further)
                    if depth < DEEPEST:
                        waiting.append((further, depth + 1))


async def _groups(
    source: str, url: str, listing: sitemaps.Listing, since: dt.datetime | None, folder: Path
) -> AsyncIterator[Shard | SourceError]:
    """The new pages of one listing as shards, and what was wrong with it."""
    pages = (page for page in listing.pages if _is_new(_changed(page), since))
    for members in paths.grouped(pages, lambda page: page.path):
        yield replace(shard(source, members, folder), id=f"{url}#{members[0].path}")
    if listing.trouble is not None:
        message = f"{redact(url)}: read up to the damage ({listing.trouble[:200]})"
        yield SourceError(message, code="damaged")


async def read(
    shard: Shard, settings: Settings, folder: Path, fetch: Fetch | None, captures: Path | None
) -> AsyncIterator[Document | SourceError]:
    """The pages of a shard in its order, some asked for ahead."""
    del settings, folder, captures
    if fetch is None:
        yield SourceError(f"{redact(shard.path)}: the network was not asked", code="offline")
        return
    asked: list[asyncio.Task[Document | SourceError]] = []
    try:
        for page in shard.members:
            asked.append(asyncio.create_task(_page(page, shard.source, fetch)))
            if len(asked) == AT_ONCE:
                yield await asked.pop(0)
        while asked:
            yield await asked.pop(0)
    finally:
        for task in asked:
            task.cancel()


async def document(url: str, fetch: Fetch) -> Document | SourceError:
    """The page as a document, or why it cannot be read."""
    return await _page(Member(url), url, fetch)


async def _page(page: Member, source: str, fetch: Fetch) -> Document | SourceError:
    try:
        asset = await fetch(page.path, accept=PAGE)
    except ResolveError as error:
        return SourceError(f"{redact(page.path)}: the page could not be read ({error})", code=error.reason)
    declared = asset.declared_type or ""
    charset = _CHARSET.search(declared)
    return Document(
        id=page.path,
        body=asset.body,
        source=source,
        url=asset.final_url,
        media_type=declared.partition(";")[0].strip().lower() or None,
        charset=charset[1] if charset else None,
        fetched_at=dt.datetime.now(dt.UTC),
        title=page.title,
        language=page.language,
        published_at=page.published_at,
        images=page.images,
    )


async def _listing(url: str, fetch: Fetch) -> sitemaps.Listing | SourceError | None:
    """What a sitemap or feed names; None for a page."""
    try:
        asset = await fetch(url, accept=LISTING)
        body = await asyncio.to_thread(sitemaps.unpacked, asset.body)
    except ResolveError as error:
        return SourceError(f"{redact(url)}: could not be read ({error})", code=error.reason)
    except codings.CodingError as error:
        return SourceError(f"{redact(url)}: could not be unpacked ({error})", code="damaged")
    kind = sitemaps.kind(body)
    if kind is None:
        return None
    read_it = sitemaps.sitemap if kind == "sitemap" else sitemaps.feed
    return await asyncio.to_thread(read_it, body, asset.final_url)


def _changed(page: Member) -> dt.datetime | None:
    """The last moment that the listing gives for a page."""
    times: Iterable[dt.datetime | None] = (moment(page.stamp), page.published_at)
    return max((time for time in times if time), default=None)


def _is_new(changed: dt.datetime | None, since: dt.datetime | None) -> bool:
    return since is None or changed is None or changed >= (moment(since) or since)
