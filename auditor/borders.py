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
    width, height = gray.size
    steps = max(1, width // SIDE), max(1, height // SIDE)
    gray = gray.reduce(steps) if max(steps) > 1 else gray
    size = width / steps[0], height / steps[1]
    if not _has_edge(gray, *size):
        return None
    pixels = _scaled(gray, (SIDE, SIDE), (0, 0, *size))
    top, bottom = _depth(pixels), _depth(pixels[::-1])
    across = pixels[top : SIDE - bottom].T
    left, right = _depth(across), _depth(across[::-1])
    if max(left, top, right, bottom) < _THINNEST:
        return None
    return left, top, SIDE - right, SIDE - bottom


def _has_edge(gray: Image.Image, width: float, height: float) -> bool:
    """Whether one of the four outermost lines is flat: nearly always none is, and these cost little."""
    wide, high = width / SIDE, height / SIDE
    lines = (
        ((SIDE, 1), (0, 0, width, high)),
        ((SIDE, 1), (0, height - high, width, height)),
        ((1, SIDE), (0, 0, wide, height)),
        ((1, SIDE), (width - wide, 0, width, height)),
    )
    levels = b"".join(gray.resize(size, Image.Resampling.BOX, part).tobytes() for size, part in lines)
    edges = np.frombuffer(levels, np.uint8).reshape(-1, SIDE).astype(np.int16)
    return not _astray(edges, _middles(edges)).all()


def _scaled(
    gray: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float]
) -> npt.NDArray[Any]:
    return np.asarray(gray.resize(size, Image.Resampling.BOX, box=box)).astype(np.int16)


def _depth(lines: npt.NDArray[Any]) -> int:
    """How many of the first lines are border; 0 where the flat part goes too deep to be one."""
    lines = lines[: _DEEPEST + 1]
    return int(_astray(lines, _middles(lines[:1])).argmax())


def _middles(lines: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The middle grey of each line."""
    return np.sort(lines, axis=1)[:, lines.shape[1] // 2, None]


def _astray(lines: npt.NDArray[Any], middles: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which lines have too many pixels that differ from the middle grey."""
    stray: npt.NDArray[np.bool_] = (np.abs(lines - middles) > _TOLERANCE).mean(axis=1) > _STRAY_SHARE
    return stray
