"""Turns a file, a folder or standard input into documents, and what cannot be read into errors.

An archive's folder is cut into shards whose borders depend on the names of the files alone: a file
that comes or goes changes one shard, and no border moves.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from auditor import bridges, paths
from auditor.config import MIB, Settings
from auditor.errors import SourceError
from auditor.markup import encoding
from auditor.model import Document, Member, Shard

STDIN = "-"
NO_ARTICLES = "no-articles"
SUFFIXES = (
    *(".amp", ".htm", ".html", ".markdown", ".md", ".mdown"),
    *(".mkd", ".shtml", ".text", ".txt", ".xht", ".xhtml"),
)
"""File name endings under which a folder's articles are looked for: those of all dialects."""

MAX_BYTES = 64 * MIB  # an article of 100,000 images has about 15 MiB
_READ_AHEAD = 16  # files read in one turn of a thread

# First bytes of what people hand over in place of an article, and what it is.
_MAGIC = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
)
_CONTAINERS = ((b"RIFF", b"WEBP", 8, "a WebP picture"), (b"", b"ftyp", 4, "a video, AVIF or HEIC file"))
_HEAD = 8192  # bytes in which control characters are counted
_CONTROL_SHARE = 0.02  # text in an 8-bit or multibyte charset has none; a stray one is no reason to refuse
# Not white space, and not those that ISO-2022-JP or a DOS editor leaves (SO, SI, SUB, ESC).
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x0e\x0f\x1a\x1b"))

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


async def documents(source: str, settings: Settings, root: Path) -> AsyncIterator[Document | SourceError]:
    """The documents that `source` names, in the order of their paths; never raises `SourceError`.

    `source` is a file, a folder (searched to its depth) or "-". An id is the path relative to
    `root` where it lies below it. What cannot be read is an item too, so that it stops nothing.
    """
    if source == STDIN:
        yield await asyncio.to_thread(_from_stdin, settings, root)
        return
    for item in await asyncio.to_thread(_items, source):
        yield item if isinstance(item, SourceError) else await asyncio.to_thread(_read, item, root)


def claims(source: str) -> bool:
    """Every file, folder and stdin that no other source wants."""
    return "://" not in source


async def shards(
    source: str, settings: Settings, folder: Path, fetch: Any = None
) -> AsyncIterator[Shard | SourceError]:
    """A folder's articles in groups of about 200, or the one shard of a file."""
    del settings, fetch
    single = one(source)
    if single is not None:
        yield shard(source, [single], folder)
        return
    failures: list[OSError] = []
    groups = paths.grouped(_articles(Path(source), failures), lambda path: path.name)
    found = False
    async for members in bridges.aside(map(_members, groups), len):
        found = True
        yield shard(source, members, folder)
    for failure in failures:
        yield paths.unreadable(str(failure.filename or source), failure)
    if not found and not failures:
        yield _no_articles(source)


async def read(
    shard: Shard, settings: Settings, folder: Path, fetch: Any = None, captures: Any = None
) -> AsyncIterator[Document | SourceError]:
    """The documents of a shard's members, in order."""
    del fetch, captures
    if shard.path == STDIN:
        yield await asyncio.to_thread(_from_stdin, settings, folder)
        return
    files = [Path(member.path) for member in shard.members]
    for at in range(0, len(files), _READ_AHEAD):
        ahead = files[at : at + _READ_AHEAD]
        for item in await asyncio.to_thread(lambda some: [_read(path, folder) for path in some], ahead):
            yield item


def one(source: str) -> Member | None:
    """The file that a source is; None for a folder."""
    return None if Path(source).is_dir() else Member(source, paths.stamp(Path(source)))


def shard(source: str, members: Sequence[Member], folder: Path) -> Shard:
    """The shard that these files are."""
    first = members[0].path
    size = sum(int(member.stamp.partition("-")[0]) for member in members if member.stamp)
    return Shard(paths.identity(Path(first), folder), source, "files", first, size, members=tuple(members))


