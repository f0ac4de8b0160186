"""EXIF, IPTC and XMP blocks to flat fields; hostile bytes give fewer fields, never an error.

Field names are "exif:...", "iptc:..." and "xmp:..."; dates are ISO 8601, positions "latitude,longitude"
in degrees. The readers for IPTC (IIM 4.2) and XMP (ISO 16684-1) are our own, because Pillow's know few
fields.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from PIL import Image

MAX_VALUE = 2000
MAX_FIELDS = 1000
_MAX_BLOCK = 4 * 1024 * 1024
_MAX_RAW = 64 * 1024

_EXIF_IFD, _GPS_IFD, _ORIENTATION = 0x8769, 0x8825, 0x0112
_EXIF_FIELDS = {
    0x010E: "description",
    0x010F: "make",
    0x0110: "model",
    0x0131: "software",
    0x013B: "artist",
    0x8298: "copyright",
}
_EXIF_MORE = {
    0x9286: "comment",
    0xA430: "owner",
    0xA431: "serial",
    0xA435: "lens-serial",
}
_DATES = (0x9003, 0x9004)
_DATE_CHANGED = 0x0132

_IPTC_FIELDS = {
    5: "title",
    15: "category",
    25: "keywords",
    40: "instructions",
    55: "date",
    80: "byline",
    85: "byline-title",
    90: "city",
    92: "location",
    95: "state",
    101: "country",
    105: "headline",
    110: "credit",
    115: "source",
    116: "copyright",
    120: "caption",
    122: "caption-writer",
}
_IPTC_RESOURCE = 0x0404
_UTF8 = b"\x1b%G"

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XMP_FIELDS = {
    ("http://purl.org/dc/elements/1.1/", "description"): "caption",
    ("http://purl.org/dc/elements/1.1/", "title"): "title",
    ("http://purl.org/dc/elements/1.1/", "creator"): "byline",
    ("http://purl.org/dc/elements/1.1/", "rights"): "copyright",
    ("http://purl.org/dc/elements/1.1/", "subject"): "keywords",
    ("http://ns.adobe.com/photoshop/1.0/", "Credit"): "credit",
    ("http://ns.adobe.com/photoshop/1.0/", "Source"): "source",
    ("http://ns.adobe.com/photoshop/1.0/", "DateCreated"): "date",
    ("http://ns.adobe.com/photoshop/1.0/", "City"): "city",
    ("http://ns.adobe.com/photoshop/1.0/", "State"): "state",
    ("http://ns.adobe.com/photoshop/1.0/", "Country"): "country",
    ("http://ns.adobe.com/photoshop/1.0/", "Headline"): "headline",
    ("http://ns.adobe.com/photoshop/1.0/", "Instructions"): "instructions",
    ("http://ns.adobe.com/xap/1.0/", "CreateDate"): "created",
    ("http://ns.adobe.com/xap/1.0/", "CreatorTool"): "creator-tool",
    ("http://ns.adobe.com/xap/1.0/rights/", "UsageTerms"): "usage-terms",
    ("http://ns.adobe.com/xap/1.0/rights/", "WebStatement"): "web-statement",
    ("http://ns.adobe.com/exif/1.0/", "GPSLatitude"): "gps-latitude",
    ("http://ns.adobe.com/exif/1.0/", "GPSLongitude"): "gps-longitude",
    ("http://ns.adobe.com/exif/1.0/", "DateTimeOriginal"): "original-date",
    ("http://ns.adobe.com/exif/1.0/aux/", "SerialNumber"): "serial",
    ("http://ns.adobe.com/exif/1.0/aux/", "OwnerName"): "owner",
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "DigitalSourceType"): "digitalsourcetype",
    ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "Location"): "location",
    ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "CountryCode"): "country-code",
    ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "AltTextAccessibility"): "alt",
}
_XMP_NAMES = {f"{{{space}}}{name}": field for (space, name), field in _XMP_FIELDS.items()}


def read(exif: bytes | None, iptc: bytes | None, xmp: bytes | None) -> tuple[int, dict[str, str]]:
    """The orientation (1 to 8) and all fields. `exif` is TIFF data, `iptc` IIM records or Photoshop
    resources with them, `xmp` a packet."""
    fields: dict[str, str] = {}
    orientation = 1
    with contextlib.suppress(Exception):  # whatever the bytes hold, the picture is still one
        orientation = _read_exif(exif or b"", fields)
    with contextlib.suppress(Exception):
        fields.update(_joined(_read_iptc(iptc or b"")))
    with contextlib.suppress(Exception):
        fields.update(_joined(_read_xmp(xmp or b"")))
    return orientation, fields


def _joined(found: Iterator[tuple[str, str]]) -> dict[str, str]:
    """A field that stands several times has its values joined by "; "."""
    fields: dict[str, str] = {}
    for (name, value), _ in zip(found, range(MAX_FIELDS), strict=False):
        text = _clean(value)
        if text and text not in fields.get(name, "").split("; "):
            fields[name] = _clean(f"{fields[name]}; {text}" if name in fields else text)
    return fields


def _clean(value: Any) -> str:
    """Text without control characters, of bounded length."""
    if isinstance(value, bytes):
        value = _decoded(value)
    text = str(value)[: 2 * MAX_VALUE]
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()[:MAX_VALUE]


def _decoded(raw: bytes) -> str:
    """UTF-8, or what Windows programs write in place of it."""
    raw = raw.rstrip(b"\x00")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


# --- EXIF -------------------------------------------------------------------------------------


def _read_exif(data: bytes, fields: dict[str, str]) -> int:
    if not data:
        return 1
    exif = Image.Exif()
    exif.load(data[:_MAX_BLOCK] if data.startswith(b"Exif\x00\x00") else b"Exif\x00\x00" + data[:_MAX_BLOCK])
    turned = exif.get(_ORIENTATION, 1)
    orientation = turned if isinstance(turned, int) and 1 <= turned <= 8 else 1
    if _ORIENTATION in exif:
        fields["exif:orientation"] = _clean(turned)
    for tag, name in _EXIF_FIELDS.items():
        if value := _latin(exif.get(tag)):
            fields[f"exif:{name}"] = value
    with contextlib.suppress(Exception):
        more = exif.get_ifd(_EXIF_IFD)
        for tag, name in _EXIF_MORE.items():
            if value := _latin(more.get(tag)):
                fields[f"exif:{name}"] = value
        date = next((more[tag] for tag in _DATES if more.get(tag)), exif.get(_DATE_CHANGED))
        if value := _iso(_clean(date or "")):
            fields["exif:date"] = value
    with contextlib.suppress(Exception):
        if position := _position(exif.get_ifd(_GPS_IFD)):
            fields["exif:gps"] = position
    return orientation


def _latin(value: Any) -> str:
    """EXIF strings come as Latin-1 though writers put UTF-8 into them."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        value = value.removeprefix(b"ASCII\x00\x00\x00").removeprefix(b"UNICODE\x00")
    if isinstance(value, str):
        with contextlib.suppress(UnicodeEncodeError):
            value = value.encode("latin-1")
    return _clean(value)


