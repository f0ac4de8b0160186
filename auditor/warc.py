"""A web archive to its records, and to losses where it is damaged: WARC, ARC, WACZ.

    with Archive(name) as archive:
        for item in archive.records():
            ...  # a Record, or the Loss that says what could not be read

An archive's name is its path; inside a WACZ it is "file.wacz!archive/name.warc.gz". fastwarc 2.0 stops
at the first damaged member, and takes an archive that ends within a record for whole: lengths are
compared here, and reading goes on at the next member that begins a record.
"""

from __future__ import annotations

import gzip
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from auditor import codings, warc_borders, warc_zstd, zipped
from auditor.captured import EPOCH, MAX_BLOCK, Kind, Loss, Record, answer, is_short
from auditor.moments import moment
from auditor.warc_borders import Borders

INSIDE = "!"  # between a WACZ and the name of an archive in it


def open_file(path: str) -> IO[bytes]:
    """A file of this machine."""
    return Path(path).open("rb")


def archives_in(wacz: IO[bytes]) -> list[str]:
    """The names of the archives in a WACZ. Raises `OSError`, `zipfile.BadZipFile`."""
    return sorted(name for name in zipped.names(wacz) if name.startswith("archive/"))


class Archive:
    """An open archive; its name may be that of one in a WACZ. Use it with `with`.

    `in_one_piece` tells that it was compressed as a whole and not record by record: to go back in it
    costs reading all of it again. Raises `OSError`, `zipfile.BadZipFile`, and what `opener` raises.
    """

    def __init__(self, name: str, opener: Callable[[str], IO[bytes]] = open_file) -> None:
        path, mark, inside = name, "", ""
        if f".wacz{INSIDE}" in name.lower():
            path, mark, inside = name.rpartition(INSIDE)
        self._opened = opener(path)
        try:
            self.file = zipped.member(self._opened, inside) if mark else self._opened
            self.size_bytes = self.file.seek(0, os.SEEK_END)
            self.file.seek(0)
            head = self.file.read(warc_borders.HEAD)
        except BaseException:
            self._opened.close()
            raise
        self._is_arc = warc_borders.is_arc(head)
        self.in_one_piece = warc_borders.is_one_piece(head)
        gzipped = head.startswith(warc_borders.GZIP) and not self.in_one_piece
        self._borders: Borders | warc_zstd.Borders = Borders(gzipped=gzipped)
        if warc_zstd.is_packed(head):
            self._borders = warc_zstd.Borders(self.file)
            self.in_one_piece = self._borders.is_one_piece(self.file)
        if self.in_one_piece:
            self.file = _unpacked(self.file, head)
            self.size_bytes = sys.maxsize  # to know it would be to unpack it all
            self._borders = Borders(gzipped=False)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self._opened.close()

    @property
    def is_divisible(self) -> bool:
        """Whether reading may begin in the middle."""
        return not (self.in_one_piece or self._is_arc)

    def records(self, start: int = 0, stop: int | None = None) -> Iterator[Record | Loss]:
        """The captures that begin at `start` or later and before `stop`, which need be no borders."""
        if self._is_arc:
            from auditor import arc  # warcio: 70 ms that only the archives of before 2009 cost

            yield from arc.records(self.file)
            return
        stop = self.size_bytes if stop is None else min(stop, self.size_bytes)
        position = self._borders.next_record(self.file, start) if start else self._borders.first
        while position < stop:
            walk = _Walk(self.file, self._borders, position, stop)
            yield from walk.records()
            if walk.end >= stop or warc_borders.is_blank(self.file, walk.end):
                return
            if self.in_one_piece:  # nothing can be read behind the damage
                yield Loss(walk.end, 0, "truncated", walk.why)
                return
            position = self._borders.next_record(self.file, walk.end + 1)
            code = "damaged" if position < self.size_bytes else "truncated"
            yield Loss(walk.end, position - walk.end, code, walk.why)

    def record_at(self, offset: int) -> Record | None:
        """The capture at an offset that `records` gave; None where there is none any more.

        Raises `OSError` where the disk fails.
        """
        if self._is_arc:
            from auditor import arc

            return arc.record_at(self.file, offset)
        from fastwarc.warc import ArchiveIterator

        try:
            raw = next(ArchiveIterator(self._borders.stream(self.file, offset), parse_http=False), None)
            block = _block(raw) if raw is not None else None
        except warc_borders.UNREADABLE as error:
            if warc_borders.is_trouble(error):
                raise
            return None
        return _record(raw, offset, 0, block) if block is not None else None


