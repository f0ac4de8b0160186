"""PNG bytes to their chunks (W3C PNG, third edition, section 5), slimmed to what the pixels need.

Every critical chunk's checksum is proven here. Ancillary chunks other than transparency are dropped:
two million tiny ones cost a decoder 10 s.
"""

from __future__ import annotations

import zlib

from auditor.container import Container, check_frames, check_parts, check_size, cut, damaged, too_many

MAX_TEXT = 4 * 1024 * 1024
MAX_SIDE = 1_000_000  # a picture of 1 x 80,000,000 px costs 9 s in row calls

_SIGNATURE = 8
_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"})
_XMP = b"XML:com.adobe.xmp\x00"


def walk(body: bytes, max_pixels: int) -> Container:
    """Walk every chunk to IEND. See `auditor.containers`."""
    width, height = _header(body, max_pixels)
    view = memoryview(body)
    kept: list[memoryview] = [view[:_SIGNATURE]]
    exif = xmp = None
    frames, declared, parts, at, data = 0, 1, 0, _SIGNATURE, False
    while True:
        check_parts(parts := parts + 1, "PNG chunks")
        size = int.from_bytes(body[at : at + 4], "big")
        name = body[at + 4 : at + 8]
        end = at + 12 + size
        if len(name) < 4 or end > len(body):
            raise cut(f"it ends inside a {name.decode('latin-1') or 'chunk header'!r} chunk, before IEND")
        content = view[at + 8 : end - 4]
        if name in _KEPT:
            if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(body[end - 4 : end], "big"):
                raise damaged(f"the checksum of its {name.decode()} chunk at byte {at:,} is wrong")
            kept.append(view[at:end])
            data = data or name == b"IDAT"
        elif not name.isalpha():
            raise damaged(f"no chunk at byte {at:,}")
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


def _header(body: bytes, max_pixels: int) -> tuple[int, int]:
    if len(body) < _SIGNATURE + 25:
        raise cut("it ends inside its header")
    if body[12:16] != b"IHDR":
        raise damaged("its first chunk is no header")
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
