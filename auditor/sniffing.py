"""First bytes to what a body is: a picture format, with or without a decoder, or something else.

The content decides, never a declared type or a suffix. The order of the looks is that of the WHATWG
MIME Sniffing Standard: bytes that name a format, then markup, then text.
"""

from __future__ import annotations

import html
import json
import re
import zlib
from collections.abc import Mapping
from typing import Literal

from auditor.model import Value

Family = Literal["raster", "svg", "undecodable", "other"]

MEDIA_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "ico": "image/x-icon",
    "svg": "image/svg+xml",
}

# Beginnings that name a format. None of them is the beginning of another.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00\x08\x00\x00\x00", "tiff"),
    (b"MM\x00+\x00\x08\x00\x00", "tiff"),
    (b"\x00\x00\x01\x00", "ico"),
)
# What a body that ends early is held against; "?" is any byte.
_LONGER_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"RIFF????WEBP", "webp"),
    (b"\x00\x00\x00?ftypavif", "avif"),
    (b"BM????\x00\x00\x00\x00????????", "bmp"),
)
_UNDECODABLE: tuple[tuple[bytes, str], ...] = (
    (b"\x00\x00\x02\x00", "cur"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xffO\xffQ", "jp2"),
    (b"8BPS", "psd"),
    (b"%!PS", "eps"),
    (b"\xc5\xd0\xd3\xc6", "eps"),
    (b"II\xbc", "jxr"),
    (b"IIRO", "raw"),
    (b"IIU\x00", "raw"),
    (b"FUJIFILMCCD-RAW", "raw"),
    (b"qoif", "qoi"),
    (b"FLIF", "flif"),
    (b"BPG\xfb", "bpg"),
    (b"DDS ", "dds"),
    (b"v/1\x01", "exr"),
    (b"#?RADIANCE", "hdr"),
    (b"icns", "icns"),
    (b"gimp xcf", "xcf"),
    (b"\xd7\xcd\xc6\x9a", "wmf"),
    (b"\x8aMNG\r\n\x1a\n", "mng"),
    (b"\x8bJNG\r\n\x1a\n", "jng"),
    (b"AT&TFORM", "djvu"),
    (b"SIMPLE  =", "fits"),
    (b"/* XPM */", "xpm"),
    (b"\x01\xda\x00", "sgi"),
    (b"\x01\xda\x01", "sgi"),
    (b"\x59\xa6\x6a\x95", "sun-raster"),
)
_OTHER: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
    (b"fLaC", "flac"),
    (b"FLV\x01", "flv"),
    (b"wOF2", "font"),
    (b"wOFF", "font"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"WARC/", "warc"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x00\x00\x01\xb3", "mpeg"),
)
_BRANDS = {
    b"avif": "avif",
    b"avis": "avif",
    b"heic": "heic",
    b"heix": "heic",
    b"heim": "heic",
    b"heis": "heic",
    b"hevc": "heic",
    b"hevx": "heic",
    b"hevm": "heic",
    b"hevs": "heic",
    b"crx ": "raw",
}
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_HTML_START = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p|meta|link"
    rb"|base|center|span|noscript|section|main|article|nav|form|ul|ol|img)(?=[\s>/])",
    re.IGNORECASE,
)
_HTML_ANYWHERE = re.compile(rb"<(?:!doctype\s+html|html|head|body)(?=[\s>])", re.IGNORECASE)
_TITLE = re.compile(rb"<title\b[^>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_PROLOGUE = re.compile(
    rb"(?:\s+|<\?[^?]{0,2000}\?>|<!--.{0,4000}?-->|<!DOCTYPE\s+(?!html)[^\[>]*(?:\[.*?\]\s*)?>)", re.S | re.I
)
_SVG_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,40}:)?svg(?=[\s>/])")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # "binary data bytes" of the standard
_HEAD = 65_536


class Kind(Value, frozen=True):
    """What a body is.

    `name` is a picture format ("jpeg", "heic") or, where `family` is "other", the reason of the
    table of outcomes ("html", "json", "text", "empty", "unknown"). `evidence` is what a report may
    quote: "first-bytes", "page-title", "looks-like".
    """

    family: Family
    name: str
    evidence: Mapping[str, str] = {}


def sniff(body: bytes, declared_type: str | None = None) -> Kind:
    """What these bytes are by their beginning. Never raises.

    A body that is cut inside the first bytes of a format counts as that format.
    """
    if not body:
        return Kind("other", "empty")
    return (
        _by_magic(body)
        or _cut_short(body, declared_type)
        or _by_structure(body)
        or _by_markup(body)
        or _by_text(body)
    )


def inflated(body: bytes, limit: int) -> bytes | None:
    """The content of a gzip body, at most `limit` bytes of it; None where it does not inflate."""
    try:
        return zlib.decompressobj(wbits=31).decompress(body, limit)
    except zlib.error:
        return None


def first_bytes(body: bytes) -> str:
    """The beginning as a person wants to see it: text as text, the rest in hex."""
    head = body[:64]
    text = head.decode("utf-8", "ignore")
    if head and all(sign.isprintable() or sign in "\t\r\n" for sign in text) and len(text) * 4 >= len(head):
        return " ".join(text.split())[:60]
    return body[:16].hex(" ")


