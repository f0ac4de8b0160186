"""Requests to assets or failures: the engine that asks for everything an article shows.

    async with Crawl(settings) as crawl:
        async for request, answer in crawl.run(requests):
            ...  # an Asset, or the ResolveError that says why there is none

Requests are taken in as they can be held, answers handed out as they come; a reader who is slow
slows the crawl down. Nothing here raises for an address.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import importlib
import importlib.util
import os
import re
import time
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from functools import partial
from types import ModuleType
from typing import Any

import msgspec

from auditor import mapping, politeness, sockets
from auditor.answers import Answers
from auditor.config import BucketSettings, Settings
from auditor.errors import ResolveError
from auditor.exchange import Answer, Call
from auditor.exchange import Request as Request
from auditor.faults import Exhausted
from auditor.fetching import Fetcher
from auditor.guard import Guard, Hop
from auditor.hosts import Host, Hosts
from auditor.hosts import HostStatistics as HostStatistics
from auditor.lanes import Lane, Lanes
from auditor.markup import addresses
from auditor.model import Asset, State
from auditor.transfer import Limits

FIRST_BYTES = 64 * 1024  # what --fast asks for
REQUESTS_PER_IMAGE = 30
MOST_KEPT = 512  # connections; to 64 hosts at eight each, none is made twice
SHORTAGES = 40  # times that one request may find this machine out of sockets
LOCAL = "local"
SHEET = "text/css,*/*;q=0.1"  # as browsers ask for one
ARCHIVE = "warc"  # the resolver of what archived pages show

_SCHEME = re.compile(r"[a-z][a-z0-9]*")
_ALIASES = {"https": "http"}
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)


Resolved = tuple[Request, Asset | ResolveError]


class _Job:
    """A request on its way: how often it was asked and how much of its time is spent."""

    def __init__(self, request: Request, target: mapping.Target, answers: Answers[Request]) -> None:
        self.request = request
        self.target = target
        self.scheme = _serving(request, target)
        self.answers = answers
        self.tries = 0
        self.requests = 0
        self.shortages = 0
        self.spent_s = 0.0


class Crawl:
    """One run's network. Use it with `async with`; `run` may be called several times, also at once.

    Raises `ConfigError` for an `allow-private` entry that cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        half = sockets.free() // 2  # for work, and as many for connections that wait for more
        self._places = max(1, min(settings.concurrency, half))
        keep = max(self._places, min(MOST_KEPT, half))
        self._fetcher = Fetcher(Guard(settings.allow_private), keep=keep, ca_file=settings.ca_file)
        self._environment = dict(os.environ)  # which looks 20 times as fast
        self._maps = mapping.Maps(settings.map)
        self._lanes = Lanes(self._places, self._serve, self._width)
        self._hosts = Hosts(settings, self._fetcher, self._keep_apart)

    async def __aenter__(self) -> Crawl:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._lanes.close()
        await self._fetcher.close()

    async def run(
        self, requests: Iterable[Request] | AsyncIterable[Request], *, unread: int | None = None
    ) -> AsyncGenerator[Resolved]:
        """Each request with its answer, in the order in which the answers come.

        With `unread` no more answers than so many wait for the reader.
        """
        answers: Answers[Request] = Answers(unread=unread)
        self._lanes.failure = answers.end
        feeding = asyncio.create_task(self._feed(requests, answers))
        try:
            async for request, answer in answers:
                yield request, answer
        finally:
            feeding.cancel()

    async def fetch(self, url: str, *, referer: str | None = None, accept: str = "*/*", **more: Any) -> Asset:
        """One address that is no picture's; `more` as in `Request`. Raises `ResolveError`."""
        async for _, answer in self.run([Request(url, referer, accept=accept, **more)]):
            if isinstance(answer, ResolveError):
                raise answer
            return answer
        raise AssertionError("every request has an answer")

    async def fetch_text(self, url: str, *, referer: str | None = None, **more: Any) -> str:
        """A style sheet's text, in its declared charset or UTF-8. Raises `ResolveError`."""
        asset = await self.fetch(url, referer=referer, accept=SHEET, **more)
        match = _CHARSET.search(asset.declared_type or "")
        try:
            return asset.body.decode(match[1] if match else "utf-8-sig", "replace")
        except LookupError:
            return asset.body.decode("utf-8-sig", "replace")

    def statistics(self) -> list[HostStatistics]:
        """How each host was asked so far, by name."""
        named = sorted((name, host) for name, host in self._hosts.items() if name != LOCAL)
        return [host.statistics(name, self._lanes.lane(name).pace) for name, host in named]

    # --- requests in --------------------------------------------------------------------------

    async def _feed(
        self, requests: Iterable[Request] | AsyncIterable[Request], answers: Answers[Request]
    ) -> None:
        try:
            if isinstance(requests, AsyncIterable):
                async for request in requests:
                    await self._take(request, answers)
            else:
                for number, request in enumerate(requests):
                    await self._take(request, answers)
                    if number % 64 == 63:
                        await asyncio.sleep(0)
        except BaseException as failure:
            answers.end(failure)
            raise
        answers.end()

    async def _take(self, request: Request, answers: Answers[Request]) -> None:
        await answers.expect()
        job = _Job(request, self._maps.target(request.url), answers)
        resolver = _resolver(job.scheme)
        lane = getattr(resolver, "lane", None)
        name = (lane(job.target.url, self._settings, self._environment) if lane else "") or LOCAL
        if name != LOCAL and self._settings.offline:
            offline = ResolveError(State.UNCHECKED, "offline", "the network was not asked", tries=0)
            await answers.give(request, offline)
        else:
            self._lanes.put(job, name)

    def _keep_apart(self, lane: str, seconds: float | None) -> None:
        self._lanes.lane(lane).pace.keep_apart(seconds)

    def _width(self, lane: str) -> int:
        if lane == LOCAL:
            return self._places
        from auditor.resolvers import http

        return http.host_settings(self._settings, lane).per_host or self._settings.per_host

    # --- one job ------------------------------------------------------------------------------

    async def _serve(self, job: _Job, lane: Lane) -> None:
        """One try of one job: an answer, or a later turn."""
        host = self._hosts[lane.name]
        lost = host.lost(lane.name)
        if lost is not None:
            lane.pace.forget()
            await self._conclude(job, host, lost)
            return
        job.tries += 1
        asked_at = asyncio.get_running_loop().time()
        try:
            answer: Asset | ResolveError = await self._attempt(job, lane)
        except ResolveError as error:
            answer = error
        except Exhausted as shortage:
            await self._postpone(job, lane, host, shortage)
            return
        except Exception as error:  # a fault of ours costs one image, never the run
            detail = f"an error of the auditor itself: {type(error).__name__}"
            answer = ResolveError(State.UNCHECKED, "internal-error", detail)
        if lane.name != LOCAL:
            host.learn(lane.pace, answer, asked_at, self._pause, first=job.tries == 1)
        if not self._again(job, lane, host, answer):
            await self._conclude(job, host, answer)

    async def _attempt(self, job: _Job, lane: Lane) -> Asset:
        url, root = job.target
        resolver = _resolver(job.scheme)
        if resolver is None:
            detail = f"nothing here resolves {job.scheme}: addresses"
            raise ResolveError(State.UNSUPPORTED, "scheme", detail)
        folder = root or job.request.folder
        roots = (folder,) if folder else ()
        call = Call(
            url,
            job.request.referer,
            roots,
            self._settings,
            partial(self._get, job, lane),
            job.request.archive,
            job.request.captured_at,
            validators=job.request.validators,
            accept=job.request.accept,
            environment=self._environment,
        )
        asset: Asset = await resolver.resolve(call)
        return self._checked(job, asset)

    def _checked(self, job: _Job, asset: Asset) -> Asset:
        """A mapped bucket may be content-addressed too."""
        if job.target.url == job.request.url or addresses.scheme(job.request.url) != "s3":
            return asset
        if asset.http_status == 304:  # no body came, and none is needed
            return asset
        if addresses.scheme(job.target.url) == "s3":
            return asset
        from auditor.resolvers import s3

        bucket, _, key = job.request.url.removeprefix("s3://").partition("/")
        found = s3.content_address(self._settings.s3.get(bucket, BucketSettings()), key, asset.body)
        return msgspec.structs.replace(asset, evidence={**asset.evidence, **found}) if found else asset

    async def _get(self, job: _Job, lane: Lane, url: str, headers: Any, **options: Any) -> Answer:
        """`Fetcher.get` with what is left of the job's time, after asking robots.txt where wanted."""
        headers = job.request.ranged(headers)
        began = time.monotonic()
        try:
            await self._hosts.obey_robots(lane.name, url)
            left = self._limits(job, time.monotonic() - began)
            return await self._fetcher.get(
                url,
                headers,
                left,
                before_hop=self._hosts.admit,
                sent=partial(self._sent, job),
                **options,
            )
        finally:
            job.spent_s += time.monotonic() - began

    def _sent(self, job: _Job, hop: Hop) -> None:
        job.requests += 1
        self._hosts[hop.netloc].requests += 1
        if job.requests > REQUESTS_PER_IMAGE:
            detail = f"more than {REQUESTS_PER_IMAGE} requests for one image"
            raise ResolveError(State.BLOCKED, "too-many-requests", detail)

    def _limits(self, job: _Job, spent_s: float) -> Limits:
        """The last try may use all the time that is left, the ones before be silent for half of it."""
        left = max(self._settings.timeout - job.spent_s - spent_s, 0.001)
        return Limits(
            seconds=left,
            patience=left if job.tries > self._settings.retries else left / 2,
            bytes=self._settings.max_bytes,
            first_bytes=FIRST_BYTES if self._settings.fast else None,
        )

    def _pause(self, answer: ResolveError) -> float:
        """How long a refusing host is left alone: as long as it says, if our images can wait for it."""
        said = politeness.retry_after(answer.evidence, dt.datetime.now(dt.UTC))
        if said is not None and said <= self._settings.timeout:
            return said
        return politeness.backoff(1, self._settings.timeout)

    def _again(self, job: _Job, lane: Lane, host: Host, answer: Asset | ResolveError) -> bool:
        """Whether the job gets another turn, behind all that were not asked yet."""
        if job.tries > self._settings.retries or job.requests >= REQUESTS_PER_IMAGE:
            return False
        if not politeness.may_help(answer):
            return False
        wait = politeness.retry_after(answer.evidence, dt.datetime.now(dt.UTC))
        if wait is None:
            wait = politeness.backoff(job.tries, self._settings.timeout)
        if job.spent_s + wait >= self._settings.timeout:
            return False
        job.spent_s += wait
        host.retries += 1
        self._lanes.put_again(job, lane.name, asyncio.get_running_loop().time() + wait)
        return True

    async def _postpone(self, job: _Job, lane: Lane, host: Host, shortage: Exhausted) -> None:
        """Our own lack says nothing of the address: the try does not count."""
        job.tries -= 1
        job.shortages += 1
        if job.shortages > SHORTAGES:
            error = ResolveError(State.UNCHECKED, "local-limit", str(shortage), transient=True)
            await self._conclude(job, host, error)
            return
        later = asyncio.get_running_loop().time() + 0.05 * job.shortages
        self._lanes.put_again(job, lane.name, later)

    async def _conclude(self, job: _Job, host: Host, answer: Asset | ResolveError) -> None:
        host.count(answer)
        if isinstance(answer, Asset):
            answer = msgspec.structs.replace(answer, tries=job.tries, elapsed_s=job.spent_s)
        else:
            answer.tries, answer.elapsed_s = job.tries, job.spent_s
        await job.answers.give(job.request, answer)


def _serving(request: Request, target: mapping.Target) -> str:
    """Which resolver serves it: an archived page's images come from the archive, if not mapped."""
    scheme = addresses.scheme(target.url)
    archived = request.archive is not None and target.url == request.url
    return ARCHIVE if archived and scheme in ("http", "https") else scheme


@functools.lru_cache(maxsize=256)
def _resolver(scheme: str) -> ModuleType | None:
    """The module of resolvers/ that is named like the scheme."""
    name = _ALIASES.get(scheme, scheme)
    if not _SCHEME.fullmatch(name) or importlib.util.find_spec(f"auditor.resolvers.{name}") is None:
        return None
    return importlib.import_module(f"auditor.resolvers.{name}")
