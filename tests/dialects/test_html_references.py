"""The html dialect: what asks for an image, which address it takes, and what is wrong with it."""

from __future__ import annotations

import datetime as dt

import pytest

from auditor.dialects import html
from auditor.model import Article, Document, ImageReference

URL = "https://news.example/2020/story.html"
STUB = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def article(text: str, url: str | None = URL) -> Article:
    return html.parse(text, Document(id="a", body=b"", url=url))


def only(text: str) -> ImageReference:
    (reference,) = article(text).references
    return reference


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<img src="a.jpg">', "a.jpg"),
        ('<img src="s.jpg" srcset="m.jpg 640w, l.jpg 1280w">', "l.jpg"),
        ('<img src="s.jpg" srcset="l.jpg 2x">', "s.jpg"),
        ('<picture><source srcset="a.avif" type="image/avif"><img src="a.jpg"></picture>', "a.avif"),
        ('<picture><source srcset="a.jxl" type="image/jxl"><img src="a.jpg"></picture>', "a.jpg"),
        ('<picture><source srcset="n.jpg" media="(max-width: 600px)"><img src="a.jpg"></picture>', "a.jpg"),
        (f'<img src="{STUB}" data-src="a.jpg">', "a.jpg"),
        ('<img src="/img/blank.gif" data-original="a.jpg">', "a.jpg"),
        (
            f'<img src="{STUB}" srcset="{STUB}" data-srcset="m.jpg 640w, l.jpg 1280w" data-sizes="auto">',
            "l.jpg",
        ),
        ('<img data-lazy-srcset="l.jpg 2x, m.jpg 1x">', "m.jpg"),
        (f'<picture><source srcset="{STUB}" data-srcset="w.webp"><img src="{STUB}"></picture>', "w.webp"),
        ('<img src="true.jpg" data-src="other.jpg">', "true.jpg"),
        (f'<img src="{STUB}"><noscript><img src="a.jpg"></noscript>', "a.jpg"),
        (f'<img src="{STUB}" data-widths="[1,2]" data-id="7" data-src="a.jpg">', "a.jpg"),
        ('<img data-newsroom-postload="/img/a.jpg" data-link="/story">', "/img/a.jpg"),
        ('<span data-src="https://x.test/a.webp?w=9"></span>', "https://x.test/a.webp?w=9"),
        ('<div class="lazy" data-bg="url(&quot;a.jpg&quot;)"></div>', "a.jpg"),
        ('<img src="static/image/common/none.gif" zoomfile="a.jpg" file="a.jpg">', "a.jpg"),
        ('<amp-story poster-portrait-src="a.jpg" poster-square-src="b.jpg"></amp-story>', "a.jpg"),
        ("<img src='a.jpg' alt='>'>", "a.jpg"),
        ('<img alt="1 > 0" src=a.jpg>', "a.jpg"),
    ],
)
def test_the_address_is_what_a_browser_with_its_scripts_shows(markup: str, address: str) -> None:
    reference = only(f"<p>text {markup}</p>")
    assert reference.address == address
    assert reference.faults == ()


def test_candidates_of_one_image_stay_one_reference_and_the_stub_is_kept_apart() -> None:
    reference = only(
        f'<picture><source srcset="a.webp 1x, b.webp 2x"><img src="{STUB}" data-src="a.jpg" alt=""></picture>'
        '<noscript><img src="a.jpg?nojs" alt="A gate"></noscript>'
    )
    assert [candidate.url.rpartition("/")[2] for candidate in reference.candidates] == [
        "a.webp", "b.webp", "a.jpg", "a.jpg?nojs",
    ]  # fmt: skip
    assert reference.attributes["stub"] == STUB
    assert reference.alt == "A gate"


def test_a_noscript_picture_with_no_lazy_twin_is_a_reference_of_its_own() -> None:
    references = article('<p><img src="a.jpg"></p><noscript><img src="b.jpg"></noscript>').references
    assert [one.address for one in references] == ["a.jpg", "b.jpg"]


