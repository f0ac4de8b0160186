"""The report to GitLab's Code Quality JSON, which merge requests show beside the lines."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import msgspec

from auditor import shown
from auditor.reported import RenderOptions
from auditor.schema import Report
from auditor.terminal import clean, clean_json

SUFFIX = ".json"
MEDIA_TYPE = "application/json"

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """An array with an issue for each finding that counts."""
    view = shown.View(report)
    repeats: Counter[str] = Counter()
    issues = []
    for finding in view.counted():
        repeats[finding.key] += 1
        # a fingerprint must be unique within the report, or GitLab drops the issue
        identity = f"{finding.key} {repeats[finding.key]}"
        issues.append(
            {
                "description": f"{finding.code}: {clean(finding.message)}",
                "check_name": finding.code,
                "fingerprint": hashlib.sha256(identity.encode()).hexdigest(),
                "severity": _SEVERITIES.get(finding.level, "info"),
                "location": {
                    "path": clean(view.path(finding)).removeprefix("./"),
                    "lines": {"begin": finding.line or 1},
                },
            }
        )
    yield clean_json(msgspec.json.format(msgspec.json.encode(issues), indent=2).decode()) + "\n"
