"""Two fingerprints that may agree to how they agree: copy, crop, turned copy, or not at all.

A hash proposes, pixels decide: what lies near by hash is looked at again in the thumbs, where they
are kept, before a pair is told. Fingerprints of different versions are never compared.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from auditor import fingerprint, windows
from auditor.hamming import Words
from auditor.model import Fingerprint, Picture, Value

Floats = npt.NDArray[np.float32]

CERTAIN_BITS = 8  # above, pixels decide too: one caption band over calm skies makes them alike
CROP_BITS = 48  # after fitting, see windows.fit()
DRAWN_CROP_BITS = 16  # of a drawing or a calm picture, see _is_drawn_part()
MIXED_BITS = 24  # a photograph whose copy was brightened until it counts as a drawing
BAR_BITS = 32  # equal bars at the sides of different pictures make their hashes alike

_SAME_TILES = 0.54  # see agreement()
_CROP_TILES = 0.8  # as crops are fitted, nearly all of their tiles agree
_TURNED_TILES = 0.7
_MIXED_TILES = 0.6
_TELLING_CONTRAST = 1.5  # grey levels
_TELLING_TILES = 20  # of 64 with some contrast; in fewer a caption band would be all there is to see
_TILE_RESIDUAL = 0.22  # see same_drawing()
_DRAWN_TILES, _DRAWN_RESIDUAL, _DRAWN_COLOURS = 0.95, 0.5, 8  # see _is_drawn_part()
_COLOUR_LEVELS = 12
_SHAPE_RATIO = 1.03


class Link(Value, frozen=True):
    """How two pictures (by index) are alike. `certain` is False for what is only possible.

    For a crop `whole` is the index of the uncropped one and `window` where in it the crop lies; for
    a turned copy `turn` says how.
    """

    first: int
    second: int
    kind: Literal["near", "mirrored", "cropped"]
    bits: int
    certain: bool = True
    turn: str | None = None
    whole: int | None = None
    window: windows.Window | None = None


def keys(print_: Fingerprint) -> list[bytes]:
    """What a picture is found by: the hash of the whole, and of the content inside a border."""
    return [print_.phash, print_.inner] if print_.inner else [print_.phash]


def near_bits(one: Fingerprint, other: Fingerprint) -> int:
    """The least distance of whole or content; wholes with bars count only where they are very near."""
    distances = [apart(a, b) for a in keys(one) for b in keys(other)]
    if one.inner and other.inner and distances[0] > BAR_BITS:
        return min(distances[1:])
    return min(distances)


def is_copy(one: Picture, other: Picture, limit: int, graphic_limit: int, turn: str | None = None) -> bool:
    """Whether pictures within the limits by hash are copies by their pixels too."""
    first, second = one.fingerprint, other.fingerprint
    if first is None or second is None or "plain" in (first.texture, second.texture):
        return False
    if first.version != second.version:
        return False
    if first.calm or second.calm:
        bits = near_bits(first, second) if turn is None else turned_bits(first, second, turn)
        if bits > limit:
            return False
        if turn is None and same_drawing(one, other):
            return True
        again = bits <= MIXED_BITS and first.texture == second.texture == "photo"
        return again and _is_drawn_part(first, windows.WHOLE, second, turn)
    if first.texture == second.texture == "photo":
        bits = near_bits(first, second) if turn is None else turned_bits(first, second, turn)
        tiles = _SAME_TILES if turn is None else _TURNED_TILES
        return bits <= min(limit, CERTAIN_BITS) or (bits <= limit and agreement(first, second, turn) > tiles)
    if turn is None and first.texture != second.texture:
        near = near_bits(first, second) <= min(limit, MIXED_BITS)
        return near and bool(first.thumb and second.thumb) and agreement(first, second) > _MIXED_TILES
    return turn is None and apart(first.phash, second.phash) <= graphic_limit and same_drawing(one, other)


def is_possible(one: Fingerprint, other: Fingerprint, limit: int) -> bool:
    """Whether two photographs are near enough to be shown to a person."""
    photos = one.texture == other.texture == "photo" and one.version == other.version
    return photos and not (one.calm or other.calm) and near_bits(one, other) <= limit


def agreement(one: Fingerprint, other: Fingerprint, turn: str | None = None) -> float:
    """The share of 64 tiles with some contrast whose pixels correlate, 0 to 1; 1 without thumbs.

    Correlation over .6 counts. Of 2,604 copies of 343 photographs at 9 to 64 bits (re-encoded,
    recoloured, under a text band or a watermark, turned by 2 degrees) six keep .54 or less, five of
    them crops, which their windows find. Of 128 pairs of different pictures as near as that (coins,
    balls, one large watermark over night skies and walls) 38 keep more, where 100 passed by 16 tiles
    and a share of .4 (November 2026). Zero where too few tiles have contrast to tell.
    """
    if not one.thumb or not other.thumb:
        return 1.0
    return max(
        _agreeing(first if turn is None else fingerprint.turned_pixels(first, turn), second)
        for first in _looks(one)
        for second in _looks(other)
    )


def _agreeing(first: Floats, second: Floats) -> float:
    a, b = _tiles(_halved(first), 8), _tiles(_halved(second), 8)
    contrast = np.maximum(a.std(axis=1), b.std(axis=1)) > _TELLING_CONTRAST
    a, b = (tiles - tiles.mean(axis=1, keepdims=True) for tiles in (a, b))
    norm = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1)) + 1e-6
    alike = (a * b).sum(axis=1) / norm > 0.6
    return float(alike[contrast].mean()) if contrast.sum() >= _TELLING_TILES else 0.0


def same_drawing(one: Picture, other: Picture) -> bool:
    """Whether two drawings agree in shape, in every tile of 8 x 8 pixels of the thumb, and in colour.

    Re-encoded and resized copies of 181 flags, logos, charts, documents and screenshots leave .215 of
    a tile's contrast at most; tables of one template with other numbers .31 at least (November 2026).
    """
    first, second = one.fingerprint, other.fingerprint
    if first is None or second is None or not (first.thumb and second.thumb):
        return False
    if not 1 / _SHAPE_RATIO < shape(one) / shape(other) < _SHAPE_RATIO:
        return False
    residual = _residual(_pixels(first), _pixels(second))
    return bool(
        residual <= _TILE_RESIDUAL and np.abs(_colours(first) - _colours(second)).max() <= _COLOUR_LEVELS
    )


def fitted(whole: Picture, window: windows.Window, crop: Picture) -> tuple[windows.Window, int] | None:
    """Where in the whole the crop lies, best of all places near the window, and the bits there.

    A plain background may pass for a border. Where what is inside lies as in the whole, so does all
    else: then the place is `windows.WHOLE`, and it is no crop.

    None where the pixels there are others all the same: a caption band over two calm pictures turns
    more bits than the pictures do.
    """
    first, second = whole.fingerprint, crop.fingerprint
    assert first is not None
    assert second is not None
    if first.version != second.version or first.texture != second.texture:
        return None
    drawn = first.texture == "graphic" or first.calm or second.calm
    limit = DRAWN_CROP_BITS if drawn else CROP_BITS
    agrees = _is_drawn_part if drawn else _is_part
    insides = (windows.WHOLE, frame_of(second))
    fits = [(*windows.fit(first.thumb, window, key), n) for n, key in enumerate(words_of(second))]
    for place, bits, key in sorted(fits, key=lambda fit: fit[1]):
        if bits <= limit and agrees(first, place, second):
            uncropped = key and windows.is_all(windows.around(place, insides[key]))
            return windows.WHOLE if uncropped else place, bits
    return None


def _is_part(whole: Fingerprint, place: windows.Window, crop: Fingerprint) -> bool:
    """Whether most of a photograph is what is seen at a place of another."""
    seen = windows.cut(whole.thumb, place)
    return not crop.thumb or any(_agreeing(seen, look) > _CROP_TILES for look in _looks(crop))


def _is_drawn_part(
    whole: Fingerprint, place: windows.Window, crop: Fingerprint, turn: str | None = None
) -> bool:
    """Whether a drawing or a calm picture is what is seen at a place of another, in every tile and colour.

    Each of 1,225 flags, logos, charts, drawings and calm pictures with their crops was sought in all
    others by 280 windows: none passed but the same picture from another source (November 2026).
    Letters under an accent and flags in other flags come nearest, by colour.
    """
    if not (whole.thumb and crop.thumb):
        return False
    colours, seen = windows.cut_from(_colours(whole), place), windows.cut(whole.thumb, place)
    if turn is not None:
        colours = np.stack([fingerprint.turned_pixels(band, turn) for band in colours])
        seen = fingerprint.turned_pixels(seen, turn)
    looks = _places_and_looks(crop)
    if whole.texture == "graphic":
        looks = looks[-1:]  # inside their white margins charts of one template fit one another
    return any(
        _same_colours(colours, crop, inside=inside)
        and _agreeing(seen, look) >= _DRAWN_TILES
        and _residual(seen, look) <= _DRAWN_RESIDUAL
        for inside, look in looks
    )


def _same_colours(colours: Floats, crop: Fingerprint, *, inside: windows.Window) -> bool:
    """Whether a part of a picture has the colours that are seen at a place of another.

    Inside a border the outermost colours are mixed with it, and left out.
    """
    if inside == windows.WHOLE:
        return bool(np.abs(colours - _colours(crop)).mean() <= _DRAWN_COLOURS)
    apart = np.abs(colours - windows.cut_from(_colours(crop), inside))
    return bool(apart[:, 1:-1, 1:-1].mean() <= _DRAWN_COLOURS)


def words_of(print_: Fingerprint) -> Words:
    """The keys of one picture as an array."""
    return np.frombuffer(b"".join(keys(print_)), ">u8").astype(np.uint64).reshape(-1, 4)


def shape(picture: Picture) -> float:
    """Width to height."""
    return (picture.width_px or 1) / (picture.height_px or 1)


def frame_of(print_: Fingerprint) -> windows.Window:
    """The content inside the border as a window."""
    if print_.frame is None:
        return windows.WHOLE
    left, top, right, bottom = (side / 256 for side in print_.frame)
    return windows.Window(top, bottom, left, right)


def is_grey(print_: Fingerprint) -> bool:
    """Whether the picture has no colour."""
    colours = np.frombuffer(print_.colours, np.uint8).reshape(-1, 3).astype(np.int16)
    return bool(len(colours) and np.ptp(colours, axis=1).max() <= 3)


def apart(one: bytes, other: bytes) -> int:
    """How many bits differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def turned_bits(one: Fingerprint, other: Fingerprint, turn: str) -> int:
    first, second = fingerprint.turned(words_of(one), turn), words_of(other)
    return int(np.bitwise_count(first[:, None] ^ second).sum(axis=-1).min())


