"""Addresses that are due, and what came of them, to rows: each content once, changes kept.

An address that stays as it is is asked ever more rarely, from one day to 90; one that changed or failed
is asked the next night. Nothing that failed is remembered as an answer, only that it failed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from auditor import catalog_rows as rows
from auditor.catalog import chunks, upsert
from auditor.catalog_articles import request_of
from auditor.catalog_rows import Ask, Told
from auditor.catalog_schema import articles, asset_history, assets, blobs, refs
from auditor.model import Outcome, Picture, State

DAY_S = 24 * 3600
EARLY_S = 4 * 3600  # a nightly scan that begins a little sooner than yesterday's still finds its work due
MOST_S = 90 * DAY_S
Recheck = Literal["due", "failed", "all"]


def due(run: int, now: int, recheck: Recheck) -> sa.ColumnElement[bool]:
    """Which addresses of the live archive are asked in this run, and were not yet."""
    waiting = sa.or_(assets.c.checked_run.is_(None), assets.c.checked_run != run)
    if recheck == "all":
        wanted: sa.ColumnElement[bool] = sa.true()
    else:
        wanted = assets.c.next_check_at <= now
        if recheck == "failed":
            wanted = sa.or_(wanted, assets.c.state != State.OK.value)
    return sa.and_(waiting, wanted)


def in_use(sources: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether an article of these sources shows the address today."""
    shown = sa.select(refs.c.asset).join(articles, articles.c.id == refs.c.article)
    return sa.exists(
        shown.where(refs.c.asset == assets.c.id, ~articles.c.gone, articles.c.source.in_(sources))
    )


def ask_archives_again(connection: sa.Connection) -> None:
    """Other archives were read: what they lack and hold has to be looked up anew."""
    connection.execute(assets.update().where(assets.c.archived).values(next_check_at=0))


