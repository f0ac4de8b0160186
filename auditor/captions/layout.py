"""Turns an article into its layout: what each box holds, which part is the story, and what frames it."""

from __future__ import annotations

import copy
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from operator import attrgetter
from typing import ClassVar

from auditor.captions import frames
from auditor.captions.words import width
from auditor.model import Article, Box, ImageReference, TextBlock

_FRAME_TAGS = frozenset("nav footer aside form button dialog menu".split())
_WORD = re.compile(r"[^\W_]{2,}")
WHOLE_TAGS = frozenset(("html", "body", "main", "article"))
_FEW = 40  # blocks: more are looked at once for all boxes, not for each
_PARAGRAPH_WIDTH = 80
_STORY_ROLES = frozenset(("paragraph", "other", "quote"))
_DECAY = 0.6
_FRAMED_WEIGHT = 0.3
_HEADING_SHARE = 0.5
_TITLE_SHARE = 0.6  # of the words of both; a title also names its site
_LONGEST_TITLE = 300
_order = attrgetter("order")


class Layout:
    """What stands where in one article. Orders are those of blocks and references.

    Boxes stand in document order, so what lies in box `b` are the boxes from `b` up to `ends[b]`.
    """

    _last: ClassVar[Layout | None] = None

    def __init__(self, article: Article) -> None:
        self.article = article
        self.boxes = article.boxes
        self.parents = [box.parent for box in article.boxes]
        self.blocks = sorted(article.blocks, key=_order)
        self.references = sorted(article.references, key=_order)
        self._block_orders = [block.order for block in self.blocks]
        self._reference_orders = [reference.order for reference in self.references]

    @classmethod
    def of(cls, article: Article, *, keep: bool) -> Layout:
        """The layout of an article, made anew or of the last one that was to be kept.

        That of the same article serves when its images have their roles: where things stand is as before.
        """
        last, cls._last = cls._last, None
        if last is None or not last._is_of(article):
            layout = cls(article)
        else:
            layout = copy.copy(last)
            layout.article = article
            layout.references = sorted(article.references, key=_order)
        if keep:
            cls._last = layout
        return layout

    def _is_of(self, article: Article) -> bool:
        """Whether an article has the same boxes, blocks and title, and references in the same places."""
        own = self.article
        return (
            own.blocks is article.blocks
            and own.boxes is article.boxes
            and own.title == article.title
            and len(own.references) == len(article.references)
            and all(
                a is b or (a.order == b.order and (a.role == "metadata") == (b.role == "metadata"))
                for a, b in zip(own.references, article.references, strict=True)
            )
        )

    def around(self, box: int) -> Iterator[Box]:
        """The box and all around it, innermost first."""
        while box >= 0:
            yield self.boxes[box]
            box = self.parents[box]

    def path(self, box: int, most: int = sys.maxsize) -> list[int]:
        """The same as indexes, `most` of them at the most."""
        parents = self.parents
        path: list[int] = []
        while box >= 0 and len(path) < most:
            path.append(box)
            box = parents[box]
        return path

    @cached_property
    def ends(self) -> list[int]:
        """For each box the index of the first box behind it and all in it."""
        ends = list(range(1, len(self.boxes) + 1))
        for box in range(len(ends) - 1, 0, -1):
            parent = self.parents[box]
            if ends[box] > ends[parent]:
                ends[parent] = ends[box]
        return ends

    def children(self, box: int) -> list[int]:
        """The boxes right in a box, in document order."""
        children = []
        child = box + 1
        while child < self.ends[box]:
            children.append(child)
            child = self.ends[child]
        return children

    @cached_property
    def extents(self) -> list[tuple[int, int]]:
        """First and last order of what each box holds; (1, 0) for a box that holds nothing."""
        items = [(r.order, r.box) for r in self.references if r.role != "metadata"]
        items = sorted(items + [(block.order, block.box) for block in self.blocks])
        first, last = self._reached(items), self._reached(reversed(items))
        return [(1, 0) if a is None or b is None else (a, b) for a, b in zip(first, last, strict=True)]

    def _reached(self, items: Iterable[tuple[int, int]]) -> list[int | None]:
        """For each box the first of the items that lies in it."""
        parents = self.parents
        reached: list[int | None] = [None] * len(parents)
        for order, box in items:
            while box >= 0 and reached[box] is None:
                reached[box] = order
                box = parents[box]
        return reached

    def block_range(self, box: int) -> tuple[int, int]:
        """Where in `blocks` those of a box and all in it begin and end."""
        first, last = self.extents[box]
        return bisect_left(self._block_orders, first), bisect_right(self._block_orders, last)

    def blocks_in(self, box: int) -> list[TextBlock]:
        """The blocks of a box and all in it, in reading order."""
        begin, end = self.block_range(box)
        return self.blocks[begin:end]

    def few_blocks_in(self, box: int) -> list[TextBlock]:
        """The same, of a box that holds no more than a picture with its words may; else none."""
        begin, end = self.block_range(box)
        return self.blocks[begin:end] if end - begin <= _FEW else []

    def blocks_between(self, first: int, last: int) -> list[TextBlock]:
        """The blocks from one order to another, both included."""
        return self.blocks[bisect_left(self._block_orders, first) : bisect_right(self._block_orders, last)]

    def references_in(self, box: int) -> list[ImageReference]:
        """The references of a box and all in it, in reading order."""
        first, last = self.extents[box]
        orders = self._reference_orders
        return self.references[bisect_left(orders, first) : bisect_right(orders, last)]

    @cached_property
    def _frames(self) -> list[int]:
        """The boxes that call themselves, or are by their tag, something that is no part of a story."""
        return [
            box.index
            for box in self.boxes
            if (self._is_frame_tag(box) and not self._is_set_aside(box))
            or (box.hints and frames.names_frame(box.hints) and not self._is_of_story(box))
        ]

    def inside(self, chosen: Collection[int]) -> list[bool]:
        """Which boxes are, or lie in, one of the chosen."""
        inside = [False] * len(self.boxes)
        for box in chosen:
            if not inside[box]:
                end = self.ends[box]
                inside[box:end] = [True] * (end - box)
        return inside

    @cached_property
    def framed(self) -> list[bool]:
        """Which boxes are no part of the story: frames that hold neither it nor its headline."""
        held = set(self.path(self.story[0]))
        if self.headline is not None:
            held.update(self.path(self.headline.box))
        return self.inside([box for box in self._frames if box not in held])

    def _is_of_story(self, box: Box) -> bool:
        """Whether a box is part of the story, whatever words its name is made of.

        A figure with a caption of its own is a picture, and what links nowhere is no teaser.
        """
        if box.tag in WHOLE_TAGS:
            return True
        if box.tag == "figure":
            held = self.few_blocks_in(box.index)
            return any(block.role == "caption" and block.link_share < 0.5 for block in held)
        return frames.names_shape(box.hints) and self._links_nowhere(box.index)

    def _links_nowhere(self, box: int) -> bool:
        begin, end = self.block_range(box)
        if end - begin > _FEW or any(block.link_share for block in self.blocks[begin:end]):
            return False
        return not any("link" in reference.attributes for reference in self.references_in(box)[:_FEW])

    def _is_frame_tag(self, box: Box) -> bool:
        """Whether a box frames the story by its tag; a form around a whole page (ASP.NET) does not."""
        begin, end = self.block_range(box.index) if box.tag == "form" else (0, 0)
        return box.tag in _FRAME_TAGS and 2 * (end - begin) <= len(self.blocks)

    def _is_set_aside(self, box: Box) -> bool:
        """An aside with a line or two is a picture set to the side, not a sidebar."""
        return box.tag == "aside" and len(self.blocks_in(box.index)) <= 2

    @cached_property
    def _story(self) -> tuple[int, list[TextBlock], list[int]]:
        """The box that holds most of the body text, its paragraphs in reading order, and all its boxes."""
        apart = self.inside([box.index for box in self.boxes if self._is_frame_tag(box)])
        paragraphs = [block for block in self.blocks if not apart[block.box] and _is_paragraph(block)]
        scores: dict[int, float] = {}
        framed = self.inside(self._frames)
        parents = self.parents
        for block in paragraphs:
            weight = float(width(block.text)) * (_FRAMED_WEIGHT if framed[block.box] else 1.0)
            box = self._around_paragraph(block.box)
            while box >= 0:
                scores[box] = scores.get(box, 0.0) + weight
                weight *= _DECAY
                box = parents[box]
        best = max(scores, key=lambda box: (scores[box], box), default=0)
        parts = self._made_like(best)
        best = max(parts, key=lambda box: (scores.get(box, 0.0), box))
        extents = [self.extents[box] for box in parts]
        told = [block for block in paragraphs if any(a <= block.order <= b for a, b in extents)]
        return best, told, parts

    @cached_property
    def story(self) -> tuple[int, list[TextBlock]]:
        """The box that holds the body text, and its paragraphs in reading order."""
        return self._story[:2]

    @cached_property
    def story_boxes(self) -> set[int]:
        """The boxes that the story stands in: that one and those made like it."""
        return set(self._story[2])

    def _around_paragraph(self, box: int) -> int:
        """The box that a paragraph stands in: not the one that holds nothing but it."""
        begin, end = self.block_range(box)
        return self.parents[box] if end - begin == 1 and self.parents[box] > 0 else box

    def _made_like(self, best: int) -> list[int]:
        """A box and those made like it: a story cut up by its publisher.

        But where the headline and some of them lie in one <article>, the others are other stories, which
        pages go on with as long as one reads.
        """
        box = self.boxes[best]
        if not box.hints:
            return [best]
        alike = [b.index for b in self.boxes if b.tag == box.tag and b.hints == box.hints]
        around = self.around(self.headline.box) if self.headline is not None else iter(())
        home = next((b.index for b in around if b.tag == "article"), None)
        own = [b for b in alike if home is not None and home <= b < self.ends[home]]
        return own or alike

    @cached_property
    def headline(self) -> TextBlock | None:
        """The heading that says what the article's title says; else a line that says the same."""
        title = _words(self.article.title or "")
        first_rank = self.inside([box.index for box in self.boxes if box.tag == "h1"])
        best, share, most = None, 0.0, 0.0
        for block in self.blocks:
            if block.role != "heading":
                continue
            words = _words(block.text)
            common = len(words & title) / max(len(words), len(title), 1)
            weight = common + (0.3 if first_rank[block.box] else 0.0)
            if weight > most + 0.05:
                best, share, most = block, common, weight
        return best if share > _HEADING_SHARE or not title else self._title_line(title) or best

    def is_headline(self, block: TextBlock) -> bool:
        """Whether a block is the headline, or a heading that says it again."""
        headline = self.headline
        return headline is not None and (
            block is headline or (block.role == "heading" and block.text == headline.text)
        )

    def _title_line(self, title: set[str]) -> TextBlock | None:
        """The first line of no other words than those of the title, and most of them; no link."""
        for block in self.blocks:
            if block.role in _STORY_ROLES and block.link_share < 0.5 and len(block.text) <= _LONGEST_TITLE:
                words = _words(block.text)
                if len(words & title) > _TITLE_SHARE * max(len(words), len(title)):
                    return block
        return None


def _is_paragraph(block: TextBlock) -> bool:
    return block.role in _STORY_ROLES and block.link_share < 0.4 and width(block.text) >= _PARAGRAPH_WIDTH


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
