"""Turns Markdown into markdown-it's tokens with the one thing they lack: where each image stands.

markdown-it gives a block its lines and an inline token nothing. The rules for images and inline HTML
are wrapped, so that they note their offset in the block's content; `Source` maps that back to a line
and column of the document, through the quote marks, list indents and table cells in between.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from auditor.model import Span

if TYPE_CHECKING:  # every text is asked whether it is Markdown; only one that is pays for the parser
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    _InlineRule = Callable[[StateInline, bool], bool]

_LINE_END = re.compile(r"\r\n?|\n")


def tokens(text: str) -> list[Token]:
    """The block tokens; images and HTML inside carry `meta["offset"]` and `meta["end"]` in the content."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import html_inline, image

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.inline.ruler.at("image", _noted(image))
    parser.inline.ruler.at("html_inline", _noted(html_inline))
    # Addresses are wanted as written, and those that a renderer would refuse are to be told. Replacing
    # these two methods is markdown-it-py's own way; mypy knows no such thing.
    parser.validateLink = lambda url: url is not None  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser.parse(text)


def _noted(rule: _InlineRule) -> _InlineRule:
    def noting(state: StateInline, silent: bool) -> bool:
        begin = state.pos
        if not rule(state, silent):
            return False
        if not silent:
            state.tokens[-1].meta = {"offset": begin, "end": state.pos}
        return True

    return noting


class Source:
    """The lines of a document, and where the content of a block stands in them."""

    def __init__(self, text: str) -> None:
        self.lines = _LINE_END.split(text.replace("\0", "\ufffd"))
        self._cell_line, self._cell_end = -1, 0

    def block(self, content: str, first_line: int) -> Placed:
        """A block whose content begins in line `first_line` (from 0)."""
        columns = []
        for number, line in enumerate(_LINE_END.split(content), first_line):
            source = self.lines[number] if number < len(self.lines) else ""
            line = line.rstrip()
            columns.append(
                len(source.rstrip()) - len(line)
                if source.rstrip().endswith(line)
                else _found(source, line, 0)
            )
        return Placed(first_line, columns)

    def cell(self, content: str, line: int) -> Placed:
        """The next table cell of a line; cells are asked for in order."""
        begin = self._cell_end if line == self._cell_line else 0
        written = content.replace("|", r"\|")
        column = _found(self.lines[line], written, begin)
        self._cell_line, self._cell_end = line, column + len(written)
        return Placed(line, [column], content)


def _found(source: str, line: str, begin: int) -> int:
    """Where a line of content begins in its source line; its first image where it was rewritten."""
    words = line.strip()
    at = source.find(words, begin)
    if at < 0:
        at = max(source.find("![", begin), source.find("<", begin), begin)
    return at - (len(line) - len(line.lstrip()) if at else 0)


class Placed:
    """One block's content in the document: offsets and spans in it to spans of the document."""

    def __init__(self, first_line: int, columns: list[int], cell: str = "") -> None:
        """`cell` is the content of a table cell, in which every pipe was written with a backslash."""
        self._first_line = first_line
        self._columns = columns
        self._cell = cell

    def at(self, content: str, offset: int) -> Span:
        """The place of the character at `offset` of the content."""
        before = content[:offset]
        row = len(_LINE_END.findall(before))
        return self.of(Span(row + 1, offset - _last_line_start(before) + 1))

    def of(self, inner: Span) -> Span:
        """The place of what stands at `inner` within the content."""
        row = min(inner.line, len(self._columns)) - 1
        column = inner.column + self._cell.count("|", 0, inner.column - 1)
        return Span(self._first_line + row + 1, max(self._columns[row], 0) + column)


def _last_line_start(before: str) -> int:
    return max(before.rfind("\n"), before.rfind("\r")) + 1


def plain_text(children: list[Token] | None) -> str:
    """What a reader reads of inline tokens; an image gives nothing."""
    parts = []
    for child in children or ():
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def alt_text(children: list[Token] | None) -> str:
    """The alt text of an image: its description as plain text, images in it by theirs (CommonMark 6.4)."""
    parts = []
    for child in children or ():
        nested = child.type == "image"
        parts.append(alt_text(child.children) if nested else plain_text([child]))
    return "".join(parts)
