"""The first bytes of a picture to its format and size, inside a worker process: what --fast verifies.

Pillow reads headers alone when it opens a file, and copes with one that ends after them; but its WebP
and AVIF readers want the whole, so that these are asked for their size here.
"""

from __future__ import annotations

import contextlib
import io

from PIL import Image

from auditor import svg
from auditor.container import check_size
from auditor.containers import avif, png, webp
from auditor.model import Picture
from auditor.sniffing import MEDIA_TYPES

_ORIENTATION = 0x0112
_SIZES = {"avif": avif.size, "png": png.size, "webp": webp.size}


def read(name: str, body: bytes, max_pixels: int) -> Picture:
    """Format and size; the size is None where these bytes do not tell it.

    Raises `PictureError` for a size over the limit.
    """
    width, height = _size(name, body)
    if name != "svg" and width is not None and height is not None:
        check_size(width, height, min(max_pixels, webp.MAX_PIXELS) if name == "webp" else max_pixels)
    return Picture(name, MEDIA_TYPES[name], width, height)


def _size(name: str, body: bytes) -> tuple[int | None, int | None]:
    if name == "svg":
        return svg.beginning(body)
    if name in _SIZES:
        return _SIZES[name](body) or (None, None)
    try:
        image = Image.open(io.BytesIO(body), formats=[name.upper()])
    except Exception:  # the header goes on behind these bytes, or is none: which of the two nobody knows
        return None, None
    width, height = image.size
    turned = False
    if name == "jpeg":
        with contextlib.suppress(Exception):
            turned = image.getexif().get(_ORIENTATION, 1) >= 5
    return (height, width) if turned else (width, height)
