"""TIFF bytes to their directories (TIFF 6.0, section 2); every strip and tile must be in the file.

The chain of directories is walked here: asking a decoder for the number of frames takes it more than
12 s on 100,000 of them.
"""

from __future__ import annotations

from typing import Literal

from auditor.container import Container, check_frames, check_size, cut, damaged

_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_WIDTH, _HEIGHT, _IPTC, _XMP = 256, 257, 33723, 700
_DATA = ((273, 279), (324, 325))  # offsets and byte counts of strips, of tiles
_DIRECTORIES = (330, 34665, 34853)
_MAX_VALUES = 4 * 1024 * 1024


class _Reader:
    """Numbers of a file in its own byte order; classic TIFF or BigTIFF."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.order: Literal["little", "big"] = "little" if body[:2] == b"II" else "big"
        self.big = body[2:4] in (b"+\x00", b"\x00+")
        self.wide = 8 if self.big else 4
        self.end = 8

    def number(self, at: int, size: int) -> int:
        if at + size > len(self.body):
            raise cut(f"it ends at byte {len(self.body):,}, inside a directory")
        return int.from_bytes(self.body[at : at + size], self.order)

    def directory(self, at: int) -> tuple[dict[int, tuple[int, int, int]], int]:
        """Tag to (type, count, place of the values), and the place of the next directory."""
        head = 8 if self.big else 2
        count = self.number(at, head)
        if count > 65_535:
            raise damaged(f"a directory of {count:,} entries")
        size = 20 if self.big else 12
        after = at + head + count * size
        if after > len(self.body):
            raise cut(f"it ends at byte {len(self.body):,}, inside a directory")
        fields: dict[int, tuple[int, int, int]] = {}
        for place in range(at + head, at + head + count * size, size):
            tag, kind = self.number(place, 2), self.number(place + 2, 2)
            values = self.number(place + 4, self.wide)
            start = place + 4 + self.wide
            if values * _SIZES.get(kind, 1) > self.wide:
                start = self.number(start, self.wide)
                self.reach(start + values * _SIZES.get(kind, 1), f"field {tag}")
            fields.setdefault(tag, (kind, values, start))
        following = self.number(after, self.wide)
        self.reach(after + self.wide, "a directory")
        return fields, following

    def reach(self, end: int, what: str) -> None:
        """Note that the file goes on to here at least; raises where it does not."""
        if end > len(self.body):
            raise cut(f"{len(self.body):,} of {end:,} bytes: {what} is missing")
        self.end = max(self.end, end)

    def values(self, field: tuple[int, int, int]) -> list[int]:
        kind, count, start = field
        size = _SIZES.get(kind, 1)
        if count > _MAX_VALUES:
            raise damaged(f"a field of {count:,} values")
        return [
            int.from_bytes(self.body[at : at + size], self.order)
            for at in range(start, start + count * size, size)
        ]

    def raw(self, field: tuple[int, int, int] | None) -> bytes | None:
        if field is None:
            return None
        kind, count, start = field
        return self.body[start : start + min(count * _SIZES.get(kind, 1), _MAX_VALUES)]


def walk(body: bytes, max_pixels: int) -> Container:
    """Walk the chain of directories, and the first one to its data. See `auditor.containers`."""
    reader = _Reader(body)
    at = reader.number(8 if reader.big else 4, reader.wide)
    if at < 8:
        raise damaged(f"its directory is said to be at byte {at}")
    first, following = reader.directory(at)
    if _WIDTH not in first or _HEIGHT not in first:
        raise damaged("it does not say how large it is")
    width, height = (reader.values(first[tag])[0] for tag in (_WIDTH, _HEIGHT))
    check_size(width, height, max_pixels)
    _data(reader, first, needed=True)
    seen = {at}
    pending = [following, *_below(reader, first)]
    while pending:
        place = pending.pop()
        if place and place not in seen:
            seen.add(place)
            check_frames(len(seen))
            fields, following = reader.directory(place)
            _data(reader, fields)
            pending += [following, *_below(reader, fields)]
    return Container(
        width,
        height,
        reader.end,
        _pages(reader, at),
        exif=body,
        iptc=reader.raw(first.get(_IPTC)),
        xmp=reader.raw(first.get(_XMP)),
    )


def _pages(reader: _Reader, at: int) -> int:
    """The length of the main chain of directories, which has been walked."""
    seen: set[int] = set()
    while at and at not in seen:
        seen.add(at)
        _, at = reader.directory(at)
    return len(seen)


def _below(reader: _Reader, fields: dict[int, tuple[int, int, int]]) -> list[int]:
    """The places of directories that a directory names: reduced pictures, EXIF, GPS."""
    return [place for tag in _DIRECTORIES if tag in fields for place in reader.values(fields[tag])]


def _data(reader: _Reader, fields: dict[int, tuple[int, int, int]], *, needed: bool = False) -> None:
    """Hold a directory's strips or tiles against the file's length."""
    found = False
    for offsets, counts in _DATA:
        if offsets in fields and counts in fields:
            found = True
            places = zip(reader.values(fields[offsets]), reader.values(fields[counts]), strict=False)
            reader.reach(max((place + size for place, size in places), default=0), "picture data")
    if needed and not found:
        raise damaged("it does not say where its pixels are")
