"""Captions in the state that scripts build a page from."""

from __future__ import annotations

import json
import sys
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.captions import pairing, roles
from auditor.dialects import html
from auditor.dialects._html_state import declarations
from auditor.model import Document, Span

HERE = Span(1, 1)
TEXT = "<p>The fire in the port began last night, and forty engines were sent before morning came.</p>" * 3
SHAPES: dict[str, tuple[Any, str, str | None]] = {
    "an address beside it": ({"src": "/port-quay.jpg", "caption": "The port"}, "The port", None),
    "an object for the picture": (
        {"caption": "The port", "credit": "Jane Doe", "image": {"crops": ["//i.example/port-quay.jpg"]}},
        "The port", "Jane Doe",
    ),
    "an object for the words": (
        {"url": "https://i.example/port-quay.jpg", "meta": {"caption": {"text": "The port"}}},
        "The port", None,
    ),
    "words in markup": (
        {"src": "/port-quay.jpg", "caption_html": "<p>A <b>port</b> &amp; more", "copyright": {"name": "P"}},
        "A port & more", "P",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_caption_belongs_to_the_address_beside_it(shape: str) -> None:
    picture, caption, credit = SHAPES[shape]
    (found,) = declarations(json.dumps({"props": {"page": [{"id": 1}, picture]}}), HERE)
    assert (found.caption, found.credit) == (caption, credit)
    assert found.addresses[0].endswith("/port-quay.jpg")


@pytest.mark.parametrize(
    "script",
    ["", "{", '{"caption": "no address"}', '{"src": "/a.jpg", "caption": ""}', "window.state = {};",
     '{"caption": 7, "src": "/a.jpg"}',
     '{"caption": "x", "src": "no address at all"}', "[" * 100_000 + '"caption"'],
)  # fmt: skip
def test_where_no_picture_is_named_nothing_is_declared(script: str) -> None:
    assert declarations(script, HERE) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("/picture.jpg"),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["caption", "src", "a"]), inner)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_every_declaration_says_something_of_an_address(state: Any) -> None:
    for found in declarations(json.dumps(state), HERE):
        assert found.caption.strip()
        assert found.addresses
        assert all(address in json.dumps(state) for address in found.addresses)


def test_a_picture_without_words_beside_it_has_those_of_the_state() -> None:
    state = {"images": [{"src": "/port-quay.jpg?w=1200", "caption": "The port. Photo: Jane Doe"}]}
    markup = (
        f"<title>Fire in the port</title><h1>Fire in the port</h1>{TEXT}"
        f"<div><img src=/port-quay.jpg?w=640></div>{TEXT}"
        "<figure><img src=/engines-on-the-quay.jpg><figcaption>Engines</figcaption></figure>"
        f"<script type=application/json id=__NEXT_DATA__>{json.dumps(state)}</script>"
    )
    article = html.parse(markup, Document("story", markup.encode()), "https://news.example/story")
    captions = [pairing_.caption for pairing_ in pairing.pair(roles.assign(article)).pairings]
    assert [(c.text, c.relation, c.credit) for c in captions if c is not None] == [
        ("The port.", "structured-data", "Jane Doe"), ("Engines", "figcaption", None),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["application/json", "application/ld+json"])
def test_a_script_of_a_million_values_is_not_taken_apart(kind: str) -> None:
    values = ",".join(["[]"] * 1_000_000)
    markup = f'<script type={kind}>[{values}, {{"caption": "a", "image": "/a.jpg"}}]</script><img src=/b.jpg>'
    tracemalloc.start()
    article = html.parse(markup, Document("story", b""), "https://news.example/")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [reference.address for reference in article.references] == ["/b.jpg"]
    assert peak < 60_000_000


def work(state: Any) -> int:
    """How many calls the declarations of this state take."""
    script, calls = json.dumps(state), 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        declarations(script, HERE)
    finally:
        sys.setprofile(None)
    return calls


def test_captions_beside_thousands_of_others_take_no_square_of_time() -> None:
    few, many = ({f"k{n}": {"caption": "a"} for n in range(size)} for size in (1000, 4000))
    assert work(many) < 6 * work(few)
