"""The report to JUnit XML, for build servers: an article is a suite, an image a test case.

An error is a failure; a warning or a note is told in the output of its case; an image that could
not be verified is skipped, and an input that could not be read is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from auditor import shown
from auditor.reported import RenderOptions, says_unverified, stands
from auditor.schema import ArticleInfo, FindingInfo, ImageInfo, InputInfo, Report
from auditor.terminal import clean

SUFFIX = ".xml"
MEDIA_TYPE = "application/xml"

_NO_XML = re.compile("[\\ufffe\\uffff]")  # what XML 1.0 forbids beyond the controls


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """One document; images outside the article (logos, metadata) are cases only where they have findings."""
    view = shown.View(report)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites name={_attribute(report.tool.name)}>\n"
    for article in report.articles:
        yield _suite(article, [f for f in view.by_article[article.id] if stands(f)])
    unread = [source for source in report.inputs if source.error]
    if unread:
        counts = f'tests="{len(unread)}" failures="0" errors="{len(unread)}" skipped="0"'
        yield f'  <testsuite name="inputs" {counts}>\n'
        yield from (_unread(source) for source in unread)
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _suite(article: ArticleInfo, findings: Sequence[FindingInfo]) -> str:
    placed = shown.Placed(article, findings)
    name = shown.where(article)
    cases = [_case(name, "text", placed.under[None], None)] if None in placed.under else []
    cases += [
        _case(
            name,
            f"#{image.index} line {image.line} {shown.short(image)}",
            placed.under.get(image.id, ()),
            image,
        )
        for image in article.images
        if image.id in placed.under or image.role in shown.OWN_ROLES
    ]
    failures = sum("<failure" in case for case in cases)
    skipped = sum("<skipped" in case for case in cases)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    return f"  <testsuite name={_attribute(name)} {counts}>\n{''.join(cases)}  </testsuite>\n"


def _case(article: str, name: str, findings: Sequence[FindingInfo], image: ImageInfo | None) -> str:
    failing = [f for f in findings if f.level == "error" and not says_unverified(f)]
    others = [f for f in findings if f not in failing]
    inside = ""
    if failing:
        kind = _attribute(",".join(dict.fromkeys(finding.code for finding in failing)))
        message = _attribute("; ".join(finding.message for finding in failing))
        inside += f"      <failure type={kind} message={message}>{_lines(failing)}</failure>\n"
    elif image and image.outcome.verdict == "unverified":
        inside += f"      <skipped message={_attribute('not verified: ' + shown.cause(image.outcome))}/>\n"
    if others:
        inside += f"      <system-out>{_lines(others)}</system-out>\n"
    return (
        f"    <testcase classname={_attribute(article)} name={_attribute(name)}>\n{inside}    </testcase>\n"
    )


def _unread(source: InputInfo) -> str:
    code = source.error.code if source.error else ""
    error = f"<error type={_attribute(code)} message={_attribute(shown.unread(source))}/>"
    name = _attribute(source.source)
    return f'    <testcase classname="inputs" name={name}>\n      {error}\n    </testcase>\n'


def _lines(findings: Sequence[FindingInfo]) -> str:
    return "\n".join(
        _told(f"{finding.level} {finding.code} line {finding.line or 1}: {finding.message}")
        for finding in findings
    )


def _told(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", clean(text)))


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", clean(text)))
