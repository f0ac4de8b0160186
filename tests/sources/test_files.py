"""Files, folders and standard input give documents; what cannot be read is an item that says why."""

from __future__ import annotations

import asyncio
import io
import os
import random
import socket
import sys
import types
from pathlib import Path

import pytest

from auditor import reading
from auditor.config import Settings
from auditor.errors import SourceError
from auditor.model import Document
from auditor.sources import files


def read(source: Path | str, root: Path, settings: Settings | None = None) -> list[Document | SourceError]:
    async def collect() -> list[Document | SourceError]:
        return [item async for item in files.documents(str(source), settings or Settings(), root)]

    return asyncio.run(collect())


def the_error(source: Path | str, root: Path) -> SourceError:
    [item] = read(source, root)
    assert isinstance(item, SourceError)
    assert "\n" not in str(item)
    return item


def test_a_file_is_a_document_with_a_relative_id_and_an_absolute_path(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"text")
    [document] = read(tmp_path / "in" / "a.txt", tmp_path)
    assert isinstance(document, Document)
    assert (document.id, document.body) == ("in/a.txt", b"text")
    assert document.path == (tmp_path / "in" / "a.txt").as_posix()
    assert document.source == str(tmp_path / "in" / "a.txt")


def test_a_file_outside_the_root_is_named_by_its_absolute_path(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"text")
    [document] = read(tmp_path / "a.txt", tmp_path / "elsewhere")
    assert isinstance(document, Document)
    assert document.id == (tmp_path / "a.txt").as_posix()


def test_a_named_file_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "story").write_bytes(b"text")
    assert isinstance(read(tmp_path / "story", tmp_path)[0], Document)


def test_a_folder_gives_its_articles_sorted_and_nothing_hidden(tmp_path: Path) -> None:
    for name in ("b.md", "a.TXT", "sub/c.html", ".hidden/d.txt", ".e.txt", "picture.jpg", "a/z.htm"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"text")
    found = read(tmp_path, tmp_path)
    assert [item.id for item in found if isinstance(item, Document)] == [
        "a/z.htm",
        "a.TXT",
        "b.md",
        "sub/c.html",
    ]


def test_the_suffixes_are_those_of_all_dialects() -> None:
    assert set(files.SUFFIXES) == set(reading.suffixes())


def test_no_link_leads_out_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret.txt").write_bytes(b"text")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"text")
    (tmp_path / "in" / "b.txt").symlink_to(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "c.txt").symlink_to(tmp_path / "out" / "secret.txt")
    (tmp_path / "in" / "d").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "e").symlink_to(tmp_path / "in")
    ids = [item.id for item in read(tmp_path / "in", tmp_path / "in") if isinstance(item, Document)]
    assert ids == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        (b"", "empty", "empty"),
        (b" \r\n\t", "empty", "empty"),
        (b"\xff\xd8\xff\xe0rest", "binary", "JPEG"),
        (b"\x89PNG\r\n\x1a\nrest", "binary", "PNG"),
        (b"RIFF\x00\x00\x00\x00WEBPrest", "binary", "WebP"),
        (b"\x00\x00\x00\x20ftypavif", "binary", "AVIF"),
        (b"PK\x03\x04rest", "binary", "ZIP"),
        (b"%PDF-1.7 rest", "binary", "PDF"),
        (b"\x1f\x8b\x08rest", "binary", "gzip"),
        (b"\x00\x01\x02\x03\x00\x00" * 50, "binary", "control"),
        (bytes(range(256)) * 20, "binary", "control"),
        (random.Random(1).randbytes(5000), "binary", "control"),
    ],
)
def test_what_is_no_text_is_told_with_what_it_looks_like(
    tmp_path: Path, body: bytes, code: str, word: str
) -> None:
    (tmp_path / "a.txt").write_bytes(body)
    error = the_error(tmp_path / "a.txt", tmp_path)
    assert (error.code, word in str(error), "a.txt" in str(error)) == (code, True, True)


@pytest.mark.parametrize(
    "body",
    [
        "A text of some words.".encode("utf-16"),
        "A text of some words.".encode("utf-16-le"),
        "A text of some words.".encode("utf-16-be"),
        "一段中文。\n另一段 with words.".encode("utf-16"),
        "一段中文。".encode("gb18030"),
        ("一段没有标记的中文。\n" * 40).encode("utf-16-le"),
        ("日本の記事。" * 40).encode("iso2022_jp"),
        b"one stray \x00 among " + b"many words " * 20,
        b"\xff\xfe\xff broken",
    ],
)
def test_text_in_any_charset_passes(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(body)
    assert isinstance(read(tmp_path / "a.txt", tmp_path)[0], Document)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    assert the_error(tmp_path / "none.txt", tmp_path).code == "not-found"
    (tmp_path / "a.txt").write_bytes(b"text")
    assert the_error(tmp_path / "a.txt" / "b.txt", tmp_path).code == "not-found"


def test_a_name_that_no_system_knows_is_unreadable_and_stays_on_one_line(tmp_path: Path) -> None:
    assert the_error("a\nb\0c", tmp_path).code == "unreadable"
    assert the_error("x" * 5000, tmp_path).code == "unreadable"


def test_a_folder_without_articles_names_the_suffixes(tmp_path: Path) -> None:
    (tmp_path / "picture.jpg").write_bytes(b"x")
    error = the_error(tmp_path, tmp_path)
    assert error.code == "no-articles"
    assert ".md" in str(error)


def test_pipes_sockets_and_devices_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert the_error(tmp_path / "pipe.txt", tmp_path).code == "not-a-file"
    assert the_error("/dev/null", tmp_path).code == "not-a-file"
    with socket.socket(socket.AF_UNIX) as bound:
        home = Path.cwd()
        os.chdir(tmp_path)  # a socket's name may have 107 bytes
        try:
            bound.bind("s.txt")
        finally:
            os.chdir(home)
        assert the_error(tmp_path / "s.txt", tmp_path).code == "not-a-file"


def test_a_file_beyond_the_limit_is_too_big(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    assert the_error(tmp_path / "a.txt", tmp_path).code == "too-big"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"text")
    (tmp_path / "a.txt").chmod(0)
    assert the_error(tmp_path / "a.txt", tmp_path).code == "unreadable"


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(b"text")
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    error, document = read(tmp_path, tmp_path)
    assert isinstance(error, SourceError)
    assert (error.code, "closed" in str(error)) == ("unreadable", True)
    assert isinstance(document, Document)


def test_one_bad_file_stops_none_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_bytes(b"text")
    (tmp_path / "c.txt").symlink_to(tmp_path / "gone.txt")
    kinds = [item.code if isinstance(item, SourceError) else item.id for item in read(tmp_path, tmp_path)]
    assert kinds == ["empty", "b.txt", "not-found"]


@pytest.mark.parametrize(("name", "expected_id"), [(None, "-"), ("in/story.md", "in/story.md")])
def test_standard_input_takes_the_name_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str | None, expected_id: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(b"text")))
    [document] = read("-", tmp_path, Settings(stdin_filename=name))
    assert isinstance(document, Document)
    assert (document.id, document.body, document.source) == (expected_id, b"text", name or "-")
    assert document.path == ((tmp_path / name).as_posix() if name else None)


def test_an_empty_standard_input_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(b"")))
    assert the_error("-", tmp_path).code == "empty"
