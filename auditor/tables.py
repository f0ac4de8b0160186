"""A report to flat tables, for spreadsheets and databases: articles, images, findings, duplicates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from auditor.schema import ImageInfo, Report

Kind = Literal["text", "integer", "number", "boolean", "texts", "json"]


class Table(NamedTuple):
    """Rows under named columns. A "json" column holds objects, "texts" lists of text; None is null."""

    name: str
    columns: Mapping[str, Kind]
    rows: Iterator[tuple[Any, ...]]


_ARTICLES: Mapping[str, Kind] = {
    "id": "text", "source": "text", "url": "text", "dialect": "text", "title": "text", "language": "text",
    "published_at": "text", "encoding": "text",
}  # fmt: skip
_IMAGES: Mapping[str, Kind] = {
    "id": "text", "article": "text", "index": "integer", "line": "integer", "column": "integer",
    "address": "text", "url": "text", "alt": "text", "role": "text", "state": "text", "verdict": "text",
    "reason": "text", "detail": "text", "http_status": "integer", "final_url": "text", "sha256": "text",
    "size_bytes": "integer", "format": "text", "width_px": "integer", "height_px": "integer",
    "phash": "text", "caption": "text", "credit": "text", "relation": "text", "confidence": "number",
}  # fmt: skip
_FINDINGS: Mapping[str, Kind] = {
    "key": "text", "code": "text", "level": "text", "lifecycle": "text", "article": "text", "images": "texts",
    "line": "integer", "column": "integer", "message": "text", "arguments": "json", "evidence": "json",
    "fix": "text", "related": "texts", "suppressed": "text",
}  # fmt: skip
_DUPLICATES: Mapping[str, Kind] = {
    "id": "text", "kind": "text", "distance_bits": "integer", "members": "texts",
}  # fmt: skip
_RUNS: Mapping[str, Kind] = {
    "id": "text", "command": "text", "profile": "text", "started_at": "text", "ended_at": "text",
    "duration_ms": "integer", "complete": "boolean", "summary": "json",
}  # fmt: skip


def of_report(report: Report) -> Iterator[Table]:
    """The tables of one report, all with their columns even where they have no rows."""
    run = report.run
    told = {name: getattr(report.summary, name) for name in report.summary.__struct_fields__}
    facts = (run.id, run.command, run.profile, run.started_at, run.ended_at, run.duration_ms, run.complete)
    yield Table("runs", _RUNS, iter([(*facts, told)]))
    yield Table("articles", _ARTICLES, (_fields(a, _ARTICLES) for a in report.articles))
    images = (_image(image, a.id) for a in report.articles for image in a.images)
    yield Table("images", _IMAGES, images)
    yield Table(
        "findings",
        _FINDINGS,
        (
            (*_fields(f, _FINDINGS)[:-1], f.suppressed.reason if f.suppressed else None)
            for f in report.findings
        ),
    )
    yield Table("duplicates", _DUPLICATES, (_fields(d, _DUPLICATES) for d in report.duplicates))


def _fields(part: Any, columns: Mapping[str, Kind]) -> tuple[Any, ...]:
    return tuple(getattr(part, name) for name in columns)


def _image(image: ImageInfo, article: str) -> tuple[Any, ...]:
    outcome, asset, caption = image.outcome, image.asset, image.caption
    print_ = asset.fingerprint if asset else None
    return (
        *(image.id, article, image.index, image.line, image.column, image.address, image.url),
        *(image.alt, image.role, outcome.state, outcome.verdict, outcome.reason, outcome.detail),
        *(outcome.http_status, outcome.final_url),
        *((asset.sha256, asset.size_bytes, asset.format) if asset else (None,) * 3),
        *((asset.width_px, asset.height_px) if asset else (None,) * 2),
        print_.phash if print_ else None,
        *((caption.text, caption.credit, caption.relation) if caption else (None,) * 3),
        caption.confidence if caption else None,
    )
