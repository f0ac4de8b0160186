"""SVG bytes to size and hazards, by parsing alone: nothing is rendered, no entity is expanded.

Hazards are what would act when the file is opened as a page of its own: "script", "event handler
NAME", "foreignObject", "javascript in ATTRIBUTE", "external reference ADDRESS", "entity NAME".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from auditor.container import cut, damaged
from auditor.errors import PictureError
from auditor.model import Picture
from auditor.sniffing import MEDIA_TYPES

MAX_HAZARDS = 20

_ACTIVE = {"script": "script", "handler": "script", "listener": "script", "foreignobject": "foreignObject"}
_EMBEDDING = frozenset({"iframe", "object", "embed"})
_ADDRESSES = frozenset({"href", "src", "data"})
_ANIMATED = frozenset({"to", "from", "values", "by"})
_SCRIPT_SCHEME = re.compile(r"(?:^|;)(?:javascript|vbscript):", re.IGNORECASE)
_INERT_DATA = re.compile(r"data:(?:image/(?!svg)|font/|application/(?:x-)?font|;base64,i)", re.IGNORECASE)
_CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]*)|@import\s+['\"]([^'\"]*)", re.IGNORECASE)
_LENGTH = re.compile(
    r"\s*\+?(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d{1,2}))?\s*(px|in|cm|mm|pt|pc|q|)\s*$", re.IGNORECASE
)
_PX = {
    "px": 1.0,
    "": 1.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "q": 96 / 101.6,
    "pt": 96 / 72,
    "pc": 16.0,
}
_MOST_PX = 1_000_000_000

# Possessive throughout: a document type that never closes is found out in one pass.
_DOCTYPE = re.compile(
    rb"<!DOCTYPE\s[^\[>]*+(\[(?>[^\]\"'<]++|\"[^\"]*+\"|'[^']*+'|<!--.*?-->"
    rb"|<(?!!--)(?>[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>)*+\]\s*+)?>",
    re.DOTALL,
)
_MOST_DOCTYPE = 1 << 20
_ENTITY = re.compile(rb"<!ENTITY\s+(%\s+)?([^\s\"'>]{1,100})")
_OTHER_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"'](?!utf-?8[\"'])", re.IGNORECASE)
_ENCODINGS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read(body: bytes) -> Picture:
    """The facts of an SVG file. Raises `PictureError` where it is no well-formed XML to its end."""
    looker = _Looker()
    body, encoding = _transcoded(body)
    body = _without_entities(body, looker.hazard)
    parser = XMLParser(target=looker, encoding=encoding, forbid_dtd=False, forbid_entities=True)
    try:
        for at in range(0, len(body), 1 << 20):
            parser.feed(body[at : at + (1 << 20)])
        parser.close()
    except DefusedXmlException:
        raise damaged("its entities hide what it is") from None
    except ParseError as error:
        message = str(error)
        if message.startswith(("no element found", "unclosed token")):
            raise cut(f"the XML ends early: {message}") from None
        raise damaged(f"no well-formed XML: {message}") from None
    except (ValueError, LookupError) as error:  # an encoding that Python does not know
        raise damaged(f"no readable XML: {error}"[:200]) from None
    width, height = looker.size
    return Picture(
        format="svg",
        media_type=MEDIA_TYPES["svg"],
        width_px=width,
        height_px=height,
        frames=1,
        hazards=tuple(looker.hazards),
    )


def beginning(body: bytes) -> tuple[int | None, int | None]:
    """Width and height of a drawing of which only the first bytes are there; None where they do not tell."""
    looker = _Looker()
    try:
        body, encoding = _transcoded(body)
        body = _without_entities(body, looker.hazard)
        XMLParser(target=looker, encoding=encoding, forbid_dtd=False, forbid_entities=True).feed(body)
    except (PictureError, DefusedXmlException, ParseError, ValueError, LookupError):
        pass  # the root may have been read before
    return looker.size


class _Looker:
    """A parser's target that keeps no tree: deep nesting costs nothing."""

    def __init__(self) -> None:
        self.hazards: list[str] = []
        self.size: tuple[int | None, int | None] = (None, None)
        self.depth = 0
        self.style: list[str] | None = None

    def hazard(self, what: str) -> None:
        what = "".join(sign if sign.isprintable() else "?" for sign in what)[:200]
        if what not in self.hazards and len(self.hazards) < MAX_HAZARDS:
            self.hazards.append(what)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if not self.depth:
            self.size = _size({_local(key): value for key, value in attributes.items()})
        self.depth += 1
        lowered = name.lower()
        if lowered in _ACTIVE:
            self.hazard(_ACTIVE[lowered])
        elif lowered in _EMBEDDING:
            self.hazard(f"external reference <{lowered}>")
        elif lowered == "style":
            self.style = []
        for key, value in attributes.items():
            self._attribute(lowered, _local(key).lower(), value)

    def end(self, tag: str) -> None:
        self.depth -= 1
        if self.style is not None and _local(tag).lower() == "style":
            self._css("".join(self.style))
            self.style = None

    def data(self, text: str) -> None:
        if self.style is not None:
            self.style.append(text)

    def pi(self, target: str, data: str = "") -> None:
        if target == "xml-stylesheet":
            self.hazard(f"external reference <?xml-stylesheet {data}?>")

    def close(self) -> None:
        """Nothing is handed on: the facts are the fields."""

    def _attribute(self, element: str, name: str, value: str) -> None:
        plain = re.sub(r"[\x00-\x20]", "", value)
        if name.startswith("on") and len(name) > 2:
            self.hazard(f"event handler {name}")
        elif name in _ADDRESSES or name in _ANIMATED:
            if _SCRIPT_SCHEME.search(plain):
                self.hazard(f"javascript in {name}")
            elif name in _ADDRESSES and element != "a":
                self._address(plain)
        elif name == "style" or "(" in value:
            self._css(value)

    def _css(self, text: str) -> None:
        for found in _CSS_ADDRESS.finditer(text):
            self._address((found[1] or found[2] or "").strip())

    def _address(self, address: str) -> None:
        if address and not address.startswith("#") and not _INERT_DATA.match(address):
            self.hazard(f"external reference {address[:100]}")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _size(root: dict[str, str]) -> tuple[int | None, int | None]:
    """Width and height in CSS pixels; what is not given comes from the view box (SVG 2, 8.2)."""
    width, height = _pixels(root.get("width")), _pixels(root.get("height"))
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    if len(box) != 4:
        return _whole(width), _whole(height)
    wide, high = _pixels(box[2]), _pixels(box[3])
    if wide and high:
        if width is None and height is None:
            width, height = wide, high
        elif width is None and height is not None:
            width = height * wide / high
        elif height is None and width is not None:
            height = width * high / wide
    return _whole(width), _whole(height)


