"""The report to SARIF 2.1.0, for code scanning and for viewers in editors.

GitHub shows 5,000 results of a run: the most severe are kept, and a notification says what was cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import msgspec

from auditor import reported, shown
from auditor.reported import LEVELS, RenderOptions
from auditor.schema import FindingInfo, ImageInfo, Report, RuleInfo
from auditor.terminal import clean, clean_json

SUFFIX = ".sarif"
MEDIA_TYPE = "application/sarif+json"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 5_000

_BASELINE_STATES = {
    "new": "new",
    "reopened": "new",
    "persisting": "unchanged",
    "unverified": "unchanged",
    "fixed": "absent",
}


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """One log with one run."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_Log(report).run()]}
    yield clean_json(msgspec.json.format(msgspec.json.encode(log), indent=2).decode()) + "\n"


class _Log:
    """A report on its way to SARIF: knows where rules, articles and images stand in it."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.view = shown.View(report)
        self.rules = {rule.code: index for index, rule in enumerate(report.rules)}
        self.images: dict[str, ImageInfo] = {image.id: image for image in shown.all_images(report.articles)}
        self.homes = {image.id: article.id for article in report.articles for image in article.images}
        self.kept = _most_severe(report.findings)
        self.artifacts: dict[str, int] = {}

    def run(self) -> dict[str, Any]:
        results = [self._result(finding) for finding in self.kept]
        return {
            "tool": {
                "driver": {
                    "name": self.report.tool.name,
                    "semanticVersion": self.report.tool.version,
                    "rules": [_rule(rule) for rule in self.report.rules],
                }
            },
            "automationDetails": {"id": f"auditor/{self.report.run.command}/{self.report.run.id}"},
            "invocations": [self._invocation()],
            "columnKind": "unicodeCodePoints",
            "artifacts": [{"location": {"uri": uri}} for uri in self.artifacts],
            "results": results,
        }

    def _invocation(self) -> dict[str, Any]:
        run = self.report.run
        notifications = [
            _notification("error", source.error.code, shown.unread(source))
            for source in self.report.inputs
            if source.error
        ]
        notifications += [_notification("warning", notice.code, notice.message) for notice in run.warnings]
        cut = len(self.report.findings) - len(self.kept)
        if cut:
            words = f"{cut:,} results were cut: only the {MOST_RESULTS:,} most severe are kept"
            notifications.append(_notification("warning", "results-cut", words))
        invocation = {
            "executionSuccessful": run.complete and not any(source.error for source in self.report.inputs),
            "exitCode": reported.exit_code(self.report),
            "startTimeUtc": run.started_at,
            "endTimeUtc": run.ended_at,
            "toolExecutionNotifications": notifications,
        }
        return {key: value for key, value in invocation.items() if value is not None}

    def _result(self, finding: FindingInfo) -> dict[str, Any]:
        related = [
            place
            for identity in dict.fromkeys((*finding.images, *finding.related))
            if identity in self.images and (place := self._image_place(identity, finding))
        ]
        result: dict[str, Any] = {"ruleId": finding.code}
        if finding.code in self.rules:
            result["ruleIndex"] = self.rules[finding.code]
        result |= {
            "level": finding.level if finding.level in LEVELS else "none",
            "message": {"text": _message(finding.message)},
            "locations": [{"physicalLocation": self._place(finding.article, finding.line, finding.column)}],
            "partialFingerprints": {"auditorFindingKey/v1": finding.key},
        }
        if related:
            result["relatedLocations"] = [{"id": index, **place} for index, place in enumerate(related, 1)]
        if finding.suppressed:
            result["suppressions"] = [
                {"kind": "external", "justification": _message(finding.suppressed.reason)}
            ]
        if self.report.summary.by_lifecycle is not None:
            result["baselineState"] = _BASELINE_STATES.get(finding.lifecycle, "new")
        properties = {"images": finding.images, "fix": finding.fix, "lifecycle": finding.lifecycle}
        return {**result, "properties": properties}

    def _image_place(self, identity: str, finding: FindingInfo) -> dict[str, Any] | None:
        image, article = self.images[identity], self.homes[identity]
        if article == finding.article and (image.line, image.column) == (finding.line, finding.column):
            return None
        return {
            "message": {"text": f"image #{image.index} of {_message(article)}"},
            "physicalLocation": self._place(article, image.line, image.column),
        }

    def _place(self, article: str, line: int | None, column: int | None) -> dict[str, Any]:
        told = self.view.articles.get(article)
        uri = _uri(shown.where(told) if told else article)
        index = self.artifacts.setdefault(uri, len(self.artifacts))
        # viewers (GitHub) want a region even where a finding is about the whole article
        region = {"startLine": line or 1, "startColumn": column or 1}
        return {"artifactLocation": {"uri": uri, "index": index}, "region": region}


def _rule(rule: RuleInfo) -> dict[str, Any]:
    why, _, fix = rule.help.partition("\n\n")
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": why or rule.summary},
        "helpUri": shown.RULE_PAGE.format(rule.code),
        "help": {
            "text": f"{why}\n\nHow to fix: {fix}\n\nMore: auditor explain {rule.code}",
            "markdown": f"{why}\n\n**How to fix:** {fix}\n\nMore: `auditor explain {rule.code}`",
        },
        "defaultConfiguration": {"level": rule.level if rule.level in LEVELS else "none"},
        "properties": {"tags": [rule.code[:3]]},
    }


def _notification(level: str, code: str, message: str) -> dict[str, Any]:
    return {"level": level, "descriptor": {"id": code}, "message": {"text": _message(message)}}


def _most_severe(findings: Sequence[FindingInfo]) -> list[FindingInfo]:
    if len(findings) <= MOST_RESULTS:
        return list(findings)
    ranked = sorted(range(len(findings)), key=lambda index: (_rank(findings[index]), index))
    return [findings[index] for index in sorted(ranked[:MOST_RESULTS])]


def _rank(finding: FindingInfo) -> tuple[bool, int]:
    level = LEVELS.index(finding.level) if finding.level in LEVELS else len(LEVELS)
    return (not reported.stands(finding), level)


def _message(text: str) -> str:
    """Plain text: `[words](address)` in somebody's caption must not become a link."""
    return clean(text).replace("](", "] (")


def _uri(path: str) -> str:
    """An address as it is, an absolute path as file: URI, a relative one percent-encoded."""
    if "://" in path:
        return quote(path, safe="%/:?#[]@!$&'()*+,;=~")
    if PurePosixPath(path).is_absolute():
        return "file://" + quote(path)
    return quote(path.removeprefix("./"))
