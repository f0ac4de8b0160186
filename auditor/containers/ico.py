"""ICO bytes to their directory; every entry's picture must lie within the file."""

from __future__ import annotations

from auditor.container import Container, check_size, cut, damaged, too_many
from auditor.containers import bmp, png

MAX_PICTURES = 256  # real files have a dozen; each may be as large as the file

_PNG = b"\x89PNG\r\n\x1a\n"


def walk(body: bytes, max_pixels: int) -> Container:
    """Walk every entry; the largest is the one that counts. See `auditor.containers`."""
    count = int.from_bytes(body[4:6], "little")
    end = 6 + 16 * count
    if len(body) < max(end, 6):
        raise cut("it ends inside its directory")
    if not count:
        raise damaged("its directory is empty")
    if count > MAX_PICTURES:
        raise too_many("frames", f"more than {MAX_PICTURES} pictures")
    largest = (0, 0)
    for index in range(count):
        entry = body[6 + 16 * index : 22 + 16 * index]
        size, offset = int.from_bytes(entry[8:12], "little"), int.from_bytes(entry[12:16], "little")
        if offset + size > len(body):
            raise cut(f"picture {index + 1} of {count} is said to end at byte {offset + size:,}")
        width, height = _entry(body[offset : offset + size], max_pixels)
        largest = max(largest, (width, height), key=lambda sides: sides[0] * sides[1])
        end = max(end, offset + size)
    return Container(*largest, end)


def _entry(picture: bytes, max_pixels: int) -> tuple[int, int]:
    if picture.startswith(_PNG):
        inside = png.walk(picture, max_pixels)
        return inside.width_px, inside.height_px
    width, height, size = bmp.measure(picture)
    height //= 2  # the second half is the mask
    check_size(width, height, max_pixels)
    if int.from_bytes(picture[:4], "little") + size // 2 > len(picture):
        raise cut("a picture's pixels end early")
    return width, height
