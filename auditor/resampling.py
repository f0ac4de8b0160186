"""Lanczos reductions of a grey picture to several small sizes, bit for bit those of Pillow.

Pillow resizes rows first, then columns, with coefficients of 22 bits and a rounding to 8 bits after
each (its Resample.c). Both passes are matrix products, exact in 64-bit floats; done for groups of
neighbouring outputs, which read the same part of a row, they take about half of Pillow's time
(tests/bench/fingerprint.py).
Tall pictures, whose columns Pillow 13 resizes first, are left to it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float64]

_LOBES = 3.0
_UNIT = float(1 << 22)
_GROUP = 16  # outputs a product
_STRIP = 256  # rows at a time: they stay in the processor's cache, and a large picture in bounds
_WIDEST = 2048  # beyond, the coefficients of many sizes would fill the memory


def reduced(gray: Image.Image, sizes: Iterable[tuple[int, int]]) -> list[Floats]:
    """The picture, mode L, at each of these sizes (width, height): arrays of shape (height, width).

    Their values are whole numbers from 0 to 255, those of `gray.resize(size, LANCZOS)`.
    """
    sizes = list(sizes)
    if max(gray.size) > _WIDEST or any(_columns_first(gray.size, size) for size in sizes):
        lanczos = Image.Resampling.LANCZOS
        return [np.asarray(gray.resize(size, lanczos), np.float64) for size in sizes]
    pixels = np.asarray(gray)
    rows = np.empty((gray.height, sum(width for width, _ in sizes)))
    for top in range(0, gray.height, _STRIP):
        strip = pixels[top : top + _STRIP].astype(np.float64)
        for at, (inputs, outputs, matrix) in _placed(gray.width, sizes):
            np.matmul(strip[:, inputs], matrix, out=rows[top : top + _STRIP, at][:, outputs])
    return list(_columns(_to_8_bits(rows), sizes))


def _columns_first(old: tuple[int, int], new: tuple[int, int]) -> bool:
    """Whether Pillow may begin with the columns: the height shrinks, and by twice as much as the width."""
    (width, height), (new_width, new_height) = old, new
    return height > new_height and height - new_height > 2 * (width - new_width)


def _placed(length: int, sizes: list[tuple[int, int]]) -> Iterator[tuple[slice, _Step]]:
    """The steps for the width of each size, with the columns that are its own."""
    first = 0
    for width, _ in sizes:
        for step in _steps(length, width):
            yield slice(first, first + width), step
        first += width


def _columns(rows: Floats, sizes: list[tuple[int, int]]) -> Iterator[Floats]:
    first = 0
    for width, height in sizes:
        result = np.empty((height, width))
        for inputs, outputs, matrix in _steps(len(rows), height):
            np.matmul(matrix.T, rows[inputs, first : first + width], out=result[outputs])
        yield _to_8_bits(result)
        first += width


def _to_8_bits(sums: Floats) -> Floats:
    """Rounded and kept in range, in place."""
    sums += 0.5
    np.floor(sums, out=sums)
    return np.clip(sums, 0, 255, out=sums)


_Step = tuple[slice, slice, Floats]  # which inputs, which outputs, coefficients (inputs, outputs)


@functools.lru_cache(maxsize=64)  # of many large sizes 18 MB
def _steps(length: int, size: int) -> tuple[_Step, ...]:
    """How `length` pixels become `size`."""
    scale = length / size
    stretch = max(1.0, scale)
    steps = []
    for start in range(0, size, _GROUP):
        outputs = np.arange(start, min(start + _GROUP, size))
        centres = (outputs + 0.5) * scale
        lows = np.maximum(0, (centres - _LOBES * stretch + 0.5).astype(int))
        highs = np.minimum(length, (centres + _LOBES * stretch + 0.5).astype(int))
        inputs = np.arange(lows[0], highs[-1])[:, None]
        weights = _lanczos((inputs - centres + 0.5) / stretch)
        weights[(inputs < lows) | (inputs >= highs)] = 0
        weights /= weights.sum(axis=0)
        whole = np.trunc(weights * _UNIT + np.copysign(0.5, weights))
        reach = slice(int(lows[0]), int(highs[-1]))
        steps.append((reach, slice(start, start + len(outputs)), whole / _UNIT))
    return tuple(steps)


def _lanczos(distances: Floats) -> Floats:
    """sinc(x) * sinc(x / 3) within three lobes, 0 outside."""
    x = distances * math.pi
    x[x == 0] = 1e-9
    weights: Floats = _LOBES * np.sin(x) * np.sin(x / _LOBES) / (x * x)
    weights[np.abs(distances) > _LOBES] = 0
    return weights
