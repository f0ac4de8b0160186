"""Whatever the resolving of an image ends in, a rule speaks of it, and none fails on it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import ruleset
from auditor.config import Settings
from auditor.model import (
    Article,
    Audit,
    Candidate,
    Caption,
    CaptionGroup,
    Captions,
    DuplicateGroup,
    Fault,
    ImageReference,
    Notice,
    Outcome,
    Pairing,
    Span,
    StandIn,
    State,
    StrayCaption,
    Suspect,
)
from auditor.rules._examples import card, photo

SELECTION = ruleset.select(Settings(select=["ALL"]))

# The table of outcomes, with the rule that tells each of them of an image of the article.
TOLD_BY = {
    State.MISSING: {
        "http-404": "MIS201",
        "http-410": "MIS201",
        "no-such-key": "MIS201",
        "no-such-file": "MIS201",
        "not-in-archive": "MIS211",
    },
    State.NOT_IMAGE: dict.fromkeys(("html", "json", "text", "empty", "unknown"), "MIS204"),
    State.BROKEN: {
        "truncated": "MIS206",
        "short-body": "MIS206",
        "corrupt": "MIS207",
        "bad-encoding": "MIS207",
    },
    State.INVALID: {"empty": "REF101", "bad-url": "REF102", "bad-data-url": "REF102"},
    State.TOO_LARGE: {
        "bytes": "MIS216",
        "headers": "MIS216",
        "decode-time": "MIS216",
        "pixels": "SEC901",
        "frames": "SEC901",
    },
    State.BLOCKED: {
        "private-address": "SEC903",
        "port": "SEC905",
        "redirect-scheme": "SEC905",
        "path-outside": "SEC905",
        "redirect-loop": "MIS217",
        "too-many-redirects": "MIS217",
    },
    State.DENIED: dict.fromkeys(("http-401", "http-403", "robots", "http-451", "http-418"), "MIS203"),
    State.UNREACHABLE: dict.fromkeys(
        ("dns", "connect", "tls", "timeout", "rate-limited", "http-5xx", "protocol"), "MIS202"
    ),
    State.UNSUPPORTED: {"scheme": "REF115", "format": "QLT508"},
    State.UNCHECKED: {"offline": "MIS218", "interrupted": "MIS218"},
}
CASES = [(state, reason, code) for state, reasons in TOLD_BY.items() for reason, code in reasons.items()]


def _article(address: str) -> Article:
    url = f"https://news.example{address}" if address else None
    image = ImageReference(0, address, url, f'<img src="{address}">', Span(3, 1), alt="The gate")
    return Article("story.html", "html", references=(image,))


def test_every_state_but_ok_is_in_the_table() -> None:
    assert set(TOLD_BY) == set(State) - {State.OK}


@pytest.mark.parametrize(("state", "reason", "code"), CASES, ids=[f"{s}-{r}" for s, r, _ in CASES])
def test_every_outcome_has_exactly_one_rule_that_tells_it(state: State, reason: str, code: str) -> None:
    address = "" if reason == "empty" and state is State.INVALID else "/a.jpg"
    audit = Audit(_article(address), (Outcome(state, reason, "in detail", tries=1),))
    found = ruleset.findings(audit, SELECTION)
    assert [finding.code for finding in found] == [code]
    verdict = found[0].evidence.get("verdict")
    assert (verdict == "unverified") == (state.verdict == "unverified")


def test_a_reason_that_nobody_has_thought_of_is_told_as_well() -> None:
    for state in TOLD_BY:
        if state is not State.UNSUPPORTED:
            found = ruleset.findings(Audit(_article("/a.jpg"), (Outcome(state, "new-reason"),)), SELECTION)
            assert len(found) == 1, state


# --- no audit makes a rule fail ---------------------------------------------------------------

TEXTS = st.sampled_from(
    [
        "",
        " ",
        "a",
        "图片",
        "IMG_1.jpg",
        "组图7张，左图",
        "Ã©Ã©",
        "2099-01-01",
        "\x00\x1b\ud800",
        "x" * 500,
        "%",
        "&amp;",
    ]
)
URLS = st.sampled_from(
    [
        None,
        "https://example.com/a.jpg?Expires=99999999999999999999&Signature=abcdefghijklmnop",
        "http://[::1]/a",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "https://x.example/?se=no&sig=1&token=a.b.c&exp=-1",
        "blob:x",
        "s3://b/k",
        "https://x.example/a?X-Amz-Date=20200101T000000Z&X-Amz-Expires=99999999999999",
    ]
)
KINDS = st.sampled_from(["img", "css", "input", "inline-svg", "og:image", "placeholder", "poster"])
ROLES = st.sampled_from(["lead", "body", "chrome", "metadata"])
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["width", "height", "role", "title", "stub", "hidden", "aria-label", "credit"]), TEXTS
)
METADATA = st.dictionaries(
    st.sampled_from(["exif:gps", "exif:date", "iptc:date", "exif:serial", "xmp:gps-latitude"]), TEXTS
)
OUTCOMES = st.one_of(
    st.builds(
        Outcome,
        st.sampled_from([s for s in State if s is not State.OK]),
        st.one_of(st.none(), TEXTS),
        TEXTS,
        final_url=URLS,
    ),
    st.builds(
        photo,
        st.sampled_from(["one", "two"]),
        st.sampled_from([0, 1, 100, 5000]),
        st.sampled_from([0, 1, 100, 5000]),
        metadata=METADATA,
        format=TEXTS,
        orientation=st.integers(-1, 9),
        transparent_share=st.sampled_from([0.0, 1.0]),
        detail=st.sampled_from([None, 0.0]),
        redirects=st.just(("a", "b")),
        final_url=URLS,
    ),
    st.builds(card),
    st.just(Outcome(State.OK)),
)


@st.composite
def audits(draw: st.DrawFn) -> Audit:
    count = draw(st.integers(0, 4))
    references, pairings = [], []
    for index in range(count):
        url = draw(URLS)
        references.append(
            ImageReference(
                index, draw(st.one_of(TEXTS, st.just(url or ""))), url, draw(TEXTS), Span(index + 1, 1),
                kind=draw(KINDS), alt=draw(st.one_of(st.none(), TEXTS)), role=draw(ROLES),
                candidates=tuple(Candidate(u, 100) for u in [draw(URLS)] if u),
                attributes=draw(ATTRIBUTES),
                faults=draw(st.sampled_from([(), (Fault("bad-srcset", "x"),), (Fault("unclosed", "x"),)])),
            )
        )  # fmt: skip
        caption = Caption(draw(TEXTS), "figcaption", 0.5, None, Span(index + 1, 1))
        pairings.append(Pairing(index, draw(st.sampled_from([None, caption]))))
    served = tuple(range(count))
    groups = (CaptionGroup(draw(TEXTS), draw(st.sampled_from([None, Span(1, 1)])), "figcaption", served),)
    members = tuple(f"x#{index}" for index in served)
    return Audit(
        Article(
            "x",
            draw(st.sampled_from(["html", "placeholder", "markdown"])),
            url=draw(URLS),
            references=tuple(references),
            suspects=(Suspect("template", draw(TEXTS), Span(1, 1)), Suspect("placeholder", "", Span(1, 1))),
        ),
        tuple(draw(OUTCOMES) for _ in served),
        Captions(tuple(pairings), groups if count else (), (StrayCaption("x", Span(1, 1), "why"),)),
        duplicates=tuple(
            DuplicateGroup("d", kind, 3, members) for kind in ("exact", "near", "mirrored") if count
        ),
        stand_ins={0: StandIn("shared-card", "why", 2)} if count and draw(st.booleans()) else {},
    )


@settings(max_examples=60, deadline=None)
@given(audits())
def test_no_rule_fails_on_any_audit_and_every_finding_can_be_written(audit: Audit) -> None:
    notices: list[Notice] = []
    found = ruleset.findings(audit, SELECTION, notices.append)
    assert notices == []
    assert msgspec.json.decode(msgspec.json.encode(found))
    assert len({finding.key for finding in found}) == len(found)
