"""Answers on their way to the reader, held back by number and by bytes: a slow reader slows the crawl."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

from auditor.errors import ResolveError
from auditor.model import Asset

R = TypeVar("R")

REQUESTS = 50_000
BYTES = 16 * 1024 * 1024


class Answers(Generic[R]):
    """One run's answers. At most `requests` are taken in and unanswered, and `limit` bytes unread."""

    def __init__(self, *, requests: int = REQUESTS, limit: int = BYTES, unread: int | None = None) -> None:
        self._requests = requests
        self._unread = unread or requests
        self._limit = limit
        self._held = 0
        self._bytes = 0
        self._ready: deque[tuple[R, Asset | ResolveError]] = deque()
        self._ended = False
        self._failure: BaseException | None = None
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def expect(self) -> None:
        """One more request is taken in; waits while too many are."""
        while self._held >= self._requests:
            self._taken.clear()
            await self._taken.wait()
        self._held += 1

    async def give(self, request: R, answer: Asset | ResolveError) -> None:
        """Hand an answer out, as soon as there is room for its body and for all that came before."""
        size = _size(answer)
        if self._waiting or self._is_full(size):
            await self._turn(size)
        self._bytes += size
        self._ready.append((request, answer))
        self._changed.set()
        self._call()

    async def _turn(self, size: int) -> None:
        """Wait in line: woken one at a time, because 64 that look again at each answer cost 1 ms of it."""
        turn: tuple[int, asyncio.Future[None]] = (size, asyncio.get_running_loop().create_future())
        self._waiting.append(turn)
        try:
            await turn[1]
        except BaseException:
            self._waiting.remove(turn)
            self._call()
            raise
        self._waiting.remove(turn)

    def _call(self) -> None:
        """Wake the first in line, where there is room for it."""
        if self._waiting and not self._waiting[0][1].done() and not self._is_full(self._waiting[0][0]):
            self._waiting[0][1].set_result(None)

    def _is_full(self, size: int) -> bool:
        too_many_bytes = self._bytes > 0 and self._bytes + size > self._limit
        return too_many_bytes or len(self._ready) >= self._unread

    def end(self, failure: BaseException | None = None) -> None:
        """No more requests are taken in; a failure of our own ends the reading at once."""
        self._ended = True
        self._failure = self._failure or failure
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[tuple[R, Asset | ResolveError]]:
        while True:
            while self._ready:
                request, answer = self._ready.popleft()
                self._held -= 1
                self._bytes -= _size(answer)
                self._taken.set()
                self._call()
                yield request, answer
            if self._failure is not None:
                raise self._failure
            if self._ended and not self._held:
                return
            self._changed.clear()
            await self._changed.wait()


def _size(answer: Asset | ResolveError) -> int:
    if not isinstance(answer, Asset):
        return 0
    return len(answer.body) + sum(len(variant.body) for variant in answer.variants)
