"""Pictures made up for the tests: photographs are clouds of noise, drawings are boxes and lines."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from auditor import fingerprint
from auditor.duplicates import Entry
from auditor.model import Picture


@pytest.fixture(scope="session")
def photo() -> Callable[..., Image.Image]:
    """`photo(seed)`: clouds with the frequencies of a natural picture, another one for each seed."""

    def make(seed: int, width: int = 480, height: int = 320) -> Image.Image:
        noise = np.random.default_rng(seed).standard_normal((3, height, width))
        rows, columns = np.meshgrid(np.fft.fftfreq(height), np.fft.fftfreq(width), indexing="ij")
        falloff = 1 / (0.004 + np.hypot(rows, columns)) ** 1.3
        clouds = np.fft.ifft2(np.fft.fft2(noise) * falloff).real
        clouds[1:] = 0.7 * clouds[0] + 0.3 * clouds[1:]
        clouds = (clouds - clouds.mean()) / clouds.std() * 50 + 128
        return Image.fromarray(np.moveaxis(clouds.clip(0, 255), 0, 2).astype(np.uint8))

    return make


@pytest.fixture(scope="session")
def chart() -> Callable[..., Image.Image]:
    """`chart(values)`: bars of these heights (0 to 100) in one template."""

    def make(
        values: tuple[int, ...], colour: str = "navy", size: tuple[int, int] = (480, 320)
    ) -> Image.Image:
        image = Image.new("RGB", (480, 320), "white")
        draw = ImageDraw.Draw(image)
        draw.line((30, 20, 30, 300, 460, 300), fill="black", width=3)
        for place, value in enumerate(values):
            left = 50 + place * 400 // len(values)
            draw.rectangle((left, 300 - 2.6 * value, left + 300 // len(values), 300), fill=colour)
        return image.resize(size, Image.Resampling.LANCZOS)

    return make


@pytest.fixture(scope="session")
def picture() -> Callable[[Image.Image], Picture]:
    """The picture facts of pixels, as far as the search for duplicates reads them."""

    def make(image: Image.Image) -> Picture:
        return Picture(
            format="png",
            media_type="image/png",
            width_px=image.width,
            height_px=image.height,
            pixels=hashlib.sha256(image.tobytes()).hexdigest(),
            fingerprint=fingerprint.compute(image),
        )

    return make


@pytest.fixture(scope="session")
def entry(picture: Callable[[Image.Image], Picture]) -> Callable[..., Entry]:
    """`entry(id, image)`: an entry whose bytes are told apart by its id."""

    def make(name: str, image: Image.Image, article: str | None = None) -> Entry:
        return Entry(name, hashlib.sha256(name.encode()).hexdigest(), picture(image), article)

    return make
