"""The tables of the catalog, their version, and the steps from every older version to this one.

Times are whole seconds since 1970 in UTC. What must not rot (a parsed article, a picture's facts)
is a payload with its checksum. `articles.dirty` and `blobs.compared` are the work that is still to
do: they change in the same transaction as their cause, so that nothing is forgotten whenever a scan dies.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

VERSION = 3

metadata = sa.MetaData()

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite numbers only INTEGER keys by itself
_Time = sa.BigInteger


def _run(name: str, *, index: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=True, index=index)


meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

lock = sa.Table(
    "lock",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("born", sa.Text, nullable=False),  # tells a process from a later one with its pid
    sa.Column("started_at", _Time, nullable=False),
    sa.Column("heartbeat_at", _Time, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("started_at", _Time, nullable=False),
    sa.Column("ended_at", _Time),
    sa.Column("complete", sa.Boolean, nullable=False, default=False),
    sa.Column("profile", sa.Text, nullable=False),
    sa.Column("config_sha256", sa.Text, nullable=False),
    sa.Column("inputs", sa.Text, nullable=False, default="[]"),  # JSON: what was read, and what could not be
    sa.Column("summary", sa.Text, nullable=False, default="{}"),  # JSON: counts, see nights.RunSummary
)

shards = sa.Table(
    "shards",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False, index=True),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("mtime_ns", sa.BigInteger),
    sa.Column("etag", sa.Text),
    sa.Column("members", sa.LargeBinary, nullable=False),  # msgpack: path -> stamp
    sa.Column("reader", sa.Text, nullable=False),  # what read it: another reader reads again
    sa.Column("complete", sa.Boolean, nullable=False),  # the same bytes need not be read again
    _run("seen_run", index=True),
    sa.Column("losses", sa.Text),  # JSON: codes and messages of what could not be read, None where all was
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("shard", sa.Text, nullable=False, index=True),
    sa.Column("member", sa.Text),
    sa.Column("source", sa.Text, nullable=False, index=True),
    sa.Column("url", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("published_at", _Time),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("reader", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),  # the article with its captions
    sa.Column("checksum", sa.BigInteger, nullable=False),
    sa.Column("dirty", sa.Boolean, nullable=False, default=True),
    sa.Column("gone", sa.Boolean, nullable=False, default=False),  # its source no longer has it
    sa.Column("judge", sa.Text, nullable=False, default=""),  # what judged it: another judge judges again
    _run("seen_run"),
)
sa.Index("ix_articles_dirty", articles.c.id, sqlite_where=articles.c.dirty, postgresql_where=articles.c.dirty)

refs = sa.Table(
    "refs",
    metadata,
    sa.Column("article", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("candidate", sa.Integer, primary_key=True, autoincrement=False),  # 0: the reference's own
    sa.Column("asset", sa.BigInteger, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("alt", sa.Text),
    sa.Column("caption", sa.Text),
    sa.Column("relation", sa.Text),
    sa.Column("confidence", sa.Float),
    sa.Column("caption_group", sa.Integer),
    sa.Column("entities", sa.LargeBinary),
    sa.Column("shown_sha256", sa.Text),  # what the address gave when the article was read as it is now
    sa.Column("shown_at", _Time),
)

assets = sa.Table(
    "assets",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),  # of address and where it is looked for
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False, index=True),
    sa.Column("request", sa.LargeBinary, nullable=False),
    sa.Column("archived", sa.Boolean, nullable=False),  # looked for in web archives, not on its host
    sa.Column("state", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("outcome", sa.LargeBinary),  # without its picture, which is the blob's
    sa.Column("checksum", sa.BigInteger),  # of the outcome
    sa.Column("sha256", sa.Text, index=True),  # the content that came the last time it was a picture
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("checked_at", _Time),
    sa.Column("next_check_at", _Time, nullable=False, default=0, index=True),
    sa.Column("interval_s", sa.BigInteger, nullable=False, default=0),
    sa.Column("failing_runs", sa.Integer, nullable=False, default=0),
    sa.Column("failing_since", _Time),
    sa.Column("last_ok_at", _Time),
    _run("last_ok_run"),
    _run("checked_run", index=True),
    sa.Column("previous_state", sa.Text),  # the one before checked_run
)

blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
    sa.Column("sha1", sa.Text),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("width_px", sa.Integer),
    sa.Column("height_px", sa.Integer),
    sa.Column("pixels", sa.Text, index=True),
    sa.Column("texture", sa.Text),
    sa.Column("phash", sa.LargeBinary),
    sa.Column("inner_phash", sa.LargeBinary),
    sa.Column("fingerprint_version", sa.Integer),
    sa.Column("payload", sa.LargeBinary, nullable=False),  # the picture
    sa.Column("checksum", sa.BigInteger, nullable=False),
    sa.Column("compared", sa.Boolean, nullable=False, default=False),
    _run("first_run"),
)
sa.Index("ix_blobs_new", blobs.c.id, sqlite_where=~blobs.c.compared, postgresql_where=~blobs.c.compared)

windows = sa.Table(  # of photographs in which parts are looked for; see catalog_crops
    "windows",
    metadata,
    sa.Column("blob", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),  # of the fingerprint
    sa.Column("hashes", sa.LargeBinary, nullable=False),
)

asset_history = sa.Table(
    "asset_history",
    metadata,
    sa.Column("asset", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("run", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", _Time, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("sha256", sa.Text),
)

pairs = sa.Table(
    "pairs",
    metadata,
    sa.Column("first", sa.Text, primary_key=True),
    sa.Column("second", sa.Text, primary_key=True, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("distance_bits", sa.Integer, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    _run("run"),
    sa.Column("whole", sa.Text),  # which of the two the other is a part of
)

findings = sa.Table(
    "findings",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, index=True),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("article", sa.BigInteger, index=True),  # None: a finding on a whole run
    sa.Column("addresses", sa.Text, nullable=False),  # JSON: of its images, as keys of assets
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("checksum", sa.BigInteger),  # of the body
    sa.Column("lifecycle", sa.Text, nullable=False, index=True),
    sa.Column("first_run", sa.BigInteger, nullable=False),
    sa.Column("last_run", sa.BigInteger, nullable=False),  # in which it was last found or known to stand
    sa.Column("resolved_run", sa.BigInteger),
    sa.Column("event_run", sa.BigInteger, nullable=False, index=True),  # in which lifecycle became what it is
)

finding_events = sa.Table(
    "finding_events",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("run", sa.BigInteger, primary_key=True, autoincrement=False, index=True),
    sa.Column("lifecycle", sa.Text, nullable=False),
)

Step = Callable[[sa.Connection], None]


def _to_2(connection: sa.Connection) -> None:
    """Crops across the archive, and checksums of what came of addresses and of findings."""
    connection.exec_driver_sql(
        "CREATE TABLE windows (blob BIGINT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, "
        f"hashes {'BLOB' if connection.dialect.name == 'sqlite' else 'BYTEA'} NOT NULL)"
    )
    connection.exec_driver_sql("ALTER TABLE pairs ADD COLUMN whole TEXT")
    for table, key, value in (("assets", "id", "outcome"), ("findings", "key", "body")):
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN checksum BIGINT")
        _sum_up(connection, table, key, value)
    connection.exec_driver_sql("UPDATE blobs SET compared = (1 = 0)")


def _sum_up(connection: sa.Connection, table: str, key: str, value: str) -> None:
    rows = sa.table(table, sa.column(key), sa.column(value), sa.column("checksum"))
    names, values, sums = rows.c[key], rows.c[value], rows.c.checksum
    change = rows.update().where(names == sa.bindparam("name")).values({sums: sa.bindparam("sum")})
    after: Any = None
    while True:
        wanted = sa.select(names, values).where(values.is_not(None)).order_by(names).limit(_STEP_ROWS)
        found = connection.execute(wanted if after is None else wanted.where(names > after)).all()
        if not found:
            return
        after = found[-1][0]
        connection.execute(change, [{"name": name, "sum": zlib.crc32(body)} for name, body in found])


_STEP_ROWS = 5_000  # that a step holds at a time


def _to_3(connection: sa.Connection) -> None:
    """What could not be read of a shard, so that it can be told without reading it again."""
    connection.exec_driver_sql("ALTER TABLE shards ADD COLUMN losses TEXT")


STEPS: tuple[Step, ...] = (_to_2, _to_3)
"""STEPS[n - 1] leads from version n to n + 1; a released step is never changed."""


def create(connection: sa.Connection) -> None:
    """All tables, in this version."""
    metadata.create_all(connection)
    connection.execute(meta.insert().values(key="version", value=str(VERSION)))


def version(connection: sa.Connection) -> int | None:
    """The version of the catalog behind the connection; None where there is none yet."""
    if not sa.inspect(connection).has_table("meta"):
        return None
    found = connection.execute(sa.select(meta.c.value).where(meta.c.key == "version")).scalar()
    return int(found) if found is not None else None


def migrate(connection: sa.Connection, found: int, steps: tuple[Step, ...] = STEPS) -> None:
    """Brings an older catalog up to date, in the transaction of the connection."""
    for step in steps[found - 1 :]:
        step(connection)
    connection.execute(meta.update().where(meta.c.key == "version").values(value=str(len(steps) + 1)))
