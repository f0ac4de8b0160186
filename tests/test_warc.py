"""Archives give their captures; damage costs the records it hits, is told, and nothing else is lost."""

from __future__ import annotations

import datetime as dt
import errno
import gzip
import io
import itertools
import random
import zipfile
from pathlib import Path
from typing import IO, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import captured, codings, warc, warc_borders, warc_zstd
from auditor.captured import Loss, Record
from auditor.errors import SourceError
from tests.archives import Archive, page

PAGES = [f"https://news.example/{number}" for number in range(6)]


PACKINGS = ("gzip", "plain", "zstd", "zstd with a dictionary")


def empty(packing: str) -> Archive:
    """An archive without records that is packed in one of the ways there are."""
    if not packing.startswith("zstd"):
        return Archive(gzip=packing == "gzip")
    zstd = codings.zstd()
    if zstd is None:
        pytest.skip("needs Python 3.14 or the extra auditor[zstd]")
    summed = {zstd.CompressionParameter.checksum_flag: 1}  # as crawlers write it
    if packing == "zstd":
        return Archive(pack=lambda record: bytes(zstd.compress(record, options=summed)))
    plain = Archive(gzip=False)
    for number in range(60):
        plain.response(f"https://news.example/{number}", page(f"/{number}.png"))
    starts = [*plain.starts, len(plain.data)]
    records = [plain.data[start:stop] for start, stop in itertools.pairwise(starts)]
    trained = zstd.train_dict(records, 2000)
    size = len(trained.dict_content).to_bytes(4, "little")
    lead = warc_zstd.DICTIONARY + size + trained.dict_content
    return Archive(pack=lambda record: bytes(zstd.compress(record, None, summed, trained)), lead=lead)


def six_pages(packing: str = "gzip") -> Archive:
    archive = empty(packing)
    for number, uri in enumerate(PAGES):
        archive.response(uri, page(f"/{number}.png") + bytes(str(number) * 200, "ascii"))
    return archive


def read(
    data: bytes, folder: Path, start: int = 0, stop: int | None = None
) -> tuple[list[Record], list[Loss]]:
    path = folder / "a.warc"
    path.write_bytes(data)
    with warc.Archive(str(path)) as archive:
        items = list(archive.records(start, stop))
        for item in items:
            if isinstance(item, Record) and not archive.in_one_piece:
                again = archive.record_at(item.offset)
                assert again is not None
                assert (again.uri, again.body) == (item.uri, item.body)
    records = [item for item in items if isinstance(item, Record)]
    return records, [item for item in items if isinstance(item, Loss)]


def uris(records: list[Record]) -> list[str]:
    return [record.uri for record in records]


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_whole_archive_gives_every_capture_with_its_place(tmp_path: Path, packing: str) -> None:
    archive = six_pages(packing)
    records, losses = read(archive.data, tmp_path)
    assert (uris(records), losses) == (PAGES, [])
    assert [record.offset for record in records] == archive.starts
    assert sum(record.length for record in records) == len(archive.data) - archive.starts[0]
    assert records[0].date == dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
    assert (records[0].status, records[0].media_type, records[0].is_page) == (200, "text/html", True)


def test_an_archive_compressed_in_one_piece_is_read_too(tmp_path: Path) -> None:
    zstd = codings.zstd()
    for pack in (gzip.compress, zstd.compress) if zstd else (gzip.compress,):
        records, losses = read(pack(six_pages("plain").data), tmp_path)
        assert (uris(records), losses) == (PAGES, [])


def test_an_archive_in_one_piece_is_read_up_to_its_damage(tmp_path: Path) -> None:
    whole = gzip.compress(six_pages("plain").data)
    records, losses = read(whole[: len(whole) - 60], tmp_path)
    assert uris(records) == PAGES[: len(records)]
    assert [loss.code for loss in losses] == ["truncated"]


