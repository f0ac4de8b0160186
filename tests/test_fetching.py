"""The one client: what it connects to, whom it trusts, what it sends where, and when it stops."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import io
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiohttp import web

from auditor.config import HostSettings, Settings
from auditor.errors import ResolveError
from auditor.model import Asset, Document
from auditor.resolving import Crawl, Request
from auditor.sources.web import document
from auditor.transfer import Clock, CountedSocket, Limits

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[..., Awaitable[int]]


async def ask(url: str, referer: str | None = None, **settings: Any) -> Asset | ResolveError:
    async with Crawl(Settings(**{"timeout": 5.0, **settings})) as crawl:
        async for _, answer in crawl.run([Request(url, referer)]):
            return answer
    raise AssertionError


def reason(answer: Asset | ResolveError) -> str | None:
    return None if isinstance(answer, Asset) else answer.reason


def door_to(port: int) -> Handler:
    """A site without robots.txt, whose every page leads to 127.0.0.2."""

    async def door(request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(status=404)
        raise web.HTTPFound(f"http://127.0.0.2:{port}/x")

    return door


async def hello(_: web.Request) -> web.Response:
    return web.Response(body=b"hello")


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server on a loopback address and gives its port."""
    runners: list[web.AppRunner] = []

    async def start(
        handler: Handler = hello, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None, port: int = 0
    ) -> int:
        application = web.Application()
        application.router.add_get("/{path:.*}", handler)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, address, port, ssl_context=tls).start()
        return int(runner.addresses[0][1])

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Name server of the test: a list gives one address per look-up, the last one for ever."""
    table: dict[str, list[str]] = {}
    asked: Counter[str] = Counter()
    true_look_up = socket.getaddrinfo

    def look_up(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        if host in table:
            asked[host] += 1
            known = table[host]
            host = known[min(asked[host], len(known)) - 1]
        return true_look_up(host, port, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return table


# --- what it connects to ----------------------------------------------------------------------


async def test_a_name_that_leads_inside_is_refused(serve: Serve, names: dict[str, list[str]]) -> None:
    port = await serve()
    names["innocent.example"] = ["127.0.0.1"]
    answer = await ask(f"http://innocent.example:{port}/x.png")
    assert reason(answer) == "private-address"
    assert isinstance(answer, ResolveError)
    assert "loopback" in answer.detail


async def test_a_name_that_answers_differently_the_second_time_gains_nothing(
    serve: Serve, names: dict[str, list[str]]
) -> None:
    reached = []

    async def canary(request: web.Request) -> web.Response:
        reached.append(request.host)
        return web.Response()

    port = await serve(canary)
    names["rebind.example"] = ["192.0.2.1", "127.0.0.1"]
    async with Crawl(Settings(timeout=5.0)) as crawl:
        for _ in range(3):
            with pytest.raises(ResolveError):
                await crawl.fetch(f"http://rebind.example:{port}/x.png")
    assert reached == []


async def test_an_opened_name_leads_inside(serve: Serve, names: dict[str, list[str]]) -> None:
    port = await serve()
    names["intranet.example"] = ["127.0.0.1"]
    assert isinstance(
        await ask(f"http://intranet.example:{port}/", allow_private=["intranet.example"]), Asset
    )


async def test_an_opened_connection_is_not_shared_with_a_closed_name(
    serve: Serve, names: dict[str, list[str]]
) -> None:
    port = await serve()
    names["open.example"] = names["closed.example"] = ["127.0.0.1"]
    async with Crawl(Settings(allow_private=["open.example"])) as crawl:
        await crawl.fetch(f"http://open.example:{port}/")
        with pytest.raises(ResolveError):
            await crawl.fetch(f"http://closed.example:{port}/")


async def test_an_own_public_address_is_refused(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    monkeypatch.setattr("auditor.asking.is_own", lambda *_: True)
    assert reason(await ask("http://93.184.216.34:8000/")) == "private-address"


async def test_a_name_without_an_address_is_told(names: dict[str, list[str]]) -> None:
    assert reason(await ask("http://nowhere.invalid/")) == "dns"


async def test_a_refused_connection_is_told_and_tried_again() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    answer = await ask(f"http://127.0.0.1:{port}/", allow_private=["127.0.0.1"], timeout=1.0)
    assert (reason(answer), answer.tries) == ("connect", 3)


def test_a_counted_socket_outlives_a_file_of_it() -> None:
    told: list[str] = []
    made = CountedSocket(socket.AF_INET, socket.SOCK_STREAM, 0, lambda: told.append("closed"))
    made.makefile("rb", buffering=0).close()
    assert made.fileno() >= 0
    assert not told
    made.close()
    made.close()
    assert told == ["closed"]


async def test_a_machine_without_sockets_left_accuses_nobody(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = await serve()
    shortages = 3
    from auditor import asking

    class Scarce(asking.CountedSocket):
        def __init__(self, *arguments: Any) -> None:
            nonlocal shortages
            if shortages:
                shortages -= 1
                raise OSError(errno.EMFILE, "Too many open files")
            super().__init__(*arguments)

    monkeypatch.setattr(asking, "CountedSocket", Scarce)
    answer = await ask(f"http://127.0.0.1:{port}/", allow_private=["127.0.0.1"])
    assert isinstance(answer, Asset)
    assert answer.tries == 1


# --- whom it trusts ---------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, str]:
    authority = trustme.CA()
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return authority, str(file)


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


async def test_a_private_authority_is_trusted_when_it_is_named(
    serve: Serve, authority: tuple[trustme.CA, str]
) -> None:
    port = await serve(tls=server_context(authority[0].issue_cert("127.0.0.1")))
    url = f"https://127.0.0.1:{port}/x.png"
    assert isinstance(await ask(url, allow_private=["127.0.0.1"], ca_file=authority[1]), Asset)
    answer = await ask(url, allow_private=["127.0.0.1"])
    assert (reason(answer), answer.tries) == ("tls", 1)


@pytest.mark.parametrize(
    ("host", "days", "said"), [("127.0.0.1", -1, "expired"), ("wrong.example", 9, "mismatch")]
)
async def test_what_is_wrong_with_a_certificate_is_said(
    serve: Serve, authority: tuple[trustme.CA, str], host: str, days: int, said: str
) -> None:
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    port = await serve(tls=server_context(authority[0].issue_cert(host, not_after=ends)))
    answer = await ask(f"https://127.0.0.1:{port}/", allow_private=["127.0.0.1"], ca_file=authority[1])
    assert reason(answer) == "tls"
    assert isinstance(answer, ResolveError)
    assert said in answer.detail


async def test_a_certificate_that_vouches_for_itself_is_not_trusted(serve: Serve) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA()  # its own certificate is signed by nobody else
    with authority.cert_pem.tempfile() as certificate, authority.private_key_pem.tempfile() as key:
        context.load_cert_chain(certificate, key)
    answer = await ask(f"https://127.0.0.1:{await serve(tls=context)}/", allow_private=["127.0.0.1"])
    assert reason(answer) == "tls"
    assert isinstance(answer, ResolveError)
    assert "self-signed" in answer.detail


async def test_plain_http_on_a_secure_port_is_a_fault_of_tls(serve: Serve) -> None:
    port = await serve()
    assert reason(await ask(f"https://127.0.0.1:{port}/", allow_private=["127.0.0.1"])) == "tls"


# --- what it sends where ----------------------------------------------------------------------


async def test_credentials_and_headers_of_one_host_never_reach_another(serve: Serve) -> None:
    seen: dict[str, Any] = {}

    async def second(request: web.Request) -> web.Response:
        seen["second"] = request.headers.copy()
        return web.Response(body=b"x")

    other = await serve(second, "127.0.0.2")

    async def first(request: web.Request) -> web.Response:
        seen["first"] = request.headers.copy()
        raise web.HTTPFound(f"http://127.0.0.2:{other}/x")

    port = await serve(first)
    answer = await ask(
        f"http://me:secret@127.0.0.1:{port}/x",
        referer="https://you:pw@news.example/story?token=abc#part",
        allow_private=["127.0.0.0/8"],
        hosts={f"127.0.0.1:{port}": HostSettings(headers={"X-Key": "k"})},
    )
    assert isinstance(answer, Asset)
    assert {"Authorization", "X-Key"} <= set(seen["first"])
    assert not {"Authorization", "X-Key", "Cookie"} & set(seen["second"])
    assert seen["second"]["Referer"] == "https://news.example/story"
    assert "secret" not in repr(answer)


async def test_pages_sheets_and_pictures_are_asked_for_as_what_they_are(serve: Serve) -> None:
    seen: dict[str, str] = {}

    async def site(request: web.Request) -> web.Response:
        seen[request.path] = request.headers["Accept"]
        if request.path == "/old":
            raise web.HTTPMovedPermanently("/story")
        return web.Response(body=b"<p>text</p>")

    base = f"http://127.0.0.1:{await serve(site)}"
    async with Crawl(Settings(allow_private=["127.0.0.1"])) as crawl:
        page = await document(f"{base}/old", crawl.fetch)
        await crawl.fetch_text(f"{base}/sheet")
        await crawl.fetch(f"{base}/corpus")
        async for _ in crawl.run([Request(f"{base}/picture")]):
            pass
    assert isinstance(page, Document)
    assert page.url == f"{base}/story"
    kinds = {path: accept.partition(",")[0] for path, accept in seen.items()}
    assert kinds == {
        "/old": "text/html",
        "/story": "text/html",
        "/sheet": "text/css",
        "/corpus": "*/*",
        "/picture": "image/avif",
    }


async def test_the_site_that_asks_is_the_contact(serve: Serve) -> None:
    agents = []

    async def site(request: web.Request) -> web.Response:
        agents.append(request.headers["User-Agent"])
        return web.Response(body=b"x")

    port = await serve(site)
    url = f"http://127.0.0.1:{port}/"
    for page in ("https://news.example/2020/a.html?token=hidden", None):
        await ask(url, referer=page, allow_private=["127.0.0.1"])
    await ask(
        url, referer="https://news.example/", allow_private=["127.0.0.1"], user_agent="desk (+mailto:x)"
    )
    assert "(image audit; +https://news.example/)" in agents[0]
    assert "hidden" not in agents[0]
    assert "example" not in agents[1]
    assert agents[2] == "desk (+mailto:x)"


async def test_a_host_may_be_asked_without_a_referer(serve: Serve) -> None:
    async def strict(request: web.Request) -> web.Response:
        return web.Response(body=b"x", status=403 if "Referer" in request.headers else 200)

    port = await serve(strict)
    answer = await ask(
        f"http://127.0.0.1:{port}/",
        referer="https://news.example/",
        allow_private=["127.0.0.1"],
        hosts={"127.0.0.1": HostSettings(referer=False)},
    )
    assert isinstance(answer, Asset)
    assert "referer" not in answer.evidence


async def test_fast_asks_for_the_beginning_and_says_so(serve: Serve) -> None:
    ranges = []

    async def big(request: web.Request) -> web.StreamResponse:
        ranges.append(request.headers.get("Range"))
        return web.Response(body=bytes(200_000))

    port = await serve(big)
    answer = await ask(f"http://127.0.0.1:{port}/", allow_private=["127.0.0.1"], fast=True)
    assert isinstance(answer, Asset)
    assert ranges == ["bytes=0-65535"]
    assert (len(answer.body), answer.evidence["fast"]) == (65_536, "65536")


async def test_formats_by_accept_are_one_asset_with_variants(serve: Serve) -> None:
    from PIL import Image

    from auditor import verifying
    from auditor.decoder import Decoder

    asked: Counter[str] = Counter()
    picture, bodies = Image.effect_noise((40, 30), 90).convert("RGB"), {}
    for kind in ("AVIF", "WEBP", "PNG"):
        out = io.BytesIO()
        picture.save(out, kind)
        bodies[kind] = out.getvalue()

    async def service(request: web.Request) -> web.Response:
        asked[request.path] += 1
        accept = request.headers["Accept"]
        kind = "AVIF" if "avif" in accept else "WEBP" if "webp" in accept else "PNG"
        if request.path == "/one":
            return web.Response(body=bodies["PNG"], content_type="image/png")
        if request.path == "/lost" and kind == "PNG":
            return web.Response(status=404)
        return web.Response(
            body=bodies[kind], content_type=f"image/{kind.lower()}", headers={"Vary": "Accept"}
        )

    port = await serve(service)
    told = {}
    async with Decoder(Settings()) as decoder:
        for path in ("/one", "/all", "/lost"):
            answer = await ask(f"http://127.0.0.1:{port}{path}", allow_private=["127.0.0.1"], variants=True)
            told[path] = await verifying.outcome(answer, decoder, {})
        plain = await ask(f"http://127.0.0.1:{port}/all", allow_private=["127.0.0.1"])
    assert isinstance(plain, Asset)
    assert plain.variants == ()
    assert dict(asked) == {"/one": 1, "/all": 4, "/lost": 3}
    assert {outcome.state for outcome in told.values()} == {"ok"}
    assert told["/one"].variants == ()
    shown = [(v.state, v.media_type, v.width_px, v.size_bytes, v.body) for v in told["/all"].variants]
    assert shown == [
        ("ok", "image/webp", 40, len(bodies["WEBP"]), b""),
        ("ok", "image/png", 40, len(bodies["PNG"]), b""),
    ]
    assert [(v.state, v.reason) for v in told["/lost"].variants] == [("ok", None), ("missing", "http-404")]


# --- robots, offline, order -------------------------------------------------------------------


async def test_robots_txt_is_asked_once_and_obeyed(serve: Serve) -> None:
    asked: list[str] = []

    async def site(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nDisallow: /no")
        return web.Response(body=b"x")

    port = await serve(site)
    settings = Settings(allow_private=["127.0.0.1"], respect_robots=True)
    paths = ("/yes/1", "/no/1", "/no/2", "/yes/2")
    async with Crawl(settings) as crawl:
        told = {
            request.url.partition(str(port))[2]: reason(answer)
            async for request, answer in crawl.run([Request(f"http://127.0.0.1:{port}{p}") for p in paths])
        }
        (host,) = crawl.statistics()
    assert told == {"/yes/1": None, "/yes/2": None, "/no/1": "robots", "/no/2": "robots"}
    assert host.requests == len(asked) == 3
    assert Counter(asked)["/robots.txt"] == 1
    assert not any(path.startswith("/no") for path in asked)


async def test_a_redirect_does_not_get_around_another_hosts_robots_txt(serve: Serve) -> None:
    async def closed(request: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nDisallow: /")

    other = await serve(closed, "127.0.0.2")

    port = await serve(door_to(other))
    answer = await ask(f"http://127.0.0.1:{port}/", allow_private=["127.0.0.0/8"], respect_robots=True)
    assert reason(answer) == "robots"


@pytest.mark.parametrize(("robots_s", "told"), [(60.0, "robots"), (0.5, "timeout")])
async def test_a_slow_robots_txt_takes_its_time_from_the_image(
    serve: Serve, robots_s: float, told: str
) -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(robots_s if request.path == "/robots.txt" else 60)
        return web.Response(status=404)

    other = await serve(slow, "127.0.0.2")

    port = await serve(door_to(other))
    for url in (f"http://127.0.0.2:{other}/x", f"http://127.0.0.1:{port}/"):
        began = asyncio.get_running_loop().time()
        limits = {"timeout": 2.0, "retries": 0}
        answer = await ask(url, allow_private=["127.0.0.0/8"], respect_robots=True, **limits)
        assert reason(answer) == told
        assert asyncio.get_running_loop().time() - began < 3.5


async def test_a_text_comes_in_its_declared_charset(serve: Serve) -> None:
    async def sheet(_: web.Request) -> web.Response:
        return web.Response(
            body="字".encode("gb18030"), headers={"Content-Type": "text/css; charset=GB18030"}
        )

    port = await serve(sheet)
    async with Crawl(Settings(allow_private=["127.0.0.1"])) as crawl:
        assert await crawl.fetch_text(f"http://127.0.0.1:{port}/a.css") == "字"


async def test_a_slow_reader_slows_the_crawl_down(serve: Serve) -> None:
    served = 0

    async def big(_: web.Request) -> web.Response:
        nonlocal served
        served += 1
        return web.Response(body=bytes(8 * 1024 * 1024))

    port = await serve(big)
    settings = Settings(allow_private=["127.0.0.1"], concurrency=4, per_host=4)
    async with Crawl(settings) as crawl:
        answers = crawl.run(Request(f"http://127.0.0.1:{port}/{n}") for n in range(40))
        await anext(answers)
        for _ in range(50):
            await asyncio.sleep(0.01)
        assert served < 20
        await answers.aclose()


async def test_fast_accuses_no_picture_of_ending_early(serve: Serve) -> None:
    from PIL import Image

    from auditor import verifying
    from auditor.decoder import Decoder

    out, few = io.BytesIO(), io.BytesIO()
    Image.effect_noise((512, 512), 90).save(out, "PNG")
    Image.effect_noise((16, 16), 90).save(few, "PNG")
    bodies = {"/large": out.getvalue(), "/small": few.getvalue(), "/cut": few.getvalue()[:-40]}

    async def site(request: web.Request) -> web.Response:
        body = bodies.get(request.path, b"<!doctype html><p>gone")
        if request.path == "/range":
            body = bodies["/large"]
            headers = {"Content-Range": f"bytes 0-65535/{len(body)}"}
            return web.Response(status=206, body=body[:65_536], headers=headers)
        return web.Response(body=body)

    port = await serve(site)
    told = {}
    async with Decoder(Settings()) as decoder:
        for path in (*bodies, "/range", "/html"):
            answer = await ask(f"http://127.0.0.1:{port}{path}", allow_private=["127.0.0.1"], fast=True)
            told[path] = await verifying.outcome(answer, decoder, {})
    for path in ("/large", "/range"):
        assert (told[path].state, told[path].sha256, told[path].decodes) == ("ok", None, None)
        assert told[path].size_bytes == len(bodies["/large"])
        assert told[path].picture is not None
        assert told[path].picture.width_px == 512
        assert "--fast" in told[path].detail
    assert told["/small"].sha256 is not None, "it came whole, and is verified as ever"
    assert (told["/cut"].state, told["/cut"].reason) == ("broken", "truncated")
    assert told["/html"].state == "not_image"


async def test_patience_begins_anew_with_progress_and_the_end_stays() -> None:
    async def talk() -> None:
        with Clock(Limits(1.0, 0.5, 1)) as clock:
            while True:
                await asyncio.sleep(0.05)
                clock.progress()

    async def listen() -> None:
        with Clock(Limits(9, 0.1, 1)):
            await asyncio.sleep(9)

    with pytest.raises(ResolveError, match="not finished"):
        await talk()
    with pytest.raises(ResolveError, match="nothing heard"):
        await listen()


async def test_time_that_is_ours_does_not_count() -> None:
    began = asyncio.get_running_loop().time()
    with Clock(Limits(0.6, 0.3, 1)) as clock:
        async with clock.paused():
            await asyncio.sleep(0.7)
        await asyncio.sleep(0.01)
    assert asyncio.get_running_loop().time() - began > 0.6, "and nothing was raised"


async def test_whoever_cancels_a_request_is_not_told_that_its_time_is_over() -> None:
    async def wait() -> None:
        with Clock(Limits(0.05, 0.05, 1)):
            try:
                await asyncio.sleep(9)
            finally:
                asked.cancel()
                await asyncio.sleep(0)

    asked = asyncio.create_task(wait())
    with pytest.raises(asyncio.CancelledError):
        await asked
    with Clock(Limits(0.01, 0.01, 1)):
        pass
    await asyncio.sleep(0.02)  # a clock that has ended rings no more
