"""URL to answer: one guarded HTTP client for pictures, S3 objects, robots.txt, style sheets and pages.

Every connection of a run is made here. design.md puts aiohttp into resolvers/http; the guard is
worth more when there is exactly one client behind it, so resolvers, robots and sources share this
one, and aiohttp is imported when the first request is really made.

Redirects are walked by hand, because each hop must be vetted and must be given its own headers.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import errno
import functools
import re
import socket
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import ada_url
import msgspec

from auditor import codings, faults, guard
from auditor.errors import AuditorError, ResolveError
from auditor.exchange import Answer, Gate, HeadersFor
from auditor.guard import Guard, Hop, Permit
from auditor.markup import addresses
from auditor.model import State
from auditor.transfer import Body, Clock, CountedSocket, Limits, is_own, part_of, too_large

if TYPE_CHECKING:
    import ssl

    import aiohttp

TEXTS = ("text/", "application/json", "application/xml")
ERROR_BODY_BYTES = 64 * 1024  # of an error that says to be text: enough for an XML error, a page title
ERROR_IMAGE_BYTES = 1024 * 1024  # of one that may come with a picture, which browsers show
ERROR_BODY_SECONDS = 2.0
HEADER_BYTES = 16 * 1024  # of one header line
HEADERS = 128
CONNECT_SHARE = 0.9  # of the patience with a silent host: a connection that does not come is told apart
LARGE_BYTES = 2 * 1024 * 1024
LARGE_AT_ONCE = 4  # 64 large bodies in parallel would be gigabytes
_ODD = re.compile(r"[^\x20-\x7e]")
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_KEPT = ("content-type", "content-length", "content-range", "etag", "last-modified", "retry-after",
         "x-amz-bucket-region", "date", "server", "vary")  # fmt: skip


class Exhausted(AuditorError):  # noqa: N818 - it is we who are, no error of the address
    """This machine is out of sockets or files: says nothing of the address; ask again later."""


class _Attempt:
    """What one attempt learns where an exception would lose it."""

    def __init__(self, sent: Callable[[Hop], None] | None) -> None:
        self.permit = Permit()
        self.hop: Hop | None = None
        self.sent = sent
        self.refused: str | None = None
        self.exhausted = False


_attempt: contextvars.ContextVar[_Attempt] = contextvars.ContextVar("attempt")


class Fetcher:
    """The client. `sockets` is how many may be open at once; beyond it connections are not kept.

    Use it with `async with`. `large` bodies take turns, so that 64 big ones do not add up.
    """

    def __init__(self, rules: Guard, *, sockets: int = 256, ca_file: str | None = None) -> None:
        self._guard = rules
        self._sockets = sockets
        self._ca_file = ca_file
        self._open = 0
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        if self._sessions:
            await asyncio.sleep(0)  # transports close in the next turn of the loop
        self._sessions.clear()

    async def get(
        self,
        url: str,
        headers: HeadersFor,
        limits: Limits,
        *,
        trusted: tuple[str, str, int] | None = None,
        before_hop: Gate | None = None,
        sent: Callable[[Hop], None] | None = None,
    ) -> Answer:
        """GET, following redirects. Raises `ResolveError` where no answer came, `Exhausted` for our own lack.

        `headers` gives each hop its own, so credentials never travel on. `trusted` is the one origin
        that the operator named and the guard lets pass; `before_hop` is awaited before a redirect is
        followed and may raise. `sent` is told of every request that really goes out.
        """
        hop = self._guard.hop(url)
        visited = [hop.url]
        self._session(trusted=False)  # imports aiohttp, which is nobody's time but ours
        attempt = _Attempt(sent)
        token = _attempt.set(attempt)
        try:
            async with Clock(limits) as clock:
                while True:
                    answer = await self._ask(hop, headers(hop), limits, clock, hop.origin == trusted)
                    if isinstance(answer, Answer):
                        return msgspec.structs.replace(answer, hops=tuple(visited))
                    hop = self._follow(hop, answer, visited)
                    if before_hop is not None:
                        await before_hop(hop)
                        clock.progress()
        except ResolveError as error:
            error.redirects = error.redirects or tuple(map(addresses.redact, visited[1:]))
            error.final_url = error.final_url or addresses.redact(visited[-1])
            raise
        finally:
            _attempt.reset(token)

    async def _ask(
        self, hop: Hop, headers: Mapping[str, str], limits: Limits, clock: Clock, trusted: bool
    ) -> Answer | str:
        """One hop: its answer, or the Location it points to."""
        import aiohttp
        import yarl

        attempt = _attempt.get()
        attempt.hop = hop
        attempt.permit = guard.TRUSTED if trusted else self._guard.permit(hop)
        session = self._session(trusted)
        sent = {"Accept-Encoding": codings.accepted(), **headers}
        if limits.first_bytes:
            sent |= {"Range": f"bytes=0-{limits.first_bytes - 1}", "Accept-Encoding": "identity"}
        if self._open > self._sockets // 2:
            sent["Connection"] = "close"
        try:
            async with session.get(
                yarl.URL(hop.url, encoded=True),
                headers=sent,
                allow_redirects=False,
                timeout=_timeout(CONNECT_SHARE * limits.patience),
            ) as response:
                clock.progress()
                location = response.headers.get("Location")
                if response.status in _REDIRECTS and location is not None:
                    return location
                return await self._read(response, limits, clock, asked_part="Range" in headers)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if attempt.exhausted or faults.is_local(error):
                raise Exhausted(f"cannot open a connection: {faults.words(error)}") from None
            if attempt.refused:
                raise guard.private(hop.host, attempt.refused) from None
            raise faults.network(error, hop.host) from None

    def _follow(self, hop: Hop, location: str, visited: list[str]) -> Hop:
        """The hop that a Location leads to, noted in `visited`."""
        if len(visited) > guard.MAX_REDIRECTS:
            raise ResolveError(
                State.BLOCKED, "too-many-redirects", f"more than {guard.MAX_REDIRECTS} redirects"
            )
        target = _join(hop.url, location)
        scheme = addresses.scheme(target)
        if scheme not in ("http", "https"):
            raise ResolveError(
                State.BLOCKED, "redirect-scheme", f"redirected to {scheme}:, which is not followed"
            )
        following = self._guard.hop(target)
        if following.url in visited:
            raise ResolveError(State.BLOCKED, "redirect-loop", "redirected back to an earlier address")
        visited.append(following.url)
        return following

    async def _read(
        self, response: aiohttp.ClientResponse, limits: Limits, clock: Clock, *, asked_part: bool
    ) -> Answer:
        kept = {name: _plain(response.headers[name]) for name in _KEPT if name in response.headers}
        if response.status >= 400:
            return await self._read_error(response, kept, limits, clock)
        wanted = limits.first_bytes
        declared = _number(kept.get("content-length"))
        if wanted is None and declared is not None and declared > limits.bytes:
            raise too_large(limits.bytes, f"{declared:,} bytes declared")
        body = Body(limits.bytes, wanted)
        try:
            unpack = codings.Unpacker(response.headers.get("Content-Encoding", ""))
            await self._pump(response, unpack, body, clock)
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
        self, response: aiohttp.ClientResponse, kept: Mapping[str, str], limits: Limits, clock: Clock
    ) -> Answer:
        """An answer whose status says it all: its body is read as far as it comes without trouble."""
        import aiohttp

        is_text = kept.get("content-type", "").lower().startswith(TEXTS)
        limit = ERROR_BODY_BYTES if is_text else ERROR_IMAGE_BYTES
        body, complete = Body(limit, limit), False
        with contextlib.suppress(codings.CodingError, aiohttp.ClientError, TimeoutError):
            async with asyncio.timeout(min(ERROR_BODY_SECONDS, limits.patience / 4)):
                unpack = codings.Unpacker(response.headers.get("Content-Encoding", ""))
                await self._pump(response, unpack, body, clock)
            complete = not (body.full or body.short) and unpack.whole
        return Answer(response.status, kept, body.value(), hops=(), complete=complete, cut=body.full)

    async def _pump(
        self, response: aiohttp.ClientResponse, unpack: codings.Unpacker, body: Body, clock: Clock
    ) -> None:
        """Move the body over, piece by piece; stops when it is full."""
        import aiohttp

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
                        turn = await self._large.acquire()
        except aiohttp.ClientPayloadError as error:
            if not faults.is_short(error):
                raise
            body.short = True
        finally:
            if turn:
                self._large.release()

    def _session(self, trusted: bool) -> aiohttp.ClientSession:
        """The session for guarded hops, or the one for the operator's endpoint: they share no connection."""
        if trusted not in self._sessions:
            import aiohttp

            from auditor import connecting

            connector = connecting.Connector(
                _count, limit=0, ttl_dns_cache=60, socket_factory=self._socket, ssl=self._trust()
            )
            self._sessions[trusted] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
                max_line_size=HEADER_BYTES,
                max_field_size=HEADER_BYTES,
                max_headers=HEADERS,
            )
        return self._sessions[trusted]

    def _trust(self) -> ssl.SSLContext | bool:
        if self._ca_file is None:
            return True
        import ssl

        context = ssl.create_default_context()
        context.load_verify_locations(self._ca_file)
        return context

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for this socket address if it may be connected to (aiohttp calls this for each one)."""
        family, kind, protocol, _, address = info
        attempt = _attempt.get()
        try:
            attempt.permit.admit(address[0], lambda: is_own(family, address))
        except guard.Refused as refused:
            attempt.refused = refused.kind
            raise OSError(errno.EACCES, f"refused: {refused.kind}") from None
        try:
            made = CountedSocket(family, kind, protocol, self._closed)
        except OSError:
            attempt.exhausted = True
            raise
        self._open += 1
        return made

    def _closed(self) -> None:
        self._open -= 1


def _count() -> None:
    """Counts what really goes out: aiohttp repeats a GET by itself when a kept connection breaks."""
    attempt = _attempt.get()
    if attempt.sent is not None and attempt.hop is not None:
        attempt.sent(attempt.hop)


@functools.lru_cache(maxsize=64)
def _timeout(connect_s: float) -> aiohttp.ClientTimeout:
    """aiohttp's own limit is that of connecting alone: the clock of the attempt keeps all others."""
    import aiohttp

    return aiohttp.ClientTimeout(total=None, sock_connect=connect_s)


def _join(base: str, location: str) -> str:
    """The absolute form of a Location. Browsers read its bytes as UTF-8; odd ones are percent-encoded."""
    raw = location.encode("utf-8", "surrogateescape")
    text = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw).strip("\t ")
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise ResolveError(State.UNREACHABLE, "protocol", "a control character in the Location")
    try:
        return str(ada_url.join_url(base, text))
    except ValueError:
        raise ResolveError(State.UNREACHABLE, "protocol", "redirected to what is no address") from None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _plain(value: str) -> str:
    """A header value as it may be shown: short, without control characters or stray bytes."""
    return _ODD.sub("?", value)[:300]
