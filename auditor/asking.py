"""One hop to its answer: the client itself, guarded where a socket is made.

Imported with aiohttp, on first use.
"""

from __future__ import annotations

import asyncio
import contextvars
import errno
import functools
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import yarl

from auditor import codings, faults, guard, receiving
from auditor.connecting import Connector
from auditor.exchange import Answer
from auditor.guard import Hop, Permit
from auditor.transfer import Clock, CountedSocket, Limits, is_own

HEADER_BYTES = 16 * 1024  # of one header line
HEADERS = 128
CONNECT_SHARE = 0.9  # of the patience with a silent host: a connection that does not come is told apart
LARGE_AT_ONCE = 4  # 64 large bodies in parallel would be gigabytes
_REDIRECTS = frozenset((301, 302, 303, 307, 308))

Sent = Callable[[Hop], None]


class _Asked:
    """One hop on its way, and what is learned of it where an exception would lose it."""

    def __init__(self, hop: Hop, permit: Permit, sent: Sent | None) -> None:
        self.hop = hop
        self.permit = permit
        self.sent = sent
        self.refused: str | None = None
        self.exhausted = False


_asked: contextvars.ContextVar[_Asked] = contextvars.ContextVar("asked")


class Client:
    """Asks one hop at a time. While more than `keep` connections are open, none is kept for later.

    `large` bodies take turns, so that 64 big ones do not add up.
    """

    def __init__(self, *, keep: int, ca_file: str | None) -> None:
        self._keep = keep
        self._ca_file = ca_file
        self._open = 0
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        if self._sessions:
            await asyncio.sleep(0)  # transports close in the next turn of the loop
        self._sessions.clear()

    async def ask(
        self,
        hop: Hop,
        permit: Permit,
        headers: Mapping[str, str],
        limits: Limits,
        clock: Clock,
        sent: Sent | None,
    ) -> Answer | str:
        """The hop's answer, or the Location it points to. Raises as `Fetcher.get` does."""
        asked = _Asked(hop, permit, sent)
        token = _asked.set(asked)
        try:
            async with self._session(trusted=permit is guard.TRUSTED).get(
                yarl.URL(hop.url, encoded=True),
                headers=self._headers(headers, limits),
                allow_redirects=False,
                timeout=_timeout(round(CONNECT_SHARE * limits.patience, 2)),
            ) as response:
                clock.progress()
                location = response.headers.get("Location")
                if response.status in _REDIRECTS and location is not None:
                    return location
                asked_part = "Range" in headers
                return await receiving.read(response, limits, clock, self._large, asked_part=asked_part)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if asked.exhausted or faults.is_local(error):
                raise faults.Exhausted(f"cannot open a connection: {faults.words(error)}") from None
            if asked.refused:
                raise guard.private(hop.host, asked.refused) from None
            raise faults.network(error, hop.host) from None
        finally:
            _asked.reset(token)

    def _headers(self, headers: Mapping[str, str], limits: Limits) -> dict[str, str]:
        sent = {"Accept-Encoding": codings.accepted(), **headers}
        if limits.first_bytes:
            sent |= {"Range": f"bytes=0-{limits.first_bytes - 1}", "Accept-Encoding": "identity"}
        if self._open > self._keep:
            sent["Connection"] = "close"
        return sent

    def _session(self, *, trusted: bool) -> aiohttp.ClientSession:
        """The session for guarded hops, or the one for the operator's endpoint: they share no connection."""
        if trusted not in self._sessions:
            self._sessions[trusted] = aiohttp.ClientSession(
                connector=Connector(
                    _count, limit=0, ttl_dns_cache=60, socket_factory=self._socket, ssl=self._trust()
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                max_line_size=HEADER_BYTES,
                max_field_size=HEADER_BYTES,
                max_headers=HEADERS,
            )
        return self._sessions[trusted]

    def _trust(self) -> ssl.SSLContext | bool:
        if self._ca_file is None:
            return True
        context = ssl.create_default_context()
        context.load_verify_locations(self._ca_file)
        return context

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for this socket address if it may be connected to (aiohttp calls this for each one)."""
        family, kind, protocol, _, address = info
        asked = _asked.get()
        try:
            asked.permit.admit(address[0], lambda: is_own(family, address))
        except guard.Refused as refused:
            asked.refused = refused.kind
            raise OSError(errno.EACCES, f"refused: {refused.kind}") from None
        try:
            made = CountedSocket(family, kind, protocol, self._closed)
        except OSError:
            asked.exhausted = True
            raise
        self._open += 1
        return made

    def _closed(self) -> None:
        self._open -= 1


def _count() -> None:
    """Counts what really goes out: aiohttp repeats a GET by itself when a kept connection breaks."""
    asked = _asked.get()
    if asked.sent is not None:
        asked.sent(asked.hop)


@functools.lru_cache(maxsize=64)
def _timeout(connect_s: float) -> aiohttp.ClientTimeout:
    """aiohttp's own limit is that of connecting alone: the clock of the attempt keeps all others.

    In hundredths of a second, or no two attempts would have the same.
    """
    return aiohttp.ClientTimeout(total=None, sock_connect=connect_s)
