"""Every span points at its tag in the original text, whatever the text is."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.dialects import html
from auditor.markup.lines import Lines
from auditor.model import Article, Document, Span

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "captions"

# Pieces of which pages are made, among them all that could throw a stamp off.
PIECES = [
    '<img src="a.jpg">', '<img src=b.jpg alt=x>', "<IMG\n  SRC='c.jpg'\n/>", '<img/src=d.jpg>',
    '<img src="e.jpg"/>', '<p>', '</p>', 'text ', '\n', '\r\n', '\r', '漢字🙂', '<!-- <img src=no.jpg> -->',
    "<script>'<img src=no>'</script>", '<textarea><img src=no></textarea>', '<title><img src=no></title>',
    '<div title="<img src=no>">', '</div>', '<img alt="<b> < a" src="f.jpg">',
    '<a href=x<b/c><img src=g.jpg></a>', '<svg><image href=h.jpg /></svg>',
    '<script type="application/ld+json">{"image":"<i>j.jpg"}</script>',
    '<style>a{background:url(k.png)}</style>', '<noscript><img src=l.jpg></noscript>', 'a < b & c', '\x7f=5',
    '<table><img src=m.jpg><tr><td>', '\x00', '\ud800', "<?xml version='1.0'?>",
    '<![CDATA[ <img src=no> ]]>', '<img src="unclosed', '&lt;img&gt;', '<picture><source srcset=n>',
]  # fmt: skip


def parsed(text: str) -> Article:
    return html.parse(text, Document(id="a", body=b"", url="https://news.example/"))


def assert_spans_point_at_their_markup(text: str, article: Article) -> None:
    lines = Lines(text)
    for reference in article.references:
        at = lines.offset(reference.span)
        assert text[at:].startswith(reference.raw.removesuffix("…")), reference
    for block in article.blocks:
        assert 0 <= lines.offset(block.span) <= len(text)
        assert not re.search(" \x7f[0-9]+=[0-9]+ " if "\x7f" in text else "\x7f", block.text)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@settings(max_examples=300)
def test_every_span_points_at_its_tag(text: str) -> None:
    assert_spans_point_at_their_markup(text, parsed(text))


@given(st.text() | st.text(alphabet="<>/=\"' imgsrc&;![]-{}\n\x00"))
def test_no_text_raises(text: str) -> None:
    parsed(text)
    html.likelihood(text)
    html.references_in(text, None)


def test_a_stamp_never_reaches_a_value() -> None:
    article = parsed(
        "<a href=x<b/c><img src=g.jpg alt='a <b> c' title=\"1 <i> 2\"></a><p>\x7f=5 <textarea><b></textarea>"
        '<h1>A <xmp><b></xmp></h1><img src=p<q/r.jpg alt="<img src=x>">'
    )
    first, second = article.references
    assert (first.alt, first.attributes["title"], first.attributes["link"]) == ("a <b> c", "1 <i> 2", "x<b/c")
    assert (second.address, second.alt) == ("p<q/r.jpg", "<img src=x>")
    assert article.title == "A <b>"
    assert article.blocks[0].text == "\x7f=5"
    (third,) = parsed("<a href=x<b/c><noscript><div hidden><img src=g.jpg></div></noscript></a>").references
    assert third.attributes == {"link": "x<b/c", "noscript": "", "hidden": ""}


def test_a_page_of_names_for_stamps_gets_another_one_at_once() -> None:
    text = "".join(f"\x7f{number}=" for number in range(60_000))
    (image,) = parsed(f"<p>\x7f=1 {text}<img src=a.jpg alt='<b> \x7f60000'></p>").references
    assert (image.alt, image.url) == ("<b> \x7f60000", "https://news.example/a.jpg")


@pytest.mark.parametrize("count", [3000])
def test_what_nests_deep_is_read_without_recursion(count: int) -> None:
    article = parsed("<div>" * count + "<img src=a.jpg>" + "</div>" * count + "<p>after</p>")
    assert [one.address for one in article.references] == ["a.jpg"]
    assert article.blocks[-1].text == "after"


@pytest.mark.parametrize("between", [" ", "/", "='<b' "])
def test_a_tag_of_a_hundred_thousand_attributes_ends(between: str) -> None:
    crowd = between.join(f"a{number}" for number in range(100_000))
    article = parsed(f"<p>before<img src=a.jpg alt=x {crowd}><p>after")
    assert [(one.address, one.alt) for one in article.references] == [("a.jpg", "x")]
    assert [block.text for block in article.blocks] == ["before", "after"]


@pytest.mark.slow
def test_a_hundred_thousand_images_and_levels_end() -> None:
    article = parsed('<p>a<img src="a.jpg">' * 100_000)
    assert len(article.references) == 100_000
    assert len(parsed("<div>" * 100_000 + "<img src=a.jpg>").references) == 1


@pytest.mark.parametrize(
    ("text", "offset", "span"), [("a\r\nb\rc\nd", 7, (4, 1)), ("é漢\n🙂x", 4, (2, 2)), ("", 0, (1, 1))]
)
def test_lines_end_with_lf_cr_or_both_and_columns_are_code_points(
    text: str, offset: int, span: tuple[int, int]
) -> None:
    lines = Lines(text)
    assert lines.span(offset) == Span(*span)
    assert lines.offset(Span(*span)) == offset


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of news pages is not beside the project")
def test_on_real_pages_every_span_holds_and_every_picture_of_the_truth_is_found() -> None:
    found = wanted = 0
    for line in (CORPUS / "truth.jsonl").read_text("utf-8").splitlines():
        truth = json.loads(line)
        text = gzip.decompress((CORPUS / "html" / f"{truth['id']}.html.gz").read_bytes()).decode(
            "utf-8", "replace"
        )
        article = html.parse(text, Document(id=truth["id"], body=b"", url=truth["url"]))
        assert_spans_point_at_their_markup(text, article)
        names = {
            _name(u) for one in article.references for u in (one.url or "", *(c.url for c in one.candidates))
        }
        for image in truth["images"]:
            if "not_in_dom" not in image["flags"]:
                wanted += 1
                found += any(_name(url) in names for url in image["urls"])
    assert found >= 0.97 * wanted


def _name(url: str) -> str:
    return re.sub(r"^https?:", "", url.partition("?")[0].partition("#")[0])
