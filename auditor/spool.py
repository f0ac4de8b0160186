"""Pictures of any number to a sequence that keeps them in a temporary file and reads each when asked."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Sequence
from typing import overload

import msgspec

from auditor.duplicates import Entry
from auditor.model import Picture

IN_MEMORY_BYTES = 32 * 1024 * 1024  # about 6,000 pictures

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Picture)


class Spool(Sequence[Entry]):
    """Entries for the search for duplicates; a picture that many entries share is written once.

    An entry takes its id and 24 bytes of memory, its picture about 5 KB of the file.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - see close
        self._places: dict[str, tuple[int, int]] = {}  # sha256 to offset and size
        self._entries: list[tuple[str, str, str | None]] = []
        self._bytes = array("Q")
        self._end = 0

    def close(self) -> None:
        """Gives the file back."""
        self._file.close()

    def knows(self, sha256: str) -> bool:
        """Whether the picture of these bytes is written already."""
        return sha256 in self._places

    def keep(self, sha256: str, picture: Picture) -> None:
        """Writes a picture, without what the search for duplicates does not read."""
        if sha256 not in self._places:
            lean = msgspec.structs.replace(picture, metadata={}, hazards=())
            packed = _encoder.encode(lean)
            self._file.seek(self._end)
            self._file.write(packed)
            self._places[sha256] = self._end, len(packed)
            self._end += len(packed)

    def add(self, identity: str, sha256: str, size_bytes: int, article: str | None = None) -> None:
        """Appends an entry whose picture is written already."""
        self._entries.append((identity, sha256, article))
        self._bytes.append(size_bytes)

    def size_bytes(self, index: int) -> int:
        """How many bytes the file of an entry has."""
        return self._bytes[index]

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        identity, sha256, article = self._entries[index]
        offset, size = self._places[sha256]
        self._file.seek(offset)
        return Entry(identity, sha256, _decoder.decode(self._file.read(size)), article)
