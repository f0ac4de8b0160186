"""The hashes are imagehash's own, on the same pixels."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import imagehash
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from auditor import fingerprint, hamming, likeness
from auditor.model import Fingerprint

Photo = Callable[..., Image.Image]


def corpus(folder: str) -> list:
    from pathlib import Path

    shared = Path(__file__).parents[3] / "shared" / "corpora" / "photos" / folder
    found = sorted(shared.iterdir())[::9] if shared.is_dir() else []
    skipped = pytest.param(None, marks=pytest.mark.skip(reason="no ../shared/corpora/photos here"))
    return [pytest.param(path, id=path.name) for path in found] or [skipped]


def flat(path) -> Image.Image:
    image = ImageOps.exif_transpose(Image.open(path))
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return image.convert("RGB")


def assert_as_imagehash(image: Image.Image) -> None:
    found = fingerprint.compute(image)
    assert found.phash.hex() == str(imagehash.phash(image, hash_size=16))
    assert fingerprint.as_hex(found)["phash64"] == str(imagehash.phash(image))
    assert fingerprint.as_hex(found)["dhash64"] == str(imagehash.dhash(image))


@pytest.mark.parametrize("seed", range(4))
def test_hashes_are_those_of_imagehash(photo: Photo, seed: int) -> None:
    assert_as_imagehash(photo(seed))


@pytest.mark.slow
@pytest.mark.parametrize("path", corpus("photos") + corpus("hard"))
def test_hashes_are_those_of_imagehash_on_real_pictures(path) -> None:
    image = flat(path)
    image.thumbnail((512, 512))
    assert_as_imagehash(image)


def test_a_fingerprint_goes_to_imagehash_and_survives_msgpack(photo: Photo) -> None:
    found = fingerprint.compute(photo(1))
    assert fingerprint.as_imagehash(found) == imagehash.phash(photo(1), hash_size=16)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Fingerprint) == found


def test_distance_is_symmetric_and_zero_to_itself(photo: Photo) -> None:
    one, other = fingerprint.compute(photo(1)), fingerprint.compute(photo(2))
    assert fingerprint.distance(one, one) == 0
    assert fingerprint.distance(one, other) == fingerprint.distance(other, one) > 80
    assert fingerprint.distance(one, other) == fingerprint.as_imagehash(one) - fingerprint.as_imagehash(other)


def test_scipy_and_pywt_are_not_imported_on_the_way_of_a_picture() -> None:
    script = (
        "import sys; from PIL import Image; from auditor import duplicates, fingerprint, standins;"
        "fingerprint.compute(Image.effect_noise((300, 200), 80).convert('RGB'));"
        "print([name for name in ('scipy', 'pywt') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("image", "texture"),
    [
        (Image.new("RGB", (300, 200), "teal"), "plain"),
        (Image.new("L", (1, 1)), "plain"),
        (Image.linear_gradient("L").convert("RGB"), "plain"),
    ],
)
def test_pictures_with_too_little_in_them_are_plain(image: Image.Image, texture: str) -> None:
    assert fingerprint.compute(image).texture == texture


def test_photographs_and_drawings_are_told_apart(photo: Photo, chart: Photo) -> None:
    assert fingerprint.compute(photo(3)).texture == "photo"
    assert fingerprint.compute(ImageOps.grayscale(photo(3)).convert("RGB")).texture == "photo"
    assert fingerprint.compute(chart((20, 50, 90))).texture == "graphic"
    bars = ImageOps.pad(photo(3), (900, 320), color="black")
    assert fingerprint.compute(bars).texture == "photo", "judged by what is inside the bars"


def test_snow_in_many_shades_of_white_is_a_photograph(photo: Photo) -> None:
    shades = np.random.default_rng(1).normal(244, 4, (320, 480, 3)).clip(0, 255).astype(np.uint8)
    snow, paper = Image.fromarray(shades), Image.new("RGB", (480, 320), "#f6f6f6")
    for ground, texture in ((snow, "photo"), (paper, "graphic")):
        for corner in ((0, 0), (280, 180)):
            ground.paste(photo(6, 200, 140), corner)
        assert fingerprint.compute(ground).texture == texture


@pytest.mark.parametrize("turn", fingerprint.TURNS)
def test_a_turned_hash_is_near_the_hash_of_turned_pixels(photo: Photo, turn: str) -> None:
    image = photo(5)
    pixels = fingerprint.turned_pixels(np.asarray(image.convert("L")), turn)
    turned = hamming.words([fingerprint.compute(Image.fromarray(pixels)).phash])
    guess = fingerprint.turned(hamming.words([fingerprint.compute(image).phash]), turn)
    assert hamming.distances(guess, turned)[0] <= 22


def test_a_border_is_found_and_what_is_inside_hashed(photo: Photo) -> None:
    image = photo(6)
    bordered = fingerprint.compute(ImageOps.expand(image, 24, "white"))
    assert bordered.frame is not None
    assert likeness.apart(bordered.inner, fingerprint.compute(image).phash) <= 16
    assert fingerprint.compute(image).frame is None


def test_a_blown_up_preview_is_less_sharp_than_a_photograph(photo: Photo) -> None:
    image = photo(7)
    preview = image.resize((16, 11)).resize(image.size, Image.Resampling.BICUBIC)
    sharp, soft = (fingerprint.sharpness(fingerprint.compute(i)) for i in (image, preview))
    assert soft < 0.02 < sharp
    assert fingerprint.sharpness(Fingerprint(1, b"", 0, 0)) is None


@given(st.integers(1, 90), st.integers(1, 90), st.binary(min_size=1, max_size=64))
def test_any_pixels_have_a_fingerprint(width: int, height: int, noise: bytes) -> None:
    size = width * height * 3
    image = Image.frombytes("RGB", (width, height), (noise * (size // len(noise) + 1))[:size])
    found = fingerprint.compute(image)
    assert len(found.phash) == 32
    assert len(found.thumb) == 4096
    assert len(found.colours) == 192
