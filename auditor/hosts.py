"""What one run learns of one host: whether it answers at all, how often it was asked, what it forbids."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from auditor import politeness
from auditor.errors import ResolveError
from auditor.model import Asset, State, Value
from auditor.politeness import Pace, Robots

LOST_AFTER = 12  # connections that never came about, with no answer ever
REFUSED_AFTER = 24  # first requests in a row that were told "too many"


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
