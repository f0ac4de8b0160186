"""Which images a style sheet asks for, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.markup import css

SHEET = r"""
@charset "utf-8"; @import "base.css"; @import url(print.css) print; @namespace url(http://www.w3.org/1999/xhtml);
@font-face { font-family: "x}"; src: url(font.woff2) format("woff2"), url(font.woff) }
/* a { background: url(commented.png) } */
.a { background: URL( "with space.png" ), url(esc\)aped.png) ; filter: url(#shadow) }
.b { background-image: image-set("one.png" type("image/png") 1x, url(two.png) 2x); content: "url(said.png)" }
.c { background: url() , url('') , -webkit-image-set(url(three.png) 1x) }
.d { background: url("broken
} .e { background: url(last.png
"""


def test_images_and_imports_are_found_and_fonts_comments_and_strings_are_not() -> None:
    assert [found.url for found in css.urls(SHEET) if found.imported] == ["base.css", "print.css"]
    assert [found.url for found in css.images(SHEET)] == [
        "with space.png", "esc)aped.png", "one.png", "two.png", "three.png", "broken", "last.png",
    ]  # fmt: skip


def test_each_offset_points_at_its_markup() -> None:
    for found in css.urls(SHEET):
        assert SHEET[found.offset :].startswith(found.raw)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (r"url(\61.png)", "a.png"),
        ("url(\\61  b.png)", "a"),
        ('url("a\\\nb.png")', "ab.png"),
        (r"url(\0.png)", "\ufffd.png"),
        ("url(data:image/gif;base64,R0lGOD)", "data:image/gif;base64,R0lGOD"),
    ],
)
def test_escapes_are_undone(text: str, url: str) -> None:
    assert [found.url for found in css.urls(text)][:1] == [url]


@given(st.text(alphabet="url(\"'\\)@import;{}/* -setag\n"))
def test_no_sheet_raises(text: str) -> None:
    css.urls(text)