def test_the_sizes_that_a_script_chooses_from_stand_in_pairs() -> None:
    reference = only('<img data-interchange="[a.jpg, small], [b.jpg, (large)]">')
    assert reference.address == "a.jpg"
    assert [candidate.url.rpartition("/")[2] for candidate in reference.candidates] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ('{"srcset": "a.jpg 320w, b.jpg 900w", "sizes": "900px"}', "b.jpg"),
        ('{"src": "a.jpg", "delay": 3}', "a.jpg"),
        ('{"src": {"of": "a.jpg"}}', "data:image/gif;base64,R0lGOD"),
        ('{"src": "a.jpg"', "data:image/gif;base64,R0lGOD"),
        ('{"a":' * 5000, "data:image/gif;base64,R0lGOD"),
    ],
)
def test_the_settings_of_a_script_may_hold_the_address(settings: str, address: str) -> None:
    markup = f"<img src='data:image/gif;base64,R0lGOD' data-my-lazy='{settings}'>"
    assert only(markup).address == address


def test_a_picture_of_an_element_with_a_name_of_the_sites_own_is_found() -> None:
    reference = only('<p>Text.</p><lazy-image src="a.jpg" srcset="a-2.jpg 2x" alt="A gate"></lazy-image>')
    assert (reference.kind, reference.address, reference.alt) == ("custom", "a.jpg", "A gate")
    assert [candidate.url.rpartition("/")[2] for candidate in reference.candidates] == ["a-2.jpg", "a.jpg"]


@pytest.mark.parametrize(
    "markup",
    [
        '<zoom-box src="a.jpg"><img src="b.jpg"></zoom-box>',
        '<zoom-box src="a.jpg"><noscript><img src="b.jpg"></noscript></zoom-box>',
        '<film-player src="a.mp4"></film-player><img src="b.jpg">',
        '<code-loader src="/a"></code-loader><img src="b.jpg">',
    ],
)
def test_such_an_element_asks_for_nothing_where_it_holds_an_image_or_names_none(markup: str) -> None:
    assert only(markup).address == "b.jpg"


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ('<img src="">', "empty"),
        ('<img alt="filled by a script">', "empty"),
        ('<img src="  ">', "empty"),
        ('<img src="http://[bad">', "bad-url"),
        ('<img src="http://x.test:99999/a.jpg">', "bad-url"),
        ('<img src="https://x.test/100%.jpg">', "bad-percent-encoding"),
        ('<img src="a.jpg" srcset="b.jpg 1x 2w">', "bad-srcset"),
        ('<img src="a.jpg alt="the gate">', "bad-quotes"),
        ('<p>a</p><img src="a.jpg', "unclosed"),
        ("<img src='a.jpg' alt='x", "unclosed"),
        ('<meta property="og:image" content="">', "empty"),
        ('<video poster=""></video>', "empty"),
    ],
)
def test_a_malformed_reference_is_told_and_never_skipped(markup: str, reason: str) -> None:
    assert reason in [fault.reason for fault in only(markup).faults]


def test_a_relative_address_without_a_base_says_what_to_do() -> None:
    (reference,) = article("<img src=a.jpg>", url=None).references
    assert "--base-url" in reference.faults[0].message


@pytest.mark.parametrize(
    ("markup", "alt"),
    [
        ("<img src=a>", None),
        ("<img src=a alt>", ""),
        ('<img src=a alt="">', ""),
        ('<img src=a alt=" x &amp; y">', " x & y"),
    ],
)
def test_alt_is_absent_empty_or_exact(markup: str, alt: str | None) -> None:
    assert only(markup).alt == alt


@pytest.mark.parametrize("base", ["data:,x", "javascript:1", "http://[bad"])
def test_a_base_that_browsers_ignore_is_ignored(base: str) -> None:
    page = Document(id="a", body=b"", url="https://news.example/a/")
    article = html.parse(f'<base href="{base}"><img src="b.jpg">', page)
    assert [reference.url for reference in article.references] == ["https://news.example/a/b.jpg"]


