"""Turns the state that scripts of a page build it from (`__NEXT_DATA__` and the like) into captions.

Only what stands beside an address is taken: "this picture, this caption". No image is asked for because a
script knows of it, as most of these pictures are on other pages.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from typing import Any

from auditor.dialects import _html_json as scripts
from auditor.dialects._html_json import Node
from auditor.model import Declaration, Span

_CAPTIONS = frozenset(
    "caption captiontext captionhtml captionplain imagecaption photocaption mediacaption legend legende "
    "bildunterschrift bildtext cutline".split()
)
_CREDITS = frozenset(
    "credit credits creditline imagecredit photocredit copyright copyrightholder copyrightnotice "
    "photographer fotograf rightsholder".split()
)
_MARK = re.compile(
    r'"[A-Za-z_-]*(?:caption|legende?|bildunterschrift|bildtext|cutline)[A-Za-z_-]*"', re.IGNORECASE
)
_WORDS = ("text", "plain", "name", "value")  # in an object for them
_ADDRESS = re.compile(r"(?:https?:)?//?[^\s<>\"{}]+")
_TAG = re.compile(r"<[^<>]{0,500}>")
_MOST_DECLARATIONS = 200
_MOST_ADDRESSES = 24  # of one picture: its crops
_MOST_LOOKED_AT = 500  # values near a caption: each of many may stand beside thousands of others
_LONGEST = 1000  # characters of a caption


def declarations(script: str, span: Span) -> list[Declaration]:
    """The captions that a script of type application/json gives to addresses; none where it is no JSON."""
    if not _MARK.search(script):
        return []
    found: dict[tuple[str, ...], Declaration] = {}
    nothing: Node = {}
    for node, around in scripts.objects(scripts.read(script), nothing, lambda node, _key, _around: node):
        text = _said(node, _CAPTIONS)
        if not 0 < len(text) <= _LONGEST:
            continue
        addresses = tuple(_addresses(node)) or tuple(_own_addresses(around))
        if addresses and addresses not in found:
            found[addresses] = Declaration(addresses, text, _said(node, _CREDITS) or None, span)
            if len(found) == _MOST_DECLARATIONS:
                break
    return list(found.values())


def _said(node: Node, names: frozenset[str]) -> str:
    """The first of these fields that says something, as plain text; an object's name or text for it."""
    for key, value in node.items():
        if key.lower().replace("_", "").replace("-", "") in names:
            if isinstance(value, dict):
                value = next((value[name] for name in _WORDS if name in value), "")
            if isinstance(value, str) and (text := _plain(value)):
                return text
    return ""


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def _addresses(node: Node) -> Iterator[str]:
    """The addresses in an object and in what it holds, its own first, as far as one looks for a picture."""
    waiting: list[Any] = [node]
    looked_at = count = 0
    while waiting and count < _MOST_ADDRESSES:
        value = waiting.pop(0)
        for below in value.values() if isinstance(value, dict) else value:
            looked_at += 1
            if looked_at > _MOST_LOOKED_AT:
                return
            if isinstance(below, str):
                if _ADDRESS.fullmatch(below):
                    count += 1
                    yield below
            elif isinstance(below, dict | list) and len(waiting) < _MOST_ADDRESSES:
                waiting.append(below)


def _own_addresses(node: Node) -> Iterator[str]:
    values = itertools.islice(node.values(), _MOST_LOOKED_AT)
    return (value for value in values if isinstance(value, str) and _ADDRESS.fullmatch(value))
