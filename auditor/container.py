"""What walking a picture file to its end tells, and the failures that a walk can meet."""

from __future__ import annotations

from auditor.errors import PictureError
from auditor.model import State, Value
from auditor.sniffing import first_bytes

MAX_FRAMES = 20_000
MAX_PARTS = 250_000  # chunks, boxes, segments: real files have hundreds


class Container(Value, frozen=True):
    """The facts that stand in the file's structure.

    `slim` are the bytes to decode: the first frame without metadata; None means the body as it is.
    `paddings`: bytes to put after `slim`; the picture is whole only if it decodes, and to the same
    pixels, with each of them. `end` is the offset behind the last byte that belongs to the picture.
    """

    width_px: int
    height_px: int
    end: int
    frames: int = 1
    slim: bytes | None = None
    paddings: tuple[bytes, ...] = (b"",)
    exif: bytes | None = None
    iptc: bytes | None = None
    xmp: bytes | None = None


def cut(what: str) -> PictureError:
    """The file ends before it should; `what` says where."""
    return PictureError(State.BROKEN, "truncated", what)


def damaged(what: str) -> PictureError:
    """The file is all there and makes no sense."""
    return PictureError(State.BROKEN, "corrupt", what)


def too_many(reason: str, what: str) -> PictureError:
    """Over a limit: "pixels", "frames" or "decode-time"."""
    return PictureError(State.TOO_LARGE, reason, what)


def check_size(width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture by the size that its header declares."""
    if width <= 0 or height <= 0:
        raise damaged(f"its header says {width} x {height} pixels")
    if width * height > max_pixels:
        raise too_many("pixels", f"{width} x {height} pixels, at most {max_pixels:,} are decoded")


def check_parts(count: int, what: str) -> None:
    """Refuse a file made of more parts than any real one, before walking them costs minutes."""
    if count > MAX_PARTS:
        raise too_many("decode-time", f"more than {MAX_PARTS:,} {what}")


def check_frames(count: int) -> None:
    """Refuse an animation of more frames than any real one."""
    if count > MAX_FRAMES:
        raise too_many("frames", f"more than {MAX_FRAMES:,} frames")


_ARCHIVES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"%PDF-", "pdf"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"OggS", "video"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"GIF8", "image"),
)
_SCRIPTS = (
    (b"<?php", "php"),
    (b"<script", "html"),
    (b"<html", "html"),
    (b"<!doctype", "html"),
    (b"#!/", "script"),
)


def appended(body: bytes, end: int) -> tuple[int, str | None]:
    """How many bytes follow the end of the picture, and what they look like.

    Kinds: an archive's name, "pdf", "program", "video", "image", "php", "html", "script", "padding"
    (zeros, 0xFF, white space), "other". (0, None) where nothing follows.
    """
    size = len(body) - end
    if size <= 0:
        return 0, None
    head = body[end : end + 4096]
    if not body[end : end + 65_536].strip(b"\x00\xff\r\n\t "):
        return size, "padding" if size <= 65_536 else "other"
    start = head.lstrip(b"\x00\xff\r\n\t ") if not head.startswith(b"\xff\xd8") else head
    for magic, kind in _ARCHIVES:
        if start.startswith(magic):
            return size, kind
    if head[4:8] == b"ftyp" or start[3:7] == b"ftyp":
        return size, "video"
    lowered = head.lower()
    for mark, kind in _SCRIPTS:
        if mark in lowered:
            return size, kind
    return size, "other"


def describe(body: bytes) -> dict[str, str]:
    """Evidence for a report: the beginning of the file."""
    return {"first-bytes": first_bytes(body)}
