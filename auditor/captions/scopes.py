"""Turns the place of an image into its scope: the largest box that holds this picture and no other story."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

from auditor.captions import identity
from auditor.captions.layout import WHOLE_TAGS, Layout
from auditor.captions.words import width
from auditor.markup.stubs import is_stub
from auditor.model import Box, ImageReference, TextBlock

# Kinds of reference that can show a picture of the story; icons, sheets and preloads never do.
PICTURE_KINDS = frozenset(
    "placeholder sequence markdown img amp-img amp-anim picture custom lazy lazy-background poster amp-video "
    "video object svg-image image input embed html noscript".split()
)
_SMALLEST_PX = 60
# The address of an icon: its folder, or how its name begins.
_ICON = re.compile(r"/(?:ico|icons?)/(?:[^/]+/){0,2}[^/]+$|/(?:ico|icon|btn)[_-][^/]+$", re.IGNORECASE)
_LONGEST_LONE_WIDTH = 420  # a caption may be as long as a paragraph, when it is the only one in its box
_PARAGRAPH_WIDTH = 80
_MOST_BLOCKS = 14
_MOST_SHOWN = 3
_FEW_NAMES = 8  # more than an image can have of its own
_MOST_LEVELS = 24
_BESIDE = 4  # levels up from a grey box in which its picture must lie
_TEASER_BLOCKS = 6
CAPTION_HINT = re.compile(
    r"caption(?![-_]?link)|legend|bildunterschrift|bildtext|bild-?text|cutline|subtitle-?image|leyenda|didascalia|billedtekst|"
    r"underskrift|bijschrift|onderschrift|bildetekst|kuvateksti|kepalairas|podpis|popisek|epigrafe|"
    r"(?:image|img|photo|foto|picture|figure|media|bild)[-_]*(?:text|desc|title|info)|"
    r"(?:^|[\s_-])(?:cap|bu|pie)(?:$|[\s_-])"
)


class _Held(NamedTuple):
    """What a box holds: text blocks, how many paragraphs among them, whether a heading."""

    blocks: int
    bulk: int
    heading: bool


class Scopes:
    """The scopes of all images of one article."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        in_page = layout.article.dialect == "html"
        shown = [r for r in layout.references if is_picture(r) and not (in_page and is_icon(r))]
        waiting = self._waiting(shown)
        self.pictures = [r for r in shown if r.index not in waiting]
        self.names = [name_of(reference) for reference in self.pictures]
        self._captions: dict[int, bool] = {}
        self._few: dict[int, frozenset[str]] = {}

    def _waiting(self, shown: list[ImageReference]) -> set[int]:
        """Grey boxes that stand beside the picture they wait for, as images of their own."""
        waiting = set()
        for at, reference in enumerate(shown):
            if not is_stub(reference.address):
                continue
            own = {box for box in self.layout.path(reference.box, _BESIDE) if self._is_apart(box)}
            beside = [shown[n] for n in (at - 1, at + 1) if 0 <= n < len(shown)]
            if any(
                not (is_stub(other.address) or own.isdisjoint(self.layout.path(other.box, _BESIDE)))
                for other in beside
            ):
                waiting.add(reference.index)
        return waiting

    def _is_apart(self, box: int) -> bool:
        """Whether a box is narrower than the story."""
        return self.layout.boxes[box].tag not in WHOLE_TAGS and box not in self.spine

    @cached_property
    def _stock(self) -> set[str]:
        """Pictures shown again and again (a grey box that waits, a play button): they stand for others."""
        return {name for name, count in Counter(self.names).items() if count > _MOST_SHOWN}

    @cached_property
    def _sums(self) -> tuple[list[int], list[int]]:
        """How many paragraphs and how many headings stand before each place in the layout's blocks."""
        counts = [0]
        before = ("", -1)  # a caption may be said again, in a box for other screens
        for block in self.layout.blocks:
            count = self._bulk(block)
            if count:
                text, around = before
                before = block.text, self.layout.parents[block.box]
                if text == before[0] and around != before[1]:
                    count = 0
            counts.append(count)
        headings = [0, *(block.role == "heading" for block in self.layout.blocks)]
        return list(accumulate(counts)), list(accumulate(headings))

    def _held(self, box: int) -> _Held:
        begin, end = self.layout.block_range(box)
        bulk, headings = self._sums
        return _Held(end - begin, bulk[end] - bulk[begin], headings[end] > headings[begin])

    def names_in(self, box: int) -> frozenset[str]:
        """The pictures that a box and all in it show, stock pictures aside; a few at the most."""
        known = self._few.get(box)
        if known is None:
            first, last = self.layout.extents[box]
            begin, end = bisect_left(self._orders, first), bisect_right(self._orders, last)
            names: set[str] = set()
            for at in range(begin, end):
                if self.names[at] not in self._stock:
                    names.add(self.names[at])
                    if len(names) == _FEW_NAMES:
                        break
            known = self._few[box] = frozenset(names)
        return known

    def _bulk(self, block: TextBlock) -> int:
        """How many paragraphs a block counts for; a caption by its markup counts for none."""
        if 2 * len(block.text) < _PARAGRAPH_WIDTH:
            return 0
        wide = width(block.text)
        if wide < _PARAGRAPH_WIDTH or block.role == "caption" or self.is_caption_box(block.box):
            return 0
        return 1 if wide <= _LONGEST_LONE_WIDTH else 2

    def is_caption_box(self, box: int) -> bool:
        """Whether a box, or one of the three around it, calls itself a caption and holds no picture."""
        known, parents = self._captions, self.layout.parents
        for _ in range(3):
            itself = known.get(box)
            if itself or (itself is None and self.is_caption_itself(self.layout.boxes[box])):
                return True
            if (box := parents[box]) < 0:
                break
        return False

    def is_caption_itself(self, box: Box) -> bool:
        """Whether a box is a caption element by its tag or by what it calls itself."""
        known = self._captions.get(box.index)
        if known is None:
            named = box.tag == "figcaption" or (box.hints and _names_caption(box.hints))
            known = self._captions[box.index] = bool(named) and not self.holds_picture(box)
        return known

    def holds_picture(self, box: Box) -> bool:
        """Whether a box holds an image that can show a picture."""
        first, last = self.layout.extents[box.index]
        at = bisect_left(self._orders, first)
        return at < len(self._orders) and self._orders[at] <= last

    @cached_property
    def _orders(self) -> list[int]:
        return [reference.order for reference in self.pictures]

    def of(self, reference: ImageReference) -> int | None:
        """The scope of an image, as the index of a box; None where even its own box holds more."""
        own = {name_of(reference), ""}
        if own & self._stock:
            own.update(self.names_in(reference.box))
        best = None
        for box in self.layout.path(reference.box, _MOST_LEVELS):
            tag = self.layout.boxes[box].tag  # an article apart from the story may hold but a picture
            if (tag in WHOLE_TAGS and tag != "article") or box in self.spine:
                break
            held = self._held(box)
            if held.bulk > 1 or held.blocks > _MOST_BLOCKS or held.heading:
                break
            if self.names_in(box) - own:
                break
            best = box
        return best

    def is_teaser(self, box: int) -> bool:
        """Whether a box holds a picture or two, a heading and little else."""
        held = self._held(box)
        return held.heading and held.blocks <= _TEASER_BLOCKS and len(self.names_in(box)) <= 2

    def shows_but(self, box: int, reference: ImageReference) -> bool:
        """Whether a box shows no other picture than that of a reference."""
        return not self.names_in(box) - {name_of(reference)}

    def tells(self, box: int) -> bool:
        """Whether a box holds more prose than a caption or a teaser has."""
        return self._held(box).bulk > 1

    @cached_property
    def spine(self) -> set[int]:
        """The boxes around the story's own."""
        return set(self.layout.path(self.layout.story[0]))


