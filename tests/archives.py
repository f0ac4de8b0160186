"""Small web archives for tests: records in, bytes out."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence

DAY = "2024-05-01T12:00:00Z"


class Archive:
    """Builds a WARC; `starts` are the offsets of its records.

    `pack` packs each record (None: gzip, or as it is), `lead` is what stands before the first.
    """

    def __init__(
        self, *, gzip: bool = True, pack: Callable[[bytes], bytes] | None = None, lead: bytes = b""
    ) -> None:
        self._pack = pack or (_zipped if gzip else bytes)
        self.data = lead
        self.starts: list[int] = []

    def response(
        self,
        uri: str,
        body: bytes,
        media_type: str = "text/html",
        status: str = "200 OK",
        date: str = DAY,
        http: Sequence[tuple[str, str]] = (),
        **headers: str,
    ) -> Archive:
        """Adds an answer; `http` are further HTTP headers, `headers` further WARC headers."""
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", *map(": ".join, http), "", ""]
        block = "\r\n".join(lines).encode() + body
        return self.add("response", uri, block, date, Content_Type="application/http", **headers)

    def revisit(self, uri: str, media_type: str, date: str, digest: str | None, **headers: str) -> Archive:
        """Adds a capture that repeats another one."""
        if digest:
            headers["WARC_Payload_Digest"] = digest
        block = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n".encode()
        return self.add("revisit", uri, block, date, Content_Type="application/http", **headers)

    def add(self, kind: str, uri: str, block: bytes, date: str = DAY, **headers: str) -> Archive:
        """Adds a record of any kind."""
        named = {
            "WARC-Type": kind,
            "WARC-Target-URI": uri,
            "WARC-Date": date,
            "WARC-Record-ID": f"<urn:uuid:00000000-0000-0000-0000-{len(self.starts):012}>",
            **{name.replace("_", "-"): value for name, value in headers.items()},
            "Content-Length": str(len(block)),
        }
        lines = ["WARC/1.0", *(f"{name}: {value}" for name, value in named.items()), "", ""]
        record = "\r\n".join(lines).encode() + block + b"\r\n\r\n"
        self.starts.append(len(self.data))
        self.data += self._pack(record)
        return self


def _zipped(record: bytes) -> bytes:
    return gzip.compress(record)


def page(*images: str) -> bytes:
    """A page that shows these images."""
    shown = "".join(f'<figure><img src="{image}" alt="a"></figure>' for image in images)
    return f"<!doctype html><html><body><h1>Title</h1>{shown}<p>Words.</p></body></html>".encode()
