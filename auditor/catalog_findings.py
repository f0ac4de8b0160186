"""Runs and what they find to rows: findings kept from night to night, with what became of each."""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from auditor import lifecycle
from auditor.catalog import chunks, upsert
from auditor.catalog_rows import Judged, Unread
from auditor.catalog_schema import articles, assets, finding_events, findings, refs, runs
from auditor.lifecycle import Known
from auditor.model import Finding, Lifecycle

RESUMED_FOR_S = 24 * 3600  # an unfinished run is gone on with so long; later a new night begins
STANDING = ("new", "persisting", "reopened")
_TURNED = ("new", "reopened")
_AT_ONCE = 5000  # findings that are updated together
_ARTICLES_AT_ONCE = 1000


class Run(NamedTuple):
    """A run in the catalog; `resumed` where an unfinished one is gone on with."""

    id: int
    name: str
    started_at: int
    resumed: bool = False


class Summary(msgspec.Struct):
    """The counts of one run, for dashboards; stored as JSON with the run.

    Articles and images (references) are those of the run's sources, whether or not they changed.
    """

    articles: int = 0
    articles_read: int = 0
    articles_judged: int = 0
    images: int = 0
    addresses_asked: int = 0
    not_modified: int = 0
    bytes: int = 0
    duration_s: float | None = None
    by_state: dict[str, int] = {}
    by_level: dict[str, int] = {}
    by_code: dict[str, int] = {}
    by_lifecycle: dict[str, int] = {}


# --- runs -------------------------------------------------------------------------------------


def begin(
    connection: sa.Connection,
    name: str,
    command: str,
    inputs: Sequence[str],
    profile: str,
    config: str,
    now: int,
) -> Run:
    """A new run, or the last one where it is the same and was not finished."""
    sources = json.dumps([{"source": source} for source in inputs])
    last = connection.execute(sa.select(runs).order_by(runs.c.id.desc()).limit(1)).mappings().first()
    same = last and (last["config_sha256"], last["inputs"]) == (config, sources)
    if last and same and not last["complete"] and 0 <= now - last["started_at"] <= RESUMED_FOR_S:
        return Run(last["id"], last["name"], last["started_at"], resumed=True)
    row = {
        "name": name,
        "command": command,
        "started_at": now,
        "complete": False,
        "profile": profile,
        "config_sha256": config,
        "inputs": sources,
        "summary": "{}",
    }
    found = connection.execute(runs.insert().values(row).returning(runs.c.id)).scalar_one()
    return Run(found, name, now)


def finish(
    connection: sa.Connection,
    run: Run,
    sources: Sequence[str],
    unread: Sequence[Unread],
    counted: Summary,
    *,
    now: int,
) -> Summary:
    """Ends a run: what was not looked at again stands as it stood; the counts are stored."""
    _let_stand(connection, run.id, sources)
    turned = (findings.c.lifecycle.in_(_TURNED), findings.c.event_run < run.id)
    _update_until_none(connection, turned, lifecycle="persisting")
    summary = _counted(connection, run.id, sources, counted)
    errors: dict[str, list[dict[str, str]]] = defaultdict(list)
    for item in unread:
        errors[item.source].append({"code": item.code, "message": item.message})
    told = [{"source": s, "errors": errors.pop(s, [])} for s in sources]
    told += [{"source": s, "errors": some} for s, some in errors.items()]
    connection.execute(
        runs.update()
        .where(runs.c.id == run.id)
        .values(
            complete=True,
            ended_at=now,
            inputs=json.dumps(told),
            summary=msgspec.json.encode(summary).decode(),
        )
    )
    return summary


def _update_until_none(
    connection: sa.Connection, where: Sequence[sa.ColumnElement[bool]], **values: Any
) -> None:
    """Updates few findings, some thousand at a time; `where` must not be true of them any more then."""
    wanted = sa.select(findings.c.key).where(*where).limit(_AT_ONCE)
    while keys := list(connection.execute(wanted).scalars()):
        for some in chunks(keys):
            connection.execute(findings.update().where(findings.c.key.in_(some)).values(**values))


