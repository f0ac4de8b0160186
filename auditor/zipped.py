"""A member of a ZIP archive to a file that can be read from anywhere.

`zipfile` seeks by reading all that lies between, which is a gigabyte for the last picture of a WACZ;
members that are stored as they are, as WACZ asks for, are windows of the file here.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import IO, Any, cast

_LENGTHS = struct.Struct("<HH")  # of name and extra field, 26 bytes into a local header (APPNOTE 4.3.7)
_FIXED = 30


def names(file: IO[bytes]) -> list[str]:
    """The names of the members, folders aside. Raises `OSError`, `zipfile.BadZipFile`."""
    with zipfile.ZipFile(file) as archive:
        return [name for name in archive.namelist() if not name.endswith("/")]


def member(file: IO[bytes], name: str) -> IO[bytes]:
    """A member, seekable; closing it closes `file`. Raises as `names` does, `FileNotFoundError` too."""
    with zipfile.ZipFile(file) as archive:
        try:
            info = archive.getinfo(name)
        except KeyError:
            raise FileNotFoundError(2, "no such archive in the WACZ", name) from None
        if info.compress_type != zipfile.ZIP_STORED:
            unpacked = archive.open(info)
            return cast("IO[bytes]", io.BufferedReader(_Window(unpacked, 0, info.file_size, file)))
    file.seek(info.header_offset + 26)
    lengths = _LENGTHS.unpack(file.read(_LENGTHS.size))
    start = info.header_offset + _FIXED + sum(lengths)
    return cast("IO[bytes]", io.BufferedReader(_Window(file, start, info.file_size, file)))


class _Window(io.RawIOBase):
    """A stretch of a file, as a file; closing it closes `below`."""

    def __init__(self, file: IO[bytes], start: int, size: int, below: IO[bytes]) -> None:
        self._file = file
        self._below = below
        self._start = start
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        wanted = max(0, min(len(buffer), self._size - self._position))
        self._file.seek(self._start + self._position)
        piece = self._file.read(wanted)
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        self._below.close()
        super().close()
