"""A crop is found by its own hash among the windows of the whole picture."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image

from auditor import fingerprint, hamming, windows

Photo = Callable[..., Image.Image]


def nearest(image: Image.Image, box: tuple[int, int, int, int], family: windows.Family):
    """The window nearest to the crop, its distance, and what fitting makes of it."""
    whole, crop = fingerprint.compute(image), fingerprint.compute(image.crop(box))
    hashes, places = windows.hashes(whole.thumb, image.width / image.height, family)
    target = hamming.words([crop.phash])[0]
    bits = hamming.distances(hashes, target)
    place = places[int(bits.argmin())]
    return int(bits.min()), *windows.fit(whole.thumb, place, target)


@pytest.mark.parametrize(
    ("box", "family"),
    [
        ((12, 8, 468, 312), "light"),
        ((30, 0, 462, 288), "light"),
        ((70, 0, 390, 320), "light"),  # square
        ((0, 25, 480, 295), "dense"),  # 16:9
        ((61, 37, 445, 293), "dense"),  # 80 %
        ((0, 60, 390, 320), "dense"),
        ((235, 0, 480, 320), "dense"),  # the right half
    ],
)
def test_a_crop_lies_near_a_window_and_fitting_tells_where(photo: Photo, box, family) -> None:
    image = photo(11)
    bits, window, fitted = nearest(image, box, family)
    assert bits <= 64
    assert fitted <= 24
    left, top, right, bottom = box
    true = (top / 320, bottom / 320, left / 480, right / 480)
    assert max(abs(a - b) for a, b in zip(window, true, strict=True)) < 0.03


def test_another_picture_lies_near_no_window_even_fitted(photo: Photo) -> None:
    whole, other = fingerprint.compute(photo(12)), fingerprint.compute(photo(13))
    hashes, places = windows.hashes(whole.thumb, 1.5, "dense")
    target = hamming.words([other.phash])[0]
    bits = hamming.distances(hashes, target)
    assert bits.min() > 64
    assert windows.fit(whole.thumb, places[int(bits.argmin())], target)[1] > 64


@pytest.mark.parametrize(("family", "least", "most"), [("light", 13, 60), ("dense", 320, 440)])
@pytest.mark.parametrize("shape", [0.01, 0.5, 1.0, 1.5, 16 / 9, 100.0])
def test_families_have_bounded_sizes_and_stay_inside(family, least, most, shape) -> None:
    hashes, places = windows.hashes(bytes(4096), shape, family)
    assert least <= len(hashes) == len(places) <= most
    assert all(0 <= w.top < w.bottom <= 1.0001 and 0 <= w.left < w.right <= 1.0001 for w in places)


def test_windows_of_a_part_lie_in_it_and_begin_with_the_whole_part(photo: Photo) -> None:
    part = windows.Window(0.125, 0.875, 0.25, 0.75)
    _, places = windows.hashes(fingerprint.compute(photo(1)).thumb, 1.5, "light", part)
    assert part in places
    assert all(w.top >= 0.12 and w.bottom <= 0.88 and w.left >= 0.24 and w.right <= 0.76 for w in places)
