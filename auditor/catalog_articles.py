"""Shards and parsed articles to rows of the catalog: what is read, what is as it was, what is gone."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from auditor.catalog import chunks, upsert
from auditor.catalog_rows import (
    READER,
    Ask,
    Read,
    Ref,
    Same,
    Unread,
    asset_digest,
    host,
    named,
    renamed,
    seconds,
    stored,
)
from auditor.catalog_schema import articles, assets, refs, shards
from auditor.errors import DAMAGE
from auditor.model import Shard
from auditor.resolving import Request


def unread_part(connection: sa.Connection, shard: Shard, *, mend: bool = False) -> Shard | None:
    """The shard narrowed to the members that changed since it was read; None where nothing did.

    Where nothing tells whether it changed it is read; with `mend` also where it was damaged.
    """
    known = connection.execute(sa.select(shards).where(shards.c.id == shard.id)).mappings().first()
    if known is None or known["reader"] != READER:
        return shard
    if shard.members:
        stamps: dict[str, str | None] = msgspec.msgpack.decode(known["members"])
        changed = tuple(m for m in shard.members if m.stamp is None or stamps.get(m.path, "") != m.stamp)
        return msgspec.structs.replace(shard, members=changed) if changed else None
    same = (known["size_bytes"], known["mtime_ns"], known["etag"]) == (
        shard.size_bytes,
        shard.mtime_ns,
        shard.etag,
    )
    tells = shard.mtime_ns is not None or shard.etag is not None
    is_sound = known["complete"] and not (mend and known["losses"])
    return None if same and tells and is_sound else shard


def losses(connection: sa.Connection, shard: Shard) -> list[Unread]:
    """What could not be read of a shard when it was read last, and cannot be as long as it is the same."""
    told = connection.execute(sa.select(shards.c.losses).where(shards.c.id == shard.id)).scalar()
    return [Unread(shard.source, code, message) for code, message in json.loads(told or "[]")]


def digests(connection: sa.Connection, shard: str) -> dict[str, str]:
    """The articles of a shard with the digests of their bytes, as this reader read them."""
    wanted = sa.select(articles.c.name, articles.c.digest).where(
        articles.c.shard == shard, articles.c.reader == READER, ~articles.c.gone
    )
    return dict(connection.execute(wanted).all())


def note_shard(connection: sa.Connection, shard: Shard, run: int) -> None:
    """The shard is there: marks as gone what its unnarrowed form no longer has."""
    known = connection.execute(sa.select(shards.c.members).where(shards.c.id == shard.id)).scalar()
    if known is not None:
        left = msgspec.msgpack.decode(known).keys() - {member.path for member in shard.members}
        for some in chunks(sorted(left)):
            _gone(connection, run, articles.c.shard == shard.id, articles.c.member.in_(some))
        connection.execute(shards.update().where(shards.c.id == shard.id).values(seen_run=run))


def forget(connection: sa.Connection, shard: Shard) -> None:
    """The shard is read again, though nothing in it changed."""
    connection.execute(shards.update().where(shards.c.id == shard.id).values(reader=""))


def finish_shard(connection: sa.Connection, shard: Shard, losses: Sequence[Unread], run: int) -> None:
    """The shard (as narrowed) is read to its end.

    It is read again next time where something was lost, unless its bytes are at fault and it is no
    folder of files, each of which may be mended.
    """
    whole = not losses
    lasting = not shard.members and all(loss.code in DAMAGE for loss in losses)
    known = connection.execute(sa.select(shards.c.members).where(shards.c.id == shard.id)).scalar()
    stamps: dict[str, str | None] = msgspec.msgpack.decode(known) if known is not None else {}
    stamps.update((member.path, member.stamp if whole else None) for member in shard.members)
    row: dict[str, Any] = {
        "id": shard.id,
        "source": shard.source,
        "size_bytes": shard.size_bytes,
        "mtime_ns": shard.mtime_ns,
        "etag": shard.etag,
        "members": msgspec.msgpack.encode(stamps),
        "reader": READER,
        "complete": whole or lasting,
        "losses": json.dumps([(loss.code, loss.message) for loss in losses]) if losses else None,
        "seen_run": run,
    }
    upsert(connection, shards, [row], ["id"])
    if whole and not shard.members:
        _gone(connection, run, articles.c.shard == shard.id)


def forget_lost_shards(connection: sa.Connection, source: str, run: int) -> None:
    """Marks as gone the articles of shards that a source, listed in full, no longer has."""
    lost = sa.select(shards.c.id).where(shards.c.source == source, shards.c.seen_run < run)
    _gone(connection, run, articles.c.shard.in_(lost))
    connection.execute(shards.delete().where(shards.c.source == source, shards.c.seen_run < run))


def _gone(connection: sa.Connection, run: int, *where: sa.ColumnElement[bool]) -> None:
    connection.execute(
        articles.update()
        .where(articles.c.seen_run < run, ~articles.c.gone, *where)
        .values(gone=True, dirty=True)
    )


# --- articles ---------------------------------------------------------------------------------


def write(connection: sa.Connection, items: Sequence[Read | Same], run: int) -> None:
    """Writes articles that were read and notes those that are as they were.

    Of captures of one page in several shards of a run the earliest keeps the page's address as its
    name, the others are told apart by their times, whichever was read first. Of other articles of one
    name the first counts.
    """
    same = [item for item in items if isinstance(item, Same)]
    for some in chunks([item.name for item in same]):
        connection.execute(
            articles.update()
            .where(articles.c.name.in_(some))
            .values(seen_run=run, gone=False, dirty=sa.or_(articles.c.dirty, articles.c.gone))
        )
    by_shard: dict[str, dict[str, Read]] = defaultdict(dict)
    for item in items:
        if isinstance(item, Read):
            by_shard[item.shard][item.name] = item
    for read in by_shard.values():
        _write(connection, list(_told_apart(connection, read, run)), run)


def _told_apart(connection: sa.Connection, read: dict[str, Read], run: int) -> Iterator[Read]:
    """The articles of one shard under names that no other shard of this run has."""
    taken: dict[str, Any] = {}
    for some in chunks(list(read)):
        known = sa.select(articles.c.name, articles.c.shard, articles.c.id, articles.c.payload).where(
            articles.c.name.in_(some), articles.c.seen_run == run
        )
        found = connection.execute(known)
        taken.update((row.name, row) for row in found if row.shard != read[row.name].shard)
    for name, item in read.items():
        if name not in taken:
            yield item
        elif item.distinct is not None:
            yield item if _give_way(connection, taken[name], item) else renamed(item)


def _give_way(connection: sa.Connection, known: Any, item: Read) -> bool:
    """Whether the article that has the name of an earlier capture could be told apart instead."""
    other = stored(known.payload)
    then, now = other.article.captured_at, stored(item.payload).article.captured_at
    if then is None or now is None or (then, known.shard) <= (now, item.shard):
        return False
    name = f"{item.name}@{then:%Y%m%d%H%M%S}"
    if connection.execute(sa.select(articles.c.id).where(articles.c.name == name)).first():
        return False
    payload, checksum = named(other, name)
    connection.execute(
        articles.update()
        .where(articles.c.id == known.id)
        .values(name=name, payload=payload, checksum=checksum, dirty=True)
    )
    return True


def _write(connection: sa.Connection, items: Sequence[Read], run: int) -> None:
    if not items:
        return
    rows = [
        {
            "name": item.name,
            "shard": item.shard,
            "member": item.member,
            "source": item.source,
            "url": item.url,
            "title": item.title,
            "published_at": seconds(item.published_at),
            "digest": item.digest,
            "reader": READER,
            "payload": item.payload,
            "checksum": zlib.crc32(item.payload),
            "dirty": True,
            "gone": False,
            "judge": "",
            "seen_run": run,
        }
        for item in items
    ]
    upsert(connection, articles, rows, ["name"])
    ids: dict[str, int] = {}
    for some in chunks([item.name for item in items]):
        wanted = sa.select(articles.c.name, articles.c.id).where(articles.c.name.in_(some))
        ids.update((name, identity) for name, identity in connection.execute(wanted))
    known = _assets(connection, [ref.request for item in items for ref in item.refs if ref.request])
    for some in chunks(list(ids.values())):
        connection.execute(refs.delete().where(refs.c.article.in_(some)))
    found = [_ref(ids[item.name], ref, known) for item in items for ref in item.refs]
    if found:
        connection.execute(refs.insert(), found)


def _assets(connection: sa.Connection, requests: Iterable[Request]) -> dict[bytes, Any]:
    """A row for every address, by digest: (id, sha256, when it was last looked at)."""
    wanted = {asset_digest(request): request for request in requests}
    rows = [
        {
            "digest": digest,
            "address": request.url,
            "host": host(request.url),
            "request": msgspec.msgpack.encode(request),
            "archived": request.archive is not None,
            "next_check_at": 0,
            "interval_s": 0,
            "failing_runs": 0,
        }
        for digest, request in wanted.items()
    ]
    upsert(connection, assets, [row for row in rows if not row["archived"]], ["digest"], update=())
    upsert(connection, assets, [row for row in rows if row["archived"]], ["digest"], update=("request",))
    known: dict[bytes, Any] = {}
    for some in chunks(list(wanted)):
        columns = sa.select(assets.c.digest, assets.c.id, assets.c.sha256, assets.c.checked_at)
        for digest, *rest in connection.execute(columns.where(assets.c.digest.in_(some))):
            known[bytes(digest)] = rest
    return known


def _ref(article: int, ref: Ref, known: dict[bytes, Any]) -> dict[str, Any]:
    asset, sha256, checked_at = known[asset_digest(ref.request)] if ref.request else (None, None, None)
    pairing = ref.pairing
    caption = pairing.caption if pairing else None
    return {
        "article": article,
        "position": ref.position,
        "candidate": ref.candidate,
        "asset": asset,
        "role": ref.role,
        "alt": ref.alt,
        "caption": caption.text if caption else None,
        "relation": caption.relation if caption else None,
        "confidence": caption.confidence if caption else None,
        "caption_group": pairing.group if pairing else None,
        "entities": msgspec.msgpack.encode(caption.entities) if caption else None,
        "shown_sha256": sha256,
        "shown_at": checked_at if sha256 else None,
    }


def distrust(connection: sa.Connection, wanted: Sequence[int]) -> None:
    """Articles whose rows have rotted are read again the next time."""
    for some in chunks(wanted):
        owners = sa.select(articles.c.shard).where(articles.c.id.in_(some))
        connection.execute(shards.update().where(shards.c.id.in_(owners)).values(reader=""))
        connection.execute(articles.update().where(articles.c.id.in_(some)).values(reader="", dirty=False))


def request_of(ask: Any) -> Ask:
    """A row of assets as the question that it stands for, with validators where a picture is known."""
    request = msgspec.msgpack.decode(ask.request, type=Request)
    if ask.state == "ok" and (ask.etag or ask.last_modified):
        request = msgspec.structs.replace(request, etag=ask.etag, last_modified=ask.last_modified)
    return Ask(ask.id, request)
