"""New pictures against all of the catalog: which show the same, and whose articles that concerns.

Hashes alone are held for all pictures (72 bytes each); the pictures behind a few candidates are read when
pixels have to decide. The kernel is that of the check: `hamming` proposes, `likeness` decides.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import sqlalchemy as sa

from auditor import catalog_assets, catalog_crops, fingerprint, hamming, likeness
from auditor import catalog_rows as rows
from auditor.catalog import Catalog, chunks, upsert
from auditor.catalog_crops import Keys
from auditor.catalog_schema import articles, assets, blobs, pairs, refs
from auditor.config import DuplicateSettings
from auditor.model import DuplicateKind, Picture, State

BATCH = 2_000  # new pictures that are searched for and written at a time
MOST = 50  # copies of one picture that are noted
SHARED_BY = 50  # articles; a picture that more of them show is no news to the others
PICTURES = 2_000  # decoded facts held for comparing: 10 MB

Pair = tuple[int, int]  # ids of blobs, the lower first

_SHOWN = ("lead", "body")
_COMPARED, _PHOTOS = ("photo", "graphic"), ("photo",)
_INDEXED = 4096  # keys that are worth an index for windows


def compare(
    catalog: Catalog, settings: DuplicateSettings, run: int, check: Callable[[], None] = lambda: None
) -> int:
    """Compares what is new with all there is; returns how many pairs were found.

    `check` is called between batches and may raise; what was compared until then is kept.
    """
    with catalog.read() as connection:
        new = list(
            connection.execute(sa.select(blobs.c.id).where(~blobs.c.compared).order_by(blobs.c.id)).scalars()
        )
        if not new:
            return 0
        keys, photos = (catalog_crops.keys(connection, textures) for textures in (_COMPARED, _PHOTOS))
    found = 0
    index = hamming.Index(keys.hashes) if len(new) * len(keys.hashes) > hamming.EXHAUSTIVE else None
    crops = _Crops(new, photos) if settings.crops else None
    for start in range(0, len(new), BATCH):
        check()
        batch = new[start : start + BATCH]
        with catalog.read() as connection:
            found_here = dict(_pairs(connection, keys, index, batch, settings))
            cuts = crops.cut(connection, batch) if crops else {}
            if crops:
                found_here |= crops.pairs(connection, batch, cuts, found_here)
        with catalog.write() as connection:
            told = [{"whole": None, **row, "run": run} for row in found_here.values()]
            upsert(connection, pairs, told, ["first", "second"], update=())
            catalog_crops.keep(connection, cuts)
            for some in chunks(batch):
                connection.execute(blobs.update().where(blobs.c.id.in_(some)).values(compared=True))
        found += len(found_here)
    return found


class _Crops:
    """New photographs (by ids of blobs) against all, as parts and as wholes."""

    def __init__(self, new: Sequence[int], photos: Keys) -> None:
        self._new = np.array(new, dtype=np.int64)
        self._photos = photos
        self._index = hamming.Index(photos.hashes) if len(photos.hashes) > _INDEXED else None

    def cut(self, connection: sa.Connection, batch: Sequence[int]) -> dict[int, hamming.Words]:
        """The windows of the photographs in a batch."""
        cuts: dict[int, hamming.Words] = {}
        for some in chunks(batch):
            wanted = sa.select(blobs.c.id, blobs.c.payload, blobs.c.checksum)
            photos = wanted.where(blobs.c.id.in_(some), blobs.c.texture == "photo")
            for identity, payload, checksum in connection.execute(photos):
                picture = rows.unpack(payload, checksum, Picture)
                if picture is not None:
                    cuts[identity] = catalog_crops.cut(picture)
        return cuts

    def pairs(
        self,
        connection: sa.Connection,
        batch: Sequence[int],
        cuts: Mapping[int, hamming.Words],
        near: Mapping[Pair, Mapping[str, Any]],
    ) -> dict[Pair, dict[str, Any]]:
        """Those of which one is a part of the other, and one of them is in the batch."""
        own = np.isin(self._photos.owners, np.array(batch, dtype=np.int64))
        fresh = Keys(self._photos.hashes[own], self._photos.owners[own])
        candidates = chain(
            catalog_crops.among(cuts, self._photos, self._index),
            catalog_crops.before(connection, self._new, fresh),
        )
        pictures = _Pictures(connection)
        known = {pair: row["distance_bits"] for pair, row in near.items()}
        found: dict[Pair, dict[str, Any]] = {}
        for crop in catalog_crops.fitted(candidates, pictures.of, known):
            pair = (min(crop.whole, crop.crop), max(crop.whole, crop.crop))
            if pair not in found or crop.bits < found[pair]["distance_bits"]:
                first, second = (pictures.of(identity)[0] for identity in pair)
                whole = first if crop.whole == pair[0] else second
                told = {"kind": "cropped", "distance_bits": crop.bits, "words": "", "whole": whole}
                found[pair] = {"first": first, "second": second, **told}
        return found


def _pairs(
    connection: sa.Connection,
    keys: Keys,
    index: hamming.Index | None,
    batch: list[int],
    settings: DuplicateSettings,
) -> Iterator[tuple[Pair, dict[str, Any]]]:
    """The pairs that have a member in the batch, each once, the nearest of a picture first."""
    own = np.isin(keys.owners, np.array(batch, dtype=np.int64))
    limit = min(settings.near_bits, settings.archive_bits)
    candidates: dict[Pair, tuple[int, str | None]] = {}
    for turn in (None, *fingerprint.TURNS):
        queries = keys.hashes[own] if turn is None else fingerprint.turned(keys.hashes[own], turn)
        if index is None:
            matches = hamming.search(queries, keys.hashes, limit)
        else:
            matches = index.search(queries, limit)
        owners = keys.owners[own]
        for one, other, bits in zip(
            owners[matches.first], keys.owners[matches.second], matches.bits, strict=True
        ):
            pair = (int(min(one, other)), int(max(one, other)))
            if one != other and (pair not in candidates or bits < candidates[pair][0]):
                candidates[pair] = int(bits), turn
    pictures = _Pictures(connection)
    copies: Counter[int] = Counter()
    for pair, (bits, turn) in sorted(candidates.items(), key=lambda item: (item[1][0], item[0])):
        if max(copies[pair[0]], copies[pair[1]]) >= MOST:
            continue
        row = _pair(pictures, pair, bits, turn, limit, settings.graphic_bits)
        if row is not None:
            copies.update(pair)
            yield pair, row


def _pair(
    pictures: _Pictures, pair: Pair, bits: int, turn: str | None, limit: int, graphic: int
) -> dict[str, Any] | None:
    (first, one), (second, other) = pictures.of(pair[0]), pictures.of(pair[1])
    if one is None or other is None or not likeness.is_copy(one, other, limit, graphic, turn):
        return None
    kind: DuplicateKind = "near" if turn is None else "mirrored"
    if one.pixels is not None and one.pixels == other.pixels:
        kind, bits = "exact", 0
    return {"first": first, "second": second, "kind": kind, "distance_bits": bits, "words": turn or ""}


def near(
    connection: sa.Connection, contents: Mapping[str, Picture], settings: DuplicateSettings
) -> Iterator[tuple[str, str, int]]:
    """Pictures of the catalog that are near or turned copies of ours (by sha256), with their distance."""
    keys = catalog_crops.keys(connection, _COMPARED)
    pictures = _Pictures(connection)
    limit = min(settings.near_bits, settings.archive_bits)
    for sha256, picture in contents.items():
        if picture.fingerprint is None or picture.fingerprint.texture == "plain":
            continue
        own = hamming.words(likeness.keys(picture.fingerprint))
        for turn in (None, *fingerprint.TURNS):
            queries = own if turn is None else fingerprint.turned(own, turn)
            matches = hamming.search(queries, keys.hashes, limit)
            for owner in sorted({int(keys.owners[key]) for key in matches.second})[:MOST]:
                other, found = pictures.of(owner)
                if found and likeness.is_copy(picture, found, limit, settings.graphic_bits, turn):
                    bits = int(matches.bits[keys.owners[matches.second] == owner].min())
                    yield sha256, other, bits


def parts(
    connection: sa.Connection, contents: Mapping[str, Picture], settings: DuplicateSettings
) -> Iterator[tuple[str, str, int]]:
    """Pictures of the catalog of which ours (by sha256) are parts, or that are parts of ours, with bits."""
    if not settings.crops:
        return
    names = list(contents)
    own = {-1 - n: contents[name] for n, name in enumerate(names)}  # no blob has such an id
    pictures = _Pictures(connection)

    def load(identity: int) -> tuple[str, Picture | None]:
        return (names[-1 - identity], own[identity]) if identity < 0 else pictures.of(identity)

    keys = [
        (identity, key)
        for identity, picture in own.items()
        if picture.fingerprint is not None and picture.fingerprint.texture == "photo"
        for key in likeness.keys(picture.fingerprint)
    ]
    ours = Keys(hamming.words([key for _, key in keys]), np.array([n for n, _ in keys], dtype=np.int64))
    cuts = {identity: catalog_crops.cut(picture) for identity, picture in own.items()}
    candidates = chain(
        catalog_crops.among(cuts, catalog_crops.keys(connection, _PHOTOS), None),
        catalog_crops.before(connection, np.empty(0, dtype=np.int64), ours),
    )
    for crop in catalog_crops.fitted(candidates, load, {}):
        mine, other = sorted((crop.whole, crop.crop))
        yield load(mine)[0], load(other)[0], crop.bits


class _Pictures:
    """Pictures by the id of their blob; the last ones are remembered."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.of = functools.lru_cache(maxsize=PICTURES)(self._of)

    def _of(self, identity: int) -> tuple[str, Picture | None]:
        wanted = sa.select(blobs.c.sha256).where(blobs.c.id == identity)
        sha256 = self._connection.execute(wanted).scalar_one()
        return sha256, dict(catalog_assets.pictures(self._connection, [sha256])).get(sha256)


