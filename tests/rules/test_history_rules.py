"""What rules say with a catalog behind them, and which of two findings on one fault is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import ruleset
from auditor.config import Settings
from auditor.model import (
    Article,
    Audit,
    Caption,
    Captions,
    DateMention,
    Entities,
    Failures,
    Finding,
    Fingerprint,
    History,
    ImageReference,
    Notice,
    Outcome,
    Pairing,
    Past,
    RuleOptions,
    Span,
    State,
    Survey,
    Use,
)
from auditor.rules._examples import card, gone, photo, unreachable

ALL = ruleset.select(Settings(select=["ALL"]))
HISTORIC = ("DRF", "DUP40", "MIS2", "CAP301")
DAY = dt.datetime(2020, 7, 24, tzinfo=dt.UTC)
SEEN = photo("gate")
FINE = Past(State.OK, SEEN.sha256, SEEN.picture, seen_at=DAY, last_ok_at=DAY, last_ok_run="12")


def audit_of(outcome: Outcome, caption: str | None = None, iso: str = "2020-07-24", **history: Any) -> Audit:
    """An article with one picture, of which the catalog knows what is given."""
    url = "https://news.example/a.jpg"
    reference = ImageReference(0, "/a.jpg", url, '<img src="/a.jpg">', Span(2, 1), alt="The gate")
    entities = Entities((DateMention(caption or "", iso),))
    told = Caption(caption, "figcaption", 0.9, span=Span(3, 1), entities=entities) if caption else None
    return Audit(
        Article("story.html", "html", url="https://news.example/story", references=(reference,)),
        (outcome,),
        Captions((Pairing(0, told),)),
        history=History(**{name: {0: value} for name, value in history.items()}),
        now=DAY,
    )


def told(audit: Audit, selection: ruleset.Selection = ALL) -> list[Finding]:
    """The findings on what only a catalog can know, of all rules."""
    return [f for f in ruleset.findings(audit, selection) if f.code.startswith(HISTORIC)]


def use(caption: str | None = None, iso: str = "2020-07-27", **facts: Any) -> Use:
    entities = Entities((DateMention(caption, iso),)) if caption else Entities()
    return Use("old.html", "old.html#3", title="An old story", caption=caption, entities=entities, **facts)


# --- the past ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (SEEN, None),
        (photo("gate", 800, 534, other_bits=12), "DRF602"),
        (photo("hall"), "DRF601"),
        (gone(), "DRF603"),
        (unreachable("timeout", "no answer"), "MIS202"),
    ],
)
def test_one_change_is_one_finding(outcome: Outcome, code: str | None) -> None:
    assert [finding.code for finding in told(audit_of(outcome, past=FINE))] == ([code] if code else [])


def test_a_lost_image_carries_what_is_missing_and_says_when_it_was_fine() -> None:
    (finding,) = told(audit_of(gone(), past=FINE))
    assert finding.related == ("MIS201",)
    assert "fine in run 12 on 2020-07-24" in finding.message


def test_a_lost_image_is_repaired_by_the_address_that_still_gives_it() -> None:
    alive = msgspec.structs.replace(FINE, alive_at="https://b.example/a.jpg?X-Amz-Signature=s3cret")
    (finding,) = told(audit_of(gone(), past=alive))
    assert "https://b.example/a.jpg" in finding.fix
    assert "s3cret" not in repr(finding)


def test_the_finding_on_a_replaced_picture_keeps_its_key_whatever_comes_next() -> None:
    keys = {told(audit_of(photo(seed), past=FINE))[0].key for seed in ("hall", "street")}
    assert len(keys) == 1


def test_fingerprints_of_another_recipe_are_not_compared() -> None:
    assert SEEN.picture is not None
    prints = SEEN.picture.fingerprint
    assert isinstance(prints, Fingerprint)
    older = msgspec.structs.replace(
        SEEN.picture, fingerprint=msgspec.structs.replace(prints, version=prints.version - 1)
    )
    past = msgspec.structs.replace(FINE, picture=older)
    assert told(audit_of(photo("hall"), past=past)) == []


@pytest.mark.parametrize(("runs", "level"), [(0, "warning"), (1, "warning"), (2, "warning"), (3, "error")])
def test_a_host_that_stays_silent_becomes_an_error(runs: int, level: str) -> None:
    past = Past(State.UNREACHABLE, failing_runs=runs, failing_since=DAY)
    (finding,) = told(audit_of(unreachable("dns", "unknown"), past=past))
    assert finding.level == level
    assert ("in a row since 2020-07-24" in finding.message) == (runs > 1)
    assert finding.evidence["verdict"] == "unverified"


def test_the_night_on_which_a_silent_host_becomes_an_error_is_a_setting() -> None:
    audit = audit_of(unreachable("dns", "unknown"), past=Past(State.UNREACHABLE, failing_runs=5))
    patient = msgspec.structs.replace(audit, options=RuleOptions(unreachable_runs=10))
    assert told(patient)[0].level == "warning"


# --- other articles ---------------------------------------------------------------------------


def test_a_caption_that_contradicts_one_in_another_article_is_an_error_that_carries_the_reuse() -> None:
    (finding,) = told(audit_of(SEEN, "The gate on 24 July 2020", uses=(use("The gate on 27 July 2020"),)))
    assert (finding.code, finding.level) == ("CAP301", "error")
    assert finding.related == ("old.html#3", "DUP404")
    assert "An old story" in finding.message


def test_a_picture_desk_reads_when_where_and_under_which_caption_a_photo_ran() -> None:
    (finding,) = told(audit_of(SEEN, uses=(use("The gate", published_at=DAY),), use_counts=3))
    assert finding.code == "DUP404"
    assert "ran on 2020-07-24 in An old story under “The gate”, and 2 more" in finding.message


def test_a_stand_in_that_the_archive_knows_is_no_reuse() -> None:
    audit = audit_of(card(), uses=(use(),), use_counts=900, addresses=700, captions=500)
    assert [finding.code for finding in told(audit)] == ["MIS205"]


def test_an_ornament_is_no_reuse() -> None:
    audit = audit_of(card("logo", 120, 40), uses=(use(),), use_counts=900, addresses=1)
    assert [(f.code, f.related) for f in told(audit)] == [("DUP407", ("DUP404",))]


def test_the_larger_copy_is_offered_with_its_address() -> None:
    larger = use(width_px=4000, height_px=2667, address="https://cdn.example/large.jpg")
    found = {finding.code: finding for finding in told(audit_of(SEEN, uses=(larger,)))}
    assert found["DUP403"].fix == "Use the copy at https://cdn.example/large.jpg."


def test_what_is_known_of_other_articles_keeps_its_key_when_the_file_is_saved_again() -> None:
    def keys(outcome: Outcome) -> set[str]:
        larger = use("The gate on 27 July 2020", width_px=4000, height_px=2667)
        return {f.key for f in told(audit_of(outcome, "The gate on 24 July 2020", uses=(larger,)))}

    assert keys(SEEN) == keys(photo("gate", 800, 534, other_bits=12))


def test_without_a_catalog_nothing_is_known() -> None:
    audit = msgspec.structs.replace(audit_of(gone()), history=None)
    assert [finding.code for finding in told(audit)] == ["MIS201"]


# --- the whole run ----------------------------------------------------------------------------


def test_a_run_rule_speaks_of_no_article_and_reads_no_audit() -> None:
    survey = Survey((Failures("host", "cdn.example", 90, 100, 40, ("a.html",), {"missing/http-404": 90}),))
    (finding,) = ruleset.surveyed(survey, ALL)
    assert (finding.code, finding.article, finding.images) == ("MIS213", "", ())
    assert "90 of 100 images fail together" in finding.message
    assert "MIS213" not in {f.code for f in told(audit_of(gone()))}


@pytest.mark.parametrize(
    ("failures", "names"),
    [
        ([("host", "a.example", 90, 100), ("prefix", "https://a.example/x/", 80, 80)], ["a.example"]),
        (
            [("host", "a.example", 90, 900), ("prefix", "https://a.example/x/", 80, 80)],
            ["https://a.example/x/"],
        ),
        ([("host", "a.ex", 90, 90), ("host", "a.example", 90, 90)], ["a.ex", "a.example"]),
        (
            [("prefix", "https://a.example/x/", 80, 80), ("prefix", "https://a.example/x/y/", 60, 60)],
            ["https://a.example/x/"],
        ),
        ([("host", "a.example", 19, 19)], []),
    ],
)
def test_one_cause_is_one_finding(failures: list[tuple[Any, ...]], names: list[str]) -> None:
    survey = Survey(tuple(Failures(*each, 10) for each in failures))
    assert sorted(f.arguments["name"] for f in ruleset.surveyed(survey, ALL)) == names


# --- whatever the catalog says ----------------------------------------------------------------

TIMES = st.sampled_from([None, DAY, dt.datetime(2020, 7, 1), dt.datetime(1, 1, 1, tzinfo=dt.UTC)])
TEXTS = st.sampled_from([None, "", "x" * 300, "2020年7月24日", "\x1b[2J\ud800"])
OUTCOMES = st.sampled_from([SEEN, photo("hall"), card(), gone(), Outcome(State.OK), unreachable("dns", "x")])
PASTS = st.builds(
    Past,
    st.sampled_from([None, *State]),
    st.sampled_from([None, SEEN.sha256]),
    st.sampled_from([None, SEEN.picture, card().picture]),
    TIMES,
    last_ok_at=TIMES,
    last_ok_run=TEXTS,
    failing_runs=st.integers(0, 9),
    failing_since=TIMES,
    alive_at=TEXTS,
)
USES = st.lists(
    st.builds(
        Use,
        st.just("old.html"),
        st.just("old.html#0"),
        TEXTS,
        TEXTS,
        TIMES,
        TEXTS,
        address=TEXTS,
        width_px=st.sampled_from([None, 0, 5000]),
        height_px=st.sampled_from([None, 0, 5000]),
    ),
    max_size=20,
).map(tuple)
COUNTS = st.sampled_from([0, 1, 10**6])


@settings(max_examples=60, deadline=None)
@given(OUTCOMES, PASTS, USES, COUNTS, COUNTS)
def test_no_history_makes_a_rule_fail(
    outcome: Outcome, past: Past, uses: tuple[Use, ...], used: int, addresses: int
) -> None:
    audit = audit_of(outcome, "24 July 2020", past=past, uses=uses, use_counts=used, addresses=addresses)
    notices: list[Notice] = []
    found = ruleset.findings(audit, ALL, notices.append)
    assert notices == []
    assert msgspec.json.encode(found)
