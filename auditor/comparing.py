"""Pictures, folders and articles to what is alike among them: the work of compare, duplicates and find.

What cannot be read is told and stops nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from auditor import compared as parts
from auditor import duplicates, wording
from auditor.config import Settings
from auditor.decoder import Decoder
from auditor.duplicates import Duplicates
from auditor.gathering import Gathered, Gatherer, Place, Unread, Watch
from auditor.model import DuplicateGroup, DuplicatePair
from auditor.resolving import Crawl
from auditor.telling import told_text

_PLAIN_BITS = 8  # what re-encoding turns; a text band turns more
_QUERY = "\0"  # begins no path, address or image id


@asynccontextmanager
async def gatherer(settings: Settings, folder: Path, watch: Watch) -> AsyncIterator[Gatherer]:
    """What reads pictures, for as long as it is needed."""
    async with Decoder(settings) as decoder, Crawl(settings) as crawl:
        decoder.warm()
        yield Gatherer(settings, folder, crawl, decoder, watch)


async def compare(first: str, second: str, gather: Gatherer, settings: Settings) -> parts.Compared:
    """Two pictures (paths or addresses) side by side."""
    with Gathered() as one, Gathered() as other:
        await gather.pictures([first], one)
        await gather.pictures([second], other)
        unread = [*_unread(one.unread), *_unread(other.unread)]
        sides = [_picture(side, 0) if len(side.pictures) else None for side in (one, other)]
        if None in sides:
            words = "cannot be compared: not both are pictures that can be read"
            return parts.Compared(
                parts.COMPARE, "unknown", words, None, None, None, None, None, sides[0], sides[1], unread
            )
        a, b = one.pictures[0], other.pictures[0]
        same = a.sha256 == b.sha256
        found = duplicates.compare(a.picture, b.picture, settings.duplicates, same_bytes=same)
    return parts.Compared(
        schema=parts.COMPARE,
        verdict=_verdict(found),
        words=found.words,
        kind=found.kind,
        distance_bits=found.distance_bits,
        better=found.better,
        whole=found.whole,
        box=found.box,
        first=sides[0],
        second=sides[1],
        unread=unread,
    )


async def duplicated(
    sources: Iterable[str], gather: Gatherer, settings: Settings, *, articles: bool = False
) -> parts.DuplicatesFound:
    """The duplicate groups among the pictures of the sources."""
    with Gathered() as found:
        await gather.sources(sources, found, articles=articles)
        return _duplicated(found, settings)


async def duplicated_in_catalog(address: str, settings: Settings) -> parts.DuplicatesFound:
    """The duplicate groups among all pictures that a catalog's articles show. Raises `CatalogError`."""
    from auditor import catalog_copies  # with the database: folders need none

    with Gathered() as found:
        await asyncio.to_thread(catalog_copies.repeated, address, found)
        return _duplicated(found, settings)


def _duplicated(found: Gathered, settings: Settings) -> parts.DuplicatesFound:
    result = duplicates.find(found.pictures, settings.duplicates)
    groups = list(_groups(result, found, settings))
    copies = [m for group in groups for m in group.members if not m.keep]
    distinct = {copy.picture.image: copy.picture.size_bytes for copy in copies}
    summary = parts.DuplicatesSummary(
        pictures=len(found.pictures),
        groups=len(groups),
        copies=len(distinct),
        copies_bytes=sum(distinct.values()),
        possible=len(result.possible),
        unread=len(found.unread),
        crowded=result.crowded,
    )
    return parts.DuplicatesFound(
        schema=parts.DUPLICATES,
        summary=summary,
        groups=groups,
        possible=[_pair(pair) for pair in result.possible],
        related=[_pair(pair) for pair in result.related],
        unread=_unread(found.unread),
    )


async def uses(
    images: Iterable[str],
    sources: Iterable[str],
    gather: Gatherer,
    settings: Settings,
    *,
    articles: bool = False,
) -> parts.UsesFound:
    """Every use of the images among the pictures of the sources: exact, near, mirrored, cropped."""
    with Gathered() as asked, Gathered() as found:
        await gather.pictures(images, asked)
        await gather.sources(sources, found, articles=articles)
        return _uses(asked, found, settings)


async def uses_in_catalog(
    images: Iterable[str], address: str, gather: Gatherer, settings: Settings
) -> parts.UsesFound:
    """Every use of the images in the articles of a catalog. Raises `CatalogError`."""
    from auditor import catalog_copies

    with Gathered() as asked, Gathered() as found:
        await gather.pictures(images, asked)
        count = await asyncio.to_thread(catalog_copies.copies, address, asked, found, settings.duplicates)
        return _uses(asked, found, settings, searched=count)


def _uses(
    asked: Gathered, found: Gathered, settings: Settings, *, searched: int | None = None
) -> parts.UsesFound:
    """`searched` is among how many pictures they were looked for, where not all of them are in `found`."""
    indexes = {place.id: index for index, place in enumerate(found.places)}
    queries = [
        msgspec.structs.replace(asked.pictures[number], id=f"{_QUERY}{number}", article=None)
        for number in range(len(asked.places))
    ]
    wanted = []
    for number, pairs in enumerate(duplicates.searches(queries, found.pictures, settings.duplicates)):
        place = asked.places[number]
        others = [pair for pair in pairs if not _is_itself(place, found.places[indexes[pair.second]])]
        hits = [_hit(pair, found, indexes[pair.second]) for pair in others]
        wanted.append(parts.WantedInfo(_picture(asked, number), hits))
    unread = [*_unread(asked.unread), *_unread(found.unread)]
    every = [hit for each in wanted for hit in each.hits]
    summary = parts.FindSummary(
        wanted=len(wanted),
        searched=len(found.pictures) if searched is None else searched,
        hits=len(every),
        articles=len({hit.picture.article for hit in every if hit.picture.article}),
        unread=len(unread),
    )
    return parts.UsesFound(parts.FIND, summary, wanted, unread)


