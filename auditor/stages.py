"""The stages of a scan: lists of tasks in, lists of results out, picklable, for any runner.

    Parse    shards            -> articles that changed, shards that are done
    Resolve  addresses due     -> what came of them
    Judge    ids of articles   -> what the rules find in them

Each opens the catalog to read what it needs; results go to the one writer. The event loop starts
inside a stage.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from auditor import catalog_articles, catalog_assets, fingerprint, ruleset, sourcing, stories, verifying
from auditor import catalog_rows as rows
from auditor.captions import pairing
from auditor.catalog import Catalog
from auditor.config import Settings
from auditor.decoder import Decoder
from auditor.driving import drive, pulled
from auditor.errors import PictureError, ResolveError, SourceError
from auditor.hosts import HostStatistics
from auditor.judging import Judge as Judging
from auditor.model import Asset, Document, Notice, Picture, Shard
from auditor.outcomes import addresses_of
from auditor.resolving import Crawl, Request

PARSED_AT_ONCE = 50  # articles in one list of results
FLUSH_S = 1.0


class Hosts(NamedTuple):
    """How a process asked its hosts."""

    statistics: list[HostStatistics]


class Noted(NamedTuple):
    """The captures of a web archive stand in the index; `losses` are what could not be read of it."""

    shard: Shard
    losses: tuple[rows.Unread, ...] = ()


class Parse(msgspec.Struct, frozen=True):
    """Shards to articles; what is as it was the last time is not parsed again.

    A web archive is noted first and comes back as `Noted`: its pages are read when it is handed in
    again, after all others were noted too, for they point to one another.
    """

    address: str
    settings: Settings
    folder: Path
    captures: Path | None = None

    def __call__(self, tasks: Iterator[list[Any]]) -> Iterator[list[Any]]:
        """Lists of `Read`, `Same` and `Unread`, and a `Done` or `Noted` behind those of each shard."""
        return drive(self._parsed(tasks))

    async def _parsed(self, tasks: Iterator[list[Shard]]) -> AsyncGenerator[list[Any]]:
        with Catalog(self.address) as catalog:
            async with Crawl(self.settings) as crawl:
                async for shards in pulled(tasks):
                    for shard in shards:
                        async for results in self._shard(shard, catalog, crawl):
                            yield results

    async def _shard(self, shard: Shard, catalog: Catalog, crawl: Crawl) -> AsyncIterator[list[Any]]:
        if shard.kind == "warc" and self.captures and not shard.noted:
            yield await self._noted(shard, self.captures, crawl)
            return
        with catalog.read() as connection:
            known = catalog_articles.digests(connection, shard.id)
        results: list[Any] = []
        losses: list[rows.Unread] = []
        seen: set[str] = set()
        found = sourcing.documents(
            shard, self.settings, self.folder, fetch=crawl.fetch, captures=self.captures
        )
        async for item in found:
            if isinstance(item, SourceError):
                results.append(rows.Unread(shard.source, item.code, str(item)))
            else:
                again = item.id in seen or (item.id not in known and item.distinct_id in known)
                document = sourcing.told_apart(item) if again else item
                seen.add(document.id)
                results.append(await self._article(document, shard, known, crawl))
            if isinstance(results[-1], rows.Unread):
                losses.append(results[-1])
            if len(results) >= PARSED_AT_ONCE:
                yield results
                results = []
        yield [*results, rows.Done(shard, tuple(losses))]

    async def _noted(self, shard: Shard, captures: Path, crawl: Crawl) -> list[Any]:
        found = sourcing.note(shard, fetch=crawl.fetch, captures=captures)
        losses = [rows.Unread(shard.source, loss.code, str(loss)) async for loss in found]
        return [*losses, Noted(shard, tuple(losses))]

    async def _article(
        self, document: Document, shard: Shard, known: dict[str, str], crawl: Crawl
    ) -> rows.Read | rows.Same | rows.Unread:
        digest = _digest(document)
        if known.get(document.id) == digest:
            return rows.Same(document.id, shard.id)
        try:
            notices: list[Notice] = []
            article, folder, _ = await stories.read_story(document, self.settings, crawl, notices)
        except SourceError as error:
            return rows.Unread(shard.source, error.code, str(error))
        requests = {
            (reference.index, number): _request(url, article.url or article.base_url, folder, document)
            for reference in article.references
            for number, url in enumerate(addresses_of(reference, self.settings))
        }
        captions = pairing.pair(article)
        payload, _ = rows.pack(rows.Stored(article, folder, captions))
        return rows.Read(
            name=article.id,
            distinct=document.distinct_id,
            shard=shard.id,
            member=_member(document, shard),
            source=shard.source,
            url=article.url,
            title=article.title,
            published_at=article.published_at,
            digest=digest,
            payload=payload,
            refs=rows.refs_of(article, captions, requests),
        )


def _digest(document: Document) -> str:
    """Of all that an article is made of: its bytes, and what its origin says of it."""
    told = (document.url, document.title, document.language, document.published_at, document.images)
    return hashlib.sha256(document.body + repr(told).encode()).hexdigest()


def _request(url: str, referer: str | None, folder: str | None, document: Document) -> Request:
    if document.archive and url.startswith(("http://", "https://")):
        return Request(url, referer, folder, document.archive, document.fetched_at)
    return Request(url, referer, folder)


def _member(document: Document, shard: Shard) -> str | None:
    """The member of the shard that a document is."""
    paths = {member.path for member in shard.members}
    names = (document.source, document.path, document.url, document.id)
    return next((name for name in names if name in paths), None)


class Resolve(msgspec.Struct, frozen=True):
    """Addresses to what came of them, in lists of at most `at_once`: so many are lost by a crash."""

    address: str
    settings: Settings
    at_once: int

    def __call__(self, tasks: Iterator[list[Any]]) -> Iterator[list[Any]]:
        """Lists of `Told`, and at the end one of `Hosts`."""
        return drive(self._resolved(tasks))

    async def _resolved(self, tasks: Iterator[list[rows.Ask]]) -> AsyncGenerator[list[Any]]:
        with Catalog(self.address) as catalog:
            async with Decoder(self.settings, workers=1) as decoder, Crawl(self.settings) as crawl:
                work = _Resolving(self, catalog, decoder, crawl)
                async for batch in work.run(tasks):
                    yield batch
                yield [Hosts(crawl.statistics())]


class _Resolving:
    """The addresses of one process on their way: asked, verified, gathered."""

    def __init__(self, stage: Resolve, catalog: Catalog, decoder: Decoder, crawl: Crawl) -> None:
        self._stage = stage
        self._decoder = decoder
        self._crawl = crawl
        self._known = _Known(catalog)
        self._asked: dict[Request, int] = {}
        self._told: asyncio.Queue[rows.Told | None] = asyncio.Queue(maxsize=stage.at_once)

    async def run(self, tasks: Iterator[list[rows.Ask]]) -> AsyncIterator[list[rows.Told]]:
        answering = asyncio.create_task(self._answers(tasks))
        try:
            while batch := await self._batch():
                yield batch
            await answering
        finally:
            answering.cancel()

    async def _answers(self, tasks: Iterator[list[rows.Ask]]) -> None:
        limit = asyncio.Semaphore(self._stage.at_once)
        try:
            async with asyncio.TaskGroup() as verifying_:
                answers = self._crawl.run(self._requests(tasks), unread=self._stage.at_once)
                async for request, answer in answers:
                    await limit.acquire()
                    verifying_.create_task(self._verify(request, answer, limit))
        finally:
            await self._told.put(None)

    async def _requests(self, tasks: Iterator[list[rows.Ask]]) -> AsyncIterator[Request]:
        async for asks in pulled(tasks):
            for ask in asks:
                self._asked[ask.request] = ask.asset
                yield ask.request

    async def _verify(self, request: Request, answer: Asset | ResolveError, limit: asyncio.Semaphore) -> None:
        try:
            asset = self._asked.pop(request)
            if isinstance(answer, Asset) and answer.http_status == 304:
                await self._told.put(rows.Told(asset, None))
                return
            crops = self._stage.settings.duplicates.crops
            outcome = await verifying.outcome(answer, self._decoder, self._known, thumbs=crops)
            await self._told.put(rows.Told(asset, outcome))
        finally:
            limit.release()

    async def _batch(self) -> list[rows.Told]:
        """The next results: as many as go into one list, or what came within a second; [] at the end."""
        batch: list[rows.Told] = []
        loop = asyncio.get_running_loop()
        until = loop.time() + FLUSH_S
        while len(batch) < self._stage.at_once:
            try:
                wait = None if not batch else max(0.0, until - loop.time())
                async with asyncio.timeout(wait):
                    told = await self._told.get()
            except TimeoutError:
                break
            if told is None:
                self._told.put_nowait(None)
                break
            batch.append(told)
        return batch


class _Known(dict[str, "Picture | PictureError"]):
    """What this process decoded lately, and behind it what the catalog knows of a content."""

    MOST = 1000

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog

    def get(self, sha256: str, default: Any = None) -> Any:
        found = super().get(sha256)
        if found is not None:
            return found
        with self._catalog.read() as connection:
            picture = catalog_assets.picture(connection, sha256)
        if picture is None:
            return default
        print_ = picture.fingerprint
        return picture if print_ is None or print_.version == fingerprint.VERSION else default

    def __setitem__(self, sha256: str, verdict: Picture | PictureError) -> None:
        if len(self) >= self.MOST:
            self.clear()
        super().__setitem__(sha256, verdict)


class Judge(msgspec.Struct, frozen=True):
    """Articles by id to what the rules find in them."""

    address: str
    settings: Settings
    now: dt.datetime

    def __call__(self, tasks: Iterator[list[Any]]) -> Iterator[list[Any]]:
        """Lists of `Judged`; an article whose row has rotted comes back as `Unread`."""
        selection = ruleset.select(self.settings)
        with Catalog(self.address) as catalog:
            judging = Judging(catalog, self.settings, self.now)
            for wanted in tasks:
                judged: dict[int, Any] = {}
                for case in judging.cases(wanted):
                    notices: list[Notice] = []
                    found = ruleset.findings(case.audit, selection, notices.append)
                    failed = {n.message[:6] for n in notices if n.code == "rule-failed"}
                    judged[case.id] = rows.Judged(
                        case.id,
                        tuple(found),
                        tuple(_addresses(finding.images, case.addresses) for finding in found),
                        frozenset(
                            case.addresses[index]
                            for index, outcome in enumerate(case.audit.outcomes)
                            if index in case.addresses and outcome.state.verdict == "unverified"
                        ),
                        frozenset(selection.levels.keys() - failed),
                        (*case.audit.article.notices, *notices),
                    )
                doubted = [rows.Doubted(asset) for asset in sorted(judging.doubted)]
                judging.doubted.clear()
                yield [*(judged.get(identity) or rows.Rotten(identity) for identity in wanted), *doubted]


def _addresses(images: tuple[str, ...], known: Any) -> tuple[str, ...]:
    indexes = (int(image.rpartition("#")[2]) for image in images)
    return tuple(sorted({known[index] for index in indexes if index in known}))
