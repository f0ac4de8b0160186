"""data: addresses give their payload, held to the same limits as any body."""

from __future__ import annotations

import pytest

from auditor.config import Settings
from auditor.errors import ResolveError
from auditor.resolving import Crawl


async def test_the_payload_is_the_body() -> None:
    async with Crawl(Settings(offline=True)) as crawl:
        asset = await crawl.fetch("data:image/png;base64,iVBORw0KGgo=")
    assert (asset.declared_type, asset.body) == ("image/png", b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("data:image/png;base64", "invalid/bad-data-url"),
        ("data:image/png;base64,???", "invalid/bad-data-url"),
        ("data:text/plain," + "x" * 101, "too_large/bytes"),
        ("blob:https://a.example/1", "unsupported/scheme"),
        ("about:blank", "unsupported/scheme"),
        ("cid:part1@mail", "unsupported/scheme"),
        ("chrome://favicon/x", "unsupported/scheme"),
        ("javascript:alert(1)", "unsupported/scheme"),
        ("__init__:x", "unsupported/scheme"),
    ],
)
async def test_an_address_that_gives_no_bytes(url: str, verdict: str) -> None:
    async with Crawl(Settings(max_bytes=100)) as crawl:
        with pytest.raises(ResolveError) as caught:
            await crawl.fetch(url)
    assert f"{caught.value.state}/{caught.value.reason}" == verdict
