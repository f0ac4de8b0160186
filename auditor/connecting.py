"""Bytes from a connection to aiohttp's parser, none beyond the end that the answer itself declared.

Browsers read as many bytes as Content-Length says and drop what follows; aiohttp's parser gives the
whole answer up for it, and with it the verdict on the picture. Imported with aiohttp, on first use.
"""

from __future__ import annotations

import asyncio
import functools
import re
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
_OTHER_END = re.compile(rb"\r\n(?:transfer-encoding|upgrade)[ \t]*:", re.IGNORECASE)
_HEAD_BYTES = 256 * 1024  # a longer head is for the parser to refuse


class Connector(aiohttp.TCPConnector):
    """aiohttp's connector, making connections that stop at the declared end."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # No public way: a test fails when the name changes.
        self._factory = functools.partial(_Connection, loop=asyncio.get_running_loop())


class _Connection(ResponseHandler):
    """Follows the head of each answer; `_left` is what its body still has, None where nobody said."""

    _head: bytearray | None = None
    _left: int | None = None

    def set_response_params(self, **options: Any) -> None:
        self._head, self._left = bytearray(), None
        super().set_response_params(**options)

    def data_received(self, data: bytes) -> None:
        while data and self._head is not None:
            data = self._of_head(data)
        if self._left is None:
            if data:
                super().data_received(data)
            return
        body, surplus = data[: self._left], data[self._left :]
        self._left -= len(body)
        if body:
            super().data_received(body)
        if surplus:
            self.force_close()  # what it would say next is no answer to anything

    def _of_head(self, data: bytes) -> bytes:
        """Hand the head on; gives back what follows it."""
        assert self._head is not None
        before = len(self._head)
        self._head += data
        end = self._head.find(b"\r\n\r\n", max(before - 3, 0))
        if end < 0:
            if len(self._head) > _HEAD_BYTES:
                self._head = None
            super().data_received(data)
            return b""
        head, rest = bytes(self._head[: end + 4]), data[end + 4 - before :]
        interim = re.match(rb"HTTP/1\.[01] 1(?!01)", head) is not None
        self._head = bytearray() if interim else None
        lengths = _LENGTH.findall(head[:-2])
        if not interim and len(lengths) == 1 and not _OTHER_END.search(head):
            bodiless = re.match(rb"HTTP/1\.[01] (?:204|304)", head) is not None
            self._left = 0 if bodiless else int(lengths[0])
        super().data_received(data[: end + 4 - before])
        return rest
