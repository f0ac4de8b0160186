"""Fingerprints to pairs and groups of pictures that show the same, within an article or a folder."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, TypeVar, overload

from auditor import likeness, matching, wording
from auditor.config import DuplicateSettings
from auditor.likeness import Link
from auditor.model import DuplicateGroup, DuplicateKind, DuplicatePair, Picture, Value
from auditor.wording import Box

T = TypeVar("T")


class Entry(Value, frozen=True):
    """One picture in the search; `article` is where it stands (None: all stand in one collection)."""

    id: str
    sha256: str
    picture: Picture
    article: str | None = None


class Duplicates(Value, frozen=True):
    """All groups and pairs of one search. `possible` pairs are shown, never a finding by themselves;
    those of one group are left out.

    Pictures with equal bytes or pixels form a group of kind "exact"; where such pictures have other
    copies too, they stand in the looser group as well. Every member of a group is linked to its
    first; `related` are pairs between members of different groups (or of none): copies that joined
    another group are never chained into one. `crowded` counts hash values so frequent that not all
    their pictures were compared.
    """

    groups: tuple[DuplicateGroup, ...] = ()
    pairs: tuple[DuplicatePair, ...] = ()
    possible: tuple[DuplicatePair, ...] = ()
    related: tuple[DuplicatePair, ...] = ()
    crowded: int = 0


class _View(Sequence[T]):
    """A sequence that is made as it is read: entries may lie on disk, and not all fit into memory."""

    def __init__(self, length: int, item: Callable[[int], T]) -> None:
        self._length = length
        self._item = item

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self._item(n) for n in range(*index.indices(self._length))]
        if not 0 <= index < self._length:
            raise IndexError(index)
        return self._item(index)


class Comparison(Value, frozen=True):
    """Two pictures side by side. `kind` is None where they are not the same picture.

    `distance_bits` is that of the whole pictures, or of the crop or turned copy that was found.
    `better` names the larger or cleaner one; `whole` and `box` are as in `DuplicatePair`.
    """

    kind: DuplicateKind | None
    distance_bits: int | None
    words: str
    possible: bool = False
    better: Literal["first", "second"] | None = None
    whole: Literal["first", "second"] | None = None
    box: Box | None = None


def find(entries: Sequence[Entry], settings: DuplicateSettings) -> Duplicates:
    """Groups and pairs among the entries, which come in reading order with ids of their own."""
    alike = _collapse(entries)
    heads = _View(len(alike), lambda n: entries[alike[n][0]])
    pictures = _View(len(heads), lambda n: heads[n].picture)
    found = matching.links(pictures, [e.article for e in heads], settings)
    sure = [link for link in found.links if link.certain]
    exact = [_exact_pair(entries[m[0]], entries[i]) for m in alike for i in m[1:]]
    stars = list(_stars(sure))
    home = {n: place for place, star in enumerate(stars) for n in star}
    groups = [_group([entries[i] for i in members], "exact", 0) for members in alike if len(members) > 1]
    for star in stars:
        members = [i for n in star for i in alike[n]]
        ordered = [entries[i] for i in (members[0], *sorted(members[1:]))]
        groups.append(_group(ordered, *_loosest(link for link in star.values() if link)))
    return Duplicates(
        groups=tuple(groups),
        pairs=tuple(exact + [_pair(heads[link.first], heads[link.second], heads, link) for link in sure]),
        possible=tuple(
            _pair(heads[n.first], heads[n.second], heads, n)
            for n in found.links
            if not n.certain and (n.first not in home or home[n.first] != home.get(n.second))
        ),
        related=tuple(
            _pair(heads[link.first], heads[link.second], heads, link)
            for link in sure
            if home.get(link.first) != home.get(link.second)
        ),
        crowded=found.crowded,
    )


def search(query: Entry, entries: Sequence[Entry], settings: DuplicateSettings) -> list[DuplicatePair]:
    """All uses of one picture among the entries, sure ones first, then by distance.

    Possible ones are not in the list. `first` of every pair is the query.
    """
    return searches([query], entries, settings)[0]


def searches(
    queries: Sequence[Entry], entries: Sequence[Entry], settings: DuplicateSettings
) -> list[list[DuplicatePair]]:
    """The same for several pictures at once, which costs little more than one."""
    count = len(queries)
    every = _View(count + len(entries), lambda n: queries[n] if n < count else entries[n - count])
    pictures = _View(len(every), lambda n: every[n].picture)
    found = matching.links(pictures, [None] * len(every), settings, queries=count)
    uses = [[_exact_pair(query, entry) for entry in same] for query, same in _equal(queries, entries)]
    near: list[list[DuplicatePair]] = [[] for _ in queries]
    for link in found.links:
        if link.certain and link.first < count <= link.second:
            query, entry = every[link.first], every[link.second]
            if not _same(query, entry):
                near[link.first].append(_pair(query, entry, every, link))
    return [one + sorted(two, key=lambda p: p.distance_bits) for one, two in zip(uses, near, strict=True)]


def compare(
    first: Picture, second: Picture, settings: DuplicateSettings, *, same_bytes: bool = False
) -> Comparison:
    """How two pictures are alike, in bits and in words."""
    if same_bytes or (first.pixels is not None and first.pixels == second.pixels):
        return Comparison("exact", 0, wording.exact(first, second, same_bytes=same_bytes))
    entries = [Entry("first", "first", first), Entry("second", "second", second)]
    found = matching.links([first, second], [None, None], settings).links
    if not found:
        return _different(first, second)
    link = found[0]
    pair = _pair(entries[0], entries[1], entries, link)
    return Comparison(
        kind=pair.kind if link.certain else None,
        distance_bits=pair.distance_bits,
        words=pair.words,
        possible=not link.certain,
        better=_name(pair.better),
        whole=_name(pair.whole),
        box=pair.box,
    )


def _name(identity: str | None) -> Literal["first", "second"] | None:
    if identity is None:
        return None
    return "first" if identity == "first" else "second"


def _different(first: Picture, second: Picture) -> Comparison:
    prints = first.fingerprint, second.fingerprint
    if prints[0] is None or prints[1] is None:
        return Comparison(None, None, "cannot be compared: a picture without pixels of its own")
    if prints[0].version != prints[1].version:
        return Comparison(None, None, "cannot be compared: fingerprints of different versions")
    bits = likeness.near_bits(prints[0], prints[1])
    if "plain" in (prints[0].texture, prints[1].texture):
        return Comparison(None, bits, "too little in them to compare: only equal pixels would tell")
    return Comparison(None, bits, f"different pictures: {bits} of 256 bits differ")


def _equal(queries: Sequence[Entry], entries: Sequence[Entry]) -> Iterator[tuple[Entry, list[Entry]]]:
    """Each query with the entries of equal bytes or pixels."""
    places: dict[str, set[int]] = defaultdict(set)
    for index, entry in enumerate(entries):
        for key in _keys(entry):
            places[key].add(index)
    for query in queries:
        found = sorted(index for key in _keys(query) for index in places.get(key, ()))
        yield query, [entries[index] for index in dict.fromkeys(found)]


def _keys(entry: Entry) -> list[str]:
    """What is equal for equal bytes, and for equal pixels."""
    return [key for key in (entry.sha256, entry.picture.pixels) if key]


def _same(one: Entry, other: Entry) -> bool:
    pixels = one.picture.pixels
    return one.sha256 == other.sha256 or (pixels is not None and pixels == other.picture.pixels)


def _collapse(entries: Sequence[Entry]) -> list[list[int]]:
    """Indexes of entries by equal bytes or equal pixels, in the order of their first members."""
    seen: dict[str, int] = {}
    groups: list[list[int]] = []
    for index, entry in enumerate(entries):
        keys = _keys(entry)
        place = next((seen[key] for key in keys if key in seen), len(groups))
        if place == len(groups):
            groups.append([])
        groups[place].append(index)
        seen.update(dict.fromkeys(keys, place))
    return groups


def _stars(links: Iterable[Link]) -> Iterator[dict[int, Link | None]]:
    """Groups around a representative (first) to which every member is linked.

    Linking members of members would chain: one such cluster once swallowed 1,546 pictures.
    """
    near: dict[int, dict[int, Link | None]] = defaultdict(dict)
    for link in links:
        near[link.first][link.second] = near[link.second][link.first] = link
    taken: set[int] = set()
    for centre in sorted(near, key=lambda n: (-len(near[n]), n)):
        around = {n: link for n, link in sorted(near[centre].items()) if n not in taken}
        if centre not in taken and around:
            taken |= {centre, *around}
            yield {centre: None, **around}


def _loosest(links: Iterable[Link]) -> tuple[DuplicateKind, int]:
    """The kind that says most about a group's links, and the largest distance."""
    found = list(links)
    kinds = {link.kind for link in found}
    kind: DuplicateKind = next(kind for kind in ("near", "cropped", "mirrored") if kind in kinds)
    return kind, max(link.bits for link in found)


