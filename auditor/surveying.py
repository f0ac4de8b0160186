"""The failures of an archive to their common roots: the host, or the longest prefix, that all lie below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from auditor.catalog_rows import moment
from auditor.catalog_schema import articles, assets, refs
from auditor.model import Failures, State

LEAST = 5  # failed addresses of a host that are worth a look
SHARE = 0.95  # of the failures of a place, below which one of its folders is not the root of them
SAMPLES = 10


def failures(connection: sa.Connection) -> tuple[Failures, ...]:
    """Hosts with several failed addresses, and the folder of each in which nearly all of them lie."""
    shown = sa.exists(
        sa.select(refs.c.asset)
        .join(articles, articles.c.id == refs.c.article)
        .where(refs.c.asset == assets.c.id, ~articles.c.gone)
    )
    failed = sa.func.count().filter(assets.c.state != State.OK.value)
    hosts = (
        sa.select(assets.c.host, failed, sa.func.count())
        .where(assets.c.state.is_not(None), assets.c.host != "", shown)
        .group_by(assets.c.host)
        .having(failed >= LEAST)
    )
    found: list[Failures] = []
    for host, count, total in connection.execute(hosts.order_by(assets.c.host)).all():
        where = sa.and_(assets.c.host == host, shown)
        found.append(_gathered(connection, "host", host, where, count, total))
        prefix = _prefix(connection, where)
        if prefix is not None:
            below = sa.and_(where, assets.c.address.startswith(prefix, autoescape=True))
            found.append(_gathered(connection, "prefix", prefix, below))
    return tuple(sorted(found, key=lambda f: (-f.failed, f.kind, f.name)))


def _gathered(
    connection: sa.Connection,
    kind: str,
    name: str,
    where: sa.ColumnElement[bool],
    count: int | None = None,
    total: int | None = None,
) -> Failures:
    bad = sa.and_(where, assets.c.state != State.OK.value)
    number = sa.func.count()
    if count is None or total is None:
        count = connection.execute(sa.select(number).select_from(assets).where(bad)).scalar_one()
        asked = sa.select(number).select_from(assets).where(where, assets.c.state.is_not(None))
        total = connection.execute(asked).scalar_one()
    words = (
        sa.select(assets.c.state, assets.c.reason, number)
        .where(bad)
        .group_by(assets.c.state, assets.c.reason)
    )
    states = {f"{state}/{reason}" if reason else state: n for state, reason, n in connection.execute(words)}
    showing = refs.join(assets, assets.c.id == refs.c.asset).join(articles, articles.c.id == refs.c.article)
    names = sa.select(articles.c.name).select_from(showing).where(bad, ~articles.c.gone).distinct()
    since = connection.execute(sa.select(sa.func.min(assets.c.failing_since)).where(bad)).scalar()
    return Failures(
        kind="host" if kind == "host" else "prefix",
        name=name,
        failed=count,
        total=total,
        articles=connection.execute(sa.select(number).select_from(names.subquery())).scalar_one(),
        samples=tuple(connection.execute(names.order_by(articles.c.name).limit(SAMPLES)).scalars()),
        states=dict(sorted(states.items())),
        first_failed_at=moment(since),
    )


def _prefix(connection: sa.Connection, where: sa.ColumnElement[bool]) -> str | None:
    """The deepest folder in which nearly all failed addresses lie; None where that is the host itself."""
    inside: Counter[str] = Counter()
    total = 0
    bad = sa.select(assets.c.address).where(where, assets.c.state != State.OK.value)
    for address in connection.execute(bad).scalars():
        inside.update(_folders(address))
        total += 1
    roots = [folder for folder, count in inside.items() if count >= SHARE * total and folder.count("/") > 3]
    return max(roots, key=len, default=None)


def _folders(address: str) -> Iterator[str]:
    """The folders of an address, its host first: "http://h/", "http://h/a/", ..."""
    path = address.partition("?")[0].partition("#")[0]
    start = path.find("//") + 2
    while (start := path.find("/", start)) != -1:
        start += 1
        yield path[:start]
