"""Turns an article and its used captions into the captions that lost their picture."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from auditor.captions import evidence, lines
from auditor.model import Article, Span, TextBlock

_LIKE_A_CAPTION = 0.8
_SCRIPTS = re.compile(r"java ?script", re.IGNORECASE)
# What a figure may show instead of an image; then its caption has lost nothing.
_SHOWN_OTHERWISE = frozenset(
    "iframe video audio object embed table pre code blockquote svg canvas math picture amp-video amp-iframe "
    "amp-youtube amp-twitter amp-instagram script noscript form".split()
)


class Stray(NamedTuple):
    """A caption without a picture, and why we think so."""

    block: TextBlock
    why: str


def find(article: Article, used: Collection[Span]) -> list[Stray]:
    """The caption-like texts that serve no image, in reading order.

    In pages: the caption of a figure that holds nothing to see. In lines of text: a line led by a
    caption cue, or by a date as the article's own captions are.
    """
    if len(article.boxes) > 1:
        return _empty_figures(article, used)
    dated = any("date-led" in evidence.signs(block) for block in article.blocks if block.span in used)
    beside = {block.index for block in _beside(article)}
    found = []
    for block in article.blocks:
        signs = evidence.signs(block)
        if block.span in used or block.index in beside or lines.likeness(block) < _LIKE_A_CAPTION:
            continue
        if "cue" in signs:
            found.append(Stray(block, "led by a caption's cue, and no image next to it"))
        elif "date-led" in signs and dated:
            found.append(
                Stray(block, "short and led by a date like the article's captions, and no image next to it")
            )
    return found


def _beside(article: Article) -> list[TextBlock]:
    """The lines next to images: what they say belongs to these, even where another line says it better."""
    runs = lines.runs([r for r in article.references if r.role in ("lead", "body")], article.blocks)
    return [block for run in runs for block in (*run.before[:1], *run.after[:1])]


def _empty_figures(article: Article, used: Collection[Span]) -> list[Stray]:
    figure_of = _nearest(article, "figure")
    unscripted = _nearest(article, "noscript")  # its picture may stand for the one that waits for a script
    full = {figure_of[reference.box] for reference in article.references}
    full |= {figure_of[box.index] for box in article.boxes if box.tag in _SHOWN_OTHERWISE}
    found: dict[int, Stray] = {}
    for block in article.blocks:
        figure = figure_of[block.box] if unscripted[block.box] is None else None
        if _SCRIPTS.search(block.text):  # what a player says until its script runs
            continue
        if block.role == "caption" and figure is not None and figure not in full and block.span not in used:
            found.setdefault(figure, Stray(block, "the caption of a figure in which there is no image"))
    return list(found.values())


def _nearest(article: Article, tag: str) -> list[int | None]:
    """For each box the innermost box of a tag that it is or lies in."""
    nearest: list[int | None] = []
    for box in article.boxes:
        around = nearest[box.parent] if box.parent >= 0 else None
        nearest.append(box.index if box.tag == tag else around)
    return nearest
