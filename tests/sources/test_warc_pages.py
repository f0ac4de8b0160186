"""The pages of an archive are documents; what was kept in part or is damaged is told, never handed on."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from auditor import sourcing
from auditor.config import Settings
from auditor.errors import SourceError
from auditor.model import Document, Shard
from auditor.sources import warc
from tests.archives import Archive, page
from tests.conftest import Run

STORY = "https://n.example/story"


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((64, 64), 60).save(buffer, "PNG")
    return buffer.getvalue()


def read(path: Path, captures: Path | None = None) -> list[Document | SourceError]:
    async def collect() -> list[Document | SourceError]:
        found: list[Document | SourceError] = []
        async for shard in sourcing.shards(str(path), Settings(), path.parent):
            if isinstance(shard, SourceError):
                found.append(shard)
            else:
                reader = sourcing.documents(shard, Settings(), path.parent, captures=captures)
                found += [item async for item in reader]
        return found

    return asyncio.run(collect())


def told(folder: Path, archive: Archive, captures: Path | None = None) -> list[str]:
    """Ids of documents and codes of errors."""
    (folder / "a.warc.gz").write_bytes(archive.data)
    items = read(folder / "a.warc.gz", captures)
    return [item.code if isinstance(item, SourceError) else item.id for item in items]


def test_a_page_has_its_address_type_charset_and_time(tmp_path: Path) -> None:
    words = "<html><body>é</body></html>".encode("latin-1")
    archive = Archive().response(
        STORY, gzip.compress(words), "text/html; charset=ISO-8859-1", http=[("Content-Encoding", "gzip")]
    )
    (tmp_path / "a.warc.gz").write_bytes(archive.data)
    [document] = read(tmp_path / "a.warc.gz", tmp_path / "captures")
    assert isinstance(document, Document)
    assert (document.id, document.url, document.body) == (STORY, STORY, words)
    assert (document.media_type, document.charset) == ("text/html", "ISO-8859-1")
    assert document.fetched_at is not None
    assert document.fetched_at.isoformat() == "2024-05-01T12:00:00+00:00"
    assert (document.archive, document.path) == (str(tmp_path / "captures"), None)


def test_only_pages_that_were_a_success_are_documents(tmp_path: Path) -> None:
    archive = Archive().response(STORY, page())
    archive.response("https://n.example/gone", page(), status="404 Not Found")
    archive.response("https://n.example/moved", page(), status="301 Moved")
    archive.response("https://n.example/a.css", b"a{}", "text/css")
    archive.add("request", STORY, b"GET /story HTTP/1.1\r\n\r\n")
    archive.add("resource", "https://n.example/saved", page(), Content_Type="text/html")
    archive.add("resource", "metadata://tool/log.html", page(), Content_Type="text/html")
    assert told(tmp_path, archive) == [STORY, "https://n.example/saved"]


def test_what_was_kept_in_part_is_told_and_not_handed_on(tmp_path: Path) -> None:
    archive = Archive().response(STORY, page(), WARC_Truncated="length")
    archive.response(STORY, page(), http=[("Content-Length", "99999")])
    archive.response(STORY, b"5\r\n<html", http=[("Transfer-Encoding", "chunked")])
    archive.response(STORY, gzip.compress(page())[:-9], http=[("Content-Encoding", "gzip")])
    archive.response(STORY, b"\x1f\x8b\x08 damaged", http=[("Content-Encoding", "gzip")])
    archive.response("https://n.example/whole", page())
    codes = ["truncated", "truncated", "truncated", "truncated", "damaged"]
    assert told(tmp_path, archive) == [*codes, "https://n.example/whole"]


def test_damage_is_told_with_its_place_and_the_rest_is_read(tmp_path: Path) -> None:
    archive = Archive()
    for number in range(5):
        archive.response(f"https://n.example/{number}", page())
    data = bytearray(archive.data)
    data[archive.starts[2] + 40 : archive.starts[2] + 60] = b"\0" * 20
    (tmp_path / "a.warc.gz").write_bytes(data)
    error, *pages = read(tmp_path / "a.warc.gz")
    assert isinstance(error, SourceError)
    assert (error.code, f"at {archive.starts[2]:,}" in str(error)) == ("damaged", True)
    assert [item.id[-1] for item in pages if isinstance(item, Document)] == ["0", "1", "3", "4"]


def test_a_page_that_did_not_change_is_the_earlier_capture_under_its_own_date(tmp_path: Path) -> None:
    digest = "sha1:" + base64.b32encode(hashlib.sha1(page()).digest()).decode()
    night = Archive().revisit(STORY, "text/html", "2024-05-02T00:00:00Z", digest)
    assert told(tmp_path, night, tmp_path / "captures") == ["revisit-unresolved"]
    (tmp_path / "first.warc.gz").write_bytes(Archive().response(STORY, page()).data)
    assert len(read(tmp_path / "first.warc.gz", tmp_path / "captures")) == 1
    [document] = read(tmp_path / "a.warc.gz", tmp_path / "captures")
    assert isinstance(document, Document)
    assert (document.body, document.distinct_id) == (page(), f"{STORY}@20240502000000")


def test_a_large_archive_is_read_in_stretches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive()
    for number in range(20):
        archive.response(f"https://n.example/{number}", page())
    (tmp_path / "a.warc.gz").write_bytes(archive.data)
    monkeypatch.setattr(warc, "STRETCH", 1000)

    async def cut() -> list[Shard | SourceError]:
        path = str(tmp_path / "a.warc.gz")
        return [shard async for shard in sourcing.shards(path, Settings(), tmp_path)]

    assert len(asyncio.run(cut())) > 3
    ids = [item.id for item in read(tmp_path / "a.warc.gz") if isinstance(item, Document)]
    assert ids == [f"https://n.example/{number}" for number in range(20)]


@pytest.mark.parametrize("data", [b"", b"no archive", b"\x1f\x8b\x08\0"])
def test_what_is_no_archive_gives_no_pages(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.warc.gz").write_bytes(data)
    (tmp_path / "a.wacz").write_bytes(data)
    for name in ("a.warc.gz", "a.wacz"):
        [error] = read(tmp_path / name)
        assert isinstance(error, SourceError)


def test_a_check_of_an_archive_looks_into_it_and_asks_nobody(tmp_path: Path, auditor: Run) -> None:
    sheet = b"<!doctype html><html><head><link rel=stylesheet href=/late.css></head><body><p>Words</p>"
    archive = Archive().response(STORY, sheet + page("/in.png", "/out.png"))
    archive.response("https://n.example/late.css", b"p{background:url(/in.png?css)}", "text/css")
    png = picture()
    for name in ("in.png", "in.png?css"):
        archive.response(f"https://n.example/{name}", png, "image/png")
    (tmp_path / "a.warc.gz").write_bytes(archive.data)
    said = auditor("check", "--isolated", "--output-format", "json", tmp_path / "a.warc.gz")
    [article] = json.loads(said.out)["articles"]
    found = {image["url"]: image["outcome"]["reason"] or "ok" for image in article["images"]}
    assert found == {
        "https://n.example/in.png": "ok",
        "https://n.example/out.png": "not-in-archive",
        "https://n.example/in.png?css": "ok",
    }


def test_a_check_of_a_corpus_reads_its_rows(tmp_path: Path, auditor: Run) -> None:
    rows = [{"text": "Words.", "url": STORY}, {"text": "Words.", "url": STORY}, {"html": "<p>Words"}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    said = auditor("check", "--isolated", "--output-format", "json", tmp_path / "a.jsonl")
    ids = [article["id"].rpartition("/")[2] for article in json.loads(said.out)["articles"]]
    assert ids == ["story", "a.jsonl#2", "a.jsonl#3"]
