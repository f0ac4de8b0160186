"""Turns a file, a folder or standard input into documents, and what cannot be read into errors."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from auditor.config import MIB, Settings
from auditor.errors import SourceError
from auditor.model import Document

STDIN = "-"
SUFFIXES = (
    *(".amp", ".htm", ".html", ".markdown", ".md", ".mdown"),
    *(".mkd", ".shtml", ".text", ".txt", ".xht", ".xhtml"),
)
"""File name endings under which a folder's articles are looked for: those of all dialects."""

MAX_BYTES = 64 * MIB  # an article of 100,000 images has about 15 MiB

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
_HEAD = 8192  # bytes in which NULs are counted
_NUL_SHARE = 0.02  # text in an 8-bit or multibyte charset has none; a stray one is no reason to refuse

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


def _items(source: str) -> list[Path | SourceError]:
    """The files to read, sorted, after the folders that could not be listed."""
    path = Path(source)
    failures: list[OSError] = []
    try:
        if not path.is_dir():
            return [path]
        found = sorted(_articles(path, failures), key=lambda each: each.parts)
    except (OSError, ValueError) as error:
        return [_unreadable(source, error)]
    errors = [_unreadable(str(failure.filename or source), failure) for failure in failures]
    if found or errors:
        return [*errors, *found]
    looked_for = ", ".join(SUFFIXES)
    message = f"{_shown(source)}: no articles in this folder (looked for {looked_for}): name a file"
    return [SourceError(message, code="no-articles")]


def _articles(folder: Path, failures: list[OSError]) -> Iterator[Path]:
    """The articles below a folder: nothing hidden, no link that leads out of it; failures are noted."""
    inside = folder.resolve()
    for parent, folders, names in os.walk(folder, onerror=failures.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES:
                continue
            if not path.is_symlink() or path.resolve().is_relative_to(inside):
                yield path


def _read(path: Path, root: Path) -> Document | SourceError:
    name = str(path)
    try:
        status = path.stat()
        for is_kind, kind in _KINDS:
            if is_kind(status.st_mode):
                return SourceError(
                    f"{_shown(name)}: {kind} is no article: name a file or a folder, or pass text as -",
                    code="not-a-file",
                )
        if status.st_size > MAX_BYTES:
            return _too_big(name)
        body = _body(path)
    except (OSError, ValueError) as error:
        return _unreadable(name, error)
    return _checked(body, name) or Document(
        id=_id(path, root), body=body, source=name, path=path.absolute().as_posix()
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
        return _unreadable("standard input", error)
    if unfit := _checked(body, "standard input"):
        return unfit
    if not name:
        return Document(id=STDIN, body=body, source=STDIN)
    path = Path(name)
    return Document(id=_id(path, root), body=body, source=STDIN, path=path.absolute().as_posix())


def _checked(body: bytes, name: str) -> SourceError | None:
    """What keeps these bytes from being an article's, if anything."""
    if len(body) > MAX_BYTES:
        return _too_big(name)
    if not body.strip():
        return SourceError(f"{_shown(name)}: the file is empty: nothing to check", code="empty")
    if kind := _binary(body):
        return SourceError(
            f"{_shown(name)}: {kind}, not an article: name the text, HTML or Markdown file itself",
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
    nuls = head.count(0)
    if nuls <= len(head) * _NUL_SHARE or _is_wide_text(head):
        return None
    return f"binary data ({nuls} NUL bytes in the first {len(head)})"


def _is_wide_text(head: bytes) -> bool:
    """Whether NULs are those of UTF-16 or UTF-32: told by a mark, or all on one side of the pairs."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return True
    even, odd = head[::2].count(0), head[1::2].count(0)
    return max(even, odd) > 20 * min(even, odd) and max(even, odd) * 5 > len(head)


def _too_big(name: str) -> SourceError:
    return SourceError(
        f"{_shown(name)}: larger than {MAX_BYTES // MIB} MiB: split it into its articles", code="too-big"
    )


def _unreadable(name: str, error: Exception) -> SourceError:
    name = _shown(name)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return SourceError(f"{name}: no such file or folder: check the path", code="not-found")
    if isinstance(error, PermissionError):
        return SourceError(f"{name}: permission denied: make it readable to this user", code="unreadable")
    why = getattr(error, "strerror", None) or str(error)
    return SourceError(f"{name}: cannot be read ({why}): check the path", code="unreadable")


def _shown(name: str) -> str:
    """A name on one line, whatever is in it."""
    return name if name.isprintable() else repr(name)


def _id(path: Path, root: Path) -> str:
    """The POSIX path relative to `root`, the absolute one outside of it; links are not followed."""
    absolute, base = Path(os.path.abspath(path)), Path(os.path.abspath(root))  # noqa: PTH100
    name = (absolute.relative_to(base) if absolute.is_relative_to(base) else absolute).as_posix()
    return os.fsencode(name).decode("utf-8", "replace")
