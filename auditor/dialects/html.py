"""Turns a web page into an article: every image that it asks for, in reading order, among its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from auditor import memory
from auditor.dialects._html_found import Found, address_faults
from auditor.dialects._html_page import Page, shown
from auditor.dialects._html_walk import walk
from auditor.markup import addresses, css, templates
from auditor.markup.lines import START, Lines
from auditor.model import Article, Candidate, Document, ImageReference, Span, Suspect, TextBlock

SUFFIXES = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".amp")

_PAGE = re.compile(
    r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(
    r"</?(?:p|div|span|br|img|a|h[1-6]|figure|figcaption|picture|section|article|table|tr|td|ul|ol|li|em|strong|b|i|"
    r"blockquote|head|body|meta|link|script|style|main|header|footer|nav|video|iframe|svg|amp-img)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_NO_ATTRIBUTES: Mapping[str, str] = {}  # one for all
_LOOKED_AT = 65_536  # characters; what a text is shows early


def likelihood(text: str) -> float:
    """How far the text looks like HTML, 0 to 1: a page surely, a fragment by its share of tags."""
    head = text[:_LOOKED_AT].lstrip("\ufeff")
    if _PAGE.match(head):
        return 0.99
    tags = len(_TAG.findall(head))
    if not tags:
        return 0.0
    words = len(_TAG.sub(" ", head).split())
    begins = 0.3 if _TAG.match(head.lstrip()) else 0.0
    return min(0.95, 0.2 + begins + 0.5 * min(1.0, 6 * tags / (tags + words)))


def parse(text: str, document: Document, base_url: str | None = None) -> Article:
    """The article of a page. Never raises: what is malformed becomes a reference with a fault."""
    page = Page(text)
    base = addresses.document_base(document, base_url)
    facts, found, outline = walk(page)
    if len(text) > memory.LARGE_BYTES:
        memory.give_back()
    if facts.base is not None:
        told = addresses.meant(facts.base, base)
        if told and addresses.scheme(told) not in ("data", "javascript"):  # HTML, 4.2.3: no base
            base = told
    references = tuple(_numbered(page, found, base))
    own_url = document.url or (facts.canonical and addresses.meant(facts.canonical, base)) or None
    return Article(
        id=document.id,
        dialect="html",
        source=document.source,
        url=own_url,
        base_url=base,
        title=facts.headline(),
        language=facts.language,
        published_at=facts.published_at(),
        boxes=outline.boxes,
        blocks=outline.blocks,
        references=references,
        stylesheets=_sheets(facts.sheets, base),
        suspects=_suspects(page, outline.blocks, references),
        declarations=tuple(facts.declarations),
    )


def references_in(html_text: str, base_url: str | None, start: Span = START) -> list[ImageReference]:
    """The references of a piece of HTML inside another dialect, numbered from 0.

    `start` is where the piece's first character stands. Box and order are left to the caller.
    """
    page = Page(html_text, start)
    _, found, _ = walk(page)
    for one in found:
        one.place = (0, 0)
    return list(_numbered(page, found, base_url))


def stylesheet_references(css_text: str, sheet_url: str, article: Article) -> tuple[ImageReference, ...]:
    """The images of a fetched sheet that the article links, numbered after the article's own.

    Each address once; `attributes["sheet"]` names the sheet, `attributes["line"]` the line in it. The
    span is the article's first place: the sheet's link is all that the article has of them.
    """
    lines = Lines(css_text)
    first = {found.url: found for found in reversed(css.images(css_text))}
    references = []
    joined = _Joined(sheet_url)
    for index, one in enumerate(sorted(first.values(), key=lambda one: one.offset), len(article.references)):
        found = Found(None, 0, one.raw, "css", one.url, role="chrome")
        found.candidates = (Candidate(one.url, origin="css"),)
        found.attributes = {"sheet": sheet_url, "line": str(lines.span(one.offset).line)}
        references.append(_reference(found, index, START, joined))
    return tuple(references)


def _numbered(page: Page, found: list[Found], base: str | None) -> Iterator[ImageReference]:
    """The references, numbered; takes them out of `found`, so that 100,000 stand in memory once."""
    found.reverse()
    index = 0
    joined = _Joined(base)
    while found:
        one = found.pop()
        yield _reference(one, index, page.lines.span(one.offset), joined)
        index += 1


class _Joined(dict[str, str | None]):
    """The addresses of one page, joined to its base; half of them stand there twice."""

    def __init__(self, base: str | None) -> None:
        super().__init__()
        self.base = base

    def __missing__(self, address: str) -> str | None:
        url = self[address] = addresses.meant(address, self.base)
        return url


def _reference(found: Found, index: int, span: Span, joined: _Joined) -> ImageReference:
    address = found.address
    wanted = found.kind != "inline-svg"
    url = joined[address] if wanted and address.strip() else None
    candidates = [
        Candidate(
            (url if one.url == address else joined[one.url]) or one.url,
            one.width_px,
            one.density,
            one.origin,
        )
        for one in found.candidates
    ]
    return ImageReference(
        index=index,
        address=address,
        url=url,
        raw=shown(found.raw),
        span=span,
        kind=found.kind,
        alt=found.alt,
        role=found.role,
        candidates=tuple(candidates),
        box=found.place[0],
        order=found.place[1],
        attributes=found.attributes or _NO_ATTRIBUTES,
        faults=found.faults + (address_faults(address, url, joined.base) if wanted else ()),
    )


def _sheets(hrefs: list[str], base: str | None) -> tuple[str, ...]:
    joined = (addresses.meant(href, base) for href in hrefs)
    return tuple(dict.fromkeys(url for url in joined if url))


def _suspects(
    page: Page, blocks: tuple[TextBlock, ...], references: tuple[ImageReference, ...]
) -> tuple[Suspect, ...]:
    """Template tokens and editors' notes that a reader would see, or that stand for an address."""
    found = []
    for block in blocks:
        for token in templates.find(block.text):
            at = page.text.find(token.text, page.lines.offset(block.span))
            found.append(Suspect("template", token.text, page.lines.span(at) if at >= 0 else block.span))
    for reference in references:
        if not reference.address.startswith("data:"):  # which may be long, and holds any letters
            found += [
                Suspect("template", token.text, reference.span) for token in templates.find(reference.address)
            ]
    return tuple(found)
