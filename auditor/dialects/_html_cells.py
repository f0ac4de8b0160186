"""Turns the blocks of a page laid out in a list item or a table cell into what they are: paragraphs.

A block in a list item counts as one: a teaser, a comment, a menu. Portals of the 2000s put a whole story
into the one item of a list, or into a cell of the table that lays out the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from auditor.model import Box, TextBlock

_CELL_TAGS = frozenset(("li", "dd", "td"))
_CELL_ROLES = frozenset(("list-item", "table-cell"))
_PARAGRAPH_LENGTH = 60  # characters: as much as two lines in Han script
_LINKED = 0.4  # of its text: a teaser
_FEWEST = 3
_MOST_LEVELS = 12  # from a paragraph up to its cell


def with_paragraphs(boxes: Sequence[Box], blocks: list[TextBlock]) -> list[TextBlock]:
    """The blocks, those of the one cell that holds most of the prose of the page as paragraphs.

    Prose are long paragraphs; on a page that has next to none, long lines in cells that are no links.
    """
    long = [block for block in blocks if len(block.text) >= _PARAGRAPH_LENGTH]
    marked = [block for block in long if boxes[block.box].tag == "p"]
    home = _home(boxes, marked)
    if home is None and len(marked) < _FEWEST:
        home = _home(boxes, [b for b in long if b.role in _CELL_ROLES and b.link_share < _LINKED])
    if home is None:
        return blocks
    return [
        msgspec.structs.replace(block, role="paragraph" if boxes[block.box].tag == "p" else "other")
        if block.role in _CELL_ROLES and _cell(boxes, block) == home
        else block
        for block in blocks
    ]


def _home(boxes: Sequence[Box], prose: list[TextBlock]) -> int | None:
    """The cell that holds most of the prose, and enough of it for a story."""
    inside = [block for block in prose if block.role in _CELL_ROLES]
    if len(inside) < _FEWEST or 2 * len(inside) <= len(prose):
        return None
    cell, count = Counter(_cell(boxes, block) for block in inside).most_common(1)[0]
    return cell if count >= _FEWEST and 2 * count > len(prose) else None


def _cell(boxes: Sequence[Box], block: TextBlock) -> int | None:
    """The innermost cell around a block."""
    box = block.box
    for _ in range(_MOST_LEVELS):
        if box < 0:
            break
        if boxes[box].tag in _CELL_TAGS:
            return box
        box = boxes[box].parent
    return None
