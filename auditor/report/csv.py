"""The report to CSV (RFC 4180): one row per finding, safe to open in a spreadsheet.

A spreadsheet takes a cell that begins with = + - @ (also in their full-width forms), a tab or a
line end for a formula, and somebody's caption could be one: such a cell begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from auditor import shown
from auditor.reported import RenderOptions
from auditor.schema import FindingInfo, ImageInfo, Report
from auditor.terminal import clean

SUFFIX = ".csv"
MEDIA_TYPE = "text/csv; charset=utf-8"

COLUMNS = (
    "code", "level", "lifecycle", "suppressed", "path", "line", "column", "message", "fix", "article",
    "images", "address", "state", "caption", "credit", "related", "key",
)  # fmt: skip
_FORMULA = tuple("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫")


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """The head, then every finding, those suppressed or fixed as well."""
    view = shown.View(report)
    images = {image.id: image for image in shown.all_images(report.articles)}
    yield _line(COLUMNS)
    for finding in report.findings:
        yield _line(_cells(finding, view, images))


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


def _line(cells: list[str] | tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_neutral(cell) for cell in cells])
    return buffer.getvalue()


def _neutral(cell: str) -> str:
    suspicious = cell.startswith(_FORMULA)
    text = clean(cell)
    return f"'{text}" if suspicious or text.startswith(_FORMULA) else text
