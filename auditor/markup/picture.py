"""Turns the sources of a `<picture>` and its `<img>` into the one candidate that a browser takes.

After the HTML standard, "Update the source set": the first source whose media applies, whose type is
an image type that we know, and whose srcset has a candidate; else the image's own srcset and src.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from auditor.markup import media, srcset
from auditor.model import Candidate

# What browsers of 2026 display, with the spellings in the wild.
_DISPLAYED = frozenset(
    "image/jpeg image/jpg image/pjpeg image/png image/x-png image/apng image/gif image/webp image/avif "
    "image/svg+xml image/bmp image/x-ms-bmp image/x-icon image/vnd.microsoft.icon".split()
)


class Source(NamedTuple):
    """One `<source>`: its candidates, and when it applies. None is an absent attribute."""

    candidates: tuple[Candidate, ...]
    sizes: str | None = None
    media: str | None = None
    type: str | None = None


def applies(source: Source, viewport_px: float = 1280, viewport_height_px: float | None = None) -> bool:
    """Whether a browser of that viewport would take this source, if it has a candidate."""
    if source.type is not None and not is_displayed(source.type):
        return False
    return source.media is None or media.matches(source.media, viewport_px, viewport_height_px)


def is_displayed(media_type: str) -> bool:
    """Whether a `type` attribute names an image type that browsers display; "" says nothing, so yes."""
    essence = media_type.partition(";")[0].strip("\t\n\f\r ").lower()
    return essence in _DISPLAYED or not media_type.strip("\t\n\f\r ")


def select(
    sources: Iterable[Source],
    image: Source,
    src: str | None,
    viewport_px: float = 1280,
    density: float = 1.0,
    viewport_height_px: float | None = None,
) -> Candidate | None:
    """The candidate taken; `image` is the `<img>`'s own srcset and sizes, `src` its fallback at 1x."""
    for source in sources:
        if source.candidates and applies(source, viewport_px, viewport_height_px):
            return srcset.select(source.candidates, viewport_px, density, source.sizes, viewport_height_px)
    own = list(image.candidates)
    # src joins as the 1x candidate unless the srcset speaks of widths or has a 1x of its own
    if src and not any(c.width_px is not None or c.density in (None, 1.0) for c in own):
        own.append(Candidate(src))
    return srcset.select(own, viewport_px, density, image.sizes, viewport_height_px)
