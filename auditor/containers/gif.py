"""GIF bytes to their blocks (GIF89a specification, section 17 onwards)."""

from __future__ import annotations

from auditor.container import Container, check_frames, check_size, cut, damaged

# For a pixel without data: spacers of 35 bytes that many pages have, which browsers show as nothing.
_PIXEL = b"\x02\x02\x44\x01\x00"
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B


def walk(body: bytes, max_pixels: int) -> Container:
    """Walk every block to the trailer; the first frame alone is handed on. See `auditor.containers`."""
    if len(body) < 13:
        raise cut("it ends inside its header")
    width, height = (int.from_bytes(body[at : at + 2], "little") for at in (6, 8))
    at = 13 + _table(body[10])
    frames, slim, xmp = 0, b"", None
    while True:
        if at >= len(body):
            raise cut(f"it ends without a trailer, after {frames} frames")
        block = body[at]
        if block == _TRAILER:
            break
        if block == _EXTENSION:
            if body[at + 3 : at + 14] == b"XMP DataXMP":
                xmp = _xmp(body, at + 14)
            at = _after_data(body, at + 2)
        elif block == _IMAGE:
            if at + 10 > len(body):
                raise cut("it ends inside a frame's header")
            left, top, wide, high = (
                int.from_bytes(body[at + i : at + i + 2], "little") for i in (1, 3, 5, 7)
            )
            width, height = max(width, left + wide), max(height, top + high)
            check_size(width, height, max_pixels)
            data = at + 10 + _table(body[at + 9])
            at = _after_data(body, data + 1)
            check_frames(frames := frames + 1)
            if not slim:
                slim = body[:data] + _PIXEL if (wide, high, at) == (1, 1, data + 2) else body[:at]
        elif block == 0:
            at += 1  # some writers put an empty sub-block too many
        else:
            raise damaged(f"no block at byte {at:,}")
    if not frames:
        raise damaged("it has no frame")
    return Container(width, height, at + 1, frames, slim + b";", xmp=xmp)


def _table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_data(body: bytes, at: int) -> int:
    """The offset behind a chain of sub-blocks."""
    size = len(body)
    while at < size:
        length = body[at]
        at += length + 1
        if not length:
            return at
    raise cut("it ends inside a block")


def _xmp(body: bytes, at: int) -> bytes | None:
    """XMP stands unblocked in its extension, closed by a 258-byte ramp (XMP part 3, 1.1.2)."""
    end = body.find(b"\x01\xff\xfe\xfd", at, at + 4_194_304)
    return body[at:end] if end > 0 else None
