"""Turns a sequence of texts and pictures, as corpora keep it, into an article.

The text is a JSON list of `{"text": ...}` and `{"image": address, "alt": ...}` in reading order. It has no
lines of its own: a span's line is the number of the part, from 1.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from auditor.markup import addresses, prose
from auditor.model import Article, Document, Fault, ImageReference, Span, TextBlock

SUFFIXES: tuple[str, ...] = ()

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def likelihood(text: str) -> float:
    """Never by its content: only a source says that this is a sequence."""
    del text
    return 0.0


def parse(text: str, document: Document, base_url: str | None = None) -> Article:
    """The article of a sequence. Never raises: what is no part is left out."""
    base = addresses.document_base(document, base_url)
    blocks: list[TextBlock] = []
    references: list[ImageReference] = []
    for number, part in enumerate(_parts(text), 1):
        span = Span(number, 1)
        if isinstance(part.get("image"), str):
            order = len(blocks) + len(references)
            references.append(_reference(part, len(references), order, span, base))
            continue
        for words in _PARAGRAPHS.split(str(part.get("text", ""))):
            if words.strip():
                order = len(blocks) + len(references)
                blocks.append(TextBlock(len(blocks), words.strip(), span, order=order))
    return Article(
        id=document.id,
        dialect="sequence",
        source=document.source,
        url=document.url,
        base_url=base,
        language=prose.language_of("\n".join(block.text for block in blocks[:200])),
        blocks=tuple(blocks),
        references=tuple(references),
    )


def _parts(text: str) -> list[dict[str, Any]]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return []
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def _reference(part: dict[str, Any], index: int, order: int, span: Span, base: str | None) -> ImageReference:
    address = part["image"]
    url = addresses.meant(address, base) if address.strip() else None
    faults: tuple[Fault, ...] = ()
    if url is None and address.strip():
        faults = (Fault("bad-url", f"no URL: {addresses.redact(address)[:200]}"),)
    alt = part.get("alt")
    return ImageReference(
        index=index,
        address=address,
        url=url,
        raw=address,
        span=span,
        kind="sequence",
        alt=alt if isinstance(alt, str) else None,
        order=order,
        faults=faults,
    )
