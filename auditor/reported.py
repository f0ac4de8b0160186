"""Audits and findings to the report value, of which every output format is a rendering.

Pure: the clock and everything else is handed in. What a report tells of one audit stands in
`telling`, what its keys are in `schema`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from typing import Literal

import msgspec

from auditor import schema as parts
from auditor.model import (
    BEGINNING,
    DuplicateGroup,
    DuplicatePair,
    Finding,
    Notice,
    Outcome,
    Rule,
    State,
    Suppression,
)
from auditor.schema import ArticleInfo as ArticleInfo
from auditor.schema import ErrorInfo as ErrorInfo
from auditor.schema import FindingInfo as FindingInfo
from auditor.schema import ImageInfo as ImageInfo
from auditor.schema import InputInfo as InputInfo
from auditor.schema import Report as Report
from auditor.schema import RunInfo as RunInfo
from auditor.schema import schema as schema
from auditor.telling import article_info as article_info
from auditor.telling import timestamp as timestamp
from auditor.telling import told_address, told_text, told_value

LEVELS = ("error", "warning", "note")
LIFECYCLES = ("new", "persisting", "fixed", "reopened", "unverified")
LIBRARIES = ("pillow", "imagehash", "numpy", "aiohttp", "selectolax", "markdown-it-py", "ada-url")
WITH_GROUPS = frozenset(("json", "jsonl"))
"""The formats that tell groups of duplicates as such; the others tell what the rules find in them."""
FailOn = Literal["error", "warning", "note", "never"]
Verdict = Literal["pass", "fail", "incomplete"]

# Families that speak of what resolving gave. On an image that could not be verified they explain,
# and accuse nobody; a missing alt text or an empty address is true whatever the network does.
_ABOUT_OUTCOMES = ("MIS", "SEC")


class RenderOptions(msgspec.Struct, frozen=True):
    """How a person wants to see a report; formats for machines ignore it.

    `width` is in terminal columns. `verbose` shows every image in full, `quiet` the findings and the last
    line only, `statistics` a table of counts per rule. `exit_zero`: the exit code says nothing.
    """

    color: bool = False
    width: int = 80
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False
    exit_zero: bool = False


# --- the whole run ------------------------------------------------------------------------------


def assemble(
    run: RunInfo,
    inputs: Iterable[InputInfo],
    articles: Iterable[ArticleInfo],
    duplicates: Iterable[DuplicateGroup] = (),
    findings: Iterable[Finding] = (),
    rules: Iterable[Rule] = (),
    *,
    possible: Iterable[DuplicatePair] = (),
    fail_on: FailOn = "error",
    compared: bool = False,
) -> Report:
    """The report of a run: articles as given, findings in reading order, only the rules that fired.

    `compared` says that findings were held against an earlier run or a baseline: then they are
    counted by lifecycle too.
    """
    told = list(articles)
    named = [_input(source) for source in inputs]
    found = _in_reading_order([_finding(finding) for finding in findings], told)
    fired = {finding.code for finding in found}
    return Report(
        schema=parts.SCHEMA,
        tool=_tool(),
        run=run,
        summary=_summary(run, named, told, found, fail_on, compared),
        rules=[
            parts.RuleInfo(rule.code, rule.name, rule.level, rule.summary, f"{rule.why}\n\n{rule.fix}")
            for rule in sorted(rules, key=lambda rule: rule.code)
            if rule.code in fired
        ],
        inputs=named,
        articles=told,
        duplicates=[
            parts.DuplicateInfo(
                group.id, group.kind, group.distance_bits, [told_address(member) for member in group.members]
            )
            for group in duplicates
        ],
        findings=found,
        possible=[
            parts.PossibleInfo(
                told_address(pair.first),
                told_address(pair.second),
                pair.kind,
                pair.distance_bits,
                pair.words,
            )
            for pair in possible
        ],
    )


def _input(given: InputInfo) -> InputInfo:
    error = given.error and ErrorInfo(given.error.code, told_text(given.error.message))
    return msgspec.structs.replace(given, source=told_address(given.source), error=error)


def _finding(finding: Finding) -> FindingInfo:
    return FindingInfo(
        key=finding.key,
        code=finding.code,
        level=finding.level,
        lifecycle=finding.lifecycle,
        article=told_address(finding.article),
        images=[told_address(image) for image in finding.images],
        line=finding.line,
        column=finding.column,
        message=told_text(finding.message),
        arguments=told_value(finding.arguments),
        evidence=told_value(finding.evidence),
        fix=told_text(finding.fix),
        related=[told_address(other) for other in finding.related],
        suppressed=_suppression(finding.suppressed),
    )


def _suppression(suppressed: Suppression | None) -> parts.SuppressionInfo | None:
    return parts.SuppressionInfo(told_text(suppressed.reason), suppressed.until) if suppressed else None


def _in_reading_order(findings: list[FindingInfo], articles: list[ArticleInfo]) -> list[FindingInfo]:
    place = {article.id: position for position, article in enumerate(articles)}
    return sorted(
        findings, key=lambda f: (place.get(f.article, len(place)), f.line or 0, f.column or 0, f.code, f.key)
    )


def _summary(
    run: RunInfo,
    inputs: list[InputInfo],
    articles: list[ArticleInfo],
    findings: list[FindingInfo],
    fail_on: FailOn,
    compared: bool,
) -> parts.Summary:
    states = Counter(image.outcome.state for article in articles for image in article.images)
    standing = [finding for finding in findings if stands(finding)]
    levels = Counter(finding.level for finding in standing)
    lifecycles = Counter(finding.lifecycle for finding in findings)
    return parts.Summary(
        verdict=_verdict(run, inputs, articles, standing, fail_on),
        articles=len(articles),
        images=states.total(),
        by_state={state.value: states[state.value] for state in State},
        by_level={level: levels[level] for level in LEVELS},
        by_code=dict(sorted(Counter(finding.code for finding in standing).items())),
        by_lifecycle={word: lifecycles[word] for word in LIFECYCLES} if compared else None,
    )


def _verdict(
    run: RunInfo,
    inputs: list[InputInfo],
    articles: list[ArticleInfo],
    standing: list[FindingInfo],
    fail_on: FailOn,
) -> Verdict:
    unverified = _unverified(articles)
    failing = LEVELS[: LEVELS.index(fail_on) + 1] if fail_on != "never" else ()
    if any(finding.level in failing and not _excused(finding, unverified) for finding in standing):
        return "fail"
    if unverified or not run.complete or any(source.error for source in inputs):
        return "incomplete"
    return "pass"


def _unverified(articles: list[ArticleInfo]) -> set[str]:
    return {
        image.id for article in articles for image in article.images if image.outcome.verdict == "unverified"
    }


def _excused(finding: FindingInfo, unverified: set[str]) -> bool:
    on_unverified = bool(finding.images) and unverified.issuperset(finding.images)
    return says_unverified(finding) or (finding.code.startswith(_ABOUT_OUTCOMES) and on_unverified)


def says_unverified(finding: FindingInfo) -> bool:
    """Whether a finding only tells what could not be looked at: such a one never fails a check."""
    return finding.evidence.get("verdict") == "unverified"


def stands(finding: FindingInfo) -> bool:
    """Whether a finding is counted: found in this run, and not suppressed."""
    return finding.suppressed is None and finding.lifecycle not in ("fixed", "unverified")


def exit_code(report: Report, *, exit_zero: bool = False, interrupted: bool = False) -> int:
    """What the process says: 0 pass, 1 findings, 3 incomplete, 130 interrupted."""
    if interrupted:
        return 130
    return 0 if exit_zero else {"pass": 0, "fail": 1}.get(report.summary.verdict, 3)


def compare(before: Report, after: Report, *, fail_on: FailOn = "error") -> Report:
    """The later report, its findings told as new or persisting, and those of before that are gone.

    What is gone is "fixed" only where the article was read and its images were verified again;
    else it is "unverified". Only what is new can fail.
    """
    known = {finding.key for finding in before.findings if stands(finding)}
    found = [
        msgspec.structs.replace(finding, lifecycle="persisting" if finding.key in known else "new")
        for finding in after.findings
        if stands(finding)
    ]
    still = {finding.key for finding in after.findings}
    articles = {article.id for article in after.articles}
    unverified = _unverified(after.articles)
    for finding in before.findings:
        if stands(finding) and finding.key not in still:
            seen = finding.article in articles and unverified.isdisjoint(finding.images)
            found.append(msgspec.structs.replace(finding, lifecycle="fixed" if seen else "unverified"))
    rules = {rule.code: rule for rule in (*before.rules, *after.rules)}
    fired = {finding.code for finding in found}
    summary = _summary(after.run, after.inputs, after.articles, found, "never", compared=True)
    fresh = [finding for finding in found if finding.lifecycle == "new"]
    return msgspec.structs.replace(
        after,
        summary=msgspec.structs.replace(
            summary, verdict=_verdict(after.run, after.inputs, after.articles, fresh, fail_on)
        ),
        rules=[rules[code] for code in sorted(fired & rules.keys())],
        findings=_in_reading_order(found, after.articles),
    )


# --- the parts of a run -------------------------------------------------------------------------


def run_id(config_sha256: str, inputs: Iterable[str]) -> str:
    """The identity of a run whose clock was given: 16 hex digits of configuration and inputs.

    `inputs` are strings that stand for what was read, in order: names and digests of bodies.
    """
    digest = hashlib.sha256(config_sha256.encode())
    for text in inputs:
        digest.update(b"\0" + text.encode("utf-8", "replace"))
    return digest.hexdigest()[:16]


def beginnings(outcomes: Iterable[Outcome]) -> list[Notice]:
    """A notice for each image of which only the beginning was looked at: a report says that it did so."""
    message = (
        "only the first 64 KB asked for (--fast): type and size are verified, not that the image is whole"
    )
    return [Notice("fast", message) for outcome in outcomes if outcome.detail == BEGINNING]


def warnings(notices: Iterable[Notice]) -> list[parts.WarningInfo]:
    """Notices told once each, with how often they came, in the order of their first coming."""
    counts = Counter((notice.code, told_text(notice.message)) for notice in notices)
    return [parts.WarningInfo(code, message, count) for (code, message), count in counts.items()]


def read(body: bytes) -> Report:
    """The report in a JSON file; raises `ValueError` saying what is wrong and where."""
    return msgspec.json.decode(body, type=Report)


@cache
def _tool() -> parts.ToolInfo:
    libraries = {}
    for name in LIBRARIES:
        try:
            libraries[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    from auditor import __version__

    return parts.ToolInfo("auditor", __version__, libraries)
