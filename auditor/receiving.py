"""A response to an answer: what is kept of its headers, and its body, unpacked and under a cap.

Imported with aiohttp, on first use.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping

import aiohttp

from auditor import codings, faults
from auditor.errors import ResolveError
from auditor.exchange import Answer
from auditor.model import State
from auditor.transfer import Body, Clock, Limits, part_of, too_large

TEXTS = ("text/", "application/json", "application/xml")
ERROR_BODY_BYTES = 64 * 1024  # of an error that says to be text: enough for an XML error, a page title
ERROR_IMAGE_BYTES = 1024 * 1024  # of one that may come with a picture, which browsers show
ERROR_BODY_SECONDS = 2.0
LARGE_BYTES = 2 * 1024 * 1024
_ODD = re.compile(r"[^\x20-\x7e]")
_KEPT = ("content-type", "content-length", "content-range", "etag", "last-modified", "retry-after",
         "x-amz-bucket-region", "date", "server", "vary")  # fmt: skip
_SHOWN = 300  # characters of a header


async def read(
    response: aiohttp.ClientResponse,
    limits: Limits,
    clock: Clock,
    large: asyncio.Semaphore,
    *,
    asked_part: bool,
) -> Answer:
    """The answer, without its hops. Large bodies take turns at `large`. Raises `ResolveError`."""
    given = response.headers.get
    kept = {name: _plain(value) for name in _KEPT if (value := given(name)) is not None}
    if response.status >= 400:
        return await _read_error(response, kept, limits, clock, large)
    wanted = limits.first_bytes
    declared = _number(kept.get("content-length"))
    if wanted is None and declared is not None and declared > limits.bytes:
        raise too_large(limits.bytes, f"{declared:,} bytes declared")
    body = Body(limits.bytes, wanted)
    try:
        unpack = codings.Unpacker(_codings(response))
        await _pump(response, unpack, body, clock, large)
    except codings.CodingError as error:
        raise error.outcome(response.status) from None
    short = body.short or (not body.full and not unpack.whole)
    span = part_of(response.status, kept.get("content-range", ""))
    if span is not None and span.start and not asked_part:
        raise ResolveError(State.UNREACHABLE, "protocol", "answered with another part than was asked for")
    complete = not short and (not body.full if span is None else span.is_whole(full=body.full))
    return Answer(
        response.status,
        kept,
        body.value(),
        hops=(),
        complete=complete,
        cut=wanted is not None and not short and not complete,
        total_bytes=span.total if span else declared,
        unread_coding=unpack.unread,
    )


async def _read_error(
    response: aiohttp.ClientResponse,
    kept: Mapping[str, str],
    limits: Limits,
    clock: Clock,
    large: asyncio.Semaphore,
) -> Answer:
    """An answer whose status says it all: its body is read as far as it comes without trouble."""
    is_text = kept.get("content-type", "").lower().startswith(TEXTS)
    limit = ERROR_BODY_BYTES if is_text else ERROR_IMAGE_BYTES
    body, complete = Body(limit, limit), False
    with contextlib.suppress(codings.CodingError, aiohttp.ClientError, TimeoutError):
        async with asyncio.timeout(min(ERROR_BODY_SECONDS, limits.patience / 4)):
            unpack = codings.Unpacker(_codings(response))
            await _pump(response, unpack, body, clock, large)
        complete = not (body.full or body.short) and unpack.whole
    return Answer(response.status, kept, body.value(), hops=(), complete=complete, cut=body.full)


async def _pump(
    response: aiohttp.ClientResponse,
    unpack: codings.Unpacker,
    body: Body,
    clock: Clock,
    large: asyncio.Semaphore,
) -> None:
    """Move the body over, piece by piece; stops when it is full."""
    turn = False
    try:
        async for chunk in response.content.iter_any():
            clock.progress()
            for number, piece in enumerate(unpack.feed(chunk)):
                body.add(piece)
                if body.full:
                    return
                if number % 4 == 3:
                    await asyncio.sleep(0)  # a bomb must not hold up the other hosts
            if body.size > LARGE_BYTES and not turn:
                async with clock.paused():
                    turn = await large.acquire()
    except aiohttp.ClientPayloadError as error:
        if not faults.is_short(error):
            raise
        body.short = True
    finally:
        if turn:
            large.release()


def _codings(response: aiohttp.ClientResponse) -> str:
    """All its codings: said in several headers they are one list (RFC 9110, section 5.3)."""
    return ", ".join(response.headers.getall("Content-Encoding", ()))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _plain(value: str) -> str:
    """A header value as it may be shown: short, without control characters or stray bytes."""
    if len(value) <= _SHOWN and value.isascii() and value.isprintable():
        return value
    return _ODD.sub("?", value)[:_SHOWN]