def _pixels(length: str | None) -> float | None:
    found = _LENGTH.match(length or "")
    if not found:
        return None
    return float(found[1]) * 10.0 ** int(found[2] or 0) * _PX[found[3].lower()]


def _whole(pixels: float | None) -> int | None:
    return None if pixels is None or pixels > _MOST_PX else round(pixels)


def _transcoded(body: bytes) -> tuple[bytes, str | None]:
    """UTF-16 as UTF-8, so that the document type can be looked at; other encodings as they are.

    What is UTF-8 is read as that, whatever it says: Chromium 156 does, and shows drawings that say to be
    in encodings that Python does not know.
    """
    for mark, encoding in _ENCODINGS:
        if body.startswith(mark):
            try:
                return body[2:].decode(encoding).encode(), "utf-8"
            except UnicodeDecodeError:
                raise damaged("its UTF-16 cannot be read") from None
    return body, "utf-8" if _OTHER_ENCODING.match(body) and _is_utf_8(body) else None


def _is_utf_8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _without_entities(body: bytes, hazard: Callable[[str], None]) -> bytes:
    """The body without its document type; references to entities declared there become their names.

    Drawing programs declare their namespaces as entities: such files are whole, and are told.
    """
    start = body.find(b"<!DOCTYPE", 0, _MOST_DOCTYPE)
    found = _DOCTYPE.match(body, start, _MOST_DOCTYPE) if start >= 0 else None
    if found is None or b"<svg" in body[:start]:
        return body
    declared: set[bytes] = set()
    for entity in _ENTITY.finditer(found[1] or b""):
        declared.add(entity[2])
        hazard(f"entity {entity[2].decode('utf-8', 'replace')}")

    def name(reference: Any) -> bytes:
        word: bytes = reference[1]
        return word if word in declared else reference[0]

    rest = body[found.end() :]
    return body[:start] + (re.sub(rb"&([^\s&;#]{1,100});", name, rest) if declared else rest)
