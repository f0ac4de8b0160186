"""A sitemap or a feed to the pages that it names. XML by defusedxml, RSS and Atom by feedparser.

Sitemaps as sitemaps.org 0.9 has them, with Google's news and image extensions; a listing that is cut or
malformed gives the pages up to the damage.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from auditor import codings
from auditor.config import MIB
from auditor.markup.addresses import absolute
from auditor.model import Member
from auditor.moments import moment

MAX_BYTES = 64 * MIB  # unpacked; the protocol says 50 MB
_HEAD = 2048
_FEEDS = (b"<rss", b"<feed", b"<rdf:rdf")
_SITEMAPS = (b"<urlset", b"<sitemapindex")


class Listing(NamedTuple):
    """What a listing names: pages, and further listings with the time of their last change."""

    pages: list[Member]
    listings: list[tuple[str, dt.datetime | None]]
    trouble: str | None = None


class _Entry:
    """One <url> or <sitemap> while it is read."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.images: list[str] = []


def unpacked(body: bytes) -> bytes:
    """A listing out of its gzip, if it is in one. Raises `codings.CodingError`, also where it is too long."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpack = codings.Unpacker("gzip")
    pieces: list[bytes] = []
    size = 0
    for piece in unpack.feed(body):
        size += len(piece)
        if size > MAX_BYTES:
            raise codings.CodingError(f"more than {MAX_BYTES // MIB} MiB unpacked")
        pieces.append(piece)
    return b"".join(pieces)


def kind(body: bytes) -> str | None:
    """ "sitemap", "feed", or None for anything else."""
    head = body[:_HEAD].lower()
    if any(mark in head for mark in _SITEMAPS):
        return "sitemap"
    return "feed" if any(mark in head for mark in _FEEDS) and b"<html" not in head else None


def sitemap(body: bytes, url: str) -> Listing:
    """The pages of a sitemap, or the sitemaps of an index."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    found = Listing([], [])
    try:
        for entry, is_index in _entries(iterparse(io.BytesIO(body), events=("start", "end"))):
            address = absolute(entry.fields.get("loc", ""), url) if entry.fields.get("loc") else None
            if address is None:
                continue
            changed = moment(entry.fields.get("lastmod"))
            if is_index:
                found.listings.append((address, changed))
            else:
                found.pages.append(_page(address, entry, url))
    except (ParseError, DefusedXmlException, ValueError) as error:
        return found._replace(trouble=str(error) or type(error).__name__)
    return found


def _entries(events: Any) -> Iterator[tuple[_Entry, bool]]:
    """The entries one by one, each forgotten by the parser when it is done."""
    entry: _Entry | None = None
    root: Any = None
    for event, element in events:
        name = element.tag.rpartition("}")[2]
        if event == "start":
            root = element if root is None else root
            entry = _Entry() if name in ("url", "sitemap") else entry
            continue
        if entry is None:
            continue
        text = (element.text or "").strip()
        if name in ("url", "sitemap"):
            yield entry, name == "sitemap"
            entry = None
            root.clear()
        elif name == "loc" and _is_image(element.tag):
            entry.images.append(text)
        elif text:
            entry.fields.setdefault(name, text)


def _is_image(tag: str) -> bool:
    return "sitemap-image" in tag


def _page(address: str, entry: _Entry, url: str) -> Member:
    images = (absolute(image, url) for image in entry.images)
    fields = entry.fields
    return Member(
        address,
        fields.get("lastmod"),
        fields.get("title"),
        fields.get("language"),
        moment(fields.get("publication_date")),
        tuple(dict.fromkeys(image for image in images if image)),
    )


def feed(body: bytes, url: str) -> Listing:
    """The pages that the entries of an RSS or Atom feed link to."""
    import feedparser

    parsed = feedparser.parse(io.BytesIO(body), response_headers={"content-location": url})
    language = parsed.feed.get("language")
    pages = [
        Member(
            address,
            _told(entry),
            entry.get("title"),
            language,
            moment(entry.get("published") or _told(entry)),
            tuple(dict.fromkeys(_pictures(entry, url))),
        )
        for entry in parsed.entries
        if (address := absolute(entry.get("link") or "", url)) and entry.get("link")
    ]
    trouble = str(parsed.get("bozo_exception", "")) if parsed.bozo and not pages else None
    return Listing(pages, [], trouble)


def _told(entry: Any) -> str | None:
    """The time of the last change that an entry gives, as written."""
    found = entry["updated"] if "updated" in entry else entry.get("published")
    return found if isinstance(found, str) else None


def _pictures(entry: Any, url: str) -> Iterator[str]:
    """The pictures that an entry carries: Media RSS and enclosures."""
    for media in [*entry.get("media_content", ()), *entry.get("enclosures", ())]:
        address = media.get("url") or media.get("href")
        kind_of = media.get("medium") or media.get("type") or ""
        if address and kind_of.startswith("image"):
            yield absolute(address, url) or address
