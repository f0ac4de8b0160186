"""The report to GitHub-flavoured Markdown, for a comment or a job summary.

Nothing from outside is markup there: punctuation is escaped, and neither links nor mentions come
into being by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from auditor import shown
from auditor.reported import RenderOptions, stands
from auditor.schema import ArticleInfo, FindingInfo, ImageInfo, Report
from auditor.terminal import clean

SUFFIX = ".md"
MEDIA_TYPE = "text/markdown; charset=utf-8"

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]#!|~^$]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)])")
_LEVEL_SIGNS = {"error": "❌ error", "warning": "⚠️ warning", "note": "ℹ️ note"}
_MARKS = {"ok": "✅", "broken": "❌", "unverified": "❔"}


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """The verdict, then each article: its findings as a table, its images beneath their captions."""
    view = shown.View(report)
    yield f"# Image audit: {report.summary.verdict}\n\n"
    yield f"{shown.levels(report)} · {shown.number(report.summary.articles, 'article')}, "
    yield f"{shown.number(report.summary.images, 'image')}: {shown.states(report) or 'none'}\n\n"
    for source in report.inputs:
        if source.error:
            yield f"- **not read:** {_text(shown.unread(source))}\n"
    for article in report.articles:
        findings = [finding for finding in view.by_article[article.id] if stands(finding)]
        if findings or not options.quiet:
            yield f"\n## {_text(article.title or shown.where(article))}\n\n"
            yield f"{_code(shown.where(article))}\n\n"
            yield from _findings(findings, view)
            yield from _images(article)


def _findings(findings: list[FindingInfo], view: shown.View) -> Iterator[str]:
    if not findings:
        yield "No findings.\n"
        return
    yield "| line | level | code | what | how to fix |\n|---:|---|---|---|---|\n"
    for finding in findings:
        remedy = shown.remedy(finding, view.rules.get(finding.code))
        level = _LEVEL_SIGNS.get(finding.level, _text(finding.level))
        cells = (str(finding.line or ""), level, _text(finding.code), _text(finding.message), _text(remedy))
        yield f"| {' | '.join(cells)} |\n"


def _images(article: ArticleInfo) -> Iterator[str]:
    own = [image for image in article.images if image.role in shown.OWN_ROLES]
    for _group, run in groupby(own, key=shown.caption_key):
        members = list(run)
        caption = members[0].caption
        yield f"\n> {_text(caption.text)}\n\n" if caption else "\n*No caption*\n\n"
        yield from (_row(image) for image in members)


def _row(image: ImageInfo) -> str:
    mark = _MARKS.get(image.outcome.verdict, "❔")
    facts = shown.measures(image.asset) or shown.cause(image.outcome)
    state = f"{mark} {_text(image.outcome.state)}, {_text(facts)}"
    return f"- line {image.line} {state}: {_code(shown.short(image))}\n"


def _text(text: str) -> str:
    """Text that stays text: punctuation escaped, HTML too, links and mentions interrupted."""
    told = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    told = _PUNCTUATION.sub(r"\\\1", told)
    return told.replace("@", "@<!-- -->").replace("://", ":<!-- -->//").replace("www.", "www<!-- -->.")


def _code(text: str) -> str:
    """A code span that the text cannot end; a bar would end a table's cell even there."""
    told = clean(text).replace("|", "%7C")
    fence = "`" * (max((len(run) for run in re.findall("`+", told)), default=0) + 1)
    return f"{fence} {told} {fence}" if "`" in told else f"`{told}`"
