"""Turns the slides of a gallery into captions: what a slide tells beside its title is of its picture.

However long it is: in a slide show the text of a story is cut up into captions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.captions import units
from auditor.captions.scopes import Scopes
from auditor.captions.units import Unit
from auditor.model import ImageReference

_SHOW = re.compile(r"slide|gallery|galerie|galeria|carousel|bilderstrecke|fotostrecke")
_FEWEST = 3  # slides
_LEVELS = 4  # from a picture up to its slide
_MOST_BLOCKS = 6  # of a slide: a title or two, the text, a counter


def units_of(scopes: Scopes, shown: Sequence[ImageReference]) -> Iterator[tuple[ImageReference, Unit]]:
    """Each picture that is shown in a slide of its own, with the one text of that slide."""
    known: dict[int, bool] = {}
    for reference in shown:
        box = slide(scopes, reference, known)
        if box is None:
            continue
        blocks = [b for b in scopes.layout.few_blocks_in(box) if b.role != "heading"]
        if len(blocks) == 1:
            for unit in units.of(scopes, blocks, box)[:1]:
                yield reference, unit


def slide(scopes: Scopes, reference: ImageReference, known: dict[int, bool]) -> int | None:
    """The box around a picture that is one of several made alike, each with a picture and a few words.

    `known` keeps what was found of the boxes around.
    """
    layout = scopes.layout
    for box in layout.path(reference.box, _LEVELS):
        parent = layout.parents[box]
        if parent < 0 or box in scopes.spine or not scopes.shows_but(box, reference):
            return None
        if parent not in known:
            known[parent] = _is_show(scopes, parent)
        if known[parent]:
            return box
    return None


def _is_show(scopes: Scopes, parent: int) -> bool:
    """Whether a box is called a gallery, and most boxes in it are alike, each with one picture and words."""
    layout = scopes.layout
    children = layout.children(parent)
    near = (layout.boxes[box].hints for box in (children[-1], *layout.path(parent, 3)))
    if not any(map(_SHOW.search, near)):
        return False
    makes = [(layout.boxes[child].tag, layout.boxes[child].hints.split()[:1]) for child in children]
    slides = [
        child
        for child, make in zip(children, makes, strict=True)
        if make == makes[-1]
        and 0 < len(layout.few_blocks_in(child)) <= _MOST_BLOCKS
        and len(scopes.names_in(child)) == 1
    ]
    return len(slides) >= max(_FEWEST, len(children) // 2)