def test_base_href_leads_and_the_option_leads_before_the_documents_url() -> None:
    text = '<base href="/img/"><img src="a.jpg">'
    assert article(text).references[0].url == "https://news.example/img/a.jpg"
    moved = html.parse(text, Document(id="a", body=b"", url=URL), "https://other.example/x/")
    assert moved.references[0].url == "https://other.example/img/a.jpg"


def test_what_is_around_an_image_comes_with_it() -> None:
    reference = only(
        '<b id="n">The <i>gate</i></b><a href="/big.html"><span aria-hidden="true">'
        '<img src="a.jpg" title="t" '
        'width="3" height="2" loading="lazy" class="c d" aria-labelledby="n" '
        'style="display: none"></span></a>'
    )
    assert reference.attributes == {
        "title": "t", "width": "3", "height": "2", "loading": "lazy", "class": "c d", "aria-hidden": "true",
        "aria-labelledby": "The gate", "link": "/big.html", "hidden": "",
    }  # fmt: skip


def test_roles_tell_content_from_chrome_and_metadata() -> None:
    found = {
        one.kind: one.role
        for one in article(
            "<link rel=icon href=i.ico><meta property=og:image content=o.jpg>"
            "<style>a{background:url(b.png)}</style>"
            '<script type="application/ld+json">{"image":"j.jpg","publisher":'
            '{"logo":{"url":"l.png"}}}</script>'
            "<img src=a.jpg><svg><path/></svg>"
        ).references
    }
    assert found == {
        "icon": "chrome", "og:image": "metadata", "css": "chrome", "json-ld": "chrome", "img": "body",
        "inline-svg": "chrome",
    }  # fmt: skip


def test_the_address_of_a_page_in_a_widget_is_no_image() -> None:
    text = (
        '<div class="widget" data-src="https://x.test/story"></div><a data-share-image="/a.jpg">Share</a>'
        '<div data-id-lazyload-code="PHNjcmlwdA=="></div>'
    )
    assert article(text).references == ()


def test_an_inline_svg_asks_for_nothing_and_is_no_fault() -> None:
    reference = only('<svg role="img"><title>Map of the city</title><path d="M0 0"/></svg>')
    assert (reference.kind, reference.address, reference.url, reference.faults) == (
        "inline-svg",
        "",
        None,
        (),
    )
    assert (reference.role, reference.attributes["title"]) == ("body", "Map of the city")


def test_structured_images_of_every_shape_carry_their_captions() -> None:
    references = article(
        """<script type="application/ld+json">//<![CDATA[
        {"@graph": [{"@type": "NewsArticle", "datePublished": "2020-07-24T18:00:00+08:00",
          "image": ["one.jpg", {"@type": "ImageObject", "url": ["two.jpg"],
            "caption": "The gate <img src=no>",
            "creditText": "A. Person", "author": {"name": "B. Person"}}, {"@id": "#three"}]},
          {"@id": "#three", "@type": "ImageObject", "contentUrl": "three.jpg", "width": 1200}]}
        //]]></script>"""
    ).references
    assert [one.address for one in references] == ["one.jpg", "two.jpg", "three.jpg"]
    assert references[1].attributes == {
        "caption": "The gate <img src=no>",
        "credit": "A. Person",
        "creator": "B. Person",
    }
    assert references[2].attributes == {"width": "1200"}


@pytest.mark.parametrize(
    "script", ["{", "[" * 100_000, '"text"', "null", '{"image": 7}', '{"image": {"@id": 3}}']
)
def test_a_broken_json_ld_script_names_nothing(script: str) -> None:
    assert article(f'<script type="application/ld+json">{script}</script>').references == ()


def test_open_graph_details_join_their_image() -> None:
    reference = only(
        '<meta property="og:image" content="http://x.test/a.jpg"><meta property="og:image:secure_url" '
        'content="https://x.test/a.jpg"><meta property="og:image:width" content="1200">'
        '<meta property="og:image:alt" content="The gate">'
    )
    assert (reference.alt, reference.attributes) == ("The gate", {"width": "1200"})
    assert [candidate.origin for candidate in reference.candidates] == ["og:image", "og:image:secure_url"]


