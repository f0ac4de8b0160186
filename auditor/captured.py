"""The block of an archived record to what a host answered: status, headers, and the body uncoded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

from auditor import codings
from auditor.config import MIB

UNRESOLVED = "revisit-unresolved"  # the reason where a capture repeats one that no archive read so far has
MAX_BLOCK = 64 * MIB  # of one record
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)  # of a record whose own date means nothing
PAGE_TYPES = ("text/html", "application/xhtml+xml")
_STATUS = re.compile(rb"HTTP/[\d.]+[ \t]+(\d{3})\b")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)

Kind = Literal["response", "resource", "revisit"]


class Record(msgspec.Struct, frozen=True):
    """One capture. `headers` are those of the answer, lower-case; `body` still has its codings.

    `offset` and `length` are where the record stands in its archive, in bytes. `status` is None for a
    resource that no HTTP answer brought. `digest` is the payload digest as written, `refers_to` the
    address and `refers_date` the time of the capture that a revisit repeats. `cut` says why fewer
    bytes were kept than were sent ("length", "time", "disconnect", "short").
    """

    kind: Kind
    uri: str
    date: dt.datetime
    offset: int
    length: int
    status: int | None
    headers: Mapping[str, str]
    body: bytes
    digest: str | None = None
    refers_to: str | None = None
    refers_date: dt.datetime | None = None
    cut: str | None = None

    @property
    def media_type(self) -> str:
        """The declared type without its parameters, lower-case; "" where none is declared."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The charset that the answer declared."""
        found = _CHARSET.search(self.headers.get("content-type", ""))
        return found[1] if found else None

    @property
    def is_page(self) -> bool:
        """Whether this is what a reader was shown: HTML from a host, and a success."""
        shown = self.media_type in PAGE_TYPES and self.status in (None, 200)
        return shown and self.uri.startswith(("http://", "https://"))


class Loss(msgspec.Struct, frozen=True):
    """A stretch of an archive that cannot be used. `code`: "damaged", "truncated" or "too-big"."""

    offset: int
    size_bytes: int
    code: str
    why: str


class Payload(NamedTuple):
    """A body as the host meant it; `whole` is False where its end is missing."""

    body: bytes
    whole: bool = True


def answer(block: bytes) -> tuple[int | None, dict[str, str], bytes]:
    """Status, headers and raw body of an HTTP answer; no status where it does not begin like one."""
    began = _STATUS.match(block)
    if began is None:
        return None, {}, block
    end = _HEADERS_END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    headers: dict[str, str] = {}
    name = ""
    for line in head.decode("latin-1").splitlines()[1:]:
        if line.startswith((" ", "\t")) and name in headers:  # RFC 9112, 5.2: a folded line goes on
            headers[name] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if colon:
            joined = name in headers and name != "content-type"
            headers[name] = f"{headers[name]}, {value.strip()}" if joined else value.strip()
    return int(began[1]), headers, body


def is_short(status: int | None, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether fewer bytes were kept than the answer declared."""
    declared = headers.get("content-length", "")
    coded = "chunked" in headers.get("transfer-encoding", "").lower()
    return status is not None and declared.isdigit() and not coded and len(body) < int(declared)


def payload(record: Record, limit: int) -> Payload | None:
    """The body with its transfer and content codings undone; None where it is longer than `limit`.

    Crawlers that undo the codings themselves often keep the headers: a body that is not coded as they
    say is taken as it is. Raises `codings.CodingError` for a damaged one and for an unknown coding.
    """
    body, whole = record.body, record.cut is None
    if "chunked" in record.headers.get("transfer-encoding", "").lower() and _CHUNK.match(body):
        body, ended = _unchunked(body)
        whole = whole and ended
    names = record.headers.get("content-encoding", "")
    if not body or not names.strip() or _is_undone(names, body):
        return Payload(body, whole) if len(body) <= limit else None
    unpack = codings.Unpacker(names)
    pieces: list[bytes] = []
    size = 0
    for piece in unpack.feed(body):
        size += len(piece)
        if size > limit:
            return None
        pieces.append(piece)
    return Payload(b"".join(pieces), whole and unpack.whole)


def _is_undone(names: str, body: bytes) -> bool:
    """Whether a body said to be gzip plainly is not."""
    last = names.rpartition(",")[2].strip().lower()
    return last in ("gzip", "x-gzip") and not body.startswith(b"\x1f\x8b")


def _unchunked(body: bytes) -> tuple[bytes, bool]:
    """What the chunks hold, and whether the last chunk came (RFC 9112, 7.1)."""
    parts: list[bytes] = []
    position = 0
    while (size := _CHUNK.match(body, position)) is not None:
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts), True
        parts.append(body[size.end() : size.end() + length])
        position = size.end() + length
        if body.startswith(b"\r\n", position):
            position += 2
    return b"".join(parts), False
