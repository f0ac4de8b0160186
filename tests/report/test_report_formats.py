"""Every format on a report that has something of everything: snapshots, determinism, hostile content.

`AUDITOR_REWRITE_SNAPSHOTS=1 pytest tests/report` writes the snapshots anew: read them by eye.
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from defusedxml import ElementTree

from auditor import reported
from auditor.model import (
    Article,
    Audit,
    Caption,
    CaptionGroup,
    Captions,
    Finding,
    ImageReference,
    Notice,
    Outcome,
    Pairing,
    Span,
    State,
    Suppression,
)
from auditor.options import FORMATS
from auditor.report import html
from auditor.reported import InputInfo, RenderOptions, Report
from auditor.terminal import width

SNAPSHOTS = Path(__file__).parent / "snapshots"
LOOKS = {
    "text": RenderOptions(),
    "text-120": RenderOptions(width=120),
    "text-colour": RenderOptions(color=True, quiet=True),
    "text-verbose": RenderOptions(verbose=True, statistics=True),
    **{name: RenderOptions() for name in FORMATS if name != "text"},
}


def rendered(name: str, report: Report, options: RenderOptions | None = None) -> str:
    render = importlib.import_module(f"auditor.report.{name}").render
    return "".join(render(report, options or RenderOptions()))


@pytest.mark.parametrize("look", LOOKS)
def test_a_rendering_is_what_it_was(everything: Report, look: str) -> None:
    name = look.partition("-")[0]
    module = importlib.import_module(f"auditor.report.{name}")
    text = rendered(name, everything, LOOKS[look])
    assert text == rendered(name, everything, LOOKS[look])
    path = SNAPSHOTS / f"{look}{module.SUFFIX}"
    if os.environ.get("AUDITOR_REWRITE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("look", LOOKS)
def test_groups_are_told_by_the_formats_that_say_so(everything: Report, look: str) -> None:
    name = look.partition("-")[0]
    without = msgspec.structs.replace(everything, duplicates=[])

    same = rendered(name, without, LOOKS[look]) == rendered(name, everything, LOOKS[look])

    assert same == (name not in reported.WITH_GROUPS)


def test_a_stored_report_renders_as_the_fresh_one(everything: Report) -> None:
    stored = reported.read(rendered("json", everything).encode())
    for name in FORMATS:
        assert rendered(name, stored) == rendered(name, everything)


def test_an_empty_report_renders(make_report: Callable[..., Report]) -> None:
    empty = make_report(inputs=[], articles=[], duplicates=[], findings=[], compared=False)
    for name in FORMATS:
        assert rendered(name, empty).endswith("\n")


# --- what comes from outside --------------------------------------------------------------------

HOSTILE = [
    "\x1b[2J\x1b]52;c;ZXZpbA==\x07",
    "\x9b31m\x90q\x9c",
    "gate\u202egnp.exe\u2066\u200b",
    "nul\x00 del\x7f bell\x07 back\x08",
    "one\n::error file=evil.py,line=1::two\r\n::stop-commands::x",
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "'\"><b onmouseover=alert(1)>&amp;&#60;",
    "]]></system-out><failure/>",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "+1+cmd|'/c calc'!A1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "＝1+1",
    "％ 100%25 a:b,c",
    "| a | b |\n|---|---|",
    "[words](javascript:alert(1)) ![x](http://evil.example/x.png) `code` <http://evil.example>",
    "@everyone see https://evil.example and www.evil.example",
    "# heading\n- list\n1. one",
    "\ud800 \ufffe \U000e0041",
    "長" * 300,
    "a" * 1200,
]  # fmt: skip


def hostile_report(make: Callable[..., Report], text: str) -> Report:
    """The text wherever something from outside may stand."""
    address = f"https://pictures.example/{text}"
    caption = Caption(text, "figcaption", 0.9, text, Span(2, 1))
    references = (
        ImageReference(0, text, address, text, Span(2, 3), alt=text),
        ImageReference(1, address, address, text, Span(3, 1), alt=text),
    )
    article = Article(text, "html", text, address, title=text, language="zh", references=references)
    audit = Audit(
        article,
        (Outcome(State.MISSING, text, text), Outcome(State.UNREACHABLE, "timeout", text)),
        Captions(
            (Pairing(0, caption, group=0), Pairing(1)), (CaptionGroup(text, Span(2, 1), "figcaption", (0,)),)
        ),
    )
    findings = [
        Finding("1:a", "MIS201", "error", text, text, images=(f"{text}#0",), line=2, column=3, fix=text,
                related=(f"{text}#1", text), evidence={"text": text}),
        Finding("1:b", "CAP308", "warning", text, text, line=9, column=1),
        Finding("1:c", "CAP305", "note", text, text, suppressed=Suppression(text)),
        Finding("1:d", "CAP305", "note", "elsewhere " + text, text, lifecycle="fixed"),
    ]  # fmt: skip
    run = msgspec.structs.replace(make().run, warnings=reported.warnings([Notice("x", text)]))
    inputs = [InputInfo(text, 0, reported.ErrorInfo("unreadable", text))]
    return make(
        run=run, inputs=inputs, articles=[reported.article_info(audit)], duplicates=(), findings=findings
    )


_made: dict[int, Report] = {}


@pytest.fixture(params=range(len(HOSTILE)), ids=lambda index: ascii(HOSTILE[index])[:30])
def hostile(request: pytest.FixtureRequest, make_report: Callable[..., Report]) -> Report:
    if request.param not in _made:
        _made[request.param] = hostile_report(make_report, HOSTILE[request.param])
    return _made[request.param]


def test_no_format_writes_an_order_to_a_terminal(hostile: Report) -> None:
    for name in FORMATS:
        assert_harmless(rendered(name, hostile, RenderOptions(verbose=True, statistics=True)))


def assert_harmless(text: str) -> None:
    text.encode()
    assert not [
        c for c in text.replace("\r\n", "\n") if c != "\n" and unicodedata.category(c) in ("Cc", "Zl", "Zp")
    ]
    assert not re.search("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0041]", text)


def test_the_text_report_keeps_its_width(hostile: Report) -> None:
    for columns in (60, 80, 120):
        for line in rendered("text", hostile, RenderOptions(width=columns, statistics=True)).splitlines():
            assert width(line) <= columns


def test_one_finding_stays_one_command(hostile: Report) -> None:
    lines = rendered("github", hostile).splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert [line.split(" ")[0] for line in commands] == ["::error", "::warning", "::error"]
    assert len(lines) == len(commands) + 1
    for line in commands:
        properties = line[2:].split("::")[0].partition(" ")[2]
        assert {p.split("=")[0] for p in properties.split(",")} <= {"file", "line", "col", "title"}


def test_concise_has_one_line_a_finding(hostile: Report) -> None:
    assert len(rendered("concise", hostile).splitlines()) == 4


def test_no_cell_is_a_formula(hostile: Report) -> None:
    rows = list(csv.reader(io.StringIO(rendered("csv", hostile))))
    assert len(rows) == 5
    assert {len(row) for row in rows} == {17}
    assert not [
        cell for row in rows for cell in row if cell.lstrip()[:1] and cell.lstrip()[0] in "=+-@＝＋－＠"
    ]


class Elements(HTMLParser):
    """What a browser would see: the tags, and the attributes that could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_html_has_only_our_elements(hostile: Report) -> None:
    seen = Elements()
    seen.feed(rendered("html", hostile))
    frame = "html head meta title style body header main footer article section h1 h2 table tr th td"
    assert set(seen.tags) <= set(f"{frame} p ol li div span b br a code details summary".split())
    assert not {name for name in seen.attributes if name.startswith("on") or name == "style"}
    assert all(link.startswith(("#", "https://pictures.example/")) for link in seen.links)


