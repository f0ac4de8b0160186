"""Turns a parsed page into its outline: boxes, text blocks, and where every element stands.

    outline = build(parser, position_of)

`position_of(node)` is asked once per text block, with the element that holds its first words (any
element may come: `p`, `span`, `td`, ...), and answers with the `Span` of that element or of the nearest
one around it that it knows. `outline.places[node.mem_id]` is `(box index, order)` for EVERY element of
the page, so that any kind of image reference finds its place; orders are unique, shared with the blocks,
and have gaps. References without an element (linked style sheets) keep box 0 and order 0.

This is the only part of caption pairing that knows HTML: from here on captions/ read boxes, blocks and
references alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.model import BlockRole, Box, Span, TextBlock, TextPart

# Elements whose text flows on inside the paragraph around them; everything else opens a box.
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark meter nobr output q rp rt "
    "ruby s samp slot small span strike strong sub sup time tt u var wbr label".split()
)
# Elements that stand in a text without being text; they end the run of words they stand in.
_VOID = frozenset("img picture source br hr input area embed track param amp-img image".split())
# Elements whose text no reader sees.
_UNSEEN = frozenset(
    "script style template head svg iframe object video audio canvas noscript select textarea title".split()
)
_ROLES: dict[str, BlockRole] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    **dict.fromkeys(("li", "dt", "dd"), "list-item"),
    **dict.fromkeys(("td", "th"), "table-cell"),
    "p": "paragraph", "blockquote": "quote", "pre": "code", "button": "other", "form": "other",
}  # fmt: skip
# Inside these a nested paragraph says no more than the element around it does.
_STICKY = frozenset({"caption", "list-item", "table-cell", "quote", "code", "heading"})
_CENTRE = frozenset(("centred",))
_NAMING = frozenset(("class", "id", "itemprop", "role"))
_EMPHASES = {
    **dict.fromkeys(("em", "i", "cite"), frozenset(("em",))),
    **dict.fromkeys(("strong", "b"), frozenset(("strong",))),
    **dict.fromkeys(("small", "sub", "sup"), frozenset(("small",))),
    "center": _CENTRE,
}
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_UNSHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_TEXT = 2  # lexbor's tag id of a text node


class Outline(NamedTuple):
    """The boxes and text blocks of a page, and `places`: mem_id of an element -> (box index, order)."""

    boxes: tuple[Box, ...]
    blocks: tuple[TextBlock, ...]
    places: dict[int, tuple[int, int]]


class _Open(NamedTuple):
    """An element whose end has not been reached."""

    node: LexborNode
    mem_id: int
    box: int
    opens_box: bool
    role: BlockRole
    seen: bool
    linked: bool
    hints: str
    emphasis: frozenset[str]


class _Run(NamedTuple):
    """A stretch of text under one set of inline elements."""

    text: str
    around: _Open
    order: int


def build(parser: LexborHTMLParser, position_of: Callable[[LexborNode], Span]) -> Outline:
    """The outline of a page, in one walk in document order; never recursive, never raises on odd markup."""
    return _Walk(position_of).over(parser)


class _Walk:
    """The state of one walk: what is open, and the words collected since the last block ended."""

    def __init__(self, position_of: Callable[[LexborNode], Span]) -> None:
        self.position_of = position_of
        self.boxes = [Box(0, -1, "html")]
        self.blocks: list[TextBlock] = []
        self.places: dict[int, tuple[int, int]] = {}
        self.runs: list[_Run] = []
        self.order = 0

    def over(self, parser: LexborHTMLParser) -> Outline:
        root = parser.root
        if root is None:
            return Outline(tuple(self.boxes), (), self.places)
        stack = [_Open(root, root.mem_id, 0, True, "other", True, False, "", frozenset())]
        self.places[root.mem_id] = (0, 0)
        for node in root.traverse(include_text=True):
            parent = node.parent
            if parent is None or node.mem_id == root.mem_id:
                continue
            self.order += 1
            parent_id = parent.mem_id
            around = stack[-1]
            while around.mem_id != parent_id and len(stack) > 1:
                if around.opens_box and self.runs:
                    self.flush()
                stack.pop()
                around = stack[-1]
            if node.tag_id == _TEXT:
                if around.seen and (text := node.text_content):
                    self.runs.append(_Run(text, around, self.order))
            elif node.is_element_node:
                stack.append(self.enter(node, around))
        self.flush()
        return Outline(tuple(self.boxes), tuple(self.blocks), self.places)

    def enter(self, node: LexborNode, around: _Open) -> _Open:
        """The element as an open one, its box (if it makes one) and its place noted."""
        mem_id = node.mem_id
        box = around.box
        if not around.seen:  # what lies in a drawing or a script has a place, and nothing to tell
            self.places[mem_id] = (box, self.order)
            return _Open(
                node, mem_id, box, False, around.role, False, around.linked, around.hints, around.emphasis
            )
        tag = node.tag or ""
        inline = tag in _INLINE
        if not inline and self.runs:
            self.flush()
        hints, unshown, centred = _told(node.attributes)
        if not inline and tag not in _VOID:
            box = len(self.boxes)
            self.boxes.append(Box(box, around.box, tag, hints))
        self.places[mem_id] = (box, self.order)
        emphasis = around.emphasis
        if centred or tag in _EMPHASES:
            emphasis = emphasis | _EMPHASES.get(tag, _CENTRE) | (_CENTRE if centred else emphasis)
        return _Open(
            node,
            mem_id,
            box,
            not inline,
            _role(tag, around.role),
            tag not in _UNSEEN and not unshown,
            around.linked or tag == "a",
            f"{around.hints} {tag} {hints}".strip() if inline else "",
            emphasis,
        )

    def flush(self) -> None:
        """Ends the current run of words and keeps it as a block, if it says anything."""
        runs, self.runs = self.runs, []
        while runs and runs[0].text.isspace():
            del runs[0]
        while runs and runs[-1].text.isspace():
            del runs[-1]
        if not runs:
            return
        text = " ".join("".join(run.text for run in runs).split())
        first = runs[0].around
        self.blocks.append(
            TextBlock(
                index=len(self.blocks),
                text=text,
                span=self.position_of(first.node),
                role=first.role,
                box=first.box,
                order=runs[0].order,
                link_share=_share([run for run in runs if run.around.linked], runs),
                emphasis=_shared_emphasis(runs),
                hints=first.hints if all(run.around.hints == first.hints for run in runs) else "",
                parts=_parts(runs),
            )
        )


def _told(attributes: dict[str, str | None]) -> tuple[str, bool, bool]:
    """What the attributes call an element, whether they hide it, and whether they centre its text."""
    hints = ""
    unshown = centred = False
    for name, value in attributes.items():
        if name in _NAMING:
            if value:
                hints += f" {value}"
        elif name == "style":
            unshown = unshown or bool(value and _UNSHOWN.search(value))
            centred = centred or bool(value and _CENTRED.search(value))
        elif name == "hidden":
            unshown = True
        elif name == "align":
            centred = centred or (value or "").lower() == "center"
    return " ".join(hints.lower().split()) if hints else "", unshown, centred


def _role(tag: str, around: BlockRole) -> BlockRole:
    own = _ROLES.get(tag)
    if around in _STICKY and own in (None, "paragraph"):
        return around
    if own is not None:
        return own
    return around if tag in _INLINE or tag in _VOID else "other"


def _share(some: list[_Run], runs: list[_Run]) -> float:
    """Share of the characters of `runs` that `some` of them hold, white space aside."""
    if len(some) in (0, len(runs)):
        return float(bool(some))
    total = sum(len(run.text.strip()) for run in runs)
    return sum(len(run.text.strip()) for run in some) / total if total else 0.0


def _shared_emphasis(runs: list[_Run]) -> str:
    if len(runs) == 1:
        return " ".join(sorted(runs[0].around.emphasis))
    kinds = sorted(set().union(*(run.around.emphasis for run in runs)))
    return " ".join(k for k in kinds if _share([r for r in runs if k in r.around.emphasis], runs) > 0.8)


def _parts(runs: list[_Run]) -> tuple[TextPart, ...]:
    """The block cut where its inline elements change; empty where there is nothing to tell apart."""
    if len(runs) == 1 or all(run.around.hints == runs[0].around.hints for run in runs):
        return ()
    parts: list[TextPart] = []
    for run in runs:
        if parts and parts[-1].hints == run.around.hints:
            parts[-1] = TextPart(parts[-1].text + run.text, run.around.hints)
        else:
            parts.append(TextPart(run.text, run.around.hints))
    return tuple(TextPart(_SPACE.sub(" ", part.text), part.hints) for part in parts)
