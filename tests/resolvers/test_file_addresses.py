"""file: addresses are regular files below the article's folder or a map's target, and nothing else."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from auditor.config import Settings
from auditor.errors import ResolveError
from auditor.model import Asset
from auditor.resolving import Crawl, Request


async def ask(url: str, folder: Path | None, **settings: object) -> Asset | ResolveError:
    async with Crawl(Settings(**settings)) as crawl:  # type: ignore[arg-type]
        async for _, answer in crawl.run([Request(url, None, str(folder) if folder else None)]):
            return answer
    raise AssertionError


def verdict(answer: Asset | ResolveError) -> str:
    return "ok" if isinstance(answer, Asset) else f"{answer.state}/{answer.reason}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.png").write_bytes(b"secret")
    folder = tmp_path / "article"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.png").write_bytes(b"bytes")
    (folder / "字 %41.png").write_bytes(b"odd")
    (folder / "sub" / "link.png").symlink_to(folder / "a.png")
    (folder / "out.png").symlink_to(tmp_path / "secret.png")
    (folder / "up").symlink_to(tmp_path)
    (folder / "round").symlink_to(folder / "round")
    os.mkfifo(folder / "pipe.png")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s.png"))
    return folder


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.png", "ok"),
        ("a.png?v=2#top", "ok"),
        ("./sub/../a.png", "ok"),
        ("%61.png", "ok"),
        ("%E5%AD%97%20%2541.png", "ok"),
        ("sub/link.png", "ok"),
        ("none.png", "missing/no-such-file"),
        ("none/none.png", "missing/no-such-file"),
        ("a.png/b.png", "missing/no-such-file"),
        ("x" * 300 + ".png", "missing/no-such-file"),
        ("round", "missing/no-such-file"),
        ("sub", "missing/no-such-file"),
        ("a%00.png", "invalid/bad-url"),
        ("../secret.png", "blocked/path-outside"),
        ("%2e%2e/secret.png", "blocked/path-outside"),
        ("sub/..%2f..%2fsecret.png", "blocked/path-outside"),
        ("out.png", "blocked/path-outside"),
        ("up/secret.png", "blocked/path-outside"),
        ("pipe.png", "blocked/no-regular-file"),
        ("s.png", "blocked/no-regular-file"),
    ],
)
async def test_a_path_below_the_folder(folder: Path, path: str, expected: str) -> None:
    assert verdict(await ask(f"{folder.as_uri()}/{path}", folder)) == expected


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "file:///dev/zero", "file://host/etc/x", "file:///proc/self/environ"]
)
async def test_anything_outside_is_blocked(folder: Path, url: str) -> None:
    assert verdict(await ask(url, folder)) == "blocked/path-outside"


async def test_an_article_from_a_host_reads_no_files(folder: Path) -> None:
    assert verdict(await ask(f"{folder.as_uri()}/a.png", None)) == "blocked/path-outside"


async def test_a_device_is_never_read(folder: Path) -> None:
    assert verdict(await ask("file:///dev/zero", Path("/dev"))) == "blocked/no-regular-file"


async def test_a_file_over_the_limit_is_not_read(folder: Path) -> None:
    (folder / "big.png").write_bytes(bytes(2000))
    answer = await ask(f"{folder.as_uri()}/big.png", folder, max_bytes=1999)
    assert verdict(answer) == "too_large/bytes"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
async def test_a_file_without_permission_is_denied(folder: Path) -> None:
    (folder / "a.png").chmod(0)
    assert verdict(await ask(f"{folder.as_uri()}/a.png", folder)) == "denied/unreadable"


async def test_files_are_read_offline(folder: Path) -> None:
    answer = await ask(f"{folder.as_uri()}/a.png", folder, offline=True)
    assert isinstance(answer, Asset)
    assert answer.body == b"bytes"


async def test_a_map_to_a_folder_opens_that_folder_alone(folder: Path) -> None:
    maps = {"s3://bucket": str(folder)}
    assert verdict(await ask("s3://bucket/a.png", None, map=maps)) == "ok"
    assert verdict(await ask("s3://bucket/up/secret.png", None, map=maps)) == "blocked/path-outside"
    assert verdict(await ask("s3://bucket/..%2fsecret.png", None, map=maps)) == "blocked/path-outside"
    assert verdict(await ask("s3://bucketeer/a.png", None, map=maps, offline=True)) == "unchecked/offline"