def touch(connection: sa.Connection, run: int) -> None:
    """The articles whose pictures got company in this run have to be judged again."""
    if not connection.execute(
        sa.select(articles.c.id).where(~articles.c.dirty, ~articles.c.gone).limit(1)
    ).first():
        return
    showing = refs.join(assets, assets.c.id == refs.c.asset)
    good = (assets.c.state == State.OK.value, refs.c.role.in_(_SHOWN))
    fresh = (
        sa.select(assets.c.sha256)
        .select_from(showing.join(articles, articles.c.id == refs.c.article))
        .where(articles.c.dirty, *good)
    )
    shared = (
        sa.select(assets.c.sha256)
        .select_from(showing)
        .where(assets.c.sha256.in_(fresh), *good)
        .group_by(assets.c.sha256)
        .having(sa.func.count() <= SHARED_BY)
    )
    paired = sa.union(
        sa.select(pairs.c.first).where(pairs.c.run == run),
        sa.select(pairs.c.second).where(pairs.c.run == run),
    )
    for contents in (shared, paired):
        concerned = sa.select(refs.c.article).select_from(showing).where(assets.c.sha256.in_(contents), *good)
        connection.execute(
            articles.update().where(~articles.c.dirty, articles.c.id.in_(concerned)).values(dirty=True)
        )
