"""The report to JSON Lines: one record a line, told apart by `type`; the run first, the summary last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from auditor.reported import RenderOptions
from auditor.schema import Report
from auditor.terminal import clean_json

SUFFIX = ".jsonl"
MEDIA_TYPE = "application/jsonl"


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """run, rule, input, each article with its images and captions, duplicate, finding, possible, summary."""
    yield _record("run", {"schema": report.schema, "tool": report.tool, **_fields(report.run)})
    for rule in report.rules:
        yield _record("rule", _fields(rule))
    for source in report.inputs:
        yield _record("input", _fields(source))
    for article in report.articles:
        facts = _fields(article)
        images, captions = facts.pop("images"), facts.pop("captions")
        yield _record("article", facts)
        for image in images:
            yield _record("image", {"article": article.id, **_fields(image)})
        for index, caption in enumerate(captions):
            yield _record("caption", {"article": article.id, "group": index, **_fields(caption)})
    for duplicate in report.duplicates:
        yield _record("duplicate", _fields(duplicate))
    for finding in report.findings:
        yield _record("finding", _fields(finding))
    for pair in report.possible:
        yield _record("possible", _fields(pair))
    yield _record("summary", _fields(report.summary))


def _fields(part: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.__struct_fields__}


def _record(kind: str, facts: dict[str, Any]) -> str:
    return clean_json(msgspec.json.encode({"type": kind, **facts}).decode()) + "\n"
