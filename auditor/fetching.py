"""URL to answer: one guarded HTTP client for pictures, S3 objects, robots.txt, style sheets and pages.

Every connection of a run is made here. design.md puts aiohttp into resolvers/http; the guard is
worth more when there is exactly one client behind it, so resolvers, robots and sources share this
one, and aiohttp is imported when the first request is really made.

Redirects are walked by hand, because each hop must be vetted and must be given its own headers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import ada_url
import msgspec

from auditor import guard
from auditor.errors import ResolveError
from auditor.exchange import Answer, Gate, HeadersFor
from auditor.guard import Guard, Hop
from auditor.markup import addresses
from auditor.model import State
from auditor.transfer import Clock, Limits

if TYPE_CHECKING:
    from auditor.asking import Client, Sent


class Fetcher:
    """The client of one run, to be used with `async with`. `keep` is how many connections stay for later."""

    def __init__(self, rules: Guard, *, keep: int = 128, ca_file: str | None = None) -> None:
        self._guard = rules
        self._keep = keep
        self._ca_file = ca_file
        self._client: Client | None = None

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def get(
        self,
        url: str,
        headers: HeadersFor,
        limits: Limits,
        *,
        trusted: tuple[str, str, int] | None = None,
        before_hop: Gate | None = None,
        sent: Sent | None = None,
    ) -> Answer:
        """GET, following redirects. Raises `ResolveError` where no answer came, `Exhausted` for our own lack.

        `headers` gives each hop its own, so credentials never travel on. `trusted` is the one origin
        that the operator named and the guard lets pass; `before_hop` is awaited before a redirect is
        followed and may raise. `sent` is told of every request that really goes out.
        """
        hop = self._guard.hop(url)
        visited = [hop.url]
        client = self._client or self._started()
        try:
            with Clock(limits) as clock:
                while True:
                    permit = guard.TRUSTED if hop.origin == trusted else self._guard.permit(hop)
                    answer = await client.ask(hop, permit, headers(hop), limits, clock, sent)
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

    def _started(self) -> Client:
        """The client itself. It imports aiohttp, which is no image's time."""
        from auditor.asking import Client

        self._client = Client(keep=self._keep, ca_file=self._ca_file)
        return self._client

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
