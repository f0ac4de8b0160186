"""A source goes to the member that reads it; folders and lists become shards that stay the same."""

from __future__ import annotations

import asyncio
import io
import pickle
import sys
import types
from pathlib import Path

import pytest

from auditor import paths, sourcing
from auditor.config import Settings
from auditor.errors import SourceError
from auditor.model import Document, Shard
from tests.archives import Archive, page

Items = list[Shard | SourceError]


def shards(source: str, folder: Path, settings: Settings | None = None) -> Items:
    async def collect() -> Items:
        return [item async for item in sourcing.shards(source, settings or Settings(), folder)]

    return asyncio.run(collect())


def documents(items: Items, folder: Path) -> list[Document | SourceError]:
    async def collect() -> list[Document | SourceError]:
        found: list[Document | SourceError] = []
        for shard in items:
            assert isinstance(shard, Shard)
            found += [item async for item in sourcing.documents(shard, Settings(), folder)]
        return found

    return asyncio.run(collect())


def members(items: Items) -> list[list[str]]:
    return [[Path(m.path).name for m in item.members] for item in items if isinstance(item, Shard)]


def put(folder: Path, *names: str, text: str = "words") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("a.txt", "files"),
        ("folder", "files"),
        ("a.warc", "warc"),
        ("a.WARC.GZ", "warc"),
        ("a.arc.gz", "warc"),
        ("a.wacz", "warc"),
        ("https://h.example/a.warc.gz?sig=x", "warc"),
        ("s3://bucket/a.warc.gz", "warc"),
        ("a.jsonl", "jsonl"),
        ("a.ndjson.zst", "jsonl"),
        ("s3://bucket/a.jsonl.gz", "jsonl"),
        ("a.parquet", "parquet"),
        ("https://h.example/sitemap.xml", "web"),
        ("s3://bucket/a.txt", None),
        ("gopher://h.example/", None),
        ("a\0b", "files"),
    ],
)
def test_a_source_is_claimed_by_its_name(source: str, kind: str | None) -> None:
    assert sourcing.kind(source) == kind


def test_an_archive_is_told_by_its_first_bytes_too(tmp_path: Path) -> None:
    (tmp_path / "capture.gz").write_bytes(Archive().response("https://a.example/", page()).data)
    assert sourcing.kind(str(tmp_path / "capture.gz")) == "warc"


def test_an_address_that_nobody_reads_is_told(tmp_path: Path) -> None:
    [error] = shards("s3://bucket/a.txt", tmp_path)
    assert isinstance(error, SourceError)
    assert error.code == "unsupported"


def test_a_folder_gives_its_articles_and_the_archives_among_them(tmp_path: Path) -> None:
    put(tmp_path, "b.txt", "a/c.md", "d.jpg")
    put(tmp_path, "corpus/e.jsonl", text='{"text": "row"}')
    (tmp_path / "f.warc.gz").write_bytes(Archive().response("https://a.example/", page()).data)
    found = shards(str(tmp_path), tmp_path)
    assert [item.kind for item in found if isinstance(item, Shard)] == ["files", "jsonl", "warc"]
    ids = [item.id for item in documents(found, tmp_path) if isinstance(item, Document)]
    assert ids == ["a/c.md", "b.txt", "corpus/e.jsonl#1", "https://a.example/"]


def test_a_folder_of_archives_alone_lacks_nothing(tmp_path: Path) -> None:
    put(tmp_path, "e.jsonl", text='{"text": "row"}')
    assert [item.kind for item in shards(str(tmp_path), tmp_path) if isinstance(item, Shard)] == ["jsonl"]
    [error] = shards(str(tmp_path / "none"), tmp_path)[:1] and shards(_empty(tmp_path), tmp_path)
    assert isinstance(error, SourceError)
    assert error.code == "no-articles"


def _empty(folder: Path) -> str:
    (folder / "empty").mkdir()
    return str(folder / "empty")