def _by_magic(body: bytes) -> Kind | None:
    for magic, name in _MAGIC:
        if body.startswith(magic):
            if name == "tiff" and body[8:10] == b"CR":
                return _undecodable("raw", body)
            return Kind("raster", name)
    for magic, name in _UNDECODABLE:
        if body.startswith(magic):
            return _undecodable(name, body)
    return None


def _by_structure(body: bytes) -> Kind | None:
    """Formats whose name stands a few bytes in."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return Kind("raster", "webp")
    if body[4:8] == b"ftyp":
        return _by_brand(body)
    if body[:2] == b"BM" and int.from_bytes(body[14:18], "little") in _BMP_HEADERS:
        return Kind("raster", "bmp")
    if body[:4] == b"\x01\x00\x00\x00" and body[40:44] == b" EMF":
        return _undecodable("emf", body)
    if re.match(rb"P[1-7]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s", body[:200]) or body.startswith(b"P7\nWIDTH "):
        return _undecodable("pnm", body)
    if body[:4] in (b"RIFF", b"FORM"):
        return _other("unknown", body, body[8:12].decode("ascii", "replace").strip().lower())
    for magic, name in _OTHER:
        if body.startswith(magic):
            if name == "gzip" and (content := inflated(body, _HEAD)) and sniff(content).family == "svg":
                return Kind("svg", "svg")
            return _other("unknown", body, name)
    return None


def _by_brand(body: bytes) -> Kind:
    """ISO base media files: the brands say whether it is a picture (ISO/IEC 14496-12, 4.3)."""
    size = min(int.from_bytes(body[:4], "big"), 256)
    brands = [body[8:12], *(body[at : at + 4] for at in range(16, size, 4))]
    for brand in brands:
        name = _BRANDS.get(brand)
        if name == "avif":
            return Kind("raster", "avif")
        if name:
            return _undecodable(name, body)
    if {b"mif1", b"msf1"} & set(brands):
        return _undecodable("heif", body)
    return _other("unknown", body, "video")


def _by_markup(body: bytes) -> Kind | None:
    head = _without_bom(body[:_HEAD])
    at = 0
    while found := _PROLOGUE.match(head, at):
        at = found.end()
    if _SVG_ROOT.match(head, at):
        return Kind("svg", "svg")
    if _HTML_START.match(head, at) or (
        head[at : at + 1] == b"<" and _HTML_ANYWHERE.search(head, at, at + 4096)
    ):
        return _page(head)
    if head[at : at + 1] == b"<" and re.match(rb"<[?!]?[A-Za-z]", head[at : at + 3]):
        return _other("text", body, "xml")
    return None


def _page(head: bytes) -> Kind:
    evidence = {"first-bytes": first_bytes(head.lstrip())}
    if (found := _TITLE.search(head)) and (title := _title(found[1])):
        evidence["page-title"] = title
    return Kind("other", "html", evidence)


def _title(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
    return " ".join(html.unescape(text).split())[:200]


def _cut_short(body: bytes, declared_type: str | None) -> Kind | None:
    """A body that ends inside the first bytes of a format.

    So few bytes are no proof: it takes two that are no text, three of a name, or a declared type that agrees.
    """
    binary = not body.isascii() or b"\x00" in body
    for magic, name in (*_MAGIC, *_LONGER_MAGIC):
        agrees = declared_type is not None and MEDIA_TYPES[name] in declared_type.lower()
        enough = agrees or (binary and len(body) > 1) or (name != "bmp" and len(body) > 2)
        if enough and len(body) < len(magic) and _begins(magic, body):
            return Kind("raster", name)
    return None


def _begins(magic: bytes, body: bytes) -> bool:
    """Whether the body begins as this magic does; "?" stands for any byte."""
    return all(wanted in (ord("?"), got) for wanted, got in zip(magic, body, strict=False))


def _by_text(body: bytes) -> Kind:
    head = body[:_HEAD]
    if any(head.startswith(bom) for bom, _ in _BOMS):
        return _text(body, _without_bom(head))
    if _CONTROL.search(head):
        return _other("unknown", body)
    return _text(body, head)


def _text(body: bytes, head: bytes) -> Kind:
    stripped = head.strip()
    if stripped[:1] in (b"{", b"["):
        if len(body) > _HEAD:
            return _other("json", body)
        try:
            json.loads(stripped)
        except (ValueError, RecursionError):
            return _other("text", body)
        return _other("json", body)
    return _other("text" if stripped else "unknown", body)


def _without_bom(head: bytes) -> bytes:
    for bom, charset in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(charset, "ignore").encode()
    return head


def _other(name: str, body: bytes, looks_like: str | None = None) -> Kind:
    evidence = {"first-bytes": first_bytes(body)}
    if looks_like:
        evidence["looks-like"] = looks_like
    return Kind("other", name, evidence)


def _undecodable(name: str, body: bytes) -> Kind:
    return Kind("undecodable", name, {"first-bytes": first_bytes(body), "looks-like": name})
