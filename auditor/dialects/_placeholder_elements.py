"""Turns plain text into the placeholder elements in it: where each stands, and what it asks for.

The element is called `image`, with any namespace prefix or none. It holds an address and an alt
text, and ends with its own end tag, with its alt text, or with a `]`:

    <image>data:image/s3,"s3://BUCKET/FIRST5/SHA1" alt="..."</image>

Every opening tag gives one element, however broken the rest is. All patterns are possessive or
stop at the next tag, so that the time is linear in the length of the text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from auditor.model import Fault

_PREFIX = r"(?:[\w.-]*+:)?"
_END_TAG = rf"<[ \t]*/[ \t]*{_PREFIX}image\s*>"
_OPENING = re.compile(
    rf"<[ \t]*{_PREFIX}image\s*(?:(?P<self>/?)>|(?=data:image/s3|[\"“]?(?:s3|https?)://))", re.IGNORECASE
)
_BUCKET = re.compile(r"data:\s*image/s3[^,\s\"“<\\&]*+\s*,?\s*", re.IGNORECASE)
_QUOTE = r"(?:\\?[\"“”„＂]|&(?:quot|#34|ldquo|rdquo);)"
_ALT_NEXT = r"\balt\s*="
_ALT = re.compile(_ALT_NEXT, re.IGNORECASE)
_QUOTED = re.compile(
    rf"(?P<opener>{_QUOTE}++)(?P<address>(?:(?!{_QUOTE}|\s{_ALT_NEXT})[^<\r\n])*+)(?P<closer>{_QUOTE}*+)",
    re.IGNORECASE,
)
_SINGLE_QUOTED = re.compile(r"(?P<opener>['‘’])(?P<address>[^'‘’<\r\n]*+)(?P<closer>['‘’]?)")
_STOP = rf"(?=\s*(?:{_ALT_NEXT}|{_END_TAG}))"
_WORD = r"(?:[^\s<>\[\]\"“”]|\[(?:[^\s<>\[\]\"]*+\])?)++"  # brackets as in http://[::1]/
_PLAIN = (
    re.compile(rf"data:(?:(?!{_ALT_NEXT}\s*[\"“'\\&]|{_END_TAG}).)*+{_STOP}", re.IGNORECASE | re.DOTALL),
    re.compile(rf"{_WORD}(?:[ \t]+(?!{_ALT_NEXT}){_WORD})*+{_STOP}", re.IGNORECASE),
    re.compile(_WORD),
)
_JUNK = re.compile(rf"[^\n<]*?(?={_ALT_NEXT}\s*[\"“'\\&]|{_END_TAG})", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rf"(?:\s*+,?\s*+(?P<alt>alt)\s*=[ \t]*|[ \t]*(?P<name>[a-z][a-z-]*+)=(?={_QUOTE}))", re.IGNORECASE
)
_TEXT = rf"[^<\n{{}}]|<(?![ \t]*/?[ \t]*{_PREFIX}image\b)"
_WRAPPED = r"\n(?![ \t\r]*\n)"
_CLOSED = rf"(?=\s*(?:{_END_TAG}|\]))"


def _value_patterns(opener: str, inside: str, but: str, closer: str) -> tuple[re.Pattern[str], ...]:
    """What opens a value, its rest on one line, and its rest over several where the element is closed."""
    inside = f"{inside}|{_TEXT.format(but)}"
    return (
        re.compile(opener),
        re.compile(rf"((?:{inside})*+)(?:{closer})", re.IGNORECASE),
        re.compile(rf"((?:{inside}|{_WRAPPED})*+)(?:{closer}){_CLOSED}", re.IGNORECASE),
    )


_VALUES = (
    _value_patterns(r"\\\"", r"\\(?!\")", r"\\", r"\\\""),
    _value_patterns(r"\"", r"\\.", r"\"\\", r"\""),
    _value_patterns(r"&(?:quot|#34);", r"&(?!quot;|#34;)", "&", r"&(?:quot|#34);"),
    _value_patterns(r"[“”„＂]", r"\\.", r"”\"＂\\", r"[”\"＂]"),
    _value_patterns(r"'", r"\\.", r"'\\", r"'"),
    _value_patterns(r"‘", r"\\.", r"’\\", r"’"),
)
_NESTED = re.compile(rf"\"([^\n<]*)\"(?=\s*{_END_TAG})", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:$|\n|<|\]|/?>|[A-Za-z-]+=)")
_LOOSE_VALUE = re.compile(r"[^\n<\]]*")
_TAIL = re.compile(rf"\s*+(?:\]?\s*+{_END_TAG}|\]|/?>)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\"'“”\\])")


class Element(NamedTuple):
    """One placeholder: `text[start:end]` is its markup; `attributes` are all but alt."""

    start: int
    end: int
    address: str
    alt: str | None
    attributes: dict[str, str]
    faults: tuple[Fault, ...]


def elements(text: str) -> Iterator[Element]:
    """The placeholders of a text, in reading order; they never overlap."""
    opening = _OPENING.search(text)
    while opening:
        following = _OPENING.search(text, opening.end())
        yield _element(text, opening, following.start() if following else len(text))
        opening = following


def _element(text: str, opening: re.Match[str], limit: int) -> Element:
    start, position = opening.span()
    if opening["self"]:
        return Element(start, position, "", None, {}, (_EMPTY,))
    faults: list[Fault] = []
    if opening["self"] is None:
        faults.append(Fault("unclosed", "the start tag has no >"))
    address, position = _address(text, position, limit, faults)
    alt, attributes, position = _attributes(text, position, limit, faults)
    junk = _JUNK.match(text, position, limit) if alt is None else None
    if junk and junk[0].strip(" \t,"):
        faults.append(Fault("bad-quotes", f"cannot be read after the address: {junk[0].strip()[:40]}"))
        alt, attributes, position = _attributes(text, junk.end(), limit, faults)
    if tail := _TAIL.match(text, position, limit):
        position = tail.end()
    elif alt is None:
        faults.append(Fault("unclosed", "neither an end tag nor an alt text ends the placeholder"))
    if not address and not any(fault.reason == "bad-quotes" for fault in faults):
        faults.append(_EMPTY)
    first_of_each = {fault.reason: fault for fault in reversed(faults)}
    return Element(start, position, address, alt, attributes, tuple(reversed(first_of_each.values())))


_EMPTY = Fault("empty", "no address")


def _address(text: str, position: int, limit: int, faults: list[Fault]) -> tuple[str, int]:
    """The address and where it ends; without one, the end is `position`."""
    begin = _skip_space(text, position, limit)
    bucket = _BUCKET.match(text, begin, limit)
    if bucket:
        begin = bucket.end()
    quoted = _QUOTED.match(text, begin, limit) or _SINGLE_QUOTED.match(text, begin, limit)
    if quoted:
        address = quoted["address"].strip()
        doubled = len(quoted["opener"].lstrip("\\")) > 1 and not quoted["opener"].startswith("&")
        if (doubled and address) or not (doubled or quoted["closer"]):
            faults.append(Fault("bad-quotes", "a quote around the address is missing or one too many"))
        return address, quoted.end()
    if _ALT.match(text, begin, limit):
        return "", begin
    for pattern in _PLAIN[1:] if bucket else _PLAIN:
        if plain := pattern.match(text, begin, limit):
            if bucket:
                faults.append(Fault("bad-quotes", "no quotes around the address"))
            return plain[0].strip(), plain.end()
    return "", begin if bucket else position


def _skip_space(text: str, position: int, limit: int) -> int:
    while position < limit and text[position].isspace():
        position += 1
    return position


def _attributes(
    text: str, position: int, limit: int, faults: list[Fault]
) -> tuple[str | None, dict[str, str], int]:
    alt: str | None = None
    others: dict[str, str] = {}
    while found := _ATTRIBUTE.match(text, position, limit):
        value, position = _value(text, found.end(), limit, faults)
        if not found["alt"]:
            others[found["name"].lower()] = value
        elif alt is None:
            alt = value
    return alt, others, position


def _value(text: str, position: int, limit: int, faults: list[Fault]) -> tuple[str, int]:
    """The value of an attribute with its entities resolved, and where it ends."""
    for opener, rest, wrapped in _VALUES:
        begin = opener.match(text, position, limit)
        if not begin:
            continue
        if value := rest.match(text, begin.end(), limit) or wrapped.match(text, begin.end(), limit):
            if not _ENDS.match(text, value.end(), limit):
                value = _NESTED.match(text, position, limit) or value
            return html.unescape(_ESCAPED.sub(r"\1", value[1])), value.end()
    faults.append(Fault("bad-quotes", "a quote around the alt text is missing"))
    loose = _LOOSE_VALUE.match(text, position, limit)
    assert loose
    return html.unescape(loose[0].strip(" \t\r\"“”'")), loose.end()
