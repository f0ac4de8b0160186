"""The engine: every request has one answer, offline nothing leaves, a retry waits behind the others."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from auditor.config import Settings
from auditor.errors import ResolveError
from auditor.mapping import Maps
from auditor.model import Asset, State
from auditor.resolving import Crawl, Request


async def test_offline_leaves_what_needs_the_network_unchecked() -> None:
    urls = ["http://a.example/x.png", "https://a.example/", "s3://bucket/key", "data:,x", "blob:x"]
    async with Crawl(Settings(offline=True)) as crawl:
        told = {
            r.url: "ok" if isinstance(a, Asset) else a.reason async for r, a in crawl.run(map(Request, urls))
        }
    assert list(told.values()).count("offline") == 3
    assert (told["data:,x"], told["blob:x"]) == ("ok", "scheme")


async def test_an_answer_that_was_never_asked_for_has_no_tries() -> None:
    async with Crawl(Settings(offline=True)) as crawl:
        with pytest.raises(ResolveError) as caught:
            await crawl.fetch("http://a.example/")
    assert (caught.value.state, caught.value.tries) == (State.UNCHECKED, 0)


async def test_requests_may_come_as_they_are_found() -> None:
    async def found() -> AsyncIterator[Request]:
        for number in range(1000):
            yield Request(f"data:,{number}")

    async with Crawl(Settings()) as crawl:
        assert len([answer async for _, answer in crawl.run(found())]) == 1000


async def test_two_runs_at_once_keep_their_answers_apart() -> None:
    async with Crawl(Settings()) as crawl:
        first = crawl.run([Request("data:,a")])
        second = crawl.run([Request("data:,b")])
        assert [r.url async for r, _ in second] == ["data:,b"]
        assert [r.url async for r, _ in first] == ["data:,a"]


async def test_a_failing_source_of_requests_ends_the_run() -> None:
    async def broken() -> AsyncIterator[Request]:
        yield Request("data:,a")
        raise RuntimeError("the source broke")

    async with Crawl(Settings()) as crawl:
        with pytest.raises(RuntimeError, match="the source broke"):
            _ = [answer async for _, answer in crawl.run(broken())]


async def test_failures_wait_behind_all_that_were_not_asked() -> None:
    order: list[str] = []

    async def site(request: web.Request) -> web.Response:
        order.append(request.path)
        failing = request.path == "/a" and order.count("/a") < 3
        return web.Response(body=b"x", status=500 if failing else 200)

    application = web.Application()
    application.router.add_get("/{path:.*}", site)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with Crawl(Settings(allow_private=["127.0.0.1"], concurrency=1)) as crawl:
        answers = [a async for _, a in crawl.run([Request(f"{base}/{name}") for name in "abcdef"])]
        (host,) = crawl.statistics()
    await runner.cleanup()
    assert order == ["/a", "/b", "/c", "/d", "/e", "/f", "/a", "/a"]
    assert all(isinstance(answer, Asset) for answer in answers)
    assert (host.requests, host.answered, host.retries, host.failed) == (8, 6, 2, 0)


MAPS = {
    "s3://bucket": "http://mirror.example/b/",
    "s3://bucket/deep/": "http://deep.example",
    "https://cdn.example/img-": "https://other.example/",
    "https://cdn.example": "/srv/pictures",
}


@pytest.mark.parametrize(
    ("url", "target", "root"),
    [
        ("s3://bucket/a/b.jpg", "http://mirror.example/b/a/b.jpg", None),
        ("s3://bucket/deep/b.jpg", "http://deep.example/b.jpg", None),
        ("s3://bucketeer/a", "s3://bucketeer/a", None),
        ("https://cdn.example/img-1.png", "https://other.example/1.png", None),
        ("https://cdn.example/a/b.png?w=3#x", "file:///srv/pictures/a/b.png", "/srv/pictures"),
        ("https://cdn.example.evil/a", "https://cdn.example.evil/a", None),
        ("https://elsewhere.example/a", "https://elsewhere.example/a", None),
    ],
)
def test_the_longest_prefix_that_fits_is_replaced(url: str, target: str, root: str | None) -> None:
    assert Maps(MAPS).target(url) == (target, root)


def test_local_files_never_pay_for_the_network() -> None:
    code = (
        "import asyncio, sys\n"
        "from auditor.config import Settings\n"
        "from auditor.resolving import Crawl, Request\n"
        "async def main():\n"
        "    async with Crawl(Settings()) as crawl:\n"
        "        await crawl.fetch('data:,x')\n"
        "        async for _ in crawl.run([Request('file:///none')]): pass\n"
        "asyncio.run(main())\n"
        "print([name for name in ('aiohttp', 'protego', 'brotli') if name in sys.modules])\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


async def test_a_connection_is_kept_even_among_many_hosts() -> None:
    made: set[tuple[str, int]] = set()

    async def site(request: web.Request) -> web.Response:
        assert request.transport is not None
        made.add(request.transport.get_extra_info("peername"))
        return web.Response(body=b"x", headers={"Connection": "keep-alive"})

    application = web.Application()
    application.router.add_get("/{path:.*}", site)
    runner = web.AppRunner(application)
    await runner.setup()
    names = [f"127.0.0.{2 + number}" for number in range(40)]
    first = web.TCPSite(runner, names[0], 0)
    await first.start()
    port = runner.addresses[0][1]
    for name in names[1:]:
        await web.TCPSite(runner, name, port).start()
    settings = Settings(allow_private=["127.0.0.0/8"], respect_robots=False, per_host=3)
    requests = [Request(f"http://{name}:{port}/{number}") for number in range(12) for name in names]
    try:
        async with Crawl(settings) as crawl:
            answers = [answer async for _, answer in crawl.run(requests)]
    finally:
        await runner.cleanup()
    assert all(isinstance(answer, Asset) for answer in answers)
    assert len(made) <= 3 * len(names) < len(requests)
