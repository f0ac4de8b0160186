"""Bytes from a connection to aiohttp's parser, none beyond the end that the answer itself declared.

Browsers read as many bytes as Content-Length says and drop what follows, and take the same length said
twice for said once (RFC 9110, 8.6); aiohttp's parser gives the whole answer up for either, and with it
the verdict on the picture. Imported with aiohttp, on first use.
"""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
_OTHER_END = re.compile(rb"\r\n(?:transfer-encoding|upgrade)[ \t]*:", re.IGNORECASE)
_INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)")
_BODILESS = re.compile(rb"HTTP/1\.[01] (?:204|304)")
_END = b"\r\n\r\n"
_HEAD_BYTES = 256 * 1024  # a longer head is for the parser to refuse


class Connector(aiohttp.TCPConnector):
    """aiohttp's connector, making connections that stop at the declared end.

    `asked` is called whenever a request asks for a connection, new or kept: aiohttp's own way to look
    at each request that goes out, a middleware, takes a tenth of a small GET.
    """

    def __init__(self, asked: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._asked = asked
        # No public way: a test fails when the name changes.
        kind: type[ResponseHandler] = _Connection
        self._factory = functools.partial(kind, loop=asyncio.get_running_loop())

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - theirs
    ) -> Any:
        self._asked()
        return await super().connect(req, traces, timeout)


class _Connection(ResponseHandler):
    """Follows the head of each answer; `_left` is what its body still has, None where nobody said."""

    _head: bytearray | None = None
    _left: int | None = None

    def set_response_params(self, **options: Any) -> None:
        self._head, self._left = bytearray(), None
        super().set_response_params(**options)

    def data_received(self, data: bytes) -> None:
        start = 0  # of the body, where the head ends within this piece
        while self._head is not None and start < len(data):
            data, start = self._past_head(self._head, data, start)
        end = len(data)
        if self._left is not None:
            end = min(end, start + self._left)
            self._left -= end - start
        if end:
            super().data_received(data[:end])
        if end < len(data):
            self.force_close()  # what it would say next is no answer to anything

    def _past_head(self, head: bytearray, data: bytes, start: int) -> tuple[bytes, int]:
        """The data, and where the head that goes on at `start` ends in it; takes note of what it says."""
        before = len(head)
        end = -1 if before else data.find(_END, start)
        if end >= 0:
            whole = data[start : end + 4]
        else:
            head += data[start:]
            end = head.find(_END, max(before - 3, 0))
            if end < 0:
                if len(head) > _HEAD_BYTES:
                    self._head = None
                return data, len(data)
            whole = bytes(head[: end + 4])
        behind = start + len(whole) - before
        interim = _INTERIM.match(whole) is not None
        self._head = bytearray() if interim else None
        if not interim and not _OTHER_END.search(whole):
            lengths = _LENGTH.findall(whole[:-2])
            if len(set(lengths)) == 1:
                self._left = 0 if _BODILESS.match(whole) else int(lengths[0])
            if self._left is not None and len(lengths) > 1 and not before:
                once = _LENGTH.sub(b"", whole[:-2], len(lengths) - 1) + b"\r\n"
                data, behind = data[:start] + once + data[behind:], start + len(once)
        return data, behind
