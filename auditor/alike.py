"""Two pictures, folders or sources to an exit code: runs a comparison and shows what it tells."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from auditor import comparing, copies, loops, writing
from auditor.compared import Compared, DuplicatesFound, UsesFound
from auditor.config import Settings
from auditor.errors import ConfigError
from auditor.gathering import Gatherer
from auditor.layers import Effective
from auditor.progress import Progress
from auditor.reported import RenderOptions
from auditor.running import Manner

Given = Mapping[str, Any]  # options by their names

SAME, FOUND, DIFFERENT, INCOMPLETE = 0, 1, 1, 3

_WIDE = 4096  # columns of a file or a pipe: whoever reads it needs the names whole


def compare(first: str, second: str, effective: Effective, manner: Manner, given: Given) -> int:
    """0 where both are the same picture, 1 where they are not, 3 where one could not be read."""
    settings = effective.settings
    told = _told(lambda gather: comparing.compare(first, second, gather, settings), effective, manner, given)
    assert isinstance(told, Compared)
    if told.verdict == "unknown":
        return INCOMPLETE
    return SAME if told.verdict == "same" or settings.exit_zero else DIFFERENT


def duplicates(sources: Sequence[str], effective: Effective, manner: Manner, given: Given) -> int:
    """1 where there are groups; else 3 where something could not be read, else 0."""
    settings, articles = effective.settings, given["articles"]
    catalog = None if sources else _catalog(settings, "name folders or articles to look in")

    async def work(gather: Gatherer) -> DuplicatesFound:
        if catalog is not None:
            return await comparing.duplicated_in_catalog(catalog, settings)
        return await comparing.duplicated(sources, gather, settings, articles=articles)

    told = _told(work, effective, manner, given)
    assert isinstance(told, DuplicatesFound)
    return _code(bool(told.groups), bool(told.unread), exit_zero=settings.exit_zero)


def find(
    images: Sequence[str], sources: Sequence[str], effective: Effective, manner: Manner, given: Given
) -> int:
    """1 where the pictures are used; else 3 where something could not be read, else 0."""
    settings, articles = effective.settings, given["articles"]
    catalog = None if sources else _catalog(settings, "say where to look: --in FOLDER")

    async def work(gather: Gatherer) -> UsesFound:
        if catalog is not None:
            return await comparing.uses_in_catalog(images, catalog, gather, settings)
        return await comparing.uses(images, sources, gather, settings, articles=articles)

    told = _told(work, effective, manner, given)
    assert isinstance(told, UsesFound)
    return _code(bool(told.summary.hits), bool(told.unread), exit_zero=settings.exit_zero)


def _catalog(settings: Settings, otherwise: str) -> str:
    if settings.catalog is None:
        raise ConfigError(f"{otherwise}, or a catalog (--catalog FILE)")
    return settings.catalog


def _code(found: bool, unread: bool, *, exit_zero: bool) -> int:
    if exit_zero:
        return 0
    return FOUND if found else INCOMPLETE if unread else 0


def _told(
    work: Callable[[Gatherer], Awaitable[copies.Told]], effective: Effective, manner: Manner, given: Given
) -> copies.Told:
    """Does the work, then writes it to every output and shows it.

    Formats and files are those that were typed: a configuration names them for a report.
    """
    outputs = writing.outputs(given["output_file"], copies.FORMATS)
    progress = Progress(shown=manner.progress)

    async def run() -> copies.Told:
        async with comparing.gatherer(effective.settings, effective.folder, progress.update) as gather:
            return await work(gather)

    try:
        told = loops.run(run())
    finally:
        progress.close()
    for name, path in outputs:
        writing.write(path, copies.render(name, told, _look(manner, to_terminal=False)))
    writing.show(copies.render(given["output_format"] or "text", told, _look(manner, to_terminal=True)))
    return told


def _look(manner: Manner, *, to_terminal: bool) -> RenderOptions:
    look = writing.look(
        manner.color,
        quiet=manner.quiet,
        verbose=bool(manner.verbose),
        statistics=False,
        to_terminal=to_terminal,
    )
    if to_terminal and sys.stdout.isatty():
        return look
    return msgspec.structs.replace(look, width=_WIDE)
