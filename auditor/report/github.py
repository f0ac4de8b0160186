"""The report to workflow commands of GitHub Actions, which show findings beside the lines they concern."""

from __future__ import annotations

from collections.abc import Iterator

from auditor import shown
from auditor.reported import RenderOptions
from auditor.schema import Report
from auditor.terminal import clean

SUFFIX = ".txt"
MEDIA_TYPE = "text/plain; charset=utf-8"

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """A command for each finding that counts and each input that could not be read, then the verdict."""
    view = shown.View(report)
    for finding in view.counted():
        rule = view.rules.get(finding.code)
        remedy = shown.remedy(finding, rule)
        message = f"{finding.message}{f' (fix: {remedy})' if remedy else ''}"
        path, place = view.path(finding), {}
        if "://" in path:  # no file of the repository: named in the message
            message = f"{path}: {message}"
        else:
            place = {"file": path, "line": str(finding.line or 1), "col": str(finding.column or 1)}
        title = f"{finding.code} {rule.name}" if rule else finding.code
        yield _command(_COMMANDS.get(finding.level, "notice"), {**place, "title": title}, message)
    for source in report.inputs:
        if source.error:
            yield _command("error", {"title": "input not read"}, shown.unread(source))
    yield f"auditor: {report.summary.verdict}: {shown.levels(report)}\n"


def _command(name: str, properties: dict[str, str], message: str) -> str:
    told = ",".join(f"{key}={_escaped(clean(value), ':,')}" for key, value in properties.items())
    return f"::{name} {told}::{_escaped(clean(message))}\n"


def _escaped(text: str, further: str = "") -> str:
    """Percent-encoded as the runner decodes it: % and line ends, in properties : and , too."""
    for character in "%\r\n" + further:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
