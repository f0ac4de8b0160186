"""Every image of a Markdown article is found where it stands, and nothing in code is one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.dialects import markdown
from auditor.model import Article, Document, ImageReference

DOCUMENT = Document("story.md", b"", path="/news/story.md")


def parse(text: str) -> Article:
    return markdown.parse(text, DOCUMENT)


def at(text: str, reference: ImageReference) -> str:
    line = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[reference.span.line - 1]
    return line[reference.span.column - 1 :]


@pytest.mark.parametrize(
    ("text", "address", "alt", "attributes"),
    [
        ("![a flag](f.jpg)", "f.jpg", "a flag", {}),
        ('![a](f.jpg "the title")', "f.jpg", "a", {"title": "the title"}),
        ("![a](<my flag.jpg>)", "my flag.jpg", "a", {}),
        ("![a][r]\n\n[r]: f.jpg 'tt'", "f.jpg", "a", {"title": "tt"}),
        ("![r]\n\n[R]: f.jpg", "f.jpg", "r", {}),
        ("[![a](f.jpg)](https://x.example/page)", "f.jpg", "a", {"link": "https://x.example/page"}),
        ("![*very* `old` [flag](u) ![in](x.png)](f.jpg)", "f.jpg", "very old flag in", {}),
        ("![](f.jpg)", "f.jpg", "", {}),
        ("![a](file:///etc/x.png)", "file:///etc/x.png", "a", {}),
        ("![a](data:image/svg+xml,x)", "data:image/svg+xml,x", "a", {}),
        ("![a](<javascript:x>)", "javascript:x", "a", {}),
    ],
)
def test_images_are_read_as_commonmark_has_them(
    text: str, address: str, alt: str, attributes: dict[str, str]
) -> None:
    [reference] = parse(text).references
    assert (reference.address, reference.alt, dict(reference.attributes)) == (address, alt, attributes)
    assert (reference.faults, reference.role, reference.kind) == ((), "body", "img")


def test_addresses_are_joined_to_the_file_or_the_given_base() -> None:
    assert parse("![a](p/f.jpg)").references[0].url == "file:///news/p/f.jpg"
    article = markdown.parse("![a](p/f.jpg)", DOCUMENT, "https://x.example/s/")
    assert article.references[0].url == "https://x.example/s/p/f.jpg"


def test_an_image_without_an_address_is_told() -> None:
    assert [fault.reason for fault in parse("![a]()").references[0].faults] == ["empty"]


@pytest.mark.parametrize(
    "text",
    [
        "one ![a](1.png) two ![b](2.png)",
        "> - item\n>   more ![a](1.png)\n>\n>   text ![b](2.png) end",
        "1. > ![a](1.png)\n   > lazy\n![b](2.png)",
        "| x | y |\n|---|---|\n| ![a](1.png) | t \\| ![b](2.png) |\n| z | ![c](1.png) |",
        "## A ![a](1.png) heading ##\n\nAnother ![b](2.png)\n=====",
        "\ttab code\n\n- a\n\n  \t![a](1.png)",
        "two\r\nlines ![a](1.png)\r\nand ![b](2.png)",
        '<p>\n <img src="1.png" alt="a">\n</p>\n\n> text <img src="2.png" alt="b"> ![c](3.png)',
        '- <figure>\n  <img src="1.png">\n  </figure>',
        "---\ntitle: x\n---\n\n![a](1.png)",
        "图片在此：![图](1.png)😀![b](2.png)",
    ],
)
def test_every_reference_knows_its_line_and_column(text: str) -> None:
    references = parse(text).references
    assert references
    for reference in references:
        assert at(text, reference).startswith(("![", "<img"))
        assert reference.raw.split("\n")[0] in at(text, reference)
    places = [(r.span.line, r.span.column) for r in references]
    assert places == sorted(set(places))


@pytest.mark.parametrize(
    "text",
    [
        "`![a](1.png)`",
        "```\n![a](1.png)\n```",
        "    ![a](1.png)",
        "~~~md\n<img src=1.png>\n~~~",
        r"\![a](1.png)",
    ],
)
def test_images_in_code_are_no_images(text: str) -> None:
    article = parse(text)
    assert article.references == ()
    assert article.suspects == ()


@pytest.mark.parametrize("text", ["![a](my flag.jpg)", "![a][nowhere]", "![[flag.png]]"])
def test_an_image_that_no_renderer_would_show_is_a_suspect(text: str) -> None:
    article = parse(f"Text\n\nmore {text} text")
    assert article.references == ()
    assert [(s.kind, s.text, s.span.line, s.span.column) for s in article.suspects] == [
        ("placeholder", text, 3, 6)
    ]


def test_a_placeholder_element_in_markdown_is_a_suspect() -> None:
    element = bytes.fromhex("3c616e746d6c3a696d6167653e").decode() + 'data:image/s3,"s3://b/k" alt=""]'
    assert [suspect.kind for suspect in parse(element).suspects] == ["placeholder"]


def test_an_html_figure_keeps_its_boxes_and_caption() -> None:
    article = parse(
        "Before.\n\n<figure>\n<img src='f.jpg' alt='a'>\n"
        "<figcaption>Under it</figcaption>\n</figure>\n\nAfter."
    )
    [reference] = article.references
    caption = next(block for block in article.blocks if block.role == "caption")
    assert article.boxes[reference.box].tag == "figure"
    assert article.boxes[article.boxes[caption.box].parent].tag == "figure"
    assert (caption.text, caption.span.line) == ("Under it", 5)
    assert [block.order for block in article.blocks] == sorted(block.order for block in article.blocks)
    assert article.blocks[0].order < reference.order < caption.order < article.blocks[-1].order


def test_inline_picture_is_one_reference() -> None:
    text = 'See <picture><source srcset="a.webp" type="image/webp"><img src="a.jpg" alt="x"></picture> here.'
    assert len(parse(text).references) == 1


def test_blocks_carry_roles_boxes_and_emphasis() -> None:
    article = parse(
        "# Head\n\nPara.\n\n![a](1.png)\n\n*Under it.*\n\n"
        "- item\n\n> said\n\n| c |\n|---|\n| d |\n\n```\ncode\n```"
    )
    assert article.title == "Head"
    assert [(b.role, article.boxes[b.box].tag, b.text, b.emphasis) for b in article.blocks] == [
        ("heading", "article", "Head", ""),
        ("paragraph", "article", "Para.", ""),
        ("paragraph", "article", "Under it.", "em"),
        ("list-item", "li", "item", ""),
        ("quote", "blockquote", "said", ""),
        ("table-cell", "th", "c", ""),
        ("table-cell", "td", "d", ""),
        ("code", "article", "code", ""),
    ]


def test_front_matter_gives_title_date_language_and_image() -> None:
    article = parse(
        '---\ntitle: "The title"\ndate: 2024-05-18 10:00\nlang: zh-CN\ncover: p/c.jpg # big\n---\n# Other\n'
    )
    assert (article.title, article.language) == ("The title", "zh")
    assert article.published_at == dt.datetime(2024, 5, 18, 10, tzinfo=dt.UTC)
    [reference] = article.references
    assert (reference.kind, reference.role, reference.address) == ("front-matter", "metadata", "p/c.jpg")
    assert (reference.span.line, reference.span.column) == (5, 8)
    assert [block.text for block in article.blocks] == ["Other"]


def test_toml_front_matter_is_read_too() -> None:
    article = parse('+++\ntitle = "T"\nimage = "c.jpg"\n+++\nText.')
    assert (article.title, article.references[0].address) == ("T", "c.jpg")


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert [block.text for block in parse("---\n\nJust text\n\n---\n").blocks] == ["Just text"]


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("# Head\n\n![a](f.jpg)\n", True),
        ("---\ntitle: x\n---\n\n## Head\n", True),
        ("Plain words, and no more.", False),
        ("2020年7月24日，休斯敦", False),
        ("<!doctype html><html><body><p>x</p></body></html>", False),
    ],
)
def test_likelihood_follows_the_content(text: str, sure: bool) -> None:
    assert (markdown.likelihood(text) >= 0.5) is sure


PIECES = (
    "![",
    "](",
    ")",
    "[",
    "]",
    "!",
    "a",
    "f.png",
    " ",
    "\n",
    "\r\n",
    "\t",
    "> ",
    "- ",
    "1. ",
    "|",
    "---",
    "`",
    "```\n",
    "*",
    "_",
    "<img src=x.png>",
    "<b>",
    "</b>",
    "<figure>\n",
    "<figcaption>",
    "<!--",
    "\\",
    "\0",
    "\ud800",
    "图",
    "#",
    "[r]: u\n",
    '"',
    "+++\n",
    "title: x\n",
    "    ",
    "&amp;",
    "~~",
)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text())
@settings(max_examples=150, deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    article = parse(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for item in (*article.references, *article.blocks, *article.suspects):
        assert 1 <= item.span.line <= len(lines)
        assert item.span.column >= 1
    orders = [item.order for item in (*article.blocks, *article.references)]
    assert len(orders) == len(set(orders))
    assert [reference.index for reference in article.references] == list(range(len(article.references)))
    assert all(box.parent < box.index for box in article.boxes)
    assert 0 <= markdown.likelihood(text) <= 1


@given(
    st.lists(st.sampled_from(["text", "> ", "- ", "1. ", "  ", "*x* ", "`c` ", "图 "]), max_size=6).map(
        "".join
    )
)
@settings(max_examples=100, deadline=None)
def test_nesting_never_moves_an_image_from_its_place(prefix: str) -> None:
    text = f"{prefix}![a](f.png)"
    for reference in parse(text).references:
        assert at(text, reference) == "![a](f.png)"
