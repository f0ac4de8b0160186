"""Turns the text of a page into a parsed tree of which every element knows its place in the text.

lexbor's nodes carry no positions. So before parsing every start tag is stamped with its offset, as an
unquoted attribute (safe inside JSON, scripts and texts, where a `<b` may stand that is no tag); after
parsing the stamp is read from the node and cut from every text. Attribute values are never taken from a
tag that holds another stamp: such a tag is read again, alone and as it was written.
"""

from __future__ import annotations

import html
import itertools
import operator
import re
from collections.abc import Mapping
from typing import cast

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.markup.lines import START, Lines
from auditor.model import Span

_SPACE = r"\t\n\f\r "
_START = re.compile(rf"<[a-zA-Z][^{_SPACE}/>]*")
_STARTS = re.compile(f"({_START.pattern})")
# One start tag as the HTML tokenizer reads it. Possessive throughout: linear on any input.
_ATTRIBUTE = rf"""[^{_SPACE}/>][^{_SPACE}/>=]*+
    (?: [{_SPACE}]*+=[{_SPACE}]*+ (?: "[^"]*+" | '[^']*+' | [^{_SPACE}>"'][^{_SPACE}>]*+ )?+ )?+"""
_TAG = re.compile(rf"<[a-zA-Z][^{_SPACE}/>]*+ (?: [{_SPACE}/]++ | {_ATTRIBUTE} )*+ >?+", re.VERBOSE)
_MOST_ATTRIBUTES = 500  # of one tag; lexbor needed 23 s for 50,000
# Both are looked for in bytes, where the search is twice as fast: nearly every page has a “ or a –.
_LONG_TAG = re.compile(rf"<[a-zA-Z][^>]{{{2 * _MOST_ATTRIBUTES},}}+".encode())
_CROWDED = re.compile(
    rf"<[a-zA-Z][^{_SPACE}/>]*+ (?: [{_SPACE}/]*+ {_ATTRIBUTE} ){{{_MOST_ATTRIBUTES}}}+".encode(), re.VERBOSE
)
# A tag, or the end tag of a string in a script ("<\\/p>"), so that both sides count there too.
_ANY_TAG = re.compile(rf"<((?:\\?/)?[a-zA-Z][^{_SPACE}/>]*)")
_UNCOUNTED = frozenset(  # elements without an end tag, or that many pages leave open
    "img br hr input meta link source area base col embed param track wbr p li dt dd option optgroup tr td "
    "th tbody thead tfoot colgroup rt rp html head body image path use rect circle".split()
)
_DEEPEST = 4096  # levels; lexbor needs a second for twice as many, minutes for a hundred thousand
_SHORT = 4096  # characters in which most tags end
_SHOWN = 2000  # characters of a tag kept as `raw`
_CDATA = re.compile(r"(?<![/*])<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_EMPTY_TAG = re.compile(
    r"<(?P<name>script|style|title|textarea|iframe|noscript|div|span|a|p|td|th|li|ul|video|object|figure|svg)"
    rf"(?P<rest>(?:[{_SPACE}][^<>]*)?)/>"
)


class Element(msgspec.Struct, gc=False):
    """One start tag: where it begins, as it is written, and its attributes ("" where one has no value).

    `context` is what the elements around it say of all that they hold: "link", "hidden", "noscript", ...
    """

    node: LexborNode
    tag: str
    offset: int
    raw: str
    attributes: dict[str, str]
    context: Mapping[str, str] = {}


