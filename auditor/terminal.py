"""Any text to text that may be written to a terminal, and its width there in columns.

A caption or an address is somebody else's: an escape sequence in it could clear the screen, write
the clipboard or turn the reading direction round. Nothing that a terminal takes for an order is
passed on; it is shown as an escape (`\\x1b`) in its place.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Cc (C0, C1, DEL), Zl, Zp, Cs, and of Cf whatever is invisible or changes direction. ZWNJ and ZWJ
# stay: they shape Persian words and emoji and can do no more.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff\U0001d173-\U0001d17a]"
)
_BLANK = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029 ]+")
_NO_LINE_START = frozenset("，。、；：？！）》」』】〉〕”’…％)]},.;:?!%")
_LAYOUT = "\n"  # between the values of a JSON text; inside them it is escaped already
ELLIPSIS = "…"


def clean(text: str) -> str:
    """One line that is safe to write: blanks are one space, controls are shown as escapes."""
    text = text.replace("\xad", "")  # a soft hyphen is invisible by design, also between blanks
    return _UNSAFE.sub(_escape, _BLANK.sub(" ", text).strip())


def clean_json(text: str) -> str:
    """JSON with what a terminal takes for an order written as JSON escapes: the same value, safe to print."""
    return _UNSAFE.sub(_json_escape, text)


def width(text: str) -> int:
    """The columns that a (clean) text takes: wide and full-width characters two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def clip(text: str, columns: int) -> str:
    """The text, shortened at its end to so many columns."""
    if width(text) <= columns:
        return text
    return _head(text, columns - 1) + ELLIPSIS


def clip_middle(text: str, columns: int) -> str:
    """The text, shortened in its middle to so many columns: an address is known by both ends."""
    if width(text) <= columns:
        return text
    tail = _head(text[::-1], (columns - 1) // 2)[::-1]
    return _head(text, columns - 1 - width(tail)) + ELLIPSIS + tail


def pad(text: str, columns: int) -> str:
    """The text, filled up with spaces to so many columns."""
    return text + " " * (columns - width(text))


def wrap(text: str, columns: int) -> list[str]:
    """The text in lines of at most so many columns, broken at spaces and between wide characters."""
    if width(text) <= columns:
        return [text.rstrip()]
    lines, line, used = [], "", 0
    for word in _words(text):
        size = width(word)
        if used + width(word.rstrip()) > columns:
            lines += [line.rstrip()] if line.strip() else []  # blanks alone make no line
            line, used = "", 0
        while size > columns and width(word.rstrip()) > columns:
            head = _head(word, columns)
            lines.append(head)
            word = word[len(head) :]
            size = width(word)
        line, used = line + word, used + size
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines


def _words(text: str) -> list[str]:
    """Pieces between which a line may break; blanks and closing punctuation hang on the piece before."""
    pieces: list[str] = []
    for character in text:
        joins = (
            pieces and (character == " " or character in _NO_LINE_START or _columns(character) == 0)
        ) or (pieces and _narrow(character) and _narrow(pieces[-1][-1]) and pieces[-1][-1] != " ")
        if joins:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _narrow(character: str) -> bool:
    return _columns(character) < 2


def _head(text: str, columns: int) -> str:
    used = 0
    for position, character in enumerate(text):
        used += _columns(character)
        if used > columns:
            return text[:position]
    return text


@cache
def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(found: re.Match[str]) -> str:
    character = found[0]
    if character == _LAYOUT:
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
