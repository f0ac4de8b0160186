"""Turns text lines and image runs, as they follow one another, into the captions that stand between them.

This is how captions stand where no markup tells: in plain text with placeholders, in Markdown, and in
flat pages of centred paragraphs. Which side of a picture its caption stands on is a habit of the
article, so all runs vote on it before any is paired.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from auditor.captions import evidence
from auditor.captions.credits import split
from auditor.captions.words import width
from auditor.model import ImageReference, Relation, TextBlock

# Set on layouts of our own (tests/captions/test_lines.py), not on any corpus.
_BASE = 0.35
_WEIGHTS = {
    "cue": 0.45, "date-led": 0.35, "credited": 0.3, "numbered": 0.2, "set-apart": 0.2, "open-ended": 0.15,
    "long": -0.45, "sentences": -0.25, "heading": -0.5, "links": -0.4, "byline": -0.8, "short": -0.2,
    "bracketed": -0.2, "list-item": -0.3, "named": 0.65,
}  # fmt: skip
# In a page a caption mostly stands in the picture's own box: a line outside it must show more.
_PAGE_BASE = 0.15
# Markdown has no captions: what writers set in italics under a picture is one, above it an opening.
_ITALIC_BELOW = 0.8
# In a page a short line centred or in italics right below a picture is a caption even if it ends a sentence.
_SET_BELOW = 0.2
# Where picture and line take turns at least so often, a line is a caption even if nothing else says so.
_TURN, _FEWEST_TURNS = 0.3, 3
# Where most pictures have a line of so many columns below them, and at most one in six others is as short.
_LABEL, _LABEL_WIDTH, _MOST_LABELLED, _FEW_OTHERS = 0.7, 44, 0.6, 0.17
_QUOTES = "\"'“‘«„「『"
_NO_TURN = frozenset(("long", "sentences", "heading", "links", "byline", "list-item"))
_LEAD_WIDTH = 80  # columns: a line under the headline of a page
_ENOUGH = 0.5
_STRONG, _STRONG_CREDITED = 0.75, 0.6
_OTHER_SIDE = 0.6


class Run(NamedTuple):
    """Images with no text between them, and the text blocks before and after up to the next images.

    Both lists begin with the nearest block. `opens`: nothing of the story stood before.
    """

    images: tuple[ImageReference, ...]
    before: tuple[TextBlock, ...]
    after: tuple[TextBlock, ...]
    opens: bool


class Line(NamedTuple):
    """A text block as the caption of images (by reference index): from which side, and how likely."""

    block: TextBlock
    side: Relation
    score: float
    images: tuple[int, ...]


class _Told(NamedTuple):
    """The lines, by index, that their place in the whole article makes captions."""

    turns: frozenset[int]
    labels_below: frozenset[int]
    labels_above: frozenset[int]

    def raised(self, block: TextBlock, score: float, *, below: bool) -> float:
        """How likely a line is a caption, with what its place says."""
        if block.index in (self.labels_below if below else self.labels_above):
            score = max(score, _LABEL)
        return min(score + _TURN * (block.index in self.turns), 1.0)


def likeness(block: TextBlock, in_page: bool = False, below: bool = False) -> float:
    """How much a line reads like a caption, 0 to 1; `below` when it stands right below an image."""
    signs = evidence.signs(block)
    base = _PAGE_BASE if in_page else _BASE
    if in_page and below and len(block.emphasis.split()) > 1:  # nobody sets a paragraph so
        signs -= {"sentences"}
    if in_page and below and ("centred" in block.emphasis or is_slanted(block)) and "long" not in signs:
        base += _SET_BELOW
    if not in_page and "set-apart" in signs:
        signs -= {"set-apart"}
        base = _ITALIC_BELOW if below else _BASE
    return min(max(base + sum(_WEIGHTS[sign] for sign in sorted(signs)), 0.0), 1.0)


def is_slanted(block: TextBlock) -> bool:
    """Whether a line is in italics, and none of those that send a reader elsewhere."""
    return "em" in block.emphasis.split() and not block.link_share


def runs(
    references: Sequence[ImageReference], blocks: Sequence[TextBlock], in_page: bool = False
) -> list[Run]:
    """The images of an article in runs, in reading order.

    A run `opens` the article while nothing but headings (and in a page short lines) stood before it, and
    no caption between it and other images.
    """
    items: list[ImageReference | TextBlock] = sorted([*references, *blocks], key=lambda item: item.order)
    pictures: list[list[ImageReference]] = []
    texts: list[list[TextBlock]] = [[]]
    for item in items:
        if isinstance(item, TextBlock):
            texts[-1].append(item)
            continue
        if not pictures or texts[-1]:
            pictures.append([])
            texts.append([])
        pictures[-1].append(item)
    found: list[Run] = []
    opens = True
    for images, before, after in zip(pictures, texts[:-1], texts[1:], strict=True):
        opens = opens and all(
            b.role == "heading" or (in_page and width(b.text) < _LEAD_WIDTH) for b in before
        )
        opens = opens and not (found and any(likeness(b, in_page) >= _ENOUGH for b in before))
        found.append(Run(tuple(images), tuple(reversed(before)), tuple(after), opens))
    return found


def pair(found: Sequence[Run], in_page: bool = False) -> list[Line]:
    """The caption lines of the runs, likely ones and others. A line that is likely serves one run only.

    A run before any text takes only a line that tells by itself that it is a caption: a wrong caption
    under a lead image is worse than none. A line that is a credit and nothing else competes with none.
    """
    labels_below = _labels(found, "line-after")
    labels_above = frozenset[int]() if labels_below else _labels(found, "line-before")
    told = _Told(_taking_turns(found), labels_below, labels_above)
    above, below = (_votes(found, side, in_page, told) for side in ("line-before", "line-after"))
    habit: Relation = "line-before" if above > below else "line-after"
    taken: set[int] = set()
    lines: list[Line] = []
    for run, following in zip(found, [*found[1:], None], strict=True):
        if run.opens and following and habit == "line-before" and len(run.after) == 1:
            run = run._replace(after=())  # the one line between a lead image and the next run is the run's
        own = _in_order(run, in_page) or _nearest(run, habit, taken, in_page, told)
        taken |= {line.block.index for line in own if line.score >= _ENOUGH}
        lines += own
    return lines


def _taking_turns(found: Sequence[Run]) -> frozenset[int]:
    """The plain lines beside pictures, where pictures and lines take turns: each is a picture's caption."""
    alone = [run.after[0] for run, _ in itertools.pairwise(found) if len(run.after) == 1]
    if sum(map(_is_plain, alone)) < max(_FEWEST_TURNS, len(found) / 2):
        return frozenset()
    beside = (block for run in found for block in (*run.before[:1], *run.after[:1]))
    return frozenset(block.index for block in beside if _is_plain(block))