class Page:
    """A parsed page. `span` and `element` answer for any node of `parser`."""

    def __init__(self, text: str, start: Span = START) -> None:
        self.text = text
        self.lines = Lines(text, start)
        self._by_id: dict[str, LexborNode] | None = None
        self.stamp = _unused_name(text)
        self._stamped = re.compile(rf" {self.stamp}=[0-9]+ ")
        source = _stamped(text, self.stamp)
        if text.lstrip("\ufeff \t\r\n").startswith("<?xml"):
            source = _html_of_xml(source)
        self.unclosed = _unclosed(text)
        if self.unclosed is not None:
            source += _closing(text[self.unclosed :])
        # lone surrogates have no UTF-8: one "?" each keeps everything else in place
        self.parser = LexborHTMLParser(_thinned(source.encode("utf-8", "replace")))

    def forget_tree(self) -> None:
        """Lets go of the tree, which is several times as large as its text, when all is read from it."""
        del self.parser

    def offset(self, node: LexborNode) -> int:
        """Where the start tag of the element begins, or that of the nearest one around it that has one."""
        at: LexborNode | None = node
        while at is not None:
            if at.is_element_node and (stamp := at.attributes.get(self.stamp)):
                return int(stamp)
            at = at.parent
        return 0

    def attributes(self, node: LexborNode) -> tuple[dict[str, str | None], int | None]:
        """The attributes as the tree has them, and where the start tag begins; None where there is none."""
        found = node.attributes
        stamp = found.pop(self.stamp, None)
        return found, int(stamp) if stamp else None

    def element(
        self,
        node: LexborNode,
        attributes: dict[str, str | None] | None = None,
        offset: int | None = None,
        context: Mapping[str, str] | None = None,
    ) -> Element:
        """The element with its attributes as they are written; `attributes` and `offset` as read before."""
        if attributes is None:
            attributes, offset = self.attributes(node)
        tag = node.tag or ""
        if offset is None:
            return Element(node, tag, self.offset(node), f"<{tag}>", _filled(attributes), context or {})
        raw = self.raw(offset)
        if raw.find("<", 1) > 0:
            attributes = _attributes_of(raw)
        return Element(node, tag, offset, raw, _filled(attributes), context or {})

    def raw(self, offset: int) -> str:
        """The start tag that begins at `offset`, as it is written."""
        tag = self.text[offset : self.text.find(">", offset, offset + _SHORT) + 1]
        if tag and "'" not in tag and tag.count('"') == 2 * tag.count('="'):
            return tag  # nothing in it can hide a ">", and a tenth of the time
        match = _TAG.match(self.text, offset)
        return match[0] if match else ""

    def content(self, element: Element, end_tag: str) -> tuple[str, int]:
        """What stands between a raw text element (script, style) and its end tag, and its offset."""
        start = element.offset + len(element.raw)
        # the case left open for the name alone, so that the search skips from one "</" to the next
        end = re.compile(rf"</(?i:{end_tag})(?=[{_SPACE}/>])").search(self.text, start)
        return self.text[start : end.start() if end else len(self.text)], start

    def words(self, node: LexborNode) -> str:
        """The text of a node without stamps, white space folded."""
        return " ".join(self.cut(node.text() or "").split())

    def label(self, ids: str) -> str:
        """The text of the elements that an aria-labelledby names."""
        if self._by_id is None:
            self._by_id = {}
            for node in self.parser.css("[id]"):
                self._by_id.setdefault(node.attributes.get("id") or "", node)
        named = (self._by_id.get(name) for name in ids.split())
        return " ".join(self.words(node) for node in named if node is not None)

    def cut(self, text: str) -> str:
        """A text of the tree without the stamps that fell into it."""
        return self._stamped.sub("", text) if self.stamp in text else text


def shown(raw: str) -> str:
    """A start tag as a report may carry it: whole, or shortened where a data: URL makes it long."""
    return raw if len(raw) <= _SHOWN else raw[: _SHOWN - 1] + "…"


def _unused_name(text: str) -> str:
    """A control character that hardly a page holds: one alone is looked for in no time."""
    if "\x7f" not in text:
        return "\x7f"
    used = set(re.findall("\x7f([0-9]+)", text))
    return "\x7f" + next(number for number in map(str, itertools.count()) if number not in used)


def _filled(attributes: dict[str, str | None]) -> dict[str, str]:
    if None not in attributes.values():
        return cast("dict[str, str]", attributes)
    return {name: value or "" for name, value in attributes.items()}


