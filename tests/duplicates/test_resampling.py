"""The small sizes are those of Pillow, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from auditor import resampling, sampling

SIZES = [(64, 64), (32, 32), (9, 8)]


def assert_as_pillow(gray: Image.Image) -> None:
    for size, found in zip(SIZES, resampling.reduced(gray, SIZES), strict=True):
        wanted = np.asarray(gray.resize(size, Image.Resampling.LANCZOS))
        assert np.array_equal(found, wanted), f"{gray.size} to {size}"


@settings(deadline=None)  # what it compares with takes its time on a busy machine
@given(width=st.integers(1, 700), height=st.integers(1, 700), seed=st.integers(0, 2**32 - 1))
def test_any_size_is_reduced_as_pillow_does(width: int, height: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    assert_as_pillow(Image.fromarray(noise))


@pytest.mark.parametrize("size", [(64, 64), (1, 1), (2048, 40), (40, 2049), (3000, 20)])
@pytest.mark.parametrize("level", [0, 1, 255])
def test_sizes_at_the_edges_and_flat_pictures(size: tuple[int, int], level: int) -> None:
    assert_as_pillow(Image.new("L", size, level))


def test_black_and_white_edges_stay_within_8_bits() -> None:
    checks = (np.indices((300, 500)).sum(axis=0) // 25 % 2 * 255).astype(np.uint8)
    assert_as_pillow(Image.fromarray(checks))


def test_a_pattern_of_halves_is_rounded_as_there() -> None:
    """Where nearly every sum lies between two whole numbers, all are done again at once."""
    stripes = np.tile(np.arange(512) % 2, (200, 1)).astype(np.uint8) * 255
    assert_as_pillow(Image.fromarray(stripes))


def test_a_sample_tells_the_first_colour_its_share_and_the_contrast() -> None:
    image = Image.new("RGB", (400, 200), (200, 16, 30))
    image.paste((0, 0, 255), (0, 0, 100, 200))
    sample = sampling.sample(image)
    assert sample.pixels.shape == (3, 128 * 128)
    assert sampling.top_colour(sample) == ("#c8101e", 0.75)
    assert sampling.is_flat(sample)
    assert sampling.detail(sample) == 1.0
    assert sampling.detail(sampling.sample(image, (100, 0, 400, 200))) == 0.0


def test_many_shades_of_one_coarse_colour_are_no_drawing() -> None:
    shades = np.random.default_rng(3).integers(64, 80, (200, 300, 3), dtype=np.uint8) * [1, 2, 1]
    sample = sampling.sample(Image.fromarray(shades.astype(np.uint8)))
    assert sampling.top_colour(sample)[1] > 0.4, "two coarse colours hold them all"
    assert not sampling.is_flat(sample)