def hosts(connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[tuple[str, int]]:
    """How many addresses of each host are asked, most first."""
    count = sa.func.count()
    found = sa.select(assets.c.host, count).where(where).group_by(assets.c.host)
    return sorted(((name, number) for name, number in connection.execute(found)), key=lambda h: (-h[1], h[0]))


def asks(
    connection: sa.Connection, where: sa.ColumnElement[bool], names: Sequence[str], after: int, limit: int
) -> list[Ask]:
    """The next addresses of these hosts, in the order in which articles named them."""
    wanted = sa.select(assets).where(where, assets.c.host.in_(names), assets.c.id > after)
    return [request_of(row) for row in connection.execute(wanted.order_by(assets.c.id).limit(limit))]


# --- answers ----------------------------------------------------------------------------------


def write(connection: sa.Connection, answers: Sequence[Told], run: int, now: int) -> None:
    """Writes what came of addresses, and marks the articles that have to be judged again."""
    _blobs(connection, [told.outcome for told in answers if told.outcome], run)
    by_id = {told.asset: told for told in answers}
    updated: list[dict[str, Any]] = []
    history: list[dict[str, Any]] = []
    touched: list[int] = []
    for some in chunks(list(by_id)):
        for row in connection.execute(sa.select(assets).where(assets.c.id.in_(some))).mappings():
            new = _updated(row, by_id[row["id"]].outcome, run, now)
            updated.append({"key": row["id"], **new})
            changed = any(new[name] != row[name] for name in ("state", "reason", "sha256"))
            if changed:
                history.append(
                    {"asset": row["id"], "run": run, "at": now}
                    | {name: new[name] for name in ("state", "reason", "sha256")}
                )
            if changed or new["state"] != State.OK.value:
                touched.append(row["id"])
    if updated:
        values: dict[str, Any] = {name: sa.bindparam(name) for name in updated[0] if name != "key"}
        connection.execute(assets.update().where(assets.c.id == sa.bindparam("key")).values(values), updated)
    upsert(connection, asset_history, history, ["asset", "run"])
    _first_shown(connection, updated, now)
    touch(connection, touched)


def distrust(connection: sa.Connection, wanted: Sequence[int]) -> None:
    """Addresses whose rows have rotted are asked again the next time, without what would spare an answer."""
    for some in chunks(wanted):
        lost = {"state": State.UNCHECKED.value, "reason": "row-damaged", "outcome": None, "checksum": None}
        connection.execute(
            assets.update()
            .where(assets.c.id.in_(some))
            .values(next_check_at=0, etag=None, last_modified=None, **lost)
        )


def touch(connection: sa.Connection, changed: Sequence[int]) -> None:
    """The articles that show these assets have to be judged again."""
    for some in chunks(changed):
        showing = sa.select(refs.c.article).where(refs.c.asset.in_(some))
        connection.execute(
            articles.update().where(~articles.c.dirty, articles.c.id.in_(showing)).values(dirty=True)
        )


def _updated(row: Any, outcome: Outcome | None, run: int, now: int) -> dict[str, Any]:
    """The columns of an asset after an answer."""
    new: dict[str, Any] = {
        "checked_at": now,
        "checked_run": run,
        "previous_state": row["state"],
        **{name: row[name] for name in ("state", "reason", "outcome", "checksum", "sha256")},
        **{name: row[name] for name in ("etag", "last_modified")},
        **{name: row[name] for name in ("last_ok_at", "last_ok_run", "failing_since", "failing_runs")},
    }
    if outcome is not None:
        slim = rows.slim(outcome)
        new |= {"state": outcome.state.value, "reason": outcome.reason, "outcome": slim}
        new["checksum"] = zlib.crc32(slim)
    if new["state"] == State.OK.value:
        if outcome is not None:
            new["sha256"] = outcome.sha256
            new["etag"] = outcome.evidence.get("etag")
            new["last_modified"] = outcome.evidence.get("last-modified")
        new |= {"last_ok_at": now, "last_ok_run": run, "failing_since": None, "failing_runs": 0}
    else:
        new |= {"failing_since": row["failing_since"] or now, "failing_runs": row["failing_runs"] + 1}
    new["interval_s"] = _interval(row, new)
    new["next_check_at"] = now + new["interval_s"] - EARLY_S
    return new


def _interval(row: Any, new: dict[str, Any]) -> int:
    """Twice as long as the last time while nothing changes."""
    same = new["state"] == row["state"] == State.OK.value and new["sha256"] == row["sha256"]
    return min(2 * int(row["interval_s"]), MOST_S) if same and row["interval_s"] else DAY_S


def _first_shown(connection: sa.Connection, updated: Sequence[dict[str, Any]], now: int) -> None:
    """What an article shows from now on, where it was not known yet."""
    good = [
        {"key": row["key"], "sha": row["sha256"], "at": now}
        for row in updated
        if row["state"] == State.OK.value and row["sha256"] and row["previous_state"] != State.OK.value
    ]
    if good:
        statement = (
            refs.update()
            .where(refs.c.asset == sa.bindparam("key"), refs.c.shown_sha256.is_(None))
            .values(shown_sha256=sa.bindparam("sha"), shown_at=sa.bindparam("at"))
        )
        connection.execute(statement, good)


def _blobs(connection: sa.Connection, outcomes: Sequence[Outcome], run: int) -> None:
    fresh = {o.sha256: o for o in outcomes if o.sha256 and o.picture and o.state is State.OK}
    found = [_blob(sha256, outcome, run) for sha256, outcome in fresh.items()]
    upsert(connection, blobs, found, ["sha256"], update=("payload", "checksum", "fingerprint_version"))


def _blob(sha256: str, outcome: Outcome, run: int) -> dict[str, Any]:
    picture = outcome.picture
    assert picture is not None
    prints = picture.fingerprint
    payload, checksum = rows.pack(picture)
    return {
        "sha256": sha256,
        "sha1": outcome.sha1,
        "media_type": picture.media_type,
        "size_bytes": outcome.size_bytes or 0,
        "width_px": picture.width_px,
        "height_px": picture.height_px,
        "pixels": picture.pixels,
        "texture": prints.texture if prints else None,
        "phash": prints.phash if prints else None,
        "inner_phash": prints.inner if prints else None,
        "fingerprint_version": prints.version if prints else None,
        "payload": payload,
        "checksum": checksum,
        "compared": False,
        "first_run": run,
    }


_ONE_PICTURE = sa.select(blobs.c.payload, blobs.c.checksum).where(blobs.c.sha256 == sa.bindparam("sha256"))


def picture(connection: sa.Connection, sha256: str) -> Picture | None:
    """The picture of one content, if the catalog has it whole.

    Asked for every picture that comes, so the statement is put together once.
    """
    row = connection.execute(_ONE_PICTURE, {"sha256": sha256}).first()
    return rows.unpack(row.payload, row.checksum, Picture) if row is not None else None


def pictures(connection: sa.Connection, wanted: Sequence[str]) -> Iterator[tuple[str, Picture | None]]:
    """The pictures of contents (by sha256) that the catalog has; None for one whose row has rotted."""
    for some in chunks(wanted):
        columns = sa.select(blobs.c.sha256, blobs.c.payload, blobs.c.checksum)
        for sha256, payload, checksum in connection.execute(columns.where(blobs.c.sha256.in_(some))):
            yield sha256, rows.unpack(payload, checksum, Picture)
