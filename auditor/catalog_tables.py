"""The catalog as of one run to flat tables and counts, read as it is written out: any size fits.

Numbers of rows (`id`, `article`, `asset`) join the tables; times are RFC 3339 in UTC; of addresses what
signs them is cut, as in a report.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from auditor.catalog_findings import STANDING
from auditor.catalog_rows import finding, moment
from auditor.catalog_schema import (
    articles,
    asset_history,
    assets,
    blobs,
    finding_events,
    findings,
    pairs,
    refs,
    runs,
)
from auditor.tables import Kind, Table
from auditor.telling import timestamp, told_address, told_text, told_value

BATCH = 1_000  # rows read at a time

_TIMES = frozenset(
    column.name
    for table in (runs, articles, refs, assets, blobs, asset_history)
    for column in table.c
    if column.name in ("at", "failing_since") or column.name.endswith("_at")
)


def tables(connection: sa.Connection) -> Iterator[Table]:
    """Every table of the catalog that holds facts; one consistent view if the connection has one."""
    for name, table, left_out in (
        ("runs", runs, ()),
        ("articles", articles, ("payload", "checksum", "dirty", "judge", "reader", "digest")),
        ("images", refs, ("entities",)),
        ("assets", assets, ("digest", "request", "outcome", "checksum")),
        ("pictures", blobs, ("payload", "checksum", "compared")),
        ("asset_history", asset_history, ()),
        ("pairs", pairs, ()),
    ):
        columns = [column for column in table.c if column.name not in left_out]
        kinds = {column.name: _kind(column) for column in columns}
        wanted = sa.select(*columns).order_by(*table.primary_key.columns)
        yield Table(name, kinds, _rows(connection, wanted, kinds))
    yield Table("findings", _FINDINGS, _findings(connection))


def counts(connection: sa.Connection, run: int) -> dict[tuple[str, str, str], int]:
    """How many findings there were in a run, by rule, level and lifecycle.

    A finding on which nothing happened in that run is what it became in an earlier one: what was
    found then persists, what was fixed is history.
    """
    last = (
        sa.select(finding_events.c.key, sa.func.max(finding_events.c.run).label("run"))
        .where(finding_events.c.run <= run)
        .group_by(finding_events.c.key)
        .subquery()
    )
    today = finding_events.c.run == run
    wanted = (
        sa.select(findings.c.code, findings.c.level, finding_events.c.lifecycle, today, sa.func.count())
        .select_from(
            finding_events.join(
                last, sa.and_(finding_events.c.key == last.c.key, finding_events.c.run == last.c.run)
            )
            .join(findings, findings.c.key == finding_events.c.key)
            .outerjoin(articles, articles.c.id == findings.c.article)
        )
        .where(sa.or_(today, articles.c.gone.is_(None), ~articles.c.gone))
        .group_by(findings.c.code, findings.c.level, finding_events.c.lifecycle, today)
    )
    counted: Counter[tuple[str, str, str]] = Counter()
    for code, level, word, is_today, count in connection.execute(wanted):
        if not is_today and word == "fixed":
            continue
        counted[code, level, "persisting" if not is_today and word in STANDING else word] += count
    return dict(counted)


# --- rows ---------------------------------------------------------------------------------------

_FINDINGS: Mapping[str, Kind] = {
    "key": "text", "code": "text", "level": "text", "lifecycle": "text", "article": "text", "images": "texts",
    "line": "integer", "column": "integer", "message": "text", "arguments": "json", "evidence": "json",
    "fix": "text", "related": "texts", "first_run": "integer", "last_run": "integer",
    "resolved_run": "integer",
}  # fmt: skip


def _findings(connection: sa.Connection) -> Iterator[tuple[Any, ...]]:
    wanted = sa.select(
        *(findings.c.body, findings.c.checksum, findings.c.lifecycle),
        *(findings.c.first_run, findings.c.last_run, findings.c.resolved_run),
    ).order_by(findings.c.key)
    for body, checksum, word, *numbers in _streamed(connection, wanted):
        told = finding(body, checksum)
        if told is None:  # rotted; its article is judged again when it changes
            continue
        yield (
            *(told.key, told.code, told.level, word, told_address(told.article)),
            [told_address(image) for image in told.images],
            *(told.line, told.column, told_text(told.message)),
            *(told_value(told.arguments), told_value(told.evidence), told_text(told.fix)),
            *(list(told.related), *numbers),
        )


def _kind(column: sa.Column[Any]) -> Kind:
    if column.name in ("inputs", "summary"):
        return "json"
    if column.name in _TIMES:
        return "text"
    if isinstance(column.type, sa.Boolean):
        return "boolean"
    if isinstance(column.type, sa.Integer):
        return "integer"
    return "number" if isinstance(column.type, sa.Float) else "text"


def _rows(
    connection: sa.Connection, wanted: sa.Select[Any], kinds: Mapping[str, Kind]
) -> Iterator[tuple[Any, ...]]:
    names = list(kinds.items())
    for row in _streamed(connection, wanted):
        yield tuple(_cell(value, name, kind) for value, (name, kind) in zip(row, names, strict=True))


def _streamed(connection: sa.Connection, wanted: sa.Select[Any]) -> Iterator[Any]:
    return iter(connection.execute(wanted.execution_options(yield_per=BATCH)))


def _cell(value: Any, name: str, kind: Kind) -> Any:
    """A value as it is told: times in words, hashes in hex, addresses without secrets."""
    if value is None:
        return None
    if name in _TIMES:
        return timestamp(moment(value))
    if kind == "json":
        return told_value({name: json.loads(value)})[name]
    if isinstance(value, bytes):
        return value.hex()
    if kind == "text":
        return told_address(value) if name in ("address", "url", "name") else told_text(value)
    return bool(value) if kind == "boolean" else value
