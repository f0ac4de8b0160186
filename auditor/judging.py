"""Articles of the catalog to audits: stored parses and outcomes put together again, with their history."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from auditor import catalog_assets, duplicates, standins
from auditor import catalog_rows as rows
from auditor.audits import first_look, sightings_of
from auditor.catalog import Catalog, chunks
from auditor.catalog_schema import articles, asset_history, assets, blobs, pairs, refs, runs
from auditor.config import Settings
from auditor.model import Audit, Entities, History, Outcome, Past, State, Use
from auditor.outcomes import asset_key
from auditor.plan import Plan
from auditor.stories import Story

USES = 20  # other uses of a picture that are told one by one
_REMEMBERED = 2_000  # contents whose uses are kept in memory, by each process: 10 to 20 KB each

_SHOWN = ("lead", "body")


class Case(NamedTuple):
    """One article ready to be judged; `addresses` by reference index."""

    id: int
    name: str
    audit: Audit
    addresses: Mapping[int, str]


class Uses(NamedTuple):
    """Who shows one content: `known` are some of the uses with their addresses, newest first."""

    known: tuple[tuple[Use, str], ...] = ()
    articles: int = 0
    captions: int = 0
    addresses: int = 0


class Judge:
    """Puts audits together, with outcomes as they are, or as they were in the run `as_of`.

    Remembers what it learned of a content: one reader, one night. `doubted` are the assets whose rows
    were found to be damaged.
    """

    def __init__(
        self, catalog: Catalog, settings: Settings, now: dt.datetime, *, as_of: int | None = None
    ) -> None:
        self._catalog = catalog
        self._as_of = as_of
        self._plan = Plan((), msgspec.structs.replace(settings, now=now))
        self._uses: dict[str, Uses] = {}
        self.doubted: set[int] = set()

    def cases(self, wanted: Sequence[int], *, alike: bool = True) -> Iterator[Case]:
        """The articles with these ids, in their order, as far as their rows are sound.

        Without `alike` copies within an article are not looked for.
        """
        with self._catalog.read() as connection:
            seen = _Seen(connection, wanted, self._as_of)
            self._learn(connection, seen)
            runs_ = dict(connection.execute(sa.select(runs.c.id, runs.c.name)).all())
        for identity in filter(seen.stories.__contains__, wanted):
            name, stored = seen.stories[identity]
            yield self._case(identity, name, stored, seen, runs_, alike)
        self.doubted |= seen.doubted

    def _case(
        self,
        identity: int,
        name: str,
        stored: rows.Stored,
        seen: _Seen,
        runs_: dict[int, str],
        alike: bool,
    ) -> Case:
        own = [row for row in seen.refs[identity] if row.asset is not None]
        outcomes = {asset_key(row.address, stored.folder): seen.outcome(row) for row in own}
        first = first_look(self._plan, Story(stored.article, stored.folder, stored.captions), outcomes)
        mains = {row.position: row for row in own if row.candidate == 0}
        shown = list(sightings_of(first))
        entries = [entry for entry, _ in shown] if alike else []
        found = duplicates.find(entries, self._plan.settings.duplicates)
        sightings = [sighting for _, sighting in shown]
        accused = standins.find(
            [*sightings, *self._elsewhere(name, sightings)], self._plan.settings.rules.stand_ins
        )
        audit = msgspec.structs.replace(
            first,
            duplicates=found.groups,
            pairs=found.pairs,
            stand_ins={
                int(sighting.id.rpartition("#")[2]): accused[sighting.id]
                for sighting in sightings
                if sighting.id in accused
            },
            history=self._history(name, first, mains, seen, runs_),
        )
        return Case(identity, name, audit, {place: row.address for place, row in mains.items()})

    def _elsewhere(self, name: str, sightings: Sequence[standins.Sighting]) -> Iterator[standins.Sighting]:
        """The same contents as other articles show them."""
        for sha256, picture in {s.sha256: s.picture for s in sightings}.items():
            for use, address in self._uses.get(sha256, Uses()).known:
                if use.article != name:
                    yield standins.Sighting(use.image, address, use.caption, sha256, picture)

    def _history(
        self, name: str, audit: Audit, mains: Mapping[int, Any], seen: _Seen, runs_: dict[int, str]
    ) -> History:
        past, uses, counts, captions, addresses = {}, {}, {}, {}, {}
        for index, row in mains.items():
            past[index] = _past(row, seen, runs_)
            outcome = audit.outcomes[index]
            if row.role not in _SHOWN or outcome.state is not State.OK or not outcome.sha256:
                continue
            known = self._uses.get(outcome.sha256, Uses())
            others = [use for use, _ in known.known if use.article != name]
            for near, bits in seen.near[outcome.sha256]:
                more = self._uses.get(near, Uses()).known
                others += [
                    msgspec.structs.replace(u, distance_bits=bits) for u, _ in more if u.article != name
                ]
            counts[index] = max(known.articles - 1, len({use.article for use in others}))
            captions[index], addresses[index] = known.captions, known.addresses
            if others:
                uses[index] = tuple(others[:USES])
        return History(past, uses, counts, captions, addresses)

    def _learn(self, connection: sa.Connection, seen: _Seen) -> None:
        """What the catalog knows of the contents that these articles show."""
        near = {other for found in seen.near.values() for other, _ in found}
        missing = sorted((seen.contents | near) - self._uses.keys())
        if len(self._uses) + len(missing) > _REMEMBERED:
            self._uses.clear()
            missing = sorted(seen.contents | near)
        for some in chunks(missing):
            self._uses.update(uses(connection, some))


class _Seen:
    """The rows behind some articles, read in a handful of queries."""

    def __init__(self, connection: sa.Connection, wanted: Sequence[int], as_of: int | None) -> None:
        self.stories: dict[int, tuple[str, rows.Stored]] = {}
        self.refs: dict[int, list[Any]] = defaultdict(list)
        self.doubted: set[int] = set()  # assets whose rows have rotted
        for some in chunks(sorted(wanted)):
            self._articles(connection, some)
        states = {row for all_ in self.refs.values() for row in all_}
        self.then = _then(connection, [row.asset for row in states if row.asset], as_of) if as_of else {}
        self.contents = {row.sha256 for row in states if row.sha256 and row.state == State.OK.value}
        kept = {row.shown_sha256 for row in states if row.shown_sha256 and row.shown_sha256 != row.sha256}
        kept |= {then.sha256 for then in self.then.values() if then.sha256}
        self.pictures = dict(catalog_assets.pictures(connection, sorted(self.contents | kept)))
        self.near: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.alive: dict[str, str] = {}
        lost = {row.shown_sha256 for row in states if row.shown_sha256 and row.state != State.OK.value}
        for some_ in chunks(sorted(self.contents)):
            self._pairs(connection, some_)
        for some_ in chunks(sorted(lost)):
            living = sa.select(assets.c.sha256, sa.func.min(assets.c.address)).where(
                assets.c.sha256.in_(some_), assets.c.state == State.OK.value
            )
            self.alive.update(connection.execute(living.group_by(assets.c.sha256)).all())

    def _articles(self, connection: sa.Connection, some: Sequence[int]) -> None:
        wanted = sa.select(articles.c.id, articles.c.name, articles.c.payload, articles.c.checksum)
        for identity, name, payload, checksum in connection.execute(wanted.where(articles.c.id.in_(some))):
            if (stored := rows.unpack(payload, checksum, rows.Stored)) is not None:
                self.stories[identity] = name, stored
        names = ("article", "position", "candidate", "asset", "role", "shown_sha256", "shown_at")
        columns = [refs.c[name] for name in names]
        columns += [column for column in assets.c if column.name not in ("id", "digest", "request")]
        asked = sa.select(*columns).select_from(refs.outerjoin(assets, assets.c.id == refs.c.asset))
        ordered = asked.where(refs.c.article.in_(some)).order_by(refs.c.article, refs.c.position)
        for row in connection.execute(ordered):
            self.refs[row.article].append(row)

    def _pairs(self, connection: sa.Connection, some: Sequence[str]) -> None:
        both = sa.or_(pairs.c.first.in_(some), pairs.c.second.in_(some))
        for row in connection.execute(sa.select(pairs).where(both).order_by(pairs.c.distance_bits)):
            self.near[row.first].append((row.second, row.distance_bits))
            self.near[row.second].append((row.first, row.distance_bits))

    def outcome(self, row: Any) -> Outcome:
        """What came of a row's address; unchecked where it was not asked yet."""
        then = self.then.get(row.asset)
        if then is not None and (then.state, then.reason, then.sha256) != (row.state, row.reason, row.sha256):
            return self._once(then)
        if row.outcome is None:
            return Outcome(State.UNCHECKED, "interrupted")
        good = row.state == State.OK.value
        whole = rows.whole(row.outcome, row.checksum, self.pictures.get(row.sha256) if good else None)
        if whole is None:
            self.doubted.add(row.asset)
            return Outcome(State.UNCHECKED, "row-damaged", "its row in the catalog was damaged")
        return whole

    def _once(self, then: Any) -> Outcome:
        """What is still known of an earlier outcome."""
        state = State(then.state)
        if state is not State.OK:
            return Outcome(state, then.reason)
        return Outcome(state, sha256=then.sha256, picture=self.pictures.get(then.sha256), decodes=True)


