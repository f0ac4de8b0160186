"""An address to the asset that a web archive has for it: the nearest capture, past redirects and revisits.

This one serves no scheme: the crawl asks it for what pages out of an archive show. A picture that was
not captured is missing, whatever a host of today would answer.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from auditor import captured, codings
from auditor.captured import UNRESOLVED, Record
from auditor.captures import Captures, Unresolved
from auditor.errors import CatalogError, ResolveError
from auditor.exchange import Answer, Call, refusal
from auditor.guard import MAX_REDIRECTS
from auditor.markup import addresses
from auditor.model import Asset, State
from auditor.transfer import too_large

_REDIRECTS = frozenset((301, 302, 303, 307, 308))


async def resolve(call: Call) -> Asset:
    """The captured bytes. Raises `ResolveError` (missing/not-in-archive, ...)."""
    if call.archive is None:
        raise ResolveError(State.UNSUPPORTED, "scheme", "nothing here resolves warc: addresses")
    try:
        return await asyncio.to_thread(_asset, call, Path(call.archive))
    except CatalogError as error:
        raise ResolveError(State.UNCHECKED, "archive-unreadable", str(error)) from None


def _asset(call: Call, index: Path) -> Asset:
    hops = [addresses.absolute(call.url) or call.url]
    with Captures(index) as captures:
        while True:
            record = _capture(captures, call, hops)
            location = record.headers.get("location")
            if record.status not in _REDIRECTS or location is None:
                return _shown(call, record, hops)
            _follow(hops, location)


def _capture(captures: Captures, call: Call, hops: list[str]) -> Record:
    """The capture of the last hop."""
    place = captures.nearest(hops[-1], call.captured_at)
    redirects = tuple(map(addresses.redact, hops[1:]))
    if place is None:
        raise ResolveError(State.MISSING, "not-in-archive", "the archive has no capture", redirects=redirects)
    if isinstance(place, Unresolved):
        detail = "captured as unchanged since a capture that is in none of the archives"
        raise ResolveError(State.UNCHECKED, UNRESOLVED, detail, redirects=redirects)
    record = captures.record(place)
    if record is None:
        detail = f"{place.archive} can no longer be read at {place.offset:,}: scan it again"
        raise ResolveError(State.UNCHECKED, "archive-unreadable", detail, redirects=redirects)
    return record


def _follow(hops: list[str], location: str) -> None:
    """Adds the hop that a captured redirect leads to."""
    following = addresses.absolute(location, hops[-1])
    if following is None:
        raise ResolveError(State.UNREACHABLE, "protocol", "redirected to what is no address")
    if following in hops:
        raise ResolveError(State.BLOCKED, "redirect-loop", "redirected back to an earlier address")
    if len(hops) > MAX_REDIRECTS:
        raise ResolveError(State.BLOCKED, "too-many-redirects", f"more than {MAX_REDIRECTS} redirects")
    hops.append(following)


def _shown(call: Call, record: Record, hops: list[str]) -> Asset:
    """The asset in a capture, its codings undone."""
    refused = refusal(Answer(record.status or 200, record.headers, record.body, tuple(hops)))
    if refused is not None:
        raise refused
    try:
        payload = captured.payload(record, call.settings.max_bytes)
    except codings.CodingError as error:
        raise error.outcome(record.status) from None
    if payload is None:
        raise too_large(call.settings.max_bytes, "in the archive")
    return Asset(
        url=addresses.redact(call.url),
        body=payload.body,
        final_url=addresses.redact(hops[-1]),
        declared_type=record.headers.get("content-type") or None,
        http_status=record.status,
        redirects=tuple(map(addresses.redact, hops[1:])),
        complete=payload.whole,
        evidence={"captured": record.date.isoformat()},
    )
