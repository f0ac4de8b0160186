"""Turns plain text with placeholders into an article: lines become blocks, elements references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from auditor.dialects._placeholder_elements import Element, elements
from auditor.markup import addresses, prose, templates
from auditor.markup.lines import Lines
from auditor.model import Article, BlockRole, Document, Fault, ImageReference, Suspect, TextBlock

SUFFIXES = (".txt", ".text")

_LINE_PART = re.compile(r"(?P<words>[^\r\n]+)|\r\n?|\n")
_BLANK = " \t\f\v\xa0\u3000\u200b\ufeff"
_HEAD_BLOCKS = 6  # a date line stands above the text, or it is part of it
_TITLE_LENGTH = 90  # code points; headlines of the wire services stay below
_CLOSING = frozenset("。．.；;，,：:…、")
_MARKUP = re.compile(r"<(?:!doctype\s+html|html|body|div|p|article)\b", re.IGNORECASE)

# What somebody meant as an image, and no element was recognised: see `_suspects`.
_NOUN = r"(?:image|img|picture|photo|figure|图片|图像|插图|圖片|配图)"
_SUSPECT = re.compile(
    rf"""
    <[ \t]*/?[ \t]*(?:[^\s<>:/"]{{1,40}}:)?{_NOUN}(?![\w-])[^<>\n]{{0,400}}>?   # a tag that is no placeholder
  | &lt;\s*/?(?:[\w.-]{{1,40}}:)?image\s*&gt;                                 # its brackets escaped
  | (?:\b(?:[\w.-]{{1,40}}:)?image\s*>\s*)?\bdata:\s*image/s3\s*,?\s*[^\s<>]{{0,300}}
    (?:\s+alt\s*=\s*[^\s<>\]]{{0,200}})?\]?                                   # its tag swallowed by a viewer
  | \bs3://[^\s"'<>“”]{{1,200}}/[0-9a-f]{{5}}/[0-9a-f]{{40}}\b
  | [\[【]\s*{_NOUN}\s*(?:[:：=|][^\]】\n]{{0,400}})?[\]】]
  | [\[【]\s*(?:[\w.-]{{1,40}}:)?image\s*[:：>][^\]】\n]{{0,400}}
  | !\[[^\]\n]{{0,200}}\]\([^)\n]{{0,400}}\)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def likelihood(text: str) -> float:
    """How sure the content makes us: elements with an address in them tell most."""
    found = next(iter(elements(text)), None)
    if found is None:
        return 0.3 if _SUSPECT.search(text) and not _MARKUP.search(text) else 0.05
    sure = 0.97 if "data:image/s3" in text or "s3://" in found.address else 0.85
    return sure / 2 if _MARKUP.search(text) and "data:image/s3" not in text else sure


def parse(text: str, document: Document, base_url: str | None = None) -> Article:
    """The article in a text. Never raises; an element that is malformed is a reference with faults."""
    base = addresses.document_base(document, base_url)
    lines = Lines(text)
    found = list(elements(text))
    suspects = _suspects(text, found)
    runs = list(_runs(text, found, suspects))
    orders = _Orders(runs, found)
    blocks = tuple(
        TextBlock(index, run.text, lines.span(run.start), _role(run, index, found), order=orders.runs[index])
        for index, run in enumerate(runs)
    )
    title = next((block.text for block in blocks[:1] if block.role == "heading"), None)
    return Article(
        id=document.id,
        dialect="placeholder",
        source=document.source,
        url=document.url,
        base_url=base,
        title=title,
        language=prose.language_of("\n".join(block.text for block in blocks[:200])),
        published_at=next(
            filter(None, (prose.date_line(block.text) for block in blocks[:_HEAD_BLOCKS])), None
        ),
        blocks=blocks,
        references=tuple(
            _reference(text, element, index, orders.elements[index], lines, base)
            for index, element in enumerate(found)
        ),
        suspects=tuple(Suspect(kind, text[start:end], lines.span(start)) for start, end, kind in suspects),
    )


class _Run(NamedTuple):
    """The text of one line without its placeholders, and the offset of its first character."""

    start: int
    text: str


class _Orders:
    """The reading order that lines and elements share: by where each begins."""

    def __init__(self, runs: list[_Run], found: list[Element]) -> None:
        starts = sorted(
            [(run.start, 0, index) for index, run in enumerate(runs)]
            + [(element.start, 1, index) for index, element in enumerate(found)]
        )
        self.runs = [0] * len(runs)
        self.elements = [0] * len(found)
        for order, (_, is_element, index) in enumerate(starts):
            (self.elements if is_element else self.runs)[index] = order


