"""BMP bytes to their headers; the pixel data must be there as far as the header says."""

from __future__ import annotations

from auditor.container import Container, check_size, cut, damaged

_FILE_HEADER = 14
_UNCOMPRESSED = (0, 3, 6)  # BI_RGB, BI_BITFIELDS, BI_ALPHABITFIELDS


def walk(body: bytes, max_pixels: int) -> Container:
    """Read the headers and hold the length against them. See `auditor.containers`."""
    if len(body) < _FILE_HEADER + 12:
        raise cut("it ends inside its header")
    offset = int.from_bytes(body[10:14], "little")
    width, height, size = measure(body[_FILE_HEADER:])
    check_size(width, height, max_pixels)
    if offset < _FILE_HEADER + 12:
        raise damaged(f"its pixels are said to begin at byte {offset}")
    end = offset + size
    if end > len(body):
        raise cut(f"{len(body):,} of {end:,} bytes")
    declared = int.from_bytes(body[2:6], "little")
    return Container(width, height, min(max(end, declared), len(body)))


def measure(header: bytes) -> tuple[int, int, int]:
    """Width, height and bytes of pixel data of a DIB (its header is the first argument's start).

    Run-length data has no length of its own but the one in the header.
    """
    kind = int.from_bytes(header[:4], "little")
    if len(header) < min(kind, 40):
        raise cut("it ends inside its header")
    if kind == 12:
        width, height = int.from_bytes(header[4:6], "little"), int.from_bytes(header[6:8], "little")
        depth, compression, declared = int.from_bytes(header[10:12], "little"), 0, 0
    else:
        width = int.from_bytes(header[4:8], "little", signed=True)
        height = abs(int.from_bytes(header[8:12], "little", signed=True))
        depth = int.from_bytes(header[14:16], "little")
        compression = int.from_bytes(header[16:20], "little") if kind > 16 else 0
        declared = int.from_bytes(header[20:24], "little") if kind > 16 else 0
    if compression in _UNCOMPRESSED:
        return width, height, (width * depth + 31) // 32 * 4 * height
    return width, height, declared
