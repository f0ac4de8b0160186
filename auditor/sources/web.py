"""The address of a page to a document, through the crawler's guard and limits."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from auditor.errors import ResolveError, SourceError
from auditor.markup.addresses import redact
from auditor.model import Asset, Document


class Fetch(Protocol):
    """Asks for one address; raises `ResolveError`."""

    async def __call__(self, url: str, *, referer: str | None = None) -> Asset:
        """The bytes that came."""


async def document(url: str, fetch: Fetch) -> Document | SourceError:
    """The page as a document, or why it cannot be read."""
    try:
        asset = await fetch(url)
    except ResolveError as error:
        return SourceError(f"{redact(url)}: the page could not be read ({error})", code=error.reason)
    kind, _, parameters = (asset.declared_type or "").partition(";")
    charset = next(
        (p.partition("=")[2].strip(" \"'") for p in parameters.split(";") if "charset" in p.lower()), None
    )
    return Document(
        id=url,
        body=asset.body,
        source=url,
        url=asset.final_url,
        media_type=kind.strip().lower() or None,
        charset=charset,
        fetched_at=dt.datetime.now(dt.UTC),
    )
