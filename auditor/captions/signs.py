"""Turns what an image's element and the words beside it say into signs for and against it."""

from __future__ import annotations

from typing import NamedTuple

from auditor.captions import attributes
from auditor.captions.words import is_advertisement, is_of_code, width
from auditor.markup.stubs import is_stub
from auditor.model import ImageReference, TextBlock

_SMALL_PX, LARGE_PX = 160, 600
_DESCRIBED_WIDTH = 25
_ODD_KINDS = frozenset(
    ("poster", "amp-video", "video", "object", "embed", "lazy", "lazy-background", "input", "svg-image")
)


class Seen(NamedTuple):
    """An image among what is around it.

    `where`: its place to the story; `wide`: its width in px, 0 where none is told; `held`: the words of its
    own box. `linked`: all of them link; `credited`: they say whose it is; `headed`: they head another story.
    """

    where: str
    framed: bool
    link: str | None
    wide: int
    held: list[TextBlock]
    captioned: bool
    linked: bool
    credited: bool
    headed: bool


def is_drawing(reference: ImageReference) -> bool:
    """Whether an address is that of a drawing, as icons are."""
    return (reference.url or "").partition("?")[0].lower().endswith(".svg")


def of_itself(reference: ImageReference, seen: Seen) -> dict[str, bool]:
    """Which of the signs are there that need no more of the page than the words of the image's own box."""
    said = [reference.alt or "", *(block.text for block in seen.held)]
    bare = not seen.captioned
    return {
        "captioned": seen.captioned,
        "links-abroad": seen.link == "abroad",
        "links-itself": seen.link == "itself",
        "headed": seen.headed,
        "odd-kind": reference.kind in _ODD_KINDS,
        "small": 0 < (seen.wide or attributes.addressed_width(reference)) < _SMALL_PX,
        "large": seen.wide >= LARGE_PX,
        "described": width(reference.alt or "") >= _DESCRIBED_WIDTH,
        "strip": bare and attributes.is_strip(reference),
        "portrait": bare and attributes.is_portrait(reference),
        "invites": seen.link == "abroad" and attributes.is_invitation(reference),
        "blank": is_stub(reference.address),
        "advertised": any(map(is_advertisement, said)) or (bare and attributes.is_advertising(reference)),
        "code": bare and (attributes.is_code(reference) or any(map(is_of_code, said))),
        "decoration": bare and attributes.is_decoration(reference),
        "drawing": is_drawing(reference),
    }
