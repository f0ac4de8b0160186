"""Small articles for caption tests: linear ones from a list, pages through the html dialect."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.captions import pairing, roles
from auditor.dialects import html
from auditor.model import Article, Captions, Document, ImageReference, Span, TextBlock

Linear = Callable[..., Article]


@pytest.fixture
def linear() -> Linear:
    """An article of lines: "@" is an image, a line led by "# " a heading, any other a paragraph."""

    def build(*items: str) -> Article:
        blocks: list[TextBlock] = []
        references: list[ImageReference] = []
        for order, item in enumerate(items):
            span = Span(order + 1, 1)
            if item == "@":
                url = f"https://news.example/picture-{order:04}.jpg"
                references.append(
                    ImageReference(len(references), url, url, item, span, "placeholder", "", order=order)
                )
            else:
                role = "heading" if item.startswith("# ") else "paragraph"
                blocks.append(TextBlock(len(blocks), item.removeprefix("# "), span, role, order=order))
        return Article("story", "placeholder", blocks=tuple(blocks), references=tuple(references))

    return build


@pytest.fixture
def page() -> Callable[[str], Article]:
    """The article of a page with this body, its images given their roles."""

    def build(body: str, title: str = "港口大火") -> Article:
        text = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
        url = "https://news.example/story"
        return roles.assign(html.parse(text, Document("story", text.encode(), url=url), url))

    return build


@pytest.fixture
def captions() -> Callable[[Article], list[str | None]]:
    """The caption text of every image that belongs to the story, in reading order."""

    def pair(article: Article) -> list[str | None]:
        article = roles.assign(article)
        result: Captions = pairing.pair(article)
        return [
            pairing_.caption.text if pairing_.caption else None
            for pairing_, reference in zip(result.pairings, article.references, strict=True)
            if reference.role in ("lead", "body")
        ]

    return pair