def test_the_page_forbids_whatever_it_does_not_need(everything: Report) -> None:
    page = rendered("html", everything)
    assert f'content="{html.POLICY}"' in page
    assert "<script" not in page
    assert not re.search(r"url\(|@import|<link", page)
    assert "prefers-color-scheme: dark" in page


def test_a_page_shows_each_image_beside_its_caption(everything: Report) -> None:
    page = rendered("html", everything)
    groups = page.split('<section class="group">')[1:]
    assert [len(re.findall('<li id="', group)) for group in groups] == [1, 6, 8, 1, 1]
    assert ["Lead image, no caption" in group for group in groups] == [True, False, False, False, False]
    assert "摘下馆牌" in groups[1]
    assert "街对面围观" in groups[2]


def test_xml_is_well_formed_and_its_counts_are_right(hostile: Report) -> None:
    for suite in ElementTree.fromstring(rendered("junit", hostile)):
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases)
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(attribute)) == sum(case.find(tag) is not None for case in cases)


def test_markdown_has_only_our_markup(hostile: Report) -> None:
    from markdown_it import MarkdownIt

    text = rendered("markdown", hostile)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    kinds = {token.type for token in tokens} | {c.type for token in tokens for c in token.children or ()}
    assert not kinds & {"html_block", "link_open", "image", "fence", "ordered_list_open", "code_block"}
    raw = {c.content for token in tokens for c in token.children or () if c.type == "html_inline"}
    assert raw <= {"<!-- -->"}
    assert not re.search(r"(?<!`)(https?://|www\.)(?![^`\n]*`)", text)
    headings = [token for token in tokens if token.type == "heading_open"]
    assert len(headings) == 2
    rows = [token for token in tokens if token.type == "tr_open"]
    assert len(rows) == 3


