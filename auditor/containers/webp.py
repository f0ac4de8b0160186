"""WebP bytes to their RIFF chunks (RFC 9649)."""

from __future__ import annotations

from auditor.container import Container, check_frames, check_parts, check_size, cut, damaged

MAX_PIXELS = 32_000_000  # its decoder takes 16 bytes a pixel; 34 bytes of file can ask for 1.35 GB


def walk(body: bytes, max_pixels: int) -> Container:
    """Walk every chunk to the end that RIFF declares. See `auditor.containers`."""
    end = 8 + int.from_bytes(body[4:8], "little")
    if len(body) < 20 or end > len(body):
        raise cut(f"{len(body):,} of {end:,} bytes")
    limit = min(max_pixels, MAX_PIXELS)
    width = height = frames = parts = 0
    found: dict[bytes, bytes] = {}
    at = 12
    while at < end:
        check_parts(parts := parts + 1, "WebP chunks")
        name, size = body[at : at + 4], int.from_bytes(body[at + 4 : at + 8], "little")
        start, at = at + 8, at + 8 + size + (size & 1)
        if start + size > end:
            raise cut(f"its {name.decode('latin-1')!r} chunk is longer than the file")
        if sides := _sides(name, body[start : start + 16]):
            width, height = max(width, sides[0]), max(height, sides[1])
            check_size(width, height, limit)
        if name == b"ANMF":
            check_frames(frames := frames + 1)
        elif name in (b"EXIF", b"XMP ", b"ALPH", b"VP8 ", b"VP8L"):
            found.setdefault(name, body[start : start + size] if name in (b"EXIF", b"XMP ") else b"")
    if not width or not (frames or b"VP8 " in found or b"VP8L" in found):
        raise damaged("it has no image data")
    return Container(width, height, end, max(frames, 1), exif=found.get(b"EXIF"), xmp=found.get(b"XMP "))


def size(body: bytes) -> tuple[int, int] | None:
    """Width and height as the first chunk declares them; None where the bytes end before."""
    return _sides(body[12:16], body[20:36])


def _sides(name: bytes, head: bytes) -> tuple[int, int] | None:
    """Width and height as far as this chunk declares them."""
    if name == b"VP8X" and len(head) >= 10:
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if name == b"ANMF" and len(head) >= 12:
        return 1 + int.from_bytes(head[6:9], "little"), 1 + int.from_bytes(head[9:12], "little")
    if name == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF
    if name == b"VP8L" and head[:1] == b"\x2f":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None
