"""Sources and a catalog to one more night in it: the one module that composes the stages of a scan.

    shards -> Parse -> writer -> addresses due, by host -> Resolve -> writer
           -> pictures compared -> articles touched -> Judge -> writer -> survey -> summary

What is still to do stands in the catalog itself, so that a scan that died, however, is gone on with by
running it again (see `journal`). Nothing is held for all articles at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import itertools
import os
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from auditor import (
    catalog_articles,
    catalog_assets,
    catalog_findings,
    catalog_pairs,
    ruleset,
    sourcing,
    stages,
    surveying,
)
from auditor import catalog_rows as rows
from auditor.catalog import Catalog, chunks
from auditor.catalog_findings import Run, Summary
from auditor.catalog_schema import articles
from auditor.config import Settings, sha256_of
from auditor.driving import drive
from auditor.errors import AuditorError, SourceError
from auditor.hosts import HostStatistics
from auditor.journal import Journal, Seen, Verdict, Whole
from auditor.model import Notice, Shard, Survey
from auditor.resolving import Crawl
from auditor.runners import local

IN_PROCESSES = 96  # results that all processes together may hold; with the journal's less than 200
ASKED_AT_ONCE = 200  # addresses handed to a process at a time
JUDGED_AT_ONCE = 40
LITTLE = 20  # files to read for which one process is enough
PASSES = 3  # over what is due, where processes died with their addresses

Watch = Callable[[str, int, "int | None", str], None]  # stage, done, of so many, and in words what else

# Settings that change what is found; another value of them judges everything again.
_JUDGING = (
    "select",
    "ignore",
    "extend_select",
    "per_file_ignores",
    "severity",
    "profile",
    "rules",
    "duplicates",
)


class Stopped(AuditorError):  # noqa: N818 - it was asked for, nothing went wrong
    """The scan was asked to stop; what was done is in the catalog."""


class Plan(msgspec.Struct, frozen=True):
    """One scan: what is read into which catalog. `stop` is asked often whether to end early."""

    sources: tuple[str, ...]
    catalog: str
    settings: Settings = Settings()
    folder: Path = Path()
    notices: tuple[Notice, ...] = ()
    watch: Watch = lambda _stage, _done, _total, _detail: None
    stop: Callable[[], bool] = lambda: False


class Finished(NamedTuple):
    """What a scan leaves beside its catalog. `complete` is False where it was stopped."""

    run: Run
    summary: Summary
    hosts: Sequence[HostStatistics]
    notices: Sequence[Notice]
    complete: bool


def scan(plan: Plan) -> Finished:
    """Scans the sources into the catalog. Raises `CatalogError`, and `ConfigError` before any work."""
    ruleset.select(plan.settings)
    with local.Nursery() as nursery, Catalog(plan.catalog, create=True) as catalog:
        catalog.acquire()
        try:
            return _Scan(plan, catalog, nursery).run()
        finally:
            with contextlib.suppress(AuditorError):
                catalog.release()


class _Scan:
    """One scan under way: the writer, and what it counts."""

    def __init__(self, plan: Plan, catalog: Catalog, nursery: local.Nursery) -> None:
        self._plan = plan
        self._settings = _of_scan(plan.settings)
        self._catalog = catalog
        self._clock = plan.settings.now or dt.datetime.now(dt.UTC)
        self._now = int(self._clock.timestamp())
        self._processes = plan.settings.processes or min(os.cpu_count() or 1, 8)
        self._counted = Summary()
        self._hosts: list[HostStatistics] = []
        self._nursery = nursery
        self._index_is_lost = False  # of web archives, which lies beside the catalog
        self._run = self._begun()
        self._journal = Journal(catalog, self._run.id, self._now, plan.notices)

    def run(self) -> Finished:
        began = time.monotonic()
        complete = True
        try:
            self._parse()
            self._resolve()
            self._compare()
            self._judge()
            self._survey()
        except Stopped:
            complete = False
        self._journal.write()
        if self._settings.now is None:
            self._counted.duration_s = round(time.monotonic() - began, 3)
        if complete:
            with self._catalog.write() as connection:
                self._counted = catalog_findings.finish(
                    connection,
                    self._run,
                    self._plan.sources,
                    self._journal.unread,
                    self._counted,
                    now=self._now,
                )
        return Finished(self._run, self._counted, self._hosts, self._journal.notices, complete)

    def _begun(self) -> Run:
        plan = self._plan
        config = sha256_of(plan.settings)
        seed = f"{config} {plan.sources} {self._clock.isoformat()}"
        name = hashlib.sha256(seed.encode()).hexdigest()[:16]
        with self._catalog.write() as connection:
            return catalog_findings.begin(
                connection, name, "scan", plan.sources, plan.settings.profile, config, self._now
            )

    # --- articles -----------------------------------------------------------------------------

    def _parse(self) -> None:
        self._index_is_lost = not _captures(self._plan.catalog).exists()
        noted = self._read(self._unread_shards())
        self._read(iter([[msgspec.structs.replace(item.shard, noted=True)] for item in noted]), noted)
        self._journal.write()

    def _read(self, shards: Iterator[list[Shard]], noted: Sequence[stages.Noted] = ()) -> list[stages.Noted]:
        """Reads shards; returns the web archives among them that were noted and have to be read now."""
        captures = _captures(self._plan.catalog)
        stage = stages.Parse(self._plan.catalog, self._settings, self._plan.folder, captures)
        losses = {item.shard.id: item.losses for item in noted}
        found: list[stages.Noted] = []
        for results in self._made(stage, shards):
            if isinstance(results, local.Lost):
                for shard in results.tasks:
                    message = f"{shard.id}: the process that read it ended ({results.why}); the rest was read"
                    self._journal.add([rows.Unread(shard.source, "reader-crashed", message)])
                continue
            for item in results:
                if isinstance(item, stages.Noted):
                    found.append(item)
                elif isinstance(item, rows.Done):
                    before = losses.get(item.shard.id, ())
                    self._journal.add([item._replace(losses=(*before, *item.losses))])
                else:
                    self._journal.add([item])
            self._counted.articles_read += sum(isinstance(item, rows.Read) for item in results)
            self._plan.watch("articles", self._counted.articles_read, None, "")
        return sorted(found, key=lambda item: item.shard.id)

    def _unread_shards(self) -> Iterator[list[Shard]]:
        """The shards, or parts of them, that have to be read.

        What was damaged is not read again while its bytes are the same: what it lost is told again.
        """
        mend = self._settings.recheck != "due"
        whole: dict[str, bool] = dict.fromkeys(self._plan.sources, True)
        for source, item in drive(listed(self._plan, self._settings)):
            if isinstance(item, SourceError):
                whole[source] = False
                self._journal.unread.append(rows.Unread(source, item.code, str(item)))
                continue
            if item.kind == "warc" and self._index_is_lost:
                with self._catalog.write() as connection:  # at once: the index is there when we are killed
                    catalog_articles.forget(connection, item)
            with self._catalog.read() as connection:
                part = catalog_articles.unread_part(connection, item, mend=mend)
                if part is None:
                    self._journal.unread += catalog_articles.losses(connection, item)
            self._journal.add([Seen(item)])
            self._journal.tick()
            if part is not None:
                yield [part]
        for source, is_whole in whole.items():
            if is_whole:
                self._journal.add([Whole(source)])

    # --- addresses ----------------------------------------------------------------------------

    def _resolve(self) -> None:
        recheck = self._settings.recheck
        where = sa.and_(
            catalog_assets.due(self._run.id, self._now, recheck), catalog_assets.in_use(self._plan.sources)
        )
        for _ in range(PASSES):
            with self._catalog.read() as connection:
                hosts = catalog_assets.hosts(connection, where)
            total = sum(count for _, count in hosts)
            lanes = _dealt(hosts, min(self._processes, max(1, total // 20)))
            if not total or not self._asked(where, lanes, total):
                return

    def _asked(self, where: sa.ColumnElement[bool], lanes: list[list[str]], total: int) -> bool:
        """Asks what is due; whether a process died with addresses that were not answered."""
        at_once = max(1, IN_PROCESSES // (4 * len(lanes)))
        stage = stages.Resolve(self._plan.catalog, _shared_out(self._settings, len(lanes)), at_once)
        lost = False
        done = 0
        for results in self._each(
            local.run(stage, [self._due(where, names) for names in lanes], self._nursery)
        ):
            if isinstance(results, local.Lost):
                lost = True
                self._lost("resolving", results)
                continue
            for item in results:
                if isinstance(item, stages.Hosts):
                    self._hosts += item.statistics
                else:
                    self._journal.add([item])
                    self._count(item)
                    done += 1
            self._plan.watch("images", done, total, f"{self._counted.bytes / 1e6:.1f} MB")
        self._journal.write()
        return lost

    def _due(self, where: sa.ColumnElement[bool], names: Sequence[str]) -> Iterator[list[rows.Ask]]:
        for some in chunks(names):
            after = 0
            while True:
                with self._catalog.read() as connection:
                    asks = catalog_assets.asks(connection, where, list(some), after, ASKED_AT_ONCE)
                if not asks:
                    break
                after = asks[-1].asset
                yield asks

    def _count(self, told: rows.Told) -> None:
        self._counted.addresses_asked += 1
        if told.outcome is None:
            self._counted.not_modified += 1
        else:
            self._counted.bytes += told.outcome.size_bytes or 0

    # --- findings -----------------------------------------------------------------------------

    def _compare(self) -> None:
        self._plan.watch("comparing", 0, None, "")
        catalog_pairs.compare(self._catalog, self._settings.duplicates, self._run.id, self._check)
        with self._catalog.write() as connection:
            catalog_pairs.touch(connection, self._run.id)
            catalog_findings.lose(connection, self._run.id)

    def _judge(self) -> None:
        parts = {name: getattr(self._settings, name) for name in _JUDGING}
        digest = hashlib.sha256(msgspec.json.encode([rows.READER, parts], order="sorted")).hexdigest()
        where = (
            sa.or_(articles.c.dirty, articles.c.judge != digest),
            ~articles.c.gone,
            articles.c.source.in_(self._plan.sources),
        )
        with self._catalog.read() as connection:
            number = sa.select(sa.func.count()).select_from(articles)
            total = connection.execute(number.where(*where)).scalar_one()
        stage = stages.Judge(self._plan.catalog, self._settings, self._clock)
        for results in self._made(stage, self._touched(where), total=total):
            if isinstance(results, local.Lost):
                self._lost("judging", results)
                continue
            self._journal.add(Verdict(i, digest) if isinstance(i, rows.Judged) else i for i in results)
            self._counted.articles_judged += sum(not isinstance(i, rows.Doubted) for i in results)
            self._plan.watch("rules", self._counted.articles_judged, total, "")
        self._journal.write()

    def _touched(self, where: Sequence[sa.ColumnElement[bool]]) -> Iterator[list[int]]:
        after = 0
        while True:
            with self._catalog.read() as connection:
                wanted = sa.select(articles.c.id).where(*where, articles.c.id > after)
                found = list(
                    connection.execute(wanted.order_by(articles.c.id).limit(JUDGED_AT_ONCE)).scalars()
                )
            if not found:
                return
            after = found[-1]
            yield found

    def _survey(self) -> None:
        selection = ruleset.select(self._settings)
        if not any(ruleset.load(code).scope == "run" for code in selection.levels):
            return
        with self._catalog.read() as connection:
            failures = surveying.failures(connection)
        survey = Survey(failures, options=self._settings.rules, now=self._clock)
        found = ruleset.surveyed(survey, selection, self._journal.notices.append)
        with self._catalog.write() as connection:
            catalog_findings.write_survey(connection, found, self._run.id, selection.levels)

    # --- processes ----------------------------------------------------------------------------

    def _made(
        self, stage: local.Stage, tasks: Iterator[list[Any]], total: int | None = None
    ) -> Iterator[list[Any] | local.Lost]:
        """What a stage makes of tasks that its processes share; of very few tasks it is made here."""
        first = list(itertools.islice(tasks, self._processes + 1))
        if not first:
            return
        rest = itertools.chain(first, tasks)
        if len(first) == 1 and total is not None:
            yield from self._each(stage(rest))
            return
        little = len(first) <= self._processes and _is_little(first)
        number = 1 if little else min(len(first), self._processes)
        yield from self._each(local.run(stage, [rest] * number, self._nursery))

    def _each(self, results: Iterator[Any]) -> Iterator[Any]:
        """The results, with the journal written in time, and an end when it is asked for."""
        try:
            for some in results:
                self._check()
                if some:
                    yield some
                self._journal.tick()
        finally:
            if hasattr(results, "close"):
                results.close()

    def _lost(self, stage: str, lost: local.Lost) -> None:
        message = f"a process ended while {stage} and another took over ({lost.why})"
        self._journal.notices.append(Notice("process-lost", message))

    def _check(self) -> None:
        if self._plan.stop():
            raise Stopped("stopped")


async def listed(plan: Plan, settings: Settings) -> AsyncGenerator[tuple[str, Shard | SourceError]]:
    """Every shard with the source that named it, and what cannot be listed."""
    async with Crawl(settings) as crawl:
        for source in plan.sources:
            async for item in sourcing.shards(source, settings, plan.folder, fetch=crawl.fetch):
                yield source, item


def _is_little(tasks: Sequence[list[Any]]) -> bool:
    """Whether these are shards of a few files each: done sooner than a second process has started."""
    shards = [task for some in tasks for task in some if isinstance(task, Shard)]
    return bool(shards) and 0 < sum(len(shard.members) for shard in shards) <= LITTLE


def _of_scan(settings: Settings) -> Settings:
    """The settings as a scan means them: robots.txt is respected unless it is said otherwise."""
    wanted = settings.respect_robots
    return msgspec.structs.replace(settings, respect_robots=True if wanted is None else wanted)


def _shared_out(settings: Settings, processes: int) -> Settings:
    """The settings of one of several processes: together they ask no more at once than one would."""
    return msgspec.structs.replace(settings, concurrency=max(1, settings.concurrency // processes))


def _dealt(hosts: Sequence[tuple[str, int]], processes: int) -> list[list[str]]:
    """The hosts dealt to processes, the largest first, each to the one with least to do."""
    lanes: list[list[str]] = [[] for _ in range(max(1, min(processes, len(hosts))))]
    loads = [0] * len(lanes)
    for name, count in hosts:
        least = loads.index(min(loads))
        lanes[least].append(name)
        loads[least] += count
    return lanes


def _captures(catalog: str) -> Path:
    """Where the index of web archives is kept: beside the catalog, or by its name in the temporary folder."""
    if "://" not in catalog:
        return Path(f"{catalog}-captures")
    digest = hashlib.sha256(catalog.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"auditor-{digest}-captures"
