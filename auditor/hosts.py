"""What one run learns of its hosts: whether they answer, how often they were asked, what they forbid."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from auditor import politeness
from auditor.config import Settings
from auditor.errors import ResolveError
from auditor.fetching import Fetcher
from auditor.guard import Hop
from auditor.markup import addresses
from auditor.model import Asset, State, Value
from auditor.politeness import Pace, Robots
from auditor.transfer import Limits

LOST_AFTER = 12  # connections that never came about, with no answer ever
REFUSED_AFTER = 24  # first requests in a row that were told "too many"
ROBOTS_SHARE = 1 / 3  # of an image's time: what a slow robots.txt may take of it


class HostStatistics(Value, frozen=True):
    """How one host was asked. `pace` is in requests per second, None where none had to be learned."""

    host: str
    requests: int = 0
    answered: int = 0
    failed: int = 0
    retries: int = 0
    refusals: int = 0
    waited_s: float = 0.0
    pace: float | None = None
    bytes: int = 0


class Host:
    """The record of one host. `lock` guards the reading of its robots.txt."""

    def __init__(self) -> None:
        self.requests = self.answered = self.failed = self.retries = self.refusals = self.bytes = 0
        self.robots: Robots | None = None
        self.lock = asyncio.Lock()
        self._alive = False
        self._unconnected = 0
        self._refused_in_a_row = 0

    def learn(
        self,
        pace: Pace,
        answer: Asset | ResolveError,
        asked_at: float,
        pause: Callable[[ResolveError], float],
        *,
        first: bool,
    ) -> None:
        """Take note of one answer; `first` says that its address was asked for the first time.

        `pause` tells for a refusal how many seconds the host is left alone.
        """
        now = asyncio.get_running_loop().time()
        if isinstance(answer, ResolveError) and politeness.is_refusal(answer):
            self.refusals += 1
            self._refused_in_a_row += first
            pace.refused(now, asked_at, pause(answer))
        elif answer.http_status:
            self._refused_in_a_row = 0
            pace.served(now)
        self._alive = self._alive or answer.http_status is not None
        self._unconnected += "connection" in answer.evidence

    def lost(self, name: str) -> ResolveError | None:
        """The outcome for everything still wanted from a host that does not answer; None while it does."""
        if not self._alive and self._unconnected >= LOST_AFTER:
            detail = f"{name} took none of {self._unconnected} connections and was not asked again"
            return ResolveError(State.UNREACHABLE, "connect", detail, transient=True)
        if self._refused_in_a_row >= REFUSED_AFTER:
            detail = f"{name} answered {self._refused_in_a_row} requests in a row with 'too many'"
            return ResolveError(State.UNREACHABLE, "rate-limited", detail, transient=True)
        return None

    def count(self, answer: Asset | ResolveError) -> None:
        """One address is done."""
        if isinstance(answer, Asset):
            self.answered += 1
            self.bytes += len(answer.body)
        else:
            self.failed += 1

    def statistics(self, name: str, pace: Pace) -> HostStatistics:
        return HostStatistics(
            name,
            requests=self.requests,
            answered=self.answered,
            failed=self.failed,
            retries=self.retries,
            refusals=self.refusals,
            waited_s=round(pace.waited_s, 3),
            pace=round(pace.rate, 2) if pace.rate else None,
            bytes=self.bytes,
        )


class Hosts(dict[str, Host]):
    """The hosts of one run by lane, each noted when it is first asked for.

    `keep_apart` is told how many seconds a host's robots.txt wants between requests.
    """

    def __init__(
        self, settings: Settings, fetcher: Fetcher, keep_apart: Callable[[str, float | None], None]
    ) -> None:
        super().__init__()
        self._settings = settings
        self._fetcher = fetcher
        self._keep_apart = keep_apart

    def __missing__(self, lane: str) -> Host:
        host = self[lane] = Host()
        return host

    async def admit(self, hop: Hop) -> None:
        """Raise denied/robots where a redirect leads to what its host asks us not to fetch."""
        await self.obey_robots(hop.netloc, hop.url)

    async def obey_robots(self, lane: str, url: str) -> None:
        """Raise denied/robots where the host asks us not to fetch the address. Read once per run."""
        if not self._settings.respect_robots:
            return
        host = self[lane]
        robots = host.robots or await self._first_read(lane, host, url)
        if not robots.allow(url):
            raise ResolveError(State.DENIED, "robots", robots.why)

    async def _first_read(self, lane: str, host: Host, url: str) -> Robots:
        async with host.lock:
            if host.robots is None:
                host.robots = await self._robots(url, host)
                self._keep_apart(lane, host.robots.crawl_delay)
        return host.robots

    async def _robots(self, url: str, host: Host) -> Robots:
        from auditor.resolvers import http

        def sent(_: Hop) -> None:
            host.requests += 1

        address = addresses.absolute("/robots.txt", url) or url
        seconds = ROBOTS_SHARE * self._settings.timeout
        limits = Limits(seconds, seconds, Robots.MAX_BYTES, Robots.MAX_BYTES)
        headers = http.headers(self._settings, None, accept="text/plain,*/*;q=0.5")
        try:
            answer = await self._fetcher.get(address, headers, limits, sent=sent)
        except ResolveError as error:
            return Robots(None, reachable=error.state is State.BLOCKED)
        return Robots.of(answer.status, answer.body)
