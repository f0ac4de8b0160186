"""Sources to stories: every article with what its style sheets ask for, and what could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from auditor import memory, reading, reported, sourcing, stopping
from auditor.captions import roles
from auditor.config import Settings
from auditor.dialects import html
from auditor.errors import ResolveError, SourceError
from auditor.markup.addresses import redact
from auditor.model import Article, Captions, Document, Notice, State
from auditor.plan import Plan
from auditor.resolving import Crawl

SHEETS_PER_ARTICLE = 32


class Story(NamedTuple):
    """An article with the folder that its file: addresses may reach into (None: it came from a host).

    `captions` are those that were paired before its pictures were known, if they were.
    """

    article: Article
    folder: str | None
    captions: Captions | None = None


class Reading(NamedTuple):
    """What the sources gave: stories, one line per input, and the digests that name the run."""

    stories: list[Story]
    inputs: list[reported.InputInfo]
    digests: list[str]


def documents(
    plan: Plan, source: str, crawl: Crawl | None, captures: Path | None = None
) -> AsyncIterator[Document | SourceError]:
    """The documents that one source names; what cannot be read is an item too.

    `captures` is where an archive's index goes, in which its images are looked for.
    """
    fetch = crawl.fetch if crawl is not None else None
    return sourcing.articles(source, plan.settings, plan.folder, fetch=fetch, captures=captures)


async def read(plan: Plan, crawl: Crawl, notices: list[Notice], captures: Path) -> Reading:
    found = Reading([], [], [])
    seen: set[str] = set()
    for source in plan.sources:
        errors: list[SourceError] = []
        before = len(found.stories)

        async def read_one(source: str = source, errors: list[SourceError] = errors) -> None:
            async for item in documents(plan, source, crawl, captures):
                try:
                    await _add(item, plan, crawl, notices, found, seen)
                except SourceError as failure:
                    errors.append(failure)

        if not await stopping.before(plan.stop, read_one()):
            errors.append(_interrupted(source))
        count = len(found.stories) - before
        found.inputs.append(_input(source, count, errors[0] if errors else None))
        found.inputs.extend(_input(source, 0, error) for error in errors[1:])
    return found


def _interrupted(source: str) -> SourceError:
    return SourceError(f"{redact(source)}: interrupted before all of it was read", code="interrupted")


async def _add(
    item: Document | SourceError,
    plan: Plan,
    crawl: Crawl,
    notices: list[Notice],
    found: Reading,
    seen: set[str],
) -> None:
    """Adds the story of a document that was not read yet. Raises `SourceError` where there is none."""
    if isinstance(item, SourceError):
        raise item
    if item.id in seen:
        item = sourcing.told_apart(item)
    if item.id in seen:
        return
    seen.add(item.id)
    found.digests.append(f"{item.id} {hashlib.sha256(item.body).hexdigest()}")
    found.stories.append(await read_story(item, plan.settings, crawl, notices))
    plan.watch("articles", len(found.stories), None)


def _input(source: str, articles: int, error: SourceError | None) -> reported.InputInfo:
    told = reported.ErrorInfo(error.code, str(error)) if error else None
    return reported.InputInfo(source, articles, told)


async def read_story(document: Document, settings: Settings, crawl: Crawl, notices: list[Notice]) -> Story:
    """The story of a document, style sheets followed. Raises `SourceError` where there is no text."""
    article = reading.article(document, settings)
    folder = str(Path(document.path).parent) if document.path else None
    if article.stylesheets:
        article = await _with_sheets(article, folder, crawl, notices)
    story = Story(roles.assign(article), folder)
    if len(document.body) > memory.LARGE_BYTES:
        memory.give_back()
    return story


async def _with_sheets(article: Article, folder: str | None, crawl: Crawl, notices: list[Notice]) -> Article:
    """The article with what its linked style sheets ask for."""
    for address in article.stylesheets[:SHEETS_PER_ARTICLE]:
        try:
            text = await crawl.fetch_text(
                address,
                referer=article.url,
                folder=folder,
                archive=article.archive,
                captured_at=article.captured_at,
            )
        except ResolveError as error:
            if error.state is not State.UNCHECKED:
                notices.append(
                    Notice(
                        "stylesheet-unread", f"{article.id}: the style sheet {address} was not read ({error})"
                    )
                )
            continue
        more = html.stylesheet_references(text, address, article)
        article = msgspec.structs.replace(article, references=(*article.references, *more))
    return article
