"""Placeholder elements in all their shapes become references, whatever is wrong with them."""

from __future__ import annotations

import datetime as dt

import pytest

from auditor.dialects import placeholder
from auditor.model import Article, Document

# The corpus's own tag with its namespace prefix, in bytes: some viewers swallow it.
OPEN = bytes.fromhex("3c616e746d6c3a696d6167653e").decode()
CLOSE = bytes.fromhex("3c2f616e746d6c3a696d6167653e").decode()
NAME = "e3752" + "0123456789" * 3 + "abcde"
S3 = f"s3://crabby-images/e3752/{NAME}"
DATA = f'data:image/s3,"{S3}"'


def parse(text: str, path: str | None = "/news/story.txt") -> Article:
    return placeholder.parse(text, Document("story.txt", b"", path=path))


def faults(article: Article) -> list[list[str]]:
    return [[fault.reason for fault in reference.faults] for reference in article.references]


@pytest.mark.parametrize("prefix", ["", "antml" + ":", "x:", "a-b_c.d9:", "NS:", ":"])
@pytest.mark.parametrize("name", ["image", "IMAGE", "Image"])
def test_any_namespace_prefix_will_do(prefix: str, name: str) -> None:
    article = parse(f'<{prefix}{name}>{DATA} alt=""</{prefix}{name}>')
    assert [(r.address, r.alt, r.kind, r.faults) for r in article.references] == [(S3, "", "placeholder", ())]


@pytest.mark.parametrize(
    "text",
    [
        f'{OPEN}{DATA} alt=""{CLOSE}',
        f'{OPEN}{DATA} alt=""',
        f'{OPEN}{DATA} alt=""]',
        f'[{OPEN}{DATA} alt=""]',
        f'{OPEN}{DATA} alt="" ]',
        f"{OPEN}{DATA}{CLOSE}",
        f"{OPEN}{DATA}]",
        f'{OPEN}{DATA} alt="" />',
        f'{OPEN}\n  data:image/s3,\r\n\t"{S3}"\n  alt = ""\n{CLOSE}',
        f'{OPEN.replace(">", " >")}DATA:IMAGE/S3, "{S3}" ALT=""{CLOSE}',
        f"{OPEN}data:image/s3,“{S3}” alt=“”{CLOSE}",
        f'{OPEN}data:image/s3,\\"{S3}\\" alt=\\"\\"{CLOSE}',
        f"{OPEN}data:image/s3,&quot;{S3}&quot; alt=&quot;&quot;{CLOSE}",
        f"{OPEN}'{S3}' alt=''{CLOSE}",
        f'{OPEN}{S3} alt=""{CLOSE}',
        f"{OPEN}{S3}{CLOSE}",
    ],
)
def test_a_well_formed_placeholder_is_read_whole(text: str) -> None:
    article = parse(text)
    [reference] = article.references
    assert (reference.address, reference.url, reference.faults) == (S3, S3, ())
    assert reference.raw == text.strip("[")
    assert not reference.alt
    assert (article.blocks, article.suspects) == ((), ())


@pytest.mark.parametrize(
    ("written", "alt"),
    [
        ('"a flag"', "a flag"),
        ('"He said &quot;no&quot;"', 'He said "no"'),
        (r'"He said \"no\""', 'He said "no"'),
        ('"关闭的“大门”"', "关闭的“大门”"),
        ("“关闭的大门”", "关闭的大门"),
        ('"the "Star" ship"', 'the "Star" ship'),
        ('"two\nlines"', "two\nlines"),
        ('"1 < 2 &amp; 3"', "1 < 2 & 3"),
        ("'it is'", "it is"),
        ("&quot;x&quot;", "x"),
    ],
)
def test_alt_text_keeps_its_quotes_and_resolves_its_entities(written: str, alt: str) -> None:
    [reference] = parse(f"{OPEN}{DATA} alt={written}{CLOSE}").references
    assert (reference.alt, reference.faults) == (alt, ())


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("http://x.example/a.jpg", "http://x.example/a.jpg"),
        ("https://x.example/a b.jpg?c=1&amp;d=2", "https://x.example/a%20b.jpg?c=1&d=2"),
        ("s3://bucket/any/key.png", "s3://bucket/any/key.png"),
        ("pictures/a.jpg", "file:///news/pictures/a.jpg"),
        ("gs://bucket/key", "gs://bucket/key"),
        ("data:image/png;base64,iVBORw0KGgo=", "data:image/png;base64,iVBORw0KGgo="),
        ("http://[::1]:80/a.jpg", "http://[::1]/a.jpg"),
    ],
)
@pytest.mark.parametrize("end", [' alt=""' + CLOSE, CLOSE, ' alt=""', ' alt=""]'])
def test_any_address_may_stand_in_a_placeholder(address: str, url: str, end: str) -> None:
    [reference] = parse(OPEN + address + end).references
    assert (reference.address, reference.url, reference.faults) == (address, url, ())