def _is_plain(block: TextBlock) -> bool:
    """Whether a line has the form of a caption: short, and no sentence, heading, link or byline."""
    signs = evidence.signs(block)
    return "open-ended" in signs and signs.isdisjoint(_NO_TURN)


def _labels(found: Sequence[Run], side: str) -> frozenset[int]:
    """The short lines right below (or above) pictures, where most have one and few other lines are as short.

    So papers set captions that end as sentences do, in paragraphs like those of the text.
    """
    below = side == "line-after"
    beside = [lines[0] for run in found if (lines := run.after if below else run.before)]
    labels = [block for block in beside if _is_label(block)]
    between = [run.after for run in found[:-1]]  # what follows the last may be no story
    others = [block for lines in between for block in (lines[1:] if below else lines[:-1])]
    if len(labels) < max(_FEWEST_TURNS, _MOST_LABELLED * len(found)):
        return frozenset()
    if sum(map(_is_label, others)) > _FEW_OTHERS * len(others):
        return frozenset()
    return frozenset(block.index for block in labels)


def _is_label(block: TextBlock) -> bool:
    """Whether a line is one short sentence or less, that nobody says."""
    said = block.text[:1] in _QUOTES or block.text[-1:] in "?？!！:："
    return not said and width(block.text) <= _LABEL_WIDTH and evidence.signs(block).isdisjoint(_NO_TURN)


