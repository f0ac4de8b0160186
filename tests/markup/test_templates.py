"""Template tokens and editors' notes: found where they stand, and nothing in ordinary prose."""

from __future__ import annotations

import pytest

from auditor.markup import templates


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("before {{image}} after", ["{{image}}"]),
        ("{{ article.lead_photo }}", ["{{ article.lead_photo }}"]),
        ("{% image 3 %}", ["{% image 3 %}"]),
        ("${user.photo}", ["${user.photo}"]),
        ("[PHOTO TK]", ["[PHOTO TK]"]),
        ("(image to come)", ["(image to come)"]),
        ("[Insert photo here]", ["[Insert photo here]"]),
        ("PHOTO TK", ["PHOTO TK"]),
        ("正文。此处插图。", ["此处插图"]),
        ("待补图", ["待补图"]),
        ("（图片待补）", ["图片待补"]),
        ("【待补图】和此处插入图片", ["【待补图】", "此处插入图片"]),
        ("此處插入圖片", ["此處插入圖片"]),
    ],
)
def test_a_token_is_found_with_its_place(text: str, tokens: list[str]) -> None:
    found = templates.find(text)
    assert [token.text for token in found] == tokens
    assert all(text[token.offset :].startswith(token.text) for token in found)


@pytest.mark.parametrize(
    "text",
    [
        "The photo to come home with was of the harbour.",
        "Insert image here, the manual says.",
        "She placed the picture here in 1920 (photo: AP).",
        "(image)", "[图]", "[图片]", "图片来源：新华社", "（配图）", "配图与内文无关",
        "这里插图书馆的介绍", "他在此处加图标识", "图片待遇", "此处图案精美", "补图书馆的缺口",
        "use {{ name }} and ${price}", "100% image quality", "[photo]", "(图/新华社)",
    ],
)  # fmt: skip
def test_ordinary_prose_gives_none(text: str) -> None:
    assert templates.find(text) == []
