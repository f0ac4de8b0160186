"""A run of the catalog to the report value; nothing is fetched, nothing is judged again.

Of a large archive the report tells the articles that have findings, up to `MOST`; its counts are those of
the whole run.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from auditor import baseline, duplicates, reported, ruleset
from auditor.audits import sightings_of
from auditor.catalog import Catalog, chunks
from auditor.catalog_findings import STANDING, Summary
from auditor.catalog_rows import finding, moment
from auditor.catalog_schema import articles, finding_events, findings, runs
from auditor.config import Settings
from auditor.errors import CatalogError
from auditor.judging import Judge
from auditor.model import Audit, DuplicateGroup, Finding, Lifecycle, Notice, Suppression
from auditor.reported import Report

MOST = 500  # articles in one report; a dashboard asks the catalog for the rest
WHOLE = 100  # articles of an archive that is told whole, also where nothing was found
FINDINGS = 5_000


def latest(catalog: Catalog, name: str | None = None) -> Any:
    """The row of a run by its number or name, or of the last one. Raises `CatalogError`."""
    wanted = sa.select(runs).order_by(runs.c.id.desc()).limit(1)
    if name is not None:
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 10 else -1
        wanted = wanted.where(sa.or_(runs.c.id == number, runs.c.name == name))
    with catalog.read() as connection:
        row = connection.execute(wanted).mappings().first()
    if row is None:
        what = f"no run {name}" if name is not None else "no run yet"
        raise CatalogError(f"{catalog.address}: {what} in this catalog", code="no-run")
    return row


def report(
    catalog: Catalog,
    run: Any,
    settings: Settings,
    notices: Sequence[Notice] = (),
    *,
    formats: Collection[str] = reported.WITH_GROUPS,
) -> Report:
    """The report of a run (a row of `runs`), for renderings in these formats.

    Groups of duplicates are looked for only where one of them tells groups: for the 1,000 pictures of
    500 articles that takes as long as all the rest.
    """
    with catalog.read() as connection:
        found = [_finding(row) for row in _findings(connection, run)]
        wanted = _articles(connection, run, [finding.article for finding in found])
        inputs = list(_inputs(connection, run))
    if settings.baseline:
        found = _with_baseline(found, settings.baseline)
    now = moment(run["started_at"])
    assert now is not None
    judge = Judge(catalog, settings, now, as_of=run["id"])
    audits = [case.audit for some in chunks(wanted) for case in judge.cases(some, alike=False)]
    by_name = {audit.article.id: place for place, audit in enumerate(audits)}
    summary = msgspec.json.decode(run["summary"], type=Summary)
    cut = summary.articles > len(audits) or len(found) == FINDINGS
    more = [Notice("report-cut", _cut(summary, len(audits)))] if cut else []
    beginnings = reported.beginnings(outcome for audit in audits for outcome in audit.outcomes)
    told = reported.assemble(
        _run_info(run, settings, [*notices, *more, *beginnings]),
        inputs,
        [reported.article_info(audit, timed=settings.now is None) for audit in audits],
        () if reported.WITH_GROUPS.isdisjoint(formats) else _groups(audits, settings),
        sorted(found, key=lambda f: by_name.get(f.article, len(by_name))),
        [ruleset.load(code) for code in sorted({f.code for f in found}) if code in ruleset.codes()],
        fail_on=settings.fail_on,
        compared=True,
    )
    return _counted(told, summary) if cut else told


def _findings(connection: sa.Connection, run: Any) -> Iterator[tuple[Finding, Lifecycle]]:
    """The findings as they were in that run: the last turn of each until then."""
    turns, word, at = _turns(connection, run["id"])
    sources = [source["source"] for source in json.loads(run["inputs"])]
    wanted = (
        sa.select(findings.c.key, word, at, articles.c.gone)
        .select_from(turns.outerjoin(articles, articles.c.id == findings.c.article))
        .where(
            sa.or_(findings.c.article.is_(None), articles.c.source.in_(sources)),
            sa.or_(word != "fixed", at == run["id"]),
        )
        .order_by(findings.c.level, findings.c.code, findings.c.key)
        .limit(FINDINGS)
    )
    told = [
        row
        for row in connection.execute(wanted)
        if row[2] == run["id"] or not (row[1] == "unverified" and row[3])  # of an article long gone
    ]
    for some in chunks(told):
        bodies = sa.select(findings.c.key, findings.c.body, findings.c.checksum)
        wanted_here = bodies.where(findings.c.key.in_([row[0] for row in some]))
        known = {key: finding(body, checksum) for key, body, checksum in connection.execute(wanted_here)}
        for key, now, turned, _ in some:
            if (found := known.get(key)) is not None:
                yield found, "persisting" if turned != run["id"] and now in STANDING else now


def _turns(connection: sa.Connection, run: int) -> tuple[sa.FromClause, sa.ColumnElement[Any], Any]:
    """Findings with the turn of each that counted in a run: its word, and the run that it was taken in.

    In the last run that is where they stand: going through the turns of 300,000 took most of a report's time.
    """
    if run == connection.execute(sa.select(sa.func.max(runs.c.id))).scalar():
        return findings, findings.c.lifecycle, findings.c.event_run
    last = (
        sa.select(finding_events.c.key, sa.func.max(finding_events.c.run).label("run"))
        .where(finding_events.c.run <= run)
        .group_by(finding_events.c.key)
        .subquery()
    )
    turns = finding_events.join(
        last, sa.and_(finding_events.c.key == last.c.key, finding_events.c.run == last.c.run)
    ).join(findings, findings.c.key == finding_events.c.key)
    return turns, finding_events.c.lifecycle, finding_events.c.run


def _with_baseline(found: Sequence[Finding], path: str) -> list[Finding]:
    """The findings, those that a baseline knows suppressed."""
    known = {entry.key for entry in baseline.read(Path(path)).findings}
    told = Suppression("in the baseline")
    return [msgspec.structs.replace(f, suppressed=told) if f.key in known else f for f in found]


def _finding(row: tuple[Finding, Lifecycle]) -> Finding:
    return msgspec.structs.replace(row[0], lifecycle=row[1])


def _articles(connection: sa.Connection, run: Any, named: Sequence[str]) -> list[int]:
    """Ids of the articles to tell: those with findings, and of a small archive all."""
    sources = [source["source"] for source in json.loads(run["inputs"])]
    ids: list[int] = []
    for some in chunks(list(dict.fromkeys(named))[:MOST]):
        wanted = sa.select(articles.c.id).where(articles.c.name.in_(some), ~articles.c.gone)
        ids += connection.execute(wanted).scalars()
    others = sa.select(articles.c.id).where(articles.c.source.in_(sources), ~articles.c.gone)
    rest = list(connection.execute(others.order_by(articles.c.id).limit(WHOLE + 1)).scalars())
    ids += rest if len(rest) <= WHOLE else []
    named_ = sa.select(articles.c.name, articles.c.id)  # sorted here: databases sort by their own customs
    kept = list(dict.fromkeys(ids))[:MOST]
    found = [
        row for some in chunks(kept) for row in connection.execute(named_.where(articles.c.id.in_(some)))
    ]
    return [identity for _, identity in sorted(map(tuple, found))]


def _groups(audits: Sequence[Audit], settings: Settings) -> tuple[DuplicateGroup, ...]:
    """The groups among the articles that are told."""
    entries = [entry for audit in audits for entry, _ in sightings_of(audit)]
    return duplicates.find(entries, settings.duplicates).groups


def _inputs(connection: sa.Connection, run: Any) -> Iterator[reported.InputInfo]:
    counts = sa.select(articles.c.source, sa.func.count()).where(~articles.c.gone).group_by(articles.c.source)
    read: dict[str, int] = dict(connection.execute(counts).all())
    for told in json.loads(run["inputs"]):
        errors = [reported.ErrorInfo(error["code"], error["message"]) for error in told.get("errors", [])]
        yield reported.InputInfo(told["source"], read.get(told["source"], 0), errors[0] if errors else None)
        yield from (reported.InputInfo(told["source"], 0, error) for error in errors[1:])


def _run_info(run: Any, settings: Settings, notices: Sequence[Notice]) -> reported.RunInfo:
    ended = run["ended_at"]
    summary = msgspec.json.decode(run["summary"], type=Summary)
    fixed = settings.now is not None or summary.duration_s is None
    return reported.RunInfo(
        id=run["name"],
        command=run["command"],
        started_at=reported.timestamp(moment(run["started_at"])),
        ended_at=reported.timestamp(moment(ended)),
        duration_ms=None if fixed else round((summary.duration_s or 0) * 1000),
        profile=run["profile"],
        config_sha256=run["config_sha256"],
        complete=bool(run["complete"]),
        warnings=reported.warnings(notices),
    )


def _counted(told: Report, summary: Summary) -> Report:
    """The report with the counts of the whole run."""
    own = told.summary
    counts = msgspec.structs.replace(
        own,
        articles=summary.articles,
        images=summary.images,
        by_state={state: summary.by_state.get(state, 0) for state in own.by_state},
        by_level={level: summary.by_level.get(level, 0) for level in own.by_level},
        by_code=summary.by_code,
        by_lifecycle={word: summary.by_lifecycle.get(word, 0) for word in own.by_lifecycle or {}},
    )
    return msgspec.structs.replace(told, summary=counts)


def _cut(summary: Summary, told: int) -> str:
    return f"{told} of {summary.articles} articles are told in this report; the catalog has them all"
