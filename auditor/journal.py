"""Results of the stages to committed transactions: the one writer of a scan.

Results are written in the order in which they came, `RESULTS` at a time or when `SECONDS` have passed.
What stands in one transaction is there as a whole or not at all, with the work that it leaves to do.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from auditor import catalog_articles, catalog_assets, catalog_findings
from auditor import catalog_rows as rows
from auditor.catalog import Catalog
from auditor.model import Notice, Shard

RESULTS = 80  # that a crash of the writer may cost; the processes hold back the rest of 200
SECONDS = 5.0


class Seen(NamedTuple):
    """A shard is there, with these members."""

    shard: Shard


class Whole(NamedTuple):
    """A source was listed to its end: shards of it that were not seen are gone."""

    source: str


class Verdict(NamedTuple):
    """What was found in an article, and by which rules and thresholds."""

    judged: rows.Judged
    judge: str


class Journal:
    """The writer of one run. `unread` and `notices` gather what a person should know."""

    def __init__(self, catalog: Catalog, run: int, now: int, notices: Iterable[Notice]) -> None:
        self.unread: list[rows.Unread] = []
        self.notices = list(notices)
        self._catalog = catalog
        self._run = run
        self._now = now
        self._pending: list[Any] = []
        self._written_at = time.monotonic()

    def add(self, results: Iterable[Any]) -> None:
        """Takes results; they are safe after `write`."""
        self._pending += results

    def tick(self) -> None:
        """Writes where enough has come together, or waited long enough."""
        late = time.monotonic() - self._written_at >= SECONDS
        if len(self._pending) >= RESULTS or (late and self._pending):
            self.write()

    def write(self) -> None:
        """One transaction with all that is pending."""
        pending, self._pending = self._pending, []
        with self._catalog.write() as connection:
            for kind, same in itertools.groupby(pending, key=_kind):
                self._some(connection, kind, list(same))
            self._catalog.heartbeat(connection)
        self._written_at = time.monotonic()

    def _some(self, connection: sa.Connection, kind: type, items: list[Any]) -> None:
        if kind is rows.Read:
            catalog_articles.write(connection, items, self._run)
        elif kind is rows.Told:
            catalog_assets.write(connection, items, self._run, self._now)
        elif kind is Verdict:
            catalog_findings.write(connection, [item.judged for item in items], self._run, items[0].judge)
            self.notices += [notice for item in items for notice in item.judged.notices]
        elif kind is rows.Unread:
            self.unread += items
        elif kind is rows.Rotten:
            catalog_articles.distrust(connection, [item.article for item in items])
            damage = Notice("row-damaged", "the row of an article was damaged: it is read again next time")
            self.notices += [damage] * len(items)
        elif kind is rows.Doubted:
            catalog_assets.distrust(connection, [item.asset for item in items])
            damage = Notice("row-damaged", "the row of an address was damaged: it is asked again next time")
            self.notices += [damage] * len(items)
        elif kind is Seen:
            for item in items:
                catalog_articles.note_shard(connection, item.shard, self._run)
        elif kind is Whole:
            for item in items:
                catalog_articles.forget_lost_shards(connection, item.source, self._run)
        else:
            for item in items:
                self._finish(connection, item)

    def _finish(self, connection: sa.Connection, done: rows.Done) -> None:
        catalog_articles.finish_shard(connection, done.shard, done.losses, self._run)
        if done.shard.kind == "warc":
            catalog_assets.ask_archives_again(connection)


def _kind(item: Any) -> type:
    return rows.Read if isinstance(item, rows.Same) else type(item)
