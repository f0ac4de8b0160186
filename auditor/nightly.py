"""`auditor scan` and what is told of its runs: effective settings and a catalog to an exit code."""

from __future__ import annotations

import contextlib
import shlex
import signal
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from auditor import (
    baseline,
    catalog_reports,
    catalog_tables,
    exporting,
    reported,
    running,
    scanning,
    writing,
)
from auditor.catalog import Catalog
from auditor.config import Settings
from auditor.driving import drive
from auditor.errors import CatalogError, ConfigError, SourceError
from auditor.layers import Effective
from auditor.model import Finding
from auditor.progress import Progress
from auditor.report import prometheus
from auditor.reported import Report
from auditor.running import Manner
from auditor.terminal import clean

SLOWEST = 5


def scan(sources: Sequence[str], effective: Effective, manner: Manner) -> int:
    """Scans into the catalog, writes every output, and returns the exit code."""
    settings = effective.settings
    if settings.catalog is None:
        raise ConfigError("a scan needs a catalog: --catalog FILE (it is made where it is not there)")
    outputs = exporting.outputs(settings.output_file)
    progress = Progress(shown=manner.progress)
    with _stopping() as stop:
        plan = scanning.Plan(
            tuple(sources),
            settings.catalog,
            settings,
            effective.folder,
            effective.notices,
            progress.update,
            lambda: bool(stop),
        )
        try:
            finished = scanning.scan(plan)
        except CatalogError as error:
            if error.code == "full-disk":
                _say(f"to go on when there is room: {_again()}")
            raise
        finally:
            progress.close()
    if not finished.complete:
        _say(f"stopped: what was done is in {settings.catalog}; to go on: {_again()}")
        return 130
    report = _report(settings, finished, {settings.output_format, *(name for name, _ in outputs)})
    for name, path in outputs:
        _write(name, path, report, finished.run.id, manner, settings)
    writing.show(running.render(settings.output_format, report, manner, settings, to_terminal=True))
    if manner.write_baseline:
        baseline.write(map(_finding, report.findings), Path(manner.write_baseline))
    if not manner.quiet:
        _tell(finished, report, manner)
    return reported.exit_code(report, exit_zero=settings.exit_zero)


def show_shards(sources: Sequence[str], effective: Effective) -> None:
    """Prints what a scan would read: its shards, and how much is in each."""
    plan = scanning.Plan(tuple(sources), "", effective.settings, effective.folder)
    for _, item in drive(scanning.listed(plan, effective.settings)):
        if isinstance(item, SourceError):
            print(f"# {clean(str(item))}")
        else:
            parts = f"  # {len(item.members)} articles" if item.members else ""
            print(f"{clean(item.id)}{parts}")


def rerender(catalog: str, run: str | None, manner: Manner, given: Mapping[str, Any]) -> int:
    """Renders a stored run, the last one where none is named."""
    return running.show(_stored(catalog, run), manner, given)


def diff(catalog: str, before: str, after: str, manner: Manner, given: Mapping[str, Any]) -> int:
    """Renders what changed between two runs of a catalog."""
    told = reported.compare(_stored(catalog, before), _stored(catalog, after), fail_on=given["fail_on"])
    return running.show(told, manner, given)


def _stored(address: str, run: str | None) -> Report:
    with Catalog(address) as catalog:
        return catalog_reports.report(catalog, catalog_reports.latest(catalog, run), Settings())


def _report(settings: Settings, finished: scanning.Finished, formats: Collection[str]) -> Report:
    assert settings.catalog is not None
    with Catalog(settings.catalog) as catalog:
        run = catalog_reports.latest(catalog, str(finished.run.id))
        return catalog_reports.report(catalog, run, settings, finished.notices, formats=formats)


def _write(name: str, path: Path, report: Report, run: int, manner: Manner, settings: Settings) -> None:
    """Writes one output; tables and counts come from the catalog, of which the report may tell a part."""
    if not path.is_dir() and name != "prometheus":
        running.write(name, path, report, manner, settings)
        return
    assert settings.catalog is not None
    with Catalog(settings.catalog) as catalog, catalog.read() as connection:
        if path.is_dir():
            exporting.export(name, path, catalog_tables.tables(connection))
        else:
            writing.write(path, prometheus.lines(report, catalog_tables.counts(connection, run)))


def _finding(told: reported.FindingInfo) -> Finding:
    return msgspec.convert(msgspec.to_builtins(told), Finding)


def _tell(finished: scanning.Finished, report: Report, manner: Manner) -> None:
    """The run in a few lines on stderr: what it read, what it asked, the slowest hosts."""
    for source in report.inputs:
        if source.error:
            _say(f"error: {source.error.message}")
    for warning in report.run.warnings:
        times = f" ({warning.count} times)" if warning.count > 1 else ""
        _say(f"warning: {warning.message}{times}")
    told = finished.summary
    took = f" in {told.duration_s:.1f} s" if told.duration_s is not None else ""
    _say(
        f"run {finished.run.id}: {told.articles} articles ({told.articles_read} read, "
        f"{told.articles_judged} judged), {told.images} images, {told.addresses_asked} addresses asked "
        f"({told.not_modified} not modified, {told.bytes / 1e6:.1f} MB){took}"
    )
    if told.by_lifecycle:
        _say("findings: " + ", ".join(f"{count} {word}" for word, count in told.by_lifecycle.items()))
    slowest = sorted(finished.hosts, key=lambda host: -host.waited_s)
    for host in slowest if manner.verbose else [h for h in slowest[:SLOWEST] if h.waited_s >= 1]:
        _say(running.host_line(host))


def _say(text: str) -> None:
    print(clean(text), file=sys.stderr)


def _again() -> str:
    return shlex.join(["auditor", *sys.argv[1:]])


@contextlib.contextmanager
def _stopping() -> Iterator[list[int]]:
    """The signals that came, SIGINT and SIGTERM; a second one ends the process as it always does."""
    came: list[int] = []

    def note(number: int, _: object) -> None:
        came.append(number)
        for name, handler in before.items():
            signal.signal(name, handler)

    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    for name in before:
        signal.signal(name, note)
    try:
        yield came
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