def test_a_data_url_may_be_wrapped() -> None:
    [reference] = parse(f'{OPEN}data:image/png;base64,iVBO\nRw0K\nGgo= alt="a"{CLOSE}').references
    assert reference.address == "data:image/png;base64,iVBO\nRw0K\nGgo="
    assert (reference.alt, reference.faults) == ("a", ())


@pytest.mark.parametrize(
    ("text", "address", "expected"),
    [
        (OPEN + CLOSE, "", ["empty"]),
        (OPEN.replace(">", "/>"), "", ["empty"]),
        (f'{OPEN} alt=""{CLOSE}', "", ["empty"]),
        (f'{OPEN}data:image/s3,"" alt=""{CLOSE}', "", ["empty"]),
        (f'{OPEN}data:image/s3, alt=""{CLOSE}', "", ["empty"]),
        (OPEN, "", ["unclosed", "empty"]),
        (f"{OPEN}{DATA}", S3, ["unclosed"]),
        (f"{OPEN}{DATA}\nA paragraph.", S3, ["unclosed"]),
        (f'{OPEN[:-1]} {DATA} alt=""{CLOSE}', S3, ["unclosed"]),
        (f'{OPEN}data:image/s3,"{S3} alt=""{CLOSE}', S3, ["bad-quotes"]),
        (f'{OPEN}data:image/s3,{S3}" alt=""{CLOSE}', S3, ["bad-quotes"]),
        (f'{OPEN}data:image/s3,{S3} alt=""{CLOSE}', S3, ["bad-quotes"]),
        (f'{OPEN}data:image/s3,""{S3}"" alt=""{CLOSE}', S3, ["bad-quotes"]),
        (f'{OPEN}{DATA} alt="{CLOSE}', S3, ["bad-quotes"]),
        (f"{OPEN}{DATA} what is this{CLOSE}", S3, ["bad-quotes"]),
        (f'{OPEN}data:image/s3,"s3://crabby-images" alt=""{CLOSE}', "s3://crabby-images", ["bad-url"]),
        (f'{OPEN}data:image/s3,"s3:///key" alt=""{CLOSE}', "s3:///key", ["bad-url"]),
        (f'{OPEN}http://[bad/a.jpg alt=""{CLOSE}', "http://[bad/a.jpg", ["bad-url"]),
    ],
)
def test_a_malformed_placeholder_is_told_and_not_skipped(
    text: str, address: str, expected: list[str]
) -> None:
    article = parse(text)
    assert faults(article) == [expected]
    assert article.references[0].address == address


def test_a_folder_that_is_not_the_beginning_of_the_name_resolves_and_is_told() -> None:
    article = parse(f'{OPEN}data:image/s3,"s3://crabby-images/abcde/{NAME}" alt=""{CLOSE}')
    assert faults(article) == [["folder-mismatch"]]
    assert article.references[0].url == f"s3://crabby-images/abcde/{NAME}"


def test_a_relative_address_without_a_base_says_what_to_do() -> None:
    [reference] = parse(f'{OPEN}a.jpg alt=""{CLOSE}', path=None).references
    assert reference.url is None
    assert "--base-url" in reference.faults[0].message


def test_an_unclosed_alt_text_does_not_swallow_the_next_line() -> None:
    article = parse(f'{OPEN}{DATA} alt="abc\nHe said "no" again.')
    assert article.references[0].alt == "abc"
    assert [block.text for block in article.blocks] == ['He said "no" again.']