def _pixels(print_: Fingerprint) -> Floats:
    return np.frombuffer(print_.thumb, np.uint8).reshape(64, 64).astype(np.float32)


def _colours(print_: Fingerprint) -> npt.NDArray[np.int16]:
    """Mean colours of 8 x 8 parts, shape (3, 8, 8)."""
    return np.moveaxis(np.frombuffer(print_.colours, np.uint8).astype(np.int16).reshape(8, 8, 3), 2, 0)


def _residual(first: Floats, second: Floats) -> float:
    """What differs in the tile of 8 x 8 pixels that differs most, as a share of its contrast."""
    a, b = _tiles(first, 8), _tiles(second, 8)
    residual = np.sqrt(((a - b) ** 2).mean(axis=1)) / (np.maximum(a.std(axis=1), b.std(axis=1)) + 6)
    return float(residual.max())


def _looks(print_: Fingerprint) -> list[Floats]:
    """The thumb, and what is inside the border, where there is one."""
    return [look for _, look in _places_and_looks(print_)]


def _places_and_looks(print_: Fingerprint) -> list[tuple[windows.Window, Floats]]:
    whole, inside = (windows.WHOLE, _pixels(print_)), frame_of(print_)
    return [whole] if inside == windows.WHOLE else [(inside, windows.cut(print_.thumb, inside)), whole]


def _halved(pixels: Floats) -> Floats:
    halved: Floats = pixels.reshape(32, 2, 32, 2).mean(axis=(1, 3))
    return halved


def _tiles(pixels: Floats, across: int) -> Floats:
    """Shape (tiles, pixels of a tile)."""
    side = len(pixels) // across
    return pixels.reshape(across, side, across, side).swapaxes(1, 2).reshape(across * across, -1)
