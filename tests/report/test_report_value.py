"""Audits and findings to the report: keys, counts, verdict, exit code, secrets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import msgspec
import pytest

from auditor import reported
from auditor.model import (
    Article,
    Audit,
    Candidate,
    Finding,
    ImageReference,
    Notice,
    Outcome,
    Span,
    State,
    Suppression,
)
from auditor.report import json as as_json
from auditor.report import text
from auditor.reported import InputInfo, RenderOptions, Report

Make = Callable[..., Report]
UNVERIFIED = {"verdict": "unverified"}


def audit_of(*states: State, address: str = "https://pictures.example/a.jpg", raw: str = "") -> Audit:
    references = tuple(
        ImageReference(index, address, address, raw or f'<img src="{address}">', Span(index + 1, 1))
        for index in range(len(states))
    )
    return Audit(Article("a.html", "html", "a.html", references=references), tuple(map(Outcome, states)))


def error_on(index: int, code: str = "MIS201", level: str = "error", **given: Any) -> Finding:
    return Finding(f"1:{index}", code, level, "a.html", "message", images=(f"a.html#{index}",), **given)  # type: ignore[arg-type]


def small(make: Make, audit: Audit, *findings: Finding, **given: Any) -> Report:
    parts = {"inputs": [], "duplicates": (), "compared": False, **given}
    return make(articles=[reported.article_info(audit)], findings=findings, **parts)


def text_of(report: Report) -> str:
    return "".join(as_json.render(report, RenderOptions()))


def test_the_json_report_is_valid_by_its_own_schema(everything: Report) -> None:
    validator = jsonschema.Draft202012Validator(reported.schema())
    validator.check_schema(reported.schema())
    assert [error.message for error in validator.iter_errors(json.loads(text_of(everything)))] == []


def test_the_schema_takes_keys_and_words_of_a_later_version(everything: Report) -> None:
    told = json.loads(text_of(everything))
    told["schema"] = "auditor.report/1.7"
    told["later"] = told["articles"][0]["later"] = {"more": 1}
    told["articles"][0]["images"][0]["outcome"]["state"] = "quarantined"
    jsonschema.Draft202012Validator(reported.schema()).validate(told)
    assert reported.read(json.dumps(told).encode()).articles[0].images[0].outcome.state == "quarantined"


@pytest.mark.parametrize("damage", [{"schema": "auditor.report/2.0"}, {"articles": None}, {"findings": [{}]}])
def test_what_is_no_report_is_refused(everything: Report, damage: dict[str, Any]) -> None:
    told = json.loads(text_of(everything)) | damage
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(reported.schema()).validate(told)
    with pytest.raises(ValueError):
        reported.read(json.dumps(told).encode())


def test_keys_stand_in_the_order_of_the_contract(everything: Report) -> None:
    told = json.loads(text_of(everything))
    assert " ".join(told) == "schema tool run summary rules inputs articles duplicates findings possible"
    assert " ".join(told["run"]) == (
        "id command started_at ended_at duration_ms profile config_sha256 complete warnings"
    )
    assert " ".join(told["summary"]) == "verdict articles images by_state by_level by_code by_lifecycle"
    article = told["articles"][0]
    assert " ".join(article) == "id source url dialect title language published_at encoding images captions"
    image = article["images"][1]
    assert " ".join(image) == (
        "index id line column raw address url candidates alt role outcome asset caption caption_candidates "
        "credit"
    )
    assert " ".join(image["outcome"]) == (
        "state verdict reason detail http_status final_url redirects tries elapsed_ms decodes"
    )
    assert " ".join(image["asset"]) == (
        "sha256 size_bytes media_type declared_type format width_px height_px frames "
        "fingerprint stand_in metadata variants"
    )
    assert " ".join(image["asset"]["fingerprint"]) == "phash phash64 dhash64 version"
    assert " ".join(image["caption"]) == "text credit line relation confidence group entities"
    assert " ".join(told["findings"][0]) == (
        "key code level lifecycle article images line column message "
        "arguments evidence fix related suppressed"
    )


def test_a_report_survives_the_round_trip(everything: Report) -> None:
    assert reported.read(text_of(everything).encode()) == everything


def test_hashes_are_hex_of_their_full_width(everything: Report) -> None:
    asset = everything.articles[0].images[1].asset
    assert asset is not None
    assert asset.fingerprint is not None
    prints = asset.fingerprint
    assert (len(prints.phash), len(prints.phash64), len(prints.dhash64)) == (64, 16, 16)
    assert prints.dhash64 == "0000000000000200"


def test_all_states_are_counted_also_those_that_did_not_occur(make_report: Make) -> None:
    report = small(make_report, audit_of(State.OK, State.MISSING))
    assert list(report.summary.by_state) == [state.value for state in State]
    assert report.summary.by_state["missing"] == 1
    assert report.summary.by_lifecycle is None


def test_only_rules_that_fired_are_told(everything: Report) -> None:
    assert "REF101" not in [rule.code for rule in everything.rules]
    assert [rule.code for rule in everything.rules] == sorted({f.code for f in everything.findings})


def test_findings_stand_in_reading_order(everything: Report) -> None:
    places = [(f.article, f.line, f.column, f.code) for f in everything.findings]
    order = [article.id for article in everything.articles]
    assert places == sorted(places, key=lambda place: (order.index(place[0]), *place[1:]))


# --- verdict and exit code ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "findings", "fail_on", "verdict", "code"),
    [
        ([State.OK], [], "error", "pass", 0),
        ([State.MISSING], [error_on(0)], "error", "fail", 1),
        ([State.OK], [error_on(0, "DUP401", "warning")], "error", "pass", 0),
        ([State.OK], [error_on(0, "DUP401", "warning")], "warning", "fail", 1),
        ([State.OK], [error_on(0, "CAP305", "note")], "note", "fail", 1),
        ([State.MISSING], [error_on(0)], "never", "pass", 0),
        ([State.UNREACHABLE], [], "error", "incomplete", 3),
        ([State.UNREACHABLE], [error_on(0, "MIS202")], "error", "incomplete", 3),
        ([State.BLOCKED], [error_on(0, "SEC903")], "error", "incomplete", 3),
        ([State.UNCHECKED], [error_on(0, "REF115", evidence=UNVERIFIED)], "note", "incomplete", 3),
        ([State.UNREACHABLE], [error_on(0, "CAP320")], "error", "fail", 1),
        ([State.UNREACHABLE, State.MISSING], [error_on(0, "MIS202"), error_on(1)], "error", "fail", 1),
        ([State.MISSING], [error_on(0, suppressed=Suppression("known"))], "error", "pass", 0),
        ([State.OK], [error_on(0, lifecycle="fixed")], "error", "pass", 0),
        ([State.OK], [error_on(0, lifecycle="unverified")], "error", "pass", 0),
    ],
)  # fmt: skip
def test_the_verdict_follows_from_findings_and_states(
    make_report: Make, states: list[State], findings: list[Finding], fail_on: str, verdict: str, code: int
) -> None:
    report = small(make_report, audit_of(*states), *findings, fail_on=fail_on)
    assert report.summary.verdict == verdict
    assert reported.exit_code(report) == code


def test_an_input_that_could_not_be_read_makes_the_run_incomplete(make_report: Make) -> None:
    unread = [InputInfo("gone.txt", 0, reported.ErrorInfo("no-such-file", "gone.txt: no such file"))]
    report = small(make_report, audit_of(State.OK), inputs=unread)
    assert reported.exit_code(report) == 3
    both = small(make_report, audit_of(State.MISSING), error_on(0), inputs=unread)
    assert reported.exit_code(both) == 1


def test_interrupted_is_130_and_exit_zero_is_zero(everything: Report) -> None:
    assert reported.exit_code(everything, interrupted=True, exit_zero=True) == 130
    assert reported.exit_code(everything, exit_zero=True) == 0


def test_the_last_line_tells_the_exit_code_that_comes(everything: Report) -> None:
    for exit_zero, told in ((False, "exit 1: there"), (True, "exit 0 by --exit-zero, else 1: there")):
        look = RenderOptions(width=200, exit_zero=exit_zero)
        last = "".join(text.render(everything, look)).splitlines()[-3:]
        assert told in " ".join(line.strip() for line in last)


# --- what is not told ---------------------------------------------------------------------------

SIGNED = "https://user:pa55@bucket.example/a.jpg?w=1&X-Amz-Signature=5ecre7&X-Amz-Credential=AKIA5ecre7"


def test_no_secret_of_an_address_reaches_the_report(make_report: Make) -> None:
    raw = f'<img src="{SIGNED.replace("&", "&amp;")}">'
    audit = audit_of(State.OK, address=SIGNED, raw=raw)
    reference = msgspec.structs.replace(audit.article.references[0], candidates=(Candidate(SIGNED, 100),))
    article = msgspec.structs.replace(audit.article, references=(reference,), url=SIGNED, source=SIGNED)
    outcome = Outcome(State.OK, final_url=SIGNED, redirects=(SIGNED,), detail=f"came from {SIGNED}")
    finding = Finding(
        "1:x", "REF110", "error", "a.html", f"expires: {SIGNED}", evidence={"url": SIGNED, "all": [SIGNED]},
        arguments={"host": {"url": SIGNED}},
    )  # fmt: skip
    report = small(
        make_report,
        msgspec.structs.replace(audit, article=article, outcomes=(outcome,)),
        finding,
        inputs=[InputInfo(SIGNED, 0, reported.ErrorInfo("unreadable", f"{SIGNED}: HTTP 500"))],
        run=msgspec.structs.replace(make_report().run, warnings=reported.warnings([Notice("x", SIGNED)])),
    )
    text = text_of(report)
    assert "5ecre7" not in text
    assert "pa55" not in text
    assert "https://bucket.example/a.jpg?w=1&X-Amz-Signature=…" in text


def test_a_long_data_address_is_shortened_and_a_short_one_is_verbatim() -> None:
    short, long = "data:image/gif;base64," + "A" * 200, "data:image/gif;base64," + "A" * 9000
    told = reported.article_info(audit_of(State.OK, address=short)).images[0]
    assert told.address == short
    told = reported.article_info(audit_of(State.OK, address=long)).images[0]
    assert len(told.raw) + len(told.address) < 500
    assert "9022 characters" in told.address


def test_lone_surrogates_and_strange_evidence_become_json(make_report: Make) -> None:
    audit = audit_of(State.OK, raw="<img alt='\ud83d'>")
    finding = error_on(
        0, evidence={"set": {3, 1, 2}, "bytes": b"ab", "state": State.OK, 7: "\udc00", "obj": Span(1, 2)}
    )
    told = json.loads(text_of(small(make_report, audit, finding)))
    assert told["articles"][0]["images"][0]["raw"] == "<img alt='�'>"
    assert told["findings"][0]["evidence"]["set"] == [1, 2, 3]
    assert told["findings"][0]["evidence"]["7"] == "�"


def test_clocks_stand_still_without_timing() -> None:
    audit = audit_of(State.OK)
    timed = msgspec.structs.replace(audit, outcomes=(Outcome(State.OK, elapsed_s=0.1234),))
    assert reported.article_info(timed).images[0].outcome.elapsed_ms == 123
    assert reported.article_info(timed, timed=False).images[0].outcome.elapsed_ms is None


def test_the_run_id_depends_on_inputs_and_configuration() -> None:
    ids = {reported.run_id(c, i) for c in ("a", "b") for i in (["x"], ["y"], ["x", "y"], ["xy"])}
    assert len(ids) == 8
    assert reported.run_id("a", ["x"]) == reported.run_id("a", iter(["x"]))


# --- comparing ----------------------------------------------------------------------------------


def test_comparing_tells_new_persisting_fixed_and_not_looked_at(make_report: Make) -> None:
    states = [State.MISSING] * 3
    before = small(make_report, audit_of(*states), error_on(0), error_on(1), error_on(2))
    after = small(
        make_report,
        audit_of(State.MISSING, State.OK, State.UNREACHABLE, State.MISSING),
        error_on(0),
        error_on(3),
    )
    told = reported.compare(before, after)
    assert {f.key: f.lifecycle for f in told.findings} == {
        "1:0": "persisting", "1:1": "fixed", "1:2": "unverified", "1:3": "new",
    }  # fmt: skip
    assert told.summary.by_lifecycle == {
        "new": 1,
        "persisting": 1,
        "fixed": 1,
        "reopened": 0,
        "unverified": 1,
    }
    assert reported.exit_code(told) == 1


def test_comparing_a_report_with_itself_fails_nothing(everything: Report) -> None:
    told = reported.compare(everything, everything)
    assert told.summary.verdict == "incomplete"
    assert {finding.lifecycle for finding in told.findings} == {"persisting"}