@pytest.mark.parametrize(
    "text",
    [
        "[image: a flag]",
        "<picture: s3://bucket/key>",
        f'{DATA} alt=""',
        f'image>{DATA} alt=""',
        f'&lt;{OPEN[1:-1]}&gt;{DATA} alt=""',
        CLOSE,
        f"see {S3}",
        "【图片：大门】",
        "![a flag](flag.jpg)",
        '<img src="flag.jpg">',
    ],
)
def test_what_looks_like_a_placeholder_and_is_none_is_a_suspect(text: str) -> None:
    article = parse(f"第一段。\n{text}\n第二段。")
    assert article.references == ()
    assert {suspect.kind for suspect in article.suspects} == {"placeholder"}
    assert article.suspects[0].span.line == 2


def test_ordinary_prose_about_images_gives_no_suspect() -> None:
    text = "The image of the city suffered.\nA picture [of 1979] shows it.\n他的形象（照片见下）很好。"
    assert parse(text).suspects == ()


def test_a_template_token_is_a_suspect_of_its_own_kind() -> None:
    assert [suspect.kind for suspect in parse("Text.\n{{lead_image}}\nText.").suspects] == ["template"]


def test_inline_text_stays_in_its_block_and_order_follows_the_places() -> None:
    one = f'{OPEN}{DATA} alt=""{CLOSE}'
    article = parse(f"{one}\n前面{one}后面。\n{one}{one}\n\n末段。")
    assert [(b.text, b.order, b.span.line, b.span.column) for b in article.blocks] == [
        ("前面后面。", 1, 2, 1),
        ("末段。", 5, 5, 1),
    ]
    assert [(r.order, r.span.line, r.span.column) for r in article.references] == [
        (0, 1, 1),
        (2, 2, 3),
        (3, 3, 1),
        (4, 3, 1 + len(one)),
    ]


@pytest.mark.parametrize(
    ("first", "role"),
    [
        ("中美互相关闭总领事馆", "heading"),
        ("Why did they go?", "heading"),
        ("这是一个句子。", "paragraph"),
        ("2020年7月24日，休斯敦总领事馆", "paragraph"),
        ("长" * 91, "paragraph"),
    ],
)
def test_a_short_open_first_line_is_the_headline(first: str, role: str) -> None:
    article = parse(f"{first}\n正文。\n")
    assert article.blocks[0].role == role
    assert article.title == (first if role == "heading" else None)


def test_no_headline_stands_below_an_image() -> None:
    article = parse(f'{OPEN}{DATA} alt=""{CLOSE}\n休斯敦总领事馆\n正文。')
    assert (article.title, article.blocks[0].role) == (None, "paragraph")


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("2020年7月28日", dt.datetime(2020, 7, 28, tzinfo=dt.UTC)),
        ("2020年7月28日 星期二 10:30", dt.datetime(2020, 7, 28, 10, 30, tzinfo=dt.UTC)),
        ("发布时间：2020-07-28 10:30  来源：本报", dt.datetime(2020, 7, 28, 10, 30, tzinfo=dt.UTC)),
        ("发布时间：2020-07-28T10:30:00+08:00", dt.datetime(2020, 7, 28, 2, 30, tzinfo=dt.UTC)),
        ("Published: July 28, 2020", dt.datetime(2020, 7, 28, tzinfo=dt.UTC)),
        ("28 July 2020", dt.datetime(2020, 7, 28, tzinfo=dt.UTC)),
        ("2020年7月28日，休斯敦总领事馆门前", None),
        ("2020年13月28日", None),
        ("0000-00-00", None),
    ],
)
def test_a_line_that_is_nothing_but_a_date_dates_the_article(line: str, moment: dt.datetime | None) -> None:
    assert parse(f"标题\n{line}\n正文。").published_at == moment


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("两国在四天之内关闭了对方的总领事馆。", "zh"),
        ("The two countries closed a consulate of the other in four days.", "en"),
        ("領事館は閉鎖されました。", None),
        ("Die beiden Länder schlossen ein Konsulat.", None),
        ("12345", None),
    ],
)
def test_language_is_told_by_script(text: str, language: str | None) -> None:
    assert parse(text).language == language


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        (f'{OPEN}{DATA} alt=""{CLOSE}\n正文。', 0.9, 1.0),
        (f"{OPEN}a.jpg{CLOSE}", 0.8, 0.95),
        ("正文。", 0.0, 0.1),
        ("[image: a flag]", 0.2, 0.5),
        ("<!doctype html><html><body><p>x</p></body></html>", 0.0, 0.1),
    ],
)
def test_likelihood_follows_the_content(text: str, low: float, high: float) -> None:
    assert low <= placeholder.likelihood(text) <= high