@lru_cache(maxsize=4096)
def _names_caption(hints: str) -> bool:
    return bool(CAPTION_HINT.search(hints))


def is_picture(reference: ImageReference) -> bool:
    """Whether a reference can show a picture of the story at all, by its kind and size."""
    if reference.role in ("metadata", "chrome"):
        return False
    named = reference.kind == "css" and bool(
        reference.attributes.get("role") == "img" or reference.attributes.get("aria-label")
    )  # a background that its author calls a picture
    shows = named or reference.kind in PICTURE_KINDS
    return shows and not is_tiny(reference)


def is_icon(reference: ImageReference) -> bool:
    """Whether an address is that of an icon of a page; in a text an author names what pictures he will."""
    return bool(_ICON.search((reference.url or "").partition("?")[0]))


def is_tiny(reference: ImageReference) -> bool:
    """Whether the markup itself says that the image is an icon or a tracker."""
    sizes = [_pixels(reference.attributes.get(name)) for name in ("width", "height")]
    known = [size for size in sizes if size is not None]
    if 0 in known and max(known) > _SMALLEST_PX:  # a side that a script will set
        return False
    return any(size < _SMALLEST_PX for size in known)


def name_of(reference: ImageReference) -> str:
    """The name of the picture that a reference shows."""
    return identity.name(reference.url or reference.address) or f"#{reference.index}"


def _pixels(text: str | None) -> int | None:
    match = re.fullmatch(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*", text or "")
    return int(match[1]) if match else None
