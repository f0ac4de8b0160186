"""An ARC archive (Internet Archive, 1996 to 2009) to the records that a WARC would hold, by warcio."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import IO, Any

from auditor.captured import EPOCH, MAX_BLOCK, Loss, Record, answer, is_short
from auditor.errors import SourceError
from auditor.warc_borders import is_trouble


def records(file: IO[bytes]) -> Iterator[Record | Loss]:
    """The captures of an ARC up to its end, or to its first damage, which is told."""
    from warcio.archiveiterator import ArchiveIterator

    size = file.seek(0, 2)
    file.seek(0)
    walk = ArchiveIterator(file, no_record_parse=True)
    offset = 0
    try:
        for raw in walk:
            if raw.rec_type == "arc_header":
                continue
            block = raw.raw_stream.read(MAX_BLOCK + 1)
            offset = walk.get_record_offset()  # reads to the record's end
            if len(block) > MAX_BLOCK:
                yield Loss(offset, 0, "too-big", f"a record of more than {MAX_BLOCK:,} bytes")
            elif len(block) < _declared(raw):
                yield Loss(offset, size - offset, "truncated", "the archive ends within a record")
            elif (record := _record(raw, offset, block)) is not None:
                yield record
    except Exception as error:  # warcio raises what zlib, its parsers and its own code raise
        if isinstance(error, SourceError) or is_trouble(error):
            raise
        yield Loss(offset, size - offset, "damaged", f"{type(error).__name__}: {error}")


def record_at(file: IO[bytes], offset: int) -> Record | None:
    """The capture at an offset; None where there is none any more."""
    from warcio.archiveiterator import ArchiveIterator

    file.seek(offset)
    try:
        raw = next(iter(ArchiveIterator(file, no_record_parse=True)), None)
        block = raw.raw_stream.read(MAX_BLOCK + 1) if raw is not None else b""
        return _record(raw, offset, block) if raw is not None and len(block) == _declared(raw) else None
    except Exception:  # as above
        return None


def _declared(raw: Any) -> int:
    return int(raw.rec_headers.get_header("length") or 0)


def _record(raw: Any, offset: int, block: bytes) -> Record | None:
    uri = raw.rec_headers.get_header("uri") or ""
    if not uri.startswith(("http://", "https://")):
        return None
    status, headers, body = answer(block)
    cut = "short" if is_short(status, headers, body) else None
    return Record("response", uri, _time(raw), offset, 0, status, headers, body, cut=cut)


def _time(raw: Any) -> dt.datetime:
    """An ARC date: fourteen digits, or fewer in the oldest."""
    digits = (raw.rec_headers.get_header("archive-date") or "").ljust(14, "0")[:14]
    try:
        return dt.datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return EPOCH
