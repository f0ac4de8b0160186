"""The behaviours of the hostile server, one row each, with the outcome it must have."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable
from typing import NamedTuple

import brotli

from auditor.model import Outcome

from .behaviours import (
    BROTLI_ZEROES,
    DOUBLE_ZEROES,
    GIF,
    HTML,
    JPEG,
    LIMIT,
    MANY_MEMBERS,
    PNG,
    SIGNED_PATH,
    SIGNED_QUERY,
    SVG,
    WEBP,
    bad_chunk_after_data,
    chunks_cut,
    closes_without_a_word,
    coded,
    endless_body,
    endless_chunks,
    endless_header_line,
    endless_headers,
    endless_interim,
    error_that_hangs,
    error_without_end,
    exact_query,
    flaky,
    gzip_bomb,
    honest_agent,
    hotlink,
    http,
    longer_than_said,
    needs_referer,
    only_get,
    picture,
    pipelined_junk,
    png_claiming,
    redirect,
    reset_at_once,
    reset_in_body,
    reset_in_headers,
    reset_once,
    sets_cookie_then_wants_it,
    silent,
    slow_body,
    slow_but_in_time,
    slow_headers,
    slow_redirect,
    stalls_in_body,
    tiny_chunks,
    trailers,
)
from .server import Answer


class Behaviour(NamedTuple):
    """`path` answers with `answer` and must end as `expected` ("state" or "state/reason")."""

    path: str
    answer: Answer
    expected: str
    also: Callable[[Outcome], bool] = lambda _: True
    host: str = "127.0.0.1"
    query: str = ""


_OK = [
    Behaviour("/png", http(PNG), "ok"),
    Behaviour("/jpeg", http(JPEG, kind="image/jpeg"), "ok"),
    Behaviour("/gif", http(GIF, kind="image/gif"), "ok"),
    Behaviour("/webp", http(WEBP, kind="image/webp"), "ok"),
    Behaviour("/bmp", http(picture("BMP"), kind="image/bmp"), "ok"),
    Behaviour("/tiff", http(picture("TIFF"), kind="image/tiff"), "ok"),
    Behaviour("/ico", http(picture("ICO"), kind="image/x-icon"), "ok"),
    Behaviour("/svg", http(SVG, kind="image/svg+xml"), "ok"),
    Behaviour("/wrong-type", http(PNG, kind="image/jpeg"), "ok"),
    Behaviour("/type-text", http(PNG, kind="text/plain"), "ok"),
    Behaviour("/type-octets", http(PNG, kind="application/octet-stream"), "ok"),
    Behaviour("/no-type", http(PNG, kind=""), "ok"),
    Behaviour("/silly-type", http(PNG, kind=";;;=, image"), "ok"),
    Behaviour("/close-delimited", http(PNG, Content_Length=""), "ok"),
    Behaviour("/http10", http(PNG).replace(b"HTTP/1.1", b"HTTP/1.0"), "ok"),
    Behaviour("/tiny-chunks", tiny_chunks, "ok"),
    Behaviour("/trailers", trailers, "ok"),
    Behaviour("/slow-in-time", slow_but_in_time, "ok"),
    Behaviour("/only-get", only_get, "ok"),
    Behaviour("/agent", honest_agent, "ok"),
    Behaviour("/cookie", sets_cookie_then_wants_it, "ok"),
    Behaviour("/status-201", http(PNG, "201 Created"), "ok"),
    Behaviour("/status-203", http(PNG, "203 Non-Authoritative Information"), "ok"),
    Behaviour("/odd-phrase", http(PNG, "200 Pr\xe4chtig"), "ok"),
    Behaviour("/junk-after", pipelined_junk, "ok"),
    Behaviour("/early-hints", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + http(PNG), "ok"),
    Behaviour("/continue", b"HTTP/1.1 100 Continue\r\n\r\n" + http(PNG), "ok"),
    Behaviour("/etag", http(PNG, ETag='"a"', Last_Modified="Fri, 24 Jul 2020 10:00:00 GMT"), "ok",
              lambda o: o.evidence.get("etag") == '"a"' and "last-modified" in o.evidence),
    Behaviour("/206-whole", http(PNG, "206 Partial Content", Content_Range=f"bytes 0-{len(PNG) - 1}/{len(PNG)}"), "ok"),
    Behaviour(SIGNED_PATH, exact_query, "ok", query=SIGNED_QUERY),
    Behaviour("/hotlink", hotlink, "ok", lambda o: o.evidence.get("referer") == "refused"),
    Behaviour("/needs-referer", needs_referer, "ok", lambda o: "referer" not in o.evidence),
    Behaviour("/many-headers", http(PNG, **{f"X-{i}": "y" for i in range(90)}), "ok"),
    Behaviour("/header-bytes", http(PNG, X_Odd="\xff\xfe\x80"), "ok"),
]  # fmt: skip

_CODINGS = [
    Behaviour("/gzip", coded(gzip.compress(PNG), "gzip"), "ok"),
    Behaviour("/x-gzip", coded(gzip.compress(PNG), "X-GZIP"), "ok"),
    Behaviour("/deflate", coded(zlib.compress(PNG), "deflate"), "ok"),
    Behaviour("/deflate-bare", coded(zlib.compress(PNG)[2:-4], "deflate"), "ok"),
    Behaviour("/br", coded(brotli.compress(PNG), "br"), "ok"),
    Behaviour("/identity", coded(PNG, "identity"), "ok"),
    Behaviour("/gzip-twice", coded(gzip.compress(gzip.compress(PNG)), "gzip, gzip"), "ok"),
    Behaviour("/gzip-junk-after", coded(gzip.compress(PNG) + b"junk", "gzip"), "ok"),
    Behaviour("/gzip-members", coded(gzip.compress(PNG[:99]) + gzip.compress(PNG[99:]), "gzip"), "ok"),
    Behaviour("/gzip-lie", coded(PNG, "gzip"), "broken/bad-encoding"),
    Behaviour("/br-lie", coded(PNG, "br"), "broken/bad-encoding"),
    Behaviour("/deflate-lie", coded(b"\xff" * 99, "deflate"), "broken/bad-encoding"),
    Behaviour("/unknown-coding", coded(PNG, "rot13"), "broken/bad-encoding"),
    Behaviour("/coding-tower", coded(PNG, "gzip, gzip, gzip, gzip, gzip"), "broken/bad-encoding"),
    Behaviour("/gzip-cut", coded(gzip.compress(PNG)[:-400], "gzip"), "broken/short-body"),
    Behaviour("/gzip-bomb", gzip_bomb, "too_large/bytes"),
    Behaviour("/br-bomb", coded(BROTLI_ZEROES, "br"), "too_large/bytes"),
    Behaviour("/gzip-gzip-bomb", coded(DOUBLE_ZEROES, "gzip, gzip"), "too_large/bytes"),
    Behaviour("/member-bomb", coded(MANY_MEMBERS, "gzip"), "not_image/empty"),
]

_BODIES = [
    Behaviour("/soft-404", http(HTML, kind="text/html"), "not_image/html"),
    Behaviour("/soft-404-png", http(HTML, kind="image/png"), "not_image/html"),
    Behaviour("/json", http(b'{"error": "no"}', kind="application/json"), "not_image/json"),
    Behaviour("/text", http(b"gone fishing\n", kind="text/plain"), "not_image/text"),
    Behaviour("/empty", http(b""), "not_image/empty"),
    Behaviour("/204", http(b"", "204 No Content", Content_Length=""), "not_image/empty"),
    Behaviour("/noise", http(random.Random(1).randbytes(4000)), "not_image/unknown"),
    Behaviour("/two-bytes", http(b"\xff\xd8", kind="image/jpeg"), "broken"),
    Behaviour("/cut-png", http(PNG[:-300]), "broken/truncated"),
    Behaviour("/cut-jpeg", http(JPEG[: len(JPEG) // 2], kind="image/jpeg"), "broken/truncated"),
    Behaviour("/png-no-end", http(PNG[:-12]), "broken/truncated"),
    Behaviour("/gif-no-end", http(GIF[:-1]), "broken/truncated"),
    Behaviour("/corrupt", http(PNG[:60] + bytes(200) + PNG[260:]), "broken/corrupt"),
    Behaviour("/pixels", http(png_claiming(60_000, 60_000)), "too_large/pixels"),
    Behaviour("/pixel-row", http(png_claiming(1, 80_000_000)), "too_large/pixels"),
    Behaviour("/heic", http(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(50)), "unsupported/format"),
    Behaviour("/longer-than-said", longer_than_said, "ok"),
    Behaviour("/longer-at-once", http(PNG + bytes(50), Content_Length=str(len(PNG))), "ok"),
    Behaviour("/says-too-little", http(PNG, Content_Length=str(len(PNG) - 90)), "broken/truncated"),
    Behaviour("/says-nothing", http(PNG, Content_Length="0"), "not_image/empty"),
    Behaviour("/junk-kept-alive", http(PNG, Connection="keep-alive") + b"\0\xff junk", "ok"),
    Behaviour("/shorter-than-said", http(PNG[:-60], Content_Length=str(len(PNG))), "broken/short-body"),
    Behaviour("/whole-but-said-more", http(PNG, Content_Length=str(len(PNG) + 9)), "broken/short-body"),
    Behaviour("/short-html", http(HTML, Content_Length="9999", kind="text/html"), "not_image/html"),
    Behaviour("/says-too-large", http(PNG, Content_Length=str(LIMIT + 1)), "too_large/bytes"),
    Behaviour("/says-exabytes", http(PNG, Content_Length="9" * 18), "too_large/bytes"),
    Behaviour("/endless", endless_body, "too_large/bytes"),
    Behaviour("/endless-chunks", endless_chunks, "too_large/bytes"),
    Behaviour("/chunks-cut", chunks_cut, "broken/short-body"),
    Behaviour("/206-part", http(PNG[:90], "206 Partial Content", Content_Range=f"bytes 0-89/{len(PNG)}"), "broken/short-body"),
    Behaviour("/recovers-from-short", flaky(http(PNG[:-9], Content_Length=str(len(PNG))), http(PNG)), "ok", lambda o: o.tries == 2),
]  # fmt: skip

_STATUSES = [
    Behaviour("/404", http(HTML, "404 Not Found", "text/html"), "missing/http-404", lambda o: o.tries == 1),
    Behaviour("/410", http(b"", "410 Gone"), "missing/http-410"),
    Behaviour("/404-image", http(PNG, "404 Not Found"), "missing/http-404", lambda o: o.decodes is True),
    Behaviour("/404-no-image", http(HTML, "404 Not Found"), "missing/http-404", lambda o: o.decodes is False),
    Behaviour("/404-gzip-lie", http(HTML, "404 Not Found", Content_Encoding="gzip"), "missing/http-404"),
    Behaviour("/404-short", http(HTML, "404 Not Found", Content_Length="99999"), "missing/http-404"),
    Behaviour("/404-huge", http(HTML, "404 Not Found", Content_Length="9" * 15), "missing/http-404"),
    Behaviour("/404-hangs", error_that_hangs, "missing/http-404"),
    Behaviour("/404-endless", error_without_end, "missing/http-404"),
    Behaviour("/400", http(b"", "400 Bad Request"), "denied/http-400"),
    Behaviour("/401", http(b"", "401 Unauthorized", WWW_Authenticate="Basic"), "denied/http-401"),
    Behaviour("/402", http(b"", "402 Payment Required"), "denied/http-402"),
    Behaviour("/403", http(b"", "403 Forbidden"), "denied/http-403"),
    Behaviour("/405", http(b"", "405 Method Not Allowed"), "denied/http-405"),
    Behaviour("/406", http(b"", "406 Not Acceptable"), "denied/http-406"),
    Behaviour("/407", http(b"", "407 Proxy Authentication Required"), "denied/http-407"),
    Behaviour("/418", http(b"", "418 I'm a Teapot"), "denied/http-418"),
    Behaviour("/451", http(b"", "451 Unavailable For Legal Reasons"), "denied/http-451"),
    Behaviour("/499", http(b"", "499 Whatever"), "denied/http-499"),
    Behaviour("/500", http(b"", "500 Oops"), "unreachable/http-5xx", lambda o: o.tries == 3, "127.0.0.2"),
    Behaviour("/501", http(b"", "501 Not Implemented"), "unreachable/http-5xx", lambda o: o.tries == 1),
    Behaviour("/502", http(b"", "502 Bad Gateway"), "unreachable/http-5xx", host="127.0.0.2"),
    Behaviour("/599", http(b"", "599 Odd"), "unreachable/http-5xx", host="127.0.0.2"),
    Behaviour("/304", http(b"", "304 Not Modified", Content_Length=""), "unreachable/protocol"),
    Behaviour("/300", http(HTML, "300 Multiple Choices", "text/html"), "unreachable/protocol"),
    Behaviour("/999", http(b"", "999 Request Denied"), "unreachable/protocol"),
    Behaviour("/once-500", flaky(http(b"", "500 Oops"), http(PNG)), "ok", lambda o: o.tries == 2, "127.0.0.2"),
    Behaviour("/twice-502", flaky(http(b"", "502 x"), http(b"", "502 x"), http(PNG)), "ok", lambda o: o.tries == 3, "127.0.0.2"),
    Behaviour("/503", http(b"", "503 Service Unavailable"), "unreachable/http-5xx", host="127.0.0.3"),
    Behaviour("/503-then", flaky(http(b"", "503 x", Retry_After="0"), http(PNG)), "ok", host="127.0.0.3"),
    Behaviour("/429", http(b"", "429 Too Many Requests"), "unreachable/rate-limited", lambda o: o.transient, "127.0.0.3"),
    Behaviour("/429-then", flaky(http(b"", "429 x", Retry_After="0"), http(PNG)), "ok", lambda o: o.tries == 2, "127.0.0.3"),
    Behaviour("/429-long", http(b"", "429 x", Retry_After="86400"), "unreachable/rate-limited", lambda o: o.tries == 1 and o.evidence["retry-after"] == "86400", "127.0.0.3"),
    Behaviour("/429-date", http(b"", "429 x", Retry_After="Fri, 31 Dec 2100 23:59:59 GMT"), "unreachable/rate-limited", lambda o: o.tries == 1, "127.0.0.3"),
    Behaviour("/429-past", flaky(http(b"", "429 x", Retry_After="Fri, 31 Dec 1999 23:59:59 GMT"), http(PNG)), "ok", host="127.0.0.3"),
    Behaviour("/429-junk", flaky(http(b"", "429 x", Retry_After="-1; soon"), http(PNG)), "ok", host="127.0.0.3"),
]  # fmt: skip


_REDIRECTS = [
    *(
        Behaviour(f"/redirect-{code}", redirect("/png", f"{code} x"), "ok", lambda o: len(o.redirects) == 1)
        for code in (301, 302, 303, 307, 308)
    ),
    Behaviour("/dir/relative", redirect("../png"), "ok"),
    Behaviour("/dir/dots", redirect("./a/../../png"), "ok"),
    Behaviour("/scheme-relative", redirect("//127.0.0.1:{port}/png"), "ok"),
    Behaviour("/absolute", redirect("http://127.0.0.1:{port}/png#fragment"), "ok"),
    Behaviour("/backslashes", redirect("\\\\127.0.0.1:{port}\\png"), "ok"),
    Behaviour("/spaces", redirect("  /png  "), "ok"),
    Behaviour("/latin-1", redirect("/caf\xe9"), "ok"),
    Behaviour("/caf%E9", http(PNG), "ok"),
    Behaviour("/utf-8", redirect("/\u5b57".encode().decode("latin-1")), "ok"),
    Behaviour("/%E5%AD%97", http(PNG), "ok"),
    Behaviour("/query-only", flaky(redirect("?second"), http(PNG)), "ok"),
    Behaviour("/other-host", redirect("http://127.0.0.4:{port}/png"), "ok", lambda o: "127.0.0.4" in (o.final_url or "")),
    Behaviour("/body-and-redirect", redirect("/png", body=PNG), "ok"),
    Behaviour("/to-404", redirect("/404"), "missing/http-404", lambda o: len(o.redirects) == 1),
    Behaviour("/to-html", redirect("/soft-404"), "not_image/html"),
    Behaviour("/loop", redirect("/loop"), "blocked/redirect-loop"),
    Behaviour("/loop-fragment", redirect("/loop-fragment#a"), "blocked/redirect-loop"),
    Behaviour("/ping", redirect("/pong"), "blocked/redirect-loop"),
    Behaviour("/pong", redirect("/ping"), "blocked/redirect-loop"),
    *(Behaviour(f"/chain-{n}", redirect(f"/chain-{n - 1}" if n else "/png"), "ok" if n < 10 else "blocked/too-many-redirects") for n in range(12)),
    Behaviour("/no-location", http(b"", "302 Found"), "unreachable/protocol"),
    Behaviour("/empty-location", redirect(" "), "blocked/redirect-loop"),
    Behaviour("/bad-location", redirect("http://[::1/"), "unreachable/protocol"),
    Behaviour("/control-location", redirect("/p\tng"), "unreachable/protocol"),
    Behaviour("/to-file", redirect("file:///etc/passwd"), "blocked/redirect-scheme"),
    Behaviour("/to-data", redirect("data:image/png;base64,AAAA"), "blocked/redirect-scheme"),
    Behaviour("/to-ftp", redirect("ftp://127.0.0.1/png"), "blocked/redirect-scheme"),
    Behaviour("/to-javascript", redirect("javascript:alert(1)"), "blocked/redirect-scheme"),
    Behaviour("/to-port", redirect("http://127.0.0.1:22/"), "blocked/port"),
    *(
        Behaviour(f"/to-inside-{number}", redirect(f"http://{host}/x"), "blocked/private-address")
        for number, host in enumerate((
            "127.0.0.9:{canary}", "2130706441:{canary}", "0x7f.9:{canary}", "0177.0.0.011:{canary}",
            "127.9:{canary}", "[::ffff:127.0.0.9]:{canary}", "[::1]:{canary}", "localhost:{canary}",
            "localhost.:{canary}", "169.254.169.254", "10.0.0.1", "0.0.0.0:{canary}", "[::]:{canary}",
            "100.64.0.1", "[64:ff9b::7f00:9]:{canary}", "[2002:7f00:9::]:{canary}", "[fe80::1]",
            "192.168.1.1", "224.0.0.1", "%31%32%37.0.0.9:{canary}",
        ))
    ),
    Behaviour("/slow-hop", slow_redirect, "unreachable/timeout"),
]  # fmt: skip


_FAULTS = [
    Behaviour("/silent", silent, "unreachable/timeout"),
    Behaviour("/slow-headers", slow_headers, "unreachable/timeout"),
    Behaviour("/slow-body", slow_body, "unreachable/timeout"),
    Behaviour("/stalls", stalls_in_body, "unreachable/timeout"),
    Behaviour("/interim-for-ever", endless_interim, "unreachable"),
    Behaviour("/bad-chunk", bad_chunk_after_data, "unreachable"),
    Behaviour("/reset", reset_at_once, "unreachable"),
    Behaviour("/reset-body", reset_in_body, "unreachable/connect"),
    Behaviour("/reset-headers", reset_in_headers, "unreachable"),
    Behaviour("/no-answer", closes_without_a_word, "unreachable/protocol"),
    Behaviour("/header-flood", endless_headers, "too_large/headers"),
    Behaviour("/header-line", endless_header_line, "too_large/headers"),
    Behaviour("/129-headers", http(PNG, **{f"X-{i}": "y" for i in range(200)}), "too_large/headers"),
    Behaviour("/not-http", b"SSH-2.0-OpenSSH_9.2\r\n", "unreachable/protocol"),
    Behaviour("/ftp", b"220 ready\r\n", "unreachable/protocol"),
    Behaviour("/bare-html", HTML, "unreachable/protocol"),
    Behaviour("/bad-status", b"HTTP/1.1 abc OK\r\n\r\n", "unreachable/protocol"),
    Behaviour("/http9", b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n", "unreachable/protocol"),
    Behaviour("/no-colon", b"HTTP/1.1 200 OK\r\nbroken header\r\n\r\n", "unreachable/protocol"),
    Behaviour("/two-lengths", http(PNG).replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n", 1), "unreachable/protocol"),
    Behaviour("/bad-length", http(PNG, Content_Length="many"), "unreachable/protocol"),
    Behaviour("/negative-length", http(PNG, Content_Length="-1"), "unreachable/protocol"),
    Behaviour("/once-reset", reset_once, "ok"),
    Behaviour("/nul-header", b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n", "unreachable/protocol"),
]  # fmt: skip


TABLE = [*_OK, *_CODINGS, *_BODIES, *_STATUSES, *_REDIRECTS, *_FAULTS]