def _let_stand(connection: sa.Connection, run: int, sources: Sequence[str]) -> None:
    """What was found in articles that are still there, and not looked at again, was found in this run too.

    Some articles at a time: a statement that changes all keeps all in memory. Along the articles, as their
    findings lie together: along the keys each is a page of its own.
    """
    lifecycle = sa.func.coalesce(findings.c.lifecycle, "")  # not bare: its index would be taken at every step
    turned = sa.and_(lifecycle.in_(_TURNED), findings.c.event_run < run)
    word = sa.case((turned, "persisting"), else_=findings.c.lifecycle)
    last = connection.execute(sa.select(sa.func.max(articles.c.id))).scalar() or 0
    for after in range(0, last, _ARTICLES_AT_ONCE):
        before = after + _ARTICLES_AT_ONCE
        live = _live(sources).where(articles.c.id > after, articles.c.id <= before)
        connection.execute(
            findings.update()
            .where(findings.c.article > after, findings.c.article <= before, findings.c.article.in_(live))
            .where(lifecycle.in_(STANDING), findings.c.last_run < run)
            .values(last_run=run, lifecycle=word)
        )


def _live(sources: Sequence[str]) -> sa.Select[tuple[int]]:
    return sa.select(articles.c.id).where(articles.c.source.in_(sources), ~articles.c.gone)


def _counted(connection: sa.Connection, run: int, sources: Sequence[str], counted: Summary) -> Summary:
    """The summary with what only the database can count."""
    live = _live(sources)
    number = sa.func.count()
    pictures = (
        sa.select(sa.func.coalesce(assets.c.state, "none"), number)
        .select_from(refs.outerjoin(assets, assets.c.id == refs.c.asset))
        .where(refs.c.article.in_(live), refs.c.candidate == 0)
        .group_by(assets.c.state)
    )
    states: Counter[str] = Counter(dict(connection.execute(pictures).all()))
    total = states.total()
    states.pop("none", None)  # inline drawings and addresses that cannot be parsed are no assets
    told = sa.or_(findings.c.article.is_(None), findings.c.article.in_(live), findings.c.event_run == run)
    rows = sa.select(findings.c.code, findings.c.level, findings.c.lifecycle, number).where(
        told, sa.or_(findings.c.lifecycle != "fixed", findings.c.event_run == run)
    )
    by_level: Counter[str] = Counter()
    by_code: Counter[str] = Counter()
    by_lifecycle: Counter[str] = Counter()
    grouped = rows.group_by(findings.c.code, findings.c.level, findings.c.lifecycle)
    for code, level, word, count in connection.execute(grouped):
        by_lifecycle[word] += count
        if word in STANDING:
            by_level[level] += count
            by_code[code] += count
    return msgspec.structs.replace(
        counted,
        articles=connection.execute(sa.select(number).select_from(live.subquery())).scalar_one(),
        images=total,
        by_state=dict(sorted(states.items())),
        by_level=dict(sorted(by_level.items())),
        by_code=dict(sorted(by_code.items())),
        by_lifecycle=dict(sorted(by_lifecycle.items())),
    )


# --- findings ---------------------------------------------------------------------------------


def write(connection: sa.Connection, judged: Sequence[Judged], run: int, judge: str) -> None:
    """Writes what the rules found in articles; their work is done with it."""
    known = _known(connection, [item.article for item in judged])
    rows: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for item in judged:
        told = dict(zip((f.key for f in item.findings), item.addresses, strict=True))
        old = known.get(item.article, {})
        words = lifecycle.changes(_before(old, run), told, item.unverified, item.codes)
        rows += [_row(f, told[f.key], item.article, words, old, run) for f in item.findings]
        _gather(words, old, told, run, events, moved)
    _store(connection, rows, events, moved)
    for some in chunks([item.article for item in judged]):
        connection.execute(articles.update().where(articles.c.id.in_(some)).values(dirty=False, judge=judge))


