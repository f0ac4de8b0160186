"""Document to article: decodes the text, chooses the dialect, parses."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Protocol, cast

import msgspec

import auditor.dialects
from auditor.config import Settings
from auditor.errors import ParseError
from auditor.markup import encoding
from auditor.model import SEQUENCE_TYPE, Article, Document, ImageReference, Span

SURE = 0.5  # a likelihood from which the content decides, whatever the suffix says
CERTAIN = 0.98  # one that no other dialect can outbid: a page of an archive need not be tried as all others
MOST_TAGS = 600_000  # 1 KB of memory each; an article of 100,000 images has half as many
PLAIN_TEXT = "placeholder"  # the dialect of text in which nothing tells
_BY_TYPE = {"text/html": "html", "application/xhtml+xml": "html", "text/markdown": "markdown"}


class Dialect(Protocol):
    """What a module in `auditor.dialects` offers."""

    SUFFIXES: tuple[str, ...]

    def likelihood(self, text: str) -> float:
        """How sure the content makes us that this is the dialect, 0 to 1."""

    def parse(self, text: str, document: Document, base_url: str | None = None) -> Article:
        """The article; never raises, whatever the text."""


@cache
def names() -> tuple[str, ...]:
    """The dialects there are: the files of the folder."""
    found = (module.name for module in pkgutil.iter_modules(auditor.dialects.__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


@cache
def dialect(name: str) -> Dialect:
    """A dialect by its name, imported on first use."""
    return cast(Dialect, importlib.import_module(f"auditor.dialects.{name}"))


@cache
def suffixes() -> frozenset[str]:
    """File name endings that some dialect claims."""
    return frozenset(suffix for name in names() for suffix in dialect(name).SUFFIXES)


def article(document: Document, settings: Settings) -> Article:
    """The article in a document. Raises `ParseError` where there is no text, or more than is an article."""
    decoded = encoding.decode(document.body, document.charset, document.media_type)
    name = document.source or document.id
    if not decoded.text.strip():
        raise ParseError(f"{name}: the file has no text", code="empty")
    if decoded.text.count("<") > MOST_TAGS:
        message = f"{name}: more than {MOST_TAGS:,} tags: no article; split it into its articles"
        raise ParseError(message, code="too-big")
    parsed = dialect(_name(decoded.text, document, settings)).parse(
        decoded.text, document, base_url(document, settings)
    )
    return msgspec.structs.replace(
        parsed,
        url=document.url or settings.base_url or parsed.url,
        encoding=decoded.encoding,
        notices=(*decoded.notices, *parsed.notices),
        title=document.title or parsed.title,
        language=document.language or parsed.language,
        published_at=document.published_at or parsed.published_at,
        references=(*parsed.references, *_listed(document, parsed)),
        archive=document.archive,
        captured_at=document.fetched_at if document.archive else None,
    )


def _name(text: str, document: Document, settings: Settings) -> str:
    """The dialect: the one that the source made the text in, the one asked for, or the likeliest."""
    if document.media_type == SEQUENCE_TYPE:
        return "sequence"
    return settings.dialect if settings.dialect != "auto" else choose(text, document)


def _listed(document: Document, parsed: Article) -> Iterator[ImageReference]:
    """The pictures that the origin names for an article and the article itself does not."""
    known = {candidate.url for reference in parsed.references for candidate in reference.candidates}
    known |= {reference.url for reference in parsed.references if reference.url}
    orders = [block.order for block in parsed.blocks] + [each.order for each in parsed.references]
    fresh = [url for url in document.images if url not in known]
    for number, url in enumerate(fresh):
        yield ImageReference(
            index=len(parsed.references) + number,
            address=url,
            url=url,
            raw=url,
            span=Span(1, 1),
            kind="listed",
            role="metadata",
            order=max(orders, default=-1) + 1 + number,
        )


def choose(text: str, document: Document) -> str:
    """The dialect of a text: by content where that is clear, else by suffix."""
    declared = _BY_TYPE.get(document.media_type or "")
    if declared is not None and dialect(declared).likelihood(text) >= CERTAIN:
        return declared
    likelihoods: dict[str, float] = {}
    for name in names():
        likelihoods[name] = dialect(name).likelihood(text)
        if likelihoods[name] >= CERTAIN:
            return name
    best = max(likelihoods, key=lambda name: likelihoods[name])
    if likelihoods[best] >= SURE:
        return best
    if declared is not None:
        return declared
    suffix = PurePosixPath(document.path or document.id).suffix.lower()
    claimed = [name for name in names() if suffix in dialect(name).SUFFIXES]
    if claimed:
        return claimed[0]
    return best if likelihoods[best] > 0 else PLAIN_TEXT


def base_url(document: Document, settings: Settings) -> str | None:
    """What relative references are joined to: --base-url, the page's address, or the file's own."""
    if settings.base_url or document.url:
        return settings.base_url or document.url
    return Path(document.path).as_uri() if document.path else None