class _Walk:
    """fastwarc over undamaged records; afterwards `end` is where it stopped and `why` the reason."""

    def __init__(self, file: IO[bytes], borders: Borders | warc_zstd.Borders, start: int, stop: int) -> None:
        self._file = file
        self._borders = borders
        self._stop = stop
        self.end = start
        self.why = "the archive ends within a record"

    def records(self) -> Iterator[Record | Loss]:
        """The captures. Each is given when the place where it ends has been seen to be there."""
        held: Any = None
        for offset, raw in self._raw():
            if held is not None:
                yield from self._given(held, offset)
            held = None
            if offset >= self._stop:
                return
            self.end = offset
            block = _block(raw)
            if block is None:
                self.why = f"a record declares {raw.content_length:,} bytes, and fewer are there"
                return
            held = (offset, raw, block)
        end = self._borders.end_of(self._file, held[0]) if held is not None else None
        if held is not None and end is not None:
            yield from self._given(held, end)

    def _raw(self) -> Iterator[tuple[int, Any]]:
        from fastwarc.warc import ArchiveIterator

        start = self.end
        try:
            for raw in ArchiveIterator(self._borders.stream(self._file, start), parse_http=False):
                yield self._borders.place(raw.stream_pos, start), raw
        except warc_borders.UNREADABLE as error:
            if warc_borders.is_trouble(error):
                raise
            self.why = str(error)

    def _given(self, held: tuple[int, Any, bytes], end: int) -> Iterator[Record | Loss]:
        offset, raw, block = held
        self.end = end
        if len(block) > MAX_BLOCK:
            yield Loss(offset, end - offset, "too-big", f"a record of {raw.content_length:,} bytes")
        elif (record := _record(raw, offset, end - offset, block)) is not None:
            yield record


def _unpacked(file: IO[bytes], head: bytes) -> IO[bytes]:
    """The records of an archive that was compressed as a whole. Raises `OSError` where that cannot be."""
    file.seek(0)
    if head.startswith(warc_borders.GZIP):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    zstd = codings.zstd()
    if zstd is None:
        raise OSError(0, "compressed as a whole: it needs Python 3.14, or pip install 'auditor[zstd]'")
    return cast("IO[bytes]", io.BufferedReader(zstd.ZstdFile(file)))


def _block(raw: Any) -> bytes | None:
    """The bytes of a record, at most one over the limit; None where fewer are there than declared."""
    block: bytes = raw.reader.read(MAX_BLOCK + 1)
    size = len(block)
    if size > MAX_BLOCK:
        size += raw.reader.consume()
    return block if size == raw.content_length else None


def _record(raw: Any, offset: int, length: int, block: bytes) -> Record | None:
    """The capture in a record; None for requests, metadata and the like."""
    headers = raw.headers
    kind = str(raw.record_type)
    uri = (headers.get("WARC-Target-URI") or "").strip("<> ")
    if kind not in ("response", "resource", "revisit") or not uri:
        return None
    if kind == "resource":
        status, answered, body = None, {"content-type": headers.get("Content-Type") or ""}, block
    else:
        status, answered, body = answer(block)
    cut = None
    if kind != "revisit":  # the body of a revisit is meant to be missing
        cut = headers.get("WARC-Truncated") or ("short" if is_short(status, answered, body) else None)
    return Record(
        cast("Kind", kind),
        uri,
        moment(headers.get("WARC-Date")) or EPOCH,
        offset,
        length,
        status,
        answered,
        body,
        headers.get("WARC-Payload-Digest"),
        (headers.get("WARC-Refers-To-Target-URI") or "").strip("<> ") or None,
        moment(headers.get("WARC-Refers-To-Date")),
        cut,
    )
