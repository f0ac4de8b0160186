"""Turns a lazy image and its twin inside `<noscript>` into one reference.

A page that loads lazily writes its picture twice: once for scripts, once for readers without them. The
twin stands beside the lazy image, so only neighbours in reading order are compared.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from auditor.dialects._html_found import Found
from auditor.markup.stubs import is_stub
from auditor.model import Candidate

_IMAGES = frozenset(("img", "amp-img", "amp-anim", "picture", "custom", "lazy", "lazy-background"))
_NEAR = 5  # levels up from the twin in which its lazy image must lie


def merged(found: list[Found]) -> list[Found]:
    """The references with every noscript twin folded into its lazy image, in the same order."""
    pictures = [one for one in found if one.kind in _IMAGES]
    gone: set[int] = set()
    for position, twin in enumerate(pictures):
        if "noscript" not in twin.attributes:
            continue
        beside = [pictures[at] for at in (position - 1, position + 1) if 0 <= at < len(pictures)]
        beside = [one for one in beside if "noscript" not in one.attributes and id(one) not in gone]
        lazy = next((one for one in beside if _shared(one, twin)), None) or next(
            (one for one in beside if _waits(one) and _near(one.node, twin.node)), None
        )
        if lazy is not None:
            _fold(twin, lazy)
            gone.add(id(twin))
    return [one for one in found if id(one) not in gone]


def _fold(twin: Found, lazy: Found) -> None:
    known = {candidate.url for candidate in lazy.candidates}
    lazy.candidates += tuple(
        Candidate(c.url, c.width_px, c.density, "noscript") for c in twin.candidates if c.url not in known
    )
    if not lazy.address.strip() or is_stub(lazy.address):
        if lazy.address.strip():
            lazy.attributes["stub"] = lazy.address.strip()
        lazy.address = twin.address
    lazy.attributes["twin"] = twin.address
    if not lazy.alt and twin.alt:
        lazy.alt = twin.alt
    for name, value in twin.attributes.items():
        if name != "noscript":
            lazy.attributes.setdefault(name, value)


def _waits(one: Found) -> bool:
    """Whether an image shows nothing of its own until a script runs."""
    return "stub" in one.attributes or not one.address.strip() or is_stub(one.address)


def _shared(one: Found, twin: Found) -> bool:
    """Whether two images have an address in common, sizes in the query aside."""
    return not _paths(one).isdisjoint(_paths(twin))


def _paths(one: Found) -> set[str]:
    addresses = [one.address, *(candidate.url for candidate in one.candidates)]
    return {re.sub(r"^(?:https?:)?//", "", a.strip().partition("?")[0]) for a in addresses if not is_stub(a)}


def _near(one: LexborNode | None, twin: LexborNode | None) -> bool:
    """Whether the lazy image lies within a few levels of the twin."""
    if one is None or twin is None:
        return False
    return not _ancestors(one).isdisjoint(_ancestors(twin))


def _ancestors(node: LexborNode) -> set[int]:
    found: set[int] = set()
    above = node.parent
    while above is not None and len(found) < _NEAR and above.tag not in ("body", "main", "article", "html"):
        found.add(above.mem_id)
        above = above.parent
    return found