def test_ignore_files_are_obeyed_where_they_lie_and_below(tmp_path: Path) -> None:
    put(
        tmp_path,
        "a.txt",
        "b.md",
        "drafts/c.txt",
        "deep/d.txt",
        "deep/keep.txt",
        "deep/deeper/e.txt",
        "x/y.txt",
    )
    (tmp_path / ".gitignore").write_text("# drafts\ndrafts/\n*.md\n/y.txt\n")
    (tmp_path / "deep" / ".auditorignore").write_text("*.txt\n!keep.txt\n")
    found = shards(str(tmp_path), tmp_path)
    assert members(found) == [["a.txt", "keep.txt", "y.txt"]]


def test_a_file_that_comes_changes_one_shard_of_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "GROUP", 5)
    put(tmp_path, *(f"{number:03}.txt" for number in range(100)))
    before = shards(str(tmp_path), tmp_path)
    put(tmp_path, "050b.txt")
    after = shards(str(tmp_path), tmp_path)
    assert len(before) > 10
    assert len(set(after) - set(before)) <= 2
    assert sum(map(len, members(after))) == 101


def test_a_shard_changes_when_one_of_its_files_does_and_can_be_narrowed_to_it(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "b.txt")
    [before] = shards(str(tmp_path), tmp_path)
    put(tmp_path, "b.txt", text="other words")
    [after] = shards(str(tmp_path), tmp_path)
    assert isinstance(before, Shard)
    assert isinstance(after, Shard)
    changed = tuple(member for member in after.members if member not in before.members)
    assert [Path(member.path).name for member in changed] == ["b.txt"]
    from msgspec.structs import replace

    [document] = documents([replace(after, members=changed)], tmp_path)
    assert isinstance(document, Document)
    assert document.body == b"other words"


def test_shards_can_be_sent_to_another_process(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    found = shards(str(tmp_path), tmp_path)
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize("name", ["@list.txt", "names.list", "-", "@-"])
def test_a_list_names_sources_one_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, "a.txt", "b.txt", "folder/c.txt", "d.txt")
    put(tmp_path, "e.jsonl", text='{"text": "row"}')
    lines = "a.txt\n\n# no source\nb.txt\r\nfolder\nnone.txt\ne.jsonl\n@more\nd.txt"
    if name.endswith("-"):
        monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(lines.encode())))
    else:
        (tmp_path / name.removeprefix("@")).write_text(lines)
    found = shards(name, tmp_path)
    assert [item.code for item in found if isinstance(item, SourceError)] == ["list"]
    assert members(found) == [["a.txt", "b.txt"], ["c.txt"], ["none.txt"], [], ["d.txt"]]
    told = documents([item for item in found if isinstance(item, Shard)], tmp_path)
    assert [item.code if isinstance(item, SourceError) else item.id for item in told] == [
        "a.txt",
        "b.txt",
        "folder/c.txt",
        "not-found",
        "e.jsonl#1",
        "d.txt",
    ]


def test_pages_in_a_list_stand_in_one_shard_and_a_sitemap_apart(tmp_path: Path) -> None:
    (tmp_path / "a.list").write_text(
        "https://n.example/1\nhttps://n.example/2\nhttps://n.example/sitemap.xml\nhttps://n.example/3\n"
    )
    found = shards(str(tmp_path / "a.list"), tmp_path)
    assert members(found) == [["1", "2"], ["sitemap.xml"], ["3"]]


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    [error] = shards(f"@{tmp_path}/none", tmp_path)
    assert isinstance(error, SourceError)
    assert error.code == "not-found"


def test_without_network_what_is_on_a_host_is_told(tmp_path: Path) -> None:
    [shard] = shards("https://n.example/story", tmp_path)
    [error] = documents([shard], tmp_path)
    assert isinstance(error, SourceError)
    assert error.code == "offline"
    [error] = shards("https://n.example/a.warc.gz", tmp_path)
    assert isinstance(error, SourceError)
    assert error.code == "offline"


def test_captures_of_one_page_are_told_apart_by_their_date(tmp_path: Path) -> None:
    archive = Archive().response("https://a.example/", page(), date="2024-05-01T00:00:00Z")
    archive.response("https://a.example/", page(), date="2024-05-02T00:00:00Z")
    (tmp_path / "a.warc.gz").write_bytes(archive.data)
    first, second = documents(shards(str(tmp_path / "a.warc.gz"), tmp_path), tmp_path)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.id == second.id == "https://a.example/"
    assert sourcing.told_apart(second).id == "https://a.example/@20240502000000"