def test_sarif_messages_hold_no_links(hostile: Report) -> None:
    for result in json.loads(rendered("sarif", hostile))["runs"][0]["results"]:
        assert "](" not in result["message"]["text"]


# --- what each format is for --------------------------------------------------------------------


def test_json_lines_are_records_with_the_run_first_and_the_summary_last(everything: Report) -> None:
    records = [json.loads(line) for line in rendered("jsonl", everything).splitlines()]
    kinds = [record["type"] for record in records]
    assert (kinds[0], kinds[-1]) == ("run", "summary")
    assert kinds.count("image") == everything.summary.images
    assert kinds.count("finding") == len(everything.findings)
    assert all("article" in record for record in records if record["type"] in ("image", "finding", "caption"))


def test_code_quality_fingerprints_are_unique(make_report: Callable[..., Report]) -> None:
    twice = Finding("1:same", "CAP320", "error", "consulates.txt", "m", line=1, column=1)
    issues = json.loads(rendered("gitlab", make_report(findings=[twice, twice])))
    assert len({issue["fingerprint"] for issue in issues}) == 2
    assert {issue["severity"] for issue in issues} <= {"info", "minor", "major", "critical", "blocker"}


def test_diagnostics_tell_only_columns_that_they_know(everything: Report) -> None:
    result = json.loads(rendered("rdjson", everything))
    for diagnostic in result["diagnostics"]:
        assert diagnostic["severity"] in ("ERROR", "WARNING", "INFO")
        start = diagnostic["location"]["range"]["start"]
        assert start.get("column", 1) == 1


def test_text_names_each_image_once_under_its_caption(everything: Report) -> None:
    text = rendered("text", everything)
    first, second = text.index("摘下馆牌"), text.index("街对面围观")
    for line in range(9, 15):
        assert first < text.index(f"line {line:2d}  #") < second
    assert text.count("│ line 23") == 1
    assert text.index("Lead image, no caption") < first


def test_why_is_told_once_for_each_rule(make_report: Callable[..., Report]) -> None:
    findings = [
        Finding(
            f"1:{n}",
            "MIS201",
            "error",
            "consulates.txt",
            "gone",
            images=(f"consulates.txt#{n}",),
            line=n,
            column=1,
        )
        for n in (2, 3, 4)
    ]
    assert rendered("text", make_report(findings=findings)).count("A reader sees a gap") == 1


def test_plain_text_has_no_colour_and_coloured_text_says_the_same(everything: Report) -> None:
    plain = rendered("text", everything)
    coloured = rendered("text", everything, RenderOptions(color=True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_an_image_told_of_elsewhere_says_where(make_report: Callable[..., Report]) -> None:
    here = "consulates.txt"
    pair = Finding(
        "1:p", "DUP402", "warning", here, "copies", images=(f"{here}#1", f"{here}#5"), line=13, column=1
    )
    text = rendered("text", make_report(findings=[pair]))
    row = text.index("line  9  #1")
    assert row < text.index("see DUP402 on line 13") < text.index("line 10  #2")
    assert "also  #1 on line 9" in text


def test_a_finding_on_many_images_names_a_few(make_report: Callable[..., Report]) -> None:
    here = "consulates.txt"
    every = tuple(f"{here}#{index}" for index in range(15))
    many = Finding("1:m", "CAP321", "warning", here, "no words", images=every, line=3, column=1)
    text = rendered("text", make_report(findings=[many]))
    assert "see CAP321" not in text
    assert "and 6 more" in text


def test_the_address_of_the_row_is_not_told_twice(make_report: Callable[..., Report]) -> None:
    report = make_report(findings=[])
    image = report.articles[0].images[2]
    finding = Finding(
        "1:a", "MIS201", "error", "consulates.txt", f"image not found: {image.address}",
        images=(image.id,), line=10, column=1,
    )  # fmt: skip
    lines = rendered("text", make_report(findings=[finding])).splitlines()
    assert "│       error MIS201 image not found" in lines


def test_what_cannot_be_verified_is_explained_once(make_report: Callable[..., Report]) -> None:
    text = rendered("text", make_report(findings=[]))
    assert text.count("could not be verified: the host refused; nothing is accused for it") == 1
