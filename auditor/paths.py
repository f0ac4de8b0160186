"""Files by their paths: those below a folder, what they are called, and why one cannot be read.

Ignore files are `.gitignore` and `.auditorignore`, each for the folder that it lies in and below, in
the syntax of gitignore(5). Only one folder's entries are held at a time, so a tree may have any size.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from auditor.errors import SourceError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

T = TypeVar("T")

GROUP = 200  # members of a shard, on average
MOST = 1000
IGNORE_FILES = (".gitignore", ".auditorignore")  # the later one has the last word
_MAX_IGNORE_BYTES = 1024 * 1024


class _Ignoring(NamedTuple):
    """The patterns of one folder, and where that folder is."""

    folder: str
    patterns: GitIgnoreSpec

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """True: ignored, False: asked for again by a "!", None: not spoken of."""
        name = os.path.relpath(path, self.folder) + ("/" if is_folder else "")
        return self.patterns.check_file(name).include


def walk(folder: Path, wanted: Callable[[str], bool], failures: list[OSError]) -> Iterator[Path]:
    """The files whose name is `wanted`, in the order of their paths' parts.

    Hidden ones are left out, links to folders are not followed, and links to files only where they
    stay inside. Folders that cannot be listed are noted in `failures`.
    """
    yield from _below(str(folder), wanted, failures, os.path.realpath(folder), [])


def _below(
    folder: str, wanted: Callable[[str], bool], failures: list[OSError], top: str, outer: list[_Ignoring]
) -> Iterator[Path]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as failure:
        failures.append(failure)
        return
    ignoring = outer + _patterns(folder, {entry.name for entry in entries})
    for entry in entries:
        if entry.name.startswith("."):
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_folder and not wanted(entry.name):
            continue
        if ignoring and _is_ignored(entry.path, ignoring, is_folder=is_folder):
            continue
        if is_folder:
            yield from _below(entry.path, wanted, failures, top, ignoring)
        elif not entry.is_symlink() or (
            not Path(entry.path).is_dir() and Path(os.path.realpath(entry.path)).is_relative_to(top)
        ):
            yield Path(entry.path)


def _is_ignored(path: str, ignoring: list[_Ignoring], *, is_folder: bool) -> bool:
    """The innermost ignore file that speaks of the path decides."""
    for each in reversed(ignoring):
        verdict = each.verdict(path, is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False


def _patterns(folder: str, names: set[str]) -> list[_Ignoring]:
    lines: list[str] = []
    for name in IGNORE_FILES:
        if name in names:
            try:
                with Path(folder, name).open("rb") as file:
                    lines += file.read(_MAX_IGNORE_BYTES).decode("utf-8", "replace").splitlines()
            except OSError:
                continue  # it says nothing that could be obeyed
    if not lines:
        return []
    from pathspec import GitIgnoreSpec  # 70 ms that a folder without ignore files does not pay

    return [_Ignoring(folder, GitIgnoreSpec.from_lines(lines))]


def grouped(items: Iterator[T], name: Callable[[T], str]) -> Iterator[list[T]]:
    """Runs of about `GROUP` items that end where an item's own name says so.

    Borders do not move when items come or go: what is new changes one group and no other.
    """
    group: list[T] = []
    for item in items:
        group.append(item)
        if ends_group(name(item), len(group)):
            yield group
            group = []
    if group:
        yield group


def ends_group(name: str, size: int) -> bool:
    """Whether a group of that size ends with the member of that name."""
    return size >= MOST or zlib.crc32(os.fsencode(name)) % GROUP == 0


def identity(path: Path, root: Path) -> str:
    """The POSIX path relative to `root`, the absolute one outside of it; links are not followed."""
    absolute, base = Path(os.path.abspath(path)), Path(os.path.abspath(root))  # noqa: PTH100 - resolve() follows links
    name = (absolute.relative_to(base) if absolute.is_relative_to(base) else absolute).as_posix()
    return os.fsencode(name).decode("utf-8", "replace")


def stamp(path: Path) -> str | None:
    """Size and time of change; None for what is not there: reading it will tell."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return f"{status.st_size}-{status.st_mtime_ns}"


def unreadable(name: str, error: Exception) -> SourceError:
    """What a person is told of a file or folder that could not be opened or read."""
    name = shown(name)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return SourceError(f"{name}: no such file or folder: check the path", code="not-found")
    if isinstance(error, PermissionError):
        return SourceError(f"{name}: permission denied: make it readable to this user", code="unreadable")
    why = getattr(error, "strerror", None) or str(error)
    return SourceError(f"{name}: cannot be read ({why}): check the path", code="unreadable")


def shown(name: str) -> str:
    """A name on one line, whatever is in it."""
    return name if name.isprintable() else repr(name)
