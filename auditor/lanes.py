"""Jobs in, jobs done: one lane per host, a fixed number of workers over all lanes, never a task per job.

A lane holds its host's waiting jobs, how many may run at once, and the pace. Workers take the next
job of whichever lane may go, in turn. What failed waits behind everything that has not been asked.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from auditor.politeness import Pace


class Job(Protocol):
    """What a lane carries."""

    lane: str


class Lane:
    """One host's jobs."""

    def __init__(self, name: str, width: int) -> None:
        self.name = name
        self.width = width
        self.pace = Pace()
        self.fresh: deque[Any] = deque()
        self.again: list[tuple[float, int, Any]] = []
        self.running = 0
        self.listed = False
        self.timer: asyncio.TimerHandle | None = None

    def ready_at(self, now: float) -> float | None:
        """When its next job may start; None when there is none or the lane is full."""
        if self.running >= self.width:
            return None
        if self.fresh:
            return max(self.pace.not_before, now)
        if self.again:
            return max(self.pace.not_before, self.again[0][0], now)
        return None

    def take(self) -> Any:
        return self.fresh.popleft() if self.fresh else heapq.heappop(self.again)[2]


class Lanes:
    """Serves jobs lane by lane. `serve` does one job; `width` says how many of a lane may run at once."""

    def __init__(
        self, workers: int, serve: Callable[[Any, Lane], Awaitable[None]], width: Callable[[str], int]
    ) -> None:
        self._serve = serve
        self._width = width
        self._limit = workers
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: deque[asyncio.Future[None]] = deque()
        self._ready: deque[Lane] = deque()
        self._number = itertools.count()
        self._closing = False
        self.failure: Callable[[BaseException], None] | None = None
        self.lanes: dict[str, Lane] = {}

    def put(self, job: Any, lane: str) -> None:
        """A new job."""
        own = self.lane(lane)
        own.fresh.append(job)
        self._look(own)

    def put_again(self, job: Any, lane: str, not_before: float) -> None:
        """A job that failed: after all new ones, and not before this time of the loop's clock."""
        own = self.lane(lane)
        heapq.heappush(own.again, (not_before, next(self._number), job))
        self._look(own)

    def lane(self, name: str) -> Lane:
        if name not in self.lanes:
            self.lanes[name] = Lane(name, self._width(name))
        return self.lanes[name]

    async def close(self) -> None:
        """End all workers; jobs that are running are cancelled."""
        self._closing = True
        for lane in self.lanes.values():
            if lane.timer is not None:
                lane.timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _look(self, lane: Lane) -> None:
        """List the lane if its next job may start, or look again when it may."""
        if lane.listed or self._closing:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        at = lane.ready_at(now)
        if at is None:
            return
        if at <= now:
            lane.listed = True
            self._ready.append(lane)
            self._wake()
        elif lane.timer is None or lane.timer.when() > at or lane.timer.cancelled():
            if lane.timer is not None:
                lane.timer.cancel()
            lane.timer = loop.call_at(at, self._rung, lane)

    def _rung(self, lane: Lane) -> None:
        lane.timer = None
        self._look(lane)

    def _wake(self) -> None:
        while self._idle:
            waiter = self._idle.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        if len(self._tasks) < self._limit:
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and self.failure is not None:
            self.failure(error)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while not self._ready:
                waiter: asyncio.Future[None] = loop.create_future()
                self._idle.append(waiter)
                await waiter
            lane = self._ready.popleft()
            lane.listed = False
            now = loop.time()
            at = lane.ready_at(now)
            if at is None or at > now:
                self._look(lane)
                continue
            job = lane.take()
            lane.running += 1
            lane.pace.asked(now)
            self._look(lane)
            try:
                await self._serve(job, lane)
            finally:
                lane.running -= 1
                self._look(lane)
