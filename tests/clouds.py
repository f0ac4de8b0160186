"""Photographs made up for the tests of commands: clouds of noise, another picture for each seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def photo(seed: int, width: int = 480, height: int = 320) -> Image.Image:
    """Clouds with the frequencies of a natural picture."""
    noise = np.random.default_rng(seed).standard_normal((3, height, width))
    rows, columns = np.meshgrid(np.fft.fftfreq(height), np.fft.fftfreq(width), indexing="ij")
    clouds = np.fft.ifft2(np.fft.fft2(noise) / (0.004 + np.hypot(rows, columns)) ** 1.3).real
    clouds[1:] = 0.7 * clouds[0] + 0.3 * clouds[1:]
    clouds = (clouds - clouds.mean()) / clouds.std() * 50 + 128
    return Image.fromarray(np.moveaxis(clouds.clip(0, 255), 0, 2).astype(np.uint8))


def save(image: Image.Image, path: Path, **options: Any) -> Path:
    """The picture as a file, in the format that the name asks for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path
