"""PNG bytes to their chunks (W3C PNG, third edition, section 5), slimmed to what the pixels need.

The checksum of every critical chunk with content is proven here. Ancillary chunks other than transparency
are dropped: two million tiny ones cost a decoder 10 s. A damaged transparency is dropped too, and a
critical chunk that nobody knows makes the file unreadable (Chromium 156).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection

from auditor.container import Container, check_frames, check_parts, check_size, cut, damaged, too_many

# Of each pass of an interlaced picture: where it begins, and the steps it takes (section 8.1).
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PIECE = 1024 * 1024
MAX_TEXT = 4 * 1024 * 1024
MAX_SIDE = 1_000_000  # a picture of 1 x 80,000,000 px costs 9 s in row calls

_SIGNATURE = 8
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT"})
_END = memoryview(b"\0\0\0\0IEND\xaeB`\x82")
_XMP = b"XML:com.adobe.xmp\x00"


def walk(body: bytes, max_pixels: int) -> Container:
    """Walk every chunk to IEND. See `auditor.containers`."""
    width, height = _header(body, max_pixels)
    view = memoryview(body)
    kept: list[memoryview] = [view[:_SIGNATURE]]
    exif = xmp = None
    frames, declared, parts, palette, at = 0, 1, 0, 0, _SIGNATURE
    data = False
    while True:
        check_parts(parts := parts + 1, "PNG chunks")
        size = int.from_bytes(body[at : at + 4], "big")
        name = body[at + 4 : at + 8]
        end = at + 12 + size
        if len(name) < 4 or end > len(body):
            raise cut(f"it ends inside a {name.decode('latin-1') or 'chunk header'!r} chunk, before IEND")
        content = view[at + 8 : end - 4]
        if name == b"tRNS":
            if _is_sound(view[at:end]) and size in _transparencies(body[25], palette):
                kept.append(view[at:end])
        elif not name.isalpha():
            raise damaged(f"no chunk at byte {at:,}")
        elif name[:1].isupper():
            kept.append(_critical(view, at, end))
            palette = size // 3 if name == b"PLTE" else palette
            data = data or name == b"IDAT"
        elif name == b"eXIf" and exif is None:
            exif = bytes(content)
        elif name == b"iTXt" and xmp is None and content[: len(_XMP)] == _XMP:
            xmp = _text(bytes(content[len(_XMP) :]))
        elif name == b"acTL" and size == 8:
            declared = int.from_bytes(content[:4], "big")
        elif name == b"fcTL":
            check_frames(frames := frames + 1)
        at = end
        if name == b"IEND":
            break
    if not data:
        raise damaged("it has no image data")
    if frames and frames < declared:
        raise cut(f"{frames} of {declared} frames")
    return Container(width, height, at, max(frames, 1), b"".join(kept), exif=exif, xmp=xmp)


def lacks_rows(slim: bytes) -> bool:
    """Whether the image data of a slimmed file end before its last row: decoders leave such rows black."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", slim[16:29])
    bits = depth * _CHANNELS[colour]
    needed = 0
    for left, top, across, down in _PASSES if interlaced else ((0, 0, 1, 1),):
        wide, high = -((left - width) // across), -((top - height) // down)
        needed += high * (1 + (wide * bits + 7) // 8) if wide > 0 and high > 0 else 0
    at, data = _SIGNATURE, []
    while at < len(slim):
        end = at + 12 + int.from_bytes(slim[at : at + 4], "big")
        if slim[at + 4 : at + 8] == b"IDAT":
            data.append(memoryview(slim)[at + 8 : end - 4])
        at = end
    size = _inflated(data)
    return size is not None and size < needed


def _inflated(data: list[memoryview]) -> int | None:
    """How many bytes image data unpack to; None where they are damaged (zlib has a sum of its own)."""
    stream, size = zlib.decompressobj(), 0
    try:
        for part in data:
            rest = bytes(part)
            while rest and not stream.eof:
                size += len(stream.decompress(rest, _PIECE))
                rest = stream.unconsumed_tail
    except zlib.error:
        return None
    return size if stream.eof else None


def _critical(view: memoryview, at: int, end: int) -> memoryview:
    """The chunk at this place as it is decoded; raises where a picture with it cannot be."""
    name = bytes(view[at + 4 : at + 8])
    if name == b"IEND":
        return _END
    if name not in _CRITICAL:
        raise damaged(f"nobody knows its {name.decode()} chunk, which must be understood")
    if not _is_sound(view[at:end]):
        raise damaged(f"the checksum of its {name.decode()} chunk at byte {at:,} is wrong")
    if name == b"IHDR" and at > _SIGNATURE:
        raise damaged("a second header")
    return view[at:end]


def _is_sound(chunk: memoryview) -> bool:
    return zlib.crc32(chunk[4:-4]) == int.from_bytes(chunk[-4:], "big")


def _transparencies(colour: int, palette: int) -> Collection[int]:
    """The lengths that the transparency of this colour type may have (section 11.3.1.1)."""
    return {0: (2,), 2: (6,), 3: range(1, palette + 1)}.get(colour, ())


def _header(body: bytes, max_pixels: int) -> tuple[int, int]:
    if len(body) < _SIGNATURE + 25:
        raise cut("it ends inside its header")
    if body[8:16] != b"\0\0\0\x0dIHDR":
        raise damaged("its first chunk is no header")
    if body[26] or body[27]:
        raise damaged("its header names a way of packing that nobody knows")
    width, height = int.from_bytes(body[16:20], "big"), int.from_bytes(body[20:24], "big")
    check_size(width, height, max_pixels)
    if max(width, height) > MAX_SIDE:
        raise too_many("pixels", f"{width} x {height} pixels, a side is at most {MAX_SIDE:,}")
    return width, height


def _text(rest: bytes) -> bytes | None:
    """The text of an iTXt chunk after its keyword: flag, method, language, translation, text."""
    parts = rest[2:].split(b"\x00", 2)
    if len(parts) < 3:
        return None
    if rest[:1] != b"\x01":
        return parts[2]
    try:
        return zlib.decompressobj().decompress(parts[2], MAX_TEXT)
    except zlib.error:
        return None


def size(body: bytes) -> tuple[int, int] | None:
    """Width and height as the header declares them; None where the bytes end before."""
    if body[12:16] != b"IHDR" or len(body) < 24:
        return None
    return int.from_bytes(body[16:20], "big"), int.from_bytes(body[20:24], "big")
