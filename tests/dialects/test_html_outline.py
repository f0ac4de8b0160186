"""The outline of a page: boxes, blocks and places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dialects._html_outline import Outline, Visited, build
from auditor.dialects._html_page import Page


def outline(markup: str, visited: list[Visited] | None = None, wanted: tuple[str, ...] = ()) -> Outline:
    visits = [] if visited is None else visited
    return build(Page(markup), visits.append, wanted)


def test_inline_elements_flow_and_boxes_part() -> None:
    blocks = outline("<p>one <b>two</b> three</p><div>four<p>five</p>six</div>").blocks
    assert [block.text for block in blocks] == ["one two three", "four", "five", "six"]
    assert [block.index for block in blocks] == [0, 1, 2, 3]


def test_roles_are_those_of_the_element_around() -> None:
    markup = "<h2>a</h2><p>b</p><figcaption><p>c</p></figcaption><li>d</li><table><td>e</td></table>"
    markup += "<blockquote><p>f</p></blockquote>"
    roles = [block.role for block in outline(markup).blocks]
    assert roles == ["heading", "paragraph", "caption", "list-item", "table-cell", "quote"]


PROSE = "<p>The council voted late on Tuesday to close the old harbour bridge for months.</p>"


def test_the_cell_or_item_that_holds_most_of_a_page_holds_paragraphs() -> None:
    story = f"<div>6 May</div>{PROSE * 3}<dl><dd><p>tip</p></dd></dl>"
    expected = ["other", "paragraph", "paragraph", "paragraph", "list-item"]
    for markup in (f"<ul><li>{story}</li></ul>", f"<table><td>{story}</td></table>"):
        roles = [block.role for block in outline(markup).blocks]
        assert roles == expected


def test_comments_in_a_list_below_a_story_stay_list_items() -> None:
    blocks = outline(
        f"{PROSE * 3}<ol><li>{PROSE * 2}</li><li>{PROSE}</li></ol><ul><li>{PROSE}</li></ul>"
    ).blocks
    assert [block.role for block in blocks] == ["paragraph"] * 3 + ["list-item"] * 4


def test_images_and_blocks_share_one_order() -> None:
    visited: list[Visited] = []
    found = outline("<p>a</p><img src=x><p>b</p>", visited, ("img",))
    root, image = visited
    assert (root.tag, image.tag, image.offset, image.attributes) == ("html", "img", 8, {"src": "x"})
    assert found.blocks[0].order < image.place[1] < found.blocks[1].order


def test_an_attribute_that_may_ask_for_an_image_makes_any_element_visited() -> None:
    visited: list[Visited] = []
    outline("<p data-bg=a.jpg>a<p style='background: url(b.jpg)'>b<p style='color: red' class=x>c", visited)
    assert [(one.tag, one.telling) for one in visited] == [("html", False), ("p", True), ("p", True)]


def test_texts_names_and_parts_are_without_stamps() -> None:
    (block,) = outline("<div class='a <b> c'>x <u>y <xmp><i></xmp></u></div>").blocks[:1]
    boxes = outline("<div class='a <b> c'>x</div>").boxes
    assert "a <b> c" in [box.hints for box in boxes]
    (figure,) = outline("<figcaption><b>one</b> <plaintext>two <i> three").blocks[1:]
    assert "\x7f" not in block.text + figure.text + "".join(box.hints for box in boxes)


def test_long_names_of_elements_in_elements_do_not_add_up() -> None:
    (block,) = outline(f"<b class={'x' * 1000}>" * 500 + "text").blocks
    assert len(block.hints) < 10_000


def test_an_image_parts_the_text_it_stands_in() -> None:
    assert [block.text for block in outline("<p>before<img src=x>after</p>").blocks] == ["before", "after"]


def test_parts_and_emphasis_and_links_are_told() -> None:
    block = outline("<p><small><i>The fire</i> <a href=/x>more</a></small></p>").blocks[0]
    assert block.emphasis == "small"
    assert 0.3 < block.link_share < 0.4
    assert [(part.text, part.hints.split()[-1]) for part in block.parts] == [
        ("The fire", "i"), (" ", "small"), ("more", "a"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("style", "emphasis"),
    [("font-size: smaller", "small"), ("font-size:.8em", "small"), ("font-size:80%", "small"),
     ("font-size:12px", ""), ("font-size:1.8em", "")],
)  # fmt: skip
def test_a_style_may_make_a_text_smaller_than_what_is_around_it(style: str, emphasis: str) -> None:
    assert outline(f"<p><span style='{style}'>The fire</span></p>").blocks[0].emphasis == emphasis


def test_spans_that_touch_are_parts_and_others_of_one_name_are_one() -> None:
    touching = outline("<p><span>the bridge</span><span>source: port</span></p>").blocks[0]
    assert [part.text for part in touching.parts] == ["the bridge", "source: port"]
    assert outline("<p><span>the </span><span>bridge</span></p>").blocks[0].parts == ()


def test_scripts_styles_and_hidden_text_are_not_read() -> None:
    markup = "<script>a</script><style>b</style><p hidden>c</p><p style='display: none'>d</p>"
    markup += "<noscript>e</noscript><p>f"
    assert [block.text for block in outline(markup).blocks] == ["f"]


def test_a_page_nested_deeply_does_not_recurse() -> None:
    found = outline("<div>" * 5000 + "deep")
    assert [block.text for block in found.blocks] == ["deep"]


@given(st.text(alphabet="<>/abdivpimgtable= \"'", max_size=120))
def test_any_markup_gives_a_tree_in_order(markup: str) -> None:
    visited: list[Visited] = []
    found = outline(markup, visited, ("b", "img", "a", "td"))
    assert all(box.parent < box.index for box in found.boxes)
    assert [block.order for block in found.blocks] == sorted(block.order for block in found.blocks)
    assert all(0 <= one.place[0] < len(found.boxes) for one in visited)
