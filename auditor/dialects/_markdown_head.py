"""Turns the front matter of a Markdown file (YAML or TOML) into what it says of title, date and image."""

from __future__ import annotations

import re
from typing import NamedTuple

from auditor.model import Span

_FENCES = {"---": re.compile(r"(?:---|\.\.\.)\s*$"), "+++": re.compile(r"\+\+\+\s*$")}
_FIELD = re.compile(r"(?P<indent>\s*)(?P<key>[\w.-]+)[ \t]*[:=](?:[ \t]+(?P<value>\S.*?))?[ \t]*$")
_TIGHT_FIELD = re.compile(r"(?P<indent>\s*)(?P<key>[\w.-]+)=(?P<value>\S.*?)[ \t]*$")
_IMAGE_KEYS = frozenset(("image", "cover", "cover_image", "featured_image"))
_COMMENT = re.compile(r"\s+#.*$")


class Named(NamedTuple):
    """An image that the front matter names, and where its address stands."""

    address: str
    key: str
    raw: str
    span: Span


class Head(NamedTuple):
    """The front matter: its top-level fields, its images, and how many lines it takes."""

    fields: dict[str, str]
    images: list[Named]
    lines: int


def read(lines: list[str]) -> Head:
    """The front matter at the head of a document; without one, a head of no lines."""
    opening = lines[0].lstrip("\ufeff").rstrip() if lines else ""
    closing = _FENCES.get(opening)
    end = next((n for n, line in enumerate(lines[1:], 1) if closing and closing.match(line)), 0)
    if not end or not any(_field(line) for line in lines[1:end]):
        return Head({}, [], 0)
    fields: dict[str, str] = {}
    images = []
    for number, line in enumerate(lines[1:end], 2):
        found = _field(line)
        if not found or not found["value"]:
            continue
        key, value = found["key"].lower(), _unquoted(found["value"])
        if not found["indent"]:
            fields.setdefault(key, value)
        if key in _IMAGE_KEYS and value and value[0] not in "[{|>":
            column = found.start("value") + 1 + (found["value"][0] in "\"'")
            images.append(Named(value, key, line.strip(), Span(number, column)))
    return Head(fields, images, end + 1)


def _field(line: str) -> re.Match[str] | None:
    return _FIELD.match(line) or _TIGHT_FIELD.match(line)


def _unquoted(value: str) -> str:
    quote = value[0]
    if quote in "\"'" and (end := value.find(quote, 1)) > 0:
        return value[1:end]
    return _COMMENT.sub("", value)