def _attributes_of(raw: str) -> dict[str, str | None]:
    """The attributes of one start tag, read alone; as a <div>, because tables and pages make no fragments."""
    name_end = _START.match(raw)
    rest = raw[name_end.end() :] if name_end else ""
    source = _thinned(("<div" + rest).encode("utf-8", "replace"))
    node = LexborHTMLParser(source, is_fragment=True).css_first("div")
    return dict(node.attributes) if node is not None else {}


def _stamped(text: str, name: str) -> str:
    """The page with every start tag stamped, and what nests too deep turned into tags that cannot."""
    pieces = _STARTS.split(text)
    tags = pieces[1::2]
    if len(tags) > _DEEPEST and _depth(text) > _DEEPEST:
        return _flattened(text, name)
    offsets = itertools.islice(itertools.accumulate(map(len, pieces)), 0, None, 2)
    pieces[1::2] = [f"{tag} {name}={offset} " for tag, offset in zip(tags, offsets, strict=False)]
    return "".join(pieces)


class _Steps(dict[str, int]):
    """How a tag, without its `<`, changes the depth."""

    def __missing__(self, tag: str) -> int:
        name = tag.lstrip("\\/")
        step = 0 if name.lower() in _UNCOUNTED else 1 if name == tag else -1
        if len(self) < _MOST_TAGS:
            self[tag] = step
        return step


def _depth(text: str) -> int:
    """How many levels deep the elements of a page may nest, counted as `_flattened` counts them."""
    steps = map(_STEPS.__getitem__, _ANY_TAG.findall(text))
    depths = list(itertools.accumulate(steps, initial=0))
    lowest = itertools.accumulate(depths, min)  # an end tag too many does not bring what follows nearer
    return int(max(map(operator.sub, depths, lowest)))


_MOST_TAGS = 4096  # kept; a page may make up as many as it likes
_STEPS = _Steps()


def _flattened(text: str, name: str) -> str:
    """The same for a page that nests too deep: start tags below the limit become line breaks."""
    depth = 0

    def stamp(tag: re.Match[str]) -> str:
        nonlocal depth
        step = _STEPS[tag[1]]
        depth = max(depth + step, 0)
        if tag[1][0] in "\\/":
            return tag[0]
        if step and depth > _DEEPEST:
            return f"<br {name}={tag.start()} "
        return f"{tag[0]} {name}={tag.start()} "

    return _ANY_TAG.sub(stamp, text)


def _thinned(source: bytes) -> bytes:
    """The source with a few hundred attributes in a tag at most: lexbor compares each with all."""
    return _LONG_TAG.sub(_with_fewer_attributes, source)


def _with_fewer_attributes(tag: re.Match[bytes]) -> bytes:
    crowded = _CROWDED.match(tag[0])
    return crowded[0] if crowded else tag[0]


def _unclosed(text: str) -> int | None:
    """Where an <img> begins that the text breaks off in, or whose quotes swallow all the rest."""
    begin = text.rfind("<img")
    begin = max(begin, text.rfind("<IMG", max(begin, 0)))
    if begin < 0:
        return None
    match = _TAG.match(text, begin)
    return begin if match and match.end() == len(text) and not match[0].endswith(">") else None


def _closing(tail: str) -> str:
    """What closes a start tag that the text breaks off in."""
    for quote in ('"', "'"):
        closed = _TAG.fullmatch(tail + quote + ">")
        if closed and _TAG.match(tail + ">") != closed and tail.count(quote) % 2:
            return quote + ">"
    return ">"


def _html_of_xml(source: str) -> str:
    """XHTML in the words of HTML: empty elements closed, CDATA sections outside scripts as text."""
    source = _EMPTY_TAG.sub(r"<\g<name>\g<rest>></\g<name>>", source)
    return _CDATA.sub(lambda section: html.escape(section[1]), source)
