"""The report to one line per finding, as compilers print them: `path:line:column: CODE level message`."""

from __future__ import annotations

from collections.abc import Iterator

from auditor import shown
from auditor.reported import RenderOptions
from auditor.schema import Report
from auditor.terminal import clean

SUFFIX = ".txt"
MEDIA_TYPE = "text/plain; charset=utf-8"

_COLOURS = {"error": "31", "warning": "33", "note": "36"}


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """The findings that count, then one line of counts (not with `quiet`)."""
    view = shown.View(report)
    for finding in view.counted():
        level = finding.level
        if options.color:
            level = f"\x1b[{_COLOURS.get(level, '0')}m{level}\x1b[0m"
        place = f"{clean(view.path(finding))}:{finding.line or 1}:{finding.column or 1}"
        yield f"{place}: {finding.code} {level} {clean(finding.message)}\n"
    for source in report.inputs:
        if source.error:
            yield f"{clean(source.source)}:1:1: {clean(source.error.message)}\n"
    if options.statistics:
        for count, code, name, _summary in shown.statistics(report):
            yield f"{count:6d}  {code}  {name}\n"
    if not options.quiet:
        articles = shown.number(report.summary.articles, "article")
        images = shown.number(report.summary.images, "image")
        yield f"{report.summary.verdict}: {shown.levels(report)} in {articles} with {images}\n"
