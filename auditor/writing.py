"""Pieces of text to stdout or to a file, which is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from auditor.errors import ConfigError
from auditor.reported import RenderOptions


def outputs(
    words: Iterable[str], formats: Sequence[str], folders: Sequence[str] = ()
) -> list[tuple[str, Path]]:
    """The -o FORMAT=FILE pairs. Raises `ConfigError` before any work where one cannot be written.

    Those of `folders` go into a folder, which is made; where the format is one of files too, only
    if FILE is a folder or ends in a slash.
    """
    return [_output(word, formats, folders) for word in words]


def _output(word: str, formats: Sequence[str], folders: Sequence[str]) -> tuple[str, Path]:
    name, equals, file = word.partition("=")
    if name not in (*formats, *folders) or not equals or not file:
        known = ", ".join(dict.fromkeys((*formats, *folders)))
        raise ConfigError(f"-o {word}: expected FORMAT=FILE with FORMAT one of {known}")
    path = Path(file)
    if not path.parent.is_dir():
        raise ConfigError(f"-o {word}: the folder {path.parent} does not exist; name one that does")
    if name in folders and (name not in formats or path.is_dir() or file.endswith("/")):
        try:
            path.mkdir(exist_ok=True)
        except OSError as error:
            raise ConfigError(f"-o {word}: no folder can be made there: {error.strerror}") from None
    elif path.is_dir():
        raise ConfigError(f"-o {word}: is a folder; name a file in it")
    return name, path


def look(wish: str, *, quiet: bool, verbose: bool, statistics: bool, to_terminal: bool) -> RenderOptions:
    """How a person wants to see it; `wish` is the --color that was asked for."""
    width = shutil.get_terminal_size((80, 24)).columns if to_terminal and sys.stdout.isatty() else 80
    colour = to_terminal and in_colour(wish)
    return RenderOptions(color=colour, width=width, quiet=quiet, verbose=verbose, statistics=statistics)


def in_colour(wish: str) -> bool:
    """Whether stdout is shown in colour ("auto": on a terminal, unless the environment speaks)."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(parts: Iterable[str]) -> None:
    """Writes to stdout, in UTF-8 wherever it goes."""
    out = sys.stdout.buffer
    try:
        for part in parts:
            out.write(part.encode("utf-8", "replace"))
        out.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(path: Path, parts: Iterable[str]) -> None:
    """Writes the file whole or not at all. Raises `ConfigError` where it cannot be written."""
    with replaced(path) as file:
        for part in parts:
            file.write(part.encode("utf-8", "replace"))


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of another when all is written, or leaves it as it was.

    Raises `ConfigError` where it cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(
            "wb", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            try:
                yield cast("IO[bytes]", file)
                file.flush()
                os.fchmod(file.fileno(), 0o666 & ~_umask())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
