"""Document to article: decodes the text, chooses the dialect, parses."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Protocol, cast

import msgspec

import auditor.dialects
from auditor.config import Settings
from auditor.errors import ParseError
from auditor.markup import encoding
from auditor.model import Article, Document

SURE = 0.5  # a likelihood from which the content decides, whatever the suffix says
PLAIN_TEXT = "placeholder"  # the dialect of text in which nothing tells


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
    """The article in a document. Raises `ParseError` only where there is no text at all."""
    decoded = encoding.decode(document.body, document.charset, document.media_type)
    if not decoded.text.strip():
        raise ParseError(f"{document.source or document.id}: the file has no text", code="empty")
    name = settings.dialect if settings.dialect != "auto" else choose(decoded.text, document)
    parsed = dialect(name).parse(decoded.text, document, base_url(document, settings))
    return msgspec.structs.replace(
        parsed, encoding=decoded.encoding, notices=(*decoded.notices, *parsed.notices)
    )


def choose(text: str, document: Document) -> str:
    """The dialect of a text: by content where that is clear, else by suffix."""
    likelihoods = {name: dialect(name).likelihood(text) for name in names()}
    best = max(likelihoods, key=lambda name: likelihoods[name])
    if likelihoods[best] >= SURE:
        return best
    if document.media_type in ("text/html", "application/xhtml+xml"):
        return "html"
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
