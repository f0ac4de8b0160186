"""Turns the text of a `sizes` attribute into the width in CSS pixels that an image is laid out at.

After the HTML standard, "Parse a sizes attribute":
https://html.spec.whatwg.org/multipage/images.html#parsing-a-sizes-attribute
"""

from __future__ import annotations

from functools import lru_cache

from auditor.markup import lengths, media
from auditor.markup._css_tokens import split, tokens, trimmed


@lru_cache(maxsize=1024)  # a page says the same `sizes` at each of its images
def source_size(sizes: str | None, viewport_px: float, viewport_height_px: float | None = None) -> float:
    """The source size in CSS pixels; 100vw where nothing in `sizes` is valid or applies."""
    view = media.viewport(viewport_px, viewport_height_px)
    for entry in split(tokens(sizes or ""), ","):
        if not entry:
            continue
        width_px = lengths.length(entry[-1], view)
        if width_px is None or (entry[-1].kind == "number" and width_px < 0):
            continue
        before = trimmed(entry[:-1])
        if not before or media.condition(before, view):
            return max(0.0, width_px)
    return viewport_px