def _nearest(run: Run, habit: Relation, taken: set[int], in_page: bool, told: _Told) -> list[Line]:
    """The line on either side; on the side against the habit it counts for less."""
    images = tuple(reference.index for reference in run.images)
    sides: tuple[tuple[Relation, tuple[TextBlock, ...]], ...] = (
        ("line-before", _near(run.before)), ("line-after", _near(run.after)),
    )  # fmt: skip
    lines = []
    for side, blocks in sides:
        for block in blocks:
            score = likeness(block, in_page, side == "line-after")
            if block.index in taken or (run.opens and not _is_of_lead(block, side, score)):
                continue
            score = told.raised(block, score, below=side == "line-after")
            score *= 1.0 if side == habit else _OTHER_SIDE
            lines.append(Line(block, side, round(score, 2), images))
    best = max((line.score for line in lines if not _is_credit(line.block)), default=0.0)
    return [
        line if line.score == best or _is_credit(line.block) else line._replace(score=min(line.score, 0.45))
        for line in lines
    ]


def _is_of_lead(block: TextBlock, side: Relation, score: float) -> bool:
    """Whether a line next to a picture before any text tells by itself that it is the picture's."""
    if side == "line-before":
        return False
    if _is_credit(block):  # named or with a cue: a byline may look like one that has neither
        return block.role == "caption" or split(block.text)[1] != block.text.strip()
    return score >= (_STRONG_CREDITED if "credited" in evidence.signs(block) else _STRONG)


def _near(blocks: tuple[TextBlock, ...]) -> tuple[TextBlock, ...]:
    """The nearest block, and where that is nothing but a credit the one that it may stand under too."""
    return blocks[:2] if blocks and _is_credit(blocks[0]) else blocks[:1]


def _is_credit(block: TextBlock) -> bool:
    return not split(block.text)[0]


def _in_order(run: Run, in_page: bool) -> list[Line]:
    """As many caption lines under (or above) a run as it has images: one each, in order."""
    count = len(run.images)
    if count < 2 or (run.opens and not run.after):
        return []
    sides: tuple[tuple[Relation, Sequence[TextBlock]], ...] = (
        ("line-after", _leading(run.after, in_page)),
        ("line-before", _leading(run.before, in_page)[::-1]),
    )
    for side, blocks in sides:
        if len(blocks) == count and not (run.opens and side == "line-before"):
            return [
                Line(block, side, round(likeness(block, in_page), 2), (reference.index,))
                for block, reference in zip(blocks, run.images, strict=True)
            ]
    return []


def _leading(blocks: tuple[TextBlock, ...], in_page: bool) -> tuple[TextBlock, ...]:
    """The blocks up to the first that reads like no caption."""
    for position, block in enumerate(blocks):
        if likeness(block, in_page) < _ENOUGH:
            return blocks[:position]
    return blocks


def _votes(found: Sequence[Run], side: str, in_page: bool, told: _Told) -> float:
    """How well the lines on one side of all runs read as captions; a shared line counts for each run."""
    votes = 0.0
    for run in found:
        for block in () if run.opens else _near(run.before if side == "line-before" else run.after):
            below = side == "line-after"
            score = told.raised(block, likeness(block, in_page, below), below=below)
            if score >= _ENOUGH and not _is_credit(block):
                even = likeness(block, in_page)  # as it would count on the other side
                votes += told.raised(block, even, below=below)
    return votes