def _reference(
    text: str, element: Element, index: int, order: int, lines: Lines, base: str | None
) -> ImageReference:
    url, fault = _resolved(element.address, base)
    faults = element.faults
    if fault and not any(known.reason == "empty" for known in faults):
        faults = (*faults, fault)
    return ImageReference(
        index=index,
        address=element.address,
        url=url,
        raw=text[element.start : element.end],
        span=lines.span(element.start),
        kind="placeholder",
        alt=element.alt,
        order=order,
        attributes=element.attributes,
        faults=faults,
    )


_BUCKET_ADDRESS = re.compile(r"s3://(?P<bucket>[^/\s]+)/(?P<key>\S.*)", re.IGNORECASE | re.DOTALL)
_SHA1_KEY = re.compile(r"(?P<folder>[^/]+)/(?P<name>[0-9a-f]{40})(?:\.\w{2,5})?", re.IGNORECASE)


def _resolved(address: str, base: str | None) -> tuple[str | None, Fault | None]:
    """The absolute URL of an address, and what is wrong with it; both may be there."""
    if not address:
        return None, None
    address = address.replace("&amp;", "&")
    scheme = addresses.scheme(address)
    if scheme == "data":
        return address, None
    if scheme == "s3":
        return _in_bucket(address)
    url = addresses.meant(address, base)
    if url is None and not (scheme or base):
        return None, Fault("bad-url", "a relative address in an article without one: give --base-url")
    return url, None if url else Fault("bad-url", f"no URL: {addresses.redact(address)[:200]}")


def _in_bucket(address: str) -> tuple[str | None, Fault | None]:
    place = _BUCKET_ADDRESS.fullmatch(address)
    if place is None:
        return None, Fault("bad-url", f"not s3://BUCKET/KEY: {addresses.redact(address)[:200]}")
    key = _SHA1_KEY.fullmatch(place["key"])
    if key and key["folder"].lower() != key["name"][:5].lower():
        return address, Fault(
            "folder-mismatch", f"folder {key['folder']} is not the beginning of the name {key['name'][:5]}…"
        )
    return address, None


def _role(run: _Run, index: int, found: list[Element]) -> BlockRole:
    """The first line is the headline if it is short, ends open, and no image stands above it."""
    if index or (found and found[0].start < run.start):
        return "paragraph"
    short = len(run.text) <= _TITLE_LENGTH and run.text.rstrip("”\"’'》」) ")[-1:] not in _CLOSING
    return "heading" if short and prose.date_in(run.text) is None else "paragraph"


def _suspects(text: str, found: list[Element]) -> list[tuple[int, int, str]]:
    """Places outside the elements where somebody meant an image: start, end, kind; in order."""
    places = [
        (*match.span(), "placeholder")
        for start, end in _gaps(text, found)
        for match in _SUSPECT.finditer(text, start, end)
    ]
    tokens = [(token.offset, token.offset + len(token.text), "template") for token in templates.find(text)]
    return _disjoint(places, tokens)


def _disjoint(
    places: list[tuple[int, int, str]], tokens: list[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Both lists in order; where two overlap, the template token is the better name."""
    kept: list[tuple[int, int, str]] = []
    for place in sorted(places + tokens):
        if kept and place[0] < kept[-1][1]:
            if place[2] == "template" and kept[-1][2] != "template":
                kept[-1] = place
        else:
            kept.append(place)
    return kept


def _gaps(text: str, found: list[Element]) -> Iterator[tuple[int, int]]:
    """The stretches between the elements."""
    position = 0
    for element in found:
        yield position, element.start
        position = element.end
    yield position, len(text)


def _runs(text: str, found: list[Element], suspects: list[tuple[int, int, str]]) -> Iterator[_Run]:
    """The lines with words in them; an element inside a sentence does not part it."""
    cut = [(element.start - _bracketed(text, element), element.end) for element in found]
    cut += [(start, end) for start, end, kind in suspects if kind == "placeholder"]
    pieces: list[re.Match[str]] = []
    position = 0
    for start, end in [*sorted(cut), (len(text), len(text))]:
        for part in _LINE_PART.finditer(text, position, start):
            if part["words"]:
                pieces.append(part)
            else:
                yield from _run(pieces)
                pieces = []
        position = end
    yield from _run(pieces)


def _bracketed(text: str, element: Element) -> bool:
    return text[element.end - 1] == "]" and text[element.start - 1 : element.start] == "["


def _run(pieces: list[re.Match[str]]) -> Iterator[_Run]:
    words = "".join(piece[0] for piece in pieces).strip(_BLANK)
    if words.strip(_BLANK + "[]【】<>/,"):
        first = next(piece for piece in pieces if piece[0].strip(_BLANK))
        yield _Run(first.end() - len(first[0].lstrip(_BLANK)), words)
