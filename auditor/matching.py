"""Pictures to links between those that are alike: who is compared with whom, and by which hash."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np

from auditor import fingerprint, hamming, likeness, windows
from auditor.config import DuplicateSettings
from auditor.hamming import Words
from auditor.likeness import Link
from auditor.model import Fingerprint, Picture

DENSE_UP_TO = 200  # pictures; beyond, the light family of windows must do
_CANDIDATE_BITS = 80  # of a window, before it is fitted
_DRAWN_CANDIDATE_BITS = 40  # of a drawing: flags and charts resemble one another
_DRAWN_UP_TO = 500  # drawings; among more, tables of one template would all be candidates
_TRIES = 8  # windows of a calm pair that are fitted: the nearest by hash may fit worse than the next
_CLEARER_BITS = 8  # by which a crop must fit better than the whole
_UNCROPPED_SHARE = 0.97  # of the area: what is left of re-encoding and borders
_INDEXED = 4096  # keys that are worth an index
_FEW = 100_000  # comparisons that cost less than the call
_BATCH = 64  # pictures whose windows are searched together


class _Keys(NamedTuple):
    """The hashes that pictures are found by; `owners` are indexes of pictures."""

    hashes: Words
    owners: hamming.Indexes


class Found(NamedTuple):
    """All links, in order; `crowded` counts hash values so frequent that not all were compared."""

    links: list[Link]
    crowded: int


def links(
    pictures: Sequence[Picture],
    groups: Sequence[str | None],
    settings: DuplicateSettings,
    *,
    queries: int | None = None,
) -> Found:
    """Links between pictures of which no two are the same.

    `groups` tell the article of each picture: across articles `archive_bits` holds, within one
    `near_bits`. With `queries` only the first so many pictures are compared with all; without, all
    with all.
    """
    if len(pictures) < 2:
        return Found([], 0)
    return _Search(pictures, groups, settings, queries).run()


class _Search:
    """One search: what it compares, and what it has found so far (by pair of indexes)."""

    def __init__(
        self,
        pictures: Sequence[Picture],
        groups: Sequence[str | None],
        settings: DuplicateSettings,
        queries: int | None,
    ) -> None:
        self.pictures = pictures
        self.groups = groups
        self.settings = settings
        self.queries = len(pictures) if queries is None else queries
        self.everything = queries is None
        self.found: dict[tuple[int, int], Link] = {}
        self.crowded = 0
        self.keys = self._keys(("photo", "graphic"))
        self.photos = self._keys(("photo",))

    def run(self) -> Found:
        self._copies()
        self._turned_copies()
        if self.settings.crops:
            self._crops()
        return Found([self.found[pair] for pair in sorted(self.found)], self.crowded)

    def _print(self, index: int) -> Fingerprint:
        print_ = self.pictures[index].fingerprint
        assert print_ is not None
        return print_

    def _keys(self, textures: tuple[str, ...]) -> _Keys:
        hashes, owners = [], []
        for index, picture in enumerate(self.pictures):
            if picture.fingerprint and picture.fingerprint.texture in textures:
                for key in likeness.keys(picture.fingerprint):
                    hashes.append(key)
                    owners.append(index)
        return _Keys(hamming.words(hashes), np.array(owners, dtype=np.int64))

    def _limit(self, first: int, second: int) -> int:
        same = self.groups[first] == self.groups[second]
        return self.settings.near_bits if same else min(self.settings.near_bits, self.settings.archive_bits)

    def _pairs(self, found: hamming.Matches, one: _Keys, other: _Keys) -> Iterator[tuple[int, int]]:
        """Pairs of pictures, the lower index first, each once."""
        self.crowded += found.crowded
        pairs = np.stack([one.owners[found.first], other.owners[found.second]], axis=1)
        pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
        once = hamming.first_of_each(pairs[:, 0] * (1 + pairs.max(initial=0)) + pairs[:, 1])
        yield from pairs[once].tolist()

    def _copies(self) -> None:
        keys, settings = self.keys, self.settings
        reach = max(settings.near_bits, settings.possible_bits)
        if self.everything:
            matches = hamming.pairs(keys.hashes, reach)
        else:
            matches = hamming.search(self._asked(keys).hashes, keys.hashes, reach, radius=1)
        for first, second in self._pairs(matches, keys, keys):
            one, other = self.pictures[first], self.pictures[second]
            bits = likeness.near_bits(self._print(first), self._print(second))
            certain = likeness.is_copy(one, other, self._limit(first, second), settings.graphic_bits)
            if certain or likeness.is_possible(
                self._print(first), self._print(second), settings.possible_bits
            ):
                self.found[first, second] = Link(first, second, "near", bits, certain)

    def _asked(self, keys: _Keys) -> _Keys:
        """The keys of the queries, which stand first."""
        count = int(np.searchsorted(keys.owners, self.queries))
        return _Keys(keys.hashes[:count], keys.owners[:count])

    def _turned_copies(self) -> None:
        asked = self._asked(self.photos)
        for turn, matches in self._turned_matches(asked):
            for first, second in self._pairs(matches, asked, self.photos):
                one, other = self.pictures[first], self.pictures[second]
                bits = likeness.turned_bits(self._print(first), self._print(second), turn)
                known = self.found.get((first, second))
                if known is not None and (known.certain or known.bits <= bits):
                    continue
                if likeness.is_copy(one, other, self._limit(first, second), 0, turn):
                    self.found[first, second] = Link(first, second, "mirrored", bits, turn=turn)

    def _turned_matches(self, asked: _Keys) -> Iterator[tuple[str, hamming.Matches]]:
        """What turned pictures meet, turn by turn; of few pictures all turns are searched for at once."""
        keys, limit, count = self.photos.hashes, self.settings.near_bits, len(asked.hashes)
        if count * len(keys) > _FEW:
            for turn in fingerprint.TURNS:
                yield turn, hamming.search(fingerprint.turned(asked.hashes, turn), keys, limit)
        elif count:
            turned = [fingerprint.turned(asked.hashes, turn) for turn in fingerprint.TURNS]
            found = hamming.search(np.concatenate(turned), keys, limit)
            for number, turn in enumerate(fingerprint.TURNS):
                own = found.first // count == number
                if own.any():
                    yield turn, hamming.Matches(found.first[own] % count, found.second[own], found.bits[own])

    def _crops(self) -> None:
        self._crops_among(self.photos, _CANDIDATE_BITS)
        drawings = self._keys(("graphic",))
        if len(drawings.owners) <= _DRAWN_UP_TO:
            self._crops_among(drawings, _DRAWN_CANDIDATE_BITS)

    def _crops_among(self, keys: _Keys, limit: int) -> None:
        """Crops among pictures of one texture, as drawings are never joined to photographs."""
        asked = self._asked(keys)
        wholes = [index for index in dict.fromkeys(keys.owners.tolist()) if self._print(index).thumb]
        old, new = (
            [i for i in wholes if not self.everything and i >= self.queries],
            [i for i in wholes if self.everything or i < self.queries],
        )
        for indexes, targets in ((new, keys), (old, asked)):
            if not len(targets.hashes):
                continue
            family: windows.Family = "dense" if len(indexes) <= DENSE_UP_TO else "light"
            index = hamming.Index(targets.hashes) if len(targets.hashes) > _INDEXED else None
            for start in range(0, len(indexes), _BATCH):
                self._match_windows(indexes[start : start + _BATCH], family, targets, index, limit)

    def _match_windows(
        self,
        wholes: list[int],
        family: windows.Family,
        targets: _Keys,
        index: hamming.Index | None,
        limit: int,
    ) -> None:
        """The windows of some pictures against the targets; the nearest of each pair are fitted."""
        hashes, places = self._windows(wholes, family)
        if index is None:
            matches = hamming.search(hashes, targets.hashes, limit)
        else:
            matches = index.search(hashes, limit)
        self.crowded += matches.crowded
        nearest: dict[tuple[int, int], list[tuple[windows.Window, int]]] = {}
        for match in np.argsort(matches.bits, kind="stable").tolist():
            whole, window = places[int(matches.first[match])]
            tried = nearest.setdefault((whole, int(targets.owners[matches.second[match]])), [])
            if len(tried) < _TRIES:
                tried.append((window, int(matches.bits[match])))
        for (whole, other), tried in nearest.items():
            known = self.found.get((min(whole, other), max(whole, other)))
            bits = tried[0][1]
            if other != whole and (known is None or not known.certain or bits <= known.bits):
                calm = self._print(whole).calm or self._print(other).calm
                any(self._is_crop(whole, other, window) for window, _ in tried[: None if calm else 1])

    def _windows(
        self, wholes: list[int], family: windows.Family
    ) -> tuple[Words, list[tuple[int, windows.Window]]]:
        hashes: list[Words] = []
        places: list[tuple[int, windows.Window]] = []
        for whole in wholes:
            print_, shape = self._print(whole), likeness.shape(self.pictures[whole])
            for part in dict.fromkeys((windows.WHOLE, likeness.frame_of(print_))):
                found, cuts = _hashes(print_.thumb, shape, family, part)
                hashes.append(found)
                places.extend(zip(repeat(whole), cuts))
        return np.concatenate(hashes), places

    def _is_crop(self, whole: int, crop: int, window: windows.Window) -> bool:
        """Whether the window fits; where it does the link is noted, unless the wholes agree as well."""
        pair = (min(whole, crop), max(whole, crop))
        known = self.found.get(pair)
        fit = likeness.fitted(self.pictures[whole], window, self.pictures[crop])
        if fit is None:
            return False
        if fit[0].area >= _UNCROPPED_SHARE:
            if fit[0] == windows.WHOLE and (known is None or not known.certain):
                self.found[pair] = Link(*pair, "near", fit[1])  # the content agrees, and where it lies
            return True
        if known is None or not known.certain or fit[1] + _CLEARER_BITS < known.bits:
            self.found[pair] = Link(*pair, "cropped", fit[1], whole=whole, window=fit[0])
        return True


# 5 MB at most: the same few pictures stand in many articles of an archive.
_hashes = functools.lru_cache(maxsize=512)(windows.hashes)
