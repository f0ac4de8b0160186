"""Pictures of a catalog to what the commands about copies compare: every use in every article.

The catalog knows already which pictures may be copies of one another, from the nights; only these are
read and compared again, as files in a folder would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from auditor import catalog_assets, catalog_pairs
from auditor.catalog import Catalog, chunks
from auditor.catalog_schema import articles, assets, blobs, pairs, refs
from auditor.config import DuplicateSettings
from auditor.gathering import Gathered, Place
from auditor.markup.addresses import redact
from auditor.model import Picture, State
from auditor.resolving import Request

_SHOWN = ("lead", "body")


def repeated(address: str, found: Gathered) -> None:
    """Adds the pictures of a catalog that may have a copy in it, each with all of its uses."""
    with Catalog(address) as catalog, catalog.read() as connection:
        _add(connection, sorted(_copied(connection) | _twice_shown(connection)), found)


def copies(address: str, asked: Gathered, found: Gathered, settings: DuplicateSettings) -> int:
    """Adds the pictures of a catalog that may be copies of those asked for, each with all of its uses.

    An address that gives no picture today stands for the one that the catalog saw there. Returns how many
    uses of pictures the catalog knows.
    """
    with Catalog(address) as catalog, catalog.read() as connection:
        _remember(connection, asked)
        contents = {entry.sha256: entry.picture for entry in asked.pictures}
        wanted = {other for _, other, _ in catalog_pairs.near(connection, contents, settings)}
        wanted |= {other for _, other, _ in catalog_pairs.parts(connection, contents, settings)}
        pixels = sorted({picture.pixels for picture in contents.values() if picture.pixels})
        for some in chunks(pixels):
            same = sa.select(blobs.c.sha256).where(blobs.c.pixels.in_(some))
            wanted.update(connection.execute(same).scalars())
        _add(connection, sorted(wanted | contents.keys()), found)
        return int(connection.execute(_uses(sa.select(sa.func.count()))).scalar_one())


def _remember(connection: sa.Connection, asked: Gathered) -> None:
    """Turns addresses that could not be read into the pictures that the catalog saw there."""
    by_address = {unread.id: unread for unread in asked.unread if "://" in unread.id}
    for some in chunks(sorted(by_address)):
        seen = sa.select(assets.c.address, assets.c.sha256).where(
            assets.c.address.in_(some), assets.c.sha256.is_not(None)
        )
        known = {row.address: row.sha256 for row in connection.execute(seen)}
        pictures = dict(catalog_assets.pictures(connection, sorted(set(known.values()))))
        for address, sha256 in sorted(known.items()):
            picture = pictures.get(sha256)
            if picture is not None:
                asked.unread.remove(by_address[address])
                asked.pictures.keep(sha256, picture)
                asked.pictures.add(address, sha256, 0)
                asked.places.append(Place(address, Request(address), address))


def _copied(connection: sa.Connection) -> set[str]:
    """Contents of which a near, turned or cropped copy was found."""
    wanted = sa.union(sa.select(pairs.c.first), sa.select(pairs.c.second))
    same = sa.select(blobs.c.pixels).group_by(blobs.c.pixels).having(sa.func.count() > 1)
    equal = sa.select(blobs.c.sha256).where(blobs.c.pixels.in_(same))
    return {*connection.execute(wanted).scalars(), *connection.execute(equal).scalars()}


def _twice_shown(connection: sa.Connection) -> set[str]:
    """Contents that stand in more than one place."""
    counted = _uses(sa.select(assets.c.sha256)).group_by(assets.c.sha256).having(sa.func.count() > 1)
    return set(connection.execute(counted).scalars())


def _uses(wanted: sa.Select[Any]) -> sa.Select[Any]:
    """The same of the images that articles show today."""
    shown = refs.join(assets, assets.c.id == refs.c.asset).join(articles, articles.c.id == refs.c.article)
    return wanted.select_from(shown).where(
        assets.c.sha256.is_not(None),
        assets.c.state == State.OK.value,
        refs.c.role.in_(_SHOWN),
        refs.c.candidate == 0,
        ~articles.c.gone,
    )


def _add(connection: sa.Connection, contents: Iterable[str], found: Gathered) -> None:
    """Adds all uses of these contents, in the order of the articles' names."""
    uses: list[tuple[str, int, str, str]] = []
    sizes: dict[str, int] = {}
    for some in chunks(list(contents)):
        pictures = _sound(catalog_assets.pictures(connection, some))
        for sha256, picture in pictures.items():
            found.pictures.keep(sha256, picture)
        size = sa.select(blobs.c.sha256, blobs.c.size_bytes).where(blobs.c.sha256.in_(some))
        sizes.update(connection.execute(size).all())
        columns = _uses(sa.select(articles.c.name, refs.c.position, assets.c.sha256, assets.c.address))
        asked = connection.execute(columns.where(assets.c.sha256.in_(some)))
        uses += [tuple(row) for row in asked if row.sha256 in pictures]
    for name, position, sha256, address in sorted(uses):
        identity = f"{name}#{position}"
        found.pictures.add(identity, sha256, sizes.get(sha256, 0), name)
        found.places.append(Place(identity, Request(address), redact(address), name))


def _sound(pictures: Iterator[tuple[str, Picture | None]]) -> Mapping[str, Picture]:
    return {
        sha256: msgspec.structs.replace(picture, metadata={})
        for sha256, picture in pictures
        if picture is not None
    }
