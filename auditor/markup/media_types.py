"""Turns the text of a MIME type into its parts and back (the WHATWG MIME Sniffing standard, section 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_SPACE = "\t\n\r "
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_QUOTABLE = re.compile(r"[\t -~\x80-\xff]*")
_PARAMETER = re.compile(
    r"""[\t\n\r ]*(?P<name>[^;=]*)(?:=(?:(?P<quoted>"(?:[^"\\]|\\.?)*+"?)[^;]*|(?P<plain>[^;]*)))?""",
    re.DOTALL,
)


class MediaType(NamedTuple):
    """A MIME type: `essence` in lower case, parameters in their order."""

    essence: str
    parameters: Mapping[str, str]

    def __str__(self) -> str:
        return self.essence + "".join(f";{name}={_value(value)}" for name, value in self.parameters.items())


def parse(text: str) -> MediaType | None:
    """The parts of a MIME type, or None where it is none. Of equal parameters the first counts."""
    head, _, rest = text.strip(_SPACE).partition(";")
    kind, slash, subtype = head.rstrip(_SPACE).partition("/")
    if not slash or not _TOKEN.fullmatch(kind) or not _TOKEN.fullmatch(subtype):
        return None
    parameters: dict[str, str] = {}
    position = 0
    while position < len(rest):
        match = _PARAMETER.match(rest, position)
        assert match
        position = match.end() + 1
        name, value = match["name"].lower(), _said(match)
        if value is not None and _TOKEN.fullmatch(name) and _QUOTABLE.fullmatch(value):
            parameters.setdefault(name, value)
    return MediaType(f"{kind}/{subtype}".lower(), parameters)


def _said(match: re.Match[str]) -> str | None:
    """A parameter's value; None where it has none. A quoted one may be empty, a plain one not."""
    if match["quoted"] is not None:
        body = match["quoted"][1:]
        closed = re.match(r'(?:[^"\\]|\\.)*+"', body, re.DOTALL)
        return re.sub(r"\\(.)", r"\1", closed[0][:-1] if closed else body, flags=re.DOTALL)
    return (match["plain"] or "").rstrip(_SPACE) or None


def _value(text: str) -> str:
    if _TOKEN.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
