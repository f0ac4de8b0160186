"""Captions of articles that are lines of text and placeholders."""

import pytest

from auditor.captions import pairing, roles

PARAGRAPH = (
    "美国政府宣布关闭中国驻休斯敦总领事馆,并要求所有人员在七十二小时之内离开。当地居民在门外围观,并拍下照片。"
    * 2
)
HOUSTON = "2020年7月24日,美国休斯敦,总领事馆外聚集的人群"
CHENGDU = "2020年7月27日,成都,总领事馆降下国旗"


def test_a_caption_above_serves_its_run_of_seven_and_the_lead_has_none(linear, captions) -> None:
    article = linear(
        "@", PARAGRAPH, PARAGRAPH, HOUSTON, *"@@@@@@@", PARAGRAPH, CHENGDU, *"@@@@@@@", PARAGRAPH
    )
    assert captions(article) == [None, *[HOUSTON] * 7, *[CHENGDU] * 7]


def test_a_caption_below_serves_its_run_of_seven(linear, captions) -> None:
    article = linear("@", PARAGRAPH, *"@@@@@@@", HOUSTON, PARAGRAPH, *"@@@@@@@", CHENGDU, PARAGRAPH)
    assert captions(article) == [None, *[HOUSTON] * 7, *[CHENGDU] * 7]


def test_the_line_between_a_lead_image_and_a_run_is_the_runs_where_captions_stand_above(
    linear, captions
) -> None:
    assert captions(linear("@", HOUSTON, "@", "@", "@", CHENGDU, "@", "@")) == [
        None, *[HOUSTON] * 3, *[CHENGDU] * 2,
    ]  # fmt: skip


@pytest.mark.parametrize("above", [True, False])
def test_a_picture_and_a_line_that_take_turns_belong_together(linear, captions, above: bool) -> None:
    lines = [f"领事馆门前的{place}" for place in ("街道上午", "人群中午", "警车下午", "空地傍晚")]
    items = [item for line in lines for item in ((line, "@") if above else ("@", line))]
    assert captions(linear("@", PARAGRAPH, *items, PARAGRAPH)) == [None, *lines]


@pytest.mark.parametrize("above", [True, False])
def test_short_sentences_beside_most_pictures_are_their_captions(linear, captions, above: bool) -> None:
    """Where other lines are as short, one below a picture is as likely a line of the story."""
    lines = [f"领事馆门前的{place}。" for place in ("街道上午", "人群中午", "警车下午", "空地傍晚")]
    story = ["@", PARAGRAPH]
    for line in lines:
        story += [*((line, "@") if above else ("@", line)), PARAGRAPH, PARAGRAPH]
    assert captions(linear(*story)) == [None, *lines]
    story += ["人群散去了。", "门也关上了。"] * 4 + ["@"]
    assert captions(linear(*story)) == [None] * 6


def test_a_credit_below_a_run_does_not_take_the_place_of_its_caption_above(linear) -> None:
    article = roles.assign(
        linear("@", PARAGRAPH, HOUSTON, "@", "@", "图源:新华社", PARAGRAPH, CHENGDU, "@", "(图源:中新社)")
    )
    found = [pairing_.caption for pairing_ in pairing.pair(article).pairings]
    assert [(caption.text, caption.credit) for caption in found[1:]] == [
        *[(HOUSTON, "新华社")] * 2,
        (CHENGDU, "中新社"),
    ]


def test_a_line_that_leads_to_what_follows_is_no_caption(linear, captions) -> None:
    steps = [item for step in ("打开设置", "选择网络", "输入地址", "点击完成") for item in (f"{step}:", "@")]
    assert captions(linear(PARAGRAPH, *steps, PARAGRAPH)) == [None] * 4


def test_the_groups_list_their_images_and_each_image_its_group(linear) -> None:
    article = roles.assign(linear("@", PARAGRAPH, HOUSTON, "@", "@", PARAGRAPH, CHENGDU, "@", "@", PARAGRAPH))
    found = pairing.pair(article)
    assert [(group.text, group.images, group.span.line) for group in found.groups] == [
        (HOUSTON, (1, 2), 3),
        (CHENGDU, (3, 4), 7),
    ]
    assert [pairing_.group for pairing_ in found.pairings] == [None, 0, 0, 1, 1]
    assert all(pairing_.caption.confidence > 0.7 for pairing_ in found.pairings[1:])


