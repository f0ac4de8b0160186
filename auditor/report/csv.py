"""The report to CSV (RFC 4180): one row per finding, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from auditor import cells, shown
from auditor.reported import RenderOptions
from auditor.schema import FindingInfo, ImageInfo, Report

SUFFIX = ".csv"
MEDIA_TYPE = "text/csv; charset=utf-8"

COLUMNS = (
    "code", "level", "lifecycle", "suppressed", "path", "line", "column", "message", "fix", "article",
    "images", "address", "state", "caption", "credit", "related", "key",
)  # fmt: skip


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """The head, then every finding, those suppressed or fixed as well."""
    view = shown.View(report)
    images = {image.id: image for image in shown.all_images(report.articles)}
    yield cells.row(COLUMNS)
    for finding in report.findings:
        yield cells.row(_cells(finding, view, images))


def _cells(finding: FindingInfo, view: shown.View, images: dict[str, ImageInfo]) -> list[str]:
    image = images.get(shown.home(finding, images) or "")
    caption = image.caption if image else None
    return [
        finding.code,
        finding.level,
        finding.lifecycle,
        finding.suppressed.reason if finding.suppressed else "",
        view.path(finding),
        str(finding.line or ""),
        str(finding.column or ""),
        finding.message,
        shown.remedy(finding, view.rules.get(finding.code)),
        finding.article,
        " ".join(finding.images),
        image.address if image else "",
        image.outcome.state if image else "",
        caption.text if caption else "",
        (caption.credit or "") if caption else "",
        " ".join(finding.related),
        finding.key,
    ]
