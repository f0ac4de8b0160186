"""More behaviours: every format whole and cut, what browsers put up with on the wire, odder Locations.

Where a body is odd and Chromium 130 shows it (`--headless`, November 2026), it must not be accused.
"""

from __future__ import annotations

import asyncio
import base64
import email.utils
import functools
import gzip
import io
import struct
import time
import zlib
from typing import Any

import brotli
from PIL import Image

from .behaviours import GIF, HTML, JPEG, PNG, SVG, WEBP, coded, flaky, http, picture, redirect
from .server import Behaviour, Exchange


@functools.cache
def noise(kind: str, mode: str = "RGB", frames: int = 1, **options: Any) -> bytes:
    """A picture that no two parts of are alike, in any format; moving with more than one frame."""
    pictures = [Image.effect_noise((64, 48), 80).convert(mode) for _ in range(frames)]
    out = io.BytesIO()
    moving = {"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}
    pictures[0].save(out, kind, **moving, **options)
    return out.getvalue()


def chunked(body: bytes, extension: bytes = b"", trailer: bytes = b"", last: bytes = b"0\r\n") -> bytes:
    head = http(b"", Content_Length="", Transfer_Encoding="chunked")
    return head + b"%x%s\r\n" % (len(body), extension) + body + b"\r\n" + last + trailer + b"\r\n"


def svg(body: bytes, **headers: str) -> bytes:
    return http(body, kind="image/svg+xml", **headers)


def line_feeds_only() -> bytes:
    head, _, body = http(PNG).partition(b"\r\n\r\n")
    return head.replace(b"\r\n", b"\n") + b"\n\n" + body


async def stalls_after_headers(exchange: Exchange) -> None:
    await exchange.send(http(b"", Content_Length="5000"))
    await exchange.hang()


async def slow_once(exchange: Exchange) -> None:
    if exchange.tries == 1:
        await exchange.hang()
    await exchange.send(http(PNG))


async def one_byte_at_a_time(exchange: Exchange) -> None:
    await exchange.drip(http(PNG), 0.5)


async def soon(exchange: Exchange) -> None:
    date = email.utils.formatdate(time.time() + 1, usegmt=True)
    await exchange.send(http(b"", "429 x", Retry_After=date) if exchange.tries == 1 else http(PNG))


async def cookie_wall(exchange: Exchange) -> None:
    if "cookie" in exchange.headers:
        await exchange.send(http(PNG))
    else:
        await exchange.send(redirect("/cookie-wall").replace(b"Location", b"Set-Cookie: a=b\r\nLocation"))


async def endless_redirects(exchange: Exchange) -> None:
    number = int(exchange.target.partition("?")[2] or 0)
    await exchange.send(redirect(f"/endless-redirects?{number + 1}"))


async def endless_gzip(exchange: Exchange) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    await exchange.send(http(b"", Content_Encoding="gzip", Content_Length=""))
    while True:
        await exchange.send(packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH))
        await asyncio.sleep(0)


async def no_ranges_please(exchange: Exchange) -> None:
    await exchange.send(http(b"", "416 Range Not Satisfiable") if "range" in exchange.headers else http(PNG))


async def for_pictures_only(exchange: Exchange) -> None:
    wanted = "image/" in exchange.headers.get("accept", "")
    await exchange.send(http(PNG) if wanted else http(b"", "406 Not Acceptable"))


def _laughing(root: bytes) -> bytes:
    declared = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 9) for n in range(1, 9))
    return b'<?xml version="1.0"?><!DOCTYPE %s [<!ENTITY e0 "ha">%s]>' % (root, declared) + SVG.replace(
        b"<path", b"<text>&e8;</text><path"
    )


_TINY_BOMB = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f" + struct.pack("<I", 16_382 | 16_382 << 14) + bytes(9)
_DEEP = b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 50_000 + b"</g>" * 50_000 + b"</svg>"

