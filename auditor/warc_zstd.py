"""Where in a .warc.zst a record begins and ends: frames of Zstandard, and the dictionary before them.

A record is a frame of its own. Many archives begin with a dictionary in a skippable frame, without which
no frame can be read: who begins in the middle is handed it first.
https://iipc.github.io/warc-specifications/specifications/warc-zstd/ and RFC 8878, 3.1
"""

from __future__ import annotations

import io
import re
from typing import IO, Any

from auditor.warc_borders import HEAD, UNREADABLE, is_trouble

MAGIC = b"\x28\xb5\x2f\xfd"
DICTIONARY = (0x184D2A5D).to_bytes(4, "little")
MAX_DICTIONARY = 16 * 1024 * 1024
_STEP = 1024 * 1024
_CONTENT_SIZE = (0, 2, 4, 8)
_DICTIONARY_ID = (0, 1, 2, 4)


def is_packed(head: bytes) -> bool:
    """Whether a file begins as Zstandard does."""
    return head.startswith((MAGIC, DICTIONARY))


class Borders:
    """The borders of one packed archive. Raises `OSError` for a dictionary that is not all there."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        head = file.read(8)
        self._dictionary = b""
        if head.startswith(DICTIONARY):
            size = int.from_bytes(head[4:], "little")
            self._dictionary = head + file.read(min(size, MAX_DICTIONARY))
            if len(self._dictionary) < 8 + size:
                raise OSError(0, "its dictionary is cut off")

    @property
    def first(self) -> int:
        """Where the first record is looked for."""
        return len(self._dictionary)

    def stream(self, file: IO[bytes], offset: int) -> Any:
        """What fastwarc reads from a record on."""
        file.seek(offset)
        return _Led(self._dictionary, file) if self._dictionary else file

    def place(self, told: int, offset: int) -> int:
        """Where in the file a record stands of which fastwarc, reading from `offset` on, tells a place."""
        return told - len(self._dictionary) + offset if self._dictionary else told

    def end_of(self, file: IO[bytes], offset: int) -> int | None:
        """Where the record at `offset` ends; None where the file ends first."""
        file.seek(offset)
        head = file.read(18)
        if not head.startswith(MAGIC) or len(head) < 6:
            return None
        flags = head[4]
        single = bool(flags & 0x20)
        size = _CONTENT_SIZE[flags >> 6] or single
        position = offset + 5 + (not single) + _DICTIONARY_ID[flags & 3] + size
        last = False
        while not last:
            file.seek(position)
            block = int.from_bytes(file.read(3).ljust(3, b"\xff"), "little")
            last, kind, length = bool(block & 1), block >> 1 & 3, block >> 3
            if kind == 3:  # reserved: this is no frame, or it is damaged
                return None
            position += 3 + (1 if kind == 1 else length)
        position += 4 * bool(flags & 4)
        return position if position <= file.seek(0, io.SEEK_END) else None

    def next_record(self, file: IO[bytes], position: int) -> int:
        """Where the next record begins, at `position` or later; the size of the file if none does."""
        while True:
            file.seek(position)
            piece = file.read(_STEP)
            for found in re.finditer(re.escape(MAGIC), piece):
                at = position + found.start()
                if self._begins_record(file, at):
                    return at
            if len(piece) < _STEP:
                return position + len(piece)
            position += len(piece) - len(MAGIC)

    def _begins_record(self, file: IO[bytes], offset: int) -> bool:
        if self.end_of(file, offset) is None:
            return False
        from fastwarc.warc import ArchiveIterator

        try:
            return next(iter(ArchiveIterator(self.stream(file, offset), parse_http=False)), None) is not None
        except UNREADABLE as error:
            if is_trouble(error):
                raise
            return False

    def is_one_piece(self, file: IO[bytes]) -> bool:
        """Whether the first frame goes on after its first record."""
        from fastwarc.warc import ArchiveIterator

        try:
            records = iter(ArchiveIterator(self.stream(file, self.first), parse_http=False))
            next(records)
            second = next(records, None)
        except (StopIteration, *UNREADABLE) as error:
            if is_trouble(error):
                raise
            return False
        end = self.end_of(file, self.first)
        return second is not None and end is not None and not self._begins_record(file, end)


class _Led:
    """What is left of a file, led by a dictionary."""

    def __init__(self, lead: bytes, file: IO[bytes]) -> None:
        self._lead = lead
        self._file = file
        self._at = 0

    def read(self, size: int = HEAD) -> bytes:
        piece, self._lead = self._lead[:size], self._lead[size:]
        piece = piece or self._file.read(size)
        self._at += len(piece)
        return piece

    def tell(self) -> int:
        return self._at
