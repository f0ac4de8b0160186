"""Turns offsets into a text into spans: line and column, both from 1, in code points."""

from __future__ import annotations

from array import array
from bisect import bisect_right

from auditor.model import Span

START = Span(1, 1)


class Lines:
    """The line starts of one text; a line ends with LF, CR LF or CR, as editors count them."""

    def __init__(self, text: str, start: Span = START) -> None:
        """`start` is where the text's first character stands in the document around it."""
        if "\r" in text and text.count("\r") != text.count("\r\n"):
            text = text.replace("\r\n", " \n").replace("\r", "\n")  # a text as long, with one kind of end
        self._starts = starts = array("q", (0,))
        at = 0
        while at := text.find("\n", at) + 1:
            starts.append(at)
        self._line = start.line
        self._column = start.column

    def span(self, offset: int) -> Span:
        """The place of the character at `offset`."""
        row = bisect_right(self._starts, offset) - 1
        column = offset - self._starts[row]
        return Span(self._line + row, column + (self._column if row == 0 else 1))

    def offset(self, span: Span) -> int:
        """The other way round; a line behind the end is the last one."""
        row = min(span.line - self._line, len(self._starts) - 1)
        return self._starts[row] + span.column - (self._column if row == 0 else 1)