_FORMATS = [
    Behaviour("/f/avif", http(noise("AVIF"), kind="image/avif"), "ok"),
    Behaviour("/f/avif-moving", http(noise("AVIF", frames=3)), "ok"),
    Behaviour("/f/cmyk", http(noise("JPEG", "CMYK")), "ok"),
    Behaviour("/f/progressive", http(noise("JPEG", progressive=True)), "ok"),
    Behaviour("/f/grey-jpeg", http(noise("JPEG", "L")), "ok"),
    Behaviour("/f/webp-lossless", http(noise("WEBP", lossless=True)), "ok"),
    Behaviour("/f/webp-moving", http(noise("WEBP", frames=3)), "ok"),
    Behaviour("/f/gif-moving", http(noise("GIF", frames=3)), "ok"),
    Behaviour("/f/apng", http(noise("PNG", frames=3)), "ok"),
    Behaviour("/f/png-16", http(noise("PNG", "I;16")), "ok"),
    Behaviour("/f/png-1", http(noise("PNG", "1")), "ok"),
    Behaviour("/f/png-alpha", http(noise("PNG", "RGBA")), "ok"),
    Behaviour("/f/tiff-lzw", http(noise("TIFF", compression="tiff_lzw")), "ok"),
    Behaviour("/f/tiff-deflate", http(noise("TIFF", compression="tiff_adobe_deflate")), "ok"),
    Behaviour("/f/tiff-jpeg", http(noise("TIFF", compression="jpeg")), "ok"),
    Behaviour("/f/ppm", http(noise("PPM")), "unsupported/format"),
    Behaviour("/f/jp2", http(b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(99)), "unsupported/format"),
    Behaviour("/f/j2k", http(b"\xff\x4f\xff\x51" + bytes(99)), "unsupported/format"),
    Behaviour("/f/jxl", http(b"\xff\x0a" + bytes(99)), "unsupported/format"),
    Behaviour("/f/jxl-boxes", http(b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(99)), "unsupported/format"),
    Behaviour("/f/psd", http(b"8BPS\0\x01" + bytes(99)), "unsupported/format"),
    Behaviour("/f/eps", http(b"%!PS-Adobe-3.0 EPSF-3.0\n"), "unsupported/format"),
    Behaviour("/f/pdf", http(b"%PDF-1.7\n" + bytes(99)), "not_image/unknown"),
    Behaviour("/f/zip", http(b"PK\3\4" + bytes(99)), "not_image/unknown"),
    Behaviour("/f/mp4", http(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(99)), "not_image/unknown"),
    Behaviour("/f/cut-webp", http(WEBP[:-200]), "broken/truncated"),
    Behaviour("/f/cut-avif", http(noise("AVIF")[:-200]), "broken/truncated"),
    Behaviour("/f/cut-gif-moving", http(noise("GIF", frames=3)[:-3000]), "broken/truncated"),
    Behaviour("/f/cut-apng", http(noise("PNG", frames=3)[:-3000]), "broken/truncated"),
    Behaviour("/f/cut-webp-moving", http(noise("WEBP", frames=3)[:-2000]), "broken/truncated"),
    Behaviour("/f/cut-tiff", http(noise("TIFF", compression="tiff_adobe_deflate")[:-100]), "broken/truncated"),
    Behaviour("/f/cut-bmp", http(picture("BMP")[:-100]), "broken/truncated"),
    Behaviour("/f/cut-ico", http(picture("ICO")[:-16]), "broken/truncated"),
    Behaviour("/f/cut-progressive", http(noise("JPEG", progressive=True)[:-1200]), "broken/truncated"),
    Behaviour("/f/jpeg-without-end", http(JPEG[:-2]), "ok"),
    Behaviour("/f/jpeg-and-page", http(JPEG + HTML), "ok"),
    Behaviour("/f/png-magic", http(PNG[:8]), "broken"),
    Behaviour("/f/png-bad-sum", http(PNG[:29] + bytes(4) + PNG[33:]), "broken/corrupt"),
    Behaviour("/f/gif-magic", http(b"GIF89a"), "broken"),
    Behaviour("/f/page-in-gif", http(b"GIF89a<html><script>alert(1)</script>"), "broken"),
    Behaviour("/f/tiny-bomb", http(_TINY_BOMB), "too_large/pixels"),
    Behaviour("/f/svgz", svg(gzip.compress(SVG)), "ok"),
    Behaviour("/f/svgz-coded", svg(gzip.compress(SVG), Content_Encoding="gzip"), "ok"),
    Behaviour("/f/svg-prologue", http(b"<?xml version='1.0'?>\n<!-- c -->\n" + SVG, kind="text/xml"), "ok"),
    Behaviour("/f/svg-mark", svg(b"\xef\xbb\xbf" + SVG), "ok"),
    Behaviour("/f/svg-cut", svg(SVG[:-20]), "broken/truncated"),
    Behaviour("/f/svg-deep", svg(_DEEP), "ok"),
    Behaviour("/f/svg-laughs", svg(_laughing(b"svg")), "ok", lambda o: "entity e8" in o.picture.hazards),
    Behaviour("/f/svg-lolz", svg(_laughing(b"lolz")), "ok", lambda o: "entity e8" in o.picture.hazards),
    Behaviour("/f/svg-file", svg(b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG), "ok"),
    Behaviour("/f/xml-error", http(b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>"), "not_image/text"),
    Behaviour("/f/utf-16-page", http("<!doctype html><title>x</title>".encode("utf-16")), "not_image/html"),
    Behaviour("/f/json-list", http(b"[1, 2]"), "not_image/json"),
    Behaviour("/f/base64", http(base64.b64encode(PNG)), "not_image/text"),
    Behaviour("/f/page-with-image", http(b"<html><body><img src=/png></body></html>"), "not_image/html"),
    Behaviour("/f/meta-refresh", http(b"<meta http-equiv=refresh content='0;url=/png'>"), "not_image/html"),
    Behaviour("/f/refresh", http(HTML, kind="text/html", Refresh="0; url=/png"), "not_image/html"),
    Behaviour("/f/blank", http(b" \r\n\t "), "not_image"),
    Behaviour("/f/lfs", http(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "not_image/text"),
]  # fmt: skip

_WIRE = [
    Behaviour("/w/line-feeds", line_feeds_only(), "ok"),
    Behaviour("/w/chunk-extension", chunked(PNG, b";a=b"), "ok"),
    Behaviour("/w/chunk-trailer", chunked(PNG, trailer=b"X: y\r\n"), "ok"),
    Behaviour("/w/chunks-without-end", chunked(PNG, last=b"")[:-2], "broken/short-body"),
    Behaviour("/w/chunk-negative", http(b"", Content_Length="", Transfer_Encoding="chunked") + b"-5\r\nabc", "unreachable"),
    Behaviour("/w/chunk-huge", http(b"", Content_Length="", Transfer_Encoding="chunked") + b"f" * 18 + b"\r\nabc", "unreachable"),
    Behaviour("/w/no-reason", http(PNG).replace(b"200 OK", b"200"), "ok"),
    Behaviour("/w/blank-first", b"\r\n" + http(PNG), "ok"),
    Behaviour("/w/folded", http(PNG).replace(b"\r\n\r\n", b"\r\nX-A: b\r\n  c\r\n\r\n", 1), "ok"),
    Behaviour("/w/space-before-colon", http(PNG).replace(b"\r\n\r\n", b"\r\nX-A : b\r\n\r\n", 1), "unreachable/protocol"),
    Behaviour("/w/length-and-chunks", chunked(PNG).replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n", 1), "unreachable/protocol"),
    Behaviour("/w/length-plus", http(PNG, Content_Length=f"+{len(PNG)}"), "unreachable/protocol"),
    Behaviour("/w/length-beyond", http(PNG, Content_Length="9" * 30), "unreachable/protocol"),
    Behaviour("/w/icy", http(PNG).replace(b"HTTP/1.1", b"ICY"), "unreachable/protocol"),
    Behaviour("/w/lower", http(PNG).replace(b"HTTP/1.1", b"http/1.1"), "unreachable/protocol"),
    Behaviour("/w/switching", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "unreachable/protocol"),
    Behaviour("/w/202", http(b"", "202 Accepted"), "not_image/empty"),
    Behaviour("/w/205", http(b"", "205 Reset Content"), "not_image/empty"),
    Behaviour("/w/226", http(PNG, "226 IM Used"), "ok"),
    Behaviour("/w/201-location", http(PNG, "201 Created", Location="/nowhere"), "ok"),
    Behaviour("/w/200-location", http(PNG, Location="/nowhere"), "ok"),
    Behaviour("/w/206-unasked", http(PNG, "206 Partial Content"), "ok"),
    Behaviour("/w/206-of-unknown", http(PNG, "206 x", Content_Range=f"bytes 0-{len(PNG) - 1}/*"), "ok"),
    Behaviour("/w/206-end", http(PNG[50:], "206 x", Content_Range=f"bytes 50-{len(PNG) - 1}/{len(PNG)}"), "unreachable/protocol"),
    Behaviour("/w/no-ranges", no_ranges_please, "ok"),
    Behaviour("/w/416", http(b"", "416 Range Not Satisfiable"), "denied/http-416"),
    Behaviour("/w/408", http(b"", "408 Request Timeout"), "denied/http-408"),
    Behaviour("/w/421", http(b"", "421 Misdirected Request"), "denied/http-421"),
    Behaviour("/w/431", http(b"", "431 x"), "denied/http-431"),
    Behaviour("/w/304-location", redirect("/png", "304 x"), "unreachable/protocol"),
    Behaviour("/w/300-location", redirect("/png", "300 x"), "unreachable/protocol"),
    Behaviour("/w/305", redirect("/png", "305 Use Proxy"), "unreachable/protocol"),
    Behaviour("/w/000", http(b"", "000 x"), "unreachable/protocol"),
    Behaviour("/w/1000", http(b"", "1000 x"), "unreachable/protocol"),
    Behaviour("/w/520", http(b"", "520 x"), "unreachable/http-5xx", lambda o: o.tries == 3, "127.0.0.2"),
    Behaviour("/w/404-octets", http(PNG, "404 x", kind="application/octet-stream"), "missing/http-404", lambda o: o.decodes is True),
    Behaviour("/w/404-no-type", http(PNG, "404 x", kind=""), "missing/http-404", lambda o: o.decodes is True),
    Behaviour("/w/410-gif", http(GIF, "410 x", kind="image/gif"), "missing/http-410", lambda o: o.decodes is True),
    Behaviour("/w/403-image", http(PNG, "403 x"), "denied/http-403", lambda o: o.decodes is True),
    Behaviour("/w/500-image", http(PNG, "500 x"), "unreachable/http-5xx", lambda o: o.decodes is True, "127.0.0.2"),
    Behaviour("/w/stalls-after-headers", stalls_after_headers, "unreachable/timeout"),
    Behaviour("/w/slow-once", slow_once, "ok", lambda o: o.tries == 2),
    Behaviour("/w/one-byte", one_byte_at_a_time, "unreachable/timeout"),
    Behaviour("/w/accept", for_pictures_only, "ok"),
    Behaviour("/w/soon", soon, "ok", lambda o: o.tries == 2, "127.0.0.3"),
    Behaviour("/w/503-after", flaky(http(b"", "503 x", Retry_After="1"), http(PNG)), "ok", host="127.0.0.3"),
    Behaviour("/c/gzip-endless", endless_gzip, "too_large/bytes"),
    Behaviour("/c/gzip-bad-sum", coded(gzip.compress(PNG)[:-8] + bytes(8), "gzip"), "broken/bad-encoding"),
    Behaviour("/c/two-headers", http(gzip.compress(gzip.compress(PNG))).replace(b"\r\n\r\n", 2 * b"\r\nContent-Encoding: gzip" + b"\r\n\r\n", 1), "ok"),
    Behaviour("/c/gzip-nothing", coded(b"", "gzip"), "not_image/empty"),
    Behaviour("/c/gzip-page", coded(gzip.compress(HTML), "gzip"), "not_image/html"),
    Behaviour("/c/br-cut", coded(brotli.compress(PNG)[:-30], "br"), "broken/short-body"),
    Behaviour("/c/deflate-cut", coded(zlib.compress(PNG)[:-300], "deflate"), "broken/short-body"),
    Behaviour("/c/br-over-gzip", coded(brotli.compress(gzip.compress(PNG)), "gzip, br"), "ok"),
    *(Behaviour(f"/c/{name}", coded(PNG, name), "ok") for name in ("none", "utf-8", "aws-chunked", "compress", "binary")),
]  # fmt: skip

_LOCATIONS = [
    Behaviour("/l/three-slashes", redirect("http:///127.0.0.1:{port}/png"), "ok"),
    Behaviour("/l/no-slash", redirect("http:/png"), "ok"),
    Behaviour("/l/no-scheme", redirect("///127.0.0.1:{port}/png"), "ok"),
    Behaviour("/l/above", redirect("/../../../png"), "ok"),
    Behaviour("/l/userinfo", redirect("http://u:p@127.0.0.1:{port}/png"), "ok", lambda o: "u:p" not in o.final_url),
    Behaviour("/l/capitals", redirect("HTTP://127.0.0.1:{port}/png"), "ok"),
    Behaviour("/l/blank-inside", redirect("/a b"), "ok"),
    Behaviour("/a%20b", http(PNG), "ok"),
    Behaviour("/l/bare-percent", redirect("/100%"), "ok"),
    Behaviour("/100%", http(PNG), "ok"),
    Behaviour("/l/long", redirect("/png?" + "a" * 8000), "ok"),
    Behaviour("/l/too-long", redirect("/" + "a" * 20_000), "too_large/headers"),
    Behaviour("/l/nothing", redirect(""), "unreachable/protocol"),
    Behaviour("/l/fragment", redirect("#x"), "blocked/redirect-loop"),
    Behaviour("/l/nul", redirect("/p\0ng"), "unreachable/protocol"),
    Behaviour("/l/line-feed", redirect("/p\nng"), "unreachable/protocol"),
    Behaviour("/l/port-99999", redirect("http://127.0.0.1:99999/"), "unreachable/protocol"),
    Behaviour("/l/port-0", redirect("http://127.0.0.1:0/"), "blocked/port"),
    Behaviour("/l/irc", redirect("http://127.0.0.1:6667/"), "blocked/port"),
    *(
        Behaviour(f"/l/to-{number}", redirect(address), "blocked/redirect-scheme")
        for number, address in enumerate((
            "blob:http://x/y", "about:blank", "s3://bucket/key", "gopher://127.0.0.1:{canary}/",
            "ws://127.0.0.1:{canary}/", "ldap://127.0.0.1:{canary}/", "cid:a", "chrome://settings/",
        ))
    ),
    Behaviour("/cookie-wall", cookie_wall, "blocked/redirect-loop"),
    Behaviour("/endless-redirects", endless_redirects, "blocked/too-many-redirects"),
    *(
        Behaviour(f"/l/inside-{number}", redirect(f"http://{host}/x"), "blocked/private-address")
        for number, host in enumerate((
            *(odd.encode().decode("latin-1") for odd in (
                "①②⑦.0.0.9:{canary}", "１２７.0.0.9:{canary}", "127。0。0。9:{canary}", "ⓛocalhost:{canary}",
            )),
            "127.0.0.9.:{canary}", "0x7f000009:{canary}", "017700000011:{canary}", "0:{canary}", "LOCALHOST:{canary}",
            "a.localhost:{canary}", "u@127.0.0.9:{canary}", "127.0.0.9:{canary}\\@127.0.0.1:{port}",
            "[::127.0.0.9]:{canary}", "[::ffff:7f00:9]:{canary}", "[0:0:0:0:0:ffff:127.0.0.9]:{canary}",
            "[::ffff:0:127.0.0.9]:{canary}", "[2001:0:0:0:0:0:80ff:fff6]:{canary}", "[fe80::5efe:7f00:9]:{canary}",
            "[2001:470::5efe:7f00:9]:{canary}", "[2002:a9fe:a9fe::]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:9]",
            "[fc00::1]", "[fd00::1]", "[ff02::1]", "[fec0::1]", "[100::1]", "[3fff::1]", "[5f00::1]", "172.16.5.5",
            "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "240.0.0.1", "255.255.255.255",
            "192.88.99.1",
        ))
    ),
]  # fmt: skip

WIDER = [*_FORMATS, *_WIRE, *_LOCATIONS]
