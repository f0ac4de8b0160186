"""A report made by hand that has something of everything: states, relations, levels, lifecycles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest

from auditor import reported
from auditor.model import (
    Article,
    Audit,
    Candidate,
    Caption,
    CaptionCandidate,
    CaptionGroup,
    Captions,
    DateMention,
    DuplicateGroup,
    DuplicatePair,
    Entities,
    Finding,
    Fingerprint,
    ImageReference,
    Notice,
    Outcome,
    Pairing,
    Picture,
    PlaceMention,
    Rule,
    Span,
    StandIn,
    State,
    Suppression,
)
from auditor.reported import InputInfo, Report, RunInfo

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
HOUSTON = "2020年7月24日，中国驻休斯敦总领事馆门前，工作人员摘下馆牌。"
CHENGDU = "2020年7月27日，美国驻成都总领事馆关闭，民众在街对面围观。"


def picture(seed: int, **given: object) -> Picture:
    return Picture(
        "JPEG",
        "image/jpeg",
        **{
            "width_px": 1280,
            "height_px": 853,
            "frames": 1,
            "fingerprint": Fingerprint(1, bytes([seed]) * 32, seed, seed << 8),
            "metadata": {"iptc:credit": "新华社"},
            **given,
        },  # type: ignore[arg-type]
    )


def fine(seed: int, **given: object) -> Outcome:
    return Outcome(
        State.OK,
        http_status=200,
        tries=1,
        elapsed_s=0.012,
        decodes=True,
        declared_type="image/jpeg",
        size_bytes=184_320,
        sha256=f"{seed + 16 * len(given):064x}",  # other pixels, other bytes
        picture=picture(seed, **given),
    )


OUTCOMES = (
    fine(1),
    fine(2),
    Outcome(State.MISSING, "no-such-key", "no object of this name in the bucket", tries=1),
    Outcome(
        State.BROKEN,
        "truncated",
        "the file ends after 61 % of its data",
        tries=1,
        decodes=False,
        size_bytes=9000,
        sha256="a" * 64,
        declared_type="image/jpeg",
    ),
    fine(1),
    fine(5),
    Outcome(
        State.NOT_IMAGE,
        "html",
        "a page, titled “404”",
        http_status=200,
        tries=1,
        decodes=False,
        size_bytes=812,
        sha256="b" * 64,
        declared_type="text/html",
    ),
    fine(2, width_px=640, height_px=427),
    Outcome(State.UNREACHABLE, "timeout", "no answer in 20 s", tries=3, transient=True),
    Outcome(State.DENIED, "http-403", "the host refused", http_status=403, tries=1),
    Outcome(State.BLOCKED, "private-address", "10.0.0.7 is a private address", tries=0),
    Outcome(State.UNSUPPORTED, "scheme", "ipfs is not known", tries=0),
    Outcome(State.UNCHECKED, "offline", tries=0),
    Outcome(State.INVALID, "bad-url", "the port is no number", tries=0),
    Outcome(State.TOO_LARGE, "pixels", "20000 x 20000 px", tries=1, size_bytes=7_340_032, sha256="c" * 64),
)
ADDRESSES = (
    "s3://crabby-images/e3752/e375286d1e9b8d6e40ba40a1f37e1e1d7b4e6f00",
    *(f"s3://crabby-images/{n:05x}/{n:040x}" for n in range(0x1A001, 0x1A008)),
    "https://pictures.example/gate.jpg?width=1280&token=abc123",
    "https://user:secret@pictures.example/street.jpg",
    "http://10.0.0.7/crowd.jpg",
    "ipfs://bafy/crowd.jpg",
    "https://pictures.example/later.jpg",
    "http://pictures.example:port/x.jpg",
    "https://pictures.example/poster.png",
)
LINES = (3, 9, 10, 11, 12, 13, 14, 23, 24, 25, 26, 27, 28, 29, 30)


def captions() -> Captions:
    def given(text: str, line: int, place: str, name: str, date: str, iso: str) -> Caption:
        entities = Entities((DateMention(date, iso),), (PlaceMention(place, name),))
        return Caption(text, "line-before", 0.93, "新华社", Span(line, 1), entities)

    first = given(HOUSTON, 8, "休斯敦", "Houston", "2020年7月24日", "2020-07-24")
    second = given(CHENGDU, 22, "成都", "Chengdu", "2020年7月27日", "2020-07-27")
    pairings = [Pairing(0, candidates=(CaptionCandidate("外交部发言人", "alt", 0.12),))]
    for index in range(1, len(OUTCOMES)):
        caption, group = (first, 0) if index < 7 else (second, 1)
        candidate = CaptionCandidate(caption.text, caption.relation, caption.confidence, caption.span)
        pairings.append(Pairing(index, caption, group=group, candidates=(candidate,)))
    groups = (
        CaptionGroup(HOUSTON, Span(8, 1), "line-before", tuple(range(1, 7))),
        CaptionGroup(CHENGDU, Span(22, 1), "line-before", tuple(range(7, len(OUTCOMES)))),
    )
    return Captions(tuple(pairings), groups)


def consulates() -> Audit:
    references = tuple(
        ImageReference(
            index,
            address,
            address,
            f'<image>{address}</image alt="">',
            Span(line, 1),
            "placeholder",
            alt="",
            role="lead" if index == 0 else "body",
        )
        for index, (address, line) in enumerate(zip(ADDRESSES, LINES, strict=True))
    )
    article = Article(
        "consulates.txt",
        "placeholder",
        "drafts/consulates.txt",
        title="两座城市，两座总领事馆",
        language="zh",
        published_at=dt.datetime(2020, 7, 28, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        references=references,
    )
    stand_in = StandIn("text-card", "a flat card with words, at two addresses", 2)
    return Audit(article, OUTCOMES, captions(), stand_ins={5: stand_in}, now=NOW)


def page() -> Audit:
    """An HTML page: one image with its own caption, one without, and what stands around them."""
    gate = "https://news.example/gate.jpg"
    references = (
        ImageReference(
            0, "/gate.jpg", gate, '<img src="/gate.jpg" alt="The gate">', Span(12, 5), alt="The gate",
            candidates=(Candidate(gate, 1280), Candidate("https://news.example/gate@2x.jpg", density=2.0)),
        ),
        ImageReference(1, "/map.png", "https://news.example/map.png", '<img src="/map.png">', Span(31, 9)),
        ImageReference(2, "/logo.png", "https://news.example/logo.png", "<img>", Span(2, 1), role="chrome"),
        ImageReference(3, "/gate.jpg", gate, "<meta>", Span(1, 80), "og:image", role="metadata"),
    )  # fmt: skip
    text = "The gate of the old harbour, seen from the ferry."
    caption = Caption(text, "figcaption", 0.99, "Ann Example/Agency", Span(13, 5))
    return Audit(
        Article(
            "https://news.example/harbour",
            "html",
            "https://news.example/harbour",
            "https://news.example/harbour",
            title="A harbour reopens",
            language="en",
            references=references,
        ),
        (fine(20), fine(21), fine(22), fine(20)),
        Captions(
            (Pairing(0, caption, group=0), Pairing(1), Pairing(2), Pairing(3)),
            (CaptionGroup(text, Span(13, 5), "figcaption", (0,)),),
        ),
    )


def _rule(code: str, name: str, level: str, summary: str, why: str, fix: str) -> Rule:
    return Rule(code, name, level, summary, why, fix, lambda audit: iter(()))  # type: ignore[arg-type]


RULES = (
    _rule("CAP301", "same-photo-two-captions", "error", "One picture under contradicting captions.",
          "At least one of the two captions is false.", "Decide which caption is true."),
    _rule("CAP305", "caption-missing", "note", "An image has no caption.",
          "A reader cannot know what the picture shows.", "Write a caption."),
    _rule("CAP320", "alt-missing", "error", "An image has no alt attribute.",
          "A screen reader reads out the file name.", "Add alt; empty if the image is decorative."),
    _rule("DUP401", "exact-duplicate", "warning", "The same picture stands twice.",
          "A reader sees one picture where two were meant.", "Remove one of them."),
    _rule("MIS201", "image-missing", "error", "An image is not there.",
          "A reader sees a gap where a picture was meant.", "Upload it again, or remove the placeholder."),
    _rule("MIS202", "image-unreachable", "warning", "An image could not be fetched.",
          "Nobody can say whether it is there.", "Check the host, then run again."),
    _rule("MIS205", "stand-in-picture", "error", "A card stands in place of the picture.",
          "A reader is told that the image is not available.", "Treat it as missing."),
    _rule("MIS206", "truncated", "error", "A file ends before its picture does.",
          "Browsers show a grey area, or nothing.", "Upload the whole file again."),
    _rule("REF101", "reference-empty", "error", "Never fired here.", "Why.", "Fix."),
)  # fmt: skip


def findings() -> list[Finding]:
    here, there = "consulates.txt", "https://news.example/harbour"

    def of(code: str, level: str, index: int, message: str, **given: object) -> Finding:
        line = LINES[index]
        return Finding(
            f"1:{code.lower()}{index:02d}", code, level, here, message, images=(f"{here}#{index}",),
            line=line, column=1, **given,
        )  # type: ignore[arg-type] # fmt: skip

    return [
        of("MIS201", "error", 2, "line 10: image not found (s3 no-such-key)", fix="Upload it again."),
        of("MIS206", "error", 3, "the file ends after 61 % of its data", evidence={"bytes": 9000}),
        of("DUP401", "warning", 4, "the same picture as image 1, line 3", related=(f"{here}#0",),
           evidence={"sha256": f"{1:064x}"}, fix="Remove one of them."),
        of("MIS205", "error", 5, "a card with words stands in for the picture", evidence={"addresses": 2}),
        of("CAP301", "error", 7,
           "the same picture stands under two captions: 24 July, Houston; 27 July, Chengdu",
           related=(f"{here}#1",), arguments={"dates": ["2020-07-24", "2020-07-27"]},
           fix="Decide which is true."),
        of("MIS202", "error", 8, "no answer from pictures.example in 20 s, 3 tries", lifecycle="persisting",
           evidence={"verdict": "unverified"}),
        of("CAP305", "note", 0, "the lead image has no caption",
           suppressed=Suppression("lead images have none")),
        Finding("1:cap32001", "CAP320", "error", there, "no alt attribute", images=(f"{there}#1",),
                line=31, column=9),
        Finding("1:cap30501", "CAP305", "note", there, "no line qualifies as caption", images=(f"{there}#1",),
                line=31, column=9, fix="Write a caption."),
        Finding("1:mis20199", "MIS201", "error", there, "image not found", lifecycle="fixed",
                images=(f"{there}#2",), line=2, column=1),
    ]  # fmt: skip


def run_info(**given: object) -> RunInfo:
    return RunInfo(
        **{
            "id": "0123456789abcdef",
            "command": "check",
            "started_at": reported.timestamp(NOW),
            "ended_at": reported.timestamp(NOW),
            "duration_ms": None,
            "profile": "newsroom",
            "config_sha256": "d" * 64,
            "complete": True,
            "warnings": reported.warnings([Notice("encoding-guessed", "read as GB18030")] * 2),
            **given,
        }  # type: ignore[arg-type]
    )


INPUTS = (
    InputInfo("drafts", 1),
    InputInfo("https://news.example/harbour", 1),
    InputInfo("gone.txt", 0, reported.ErrorInfo("no-such-file", "gone.txt: no such file")),
)
DUPLICATES = (
    DuplicateGroup("g1", "exact", 0, ("consulates.txt#0", "consulates.txt#4")),
    DuplicateGroup("g2", "near", 12, ("consulates.txt#1", "consulates.txt#7")),
)
POSSIBLE = (DuplicatePair("consulates.txt#1", "consulates.txt#6", "near", 72, "same picture, 50 % smaller"),)


def make(**given: object) -> Report:
    """The report of everything, or with some of its parts replaced."""
    parts: dict[str, object] = {
        "run": run_info(),
        "inputs": INPUTS,
        "articles": [reported.article_info(audit, timed=False) for audit in (consulates(), page())],
        "duplicates": DUPLICATES,
        "findings": findings(),
        "rules": RULES,
        "possible": POSSIBLE,
        "compared": True,
        **given,
    }
    made = reported.assemble(**parts)  # type: ignore[arg-type]
    # the machine's own versions would change the snapshots
    tool = msgspec.structs.replace(made.tool, version="0.1.0", libraries={"pillow": "13.0.0"})
    return msgspec.structs.replace(made, tool=tool)


@pytest.fixture
def everything() -> Report:
    return make()


@pytest.fixture
def make_report() -> Callable[..., Report]:
    return make
