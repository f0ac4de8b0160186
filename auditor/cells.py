"""Values to a row of CSV (RFC 4180) that is safe to open in a spreadsheet.

A spreadsheet takes a cell that begins with = + - @ (also in their full-width forms), a tab or a
line end for a formula, and somebody's caption could be one: such a cell begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from auditor.terminal import clean

_FORMULA = tuple("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫")


def row(cells: Sequence[object]) -> str:
    """One line with its end; None is an empty cell."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow(["" if cell is None else _neutral(str(cell)) for cell in cells])
    return buffer.getvalue()


def _neutral(cell: str) -> str:
    suspicious = cell.startswith(_FORMULA)
    text = clean(cell)
    return f"'{text}" if suspicious or text.startswith(_FORMULA) else text
