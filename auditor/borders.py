"""A picture to the box of its content, inside letterbox bars or a flat border."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

SIDE = 256

_TOLERANCE = 14  # grey levels: the noise of JPEG beside a sharp edge
_STRAY_SHARE = 0.02  # of the pixels of a line that may differ (specks, rounded corners)
_THINNEST = 2  # of 256: thinner ones do not turn bits
_DEEPEST = 96  # of 256: what is flat further in is the picture itself


def content(gray: Image.Image) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of the content in 1/256 of the sides; None where there is no border.

    A smooth sky is trimmed too, in all copies of a picture alike: compare what is inside and the
    whole as well.
    """
    pixels = np.asarray(gray.resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=1.0)).astype(np.int16)
    top, bottom = _depth(pixels), _depth(pixels[::-1])
    across = pixels[top : SIDE - bottom].T
    left, right = _depth(across), _depth(across[::-1])
    if max(left, top, right, bottom) < _THINNEST:
        return None
    return left, top, SIDE - right, SIDE - bottom


def _depth(lines: npt.NDArray[Any]) -> int:
    """How many of the first lines are border; 0 where the flat part goes too deep to be one."""
    lines = lines[: _DEEPEST + 1]
    stray = (np.abs(lines - np.sort(lines[0])[lines.shape[1] // 2]) > _TOLERANCE).mean(axis=1) > _STRAY_SHARE
    return int(stray.argmax())
