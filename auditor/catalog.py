"""A file name or a database address to the catalog: one writer, any number of readers, named errors.

SQLite in WAL mode with synchronous FULL keeps what was committed through a crash of the machine;
PostgreSQL (`postgresql+psycopg://...`) is reached through the same SQLAlchemy Core layer. One scan owns
the catalog at a time: the owner's process stands in the `lock` table and a dead owner's is taken over.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from auditor import catalog_schema as schema
from auditor.errors import CatalogError

BUSY_S = 20  # how long a writer waits for another's transaction
SILENT_S = 600  # without a heartbeat an owner on another machine counts as dead
CHUNK = 500  # values in one IN (...)

_FULL, _READONLY, _BUSY, _LOCKED, _CORRUPT, _NOTADB, _CANTOPEN = 13, 8, 5, 6, 11, 26, 14
_SQLITE = {
    _FULL: ("full-disk", "the disk is full: make room and run the scan again, nothing committed is lost"),
    _READONLY: ("read-only", "the catalog is read-only: make the file and its folder writable"),
    _BUSY: ("locked", "another process holds the catalog: wait until it is done"),
    _LOCKED: ("locked", "another process holds the catalog: wait until it is done"),
    _CORRUPT: ("damaged", "the file is damaged: restore it from a copy"),
    _NOTADB: ("not-a-catalog", "this file is no catalog: name another one"),
    _CANTOPEN: ("unreachable", "it cannot be opened: check the path and its folder"),
}
_POSTGRESQL = {
    "53100": ("full-disk", "the database server's disk is full: make room and run the scan again"),
    "25006": ("read-only", "the database is read-only: connect to one that may be written"),
    "42501": ("read-only", "the database user may not write here"),
    "55P03": ("locked", "another process holds the catalog: wait until it is done"),
}


class Catalog:
    """The database behind one address. `read` and `write` are transactions; both raise `CatalogError`."""

    def __init__(self, address: str, *, create: bool = False) -> None:
        self.address = address
        self._url = _url(address)
        if self._url.drivername.startswith("sqlite") and not create and not _file(self._url).is_file():
            raise CatalogError(f"{address}: no such catalog: `auditor scan` makes one", code="no-catalog")
        with self._told():
            self._engine = sa.create_engine(self._url, poolclass=sa.pool.QueuePool, pool_size=2)
            self.is_sqlite = self._engine.dialect.name == "sqlite"
            if self.is_sqlite:
                event.listen(self._engine, "connect", _prepare)
                event.listen(self._engine, "begin", _begin)
        self._up_to_date(create)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One consistent view; nothing that is written meanwhile is seen."""
        with self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction: all of it is on the disk when this returns, or none of it."""
        with self._told(), self._engine.connect() as connection:
            writing = connection.execution_options(auditor_writes=True)
            with writing.begin():
                yield writing

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What the database complains of, as a `CatalogError` with a name."""
        try:
            yield
        except DBAPIError as error:
            message, code = _complaint(self.address, error)
            raise CatalogError(message, code=code) from None
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise CatalogError(f"{_shown(self.address)}: {error}") from None

    def _up_to_date(self, create: bool) -> None:
        with self.read() as connection:
            found = schema.version(connection)
        if found == schema.VERSION:
            return
        if found is not None and found > schema.VERSION:
            raise CatalogError(
                f"{_shown(self.address)}: written by a newer auditor (schema {found}, this one knows "
                f"{schema.VERSION}): install that version",
                code="newer-schema",
            )
        if not create:
            if found is None:
                raise CatalogError(f"{_shown(self.address)}: holds no catalog", code="no-catalog")
            raise CatalogError(
                f"{_shown(self.address)}: an older catalog (schema {found}): `auditor scan` updates it",
                code="older-schema",
            )
        with self.write() as connection:
            now = schema.version(connection)
            if now is None:
                schema.create(connection)
            elif now < schema.VERSION:
                schema.migrate(connection, now)

    # --- one owner ----------------------------------------------------------------------------

    def acquire(self) -> None:
        """Own the catalog until `release`. Raises `CatalogError` naming the owner while one lives."""
        now = int(time.time())
        mine = {"pid": os.getpid(), "host": socket.gethostname(), "born": born(os.getpid())}
        with self.write() as connection:
            table = schema.lock
            owner = connection.execute(sa.select(table).with_for_update()).mappings().first()
            if owner is not None and _lives(owner, now):
                raise CatalogError(
                    f"{_shown(self.address)}: process {owner['pid']} on {owner['host']} is scanning into it: "
                    "wait until it is done",
                    code="locked",
                )
            connection.execute(table.delete())
            connection.execute(table.insert().values(id=1, started_at=now, heartbeat_at=now, **mine))

    def heartbeat(self, connection: sa.Connection) -> None:
        """Say in the running transaction that the owner lives."""
        connection.execute(schema.lock.update().values(heartbeat_at=int(time.time())))

    def release(self) -> None:
        """Give the catalog up."""
        with self.write() as connection:
            connection.execute(
                schema.lock.delete().where(
                    schema.lock.c.pid == os.getpid(), schema.lock.c.host == socket.gethostname()
                )
            )


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[dict[str, Any]],
    keys: Sequence[str],
    update: Sequence[str] | None = None,
) -> None:
    """Inserts rows; those whose keys are there take the columns in `update` (None = all, () = stay)."""
    if not rows:
        return
    insert: Any = sqlite.insert
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # 40 ms that only its users pay

        insert = postgresql.insert
    statement = insert(table)
    names = [name for name in rows[0] if name not in keys] if update is None else update
    if names:
        changed = {name: statement.excluded[name] for name in names}
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=changed)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(keys))
    connection.execute(statement, list(rows))


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The values in runs that fit into one IN (...)."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def born(pid: int) -> str:
    """When a process of this machine began, in its own words; "" where that cannot be told."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _lives(owner: Any, now: int) -> bool:
    if owner["host"] != socket.gethostname():
        return bool(now - owner["heartbeat_at"] < SILENT_S)
    try:
        os.kill(owner["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return bool(owner["pid"] != os.getpid()) and born(owner["pid"]) == owner["born"]


def _url(address: str) -> sa.URL:
    if "://" not in address:
        return sa.URL.create("sqlite", database=address)
    try:
        url = sa.make_url(address)
    except SQLAlchemyError:
        raise CatalogError(f"{_shown(address)}: no address of a database") from None
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise CatalogError(f"{_shown(address)}: a catalog is a file, or postgresql+psycopg://...")
    return url


def _file(url: sa.URL) -> Path:
    return Path(url.database or "")


def _shown(address: str) -> str:
    """An address without its password."""
    if "://" not in address:
        return address
    try:
        return sa.make_url(address).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return address.partition("://")[0] + "://..."


def _prepare(connection: Any, _: object) -> None:
    """SQLite as we need it; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_S * 1000}")
    with contextlib.suppress(sqlite3.OperationalError):  # a read-only file is read as it is
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA cache_size = -32000")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("auditor_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _complaint(address: str, error: DBAPIError) -> tuple[str, str]:
    original = error.orig
    code, words = "unreachable", str(original).strip().splitlines()[0] if str(original).strip() else "unknown"
    if isinstance(original, sqlite3.Error):
        primary = getattr(original, "sqlite_errorcode", 0) & 0xFF
        code, words = _SQLITE.get(primary, (code, words))
    else:
        code, words = _POSTGRESQL.get(getattr(original, "sqlstate", None) or "", (code, words))
    return f"{_shown(address)}: {words}", code