def test_a_caption_says_when_and_where(linear) -> None:
    article = roles.assign(linear(PARAGRAPH, "@", HOUSTON, PARAGRAPH))
    caption = pairing.pair(article).pairings[0].caption
    assert [date.iso for date in caption.entities.dates] == ["2020-07-24"]
    assert "Houston" in [place.name for place in caption.entities.places]


@pytest.mark.parametrize("above", [True, False])
def test_one_caption_for_each_image_on_the_side_the_article_keeps_to(linear, captions, above: bool) -> None:
    lines = ["图:港口的大火", "图:消防员在码头", "图:第二天早晨的港口"]
    items = [item for line in lines for item in ((line, "@") if above else ("@", line))]
    assert captions(linear(PARAGRAPH, *items, PARAGRAPH)) == lines


def test_as_many_lines_as_images_are_captions_in_order(linear, captions) -> None:
    lines = ["图1:港口的大火", "图2:消防员在码头", "图3:第二天早晨的港口"]
    assert captions(linear(PARAGRAPH, "@", "@", "@", *lines, PARAGRAPH)) == lines


def test_paragraphs_around_an_image_are_no_captions(linear, captions) -> None:
    assert captions(linear("@", PARAGRAPH, "@", PARAGRAPH, "@", PARAGRAPH)) == [None, None, None]


def test_a_heading_before_an_image_is_no_caption(linear, captions) -> None:
    assert captions(linear("# 港口大火", PARAGRAPH, "# 第二天", "@", PARAGRAPH)) == [None]


def test_a_dateline_is_no_caption(linear, captions) -> None:
    assert captions(linear("# 港口大火", "2020-07-24 10:32", "@", PARAGRAPH)) == [None]


def test_a_lead_image_keeps_a_caption_that_says_it_is_one(linear, captions) -> None:
    line = "图为港口的大火 新华社发"
    assert captions(linear("@", line, PARAGRAPH)) == ["图为港口的大火"]


def test_a_caption_whose_run_is_gone_is_told(linear) -> None:
    article = roles.assign(linear("@", PARAGRAPH, HOUSTON, "@", "@", PARAGRAPH, CHENGDU, PARAGRAPH))
    (stray,) = pairing.pair(article).strays
    assert (stray.text, stray.span.line) == (CHENGDU, 7)
    assert stray.entities.dates[0].iso == "2020-07-27"
    assert "no image next to it" in stray.why


def test_a_short_dated_sentence_is_no_lost_caption(linear) -> None:
    article = roles.assign(linear("@", PARAGRAPH, "7月24日,会议在休斯敦举行。", PARAGRAPH))
    assert pairing.pair(article).strays == ()


def test_a_sequence_of_texts_and_images_as_data_sets_have_it(linear, captions) -> None:
    """OBELICS and MMC4 keep a page as one flat list: short texts beside images, then running text."""
    article = linear("@", PARAGRAPH, "@", "Photo: Jane Doe/Reuters", PARAGRAPH, "@", PARAGRAPH)
    assert captions(article) == [None, None, None]
    told = [pairing_.credit for pairing_ in pairing.pair(roles.assign(article)).pairings]
    assert told == [None, "Jane Doe/Reuters", None]


def test_alt_text_is_a_candidate_and_never_the_caption(page) -> None:
    article = page(
        "<p>"
        + PARAGRAPH
        + "</p><p><img src=/p/fire-in-the-port.jpg alt='港口的大火在夜里燃烧'></p><p>"
        + PARAGRAPH
    )
    (found,) = pairing.pair(article).pairings
    assert found.caption is None
    assert [(c.relation, c.text) for c in found.candidates] == [("alt", "港口的大火在夜里燃烧")]
    assert found.candidates[0].confidence < 0.5


def test_empty_articles_have_no_captions(linear, captions) -> None:
    assert captions(linear()) == []
    assert captions(linear("@")) == [None]
    assert captions(linear(PARAGRAPH)) == []
