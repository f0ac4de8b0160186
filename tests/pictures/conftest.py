"""Pictures made in the test, and the decoder's inside without its processes."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw

from auditor import decoding, wire
from auditor.model import Picture

Make = Callable[..., bytes]
Examine = Callable[..., Picture]


def scene(width: int = 320, height: int = 240, mode: str = "RGB") -> Image.Image:
    """A sky, a sun and a house: enough to look at."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((width * 0.6, height * 0.1, width * 0.8, height * 0.35), (250, 210, 40))
    draw.rectangle((width * 0.15, height * 0.45, width * 0.45, height * 0.9), (140, 60, 50))
    draw.polygon(
        [(width * 0.1, height * 0.45), (width * 0.3, height * 0.2), (width * 0.5, height * 0.45)], "navy"
    )
    return image.convert(mode)


@pytest.fixture
def make() -> Make:
    """`make("JPEG", quality=80)`: the scene as a file; `image=` takes another picture."""

    def made(kind: str = "JPEG", image: Image.Image | None = None, **options: Any) -> bytes:
        out = io.BytesIO()
        (image or scene()).save(out, kind, **options)
        return out.getvalue()

    return made


@pytest.fixture
def examine() -> Examine:
    """What a worker does with one body."""

    def examined(body: bytes, *, max_pixels: int = 64_000_000, **options: Any) -> Picture:
        limits = wire.Limits(max_pixels, 1 << 26, 1 << 30, 10)
        return decoding.examine(body, wire.Job(limits, **options))

    return examined
