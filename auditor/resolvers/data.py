"""data: address to asset; its payload is verified like any other body."""

from __future__ import annotations

from auditor.errors import ResolveError
from auditor.exchange import Call
from auditor.markup import addresses, data_urls
from auditor.model import Asset, State
from auditor.transfer import too_large


async def resolve(call: Call) -> Asset:
    """The decoded payload. Raises `ResolveError` (invalid/bad-data-url, too_large/bytes)."""
    try:
        payload = data_urls.decode(call.url)
    except data_urls.BadDataUrl as error:
        raise ResolveError(State.INVALID, "bad-data-url", str(error)) from None
    if len(payload.body) > call.settings.max_bytes:
        raise too_large(call.settings.max_bytes, f"{len(payload.body):,} bytes in the address")
    shown = addresses.redact(call.url)
    return Asset(shown, payload.body, shown, declared_type=payload.media_type)