def write_survey(
    connection: sa.Connection, found: Sequence[Finding], run: int, codes: Collection[str]
) -> None:
    """Writes what the rules found in the run as a whole."""
    rows = connection.execute(sa.select(findings).where(findings.c.article.is_(None))).mappings()
    old = {row["key"]: row for row in rows}
    words = lifecycle.changes(_before(old, run), [f.key for f in found], (), codes)
    events: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    _gather(words, old, {f.key for f in found}, run, events, moved)
    _store(connection, [_row(f, (), None, words, old, run) for f in found], events, moved)


def _known(connection: sa.Connection, wanted: Sequence[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for some in chunks(wanted):
        rows = connection.execute(sa.select(findings).where(findings.c.article.in_(some))).mappings()
        for row in rows:
            found[row["article"]][row["key"]] = row
    return found


def _before(rows: Mapping[str, Any], run: int) -> dict[str, Known]:
    """The findings as they were before this run, which may have judged an article already."""
    known = {}
    for key, row in rows.items():
        word: Lifecycle = row["lifecycle"]
        if row["event_run"] == run:
            if word == "new":
                continue
            word = "fixed" if word == "reopened" else "persisting"
        known[key] = Known(key, row["code"], word, tuple(json.loads(row["addresses"])))
    return known


def _row(
    finding: Finding,
    addresses: Sequence[str],
    article: int | None,
    words: Mapping[str, Lifecycle],
    old: Mapping[str, Any],
    run: int,
) -> dict[str, Any]:
    word, before = words[finding.key], old.get(finding.key)
    body = msgspec.msgpack.encode(msgspec.structs.replace(finding, lifecycle=word))
    return {
        "key": finding.key,
        "code": finding.code,
        "level": finding.level,
        "article": article,
        "addresses": json.dumps(sorted(addresses)),
        "body": body,
        "checksum": zlib.crc32(body),
        "lifecycle": word,
        "first_run": run if before is None else before["first_run"],
        "last_run": run,
        "resolved_run": None,
        "event_run": run if before is None or _is_event(before["lifecycle"], word) else before["event_run"],
    }


def _is_event(before: str, word: str) -> bool:
    """Whether a finding's lifecycle takes a turn; that it goes on standing is none."""
    return before != word and not (word == "persisting" and before in STANDING)


def _gather(
    words: Mapping[str, Lifecycle],
    old: Mapping[str, Any],
    found: Collection[str],
    run: int,
    events: list[dict[str, Any]],
    moved: list[dict[str, Any]],
) -> None:
    """Notes each change of lifecycle, and of those that are gone what they are now."""
    for key, word in words.items():
        before = old.get(key)
        if before is not None and not _is_event(before["lifecycle"], word):
            continue
        events.append({"key": key, "run": run, "lifecycle": word})
        if key not in found:
            moved.append({"id": key, "word": word, "at": run, "resolved": run if word == "fixed" else None})


def _store(
    connection: sa.Connection,
    rows: Sequence[dict[str, Any]],
    events: Sequence[dict[str, Any]],
    moved: Iterable[dict[str, Any]],
) -> None:
    upsert(connection, findings, rows, ["key"])
    upsert(connection, finding_events, events, ["key", "run"])
    statement = (
        findings.update()
        .where(findings.c.key == sa.bindparam("id"))
        .values(
            lifecycle=sa.bindparam("word"),
            event_run=sa.bindparam("at"),
            resolved_run=sa.bindparam("resolved"),
        )
    )
    if some := list(moved):
        connection.execute(statement, some)


def lose(connection: sa.Connection, run: int) -> None:
    """What was found in articles that are gone is unverified: nobody looked at them in this run."""
    gone = sa.select(articles.c.id).where(articles.c.gone, articles.c.dirty)
    for some in chunks(list(connection.execute(gone).scalars())):
        standing = findings.c.article.in_(some), findings.c.lifecycle.in_(STANDING)
        lost = connection.execute(sa.select(findings.c.key).where(*standing)).scalars()
        moved = [{"id": key, "word": "unverified", "at": run, "resolved": None} for key in lost]
        events = [{"key": m["id"], "run": run, "lifecycle": "unverified"} for m in moved]
        _store(connection, [], events, moved)
        connection.execute(articles.update().where(articles.c.id.in_(some)).values(dirty=False))
