"""Finds the caption elements and credits that stand in no picture's scope, only somewhere in the flow.

What calls itself a caption may be a box, or a span that fills a line of the story's own box.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Sequence

import msgspec

from auditor.captions import units
from auditor.captions.credit_lines import of_lead, of_photo
from auditor.captions.credits import split
from auditor.captions.scopes import CAPTION_HINT, Scopes, name_of
from auditor.captions.units import Unit
from auditor.captions.words import width
from auditor.model import ImageReference, TextBlock

_LONGEST_CREDIT, _PARAGRAPH_WIDTH = 120, 80
_MOST_LEVELS, _MOST_BEHIND = 12, 8


def units_apart(scopes: Scopes, blocks: Iterable[TextBlock]) -> dict[int, Unit]:
    """The captions among the blocks that no picture's scope holds, each by the index of its first block."""
    layout = scopes.layout
    taken = {box for r in scopes.pictures if (scope := scopes.of(r)) is not None for box in (scope,)}
    apart: dict[int, Unit] = {}
    seen: set[int] = set()
    for block in blocks:
        path = layout.path(block.box)
        if layout.is_headline(block) or not taken.isdisjoint(path):
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
            if unit.text or unit.credit:
                apart[within[0].index] = _unit(scopes, unit, within)
    return apart


def credits_apart(scopes: Scopes, shown: Sequence[ImageReference]) -> dict[int, tuple[ImageReference, str]]:
    """The credits that stand far from their pictures: whose each is, by the index of its block.

    A line may say that it is of the picture at the head of the article, end the box of one picture with a
    story of its own, where the next picture stands nearer to it, or stand behind a story of one picture.
    """
    layout = scopes.layout
    found: dict[int, tuple[ImageReference, str]] = {}
    for reference in shown if layout.article.dialect == "html" else ():
        for block in _closing(scopes, reference):
            credit = split(block.text)[1]
            if credit and not of_lead(block.text):
                found[block.index] = (reference, credit)
    if shown and shown[0].role == "lead":
        for block in layout.blocks:
            if credit := of_lead(block.text):
                found[block.index] = (shown[0], credit)
    if len({name_of(reference) for reference in shown}) == 1 and layout.story[1]:
        for block in _behind_story(scopes):
            if credit := of_photo(block.text):
                found[block.index] = (shown[0], credit)
    return found


def _behind_story(scopes: Scopes) -> list[TextBlock]:
    """The lines right behind the story, up to the next heading."""
    last = scopes.layout.story[1][-1]
    behind = scopes.layout.blocks_between(last.order + 1, sys.maxsize)[:_MOST_BEHIND]
    return list(itertools.takewhile(lambda block: block.role != "heading", behind))


def _closing(scopes: Scopes, reference: ImageReference) -> list[TextBlock]:
    """The credits that end the largest box of this picture alone, behind a story of its own."""
    layout = scopes.layout
    own = [box for box in layout.path(reference.box, _MOST_LEVELS) if box not in scopes.spine]
    own = [box for box in own if scopes.shows_but(box, reference)]
    held = layout.few_blocks_in(own[-1]) if own else []
    after = [block for block in held if block.order > reference.order]
    if not any(width(b.text) >= _PARAGRAPH_WIDTH and not scopes.is_caption_box(b.box) for b in after[:-1]):
        return []
    credits_ = []
    while after and len(after[-1].text) <= _LONGEST_CREDIT:
        if split(after[-1].text)[0] and not of_lead(after[-1].text):
            break
        credits_.append(after.pop())
    return credits_


def _unit(scopes: Scopes, unit: Unit, within: list[TextBlock]) -> Unit:
    """The unit as a line called a caption, with the credit that follows its element."""
    after = scopes.layout.blocks[within[-1].index + 1 :][:1]
    if after and unit.credit is None:
        unit = unit._replace(credit=units.credit_behind(scopes, after[0]))
    text = unit.text or within[0].text  # a credit alone is told from a caption by its words
    first = msgspec.structs.replace(within[0], text=text, role="caption")
    return unit._replace(block=first)
