"""Where in a WARC a record begins and ends: what its reader cannot tell when something is damaged."""

from __future__ import annotations

import errno
import re
import zlib
from typing import IO

from auditor.config import MIB

HEAD = 64 * 1024  # of a record's own headers
GZIP = b"\x1f\x8b\x08"
UNREADABLE = (OSError, EOFError, zlib.error)
"""What readers raise for damage; also what the disk raises, of which `is_trouble` tells."""
_BORDER = re.compile(rb"WARC/[01]\.\d+\r?\n")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d+)", re.IGNORECASE | re.MULTILINE)
_STEP = MIB
_OVERLAP = 16  # bytes in which a mark may lie across two steps


def is_archive(head: bytes) -> bool:
    """Whether a file that begins like this is a WARC or ARC, compressed or not."""
    start = _unpacked(head) if head.startswith(GZIP) else head
    return _BORDER.match(start) is not None or is_arc(head)


def is_trouble(error: BaseException) -> bool:
    """Whether the disk failed, and not the bytes that came: such errors have a number.

    A damaged length may lead to a place that no file has: EINVAL.
    """
    return isinstance(error, OSError) and error.errno not in (None, 0, errno.EINVAL)


class Borders:
    """The borders of an archive that is compressed record by record, or not at all."""

    first = 0

    def __init__(self, *, gzipped: bool) -> None:
        self._gzipped = gzipped

    def stream(self, file: IO[bytes], offset: int) -> IO[bytes]:
        """What fastwarc reads from a record on."""
        file.seek(offset)
        return file

    def place(self, told: int, offset: int) -> int:  # noqa: ARG002 - other archives need it
        """Where in the file a record stands of which fastwarc tells a place."""
        return told

    def next_record(self, file: IO[bytes], position: int) -> int:
        """Where the next record begins, at `position` or later; the size of the file if none does."""
        pattern = re.compile(re.escape(GZIP)) if self._gzipped else _BORDER
        while True:
            file.seek(position)
            piece = file.read(_STEP)
            for found in pattern.finditer(piece):
                at = position + found.start()
                if not self._gzipped or _begins_record(file, at):
                    return at
            if len(piece) < _STEP:
                return position + len(piece)
            position += len(piece) - _OVERLAP

    def end_of(self, file: IO[bytes], offset: int) -> int | None:
        """Where the record at `offset` ends; None where the file ends first."""
        return _member_end(file, offset) if self._gzipped else _plain_end(file, offset)


def _begins_record(file: IO[bytes], position: int) -> bool:
    file.seek(position)
    return _BORDER.match(_unpacked(file.read(HEAD))) is not None


def _member_end(file: IO[bytes], offset: int) -> int | None:
    file.seek(offset)
    member = zlib.decompressobj(31)
    position = offset
    while not member.eof:
        piece = file.read(_STEP)
        if not piece:
            return None
        position += len(piece)
        try:
            while piece and not member.eof:
                member.decompress(piece, _STEP)
                piece = member.unconsumed_tail
        except zlib.error:
            return None
    return position - len(member.unused_data)


def is_blank(file: IO[bytes], position: int) -> bool:
    """Whether nothing but padding follows."""
    try:
        file.seek(position)
        return not file.read(HEAD).strip(b"\r\n\0")
    except UNREADABLE as error:
        if is_trouble(error):
            raise
        return False


def is_arc(head: bytes) -> bool:
    return (_unpacked(head) if head.startswith(GZIP) else head).startswith(b"filedesc:")


def _plain_end(file: IO[bytes], offset: int) -> int | None:
    try:
        file.seek(offset)
        length = _declared(file.read(HEAD))
        if length is None:
            return None
        end = offset + sum(length)
        file.seek(end - 1)
        rest = file.read(5)
    except UNREADABLE as error:
        if is_trouble(error):
            raise
        return None
    return end + len(rest[1:]) - len(rest[1:].lstrip(b"\r\n")) if rest else None


def _declared(head: bytes) -> tuple[int, int] | None:
    """The length of a record's headers, and the length that they declare of its block."""
    end = _HEADER_END.search(head)
    found = _LENGTH.search(head[: end.start()]) if end else None
    return (end.end(), int(found[1])) if end and found else None


def _unpacked(head: bytes, most: int = HEAD) -> bytes:
    """What the first bytes of a gzip member begin with; nothing where they are none."""
    try:
        return zlib.decompressobj(31).decompress(head, most)
    except zlib.error:
        return b""


def is_one_piece(head: bytes) -> bool:
    """Whether the first gzip member goes on after its first record."""
    start = _unpacked(head, 4 * HEAD) if head.startswith(GZIP) else b""
    declared = _declared(start) if _BORDER.match(start) else None
    return declared is not None and _BORDER.match(start[sum(declared) :].lstrip(b"\r\n")) is not None