def _then(connection: sa.Connection, wanted: Sequence[int], run: int) -> dict[int, Any]:
    """The last change of each asset until a run."""
    found: dict[int, Any] = {}
    for some in chunks(sorted(set(wanted))):
        until = sa.select(asset_history).where(asset_history.c.asset.in_(some), asset_history.c.run <= run)
        found.update((row.asset, row) for row in connection.execute(until.order_by(asset_history.c.run)))
    return found


def _past(row: Any, seen: _Seen, runs_: dict[int, str]) -> Past:
    lost = row.state != State.OK.value and row.shown_sha256
    return Past(
        state=State(row.previous_state) if row.previous_state else None,
        sha256=row.shown_sha256,
        picture=seen.pictures.get(row.shown_sha256) if row.shown_sha256 else None,
        seen_at=rows.moment(row.shown_at),
        checked_at=rows.moment(row.checked_at),
        last_ok_at=rows.moment(row.last_ok_at),
        last_ok_run=runs_.get(row.last_ok_run),
        failing_runs=row.failing_runs,
        failing_since=rows.moment(row.failing_since),
        alive_at=seen.alive.get(row.shown_sha256) if lost else None,
    )


def uses(connection: sa.Connection, some: Sequence[str]) -> dict[str, Uses]:
    """Who shows these contents: how many, and the newest of them."""
    shown = refs.join(assets, assets.c.id == refs.c.asset).join(articles, articles.c.id == refs.c.article)
    where = (
        assets.c.sha256.in_(some),
        assets.c.state == State.OK.value,
        refs.c.role.in_(_SHOWN),
        refs.c.candidate == 0,
        ~articles.c.gone,
    )
    totals = (
        sa.select(
            assets.c.sha256,
            sa.func.count(refs.c.article.distinct()),
            sa.func.count(refs.c.caption.distinct()),
            sa.func.count(assets.c.id.distinct()),
        )
        .select_from(shown)
        .where(*where)
        .group_by(assets.c.sha256)
    )
    place = sa.func.row_number().over(
        partition_by=assets.c.sha256,
        order_by=(articles.c.published_at.desc(), articles.c.name, refs.c.position),
    )
    columns = (
        *(articles.c[name] for name in ("name", "url", "title", "published_at")),
        *(refs.c[name] for name in ("position", "caption", "entities")),
        *(assets.c[name] for name in ("sha256", "address")),
        *(blobs.c[name] for name in ("width_px", "height_px")),
    )
    sized = shown.join(blobs, blobs.c.sha256 == assets.c.sha256)
    ranked = sa.select(*columns, place.label("place")).select_from(sized).where(*where).subquery()
    known: dict[str, list[tuple[Use, str]]] = defaultdict(list)
    for row in connection.execute(
        sa.select(ranked).where(ranked.c.place <= USES + 5).order_by(ranked.c.place)
    ):
        known[row.sha256].append((_use(row), row.address))
    return {sha256: Uses(tuple(known[sha256]), *numbers) for sha256, *numbers in connection.execute(totals)}


def _use(row: Any) -> Use:
    return Use(
        article=row.name,
        image=f"{row.name}#{row.position}",
        url=row.url,
        title=row.title,
        published_at=rows.moment(row.published_at),
        caption=row.caption,
        entities=msgspec.msgpack.decode(row.entities, type=Entities) if row.entities else Entities(),
        address=row.address,
        width_px=row.width_px,
        height_px=row.height_px,
    )