# --- values to what is told of them -------------------------------------------------------------


def _verdict(found: duplicates.Comparison) -> str:
    if found.kind is not None:
        return "same"
    if found.possible:
        return "possible"
    return "unknown" if found.distance_bits is None else "different"


def _picture(found: Gathered, index: int) -> parts.PictureInfo:
    entry, place = found.pictures[index], found.places[index]
    return parts.PictureInfo(
        image=told_text(entry.id),
        address=told_text(place.shown),
        article=told_text(entry.article),
        sha256=entry.sha256,
        format=entry.picture.format,
        width_px=entry.picture.width_px,
        height_px=entry.picture.height_px,
        size_bytes=found.pictures.size_bytes(index),
    )


def _unread(unread: Iterable[Unread]) -> list[parts.UnreadInfo]:
    return [parts.UnreadInfo(told_text(u.id), u.state, u.reason, told_text(u.detail)) for u in unread]


def _pair(pair: DuplicatePair) -> parts.PairInfo:
    return parts.PairInfo(
        told_text(pair.first), told_text(pair.second), pair.kind, pair.distance_bits, pair.words
    )


def _hit(pair: DuplicatePair, found: Gathered, index: int) -> parts.HitInfo:
    """`words` tell how the lesser copy differs, which may be the one that was looked for."""
    words = pair.words
    if pair.better == pair.second:
        words = f"a better copy: what was looked for is {words.removeprefix('same picture, ')}"
    return parts.HitInfo(_picture(found, index), pair.kind, pair.distance_bits, words, pair.box)


def _is_itself(asked: Place, hit: Place) -> bool:
    """Whether the very file that was looked for has been found."""
    return hit.article is None and hit.request.url == asked.request.url


# --- groups -------------------------------------------------------------------------------------


class _Copies:
    """What is known of the pairs of one search, by the first of each set of equal pictures."""

    def __init__(self, result: Duplicates, order: Mapping[str, int]) -> None:
        self.order = order
        self.heads = {p.second: p.first for p in result.pairs if p.kind == "exact"}
        self.pairs = {frozenset((p.first, p.second)): p for p in result.pairs}
        self.home = {m: group.id for group in whole_groups(result.groups) for m in group.members}
        self.lesser = {
            p.second if p.better == p.first else p.first
            for p in result.pairs
            if p.better is not None and self.home.get(p.first) == self.home.get(p.second)
        }

    def head(self, identity: str) -> str:
        return self.heads.get(identity, identity)

    def pair(self, one: str, other: str) -> DuplicatePair | None:
        """How two pictures are alike: themselves, or those that they are equal to."""
        return self.pairs.get(frozenset((one, other))) or self.pairs.get(
            frozenset((self.head(one), self.head(other)))
        )

    def best(self, group: DuplicateGroup, found: Gathered) -> str:
        """The copy to keep: no other is better, and of those that are left the largest.

        Where several are as large, the one with most bytes of those that are nearest to the picture
        that all were compared with: bytes alone would prefer what has been written over.
        """
        left = [m for m in group.members if self.head(m) not in self.lesser] or list(group.members)

        def merit(member: str) -> tuple[int, bool, int, int]:
            index = self.order[member]
            pair = self.pair(group.members[0], member)
            plain = pair is None or pair.distance_bits <= _PLAIN_BITS
            area = wording.area(found.pictures[index].picture)
            return -area, not plain, -found.pictures.size_bytes(index), index

        return min(left, key=merit)


def _groups(result: Duplicates, found: Gathered, settings: Settings) -> Iterator[parts.GroupInfo]:
    order = {place.id: index for index, place in enumerate(found.places)}
    copies = _Copies(result, order)
    for group in whole_groups(result.groups):
        keep = copies.best(group, found)
        yield parts.GroupInfo(
            id=group.id,
            kind=group.kind,
            distance_bits=group.distance_bits,
            keep=told_text(keep),
            members=[_member(m, keep, group.members[0], copies, found, settings) for m in group.members],
        )


def _member(
    member: str, keep: str, first: str, copies: _Copies, found: Gathered, settings: Settings
) -> parts.MemberInfo:
    picture = _picture(found, copies.order[member])
    if member == keep:
        return parts.MemberInfo(picture, keep=True, distance_bits=0, words=None)
    direct = copies.pair(keep, member) or _looked_at_again(keep, member, copies, found, settings)
    if direct is not None:
        return parts.MemberInfo(picture, keep=False, distance_bits=direct.distance_bits, words=direct.words)
    by = copies.pair(first, member)
    return parts.MemberInfo(picture, keep=False, distance_bits=by.distance_bits if by else None, words=None)


def _looked_at_again(
    keep: str, member: str, copies: _Copies, found: Gathered, settings: Settings
) -> duplicates.Comparison | None:
    """How a picture that came into the group by another one is like the one to keep.

    Two pictures are compared at more places than two of many are.
    """
    one, other = (found.pictures[copies.order[identity]] for identity in (keep, member))
    same = one.sha256 == other.sha256
    again = duplicates.compare(one.picture, other.picture, settings.duplicates, same_bytes=same)
    return again if again.kind is not None and again.better != "second" else None


def whole_groups(groups: Sequence[DuplicateGroup]) -> list[DuplicateGroup]:
    """The groups without those of equal pictures that stand in a looser group as well."""
    looser = {m for group in groups if group.kind != "exact" for m in group.members}
    return [group for group in groups if group.kind != "exact" or group.members[0] not in looser]
