"""What the stages of a scan hand to its writer, and how values lie in the catalog.

A payload is msgpack, deflated, with a CRC-32: a bit that flips on the disk is told, not believed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from typing import Any, NamedTuple, TypeVar

import msgspec

import auditor
from auditor.markup import addresses
from auditor.model import (
    Article,
    Captions,
    Finding,
    ImageReference,
    Notice,
    Outcome,
    Pairing,
    Picture,
    Shard,
    Value,
)
from auditor.resolving import Request

T = TypeVar("T")

READER = f"auditor {auditor.__version__}"
"""Who parses: articles that another version has read are read again."""


class Stored(Value, frozen=True):
    """An article as the catalog keeps it; `folder` is where its file: addresses may reach into.

    `captions` are those that the page alone gives its images.
    """

    article: Article
    folder: str | None = None
    captions: Captions | None = None


class Ref(NamedTuple):
    """One address that an article asks for; `candidate` 0 is the reference's own.

    A reference without an address stands here too, with `request` None.
    """

    position: int
    candidate: int
    request: Request | None
    role: str
    alt: str | None
    pairing: Pairing | None


class Read(NamedTuple):
    """An article that was parsed; `distinct` is its name where another shard has one of its name."""

    name: str
    distinct: str | None
    shard: str
    member: str | None
    source: str
    url: str | None
    title: str | None
    published_at: dt.datetime | None
    digest: str
    payload: bytes
    refs: tuple[Ref, ...]


class Same(NamedTuple):
    """An article whose bytes are those of the last time."""

    name: str
    shard: str


class Unread(NamedTuple):
    """An input, or an article, that cannot be read."""

    source: str
    code: str
    message: str


class Done(NamedTuple):
    """A shard is read to its end; `losses` are what could not be read of it, and were told before."""

    shard: Shard
    losses: tuple[Unread, ...] = ()


class Ask(NamedTuple):
    """An address that is due; `sha256` is what it gave the last time (None: no picture)."""

    asset: int
    request: Request


class Told(NamedTuple):
    """What came of an address; `outcome` None where it is as it was (304)."""

    asset: int
    outcome: Outcome | None


class Judged(NamedTuple):
    """What the rules find in one article.

    `addresses` are those of the images of each finding, parallel to `findings`; `unverified` those of the
    article that nobody could look at. `codes` are the rules that ran to their end.
    """

    article: int
    findings: tuple[Finding, ...]
    addresses: tuple[tuple[str, ...], ...]
    unverified: frozenset[str]
    codes: frozenset[str]
    notices: tuple[Notice, ...]


class Rotten(NamedTuple):
    """An article whose row is not what was written: it is read again the next time."""

    article: int


class Doubted(NamedTuple):
    """An address of which the row is not what was written: it is asked again the next time."""

    asset: int


def asset_digest(request: Request) -> bytes:
    """What makes two requests one: a file: address depends on whose article asks, and what is captured in
    web archives is another thing than what its host gives today.
    """
    place = "archive" if request.archive else ""
    if request.url.startswith("file:"):
        place = request.folder or ""
    return hashlib.sha256(f"{place}\0{request.url}".encode("utf-8", "surrogatepass")).digest()[:16]


def host(url: str) -> str:
    """The lane of an address: its host; "" for what needs none."""
    return addresses.host(url) if addresses.scheme(url) in ("http", "https", "s3") else ""


def pack(value: Any) -> tuple[bytes, int]:
    """A value as payload and checksum."""
    payload = zlib.compress(msgspec.msgpack.encode(value), 1)
    return payload, zlib.crc32(payload)


def unpack(payload: bytes, checksum: int, kind: type[T]) -> T | None:
    """The value in a payload; None where the payload has rotted."""
    if zlib.crc32(payload) != checksum:
        return None
    try:
        return msgspec.msgpack.decode(zlib.decompress(payload), type=kind)
    except (zlib.error, msgspec.DecodeError):
        return None


def refs_of(
    article: Article, captions: Captions, requests: dict[tuple[int, int], Request]
) -> tuple[Ref, ...]:
    """One row for each reference, and for each further address (by index and number) that is asked for it."""
    pairings = {pairing.reference: pairing for pairing in captions.pairings}
    rows = []
    for reference in article.references:
        own = requests.get((reference.index, 0))
        rows.append(_ref(reference, 0, own, pairings.get(reference.index)))
        number = 1
        while request := requests.get((reference.index, number)):
            rows.append(_ref(reference, number, request, None))
            number += 1
    return tuple(rows)


def _ref(reference: ImageReference, number: int, request: Request | None, pairing: Pairing | None) -> Ref:
    return Ref(reference.index, number, request, reference.role, reference.alt, pairing)


def stored(payload: bytes) -> Stored:
    """The article in a payload that was just written."""
    return msgspec.msgpack.decode(zlib.decompress(payload), type=Stored)


def named(article: Stored, name: str) -> tuple[bytes, int]:
    """Payload and checksum of the article under another name."""
    return pack(msgspec.structs.replace(article, article=msgspec.structs.replace(article.article, id=name)))


def renamed(read: Read) -> Read:
    """The article under the name that it shares with no other."""
    name = read.distinct or read.name
    payload, _ = named(stored(read.payload), name)
    return read._replace(name=name, payload=payload)


def seconds(time: dt.datetime | None) -> int | None:
    """A time as the catalog keeps it; one without a zone is taken as UTC."""
    if time is None:
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=dt.UTC)
    return int(aware.timestamp())


def moment(time: int | None) -> dt.datetime | None:
    """A time of the catalog."""
    return None if time is None else dt.datetime.fromtimestamp(time, dt.UTC)


def slim(outcome: Outcome) -> bytes:
    """An outcome without its picture, which is the blob's."""
    return msgspec.msgpack.encode(msgspec.structs.replace(outcome, picture=None))


def whole(outcome: bytes, checksum: int | None, picture: Picture | None) -> Outcome | None:
    """The outcome with its picture again; None where it has rotted."""
    if checksum is not None and zlib.crc32(outcome) != checksum:
        return None
    return msgspec.structs.replace(msgspec.msgpack.decode(outcome, type=Outcome), picture=picture)


def finding(body: bytes, checksum: int | None) -> Finding | None:
    """A stored finding; None where it has rotted."""
    if checksum is not None and zlib.crc32(body) != checksum:
        return None
    return msgspec.msgpack.decode(body, type=Finding)
