"""A sequence of texts and pictures becomes an article in its order; what is no part is left out."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import reading
from auditor.config import Settings
from auditor.dialects import sequence
from auditor.model import SEQUENCE_TYPE, Article, Document


def parse(parts: Any, url: str | None = "https://n.example/story") -> Article:
    return sequence.parse(json.dumps(parts), Document("a", b"", url=url), url)


def test_texts_and_pictures_share_one_order_and_count_their_parts_as_lines() -> None:
    parsed = parse([{"text": "One.\n\nTwo.\n "}, {"image": "/a.png", "alt": ""}, {"text": "Three."}])
    assert [(block.text, block.order, block.span.line) for block in parsed.blocks] == [
        ("One.", 0, 1),
        ("Two.", 1, 1),
        ("Three.", 3, 3),
    ]
    [reference] = parsed.references
    assert (reference.order, reference.span.line, reference.alt) == (2, 2, "")
    assert (reference.address, reference.url) == ("/a.png", "https://n.example/a.png")


def test_an_address_that_cannot_be_joined_is_told() -> None:
    [reference] = parse([{"image": "/a.png"}], url=None).references
    assert reference.url is None
    assert [fault.reason for fault in reference.faults] == ["bad-url"]


@pytest.mark.parametrize(
    "text", ["", "no json", "{}", "[1, null, []]", '[{"image": 5}, {"text": null}]', "[" * 9999]
)
def test_what_is_no_sequence_is_an_article_without_pictures(text: str) -> None:
    assert sequence.parse(text, Document("a", b"")).references == ()


@given(st.text(max_size=60))
def test_any_text_is_parsed(text: str) -> None:
    assert sequence.parse(text, Document("a", b"")).id == "a"


def test_only_a_source_says_that_a_text_is_a_sequence() -> None:
    body = json.dumps([{"text": "<!doctype html><html> ![a](b)"}, {"image": "/a.png"}]).encode()
    declared = Document("a.html", body, media_type=SEQUENCE_TYPE, url="https://n.example/")
    assert reading.article(declared, Settings(dialect="html")).dialect == "sequence"
    assert reading.article(Document("a.txt", body), Settings()).dialect != "sequence"


def test_what_the_origin_says_of_an_article_is_kept() -> None:
    when = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
    document = Document(
        "a",
        b"<html><head><title>Own</title></head><body><p>Words<img src=/a.png></body></html>",
        url="https://n.example/",
        media_type="text/html",
        title="Given",
        language="fr",
        published_at=when,
        fetched_at=when,
        archive="index",
        images=("https://n.example/a.png", "https://n.example/b.png"),
    )
    article = reading.article(document, Settings())
    assert (article.title, article.language, article.published_at) == ("Given", "fr", when)
    assert (article.archive, article.captured_at) == ("index", when)
    own, listed = article.references
    assert (own.url, listed.url) == document.images
    assert (listed.kind, listed.role, listed.index) == ("listed", "metadata", 1)
    assert listed.order > own.order