def test_linked_and_imported_sheets_are_named_and_read_later() -> None:
    page = article('<link rel=stylesheet href="/s.css"><style>@import "t.css";</style><img src=a.jpg>')
    assert page.stylesheets == ("https://news.example/s.css", "https://news.example/2020/t.css")
    (reference,) = html.stylesheet_references(
        "a {}\nb { background: url(../p.png) }", "https://cdn.example/c/s.css", page
    )
    assert (reference.index, reference.url, reference.role) == (1, "https://cdn.example/p.png", "chrome")
    assert reference.attributes == {"sheet": "https://cdn.example/c/s.css", "line": "2"}


SITE = "<header><h1><a href=/>The Daily</a></h1></header>"


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        (f"<title>Fire in the port | The Daily</title>{SITE}<h1>Fire at the port</h1>", "Fire at the port"),
        (f"<meta property=og:title content='Fire in the port'>{SITE}<h2>Fire</h2>", "Fire in the port"),
        (f"{SITE}<h1>Fire at the port</h1>", "The Daily"),
        ("<title>Fire in the port</title><h1> </h1>", "Fire in the port"),
        ("<meta property=og:title content='港口大火'><h1>日报</h1><h1>港口大火</h1>", "港口大火"),
        ("<p>Hello</p>", None),
    ],
)
def test_the_title_is_the_heading_that_says_what_the_page_is_called(markup: str, title: str | None) -> None:
    assert article(markup).title == title


def test_the_article_knows_its_title_language_time_and_canonical_address() -> None:
    text = (
        '<html lang="zh-Hans"><title>Site</title><link rel=canonical href="https://news.example/c">'
        '<meta property="article:published_time" content="2020-07-24T18:00:00+08:00"><h1>A <b>title</b></h1>'
    )
    found = article(text, url=None)
    assert (found.title, found.language, found.url) == ("A title", "zh-Hans", "https://news.example/c")
    assert found.published_at == dt.datetime(2020, 7, 24, 10, 0, tzinfo=dt.UTC)
    assert article(text).url == URL


@pytest.mark.parametrize(
    "value", ["", "yesterday", "0001-01-01T00:00:00+14:00", "9999-99-99", "Fri, 32 Jul 2020"]
)
def test_a_time_that_is_none_is_unknown(value: str) -> None:
    assert article(f'<time datetime="{value}">x</time>').published_at is None


def test_a_template_token_in_the_text_is_a_suspect_at_its_place() -> None:
    found = article("<p>one</p>\n<p>two {{image}} three</p>").suspects
    assert [(one.kind, one.text, one.span.line, one.span.column) for one in found] == [
        ("template", "{{image}}", 2, 8)
    ]


def test_xhtml_with_empty_elements_and_cdata_is_read_as_meant() -> None:
    references = article(
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><script src="x.js"/>'
        "</head><body>"
        '<p><![CDATA[<img src="no.jpg">]]></p><img src="a.jpg" alt="x"/></body></html>'
    ).references
    assert [one.address for one in references] == ["a.jpg"]


def test_html_inside_another_text_counts_from_where_it_stands() -> None:
    from auditor.model import Span

    first, second = html.references_in('<img src="a.jpg">\n <img src="b.jpg">', URL, Span(7, 5))
    assert (first.index, first.span, second.index, second.span) == (0, Span(7, 5), 1, Span(8, 2))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("<!DOCTYPE html><html>", 0.95, 1),
        ('<?xml version="1.0"?>\n<html xmlns="">', 0.95, 1),
        ("<p>One</p><p>Two <img src=a></p>", 0.6, 0.95),
        ("Prose with one <br> in a long text of many words that goes on and on and on.", 0.1, 0.5),
        ("# Markdown\n\n![a](b.png)", 0, 0),
        ('<image alt="">data:image/s3,"s3://b/k"', 0, 0),
        ("", 0, 0),
    ],
)
def test_likelihood_follows_the_share_of_tags(text: str, low: float, high: float) -> None:
    assert low <= html.likelihood(text) <= high