def _iso(text: str) -> str:
    """ "2020:07:24 10:11:12" as ISO 8601; other spellings and empty dates give nothing."""
    found = re.match(r"(\d{4})[:/-](\d\d)[:/-](\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?", text)
    if not found or found[1] == "0000" or not 1 <= int(found[2]) <= 12 or not 1 <= int(found[3]) <= 31:
        return ""
    return f"{found[1]}-{found[2]}-{found[3]}" + (f"T{found[4]}" if found[4] else "")


def _position(gps: dict[int, Any]) -> str:
    latitude = _degrees(gps.get(2), gps.get(1), "S")
    longitude = _degrees(gps.get(4), gps.get(3), "W")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return ""
    return f"{latitude:.6f},{longitude:.6f}"


def _degrees(parts: Any, side: Any, negative: str) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    degrees = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    if degrees != degrees:
        return None
    return -degrees if str(side).strip("\x00 ").upper().startswith(negative) else degrees


# --- IPTC -------------------------------------------------------------------------------------


def _read_iptc(data: bytes) -> Iterator[tuple[str, str]]:
    records = data[:_MAX_BLOCK] if data[:1] == b"\x1c" else _resource(data[:_MAX_BLOCK])
    at, charset = 0, ""
    while at + 5 <= len(records) and records[at] == 0x1C:
        record, dataset = records[at + 1], records[at + 2]
        size = int.from_bytes(records[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:  # an extended data set: the length of the length
            wide = size & 0x7FFF
            if wide > 4:
                return
            size, at = int.from_bytes(records[at : at + wide], "big"), at + wide
        value, at = records[at : at + min(size, _MAX_RAW)], at + size
        if record == 1 and dataset == 90 and value == _UTF8:
            charset = "utf-8"
        elif record == 2 and dataset in _IPTC_FIELDS:
            name = _IPTC_FIELDS[dataset]
            text = value.decode(charset, "replace") if charset else _decoded(value)
            yield f"iptc:{name}", _iptc_date(text) if name == "date" else text


def _iptc_date(text: str) -> str:
    return _iso(f"{text[:4]}-{text[4:6]}-{text[6:8]}") if re.fullmatch(r"\d{8}", text.strip()) else text


def _resource(data: bytes) -> bytes:
    """The IPTC records among Photoshop's image resources."""
    at = 0
    while data[at : at + 4] == b"8BIM":
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        name = data[at + 6] if at + 6 < len(data) else 0
        at += 6 + (name + 2) // 2 * 2
        size = int.from_bytes(data[at : at + 4], "big")
        if number == _IPTC_RESOURCE:
            return data[at + 4 : at + 4 + size]
        at += 4 + (size + 1) // 2 * 2
    return b""


# --- XMP --------------------------------------------------------------------------------------


def _read_xmp(data: bytes) -> Iterator[tuple[str, str]]:
    start, end = data.find(b"<x:xmpmeta"), data.rfind(b"</x:xmpmeta>")
    packet = data[start : end + 12] if 0 <= start < end else data.strip(b"\x00 \t\r\n\xef\xbb\xbf")
    if not packet or len(packet) > _MAX_BLOCK:
        return
    root = fromstring(packet, forbid_dtd=True)
    for description in root.iter(f"{_RDF}Description"):
        for name, value in description.attrib.items():
            if name in _XMP_NAMES:
                yield f"xmp:{_XMP_NAMES[name]}", value
        for child in description:
            if isinstance(child.tag, str) and child.tag in _XMP_NAMES:
                for value in _values(child):
                    yield f"xmp:{_XMP_NAMES[child.tag]}", value


def _values(element: Element) -> Iterator[str]:
    """The texts of a property: its own, its list's, or the resource that it names."""
    items = list(element.iter(f"{_RDF}li"))
    if items:
        yield from (item.text for item in items if item.text)
    elif resource := element.get(f"{_RDF}resource"):
        yield resource
    elif element.text:
        yield element.text
