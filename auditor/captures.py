"""Which captures web archives hold, by address: an index on disk, whatever the archives' size.

    with Captures(path) as captures:
        captures.note(name, records)
        place = captures.nearest(url, moment)   # past revisits
        captures.record(place)

A revisit stands for an earlier capture of the same bytes: it is found by payload digest, and only then by
the address and time that the revisit names, which many crawlers do not write.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
import time
import zipfile
from base64 import b32encode
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from auditor import warc
from auditor.captured import Record
from auditor.errors import CatalogError
from auditor.markup import addresses

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS archives (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS captures (uri TEXT NOT NULL, date REAL NOT NULL, archive INTEGER NOT NULL,"
    " offset INTEGER NOT NULL, kind TEXT NOT NULL, status INTEGER, digest TEXT, refers_to TEXT,"
    " refers_date REAL, kept BLOB, page INTEGER)",
    "CREATE INDEX IF NOT EXISTS by_uri ON captures (uri, date)",
    "CREATE INDEX IF NOT EXISTS by_digest ON captures (digest)",
    "CREATE INDEX IF NOT EXISTS by_archive ON captures (archive, offset)",
)
_OLDER = "ALTER TABLE captures ADD COLUMN page INTEGER"  # an index from before pages were noted
_SELECT = """
SELECT captures.rowid, name, offset, kind, date, digest, refers_to, refers_date
FROM captures JOIN archives ON archives.id = captures.archive
"""
_WAIT_S = 60.0  # for another process that writes
_AGAIN_S = 0.01
_BATCH = 500
_LOOKED_AT = 20  # captures of one address, the nearest first


class Place(NamedTuple):
    """Where one capture stands: its number in the index, its archive, the offset in it."""

    number: int
    archive: str
    offset: int


class Unresolved(NamedTuple):
    """A revisit of which the first capture is in none of the archives."""

    date: dt.datetime


class Captures:
    """The index at `path`, made where it is not there; None keeps it in memory.

    Several processes may write to one index, each an archive or a stretch of one. Raises `CatalogError`
    where it cannot be opened or read.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        try:
            self._database = sqlite3.connect(
                path or ":memory:", timeout=_WAIT_S, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise self._complaint(error) from None
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._database.close()
            raise self._complaint(error) from None

    def __enter__(self) -> Captures:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def note(
        self,
        archive: str,
        found: Iterable[Record],
        start: int = 0,
        stop: int | None = None,
        *,
        keep: bool = False,
    ) -> None:
        """Notes the records in place of what was known of that stretch.

        With `keep` they are kept whole: for archives in which one cannot go back. Raises `CatalogError`
        where there is no room.
        """
        try:
            self._note(archive, found, start, stop, keep=keep)
        except sqlite3.Error as error:
            raise self._complaint(error) from None

    def _note(
        self, archive: str, found: Iterable[Record], start: int, stop: int | None, *, keep: bool
    ) -> None:
        number = self._archive(archive)
        self._database.execute(
            "DELETE FROM captures WHERE archive = ? AND offset >= ? AND (? IS NULL OR offset < ?)",
            (number, start, stop, stop),
        )
        batch: list[tuple[Any, ...]] = []
        for record in found:
            batch.append(_row(number, record, keep=keep))
            if len(batch) == _BATCH:
                self._write(batch)
                batch = []
        self._write(batch)

    def pages(self, archive: str, start: int = 0, stop: int | None = None) -> list[int]:
        """Where in a noted stretch the pages stand, in order."""
        query = (
            "SELECT offset FROM captures JOIN archives ON archives.id = archive "
            "WHERE name = ? AND offset >= ? AND (? IS NULL OR offset < ?) AND page ORDER BY offset"
        )
        return [row[0] for row in self._asked(query, (archive, start, stop, stop))]

    def nearest(self, url: str, moment: dt.datetime | None) -> Place | Unresolved | None:
        """The capture of an address nearest in time; one that failed only where none succeeded."""
        rows = self._asked(
            f"{_SELECT} WHERE uri = ? ORDER BY coalesce(status, 200) >= 400, abs(date - ?), kind LIMIT ?",
            (_key(url), moment.timestamp() if moment else 0.0, _LOOKED_AT),
        )
        for number, archive, offset, kind, date, digest, refers_to, refers_date in rows:
            if kind != "revisit":
                return Place(number, archive, offset)
            place = self._first(digest, refers_to, refers_date, date)
            if place is not None:
                return place
        return Unresolved(dt.datetime.fromtimestamp(rows[0][4], dt.UTC)) if rows else None

    def kept(self, archive: str, offset: int) -> Record | None:
        """A capture that is kept whole."""
        query = (
            "SELECT kept FROM captures JOIN archives ON archives.id = archive WHERE name = ? AND offset = ?"
        )
        found = self._asked(query, (archive, offset))
        return msgspec.msgpack.decode(found[0][0], type=Record) if found and found[0][0] else None

    def original(self, revisit: Record) -> Place | None:
        """Where the bytes are that a revisit stands for."""
        named = _key(revisit.refers_to) if revisit.refers_to else None
        date = revisit.refers_date.timestamp() if revisit.refers_date else None
        return self._first(revisit.digest, named, date, revisit.date.timestamp())

    def record(self, place: Place) -> Record | None:
        """The capture at a place; None where its archive is gone or has changed."""
        query = "SELECT kept FROM captures WHERE rowid = ?"
        found = self._asked(query, (place.number,))
        if found and found[0][0] is not None:
            return msgspec.msgpack.decode(found[0][0], type=Record)
        try:
            with warc.Archive(place.archive) as archive:
                return archive.record_at(place.offset)
        except (OSError, ValueError, zipfile.BadZipFile):
            return None

    def _first(self, digest: str | None, uri: str | None, date: float | None, seen: float) -> Place | None:
        """The capture with these bytes, or else the one named, nearest to where it should be."""
        for column, value, moment in (("digest", digest, seen), ("uri", uri, seen if date is None else date)):
            nearest = f"{_SELECT} WHERE {column} = ? AND kind != 'revisit' ORDER BY abs(date - ?) LIMIT 1"
            rows = self._asked(nearest, (value, moment)) if value else []
            if rows:
                return Place(*rows[0][:3])
        return None

    def _prepare(self) -> None:
        _share(self._database)
        self._database.execute("PRAGMA synchronous=OFF")  # it can be made again from the archives
        if self._is_made():
            return
        self._database.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA:
            self._database.execute(statement)
        if not self._is_made():
            self._database.execute(_OLDER)
        self._database.execute("COMMIT")

    def _is_made(self) -> bool:
        columns = self._database.execute("PRAGMA table_info(captures)")
        return any(row[1] == "page" for row in columns)

    def _complaint(self, error: sqlite3.Error) -> CatalogError:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        code = "full-disk" if primary == sqlite3.SQLITE_FULL else "unreachable"
        broken = primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        remedy = "; remove it, a scan makes it again from the archives" if broken else ""
        return CatalogError(f"the index of web archives, {self._path}: {error}{remedy}", code=code)

    def _asked(self, query: str, values: tuple[Any, ...]) -> list[Any]:
        """The rows of an answer. Raises `CatalogError` where the index is broken."""
        try:
            return self._database.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._complaint(error) from None

    def _archive(self, name: str) -> int:
        self._database.execute("INSERT OR IGNORE INTO archives (name) VALUES (?)", (name,))
        found = self._database.execute("SELECT id FROM archives WHERE name = ?", (name,)).fetchone()
        return int(found[0])

    def _write(self, rows: list[tuple[Any, ...]]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany("INSERT INTO captures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self._database.execute("COMMIT")
        except BaseException:
            self._database.execute("ROLLBACK")
            raise


def _share(database: sqlite3.Connection) -> None:
    """Lets one process write while others read.

    SQLite does not wait for a lock here as it does elsewhere: of processes that make one index at the same
    moment all but one are refused, and have to ask again.
    """
    patience = time.monotonic() + _WAIT_S
    while True:
        try:
            database.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


def _row(archive: int, record: Record, *, keep: bool) -> tuple[Any, ...]:
    return (
        _key(record.uri),
        record.date.timestamp(),
        archive,
        record.offset,
        record.kind,
        record.status,
        record.digest or _digest(record),
        _key(record.refers_to) if record.refers_to else None,
        record.refers_date.timestamp() if record.refers_date else None,
        msgspec.msgpack.encode(record) if keep else None,
        record.is_page,
    )


def _digest(record: Record) -> str | None:
    """What a crawler would have written: SHA-1 of the body as it was sent, in base 32."""
    if record.kind == "revisit":
        return None
    sha1 = hashlib.sha1(record.body, usedforsecurity=False).digest()
    return "sha1:" + b32encode(sha1).decode("ascii")


def _key(url: str) -> str:
    """Addresses for which a browser asks in the same words have the same key."""
    return (addresses.absolute(url) or url).partition("#")[0]
