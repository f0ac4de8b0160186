"""AVIF bytes to their boxes (ISO/IEC 14496-12 and 23008-12); every item's data must be in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.container import Container, check_frames, check_parts, check_size, cut, damaged

MAX_PIXELS = 50_000_000  # its decoder takes 9.3 bytes a pixel

_ISPE = re.compile(rb"\x00\x00\x00\x14ispe\x00{4}(.{4})(.{4})", re.DOTALL)
_IROT = re.compile(rb"\x00\x00\x00\x09irot(.)", re.DOTALL)
_DEPTH = 12
_MAX_PART = 1024 * 1024
_TOP = frozenset(b"meta mdat moov free skip wide uuid moof mfra sidx emsg jumb".split())
_PARENTS = frozenset(
    {b"meta", b"iprp", b"ipco", b"moov", b"trak", b"mdia", b"minf", b"stbl"}
)  # boxes that hold boxes


def walk(body: bytes, max_pixels: int) -> Container:
    """Walk the boxes to the end of the file, and the items to the end of their data.

    What follows the last whole box is taken for appended where it does not begin like a box.
    See `auditor.containers`.
    """
    limit = min(max_pixels, MAX_PIXELS)
    width = height = reach = frames = 0
    names: set[bytes] = set()
    end = _end(body)
    items: dict[int, bytes] = {}
    extents: dict[int, list[tuple[int, int]]] = {}
    for name, start, stop in _boxes(body, 0, end):
        names.add(name)
        if name == b"ispe":
            wide, high = _number(body, start + 4, 4), _number(body, start + 8, 4)
            check_size(wide, high, limit)
            width, height = max(width, wide), max(height, high)
        elif name == b"tkhd":
            wide, high = _number(body, stop - 8, 2), _number(body, stop - 4, 2)
            if wide and high:
                check_size(wide, high, limit)
                width, height = max(width, wide), max(height, high)
        elif name == b"stsz":
            check_frames(_number(body, start + 8, 4))
            frames = max(frames, _number(body, start + 8, 4))
        elif name == b"iinf":
            items = _items(body, start, stop)
        elif name == b"iloc":
            extents = _extents(body, start, stop)
    for runs in extents.values():
        reach = max([reach, *(at + size for at, size in runs)])
    if reach > len(body):
        raise cut(f"{len(body):,} of {reach:,} bytes")
    if b"meta" not in names and b"moov" not in names:
        raise cut("it ends before its description")
    if not width:
        raise damaged("it does not say how large it is")

    def data(kind: bytes) -> bytes | None:
        for item, what in items.items():
            if what == kind and item in extents:
                return b"".join(body[at : at + min(size, _MAX_PART)] for at, size in extents[item][:16])
        return None

    exif = data(b"Exif")
    return Container(
        width,
        height,
        max(end, reach),
        max(frames, 1),
        exif=exif[4 + _number(exif, 0, 4) :] if exif else None,
        xmp=data(b"mime"),
    )


def size(body: bytes) -> tuple[int, int] | None:
    """Width and height of the largest item that these bytes describe, turned as it is shown."""
    sizes = [
        (int.from_bytes(found[1], "big"), int.from_bytes(found[2], "big")) for found in _ISPE.finditer(body)
    ]
    width, height = max(sizes, key=lambda sides: sides[0] * sides[1], default=(0, 0))
    if not width or not height:
        return None
    turn = _IROT.search(body)
    return (height, width) if turn and turn[1][0] & 1 else (width, height)


def _end(body: bytes) -> int:
    """The end of the last top-level box; raises where one is longer than the file.

    Once description and data are there, only boxes of the standard go on with the file.
    """
    at = parts = 0
    names: set[bytes] = set()
    while at + 8 <= len(body):
        check_parts(parts := parts + 1, "boxes")
        size, name = _number(body, at, 4), body[at + 4 : at + 8]
        if (b"mdat" in names and names & {b"meta", b"moov"} and name not in _TOP) or not name.isalnum():
            break
        names.add(name)
        if size == 1:
            size = _number(body, at + 8, 8)
        if size == 0:
            return len(body)
        if size < 8:
            raise damaged(f"its {name.decode()} box is {size} bytes long")
        if at + size > len(body):
            raise cut(f"its {name.decode()} box ends at byte {at + size:,} of {len(body):,}")
        at += size
    return at


def _boxes(body: bytes, at: int, end: int, depth: int = 0) -> Iterator[tuple[bytes, int, int]]:
    """Every box as (name, start of its content, end), parents before their children."""
    parts = 0
    while at + 8 <= end:
        check_parts(parts := parts + 1, "boxes")
        size, name, head = _number(body, at, 4), body[at + 4 : at + 8], 8
        if size == 1:
            size, head = _number(body, at + 8, 8), 16
        size = size or end - at
        if size < head or at + size > end:
            raise damaged(f"its {name.decode('latin-1')!r} box at byte {at:,} does not fit")
        yield name, at + head, at + size
        if name in _PARENTS and depth < _DEPTH:
            yield from _boxes(body, at + head + (4 if name == b"meta" else 0), at + size, depth + 1)
        at += size


def _items(body: bytes, start: int, stop: int) -> dict[int, bytes]:
    """Item number to item type (infe boxes of version 2 and 3)."""
    first = start + (6 if body[start] == 0 else 8)
    found = {}
    for name, at, _ in _boxes(body, first, stop):
        if name == b"infe" and body[at] in (2, 3):
            wide = 2 if body[at] == 2 else 4
            found[_number(body, at + 4, wide)] = body[at + 6 + wide : at + 10 + wide]
    return found


def _extents(body: bytes, start: int, stop: int) -> dict[int, list[tuple[int, int]]]:
    """Item number to the places of its data in the file (ISO/IEC 14496-12, 8.11.3)."""
    version = body[start]
    offset_size, length_size = body[start + 4] >> 4, body[start + 4] & 15
    base_size, index_size = body[start + 5] >> 4, body[start + 5] & 15 if version else 0
    wide = 4 if version == 2 else 2
    at, parts = start + 6 + wide, 0
    found: dict[int, list[tuple[int, int]]] = {}
    for _ in range(_number(body, start + 6, wide)):
        item, at = _number(body, at, wide), at + wide
        method, at = (_number(body, at, 2) & 15, at + 2) if version else (0, at)
        base, at = _number(body, at + 2, base_size), at + 2 + base_size
        count, at = _number(body, at, 2), at + 2
        for _ in range(count):
            check_parts(parts := parts + 1, "extents")
            offset = _number(body, at + index_size, offset_size)
            length = _number(body, at + index_size + offset_size, length_size)
            at += index_size + offset_size + length_size
            if at > stop:
                raise damaged("its item locations do not fit their box")
            if method == 0:
                found.setdefault(item, []).append((base + offset, length))
    return found


def _number(body: bytes, at: int, size: int) -> int:
    return int.from_bytes(body[at : at + size], "big")
