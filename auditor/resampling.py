"""Lanczos reductions of a grey picture to several small sizes, bit for bit those of Pillow.

Pillow resizes rows first, then columns, with coefficients of 22 bits and a rounding to 8 bits after
each (its Resample.c). Both passes are matrix products; done for groups of neighbouring outputs, which
read the same part of a row, they take less than half of Pillow's time (tests/bench/fingerprint.py).
Tall pictures, whose columns Pillow 13 resizes first, are left to it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float64]

_LOBES = 3.0
_UNIT = float(1 << 22)
_GROUP = 16  # outputs a product
_STRIP = 256  # rows at a time: they stay in the processor's cache, and a large picture in bounds
_FEW = 16  # one value in so many may be done again one by one
_WIDEST = 2048  # beyond, the coefficients of many sizes would fill the memory

_Step = tuple[slice, slice, npt.NDArray[Any]]  # which inputs, which outputs, coefficients (inputs, outputs)


class _FirstPass(NamedTuple):
    """How rows of one length are made shorter.

    `exact`: all coefficients, shape (outputs, inputs); `sure`: how far from a whole number and a half a
    sum in 32 bits may lie, for each output, so that its rounding is that of the exact one.
    """

    steps: tuple[_Step, ...]
    exact: Floats
    sure: npt.NDArray[np.float32]


def reduced(gray: Image.Image, sizes: Iterable[tuple[int, int]]) -> list[Floats]:
    """The picture, mode L, at each of these sizes (width, height): arrays of shape (height, width).

    Their values are whole numbers from 0 to 255, those of `gray.resize(size, LANCZOS)`.
    """
    sizes = tuple(sizes)
    if max(gray.size) > _WIDEST or any(_columns_first(gray.size, size) for size in sizes):
        lanczos = Image.Resampling.LANCZOS
        return [np.asarray(gray.resize(size, lanczos), np.float64) for size in sizes]
    pixels = np.asarray(gray)
    rows = np.empty((gray.height, sum(width for width, _ in sizes)))
    first_pass = _first_pass(gray.width, tuple(width for width, _ in sizes))
    for top in range(0, gray.height, _STRIP):
        rows[top : top + _STRIP] = _across(pixels[top : top + _STRIP], first_pass)
    return list(_columns(rows, sizes))


def _columns_first(old: tuple[int, int], new: tuple[int, int]) -> bool:
    """Whether Pillow may begin with the columns: the height shrinks, and by twice as much as the width."""
    (width, height), (new_width, new_height) = old, new
    return height > new_height and height - new_height > 2 * (width - new_width)


def _across(pixels: npt.NDArray[np.uint8], first: _FirstPass) -> npt.NDArray[np.float32]:
    """Rows of pixels at all widths side by side.

    Products in 32 bits take half the time. Where their error may have turned a rounding, one value in
    three hundred, the sum is done again in 64.
    """
    wide = pixels.astype(np.float32)
    sums = np.empty((len(pixels), len(first.exact)), np.float32)
    for inputs, outputs, matrix in first.steps:
        np.matmul(wide[:, inputs], matrix, out=sums[:, outputs])
    sums += 0.5
    whole = np.floor(sums)
    sums -= whole
    sums -= 0.5
    unsure = np.flatnonzero(np.abs(sums, out=sums) > first.sure)
    if len(unsure) > sums.size // _FEW:  # a pattern of halves
        whole = np.floor(pixels @ first.exact.T + 0.5).astype(np.float32)
    elif len(unsure):
        ys, xs = np.divmod(unsure, sums.shape[1])
        again = np.vecdot(pixels[ys].astype(np.float64), first.exact[xs])
        whole.reshape(-1)[unsure] = np.floor(again + 0.5)
    return np.clip(whole, 0, 255, out=whole)


@functools.lru_cache(maxsize=64)
def _first_pass(length: int, widths: tuple[int, ...]) -> _FirstPass:
    steps, first = [], 0
    exact = np.zeros((sum(widths), length))
    for width in widths:
        for inputs, outputs, matrix in _steps(length, width):
            place = slice(first + outputs.start, first + outputs.stop)
            exact[place, inputs] = matrix.T
            steps.append((inputs, place, matrix.astype(np.float32)))
        first += width
    terms = np.count_nonzero(exact, axis=1) + 1
    error = 1.1 * terms * 2.0**-24 * (255 * np.abs(exact).sum(axis=1) + 1)
    return _FirstPass(tuple(steps), exact, (0.5 - error).astype(np.float32))


def _columns(rows: Floats, sizes: tuple[tuple[int, int], ...]) -> Iterator[Floats]:
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
