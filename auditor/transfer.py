"""Limits to the parts of one transfer that keep them: deadlines, a capped body, counted sockets."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

import msgspec

from auditor.errors import ResolveError
from auditor.model import State

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.IGNORECASE)


class Limits(msgspec.Struct, frozen=True):
    """What one attempt may cost.

    `seconds` is the hard end, `patience` how long the other side may stay silent. With
    `first_bytes` only the beginning is asked for. `bytes` counts after content decoding.
    """

    seconds: float
    patience: float
    bytes: int
    first_bytes: int | None = None


class Clock:
    """The two deadlines of an attempt: a hard end, and an end of patience that progress moves on.

    One timer, which is not moved when there is progress: it looks when it rings whether there was any.
    (asyncio.timeout took 7 us of each GET, November 2026; this takes 4.)
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._silent_since = self._loop.time()
        self._end = self._silent_since + limits.seconds
        self._over = False

    def __enter__(self) -> Clock:
        task = asyncio.current_task()
        assert task is not None  # whoever waits for an answer is a task
        self._task = task
        self._cancelling = task.cancelling()
        self._timer = self._loop.call_at(self._due(), self._ring)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        self._timer.cancel()
        if not self._over or self._task.uncancel() > self._cancelling:
            return  # where somebody else cancels too, it is theirs
        if kind is not None and issubclass(kind, asyncio.CancelledError):
            raise self._verdict() from None

    def progress(self) -> None:
        """The other side has said something."""
        self._silent_since = self._loop.time()

    def _due(self) -> float:
        return min(self._end, self._silent_since + self._limits.patience)

    def _ring(self) -> None:
        due = self._due()
        if self._loop.time() < due:
            self._timer = self._loop.call_at(due, self._ring)
        else:
            self._over = True
            self._task.cancel()

    @contextlib.asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Time in here is ours, not theirs."""
        self._timer.cancel()
        began = self._loop.time()
        yield
        waited = self._loop.time() - began
        self._end += waited
        self._silent_since += waited
        self._timer = self._loop.call_at(self._due(), self._ring)

    def _verdict(self) -> ResolveError:
        if self._loop.time() >= self._end - 0.001:
            detail = "not finished in the time that one image has (--timeout)"
        else:
            detail = f"nothing heard for {self._limits.patience:.3g} s"
        return ResolveError(State.UNREACHABLE, "timeout", detail, transient=True)


class Body:
    """The bytes so far, under a cap; with `wanted` they end there and the body counts as `full`."""

    def __init__(self, limit: int, wanted: int | None) -> None:
        self._limit = limit
        self._wanted = wanted
        self._parts: list[bytes] = []
        self.size = 0
        self.full = False
        self.short = False

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        self._parts.append(piece)
        if self._wanted is not None:
            self.full = self.size >= self._wanted
        elif self.size > self._limit:
            self._parts.clear()
            raise too_large(self._limit, "more came")

    def value(self) -> bytes:
        return b"".join(self._parts)[: self._wanted]


class Part(NamedTuple):
    """What a 206 says that it is: the bytes from `start` to before `end` of so many, if it knows."""

    start: int
    end: int
    total: int | None

    def is_whole(self, *, full: bool) -> bool:
        """Whether nothing lacks, as far as it says; `full` where we stopped reading."""
        if self.total is None:
            return self.start == 0 and not full  # the decoder will see
        return self.start == 0 and self.end >= self.total


def part_of(status: int, content_range: str) -> Part | None:
    """None for what is no 206 or does not say (RFC 9110, section 14.4)."""
    match = _CONTENT_RANGE.fullmatch(content_range.strip()) if status == 206 else None
    if match is None:
        return None
    return Part(int(match[1]), int(match[2]) + 1, None if match[3] == "*" else int(match[3]))


def too_large(limit: int, why: str) -> ResolveError:
    """The outcome of a body over `--max-bytes`."""
    return ResolveError(State.TOO_LARGE, "bytes", f"over the limit of {limit:,} bytes ({why})")


class CountedSocket(socket.socket):
    """A socket that tells its owner when it is closed: idle connections count against the limit too."""

    def __init__(self, family: int, kind: int, protocol: int, closed: Callable[[], None]) -> None:
        self._tell: Callable[[], None] | None = None  # `_closed` is a name of the standard library's
        super().__init__(family, kind, protocol)
        self._tell = closed

    def close(self) -> None:
        closed, self._tell = self._tell, None
        if closed is not None:
            closed()
        super().close()


def is_own(family: int, address: tuple[Any, ...]) -> bool:
    """Whether this machine itself has the address: packets to it would leave from it."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address[0], 9, *address[2:]))
            return bool(probe.getsockname()[0] == address[0])
    except OSError:
        return False
