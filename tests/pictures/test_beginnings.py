"""What the first 64 KB of a picture tell: type and size, and nothing that is not there."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from auditor.errors import PictureError

FIRST = 65_536
_WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f"
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"


@pytest.fixture
def begin(examine):
    return lambda body: examine(body[:FIRST], beginning=True)


def _large(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((900, 700), 90).convert("RGB").save(out, kind, **options)
    assert len(out.getvalue()) > FIRST
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 95}),
        ("JPEG", {"quality": 95, "progressive": True}),
        ("PNG", {}),
        ("GIF", {}),
        ("WEBP", {"quality": 95}),
        ("WEBP", {"lossless": True}),
        ("AVIF", {"quality": 95}),
        ("BMP", {}),
    ],
)
def test_the_beginning_of_a_large_picture_tells_its_type_and_size(begin, kind, options):
    picture = begin(_large(kind, **options))
    assert (picture.format, picture.width_px, picture.height_px) == (kind.lower(), 900, 700)
    assert picture.fingerprint is None


def test_a_turned_photograph_is_told_as_it_is_shown(begin):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = begin(_large("JPEG", quality=95, exif=exif))
    assert (picture.width_px, picture.height_px) == (700, 900)


def test_a_drawing_tells_its_size_before_it_ends(begin):
    picture = begin(b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">' + b"<g/>" * 30_000)
    assert (picture.format, picture.width_px, picture.height_px) == ("svg", 40, 30)


def test_a_size_behind_the_beginning_is_unknown(begin):
    image = _large("JPEG", quality=95)
    comments = b"".join(b"\xff\xfe\xff\xff" + bytes(65_533) for _ in range(2))
    picture = begin(image[:2] + comments + image[2:])
    assert (picture.format, picture.width_px, picture.height_px) == ("jpeg", None, None)


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (_WEBP + struct.pack("<I", 16_382 | 16_382 << 14), "too_large/pixels"),
        (_PNG + struct.pack(">II", 90_000, 90_000) + b"\x08\2\0\0\0", "too_large/pixels"),
        (b"<!doctype html><title>gone</title>", "not_image/html"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "unsupported/format"),
    ],
)
def test_what_the_beginning_gives_away_is_told(begin, body, verdict):
    with pytest.raises(PictureError) as told:
        begin(body)
    assert f"{told.value.state}/{told.value.reason}" == verdict
