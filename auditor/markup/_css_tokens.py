"""Turns CSS text into the tokens that `sizes` and media queries are made of (after CSS Syntax 3)."""

from __future__ import annotations

import re
from typing import NamedTuple

_ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}(?:\r\n|[ \t\n\r\f])?|[^\n\r\f0-9a-fA-F])"
# Letters, "_" and all that is not ASCII, said by what it is not: a set that names the rest of Unicode
# takes Python 30 ms to compile.
_NAME_START = rf"(?:[^\x00-@\[-^`{{-\x7f]|{_ESCAPE})"
_NAME = rf"(?:[^\x00-,./:-@\[-^`{{-\x7f]|{_ESCAPE})"
_IDENT = rf"(?:--|-?{_NAME_START}){_NAME}*+"
_TOKEN = re.compile(
    rf"""
    (?P<comment> /\*.*?(?:\*/|\Z) )
  | (?P<space> [ \t\n\r\f]++ )
  | (?P<number> [+-]?(?:[0-9]*\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)? ) (?P<unit> %|{_IDENT} )?
  | (?P<function> {_IDENT} \( )
  | (?P<ident> {_IDENT} )
  | (?P<string> "(?:[^"\\\n]|\\.)*+"? | '(?:[^'\\\n]|\\.)*+'? )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\r\f])?|(.))", re.DOTALL)
_OPENERS = {"(": ")", "[": "]", "{": "}"}


class Token(NamedTuple):
    """One token or block. `kind`: space, number, ident, string, other, function, block.

    `text` is the name, unit or character, unescaped and lower-cased; `inner` what a function or a block
    holds, `value` the number. A bracket that nothing opened is `other`.
    """

    kind: str
    text: str
    value: float = 0.0
    inner: tuple[Token, ...] = ()


def tokens(text: str) -> list[Token]:
    """The tokens of a text with functions and brackets nested; what is left open ends with the text."""
    levels: list[list[Token]] = [[]]
    opened: list[tuple[str, str, str]] = []  # kind, name, what closes it
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind == "unit":
            kind = "number"
        if kind == "comment":
            continue
        if kind == "number":
            levels[-1].append(Token("number", unescaped(found["unit"] or ""), _float(found["number"])))
        elif kind == "function":
            opened.append(("function", unescaped(found[0][:-1]), ")"))
            levels.append([])
        elif kind == "other" and found[0] in _OPENERS:
            opened.append(("block", found[0], _OPENERS[found[0]]))
            levels.append([])
        elif kind == "other" and opened and found[0] == opened[-1][2]:
            _close(levels, opened)
        else:
            levels[-1].append(Token(kind or "other", unescaped(found[0])))
    while opened:
        _close(levels, opened)
    return levels[0]


def split(items: list[Token] | tuple[Token, ...], mark: str) -> list[list[Token]]:
    """The tokens between marks, white space at the ends cut."""
    parts: list[list[Token]] = [[]]
    for item in items:
        if item.kind == "other" and item.text == mark:
            parts.append([])
        else:
            parts[-1].append(item)
    return [trimmed(part) for part in parts]


def trimmed(items: list[Token]) -> list[Token]:
    """Without white space at the ends."""
    start, stop = 0, len(items)
    while start < stop and items[start].kind == "space":
        start += 1
    while stop > start and items[stop - 1].kind == "space":
        stop -= 1
    return items[start:stop]


def unescaped(text: str) -> str:
    """The text with its escapes undone, in lower case."""
    if "\\" not in text:
        return text.lower()
    return _ESCAPED.sub(lambda e: _character(e[1]) if e[1] else e[2], text).lower()


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _close(levels: list[list[Token]], opened: list[tuple[str, str, str]]) -> None:
    kind, name, _ = opened.pop()
    inner = tuple(levels.pop())
    levels[-1].append(Token(kind, name, inner=inner))


def _float(text: str) -> float:
    return float(text)
