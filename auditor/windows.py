"""A thumb to the hashes of many parts of it, so that a crop is found by the hash of the whole crop.

Cropping, antialiased resizing and the cosine transform are linear: for a window of a picture they
make one matrix for its rows and one for its columns. The matrices of a family are made once and
stacked; what the rows' matrix gives serves all windows with these rows.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from auditor.fingerprint import THUMB, dct_matrix
from auditor.hamming import Words

Family = Literal["light", "dense"]
Interval = tuple[float, float]
Floats = npt.NDArray[np.float32]


class Window(NamedTuple):
    """A part of a picture; sides as shares of the height and of the width, 0 to 1."""

    top: float
    bottom: float
    left: float
    right: float

    @property
    def area(self) -> float:
        """The share of the picture that it covers."""
        return (self.bottom - self.top) * (self.right - self.left)


WHOLE = Window(0.0, 1.0, 0.0, 1.0)
_ALL = 0.05  # of a side: as far as a place may be off whose content was fitted


def around(place: Window, inside: Window) -> Window:
    """Where a picture lies in another in which its part `inside` lies at `place`; may reach beyond it."""
    high = (place.bottom - place.top) / (inside.bottom - inside.top)
    wide = (place.right - place.left) / (inside.right - inside.left)
    top, left = place.top - inside.top * high, place.left - inside.left * wide
    return Window(top, top + high, left, left + wide)


def is_all(window: Window) -> bool:
    """Whether a part is the whole, near enough."""
    return all(abs(one - other) <= _ALL for one, other in zip(window, WHOLE, strict=True))


# A window may miss the crop by 1.25 % of both its sides in place, or 4 % in size, before 64 bits
# differ: places stand 2.5 % of the picture apart, sizes 4 %. Where one side is whole, twice that of
# the other will do.
_STEP = 0.025
_SIZES: dict[Family, tuple[float, ...]] = {
    "light": (0.95, 0.90),
    "dense": (0.96, 0.92, 0.88, 0.84, 0.80, 0.76),
}
_STRIPS: dict[Family, tuple[float, ...]] = {  # shares of one side, the other one whole
    "light": (),
    "dense": (0.95, 0.90, 0.86, 0.81, 0.77, 0.73, 0.70, 0.66),
}
_SHAPES: dict[Family, tuple[float, ...]] = {  # that pictures are cut to, however much is lost
    "light": (16 / 9, 3 / 2, 4 / 3, 1.0, 4 / 5),
    "dense": (2.0, 16 / 9, 3 / 2, 4 / 3, 1.0, 4 / 5, 3 / 4, 2 / 3),
}
_PLACES: dict[Family, tuple[float, ...]] = {
    "light": (0.0, 0.5, 1.0),
    "dense": (0.0, 0.25, 0.5, 0.75, 1.0),
}


class Grid(NamedTuple):
    """Windows that are all combinations of some rows with some columns, with stacked operators."""

    rows: tuple[Interval, ...]
    columns: tuple[Interval, ...]
    down: Floats  # shape (rows, 1, 16, 64)
    across: Floats  # shape (columns, 64, 16)

    def windows(self) -> list[Window]:
        """The windows in the order of the hashes."""
        return [Window(*rows, *columns) for rows in self.rows for columns in self.columns]


def hashes(thumb: bytes, shape: float, family: Family, part: Window = WHOLE) -> tuple[Words, list[Window]]:
    """Hashes of all windows of the family, shape (n, 4), and the windows.

    `shape` is width to height of the picture. `part` is what the family divides (the content inside
    a border); the windows are of the whole picture all the same.
    """
    pixels = _pixels(thumb)
    grids, cuts = _family(family, round(math.log(shape) * 50), _rounded(part))
    return np.concatenate([_hashes(grid, pixels) for grid in grids]), cuts


def fit(thumb: bytes, window: Window, target: Words) -> tuple[Window, int]:
    """The window near the given one whose hash is nearest to the target (shape (4,)), and the bits.

    240 crops of photographs came to 14 bits or fewer; of 51,040 pairs of different photographs the 95
    nearest stayed at 74 or more (November 2026).
    """
    pixels = _pixels(thumb)
    best = 257
    for step in (0.016, 0.008, 0.004):
        for upright in (True, False):
            rows, columns = ((window.top, window.bottom),), ((window.left, window.right),)
            grid = (
                _grid(_around(*rows[0], step), columns)
                if upright
                else _grid(rows, _around(*columns[0], step))
            )
            bits = np.bitwise_count(_hashes(grid, pixels) ^ target).sum(axis=1)
            nearest = int(bits.argmin())
            if bits[nearest] <= best:
                best, window = int(bits[nearest]), grid.windows()[nearest]
    return window, best


def cut(thumb: bytes, window: Window) -> Floats:
    """The pixels of a window, resized to 64 x 64."""
    return cut_from(_pixels(thumb), window)


def cut_from(pixels: npt.NDArray[Any], window: Window) -> Floats:
    """The part of squares of samples, shape (..., n, n), that is the window; in as many samples."""
    sides = (window.top, window.bottom), (window.left, window.right)
    down, across = _resizes(sides, pixels.shape[-1])
    part: Floats = (down @ pixels @ across.T).astype(np.float32)
    return part


def _pixels(thumb: bytes) -> Floats:
    return np.frombuffer(thumb, np.uint8).reshape(THUMB, THUMB).astype(np.float32)


def _hashes(grid: Grid, pixels: Floats) -> Words:
    # many small products: large ones would wake the threads of BLAS, which lose on busy cores
    flat = (grid.down @ pixels @ grid.across).reshape(-1, 256)
    # above the 128th of 256 is above the median: nothing lies between that and the 129th
    middle = np.partition(flat, 127, axis=1)[:, 127:128]
    return np.packbits(flat > middle, axis=1).view(">u8").astype(np.uint64)


@functools.lru_cache(maxsize=64)
def _family(family: Family, shape: int, part: Window) -> tuple[tuple[Grid, ...], list[Window]]:
    """The grids of a family and their windows; `shape` is the logarithm of width to height by 2 %."""
    height, width = part.bottom - part.top, part.right - part.left
    grids = [(_spread(size), _spread(size)) for size in _SIZES[family]]
    whole: tuple[Interval, ...] = ((0.0, 1.0),)
    ratio = math.exp(shape / 50) * width / height
    strips = [interval for size in _STRIPS[family] for interval in _spread(size, 2 * _STEP * size)]
    cuts = [(ratio / other, other / ratio) for other in _SHAPES[family]]
    flatter = strips + [place for size, _ in cuts if 0.3 < size < 0.97 for place in _placed(size, family)]
    narrower = strips + [place for _, size in cuts if 0.3 < size < 0.97 for place in _placed(size, family)]
    if flatter:
        grids.append((tuple(flatter), whole))
    if narrower:
        grids.append((whole, tuple(narrower)))
    if part != WHOLE:
        grids.append((whole, whole))
    made = tuple(
        _grid(_moved(rows, part.top, height), _moved(columns, part.left, width)) for rows, columns in grids
    )
    return made, [window for grid in made for window in grid.windows()]


def _spread(size: float, step: float = _STEP) -> tuple[Interval, ...]:
    """Intervals of one size over the whole side, no place further than half a step from one."""
    count = math.ceil(round((1 - size) / step, 6))
    return tuple(
        ((i + 0.5) * (1 - size) / count, (i + 0.5) * (1 - size) / count + size) for i in range(count)
    )


def _placed(size: float, family: Family) -> tuple[Interval, ...]:
    return tuple((place * (1 - size), place * (1 - size) + size) for place in _PLACES[family])


def _moved(intervals: Sequence[Interval], start: float, size: float) -> tuple[Interval, ...]:
    return tuple((start + size * low, start + size * high) for low, high in intervals)


def _around(low: float, high: float, step: float) -> tuple[Interval, ...]:
    """The interval moved and stretched a little in every way, within the picture."""
    near = [
        (max(0.0, low + move - stretch), min(1.0, high + move + stretch))
        for move in (-step, 0.0, step)
        for stretch in (-step, 0.0, step)
    ]
    return tuple(dict.fromkeys(near))


def _rounded(part: Window) -> Window:
    return Window(*(round(side * 256) / 256 for side in part))


def _grid(rows: tuple[Interval, ...], columns: tuple[Interval, ...]) -> Grid:
    across = _operators(columns).swapaxes(1, 2)
    return Grid(rows, columns, _operators(rows)[:, None], np.ascontiguousarray(across))


@functools.lru_cache(maxsize=256)
def _operators(intervals: tuple[Interval, ...]) -> Floats:
    """From 64 samples of a side to the 16 lowest frequencies of each interval, shape (n, 16, 64)."""
    lowest = dct_matrix(16, THUMB)
    # a few at a time stay in the cache: a third of the time of one by one, and of all at once
    parts = [_resizes(intervals[at : at + 16], THUMB) for at in range(0, len(intervals), 16)]
    return np.concatenate([(lowest @ part).astype(np.float32) for part in parts])


def _resizes(intervals: Sequence[Interval], length: int) -> Floats:
    """Antialiased linear resizes of intervals of so many samples to as many, shape (n, length, length)."""
    low, high = np.array(intervals).T[:, :, None]
    samples = np.arange(length) + 0.5
    weights = samples - (low * length + samples * (high - low))[:, :, None]
    np.abs(weights, out=weights)
    np.subtract(1, weights, out=weights)
    np.maximum(weights, 0, out=weights)
    weights /= weights.sum(axis=2, keepdims=True)
    resized: Floats = weights.astype(np.float32)
    return resized
