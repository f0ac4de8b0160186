"""What an archived page shows is looked for among the captures: the nearest, past redirects and revisits."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import gzip
import hashlib
import sqlite3
from pathlib import Path

import pytest

from auditor.captured import Record
from auditor.captures import Captures
from auditor.config import Settings
from auditor.errors import ResolveError
from auditor.model import Asset, State
from auditor.resolving import Crawl, Request
from auditor.warc import Archive as Opened
from tests.archives import Archive

HOST = "https://cdn.example"
MAY = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)


def noted(folder: Path, *archives: Archive, keep: bool = False) -> Path:
    """The index of these archives, each a file of its own."""
    index = folder / "captures"
    for number, archive in enumerate(archives):
        path = folder / f"{number}.warc.gz"
        path.write_bytes(archive.data)
        with Captures(index) as captures, Opened(str(path)) as opened:
            found = (item for item in opened.records() if isinstance(item, Record))
            captures.note(str(path), found, keep=keep)
    return index


def resolve(
    url: str, index: Path, at: dt.datetime | None = MAY, settings: Settings | None = None
) -> Asset | ResolveError:
    async def ask() -> Asset | ResolveError:
        async with Crawl(settings or Settings()) as crawl:
            async for _, answer in crawl.run([Request(url, archive=str(index), captured_at=at)]):
                return answer
        raise AssertionError

    return asyncio.run(ask())


def body(url: str, index: Path, at: dt.datetime | None = MAY) -> bytes:
    answer = resolve(url, index, at)
    assert isinstance(answer, Asset), answer
    return answer.body


def failure(url: str, index: Path) -> tuple[State, str]:
    answer = resolve(url, index)
    assert isinstance(answer, ResolveError)
    return answer.state, answer.reason


def sha1(body_: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body_).digest()).decode()


def test_a_capture_is_the_asset(tmp_path: Path) -> None:
    index = noted(tmp_path, Archive().response(f"{HOST}/a.png", b"bytes", "image/png"))
    answer = resolve(f"{HOST}/a.png#part", index)
    assert isinstance(answer, Asset)
    assert (answer.body, answer.declared_type, answer.http_status) == (b"bytes", "image/png", 200)
    assert answer.evidence["captured"] == "2024-05-01T12:00:00+00:00"


def test_what_was_not_captured_is_missing_and_its_host_is_not_asked(tmp_path: Path) -> None:
    index = noted(tmp_path, Archive().response(f"{HOST}/a.png", b"bytes", "image/png"))
    assert failure("http://127.0.0.1:9/b.png", index) == (State.MISSING, "not-in-archive")


def test_a_capture_needs_no_network(tmp_path: Path) -> None:
    index = noted(tmp_path, Archive().response(f"{HOST}/a.png", b"bytes", "image/png"))
    assert isinstance(resolve(f"{HOST}/a.png", index, settings=Settings(offline=True)), Asset)


@pytest.mark.parametrize(("day", "expected"), [(1, b"first"), (9, b"first"), (12, b"second"), (30, b"third")])
def test_the_nearest_capture_is_taken(tmp_path: Path, day: int, expected: bytes) -> None:
    archives = [
        Archive().response(f"{HOST}/a.png", each, "image/png", date=f"2024-05-{at:02}T00:00:00Z")
        for at, each in ((5, b"first"), (15, b"second"), (25, b"third"))
    ]
    index = noted(tmp_path, *archives)
    assert body(f"{HOST}/a.png", index, dt.datetime(2024, 5, day, tzinfo=dt.UTC)) == expected


def test_a_capture_that_failed_is_taken_where_none_succeeded(tmp_path: Path) -> None:
    archive = Archive().response(f"{HOST}/a.png", b"", "text/html", "503 Busy")
    archive.response(f"{HOST}/a.png", b"bytes", "image/png", date="2024-06-01T00:00:00Z")
    archive.response(f"{HOST}/b.png", b"gone", "text/html", "404 Not Found")
    index = noted(tmp_path, archive)
    assert body(f"{HOST}/a.png", index) == b"bytes"
    assert failure(f"{HOST}/b.png", index) == (State.MISSING, "http-404")


def test_captured_redirects_are_followed_inside(tmp_path: Path) -> None:
    archive = Archive().response(f"{HOST}/a", b"", status="302 Found", http=[("Location", "/b")])
    archive.response(f"{HOST}/b", b"", status="301 Moved", http=[("Location", "https://x.example/c.png")])
    archive.response("https://x.example/c.png", b"bytes", "image/png")
    archive.response(f"{HOST}/loop", b"", status="302 Found", http=[("Location", "/loop")])
    archive.response(f"{HOST}/out", b"", status="302 Found", http=[("Location", "http://127.0.0.1:9/")])
    index = noted(tmp_path, archive)
    answer = resolve(f"{HOST}/a", index)
    assert isinstance(answer, Asset)
    assert (answer.body, answer.redirects) == (b"bytes", (f"{HOST}/b", "https://x.example/c.png"))
    assert failure(f"{HOST}/loop", index) == (State.BLOCKED, "redirect-loop")
    assert failure(f"{HOST}/out", index) == (State.MISSING, "not-in-archive")


def test_a_revisit_is_found_by_its_digest_in_another_archive(tmp_path: Path) -> None:
    first = Archive().response(f"{HOST}/old.png", b"bytes", "image/png", date="2024-04-01T00:00:00Z")
    second = Archive().revisit(f"{HOST}/a.png", "image/png", "2024-05-01T00:00:00Z", sha1(b"bytes"))
    assert body(f"{HOST}/a.png", noted(tmp_path, first, second)) == b"bytes"


def test_a_revisit_without_digest_is_found_by_what_it_refers_to(tmp_path: Path) -> None:
    first = Archive()
    for day, each in ((1, b"first"), (2, b"second")):
        first.response(f"{HOST}/a.png", each, "image/png", date=f"2024-04-0{day}T00:00:00Z")
    named = {"WARC_Refers_To_Target_URI": f"{HOST}/a.png", "WARC_Refers_To_Date": "2024-04-01T00:00:00Z"}
    first.revisit(f"{HOST}/b.png", "image/png", "2024-05-01T00:00:00Z", None, **named)
    assert body(f"{HOST}/b.png", noted(tmp_path, first)) == b"first"


def test_a_revisit_of_nothing_here_accuses_nobody(tmp_path: Path) -> None:
    archive = Archive().revisit(f"{HOST}/a.png", "image/png", "2024-05-01T00:00:00Z", sha1(b"elsewhere"))
    assert failure(f"{HOST}/a.png", noted(tmp_path, archive)) == (State.UNCHECKED, "revisit-unresolved")


def test_codings_are_undone_and_what_was_cut_is_incomplete(tmp_path: Path) -> None:
    archive = Archive().response(
        f"{HOST}/a.svg", gzip.compress(b"<svg/>"), "image/svg+xml", http=[("Content-Encoding", "gzip")]
    )
    archive.response(f"{HOST}/b.png", b"half", "image/png", http=[("Content-Length", "8")])
    archive.response(f"{HOST}/c.png", b"\x1f\x8b damaged", "image/png", http=[("Content-Encoding", "gzip")])
    index = noted(tmp_path, archive)
    assert body(f"{HOST}/a.svg", index) == b"<svg/>"
    cut = resolve(f"{HOST}/b.png", index)
    assert isinstance(cut, Asset)
    assert not cut.complete
    assert failure(f"{HOST}/c.png", index) == (State.BROKEN, "bad-encoding")


def test_a_body_over_the_limit_is_too_large(tmp_path: Path) -> None:
    index = noted(tmp_path, Archive().response(f"{HOST}/a.png", bytes(5000), "image/png"))
    answer = resolve(f"{HOST}/a.png", index, settings=Settings(max_bytes=1000))
    assert isinstance(answer, ResolveError)
    assert (answer.state, answer.reason) == (State.TOO_LARGE, "bytes")


def test_what_is_kept_outlives_its_archive_and_the_rest_says_so(tmp_path: Path) -> None:
    archive = Archive().response(f"{HOST}/a.png", b"bytes", "image/png")
    for keep, expected in ((True, b"bytes"), (False, None)):
        index = noted(tmp_path, archive, keep=keep)
        (tmp_path / "0.warc.gz").unlink()
        if expected:
            assert body(f"{HOST}/a.png", index) == expected
        else:
            assert failure(f"{HOST}/a.png", index) == (State.UNCHECKED, "archive-unreadable")


def test_an_archive_that_is_read_again_replaces_what_was_known_of_it(tmp_path: Path) -> None:
    noted(tmp_path, Archive().response(f"{HOST}/old.png", b"bytes", "image/png"))
    index = noted(tmp_path, Archive().response(f"{HOST}/new.png", b"bytes", "image/png"))
    assert failure(f"{HOST}/old.png", index) == (State.MISSING, "not-in-archive")
    assert body(f"{HOST}/new.png", index) == b"bytes"


def test_an_address_that_is_mapped_is_looked_for_where_the_map_says(tmp_path: Path) -> None:
    index = noted(tmp_path, Archive().response(f"{HOST}/a.png", b"archived", "image/png"))
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"mapped")
    answer = resolve(f"{HOST}/a.png", index, settings=Settings(map={HOST: str(tmp_path / "pictures")}))
    assert isinstance(answer, Asset)
    assert answer.body == b"mapped"


def test_an_address_that_says_warc_is_nobodys() -> None:
    async def ask() -> Asset | ResolveError:
        async with Crawl(Settings()) as crawl:
            async for _, answer in crawl.run([Request("warc://archive/etc/passwd")]):
                return answer
        raise AssertionError

    answer = asyncio.run(ask())
    assert isinstance(answer, ResolveError)
    assert (answer.state, answer.reason) == (State.UNSUPPORTED, "scheme")


def test_an_index_that_cannot_be_read_accuses_no_picture(tmp_path: Path) -> None:
    index = tmp_path / "captures"
    index.write_bytes(b"neither a database nor anything else\n" * 30)

    assert failure(f"{HOST}/a.png", index) == (State.UNCHECKED, "archive-unreadable")


def test_an_index_that_broke_in_its_middle_accuses_no_picture(tmp_path: Path) -> None:
    archive = Archive()
    for number in range(400):
        archive = archive.response(f"{HOST}/{number}.png", b"bytes", "image/png")
    index = noted(tmp_path, archive)
    with sqlite3.connect(index) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    database.close()
    whole = index.read_bytes()
    index.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))

    assert failure(f"{HOST}/7.png", index) == (State.UNCHECKED, "archive-unreadable")
