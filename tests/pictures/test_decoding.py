"""What one body gives inside a worker: facts or a failure with its place in the table of outcomes."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from auditor.errors import PictureError
from auditor.model import Picture

FORMATS: list[tuple[str, dict[str, Any]]] = [
    ("JPEG", {"quality": 80}),
    ("JPEG", {"quality": 80, "progressive": True}),
    ("JPEG", {"quality": 80, "restart_marker_rows": 1}),
    ("PNG", {}),
    ("GIF", {}),
    ("WEBP", {"quality": 80}),
    ("WEBP", {"lossless": True}),
    ("AVIF", {"quality": 60, "speed": 10}),
    ("BMP", {}),
    ("TIFF", {}),
    ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ("TIFF", {"compression": "tiff_lzw"}),
    ("TIFF", {"big_tiff": True}),
    ("ICO", {"sizes": [(16, 16), (64, 48)]}),
    ("ICO", {"sizes": [(16, 16), (64, 48)], "bitmap_format": "bmp"}),
]
IDS = ["-".join([kind, *map(str, options)]) for kind, options in FORMATS]


def failure(work: Callable[[], Picture]) -> tuple[str, str]:
    with pytest.raises(PictureError) as caught:
        work()
    return caught.value.state.value, caught.value.reason


@pytest.mark.parametrize(("kind", "options"), FORMATS, ids=IDS)
def test_a_whole_picture_is_told_with_its_size_and_fingerprint(make, examine, kind, options):
    picture = examine(make(kind, **options))
    size = (64, 48) if kind == "ICO" else (320, 240)
    assert (picture.format, picture.width_px, picture.height_px) == (kind.lower(), *size)
    assert picture.fingerprint is not None
    assert picture.frames == 1
    assert picture.appended_bytes == 0
    assert 0.3 < picture.detail <= 1


@pytest.mark.parametrize(("kind", "options"), FORMATS, ids=IDS)
def test_a_picture_cut_anywhere_is_broken(make, examine, kind, options):
    body = make(kind, **options)
    least = 3
    most = len(body) - (3 if kind == "JPEG" else 1)  # a JPEG may lack its end marker
    points = {
        least,
        *range(least, 300, 13),
        *range(300, most, max(1, most // 60)),
        *range(most - 12, most + 1),
    }
    for point in points:
        state, reason = failure(partial(examine, body[:point], declared_type=f"image/{kind.lower()}"))
        assert (state, reason) == ("broken", "truncated"), point


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"keep_rgb": True}])
def test_a_jpeg_without_its_end_marker_is_whole_when_no_bit_is_missing(make, examine, options):
    body = make("JPEG", **options)
    assert examine(body[:-2]).pixels == examine(body).pixels
    assert examine(body[:-1]).pixels == examine(body).pixels


def test_a_cut_jpeg_closed_with_an_end_marker_is_still_cut(make, examine):
    body = make("JPEG", quality=90)
    for point in range(700, len(body) - 40, 97):
        assert failure(partial(examine, body[:point] + b"\xff\xd9")) == ("broken", "truncated")


def test_a_progressive_jpeg_that_lacks_scans_and_the_end_marker_is_cut(make, examine):
    body = make("JPEG", progressive=True)
    last_scan = body.rindex(b"\xff\xda")
    assert failure(lambda: examine(body[:last_scan])) == ("broken", "truncated")


def test_a_short_transfer_is_broken_even_where_the_picture_decodes(make, examine):
    body = make("PNG")
    assert failure(lambda: examine(body, complete=False)) == ("broken", "short-body")
    assert failure(lambda: examine(body[:500], complete=False)) == ("broken", "short-body")
    assert failure(lambda: examine(b"<html>", complete=False)) == ("not_image", "html")


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_orientation_is_applied_before_anything_is_measured(make, examine, kind, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = examine(make(kind, exif=exif))
    assert picture.orientation == turn
    assert (picture.width_px, picture.height_px) == ((240, 320) if turn >= 5 else (320, 240))


def test_transparency_is_flattened_on_white_and_counted(make, examine):
    clear = Image.new("RGBA", (200, 100), (9, 9, 9, 0))
    clear.paste((200, 0, 0, 255), (0, 0, 50, 100))
    picture = examine(make("PNG", clear))
    assert picture.transparent_share == pytest.approx(0.75)
    assert picture.top_colour == "#ffffff"
    assert picture.top_colour_share == pytest.approx(0.75, abs=0.01)
    assert examine(make("PNG", Image.new("RGBA", (1, 1), (0, 0, 0, 0)))).transparent_share == 1


def test_one_colour_has_no_detail(make, examine):
    picture = examine(make("PNG", Image.new("RGB", (300, 300), (17, 130, 255))))
    assert (picture.detail, picture.top_colour, picture.top_colour_share) == (0, "#1182ff", 1)


def test_equal_pixels_have_equal_digests_whatever_the_file(make, examine):
    assert len({examine(make(kind)).pixels for kind in ("PNG", "BMP", "TIFF")}) == 1
    plain, noted = make("JPEG"), make("JPEG", comment=b"a note", exif=_exif(0x010E, "a view"))
    assert plain != noted
    assert examine(plain).pixels == examine(noted).pixels


def test_frames_are_counted_by_the_walk(make, examine):
    more = [Image.new("RGB", (320, 240), (shade, 0, 0)) for shade in range(10, 250, 40)]
    for kind in ("GIF", "PNG", "WEBP", "AVIF", "TIFF"):
        assert examine(make(kind, save_all=True, append_images=more)).frames == 7, kind


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_an_animation_cut_in_a_later_frame_is_cut(make, examine, kind):
    more = [Image.effect_noise((320, 240), 20 + shade).convert("RGB") for shade in range(3)]
    body = make(kind, save_all=True, append_images=more)
    for point in range(len(body) // 2, len(body), max(1, len(body) // 40)):
        assert failure(partial(examine, body[:point])) == ("broken", "truncated")


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P", "RGBA", "I;16", "CMYK"])
def test_every_mode_is_told(make, examine, mode):
    image = Image.new("I;16", (300, 300), 999) if mode == "I;16" else None
    kind = "JPEG" if mode == "CMYK" else "PNG"
    scene = image or Image.open(io.BytesIO(make("PNG"))).convert(mode)
    assert examine(make(kind, scene)).mode == mode


def test_a_picture_that_needs_too_many_pixels_is_refused_by_its_header(make, examine):
    for kind, options in FORMATS:
        body = make(kind, **options)
        assert failure(partial(examine, body, max_pixels=1000)) == ("too_large", "pixels"), kind


def test_the_traps_are_refused_before_they_cost_anything(make, examine):
    assert failure(lambda: examine(_webp_bomb())) == ("too_large", "pixels")
    assert failure(lambda: examine(_png(1, 80_000_000))) == ("too_large", "pixels")
    assert failure(lambda: examine(_png(60_000, 60_000))) == ("too_large", "pixels")
    assert failure(lambda: examine(b"%!PS-Adobe-3.0 EPSF-3.0\n")) == ("unsupported", "format")
    assert failure(lambda: examine(_many_scans(make("JPEG", progressive=True), 2000))) == (
        "too_large",
        "decode-time",
    )
    assert failure(lambda: examine(_many_chunks(make("PNG"), 300_000))) == ("too_large", "decode-time")
    assert failure(lambda: examine(_many_directories(30_000))) == ("too_large", "frames")


def test_metadata_without_end_costs_nothing(make, examine):
    body = make("JPEG")
    stuffed = body[:2] + (b"\xff\xe1\xff\xff" + bytes(65_533)) * 100 + body[2:]
    assert examine(stuffed).pixels == examine(body).pixels
    assert examine(_many_chunks(make("PNG"), 50_000)).pixels == examine(make("PNG")).pixels


def test_an_adobe_segment_keeps_its_meaning(make, examine):
    body = make("JPEG", keep_rgb=True)
    direct = examine(body)
    assert examine(make("PNG", Image.open(io.BytesIO(body)))).top_colour[:3] == direct.top_colour[:3]


@pytest.mark.parametrize(("kind", "options"), FORMATS, ids=IDS)
@pytest.mark.parametrize(
    ("tail", "name"),
    [
        (b"PK\x03\x04" + bytes(40), "zip"),
        (b"Rar!\x1a\x07\x00" + bytes(40), "rar"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(40), "video"),
        (b"\n<?php echo 1; ?>", "php"),
        (b"<script>alert(1)</script>", "html"),
        (b"one more thing", "other"),
        (bytes(7), "padding"),
    ],
)
def test_what_follows_the_end_is_told(make, examine, kind, options, tail, name):
    body = make(kind, **options)
    picture = examine(body + tail)
    assert picture.appended_kind == name
    assert picture.appended_bytes == len(tail)
    assert picture.pixels == examine(body).pixels


def test_a_wrong_checksum_is_corrupt(make, examine):
    body = bytearray(make("PNG"))
    body[body.index(b"IDAT") + 30] ^= 1
    assert failure(lambda: examine(bytes(body))) == ("broken", "corrupt")


def test_failures_carry_the_first_bytes(make, examine):
    with pytest.raises(PictureError) as caught:
        examine(make("PNG")[:100])
    assert caught.value.evidence["first-bytes"].startswith("89 50 4e 47")
    assert caught.value.evidence["format"] == "png"


@pytest.mark.parametrize(("kind", "options"), FORMATS, ids=IDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6),
    early=st.booleans(),
)
def test_damaged_bytes_give_facts_or_a_failure_and_nothing_else(make, examine, kind, options, changes, early):
    body = bytearray(make(kind, Image.linear_gradient("L").resize((48, 40)).convert("RGB"), **options))
    for place, value in changes:
        body[int(place * ((min(len(body), 400) if early else len(body)) - 1))] = value
    with contextlib.suppress(PictureError):
        assert isinstance(examine(bytes(body)), Picture)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    magic=st.sampled_from(
        b"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF89a|RIFF\x20\0\0\0WEBP|BM|II*\0|MM\0*|\0\0\1\0|"
        b"\0\0\0\x1cftypavif|<svg|II+\0\x08\0\0\0|<!DOCTYPE svg [|".split(b"|")
    ),
    rest=st.binary(max_size=200),
)
def test_any_bytes_give_facts_or_a_failure_and_nothing_else(examine, magic, rest):
    with contextlib.suppress(PictureError):
        assert isinstance(examine(magic + rest), Picture)


@pytest.mark.slow
def test_real_pictures_are_whole_and_their_halves_are_not(shared: Path, examine):
    wrong = []
    for path in sorted((shared / "corpora" / "photos").glob("*/*")):
        body = path.read_bytes()
        try:
            picture = examine(body)
        except PictureError as error:
            wrong.append((path.name, str(error)))
            continue
        end = len(body) - picture.appended_bytes
        for point in (end // 3, int(end * 0.98), end - 7, end - 3):
            with contextlib.suppress(PictureError):
                examine(body[:point], fingerprint=False)
                wrong.append((path.name, f"cut at {point} of {end}"))
    assert wrong == []


def _exif(tag: int, value: object) -> Image.Exif:
    exif = Image.Exif()
    exif[tag] = value
    return exif


def _webp_bomb() -> bytes:
    bits = 16382 | 16382 << 14
    data = b"\x2f" + bits.to_bytes(4, "little") + bytes(9)
    return b"RIFF" + struct.pack("<I", 4 + 8 + len(data)) + b"WEBPVP8L" + struct.pack("<I", len(data)) + data


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = _chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + data + _chunk(b"IEND", b"")


def _many_scans(body: bytes, count: int) -> bytes:
    scan = body.rindex(b"\xff\xda")
    return body[:-2] + body[scan:-2] * count + body[-2:]


def _many_chunks(body: bytes, count: int) -> bytes:
    return body[:33] + _chunk(b"tEXt", b"a\x00b") * count + body[33:]


def _many_directories(count: int) -> bytes:
    entries = [(256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 0), (279, 4, 1, 1)]
    parts, at = [b"II*\x00\x08\x00\x00\x00"], 8
    for _ in range(count):
        at += 2 + 12 * len(entries) + 4
        parts.append(
            struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *each) for each in entries)
        )
        parts.append(struct.pack("<I", at))
    return b"".join(parts) + bytes(100)
