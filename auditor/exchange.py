"""What is asked for and what comes back, as values; the status of an answer to its outcome."""

from __future__ import annotations

import datetime as dt
import http
import os
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from auditor import sniffing
from auditor.config import Settings
from auditor.errors import ResolveError
from auditor.guard import Hop
from auditor.markup import addresses
from auditor.model import State, Value

_STATUSES = frozenset(map(int, http.HTTPStatus))

HeadersFor = Callable[[Hop], Mapping[str, str]]
Gate = Callable[[Hop], Awaitable[None]]


class Request(Value, frozen=True):
    """One address to resolve, absolute, as the reference says (before `--map`).

    `referer` is the article's address, `folder` the folder that its file: addresses may reach into.
    For an article out of a web archive `archive` is the index of captures (auditor.captures) that is
    looked into in place of the hosts, `captured_at` its own time. `part` asks for some bytes only: the
    first, and the one after the last. `etag` and `last_modified` are what the host said of a body that
    is known: it may answer 304 then, and the asset has that status and no body. `accept` says what is
    wanted where it is no picture.
    """

    url: str
    referer: str | None = None
    folder: str | None = None
    archive: str | None = None
    captured_at: dt.datetime | None = None
    part: tuple[int, int] | None = None
    etag: str | None = None
    last_modified: str | None = None
    accept: str | None = None

    @property
    def validators(self) -> dict[str, str]:
        """The headers that let a host say that nothing has changed."""
        known = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in known.items() if value}

    def ranged(self, headers: HeadersFor) -> HeadersFor:
        """The same headers, asking for some bytes only where a part is wanted."""
        if self.part is None:
            return headers
        asked = {"Range": f"bytes={self.part[0]}-{self.part[1] - 1}", "Accept-Encoding": "identity"}
        return lambda hop: {**headers(hop), **asked}


class Answer(msgspec.Struct, frozen=True):
    """What came back: the last hop's status, the kept headers (lower-case) and the body.

    `complete` is False where fewer bytes came than were declared, or where only the beginning was
    asked for (`cut`). `hops` are the addresses asked, the last one answered. `unread_coding` is a
    Content-Encoding that nobody knows and that was not undone, `total_bytes` how long the whole is said
    to be.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[str, ...]
    complete: bool = True
    cut: bool = False
    unread_coding: str | None = None
    total_bytes: int | None = None


class Call(msgspec.Struct, frozen=True):
    """One address to be resolved, with all that a resolver may use.

    `url` is the address after `--map`; `roots` are the folders that file: addresses may reach into.
    `get` is `Fetcher.get` with the limits of this attempt already given. `archive` is the index of
    captures to look into, `captured_at` when the page was captured that asks. `validators` are headers
    that let the host answer 304 where nothing has changed. `accept` says what is wanted, None for a
    picture. `environment` holds the variables of the process.
    """

    url: str
    referer: str | None
    roots: tuple[str, ...]
    settings: Settings
    get: Callable[..., Awaitable[Answer]]
    archive: str | None = None
    captured_at: dt.datetime | None = None
    validators: Mapping[str, str] = {}
    accept: str | None = None
    environment: Mapping[str, str] = msgspec.field(default_factory=lambda: os.environ)


def refusal(answer: Answer) -> ResolveError | None:
    """The outcome of an answer that is no success, by its status; None for one that carries a body."""
    status = answer.status
    if 200 <= status < 300:
        return None
    words = http.HTTPStatus(status).phrase if status in _STATUSES else "unknown status"
    state, reason, transient = _verdict(status)
    evidence = {name: answer.headers[name] for name in ("retry-after",) if name in answer.headers}
    return ResolveError(
        state,
        reason,
        f"HTTP {status} {words}",
        http_status=status,
        final_url=addresses.redact(answer.hops[-1]),
        redirects=tuple(map(addresses.redact, answer.hops[1:])),
        transient=transient,
        evidence=evidence,
        body=answer.body if answer.complete and _may_be_image(answer) else b"",
    )


def _may_be_image(answer: Answer) -> bool:
    """Whether the body is said to be a picture, or begins like one: browsers look at the bytes."""
    declared = answer.headers.get("content-type", "").lower()
    return declared.startswith("image/") or sniffing.sniff(answer.body).family == "raster"


def _verdict(status: int) -> tuple[State, str, bool]:
    if status in (404, 410):
        return State.MISSING, f"http-{status}", False
    if status == 429:
        return State.UNREACHABLE, "rate-limited", True
    if 400 <= status < 500:
        return State.DENIED, f"http-{status}", False
    if 500 <= status < 600:
        return State.UNREACHABLE, "http-5xx", status not in (501, 505)
    return State.UNREACHABLE, "protocol", False
