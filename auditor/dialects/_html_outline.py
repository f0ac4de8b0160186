"""Turns a parsed page into its outline: boxes, text blocks, and where every element stands.

    outline = build(page, visit, wanted)

One walk over the tree serves all that is read of a page. `visit` is called in document order for every
element whose tag is `wanted` or of a site's own making (`<lazy-image>`), or that has an attribute which may
ask for an image, with the element's place:
`(box index, order)`. Orders are unique, shared with the blocks, and have gaps.

This is the only part of caption pairing that knows HTML: from here on captions/ read boxes, blocks and
references alone.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec
from selectolax.lexbor import LexborNode

from auditor.dialects._html_cells import with_paragraphs
from auditor.dialects._html_frame import Attributes, Frame
from auditor.dialects._html_images import is_telling
from auditor.dialects._html_page import Page
from auditor.model import BlockRole, Box, TextBlock, TextPart

# Elements whose text flows on inside the paragraph around them; everything else opens a box.
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark meter nobr output q rp rt "
    "ruby s samp slot small span strike strong sub sup time tt u var wbr label".split()
)
# Elements that stand in a text without being text; they end the run of words they stand in.
_VOID = frozenset("img picture source br hr input area embed track param amp-img image".split())
# Those of them that hold nothing, and so are never around anything.
_EMPTY = frozenset("img source br hr input area embed track param".split())
# Elements whose text no reader sees.
_UNSEEN = frozenset(
    "script style template head svg iframe object video audio canvas noscript select textarea title".split()
)
# Elements that say something of what they hold besides what their attributes say.
_FRAMING = frozenset(("a", "noscript"))
_ROLES: dict[str, BlockRole] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    **dict.fromkeys(("li", "dt", "dd"), "list-item"),
    **dict.fromkeys(("td", "th"), "table-cell"),
    "p": "paragraph", "blockquote": "quote", "pre": "code", "button": "other", "form": "other",
}  # fmt: skip
# Inside these a nested paragraph says no more than the element around it does.
_STICKY = frozenset({"caption", "list-item", "table-cell", "quote", "code", "heading"})
_CENTRE, _LITTLE = frozenset(("centred",)), frozenset(("small",))
_EMPHASES = {
    **dict.fromkeys(("em", "i", "cite"), frozenset(("em",))),
    **dict.fromkeys(("strong", "b"), frozenset(("strong",))),
    **dict.fromkeys(("small", "sub", "sup"), _LITTLE),
    "center": _CENTRE,
}
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
# Smaller than what is around it: sizes in pixels are as often those of the whole text.
_SMALL = re.compile(
    r"font-size\s*:\s*(?:smaller|(?:xx?-)?small\b|0?\.[5-8]\d*r?em|[5-8]\d(?:\.\d+)?%)", re.IGNORECASE
)
# What editors and style sheets that many sites share call a centred paragraph.
_CALLED_CENTRED = re.compile(
    r"(?:^|\s)(?:(?:has-)?text-(?:align-)?center(?:ed)?|rtecenter|ql-align-center|align-?center)(?:\s|$)"
)
_UNSHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")  # of a name like relatedArticles
_TEXT, _FIRST_ELEMENT = 2, 6  # lexbor's tag ids: a text node's, and the lowest of an element

Place = tuple[int, int]


class Visited(msgspec.Struct, gc=False):
    """An element on the way.

    `offset` is None where it has no start tag; `telling`: an attribute of it may ask for an image.
    `context` is what the elements around it say of it (see `Frame`).
    """

    node: LexborNode
    tag: str
    attributes: Attributes
    offset: int | None
    telling: bool
    place: Place
    context: Mapping[str, str]


class Outline(NamedTuple):
    """The boxes and text blocks of a page."""

    boxes: tuple[Box, ...]
    blocks: tuple[TextBlock, ...]


class _Open(msgspec.Struct, gc=False):
    """An element whose end has not been reached; `offset` is where its start tag begins.

    `seen`: what is in it is text of the page at all; `shown`: and not hidden until something happens.
    """

    offset: int
    box: int
    opens_box: bool
    role: BlockRole
    seen: bool
    shown: bool
    linked: bool
    hints: str
    emphasis: frozenset[str]
    frame: Frame | None = None


class _Run(msgspec.Struct, gc=False):
    """A stretch of text under one set of inline elements."""

    text: str
    around: _Open
    order: int


class _Told(msgspec.Struct, frozen=True, gc=False):
    """What attributes say: a name, whether they hide the element, ask for images, how they set its text."""

    hints: str = ""
    unshown: bool = False
    telling: bool = False
    setting: frozenset[str] = frozenset()


_NOTHING_TOLD = _Told()
_NO_CONTEXT: Mapping[str, str] = {}
_NO_PARTS: tuple[TextPart, ...] = ()


def build(page: Page, visit: Callable[[Visited], None], wanted: Collection[str]) -> Outline:
    """The outline of a page, in one walk in document order; never recursive, never raises on odd markup."""
    walk = _Walk(page, visit, wanted)
    root = page.parser.root
    if root is not None:
        walk.over(root)
    return Outline(tuple(walk.boxes), tuple(with_paragraphs(walk.boxes, walk.blocks)))


class _Walk:
    """The state of one walk: what is open, and the words collected since the last block ended."""

    def __init__(self, page: Page, visit: Callable[[Visited], None], wanted: Collection[str]) -> None:
        self.page = page
        self.stamp = page.stamp
        self.visit = visit
        self.wanted = wanted
        self.boxes = [Box(0, -1, "html")]
        self.blocks: list[TextBlock] = []
        self.runs: list[_Run] = []

    def over(self, root: LexborNode) -> None:
        """Walks over all in `root`; `above` holds the elements that are open, each with what is around it."""
        attributes, offset = self.page.attributes(root)
        self.visit(Visited(root, root.tag or "", attributes, offset, False, (0, 0), {}))
        cut, stamp = self.page.cut, self.stamp
        above: list[tuple[LexborNode, _Open]] = []
        order = 0
        around = _Open(offset or 0, 0, True, "other", True, True, False, "", frozenset())
        node = root.child
        while node is not None or above:
            if node is None:
                if self.runs and around.opens_box:
                    self.flush()
                node, around = above.pop()
                node = node.next
                continue
            order += 1
            kind = node.tag_id
            if kind == _TEXT:
                told = around.shown and around.seen
                if told and (text := node.text_content) and (self.runs or not text.isspace()):
                    self.runs.append(_Run(cut(text) if stamp in text else text, around, order))
            elif kind >= _FIRST_ELEMENT:
                own = self.enter(node, around, order)
                if (child := node.child) is not None:
                    above.append((node, around))
                    node, around = child, own
                    continue
            node = node.next
        self.flush()

    def enter(self, node: LexborNode, around: _Open, order: int) -> _Open:
        """The element as an open one, visited, and its box noted if it makes one."""
        tag = node.tag or ""
        attributes = node.attributes
        stamp = attributes.pop(self.stamp, None)
        offset = int(stamp) if stamp else None
        told = _told(attributes) if attributes else _NOTHING_TOLD
        own = around  # what lies in a drawing or a script has a place, and nothing to tell
        if around.seen:
            if tag not in _EMPTY:
                own = self.opened(tag, around, told, around.offset if offset is None else offset)
            elif self.runs:
                self.flush()
        if told.telling or tag in self.wanted or ("-" in tag and attributes):
            context = around.frame.context() if around.frame else _NO_CONTEXT
            self.visit(Visited(node, tag, attributes, offset, told.telling, (own.box, order), context))
        if told.unshown or tag in _FRAMING or "aria-hidden" in attributes:
            if own is around:
                own = copy.copy(around)
            elif tag == "noscript" and node.css_first("figcaption") is not None:
                own.seen = True  # pictures for readers without scripts, with the captions that all read
            link = attributes.get("href") or None if tag == "a" else None
            if link and "<" in link:  # holds a stamp, or ends where one fell into it
                link = self.page.element(node, attributes, offset).attributes.get("href", "")
            own.frame = Frame(around.frame, tag, attributes, link, told.unshown)
        return own

    def opened(self, tag: str, around: _Open, told: _Told, offset: int) -> _Open:
        """A seen element as an open one; its box is made, and a block ends where it does not flow on."""
        inline = tag in _INLINE
        box = around.box
        hints = self.page.cut(told.hints) if "<" in told.hints else told.hints
        if not inline:
            if self.runs:
                self.flush()
            if tag not in _VOID:
                box = len(self.boxes)
                self.boxes.append(Box(box, around.box, tag, hints))
        emphasis = around.emphasis
        if told.setting or tag in _EMPHASES:
            emphasis = emphasis | told.setting | _EMPHASES.get(tag, emphasis)
        if tag == "p" and _CALLED_CENTRED.search(hints):
            emphasis = emphasis | _CENTRE
        return _Open(
            offset,
            box,
            not inline,
            _role(tag, around.role),
            tag not in _UNSEEN,
            # a caption that waits to be unfolded, or to slide in with its picture, is one all the same
            (around.shown and not told.unshown) or tag == "figcaption" or "caption" in hints,
            around.linked or tag == "a",
            _within(around.hints, tag, hints) if inline else "",
            emphasis,
            around.frame,
        )

    def flush(self) -> None:
        """Ends the current run of words, which begins with some, and keeps it as a block."""
        runs, self.runs = self.runs, []
        while runs and runs[-1].text.isspace():
            del runs[-1]
        if not runs:
            return
        first = runs[0].around
        text, parts = runs[0].text, _NO_PARTS
        if len(runs) == 1:  # most are
            linked, emphasis = float(first.linked), _words(first.emphasis)
        else:
            text, parts = "".join([run.text for run in runs]), _parts(runs)
            linked = _share([run for run in runs if run.around.linked], runs)
            emphasis = _shared_emphasis(runs)
        self.blocks.append(
            TextBlock(
                len(self.blocks),
                " ".join(text.split()),
                self.page.lines.span(first.offset),
                first.role,
                first.box,
                runs[0].order,
                linked,
                emphasis,
                "" if parts else first.hints,
                parts,
            )
        )


def _told(attributes: Attributes) -> _Told:
    if len(attributes) == 1 and "class" in attributes:  # every other element
        return _named(attributes["class"] or "")
    names = []
    unshown = telling = False
    setting: frozenset[str] = frozenset()
    for name, value in attributes.items():
        kind = _KINDS[name]
        if not kind:
            continue
        if kind == "telling":
            telling = True
        elif kind == "naming":
            if value:
                names.append(value)
        elif kind == "hidden":
            unshown = True
        elif kind == "align":
            setting |= _CENTRE if (value or "").lower() == "center" else setting
        elif value:
            telling = telling or "(" in value
            unshown = unshown or bool(_UNSHOWN.search(value))
            setting |= _CENTRE if _CENTRED.search(value) else setting
            setting |= _LITTLE if _SMALL.search(value) else setting
    if not (unshown or setting or telling):
        return _named(names[0] if len(names) == 1 else " ".join(names)) if names else _NOTHING_TOLD
    return _Told(_folded(" ".join(names)), unshown, telling, setting)


@lru_cache(maxsize=4096)
def _named(names: str) -> _Told:
    return _Told(_folded(names))


def _folded(names: str) -> str:
    if not names.islower():
        names = _HUMP.sub("-", names).lower()
    return " ".join(names.split())


class _Kinds(dict[str, str]):
    """What an attribute of that name may say of its element; "" for nothing."""

    def __missing__(self, name: str) -> str:
        kind = "telling" if is_telling(name) else ""
        if len(self) < _MOST_NAMES:
            self[name] = kind
        return kind


# Where classes are made up by machine, these say what an element is, for tests and scripts.
_NAMING = ("data-testid", "data-test-id", "data-test", "data-qa", "data-component", "data-module")
_MOST_NAMES = 4096  # a page may make up as many as it likes
_KINDS = _Kinds(
    {**dict.fromkeys(("class", "id", "itemprop", "role", *_NAMING), "naming"), "style": "style",
     "hidden": "hidden", "align": "align"}
)  # fmt: skip


def _within(around: str, tag: str, hints: str) -> str:
    """The hints of an inline element behind those of the inline elements around it."""
    return f"{around} {tag} {hints}".strip() if len(around) < _MOST_HINTS else around


_MOST_HINTS = 4096  # characters; else a page of elements in elements would hold the square of its size


@lru_cache(maxsize=1024)
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


@lru_cache(maxsize=64)
def _words(emphasis: frozenset[str]) -> str:
    return " ".join(sorted(emphasis))


def _shared_emphasis(runs: list[_Run]) -> str:
    told = {run.around.emphasis for run in runs}
    if len(told) == 1:
        return _words(told.pop())
    kinds = sorted(frozenset().union(*told))
    return " ".join(k for k in kinds if _share([r for r in runs if k in r.around.emphasis], runs) > 0.8)


def _parts(runs: list[_Run]) -> tuple[TextPart, ...]:
    """The block cut where its inline elements change; empty where there is nothing to tell apart.

    Two spans of one name that touch are two: style sheets set a caption and its credit on lines of their own.
    """
    if all(run.around is runs[0].around for run in runs):
        return ()
    parts: list[TextPart] = []
    last = runs[0].around
    for run in runs:
        hints = run.around.hints
        if (
            parts
            and parts[-1].hints == hints
            and (run.around is last or not _touch(parts[-1].text, run.text))
        ):
            parts[-1] = TextPart(parts[-1].text + run.text, hints)
        else:
            parts.append(TextPart(run.text, hints))
        last = run.around
    return tuple(TextPart(_SPACE.sub(" ", part.text), part.hints) for part in parts) if len(parts) > 1 else ()


def _touch(before: str, after: str) -> bool:
    return before[-1:].isalnum() and after[:1].isalnum()
