"""Turns shapes into a picture with light, shade, shadow and texture, by Pillow and numpy.

Coordinates run from 0 to 1, left to right and top to bottom. Nothing here is random in the sense that
two runs differ: every canvas has its own seed. Only +, -, *, / and square roots touch the pixels, so
that no mathematics library can change a byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

_OVERSAMPLE = 2


def dimmed(colour: Colour, share: float) -> Colour:
    """A colour with less light on it."""
    red, green, blue = (round(part * share) for part in colour)
    return red, green, blue


class Canvas:
    """A picture in the making: shapes with shade, shadow and texture laid over a sky."""

    def __init__(self, width: int, height: int, seed: int, top: Colour, bottom: Colour) -> None:
        self.width, self.height = width, height
        self.random = np.random.Generator(np.random.PCG64(seed))
        self.down = np.linspace(0, 1, height)[:, None]
        self.across = np.linspace(0, 1, width)[None, :]
        shade = self.down[..., None]
        self.pixels = np.array(top) * (1 - shade) + np.array(bottom) * shade + np.zeros((height, width, 1))
        self.texture = self.noise(90, 60) + self.noise(23, 17)

    def noise(self, cells_x: int, cells_y: int) -> np.ndarray:
        """Smooth noise from -1 to 1, with so many cells across and down."""
        grid = self.random.integers(0, 256, (cells_y, cells_x), dtype=np.uint8)
        image = Image.fromarray(grid).resize((self.width, self.height), Image.Resampling.BICUBIC)
        return np.asarray(image, dtype=np.float64) / 127.5 - 1

    def clouds(self, strength: float, horizon: float, colour: Colour = (255, 255, 255)) -> None:
        """Drifts of cloud above the horizon."""
        drift = self.noise(5, 7) * 0.6 + self.noise(13, 17) * 0.3 + self.noise(40, 40) * 0.15
        self.blend(np.clip(drift + 0.15, 0, 1) * np.clip((horizon - self.down) * 6, 0, 1) * strength, colour)

    def blend(self, cover: np.ndarray, colour: Colour, to: Colour | None = None, grain: float = 0.0) -> None:
        """Lay a colour (shading to another downwards) over the picture where `cover` is above 0."""
        rows, columns = np.flatnonzero(cover.any(axis=1)), np.flatnonzero(cover.any(axis=0))
        if not len(rows):
            return
        top, below = rows[0], rows[-1] + 1
        box = (slice(top, below), slice(columns[0], columns[-1] + 1))
        part = np.linspace(0, 1, below - top)[:, None, None]
        paint = np.array(colour) * (1 - part) + np.array(to or colour) * part
        if grain:
            shift = self.random.integers(0, 1000, 2)
            paint = paint * (1 + grain * np.roll(self.texture, tuple(shift), (0, 1))[box][..., None])
        share = cover[box][..., None]
        self.pixels[box] = self.pixels[box] * (1 - share) + paint * share

    def mask(self, paint: Callable[[ImageDraw.ImageDraw, int, int], None]) -> Image.Image:
        """What a drawing function covers, with smooth edges."""
        width, height = self.width * _OVERSAMPLE, self.height * _OVERSAMPLE
        image = Image.new("L", (width, height))
        paint(ImageDraw.Draw(image), width, height)
        return image.reduce(_OVERSAMPLE)

    def lay(
        self,
        mask: Image.Image,
        colour: Colour,
        to: Colour | None = None,
        shadow: float = 0.0,
        grain: float = 0.08,
    ) -> None:
        """A shape with a soft shadow to the lower right."""
        if shadow:
            cast = Image.new("L", mask.size)
            cast.paste(mask, (self.width // 60, self.height // 40))
            blurred = cast.filter(ImageFilter.GaussianBlur(self.width / 80))
            self.blend(np.asarray(blurred) / 255 * shadow, (18, 20, 26))
        self.blend(np.asarray(mask) / 255, colour, to, grain)

    def polygons(
        self, shapes: Sequence[Sequence[Point]], colour: Colour, to: Colour | None = None,
        shadow: float = 0.0, grain: float = 0.08,
    ) -> None:  # fmt: skip
        """Many polygons of one paint."""

        def paint(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
            for points in shapes:
                pen.polygon([(x * width, y * height) for x, y in points], fill=255)

        self.lay(self.mask(paint), colour, to, shadow, grain)

    def boxes(
        self, boxes: Sequence[Box], colour: Colour, to: Colour | None = None,
        shadow: float = 0.0, grain: float = 0.08,
    ) -> None:  # fmt: skip
        """Many upright rectangles of one paint: left, top, right, bottom."""
        self.polygons([((a, b), (c, b), (c, d), (a, d)) for a, b, c, d in boxes], colour, to, shadow, grain)

    def discs(
        self, discs: Sequence[Box], colour: Colour, to: Colour | None = None,
        shadow: float = 0.0, grain: float = 0.08,
    ) -> None:  # fmt: skip
        """Many ellipses of one paint: middle and the two radii."""

        def paint(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
            for x, y, rx, ry in discs:
                pen.ellipse(
                    [(x - rx) * width, (y - ry) * height, (x + rx) * width, (y + ry) * height], fill=255
                )

        self.lay(self.mask(paint), colour, to, shadow, grain)

    def lines(
        self, lines: Sequence[Sequence[Point]], colour: Colour, thickness: float, shadow: float = 0.0
    ) -> None:
        """Many lines of one paint; thickness is a share of the width."""

        def paint(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
            for points in lines:
                scaled = [(x * width, y * height) for x, y in points]
                pen.line(scaled, fill=255, width=max(1, round(thickness * width)), joint="curve")

        self.lay(self.mask(paint), colour, shadow=shadow)

    def light(
        self, x: float, y: float, radius: float, strength: float, colour: Colour = (255, 240, 200)
    ) -> None:
        """A glow that fades with the square of the distance."""
        far = (self.across - x) ** 2 + ((self.down - y) * self.height / self.width) ** 2
        self.blend(np.clip(strength / (1 + far / (radius * radius)) ** 2, 0, 1), colour)

    def people(
        self, feet: Sequence[Point], size: float, coats: Sequence[Colour], seed_shift: int = 0
    ) -> None:
        """Standing figures, each with head, trunk and legs; `size` is their height."""
        wide = size * 0.12
        for number, coat in enumerate(coats):
            mine = [foot for index, foot in enumerate(feet) if (index + seed_shift) % len(coats) == number]
            self.boxes([(x - wide * 0.7, y - size * 0.48, x + wide * 0.7, y) for x, y in mine], (38, 40, 48))
            trunks = [
                ((x - wide, y - size * 0.78), (x + wide, y - size * 0.78), (x + wide * 1.2, y - size * 0.4),
                 (x - wide * 1.2, y - size * 0.4))
                for x, y in mine
            ]  # fmt: skip
            self.polygons(trunks, coat, dimmed(coat, 2 / 3), shadow=0.25)
            self.discs(
                [(x, y - size * 0.89, wide * 0.62, size * 0.1) for x, y in mine],
                (198, 158, 130),
                (140, 100, 80),
            )

    def finish(self) -> Image.Image:
        """The picture with uneven light, a darker rim and the grain of a sensor."""
        uneven = 1 + 0.10 * self.noise(3, 3) + 0.05 * self.noise(9, 7) + 0.03 * self.noise(60, 45)
        rim = 1 - 0.35 * ((self.across - 0.5) ** 2 + (self.down - 0.5) ** 2)
        lit = self.pixels * (uneven * rim)[..., None]
        lit += (self.random.random((self.height, self.width, 1)) - 0.5) * 9
        return Image.fromarray(np.clip(np.rint(lit), 0, 255).astype(np.uint8)).filter(
            ImageFilter.GaussianBlur(0.6)
        )


def grid(
    left: float, top: float, right: float, bottom: float, columns: int, rows: int, fill: float = 0.6
) -> list[Box]:
    """Windows: so many columns and rows of boxes, `fill` of each cell."""
    wide, high = (right - left) / columns, (bottom - top) / rows
    gap_x, gap_y = wide * (1 - fill) / 2, high * (1 - fill) / 2
    return [
        (
            left + c * wide + gap_x,
            top + r * high + gap_y,
            left + (c + 1) * wide - gap_x,
            top + (r + 1) * high - gap_y,
        )
        for r in range(rows)
        for c in range(columns)
    ]