@pytest.mark.parametrize("hit", range(6))
@pytest.mark.parametrize("packing", PACKINGS)
def test_a_damaged_record_costs_itself_and_no_other(tmp_path: Path, hit: int, packing: str) -> None:
    archive = six_pages(packing)
    data = bytearray(archive.data)
    at = archive.starts[hit] + (0 if packing == "plain" else 20 if "dictionary" in packing else 60)
    data[at : at + 12] = b"\xff" * 12
    records, losses = read(bytes(data), tmp_path)
    assert uris(records) == PAGES[:hit] + PAGES[hit + 1 :]
    [loss] = losses
    assert loss.offset == archive.starts[hit]
    assert loss.code == ("truncated" if hit == 5 else "damaged")


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_record_without_its_end_is_told_and_never_passed_on(tmp_path: Path, packing: str) -> None:
    archive = six_pages(packing)
    size = len(archive.data) - archive.starts[5]
    for cut in (20, size // 2, size - 10):
        records, losses = read(archive.data[: archive.starts[5] + cut], tmp_path)
        assert uris(records) == PAGES[:5]
        assert [(loss.code, loss.offset) for loss in losses] == [("truncated", archive.starts[5])]


@pytest.mark.parametrize("packing", [*PACKINGS, "arc"])
def test_a_disk_that_fails_once_is_no_damage(packing: str) -> None:
    data = b"".join(an_arc()) if packing == "arc" else large_pages(packing).data
    for why in (OSError(errno.EIO, "the disk failed"), SourceError("the host is gone")):
        for number in itertools.count(1):
            disk = FailingOnce(data, number, why)
            items: list[Record | Loss] = []
            try:
                with warc.Archive("a.warc", disk.opened) as archive:
                    items += archive.records()
            except type(why):
                assert not [item for item in items if isinstance(item, Loss)]
            else:
                assert disk.reads < number  # none failed, and all was read
                break


def large_pages(packing: str) -> Archive:
    """Pages that no reader has in its buffer at once."""
    archive = empty(packing)
    for number, uri in enumerate(PAGES):
        archive.response(uri, page(f"/{number}.png") + random.Random(number).randbytes(40_000))
    return archive


class FailingOnce(io.RawIOBase):
    """Bytes of which one read fails, the one with this number."""

    def __init__(self, data: bytes, number: int, why: Exception) -> None:
        self._bytes = io.BytesIO(data)
        self._number = number
        self._why = why
        self.reads = 0

    def opened(self, _: str) -> IO[bytes]:
        return cast("IO[bytes]", io.BufferedReader(self, 16 * 1024))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._bytes.seek(offset, whence)

    def tell(self) -> int:
        return self._bytes.tell()

    def readinto(self, buffer: Any) -> int:
        self.reads += 1
        if self.reads == self._number:
            raise self._why
        return self._bytes.readinto(buffer)


def test_what_lies_between_two_records_is_told(tmp_path: Path) -> None:
    archive = six_pages()
    cut = archive.starts[3]
    records, losses = read(archive.data[:cut] + b"\x1f\x8b\x08 no member" + archive.data[cut:], tmp_path)
    assert uris(records) == PAGES
    assert [(loss.offset, loss.size_bytes) for loss in losses] == [(cut, 13)]


def test_padding_at_the_end_is_no_loss(tmp_path: Path) -> None:
    assert read(six_pages("plain").data + b"\r\n\r\n\0\0\0", tmp_path)[1] == []


@given(st.lists(st.integers(0, 4000), min_size=0, max_size=6), st.sampled_from(PACKINGS))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stretches_give_each_capture_once_wherever_they_are_cut(
    tmp_path: Path, cuts: list[int], packing: str
) -> None:
    data = six_pages(packing).data
    borders = [0, *sorted({cut for cut in cuts if 0 < cut < len(data)}), len(data)]
    found = []
    for start, stop in itertools.pairwise(borders):
        records, losses = read(data, tmp_path, start, stop)
        found += uris(records)
        assert losses == []
    assert found == PAGES


@given(st.binary(max_size=300), st.integers(0, 3000))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_makes_reading_fail(tmp_path: Path, junk: bytes, at: int) -> None:
    data = six_pages().data
    records, _ = read(data[:at] + junk + data[at:], tmp_path)
    assert set(uris(records)) <= set(PAGES)


def an_arc() -> tuple[bytes, bytes]:
    """The head of an ARC, and its one capture."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page("/a.png")
    lines = b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://a.arc 0.0.0.0 20010101000000 text/plain %d\n" % len(lines) + lines + b"\n"
    capture = b"http://news.example/ 10.0.0.1 20010203040506 text/html %d\n" % len(answer) + answer + b"\n"
    return head, capture


def test_an_arc_gives_its_captures(tmp_path: Path) -> None:
    head, capture = an_arc()
    for data in (head + capture, gzip.compress(head) + gzip.compress(capture)):
        records, losses = read(data, tmp_path)
        assert (uris(records), losses) == (["http://news.example/"], [])
        assert records[0].date == dt.datetime(2001, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
        assert records[0].is_page
    assert [loss.code for loss in read((head + capture)[:-40], tmp_path)[1]] == ["truncated"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_wacz_holds_its_archives_stored_or_deflated(tmp_path: Path, method: int) -> None:
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w", method) as zipped:
        zipped.writestr("datapackage.json", "{}")
        zipped.writestr("archive/b.warc.gz", six_pages().data)
        zipped.writestr("archive/a.warc", six_pages("plain").data)
    with path.open("rb") as file:
        assert warc.archives_in(file) == ["archive/a.warc", "archive/b.warc.gz"]
    for inside in ("archive/a.warc", "archive/b.warc.gz"):
        with warc.Archive(f"{path}!{inside}") as archive:
            records = [item for item in archive.records() if isinstance(item, Record)]
            assert uris(records) == PAGES
            last = archive.record_at(records[-1].offset)
            assert last is not None
            assert last.uri == PAGES[-1]
    with pytest.raises(FileNotFoundError):
        warc.Archive(f"{path}!archive/none.warc")


# --- the body of an answer --------------------------------------------------------------------


def record(body: bytes, cut: str | None = None, **headers: str) -> Record:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Record("response", "https://a.example/", captured.EPOCH, 0, 0, 200, named, body, cut=cut)


CHUNKED = b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("given_", "body", "whole"),
    [
        (record(b"hello"), b"hello", True),
        (record(b"hello", cut="length"), b"hello", False),
        (record(CHUNKED, transfer_encoding="chunked"), b"hello world", True),
        (record(CHUNKED[:-5], transfer_encoding="chunked"), b"hello world", False),
        (record(b"<html> undone", transfer_encoding="chunked"), b"<html> undone", True),
        (record(gzip.compress(b"hello"), content_encoding="gzip"), b"hello", True),
        (record(gzip.compress(b"hello")[:-3], content_encoding="gzip"), b"hello", False),
        (record(b"<html> undone", content_encoding="gzip"), b"<html> undone", True),
        (record(b"", content_encoding="br"), b"", True),
    ],
)
def test_codings_are_undone_where_they_are_there(given_: Record, body: bytes, whole: bool) -> None:
    assert captured.payload(given_, 1000) == (body, whole)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = record(gzip.compress(bytes(10_000_000)), content_encoding="gzip")
    assert captured.payload(bomb, 100_000) is None


def test_damage_inside_a_coding_is_an_error() -> None:
    with pytest.raises(codings.CodingError):
        captured.payload(record(b"\x1f\x8b no gzip", content_encoding="gzip"), 1000)


@pytest.mark.parametrize(
    ("block", "status", "headers", "body"),
    [
        (b"HTTP/1.0 200 OK\r\nA: b\r\nA: c\r\n\r\nbody", 200, {"a": "b, c"}, b"body"),
        (b"HTTP/1.1 404\nA: b\n more\n\nbody", 404, {"a": "b more"}, b"body"),
        (b"HTTP/1.1 200 OK\r\nA: b", 200, {"a": "b"}, b""),
        (b"no answer", None, {}, b"no answer"),
        (b"", None, {}, b""),
    ],
)
def test_answers_are_parted_into_headers_and_body(
    block: bytes, status: int | None, headers: dict[str, str], body: bytes
) -> None:
    assert captured.answer(block) == (status, headers, body)


@given(st.binary(max_size=200))
def test_any_block_has_an_answer(block: bytes) -> None:
    assert block.endswith(captured.answer(block)[2])
    status, _, body = captured.answer(b"HTTP/1.1 200 OK\r\n" + block)
    assert (status, block.endswith(body)) == (200, True)


def test_a_body_shorter_than_declared_is_cut(tmp_path: Path) -> None:
    archive = Archive().response(PAGES[0], page(), http=[("Content-Length", "100000")])
    archive.response(PAGES[1], page(), WARC_Truncated="time")
    assert [item.cut for item in read(archive.data, tmp_path)[0]] == ["short", "time"]


def test_archives_are_told_by_their_first_bytes() -> None:
    assert warc_borders.is_archive(six_pages().data[:4096])
    assert warc_borders.is_archive(six_pages("plain").data[:4096])
    assert warc_borders.is_archive(b"filedesc://a.arc 0.0.0.0 2001 text/plain 5\n")
    for other in (b"", b"WARC and peace", gzip.compress(b"text"), b"\x1f\x8b", io.BytesIO().getvalue()):
        assert not warc_borders.is_archive(other)
