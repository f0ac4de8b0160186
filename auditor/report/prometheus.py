"""The report to the text format of Prometheus, for the node exporter's folder of text files.

Labels are rule, level and lifecycle only: with articles or addresses among them every night would add
series for good. The file is replaced whole, as the exporter asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from auditor.model import State
from auditor.reported import RenderOptions
from auditor.schema import Report

SUFFIX = ".prom"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Counts = Mapping[tuple[str, str, str], int]
"""How many findings there are, by rule, level and lifecycle."""


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """The counts of the findings that are told; suppressed ones are not among them."""
    counted = Counter(
        (finding.code, finding.level, finding.lifecycle)
        for finding in report.findings
        if finding.suppressed is None
    )
    return lines(report, counted)


def lines(report: Report, findings: Counts) -> Iterator[str]:
    """The same with counts from elsewhere: of a large archive the report tells not all findings."""
    yield from _head("auditor_findings", "Findings by rule, level and lifecycle.")
    for (rule, level, lifecycle), count in sorted(findings.items()):
        labels = f'rule="{_label(rule)}",level="{_label(level)}",lifecycle="{_label(lifecycle)}"'
        yield f"auditor_findings{{{labels}}} {count}\n"
    for name, told, value in _gauges(report):
        if value is not None:
            yield from _head(name, told)
            yield f"{name} {value:.15g}\n"


def _gauges(report: Report) -> Iterator[tuple[str, str, float | None]]:
    summary, run = report.summary, report.run
    verdicts: Counter[str] = Counter()
    for state, count in summary.by_state.items():
        verdicts[State(state).verdict] += count
    yield "auditor_articles", "Articles of the run's sources.", summary.articles
    yield "auditor_images", "Image references in these articles.", summary.images
    yield "auditor_images_broken", "Images that are missing or damaged.", verdicts["broken"]
    yield "auditor_images_unverified", "Images that could not be looked at.", verdicts["unverified"]
    yield "auditor_run_complete", "1 where the run came to its end.", float(run.complete)
    yield "auditor_run_started_seconds", "When the run began, in Unix time.", _seconds(run.started_at)
    yield "auditor_run_ended_seconds", "When the run ended, in Unix time.", _seconds(run.ended_at)
    taken = run.duration_ms / 1000 if run.duration_ms is not None else None
    yield "auditor_run_duration_seconds", "How long the run took.", taken


def _head(name: str, told: str) -> Iterator[str]:
    yield f"# HELP {name} {told}\n"
    yield f"# TYPE {name} gauge\n"


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _seconds(time: str | None) -> float | None:
    return datetime.fromisoformat(time).timestamp() if time is not None else None
