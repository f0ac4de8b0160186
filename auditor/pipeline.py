"""Sources to a report: the one module that knows every stage.

    sources -> stories -> outcomes -> audits -> findings -> report

Each distinct address is resolved once and each distinct body decoded once, however many articles
show it. Nothing here raises for an image or for an input that cannot be read: both are told.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import importlib
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from auditor import baseline, reported, ruleset
from auditor.config import Settings, sha256_of
from auditor.decoder import Decoder
from auditor.hosts import HostStatistics
from auditor.model import Finding, Notice
from auditor.outcomes import resolve
from auditor.plan import Plan
from auditor.resolving import Crawl
from auditor.stories import read


class Finished(NamedTuple):
    """What a run leaves: the report, its findings as values, and how each host was asked."""

    report: reported.Report
    findings: list[Finding]
    hosts: Sequence[HostStatistics]


async def check(
    sources: Iterable[str], settings: Settings | None = None, *, folder: Path | None = None
) -> reported.Report:
    """The report on these articles (files, folders, page addresses, "-" for stdin)."""
    plan = Plan(tuple(sources), settings or Settings(), folder or Path.cwd())
    async with Decoder(plan.settings) as decoder:
        decoder.warm()
        return (await run(plan, decoder)).report


async def run(plan: Plan, decoder: Decoder) -> Finished:
    """A planned run, through every stage. Raises `ConfigError` only: for what the settings name.

    The decoder is closed when the last picture has come.
    """
    started = dt.datetime.now(dt.UTC)
    settings = plan.settings
    selection = ruleset.select(settings)
    known = baseline.read(Path(settings.baseline)) if settings.baseline else None
    notices = list(plan.notices)
    # numpy, which comparing pictures needs, is loaded while the decoder's processes start
    comparing = asyncio.create_task(asyncio.to_thread(importlib.import_module, "auditor.audits"))
    async with Crawl(settings) as crawl, _scratch() as scratch:
        reading = await read(plan, crawl, notices, scratch / "captures")
        outcomes = await resolve(plan, reading.stories, crawl, decoder)
        hosts = crawl.statistics()
    decoder.close()  # its processes are a fifth of the memory of a run over one long article
    notices += reported.beginnings(outcomes.values())
    await comparing
    from auditor.audits import audits_of, settled

    audits, copies = audits_of(plan, reading.stories, outcomes)
    if settings.catalog is not None:
        from auditor import recalling  # a check without a catalog does not pay for the database

        audits = recalling.recalled(settings.catalog, audits, settings.duplicates)
    found = [finding for audit in audits for finding in ruleset.findings(audit, selection, notices.append)]
    if known is not None:
        found = baseline.compare(found, known, codes=selection.levels, settled=settled(audits))
    for story in reading.stories:
        notices += story.article.notices
    articles = [reported.article_info(audit, timed=settings.now is None) for audit in audits]
    info = _run_info(plan, started, reading.digests, notices)
    inputs = reading.inputs
    del audits, reading, outcomes  # a long article is not held twice while the report is put together
    report = reported.assemble(
        info,
        inputs,
        articles,
        copies.groups,
        found,
        [ruleset.load(code) for code in selection.levels],
        possible=copies.possible,
        fail_on=settings.fail_on,
        compared=known is not None,
    )
    return Finished(report, found, hosts)


@contextlib.asynccontextmanager
async def _scratch() -> AsyncIterator[Path]:
    """A folder for what a run puts down and nobody wants afterwards."""
    with tempfile.TemporaryDirectory(prefix="auditor-") as name:
        yield Path(name)


def _run_info(
    plan: Plan, started: dt.datetime, digests: list[str], notices: Iterable[Notice]
) -> reported.RunInfo:
    """With a given clock all clocks stand still and the id is a digest of what went in."""
    settings, fixed = plan.settings, plan.settings.now
    config = sha256_of(settings)
    ended = fixed or dt.datetime.now(dt.UTC)
    seed = digests if fixed else [*digests, started.isoformat()]
    return reported.RunInfo(
        id=reported.run_id(config, seed),
        command=plan.command,
        started_at=reported.timestamp(fixed or started),
        ended_at=reported.timestamp(ended),
        duration_ms=None if fixed else round((ended - started).total_seconds() * 1000),
        profile=settings.profile,
        config_sha256=config,
        complete=not (plan.stop and plan.stop.is_set()),
        warnings=reported.warnings(notices),
    )
