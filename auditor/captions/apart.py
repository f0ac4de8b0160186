"""Finds the caption elements that stand in no picture's scope, only before or after a picture in the flow.

What calls itself a caption may be a box, or a span that fills a line of the story's own box.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from auditor.captions import units
from auditor.captions.scopes import CAPTION_HINT, Scopes
from auditor.captions.units import Unit
from auditor.model import TextBlock


def units_apart(scopes: Scopes, blocks: Iterable[TextBlock]) -> dict[int, Unit]:
    """The captions among the blocks that no picture's scope holds, each by the index of its first block."""
    layout = scopes.layout
    taken = {box for r in scopes.pictures if (scope := scopes.of(r)) is not None for box in (scope,)}
    apart: dict[int, Unit] = {}
    seen: set[int] = set()
    for block in blocks:
        path = layout.path(block.box)
        if not taken.isdisjoint(path):
            continue
        element = next((box for box in reversed(path) if scopes.is_caption_itself(layout.boxes[box])), None)
        if element is None and CAPTION_HINT.search(block.hints):
            within, around = [block], block.box
        elif element is not None and element not in seen:
            seen.add(element)
            within, around = layout.blocks_in(element), layout.parents[element]
        else:
            continue
        for unit in units.of(scopes, within, around)[:1]:
            if unit.text:
                apart[within[0].index] = _unit(scopes, unit, within)
    return apart


def _unit(scopes: Scopes, unit: Unit, within: list[TextBlock]) -> Unit:
    """The unit as a line called a caption, with the credit that follows its element."""
    after = scopes.layout.blocks[within[-1].index + 1 :][:1]
    if after and unit.credit is None:
        unit = unit._replace(credit=units.credit_behind(scopes, after[0]))
    first = msgspec.structs.replace(within[0], text=unit.text, role="caption")
    return unit._replace(block=first)