def _members(files: list[Path]) -> list[Member]:
    return [Member(str(path), paths.stamp(path)) for path in files]


def _items(source: str) -> list[Path | SourceError]:
    """The files to read, sorted, after the folders that could not be listed."""
    path = Path(source)
    failures: list[OSError] = []
    try:
        if not path.is_dir():
            return [path]
        found = list(_articles(path, failures))
    except (OSError, ValueError) as error:
        return [paths.unreadable(source, error)]
    errors = [paths.unreadable(str(failure.filename or source), failure) for failure in failures]
    if found or errors:
        return [*errors, *found]
    return [_no_articles(source)]


def _no_articles(source: str) -> SourceError:
    looked_for = ", ".join(SUFFIXES)
    message = f"{paths.shown(source)}: no articles in this folder (looked for {looked_for}): name a file"
    return SourceError(message, code=NO_ARTICLES)


def _articles(folder: Path, failures: list[OSError]) -> Iterator[Path]:
    return paths.walk(folder, _is_article, failures)


def _is_article(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in SUFFIXES  # noqa: PTH122 - a million times


def _read(path: Path, root: Path) -> Document | SourceError:
    name = str(path)
    try:
        status = path.stat()
        for is_kind, kind in _KINDS:
            if is_kind(status.st_mode):
                return SourceError(
                    f"{paths.shown(name)}: {kind} is no article: name a file or a folder, or pass text as -",
                    code="not-a-file",
                )
        if status.st_size > MAX_BYTES:
            return _too_big(name)
        body = _body(path)
    except (OSError, ValueError) as error:
        return paths.unreadable(name, error)
    return _checked(body, name) or Document(
        id=paths.identity(path, root), body=body, source=name, path=path.absolute().as_posix()
    )


def _body(path: Path) -> bytes:
    """The bytes of a file; non-blocking, so that a pipe put in its place meanwhile cannot hold us."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_BYTES + 1)


def _from_stdin(settings: Settings, root: Path) -> Document | SourceError:
    """Standard input under the name that `--stdin-filename` gives it, beside which its images lie."""
    name = settings.stdin_filename
    try:
        body = sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        return paths.unreadable("standard input", error)
    if unfit := _checked(body, "standard input"):
        return unfit
    if not name:
        return Document(id=STDIN, body=body, source=STDIN)
    path = Path(name)
    return Document(id=paths.identity(path, root), body=body, source=name, path=path.absolute().as_posix())


def _checked(body: bytes, name: str) -> SourceError | None:
    """What keeps these bytes from being an article's, if anything."""
    if len(body) > MAX_BYTES:
        return _too_big(name)
    if not body.strip():
        return SourceError(f"{paths.shown(name)}: the file is empty: nothing to check", code="empty")
    if kind := _binary(body):
        return SourceError(
            f"{paths.shown(name)}: {kind}, not an article: name the text, HTML or Markdown file itself",
            code="binary",
        )
    return None


def _binary(body: bytes) -> str | None:
    """What bytes that are no text look like; None for text, UTF-16 and UTF-32 included."""
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    for start, mark, offset, kind in _CONTAINERS:
        if body.startswith(start) and body[offset : offset + 4] == mark:
            return kind
    head = body[:_HEAD]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls <= len(head) * _CONTROL_SHARE or _is_wide_text(head) or encoding.wide(head):
        return None
    return f"binary data ({controls} control characters in the first {len(head)} bytes)"


def _is_wide_text(head: bytes) -> bool:
    """Whether NULs are those of UTF-16 or UTF-32: told by a mark, or all on one side of the pairs."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return True
    even, odd = head[::2].count(0), head[1::2].count(0)
    return max(even, odd) > 20 * min(even, odd) and max(even, odd) * 5 > len(head)


def _too_big(name: str) -> SourceError:
    return SourceError(
        f"{paths.shown(name)}: larger than {MAX_BYTES // MIB} MiB: split it into its articles", code="too-big"
    )
