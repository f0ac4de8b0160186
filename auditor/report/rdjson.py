"""The report to the diagnostics JSON of reviewdog, which brings it to any code review.

Its columns count bytes of UTF-8 and ours code points, which only agree on the first column of a
line: other columns are left out rather than wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from auditor import shown
from auditor.reported import RenderOptions
from auditor.schema import FindingInfo, Report
from auditor.terminal import clean, clean_json

SUFFIX = ".json"
MEDIA_TYPE = "application/json"

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """One DiagnosticResult with the findings that count."""
    view = shown.View(report)
    result = {
        "source": {"name": report.tool.name},
        "severity": "ERROR" if report.summary.by_level.get("error") else "WARNING",
        "diagnostics": [_diagnostic(finding, view) for finding in view.counted()],
    }
    yield clean_json(msgspec.json.format(msgspec.json.encode(result), indent=2).decode()) + "\n"


def _diagnostic(finding: FindingInfo, view: shown.View) -> dict[str, Any]:
    start = {"line": finding.line or 1}
    if finding.column == 1:
        start["column"] = 1
    remedy = shown.remedy(finding, view.rules.get(finding.code))
    return {
        "message": clean(f"{finding.message} (fix: {remedy})" if remedy else finding.message),
        "location": {"path": clean(view.path(finding)).removeprefix("./"), "range": {"start": start}},
        "severity": _SEVERITIES.get(finding.level, "INFO"),
        "code": {"value": finding.code},
    }
