"""What holds of the placeholder dialect for every text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.dialects import placeholder
from auditor.model import Document

OPEN = bytes.fromhex("3c616e746d6c3a696d6167653e").decode()
CLOSE = bytes.fromhex("3c2f616e746d6c3a696d6167653e").decode()
DOCUMENT = Document("story.txt", b"", path="/news/story.txt")
PIECES = (
    OPEN,
    CLOSE,
    "<image>",
    "</image>",
    "<image/>",
    "data:image/s3,",
    '"s3://b/e3752/e3752"',
    "s3://b/k",
    "alt=",
    '""',
    '"',
    "\\",
    "“",
    "”",
    "&quot;",
    "'",
    "]",
    "[",
    "<",
    ">",
    "/",
    ",",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "a",
    "图",
    "。",
    "\0",
    "\ud800",
    "\ufeff",
    "http://x/",
    "data:image/png;base64,",
    "AA==",
    "title=",
    "2020年7月24日",
)
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=40).map("".join)
prose = st.text(
    st.characters(exclude_characters="<>[]\"“”＂„&'‘’\\/=", exclude_categories=("Cs", "Cc")), max_size=60
)
whole = st.builds(
    lambda number, end: f'{OPEN}data:image/s3,"s3://b/{number:05x}/{number:05x}{0:035}" alt=""{end}',
    st.integers(0, 16**5 - 1),
    st.sampled_from([CLOSE, "]", ""]),
)


@given(hostile | st.text())
@settings(max_examples=150, deadline=None)
def test_no_text_makes_it_raise_and_every_span_points_at_its_markup(text: str) -> None:
    article = placeholder.parse(text, DOCUMENT)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for place in (*article.references, *article.suspects):
        raw = getattr(place, "raw", None) or getattr(place, "text", "")
        first = raw.splitlines()[0] if raw.splitlines() else raw
        assert lines[place.span.line - 1][place.span.column - 1 :].startswith(first.split("\r")[0][:5])
    for block in article.blocks:
        assert lines[block.span.line - 1][block.span.column - 1] == block.text[0]
    assert 0 <= placeholder.likelihood(text) <= 1


@given(hostile)
@settings(max_examples=100, deadline=None)
def test_orders_are_one_sequence_in_reading_order(text: str) -> None:
    article = placeholder.parse(text, DOCUMENT)
    items = sorted([*article.blocks, *article.references], key=lambda item: item.order)
    assert [item.order for item in items] == list(range(len(items)))
    places = [(item.span.line, item.span.column) for item in items]
    assert places == sorted(places)
    assert [reference.index for reference in article.references] == list(range(len(article.references)))


@given(st.lists(st.tuples(prose, whole), max_size=8), prose)
@settings(max_examples=100, deadline=None)
def test_no_prose_around_hides_a_placeholder(pieces: list[tuple[str, str]], tail: str) -> None:
    text = "".join(before + element for before, element in pieces) + tail
    article = placeholder.parse(text, DOCUMENT)
    assert [reference.raw for reference in article.references] == [element for _, element in pieces]
    assert all(reference.faults == () for reference in article.references)


@pytest.mark.slow
def test_a_hundred_thousand_references_in_one_article_are_all_read() -> None:
    element = f'{OPEN}data:image/s3,"s3://b/e3752/{"e3752" + "0" * 35}" alt=""{CLOSE}'
    article = placeholder.parse("\n".join([element] * 100_000), DOCUMENT)
    assert len(article.references) == 100_000
    assert article.references[-1].span.line == 100_000


def test_hostile_repetition_stays_linear() -> None:
    for piece in (
        "<",
        OPEN,
        "<image>data:",
        "alt=",
        ' alt="',
        "\\",
        "image>data:image/s3",
        " ",
        "[image",
        '"',
        "a:",
    ):
        text = OPEN + piece * 4_000
        article = placeholder.parse(text, DOCUMENT)
        assert article.references
