"""Which rules run, at which level, and what becomes of their hits."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import ruleset
from auditor.config import Settings
from auditor.errors import ConfigError
from auditor.model import Article, Audit, Hit, ImageReference, Notice, Outcome, Rule, Span, State
from auditor.rules._examples import gone, photo


def _reference(index: int, address: str, role: Any = "body") -> ImageReference:
    raw = f'<img src="{address}">'
    return ImageReference(
        index, address, f"https://news.example{address}", raw, Span(index + 1, 1), role=role, alt="A gate"
    )


def _audit(*outcomes: Outcome, roles: tuple[str, ...] = ()) -> Audit:
    named = roles or ("body",) * len(outcomes)
    references = tuple(_reference(i, f"/{i}.jpg", role) for i, role in enumerate(named))
    return Audit(Article("story.html", "html", references=references), tuple(outcomes))


def _told(audit: Audit, **settings: Any) -> list[tuple[str, str]]:
    found = ruleset.findings(audit, ruleset.select(Settings(**settings)))
    return [(finding.code, finding.level) for finding in found]


# --- selection --------------------------------------------------------------------------------


def _selected(**settings: Any) -> set[str]:
    return set(ruleset.select(Settings(**settings)).levels)


def test_codes_are_listed_without_importing_a_rule() -> None:
    code = (
        "import sys; from auditor import ruleset; ruleset.codes();"
        "print([m for m in sys.modules if m.startswith('auditor.rules.')])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"


def test_loading_every_rule_imports_nothing_heavy() -> None:
    code = (
        "import sys; from auditor import ruleset; [ruleset.load(c) for c in ruleset.codes()];"
        "print({m.partition('.')[0] for m in sys.modules} & "
        "{'numpy', 'PIL', 'imagehash', 'aiohttp', 'selectolax', 'rich', 'scipy'})"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "set()"


def test_nothing_said_selects_what_the_newsroom_profile_has() -> None:
    assert {"MIS201", "CAP301", "DUP402", "SEC901"} <= _selected()
    assert {"CAP310", "MET701"}.isdisjoint(_selected())


@pytest.mark.parametrize(
    ("settings", "has", "lacks"),
    [
        ({"select": ["MIS"]}, "MIS201", "CAP301"),
        ({"select": ["ALL"]}, "CAP310", None),
        ({"select": ["CAP310"]}, "CAP310", "CAP311"),
        ({"extend_select": ["CAP310"]}, "CAP310", None),
        ({"ignore": ["MIS2"]}, "SEC901", "MIS201"),
        ({"select": ["MIS201"], "ignore": ["MIS"]}, "MIS201", "MIS202"),
        ({"select": ["MIS"], "ignore": ["MIS201"]}, "MIS202", "MIS201"),
        ({"select": ["MIS"], "ignore": ["MIS"]}, None, "MIS201"),
        ({"ignore": ["MIS"], "extend_select": ["MIS204"]}, "MIS204", "MIS201"),
        ({"severity": {"MIS201": "off"}}, "MIS202", "MIS201"),
        ({"severity": {"CAP310": "note"}}, "CAP310", None),
        ({"severity": {"CAP310": "note"}, "select": ["MIS"]}, "MIS201", "CAP310"),
        ({"severity": {"MET": "note"}}, None, "MET701"),
        ({"select": ["mis201"]}, "MIS201", "MIS202"),
        ({"profile": "archive"}, "MIS201", "CAP320"),
        ({"profile": "dataset"}, "CAP305", "CAP301"),
        ({"profile": "dataset"}, "SEC901", "QLT508"),
    ],
)
def test_the_most_specific_word_wins(settings: dict[str, Any], has: str | None, lacks: str | None) -> None:
    chosen = _selected(**settings)
    assert has is None or has in chosen
    assert lacks is None or lacks not in chosen


def test_a_severity_of_one_code_beats_that_of_its_family() -> None:
    levels = ruleset.select(Settings(severity={"MIS": "note", "MIS201": "warning"})).levels
    assert (levels["MIS201"], levels["MIS202"]) == ("warning", "note")


def test_accessibility_raises_alternative_texts_to_errors() -> None:
    levels = ruleset.select(Settings(profile="accessibility")).levels
    assert {levels[code] for code in ("CAP320", "CAP321", "CAP322", "CAP323", "CAP324")} == {"error"}


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({"select": ["MIS299"]}, "did you mean MIS2"),
        ({"ignore": ["CPA"]}, "did you mean CAP"),
        ({"severity": {"nonsense": "note"}}, "auditor explain --all"),
        ({"extend_select": [""]}, "extend-select"),
        ({"per_file_ignores": {"*.html": ["XYZ"]}}, "per-file-ignores"),
    ],
)
def test_a_code_that_no_rule_has_is_refused_with_a_hint(settings: dict[str, Any], hint: str) -> None:
    with pytest.raises(ConfigError, match=hint):
        ruleset.select(Settings(**settings))


# --- hits to findings -------------------------------------------------------------------------


def test_findings_come_in_reading_order_and_say_where() -> None:
    found = ruleset.findings(_audit(photo("a"), gone(), gone()), ruleset.select(Settings()))
    assert [(f.line, f.column, f.images) for f in found] == [
        (2, 1, ("story.html#1",)),
        (3, 1, ("story.html#2",)),
    ]


def test_what_is_missing_in_the_chrome_of_a_page_is_a_note() -> None:
    assert _told(_audit(gone(), gone(), roles=("body", "chrome"))) == [
        ("MIS201", "error"),
        ("MIS201", "note"),
    ]


def test_captions_copies_and_quality_outside_of_the_article_are_not_told() -> None:
    tiny = photo("logo", 30, 2000, metadata={"exif:gps": "1.0,2.0"})
    assert _told(_audit(tiny, tiny, roles=("chrome", "metadata"))) == []


def test_a_finding_keeps_its_key_when_its_line_and_message_change() -> None:
    def keys(audit: Audit) -> list[str]:
        return [finding.key for finding in ruleset.findings(audit, ruleset.select(Settings()))]

    before = keys(_audit(photo("a"), gone()))
    moved = Audit(
        Article("story.html", "html", references=(_reference(0, "/1.jpg"),)), (gone("http-410", "HTTP 410"),)
    )
    assert keys(moved) == before
    assert before[0].startswith("1:")


def test_hits_with_one_key_become_one_finding_that_names_all_lines() -> None:
    references = (_reference(0, "/a.jpg"), _reference(1, "/a.jpg"))
    audit = Audit(Article("x", "html", references=references), (gone(), gone()))
    found = ruleset.findings(audit, ruleset.select(Settings(select=["MIS201"])))
    assert [finding.images for finding in found] == [("x#0", "x#1")]
    assert "also on line 2" in found[0].message


def test_one_fault_is_one_finding_that_carries_the_weaker_one() -> None:
    references = tuple(
        ImageReference(
            i, "http://localhost/a.jpg", "http://localhost/a.jpg", "<img>", Span(i + 1, 1), alt="Gate"
        )
        for i in range(1)
    )
    blocked = Outcome(State.BLOCKED, "private-address", "127.0.0.1 is loopback")
    audit = Audit(Article("x", "html", references=references), (blocked,))
    found = ruleset.findings(audit, ruleset.select(Settings()))
    assert [(finding.code, finding.related) for finding in found] == [("REF105", ("SEC903",))]
    alone = ruleset.findings(audit, ruleset.select(Settings(ignore=["REF105"])))
    assert [finding.code for finding in alone] == ["SEC903"]


def test_what_could_not_be_verified_is_marked_as_accusing_nobody() -> None:
    audit = _audit(Outcome(State.UNREACHABLE, "timeout", "no answer within 20 s", tries=3), gone())
    found = ruleset.findings(audit, ruleset.select(Settings()))
    assert [finding.evidence.get("verdict") for finding in found] == ["unverified", None]


@pytest.mark.parametrize("glob", ["story.html", "*.html", "st*"])
def test_a_glob_spares_articles(glob: str) -> None:
    assert _told(_audit(gone()), per_file_ignores={glob: ["MIS"]}) == []
    assert _told(_audit(gone()), per_file_ignores={"other/*": ["MIS"]}) == [("MIS201", "error")]


def test_a_level_that_the_operator_sets_beats_that_of_the_hit() -> None:
    references = (
        ImageReference(
            0, "https://staging.x.example/a", "https://staging.x.example/a", "<img>", Span(1, 1), alt="G"
        ),
    )
    audit = Audit(Article("x", "html", references=references), (photo("a"),))
    assert _told(audit) == [("REF105", "warning")]
    assert _told(audit, severity={"REF105": "error"}) == [("REF105", "error")]


def test_a_rule_that_fails_is_told_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_: Audit) -> Any:
        yield Hit("told too early", "key")
        raise ZeroDivisionError("by zero")

    broken = Rule("MIS201", "image-missing", "error", "s", "w", "f", check)
    real = ruleset.load
    monkeypatch.setattr(ruleset, "load", lambda code: broken if code == "MIS201" else real(code))
    notices: list[Notice] = []
    audit = _audit(gone(), Outcome(State.NOT_IMAGE, "html"))
    found = ruleset.findings(audit, ruleset.select(Settings()), notices.append)
    assert [finding.code for finding in found] == ["MIS204"]
    assert [notice.code for notice in notices] == ["rule-failed"]
    assert "MIS201" in notices[0].message
    assert "story.html" in notices[0].message


def test_what_a_page_says_cannot_drive_a_terminal() -> None:
    evil = "a\x1b[2J\u202eb\x9bc\ud800.jpg"
    references = (ImageReference(0, evil, None, f"<img src='{evil}'>", Span(1, 1), alt="\x1b]52;x\x07"),)
    outcome = Outcome(State.MISSING, "http-404", detail="\x1b[31m404\x00")
    for finding in ruleset.findings(
        Audit(Article("x", "html", references=references), (outcome,)), ruleset.select(Settings())
    ):
        told = finding.message + repr(finding.evidence) + repr(finding.arguments)
        assert not any(sign in told for sign in "\x1b\u202e\x9b\x00\ud800")


@given(st.text())
def test_printable_text_stays_as_it_is_and_stays_on_one_line(text: str) -> None:
    told = ruleset.printable(text)
    assert ruleset.printable(told) == told
    assert len(told.splitlines()) <= 1
