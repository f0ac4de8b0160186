"""The SARIF report against the rules of SARIF 2.1.0 that concern what we write.

The schema here is our own statement of the parts of the OASIS standard that we use (the paragraph
stands beside each): closed, so that a property the standard does not know is an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import msgspec
import pytest

from auditor.model import Finding
from auditor.report import sarif
from auditor.reported import RenderOptions, Report

Make = Callable[..., Report]


def closed(required: str = "", **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def each(items: dict[str, Any], **limits: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **limits}


TEXT = {"type": "string"}
URI = {"type": "string", "pattern": r"^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+$"}  # RFC 3986: ASCII only
NATURAL = {"type": "integer", "minimum": 0}
PLACE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}  # 3.27.10
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}  # 3.9
BAG: dict[str, Any] = {"type": "object"}  # 3.8
MESSAGE = closed("text", text=TEXT)  # 3.11
MULTIFORMAT = closed("text", text=TEXT, markdown=TEXT)  # 3.12
PHYSICAL = closed(  # 3.29
    "artifactLocation",
    artifactLocation=closed(uri=URI, index=NATURAL),  # 3.4
    region=closed(startLine=PLACE, startColumn=PLACE),  # 3.30
)
LOCATION = closed(id=NATURAL, message=MESSAGE, physicalLocation=PHYSICAL)  # 3.28
RULE = closed(  # 3.49
    "id",
    id=TEXT,
    name=TEXT,
    shortDescription=MULTIFORMAT,
    fullDescription=MULTIFORMAT,
    helpUri=URI,
    help=MULTIFORMAT,
    defaultConfiguration=closed(level=LEVEL),  # 3.50
    properties=BAG,
)
RESULT = closed(  # 3.27
    "message",
    ruleId=TEXT,
    ruleIndex=NATURAL,
    level=LEVEL,
    message=MESSAGE,
    locations=each(LOCATION),
    relatedLocations=each(LOCATION, uniqueItems=True),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    suppressions=each(closed("kind", kind={"enum": ["inSource", "external"]}, justification=TEXT)),  # 3.35
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},  # 3.27.24
    properties=BAG,
)
NOTIFICATION = closed("message", level=LEVEL, message=MESSAGE, descriptor=closed(id=TEXT))  # 3.58
INVOCATION = closed(  # 3.20
    "executionSuccessful",
    executionSuccessful={"type": "boolean"},
    exitCode={"type": "integer"},
    startTimeUtc=TIME,
    endTimeUtc=TIME,
    toolExecutionNotifications=each(NOTIFICATION),
)
DRIVER = closed("name", name=TEXT, semanticVersion=TEXT, rules=each(RULE, uniqueItems=True))  # 3.19
RUN = closed(  # 3.14
    "tool",
    tool=closed("driver", driver=DRIVER),
    automationDetails=closed(id=TEXT),
    invocations=each(INVOCATION),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    artifacts=each(closed(location=closed(uri=URI)), uniqueItems=True),
    results=each(RESULT),
)
LOG = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **closed("version runs", **{"$schema": URI}, version={"const": "2.1.0"}, runs=each(RUN)),
}


def log_of(report: Report) -> dict[str, Any]:
    log: dict[str, Any] = json.loads("".join(sarif.render(report, RenderOptions())))
    jsonschema.Draft202012Validator(LOG).validate(log)
    return log


def run_of(report: Report) -> dict[str, Any]:
    run: dict[str, Any] = log_of(report)["runs"][0]
    return run


def test_the_log_follows_the_standard(everything: Report) -> None:
    run = run_of(everything)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][place["index"]]["location"]["uri"] == place["uri"]
        assert result["partialFingerprints"]["auditorFindingKey/v1"]
        ids = [location["id"] for location in result.get("relatedLocations", ())]
        assert len(set(ids)) == len(ids)
    assert run["columnKind"] == "unicodeCodePoints"


def test_lifecycle_and_suppression_are_told_in_the_words_of_the_standard(everything: Report) -> None:
    results = {r["partialFingerprints"]["auditorFindingKey/v1"]: r for r in run_of(everything)["results"]}
    assert results["1:mis20208"]["baselineState"] == "unchanged"
    assert results["1:mis20199"]["baselineState"] == "absent"
    assert results["1:mis20102"]["baselineState"] == "new"
    assert results["1:cap30500"]["suppressions"] == [
        {"kind": "external", "justification": "lead images have none"}
    ]
    assert "suppressions" not in results["1:mis20102"]


def test_related_images_have_places_of_their_own(everything: Report) -> None:
    results = {r["ruleId"]: r for r in run_of(everything)["results"]}
    related = results["DUP401"]["relatedLocations"]
    assert [r["physicalLocation"]["region"]["startLine"] for r in related] == [3]
    assert related[0]["message"]["text"] == "image #0 of consulates.txt"


def test_the_invocation_tells_exit_code_and_what_could_not_be_read(everything: Report) -> None:
    (invocation,) = run_of(everything)["invocations"]
    assert invocation["exitCode"] == 1
    assert invocation["executionSuccessful"] is False
    words = [(n["level"], n["descriptor"]["id"]) for n in invocation["toolExecutionNotifications"]]
    assert words == [("error", "no-such-file"), ("warning", "encoding-guessed")]


@pytest.mark.parametrize(
    ("source", "uri"),
    [
        ("drafts/a b.txt", "drafts/a%20b.txt"),
        ("./a.txt", "a.txt"),
        ("草稿/一.txt", "%E8%8D%89%E7%A8%BF/%E4%B8%80.txt"),
        ("c:evil.txt", "c%3Aevil.txt"),
        ("/srv/a.txt", "file:///srv/a.txt"),
        ("https://news.example/a?b=c&d=ä", "https://news.example/a?b=c&d=%C3%A4"),
    ],
)
def test_places_are_uris(make_report: Make, source: str, uri: str) -> None:
    article = msgspec.structs.replace(make_report().articles[0], id=source, source=source)
    finding = Finding("1:x", "MIS201", "error", source, "m", line=2)
    run = run_of(make_report(articles=[article], findings=[finding]))
    assert run["artifacts"] == [{"location": {"uri": uri}}]


def test_a_report_beyond_the_limit_keeps_the_most_severe_and_says_so(
    make_report: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 4)
    findings = [
        Finding(f"1:{n}", "MIS201", level, "consulates.txt", "m", line=n + 1)  # type: ignore[arg-type]
        for n, level in enumerate(["note", "warning", "error", "note", "warning", "error"])
    ]
    run = run_of(make_report(findings=findings))
    assert [r["level"] for r in run["results"]] == ["warning", "error", "warning", "error"]
    notices = run["invocations"][0]["toolExecutionNotifications"]
    assert notices[-1]["message"]["text"] == "2 results were cut: only the 4 most severe are kept"


def test_a_clean_run_is_a_valid_log(make_report: Make) -> None:
    run = run_of(make_report(inputs=[], articles=[], duplicates=[], findings=[], compared=False))
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True
