"""Turns Markdown (CommonMark with tables) into an article; HTML in it goes through the html dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.dialects import _markdown_head as head_
from auditor.dialects import html
from auditor.dialects._markdown_tokens import Placed, Source, alt_text, plain_text, tokens
from auditor.dialects._placeholder_elements import elements
from auditor.markup import addresses, prose, templates
from auditor.model import (
    Article,
    BlockRole,
    Box,
    Document,
    Fault,
    ImageReference,
    Span,
    Suspect,
    TextBlock,
)

if TYPE_CHECKING:
    from markdown_it.token import Token

SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")

_SIGNS = (
    (re.compile(r"^ {0,3}!?\[[^\]\n]*\]\([^)\s]+(?:\s+\"[^\"\n]*\")?\)", re.MULTILINE), 0.5),
    (re.compile(r"!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])"), 0.5),
    (re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE), 0.35),
    (re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*\S+", re.MULTILINE), 0.3),
    (re.compile(r"(?<![!\w])\[[^\]\n]+\]\([^)\s]+\)"), 0.3),
    (re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE), 0.3),
    (re.compile(r"^ {0,3}\|?[ \t]*:?-{3,}:?[ \t]*\|", re.MULTILINE), 0.3),
    (re.compile(r"\A\ufeff?(?:---|\+\+\+)[ \t]*\r?\n\s*[\w-]+[ \t]*[:=]"), 0.3),
    (re.compile(r"^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE), 0.15),
    (re.compile(r"^ {0,3}>[ \t]*\S", re.MULTILINE), 0.15),
    (re.compile(r"(?<![*\w])\*{1,2}[^*\s][^*\n]*\*{1,2}(?![*\w])"), 0.1),
)
_LOOKED_AT = 65_536  # characters; what a text is shows early
_LOST_IMAGE = re.compile(
    r"(?<!\\)(?:!\[[^\]\n]{0,300}\](?:\([^)\n]{0,400}\)|\[[^\]\n]{0,200}\])|!\[\[[^\]\n]{1,300}\]\])"
)
_BOXES = {
    "blockquote": "blockquote", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li",
    "table": "table", "tr": "tr", "th": "th", "td": "td",
}  # fmt: skip


def likelihood(text: str) -> float:
    """How far the text looks like Markdown, 0 to 1, by the kinds of its marks that occur."""
    sample = text[:_LOOKED_AT]
    return min(0.95, sum(weight for pattern, weight in _SIGNS if pattern.search(sample)))


def parse(text: str, document: Document, base_url: str | None = None) -> Article:
    """The article in a text. Never raises."""
    base = addresses.document_base(document, base_url)
    source = Source(text)
    head = head_.read(source.lines)
    builder = _Builder(source, document, base)
    builder.front_matter(head)
    builder.body(tokens("\n".join([""] * head.lines + source.lines[head.lines :])))
    fields = head.fields
    blocks = tuple(builder.blocks)
    language = (fields.get("lang") or fields.get("language") or "").split("-")[0].split("_")[0].lower()
    dated = prose.date_in(fields["date"]) if "date" in fields else None
    return Article(
        id=document.id,
        dialect="markdown",
        source=document.source,
        url=document.url,
        base_url=base,
        title=fields.get("title") or builder.title,
        language=language or prose.language_of("\n".join(block.text for block in blocks[:200])),
        published_at=dated or next(filter(None, (prose.date_line(block.text) for block in blocks[:4])), None),
        boxes=tuple(builder.boxes),
        blocks=blocks,
        references=tuple(builder.references),
        suspects=tuple(builder.suspects),
    )


class _Builder:
    """Collects blocks, boxes and references while it walks the tokens once."""

    def __init__(self, source: Source, document: Document, base: str | None) -> None:
        self._source, self._document, self._base = source, document, base
        self._open = [0]
        self._order = 0
        self._heading = 0
        self._row = 0
        self.title: str | None = None
        self.boxes = [Box(0, -1, "article")]
        self.blocks: list[TextBlock] = []
        self.references: list[ImageReference] = []
        self.suspects: list[Suspect] = []

    def front_matter(self, head: head_.Head) -> None:
        for named in head.images:
            url, faults = self._resolved(named.address)
            self._refer(
                ImageReference(
                    0,
                    named.address,
                    url,
                    named.raw,
                    named.span,
                    "front-matter",
                    role="metadata",
                    faults=faults,
                )
            )

    def body(self, found: list[Token]) -> None:
        for token in found:
            kind = token.type.removesuffix("_open").removesuffix("_close")
            if token.map and token.type in ("tr_open", "table_open"):
                self._row = token.map[0]
            if kind in _BOXES:
                self._nest(_BOXES[kind], token.nesting)
            elif token.type == "heading_open":
                self._heading = int(token.tag[1:])
            elif token.type == "heading_close":
                self._heading = 0
            elif token.type == "inline":
                self._inline(token)
            elif token.type == "html_block":
                self._html(token)
            elif token.type in ("fence", "code_block") and token.content.strip():
                line = token.map[0] + (token.type == "fence") if token.map else 0
                self._block(
                    token.content.strip("\n"), self._source.block(token.content, line).of(Span(1, 1)), "code"
                )

    def _nest(self, tag: str, nesting: int) -> None:
        if nesting > 0:
            self.boxes.append(Box(len(self.boxes), self._open[-1], tag))
            self._open.append(len(self.boxes) - 1)
        elif len(self._open) > 1:
            self._open.pop()

    def _inline(self, token: Token) -> None:
        """One paragraph, heading or cell: its text, and the images in it by where they begin."""
        content, children = token.content, token.children or []
        line = token.map[0] if token.map else self._row
        in_cell = self.boxes[self._open[-1]].tag in ("td", "th")
        placed = self._source.cell(content, self._row) if in_cell else self._source.block(content, line)
        images = [*self._images(children, content, placed), *self._html_images(children, content, placed)]
        images.sort(key=lambda one: (one.span.line, one.span.column))
        text = " ".join(plain_text(children).split())
        start = placed.at(content, _text_offset(children, content))
        for one in images:
            if text and (one.span.line, one.span.column) > (start.line, start.column):
                self._text(text, start, children)
                text = ""
            self._refer(replace(one, box=self._open[-1]))
        if text:
            self._text(text, start, children)
        self._suspect(token, placed)

    def _images(self, children: list[Token], content: str, placed: Placed) -> Iterator[ImageReference]:
        """The images that markdown-it recognised among inline tokens."""
        link = ""
        for child in children:
            if child.type == "link_open":
                link = str(child.attrGet("href") or "")
            elif child.type == "link_close":
                link = ""
            elif child.type == "image":
                address = str(child.attrGet("src") or "")
                url, faults = self._resolved(address)
                title = str(child.attrGet("title") or "")
                begin, end = child.meta["offset"], child.meta["end"]
                yield ImageReference(
                    index=0,
                    address=address,
                    url=url,
                    raw=content[begin:end],
                    span=placed.at(content, begin),
                    kind="img",
                    alt=alt_text(child.children),
                    attributes={name: value for name, value in (("title", title), ("link", link)) if value},
                    faults=faults,
                )

    def _html_images(self, children: list[Token], content: str, placed: Placed) -> Iterator[ImageReference]:
        """The images of inline HTML: its tags are read together, at the places where they stand."""
        pieces = [child.meta for child in children if child.type == "html_inline"]
        if not pieces:
            return
        tags, position = [], 0
        for piece in pieces:
            between = content[position : piece["offset"]]
            tags += [re.sub(r"[^\r\n]", " ", between), content[piece["offset"] : piece["end"]]]
            position = piece["end"]
        for found in html.references_in("".join(tags), self._base):
            yield replace(found, span=placed.of(found.span))

    def _html(self, token: Token) -> None:
        """An HTML block: its outline becomes a part of ours."""
        line = token.map[0] if token.map else 0
        placed = self._source.block(token.content.rstrip("\r\n"), line)
        part = html.parse(token.content, self._document, self._base)
        first_box, first_order = len(self.boxes) - 1, self._order
        boxes = {0: self._open[-1]}
        for box in part.boxes[1:]:
            boxes[box.index] = first_box + box.index
            self.boxes.append(replace(box, index=boxes[box.index], parent=boxes[box.parent]))
        for block in part.blocks:
            order = first_order + block.order
            self.blocks.append(
                replace(
                    block,
                    index=len(self.blocks),
                    span=placed.of(block.span),
                    box=boxes[block.box],
                    order=order,
                )
            )
            self._order = max(self._order, order + 1)
        for found in part.references:
            order = first_order + found.order
            self.references.append(
                replace(
                    found,
                    index=len(self.references),
                    span=placed.of(found.span),
                    box=boxes[found.box],
                    order=order,
                )
            )
            self._order = max(self._order, order + 1)
        self.suspects += [replace(suspect, span=placed.of(suspect.span)) for suspect in part.suspects]

    def _refer(self, reference: ImageReference) -> None:
        self.references.append(replace(reference, index=len(self.references), order=self._order))
        self._order += 1

    def _text(self, text: str, span: Span, children: list[Token]) -> None:
        tag = self.boxes[self._open[-1]].tag
        role: BlockRole = "paragraph"
        if self._heading:
            role = "heading"
        elif tag in ("td", "th"):
            role = "table-cell"
        elif tag == "li":
            role = "list-item"
        elif tag == "blockquote":
            role = "quote"
        if self._heading == 1 and self.title is None:
            self.title = text
        emphasised, linked = _shares(children)
        self._block(text, span, role, "em" if emphasised == 1.0 else "", linked)

    def _block(
        self, text: str, span: Span, role: BlockRole, emphasis: str = "", link_share: float = 0.0
    ) -> None:
        self.blocks.append(
            TextBlock(
                len(self.blocks),
                text,
                span,
                role,
                self._open[-1],
                self._order,
                link_share=link_share,
                emphasis=emphasis,
            )
        )
        self._order += 1

    def _suspect(self, token: Token, placed: Placed) -> None:
        """What was meant as an image and is none: a broken image, a placeholder, a template token."""
        content = _without_code(token)
        known = [
            (child.meta["offset"], child.meta["end"])
            for child in token.children or ()
            if child.type == "image"
        ]
        places = [(match.start(), match.end(), "placeholder") for match in _LOST_IMAGE.finditer(content)]
        places += [(one.start, one.end, "placeholder") for one in elements(content)]
        places += [(one.offset, one.offset + len(one.text), "template") for one in templates.find(content)]
        for start, end, kind in sorted(places):
            if kind == "template" or not any(begin < end and start < stop for begin, stop in known):
                self.suspects.append(Suspect(kind, content[start:end], placed.at(content, start)))

    def _resolved(self, address: str) -> tuple[str | None, tuple[Fault, ...]]:
        if not address.strip():
            return None, (Fault("empty", "no address"),)
        url = addresses.meant(address, self._base)
        if url is None and self._base is None and not addresses.scheme(address):
            return None, (Fault("bad-url", "a relative address in an article without one: give --base-url"),)
        return url, () if url else (Fault("bad-url", f"no URL: {addresses.redact(address)[:200]}"),)


def _text_offset(children: list[Token], content: str) -> int:
    """Where the first words of inline content begin: after the images and tags before them."""
    offset = 0
    for child in children:
        if child.meta and "end" in child.meta:
            offset = child.meta["end"]
        elif plain_text([child]).strip():
            break
    return offset + len(content[offset:]) - len(content[offset:].lstrip())


def _without_code(token: Token) -> str:
    """The content with code spans blanked, so that what they show is not taken for itself."""
    content, position = token.content, 0
    for child in token.children or ():
        if child.type == "code_inline":
            mark = child.markup
            begin = content.find(mark, position)
            end = content.find(mark, begin + len(mark)) + len(mark)
            content = content[:begin] + re.sub(r"[^\r\n]", " ", content[begin:end]) + content[end:]
            position = end
    return content


def _shares(children: list[Token]) -> tuple[float, float]:
    """The shares of the text that are emphasised, and that are links, 0 to 1."""
    total = emphasised = linked = depth = link = 0
    for child in children:
        if child.type in ("em_open", "em_close"):
            depth += child.nesting
        elif child.type in ("link_open", "link_close"):
            link += child.nesting
        words = len(plain_text([child]).strip())
        total += words
        emphasised += words if depth else 0
        linked += words if link else 0
    return (emphasised / total, linked / total) if total else (0.0, 0.0)
