"""Some of a picture's pixels, looked at one by one: its first colour, its contrast, whether it was drawn."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

_SIZE = (128, 128)  # pixels looked at; those of a smaller picture several times

# Four colours in 5 bits a channel cover more than half of 1.3 % of photographs (343 x 9 copies), and
# four in 6 bits more than .4 as well of 1.0 %: snow is white in many shades, paper in one. Of 336 flags,
# logos, charts, documents and screenshots x 4 copies all but four go beyond both (November 2026).
_FLAT_SHARE = 0.5
_FINE_SHARE = 0.4


class Sample(NamedTuple):
    """Pixels of shape (3, n): red, green, blue; the colour of each in steps of 16 a channel, and how many
    pixels have each of these 4096."""

    pixels: npt.NDArray[np.uint8]
    colours: npt.NDArray[np.unsignedinteger]
    counts: npt.NDArray[np.int64]


def sample(image: Image.Image, box: tuple[float, float, float, float] | None = None) -> Sample:
    """128 x 128 pixels of a picture in RGB or L, or of a part of it given in pixels."""
    small = image.resize(_SIZE, Image.Resampling.NEAREST, box=box).convert("RGB")
    pixels = np.ascontiguousarray(np.asarray(small).reshape(-1, 3).T)
    colours = _keys(pixels, 4)
    return Sample(pixels, colours, np.bincount(colours))


def is_flat(sample: Sample) -> bool:
    """Whether four colours cover so much of the pixels that the picture was drawn.

    Greys of a grey picture count in two bits more.
    """
    red, green, blue = pixels = sample.pixels
    unlike = [np.maximum(one, green) - np.minimum(one, green) for one in (red, blue)]
    if sum(int(part.sum()) for part in unlike) < 9 * len(green):
        counts = np.bincount(green >> 1), np.bincount(green)
        return _four_cover(counts[0], _FLAT_SHARE) and _four_cover(counts[1], _FINE_SHARE)
    return (
        _four_cover(sample.counts, _FLAT_SHARE)  # four finer colours never cover more
        and _four_cover(np.bincount(_keys(pixels, 5)), _FLAT_SHARE)
        and _four_cover(np.bincount(_keys(pixels, 6)), _FINE_SHARE)
    )


def top_colour(sample: Sample) -> tuple[str, float]:
    """The most frequent colour, in steps of 16 a channel, as the mean of its pixels; and its share."""
    top = sample.counts.argmax()
    members = np.flatnonzero(sample.colours == top)
    mean = sample.pixels.take(members, axis=1).mean(axis=1).round().astype(int).tolist()
    return "#{:02x}{:02x}{:02x}".format(*mean), round(len(members) / len(sample.colours), 4)


def detail(sample: Sample) -> float:
    """The largest standard deviation of a channel over 64, at most 1."""
    values = sample.pixels.astype(np.float64)
    variance = np.vecdot(values, values) / values.shape[1] - values.mean(axis=1) ** 2
    return round(min(1.0, math.sqrt(max(0.0, float(variance.max()))) / 64), 4)


def _keys(pixels: npt.NDArray[np.uint8], bits: int) -> npt.NDArray[np.unsignedinteger]:
    """One number a pixel, of so many bits a channel."""
    red, green, blue = (pixels >> (8 - bits)).astype(np.uint16 if bits <= 5 else np.uint32)
    keys: npt.NDArray[np.unsignedinteger] = red << 2 * bits | green << bits | blue
    return keys


def _four_cover(counts: npt.NDArray[np.int64], share: float) -> bool:
    """Whether the four most frequent values are more than this share of all, each more than 1/200."""
    whole = int(counts.sum())
    frequent: npt.NDArray[np.int64] = np.sort(counts[counts > whole // 200])[-4:]
    return int(frequent.sum()) > share * whole
