"""Shards and parsed articles to rows of the catalog: what is read, what is as it was, what is gone."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from auditor.catalog import chunks, upsert
from auditor.catalog_rows import READER, Ask, Read, Ref, Same, asset_digest, host, renamed, seconds
from auditor.catalog_schema import articles, assets, refs, shards
from auditor.model import Shard
from auditor.resolving import Request


def unread_part(connection: sa.Connection, shard: Shard) -> Shard | None:
    """The shard narrowed to the members that changed since it was read; None where nothing did.

    Where nothing tells whether it changed it is read.
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
    return None if same and tells and known["complete"] else shard


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


def finish_shard(connection: sa.Connection, shard: Shard, complete: bool, run: int) -> None:
    """The shard (as narrowed) is read to its end; where it is not complete it is read again next time."""
    known = connection.execute(sa.select(shards.c.members).where(shards.c.id == shard.id)).scalar()
    stamps: dict[str, str | None] = msgspec.msgpack.decode(known) if known is not None else {}
    stamps.update((member.path, member.stamp if complete else None) for member in shard.members)
    row: dict[str, Any] = {
        "id": shard.id,
        "source": shard.source,
        "size_bytes": shard.size_bytes,
        "mtime_ns": shard.mtime_ns,
        "etag": shard.etag,
        "members": msgspec.msgpack.encode(stamps),
        "reader": READER,
        "complete": complete,
        "seen_run": run,
    }
    upsert(connection, shards, [row], ["id"])
    if complete and not shard.members:
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

    Of articles of one name in two shards of a run the second is told apart where it can be (captures of
    one page by their times), and else the first counts.
    """
    same = [item for item in items if isinstance(item, Same)]
    for some in chunks([item.name for item in same]):
        connection.execute(
            articles.update()
            .where(articles.c.name.in_(some))
            .values(seen_run=run, gone=False, dirty=sa.or_(articles.c.dirty, articles.c.gone))
        )
    read = {item.name: item for item in items if isinstance(item, Read)}
    elsewhere: set[str] = set()
    for some in chunks(list(read)):
        known = sa.select(articles.c.name, articles.c.shard).where(
            articles.c.name.in_(some), articles.c.seen_run == run
        )
        elsewhere.update(name for name, shard in connection.execute(known) if shard != read[name].shard)
    fresh = [item for name, item in read.items() if name not in elsewhere]
    fresh += [renamed(read[name]) for name in sorted(elsewhere) if read[name].distinct]
    if fresh:
        _write(connection, fresh, run)


def _write(connection: sa.Connection, items: Sequence[Read], run: int) -> None:
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