def _group(members: Sequence[Entry], kind: DuplicateKind, bits: int) -> DuplicateGroup:
    """The id depends on what the pictures are, not on where they stand."""
    digest = hashlib.sha256("\n".join(sorted({m.sha256 for m in members})).encode()).hexdigest()
    return DuplicateGroup(f"dup-{digest[:16]}", kind, bits, tuple(m.id for m in members))


def _exact_pair(first: Entry, second: Entry) -> DuplicatePair:
    same = first.sha256 == second.sha256
    return DuplicatePair(
        first.id, second.id, "exact", 0, wording.exact(first.picture, second.picture, same_bytes=same)
    )


def _pair(first: Entry, second: Entry, entries: Sequence[Entry], link: Link) -> DuplicatePair:
    whole = entries[link.whole] if link.whole is not None else None
    better = _better(first, second, whole)
    one, other = (second, first) if better == second.id else (first, second)
    words = wording.difference(one.picture, other.picture, link)
    return DuplicatePair(
        first=first.id,
        second=second.id,
        kind=link.kind,
        distance_bits=link.bits,
        words=words if link.certain else f"perhaps the {words}",
        better=better,
        whole=whole.id if whole else None,
        box=wording.box_px(link.window, whole.picture) if whole and link.window else None,
        turn=link.turn,
    )


def _better(first: Entry, second: Entry, whole: Entry | None) -> str | None:
    """The id of the copy to keep."""
    if whole is not None:
        return whole.id
    prints = first.picture.fingerprint, second.picture.fingerprint
    bordered = bool(prints[0] and prints[1] and wording.bordered(prints[0], prints[1]))
    merits = [_merits(entry.picture, bordered=bordered) for entry in (first, second)]
    if merits[0] == merits[1]:
        return None
    return first.id if merits[0] > merits[1] else second.id


def _merits(picture: Picture, *, bordered: bool) -> tuple[bool, bool, int]:
    print_ = picture.fingerprint
    coloured = bool(print_ and print_.colours and not likeness.is_grey(print_))
    return coloured, not (bordered and print_ and print_.inner), wording.area(picture)
