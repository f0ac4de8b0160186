"""What a hostile server says: honest answers, and functions that are anything but."""

from __future__ import annotations

import functools
import gzip
import io
import random
import struct
import zlib
from typing import Any

import brotli
from PIL import Image

from .server import Answer, Exchange


def http(body: bytes = b"", status: str = "200 OK", kind: str = "image/png", **headers: str) -> bytes:
    """An honest answer, unless `headers` say otherwise (underscores are hyphens)."""
    fields = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value != "")
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body


@functools.cache
def picture(kind: str, **options: Any) -> bytes:
    noise = random.Random(7)
    image = Image.new("RGB", (64, 48))
    image.putdata([(noise.randrange(256), i % 256, (i * 7) % 256) for i in range(64 * 48)])
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


PNG, JPEG, GIF, WEBP = picture("PNG"), picture("JPEG"), picture("GIF"), picture("WEBP")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><path d="M0 0h4v3z"/></svg>'
HTML = b"<!doctype html><title>Not found</title><p>Sorry, no such picture here.</p>"


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims any size, over a few bytes of data."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(3000)))
        + chunk(b"IEND", b"")
    )


def redirect(location: str, status: str = "302 Found", body: bytes = b"") -> bytes:
    return http(body, status, kind="text/html", Location=location)


def flaky(*answers: bytes) -> Answer:
    """The answers in turn, the last one for ever."""

    async def answer(exchange: Exchange) -> None:
        await exchange.send(answers[min(exchange.tries, len(answers)) - 1])

    return answer


async def silent(exchange: Exchange) -> None:
    await exchange.hang()


async def reset_at_once(exchange: Exchange) -> None:
    exchange.reset()


async def reset_in_body(exchange: Exchange) -> None:
    await exchange.send(http(PNG)[:-200])
    exchange.reset()


async def reset_in_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    exchange.reset()


async def slow_headers(exchange: Exchange) -> None:
    await exchange.drip(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 1000, pause=0.05)


async def slow_body(exchange: Exchange) -> None:
    await exchange.send(http(b"", Content_Length="100000"))
    await exchange.drip(PNG * 20, pause=0.05)


async def slow_but_in_time(exchange: Exchange) -> None:
    answer = http(PNG)
    await exchange.drip(answer, pause=0.02, size=len(answer) // 10 + 1)


async def stalls_in_body(exchange: Exchange) -> None:
    await exchange.send(http(PNG)[:-100])
    await exchange.hang()


async def endless_body(exchange: Exchange) -> None:
    await exchange.send(http(PNG, Content_Length=""))
    while True:
        await exchange.send(bytes(65536))


async def endless_chunks(exchange: Exchange) -> None:
    await exchange.send(http(b"", Content_Length="", Transfer_Encoding="chunked"))
    while True:
        await exchange.send(b"10000\r\n" + bytes(65536) + b"\r\n")


async def endless_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.send(b"X-Flood: " + b"a" * 1000 + b"\r\n")


async def endless_header_line(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nX-Line: ")
    while True:
        await exchange.send(b"a" * 4096)


async def endless_interim(exchange: Exchange) -> None:
    await exchange.drip(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 200, pause=0.05, size=43)


async def bad_chunk_after_data(exchange: Exchange) -> None:
    head = http(b"", Content_Length="", Transfer_Encoding="chunked")
    await exchange.send(head + b"10\r\n" + PNG[:16] + b"\r\nnot-hex\r\n" + PNG[16:32])


async def chunks_cut(exchange: Exchange) -> None:
    head = http(b"", Content_Length="", Transfer_Encoding="chunked")
    await exchange.send(head + b"%x\r\n" % len(PNG) + PNG[:-50])


async def tiny_chunks(exchange: Exchange) -> None:
    head = http(b"", Content_Length="", Transfer_Encoding="chunked")
    chunks = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in PNG)
    await exchange.send(head + chunks + b"0\r\n\r\n")


async def trailers(exchange: Exchange) -> None:
    head = http(b"", Content_Length="", Transfer_Encoding="chunked")
    await exchange.send(head + b"%x\r\n" % len(PNG) + PNG + b"\r\n0\r\nX-Sum: 1\r\n\r\n")


async def hotlink(exchange: Exchange) -> None:
    refused = "referer" in exchange.headers
    await exchange.send(http(HTML, "403 Forbidden", "text/html") if refused else http(PNG))


async def needs_referer(exchange: Exchange) -> None:
    asked_from = exchange.headers.get("referer", "")
    good = asked_from.startswith("https://news.example/")
    await exchange.send(http(PNG) if good else http(HTML, "403 Forbidden", "text/html"))


async def only_get(exchange: Exchange) -> None:
    await exchange.send(http(PNG) if exchange.method == "GET" else http(b"", "405 No"))


async def honest_agent(exchange: Exchange) -> None:
    agent = exchange.headers.get("user-agent", "")
    good = agent.startswith("auditor/") and "Mozilla" not in agent and "cookie" not in exchange.headers
    await exchange.send(http(PNG) if good else http(b"", "400 Bad Request"))


async def sets_cookie_then_wants_it(exchange: Exchange) -> None:
    if "cookie" in exchange.headers:
        await exchange.send(http(b"", "400 Bad Request"))
    else:
        await exchange.send(http(PNG, Set_Cookie="a=b; Path=/"))


async def exact_query(exchange: Exchange) -> None:
    good = exchange.target == f"{SIGNED_PATH}?{SIGNED_QUERY}"
    await exchange.send(http(PNG) if good else http(HTML, "403 Forbidden", "text/html"))


async def closes_without_a_word(exchange: Exchange) -> None:
    exchange.writer.close()


async def pipelined_junk(exchange: Exchange) -> None:
    await exchange.send(
        http(PNG, Connection="keep-alive") + b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxxx"
    )


async def longer_than_said(exchange: Exchange) -> None:
    await exchange.send(http(PNG, Connection="keep-alive"))
    await exchange.send(bytes(50))


async def gzip_bomb(exchange: Exchange) -> None:
    await exchange.send(http(ZEROES, Content_Encoding="gzip"))


def coded(body: bytes, coding: str) -> bytes:
    return http(body, Content_Encoding=coding)


SIGNED_PATH = "/signed%2Fpath/%7Eme"
SIGNED_QUERY = "X-Amz-Signature=ab%2Fcd%7E&b=%C3%BC&a=1+2&empty="
ZEROES = gzip.compress(bytes(16 * 1024 * 1024), 9)
BROTLI_ZEROES = brotli.compress(bytes(16 * 1024 * 1024), quality=5)
DOUBLE_ZEROES = gzip.compress(ZEROES)
MANY_MEMBERS = gzip.compress(b"") * 5000
LIMIT = 4 * 1024 * 1024  # the run's --max-bytes


async def error_that_hangs(exchange: Exchange) -> None:
    await exchange.send(http(HTML, "404 Not Found", "text/html", Content_Length="99999"))
    await exchange.hang()


async def error_without_end(exchange: Exchange) -> None:
    await exchange.send(http(b"", "404 Not Found", "text/html", Content_Length=""))
    while True:
        await exchange.send(HTML * 100)


async def slow_redirect(exchange: Exchange) -> None:
    await exchange.send(redirect("/silent"))


async def reset_once(exchange: Exchange) -> None:
    if exchange.tries == 1:
        exchange.reset()
    else:
        await exchange.send(http(PNG))
