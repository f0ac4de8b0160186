"""Turns the rows of a table into captions: the cell below a picture's, or the one below a row of pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.captions import units
from auditor.captions.layout import Layout
from auditor.captions.scopes import Scopes
from auditor.captions.units import Unit
from auditor.model import ImageReference

_CELL_LEVELS = 6


def units_below(scopes: Scopes, shown: Sequence[ImageReference]) -> Iterator[tuple[ImageReference, Unit]]:
    """Each picture of a table with the text of the cell below, where that cell holds no picture."""
    layout = scopes.layout
    rows: dict[int, dict[int, int]] = {}
    for reference in shown:
        path = layout.path(reference.box, _CELL_LEVELS)
        at = next((n for n, box in enumerate(path) if layout.boxes[box].tag == "td"), None)
        if at is None or at + 1 >= len(path) or layout.boxes[path[at + 1]].tag != "tr":
            continue
        cell, row = path[at], path[at + 1]
        if row not in rows:
            rows[row] = _cells_below(layout, row)
        if (below := rows[row].get(cell)) is None:
            continue
        box = layout.boxes[below]
        if not scopes.holds_picture(box):
            for unit in units.of(scopes, layout.blocks_in(box.index), box.index)[:1]:
                yield reference, unit


def _cells_below(layout: Layout, row: int) -> dict[int, int]:
    """For each cell of a row the one below it, where the next row has as many, or one that spans them all.

    One cell below serves pictures alone: where a cell of the row has words, they are their caption.
    """
    below = layout.ends[row]
    if below >= len(layout.boxes) or layout.parents[below] != layout.parents[row]:
        return {}
    cells, under = layout.children(row), layout.children(below)
    if len(under) == 1 < len(cells) and not layout.blocks_in(row):
        under = list(under) * len(cells)
    return dict(zip(cells, under, strict=True)) if len(cells) == len(under) else {}
