"""Walking a file to its end: what the structure alone tells."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import pytest
from PIL import Image

from auditor.container import MAX_FRAMES, appended
from auditor.containers import avif, bmp, gif, ico, jpeg, png, tiff, webp
from auditor.errors import PictureError

LIMIT = 64_000_000


def reason(walk, body):
    with pytest.raises(PictureError) as caught:
        walk(body, LIMIT)
    return caught.value.reason


def test_a_jpeg_is_slimmed_to_what_its_pixels_need(make):
    body = make("JPEG", comment=b"note" * 9, icc_profile=b"p" * 900, dpi=(72, 72))
    walked = jpeg.walk(body, LIMIT)
    assert walked.end == len(body)
    assert b"note" not in walked.slim
    assert b"ICC_PROFILE" not in walked.slim
    assert b"JFIF" in walked.slim


def test_fill_bytes_and_stray_bytes_between_segments_are_skipped(make):
    body = make("JPEG")
    filled = body[:2] + b"\xff\xff\xff" + body[2:]
    stray = body[: body.index(b"\xff\xdb")] + b"\x00\x01" + body[body.index(b"\xff\xdb") :]
    assert {jpeg.walk(each, LIMIT).slim for each in (filled, stray)} == {jpeg.walk(body, LIMIT).slim}


def test_further_pictures_of_a_multi_picture_jpeg_are_part_of_it(make, examine):
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(
        out, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30), "red")]
    )
    assert examine(out.getvalue()).appended_bytes == 0


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"\xff\xd8\xff\xd9", "corrupt"),
        (b"\xff\xd8\xff\xe0\x00\x01\xff\xd9", "corrupt"),
        (b"\xff\xd8\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\xff\xd9", "corrupt"),
        (b"\xff\xd8\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00", "pixels"),
        (b"\xff\xd8\xff\xe1\xff\xff", "truncated"),
    ],
)
def test_a_jpeg_that_makes_no_sense_is_told(body, what):
    assert reason(jpeg.walk, body) == what


def test_a_png_without_data_is_corrupt(make):
    body = make("PNG")
    data = body.index(b"IDAT") - 4
    size = int.from_bytes(body[data : data + 4], "big")
    assert reason(png.walk, body[:data] + body[data + 12 + size :]) == "corrupt"


def with_chunk(body, name, data, total=None):
    """The PNG with one more chunk before its data."""
    total = zlib.crc32(name + data) if total is None else total
    at = body.index(b"IDAT") - 4
    return body[:at] + struct.pack(">I", len(data)) + name + data + struct.pack(">I", total) + body[at:]


@pytest.mark.parametrize(("size", "total"), [(6, 0), (1, None), (2, None), (300, None), (0, None)])
def test_a_damaged_transparency_of_a_png_is_dropped_as_in_browsers(make, examine, size, total):
    assert examine(with_chunk(make("PNG"), b"tRNS", bytes(size), total)).format == "png"


def test_a_png_whose_last_checksum_is_wrong_is_whole(make, examine):
    assert examine(make("PNG")[:-4] + b"abcd").format == "png"


def test_a_wrong_checksum_of_image_data_is_damage(make, examine):
    body = make("PNG")
    end = body.index(b"IEND") - 4
    with pytest.raises(PictureError, match="checksum"):
        examine(body[: end - 4] + b"abcd" + body[end:])


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(
    ("mode", "colour", "depth"), [("RGB", 2, 8), ("L", 0, 8), ("1", 0, 1), ("RGBA", 6, 8)]
)
def test_a_png_whose_data_end_before_its_last_row_is_cut(examine, mode, colour, depth, interlaced):
    bits = depth * len(mode)
    sides = [(9, 7)] if not interlaced else [(2, 1), (1, 1), (3, 1), (2, 2), (5, 2), (4, 4), (9, 3)]
    rows = [b"\0" + b"\xaa" * ((wide * bits + 7) // 8) for wide, high in sides for _ in range(high)]

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    def file(rows):
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 7, depth, colour, 0, 0, interlaced))
        data = chunk(b"IDAT", zlib.compress(b"".join(rows)))
        return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")

    assert examine(file(rows)).height_px == 7
    with pytest.raises(PictureError) as caught:
        examine(file(rows[:-1]))
    assert caught.value.reason == "truncated"


@pytest.mark.parametrize("name", [b"ABCD", b"IHDR"])
def test_a_png_with_a_critical_chunk_that_nobody_expects_is_corrupt(make, name):
    assert reason(png.walk, with_chunk(make("PNG"), name, bytes(13))) == "corrupt"


@pytest.mark.parametrize("at", [11, 26, 27])
def test_a_png_whose_header_is_of_another_standard_is_corrupt(make, at):
    body = bytearray(make("PNG"))
    body[at] += 1
    assert reason(png.walk, bytes(body)) in ("corrupt", "truncated")


def test_an_apng_with_fewer_frames_than_declared_is_cut(make):
    more = [Image.new("RGB", (320, 240), (shade, 0, 0)) for shade in (9, 99)]
    body = bytearray(make("PNG", save_all=True, append_images=more))
    place = body.index(b"acTL")
    body[place + 7] = 9
    assert reason(png.walk, bytes(body)) == "truncated"


def test_a_gif_may_declare_no_more_frames_than_real_ones_have():
    frame = b"\x2c" + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<2H3B", 1, 1, 0, 0, 0)
    assert gif.walk(head + frame + b";", LIMIT).frames == 1
    assert reason(gif.walk, head + frame * (MAX_FRAMES + 1) + b";") == "frames"
    assert reason(gif.walk, head + b";") == "corrupt"
    assert reason(gif.walk, head + b"\x99") == "corrupt"


def test_a_gif_frame_outside_its_screen_counts_with_its_own_size():
    frame = b"\x2c" + struct.pack("<4HB", 0, 0, 60_000, 60_000, 0) + b"\x02\x02\x44\x01\x00"
    assert reason(gif.walk, b"GIF89a" + struct.pack("<2H3B", 1, 1, 0, 0, 0) + frame + b";") == "pixels"


@pytest.mark.parametrize("text", ["AP8ALAAAAAABAAEAAAIAOw==", "AAAALAAAAAABAAEAAAIAOw=="])
def test_a_pixel_without_data_is_a_spacer_that_browsers_show(examine, text):
    picture = examine(b"GIF89a\1\0\1\0" + base64.b64decode(text))
    assert (picture.format, picture.width_px, picture.height_px) == ("gif", 1, 1)


@pytest.mark.parametrize(
    ("depth", "compression", "masks", "data"),
    [
        (32, 3, (0xFF, 0xFF00, 0xFF0000), bytes(16)),
        (32, 3, (0x3FF, 0xFFC00, 0x3FF00000), bytes(16)),
        (8, 1, (), b"\2\5\0\1"),
    ],
)
def test_a_bmp_that_browsers_show_and_nobody_decodes_here_is_unsupported(
    examine, depth, compression, masks, data
):
    head = struct.pack("<IiiHHIIiiII", 40, 2, 2, 1, depth, compression, len(data), 0, 0, 0, 0)
    head += struct.pack(f"<{len(masks)}I", *masks) + (bytes(1024) if depth == 8 else b"")
    with pytest.raises(PictureError) as caught:
        examine(b"BM" + struct.pack("<IHHI", 14 + len(head + data), 0, 0, 14 + len(head)) + head + data)
    assert (caught.value.state.value, caught.value.reason) == ("unsupported", "format")


def test_riff_and_boxes_say_where_they_end(make):
    for walk, kind in ((webp.walk, "WEBP"), (avif.walk, "AVIF")):
        body = make(kind)
        assert walk(body, LIMIT).end == walk(body + b"<script>", LIMIT).end == len(body)


def test_a_webp_is_capped_below_the_general_limit():
    bits = 6999 | 6999 << 14
    data = b"\x2f" + bits.to_bytes(4, "little") + bytes(9)
    body = b"RIFF" + struct.pack("<I", 12 + len(data)) + b"WEBPVP8L" + struct.pack("<I", len(data)) + data
    assert reason(webp.walk, body) == "pixels"


def test_an_avif_whose_data_lies_behind_the_file_is_cut(make):
    body = make("AVIF", quality=50)
    place = body.index(b"mdat") - 4
    assert reason(avif.walk, body[:place] + struct.pack(">I", 8) + b"mdat") == "truncated"


def test_a_bmp_with_a_core_header_is_measured():
    header = struct.pack("<IHHHH", 12, 3, 2, 1, 24)
    body = b"BM" + struct.pack("<IHHI", 26 + 24, 0, 0, 26) + header + bytes(24)
    walked = bmp.walk(body, LIMIT)
    assert (walked.width_px, walked.height_px, walked.end) == (3, 2, 50)
    assert reason(bmp.walk, body[:-1]) == "truncated"


def test_a_tiff_whose_directories_run_in_a_circle_has_an_end(make):
    body = bytearray(make("TIFF"))
    at = int.from_bytes(body[4:8], "little")
    count = int.from_bytes(body[at : at + 2], "little")
    body[at + 2 + 12 * count : at + 6 + 12 * count] = struct.pack("<I", at)
    assert tiff.walk(bytes(body), LIMIT).frames == 1


def test_an_ico_entry_outside_the_file_is_cut():
    entry = struct.pack("<4B2H2I", 16, 16, 0, 0, 1, 32, 1000, 22)
    assert reason(ico.walk, b"\x00\x00\x01\x00\x01\x00" + entry) == "truncated"
    assert reason(ico.walk, b"\x00\x00\x01\x00\x00\x00") == "corrupt"


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        (b"", None),
        (b"\r\n", "padding"),
        (bytes(70_000), "other"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"\n\n%PDF-1.4", "pdf"),
        (b"MZ\x90\x00", "program"),
        (b"SEFH\x6a\x00", "other"),
    ],
)
def test_appended_bytes_are_named_by_their_beginning(tail, kind):
    assert appended(b"picture" + tail, 7) == (len(tail), kind)
