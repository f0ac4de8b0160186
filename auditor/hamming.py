"""Hashes of 256 bits to all pairs within so many bits, by posting lists on slots of 16 bits.

Two hashes that differ in few bits agree wholly in one slot at least, nearly always: only
hashes with an equal slot are compared, by XOR and a count of bits. A slot value that very many
share is looked at up to a cap, and counted, so that no skew of the data is paid for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]  # shape (n, 4), most significant word first
Indexes = npt.NDArray[np.int64]

# First bits of the slots: all bits once, and some again across the seams (.989 of random turns of 0
# to 31 bits are found by the 16 alone, .993 by all 20). Many hashes need wider slots, so that lists
# stay short, and more of them, as a wider one is hit more often.
NARROW = (16, (*range(0, 256, 16), 24, 88, 152, 216))
WIDE = (19, tuple(range(0, 256, 8)))
WIDE_FROM = 3_000_000
EXHAUSTIVE = 400_000_000  # comparisons that are worth it, as they miss nothing: a second or two
TILE = 1 << 16  # pairs compared at a time: their words stay in the processor's cache
CROWD = 2048  # hashes with one slot value that are looked at
BLOCK = 1 << 20  # candidate pairs held at a time: 100 MB


class Matches(NamedTuple):
    """Pairs as three arrays of one length; `crowded` counts slot values that hit the cap."""

    first: Indexes
    second: Indexes
    bits: Indexes
    crowded: int = 0


def words(hashes: Sequence[bytes]) -> Words:
    """Hashes of 32 bytes as an array of shape (n, 4)."""
    return np.frombuffer(b"".join(hashes), ">u8").astype(np.uint64).reshape(-1, 4)


def distances(one: Words, others: Words) -> npt.NDArray[np.uint8]:
    """Bits that differ (at most 255 are told) between hashes of shapes that broadcast, (..., 4)."""
    counts: npt.NDArray[np.uint8] = np.bitwise_count(one ^ others)
    total: npt.NDArray[np.uint8] = np.minimum(counts.sum(axis=-1, dtype=np.uint16), 255).astype(np.uint8)
    return total


def pairs(keys: Words, limit: int, *, exhaustive: int = EXHAUSTIVE) -> Matches:
    """All pairs of the keys within the limit, the lower index first, in order.

    Complete up to 28,000 keys; beyond, .999 of true copies within 31 bits and .947 of those within
    64 are found (320 photographs x 33 copies, November 2026).
    """
    if len(keys) * len(keys) // 2 <= exhaustive:
        return _gathered(_every(keys, keys, limit, later=True), len(keys))
    return _gathered(_joined(keys, limit), len(keys))


def search(
    queries: Words, keys: Words, limit: int, *, radius: int = 0, exhaustive: int = EXHAUSTIVE
) -> Matches:
    """All (query, key) pairs within the limit, in order.

    With `radius` 1 slots that differ in one bit are looked up too: 17 times the work, for .994 of
    true copies within 64 bits.
    """
    if len(queries) * len(keys) <= exhaustive:
        return _gathered(_every(queries, keys, limit), len(keys))
    return Index(keys).search(queries, limit, radius=radius)


class Index:
    """Posting lists over the 16 slots of each key, for many searches in the same keys."""

    def __init__(self, keys: Words) -> None:
        self.keys = keys
        self._columns = np.ascontiguousarray(keys.T)
        self._lists = {}
        self._width, slots = _slots(len(keys))
        for slot in slots:
            values = _slot(keys, slot, self._width)
            starts = np.concatenate([[0], np.cumsum(np.bincount(values, minlength=1 << self._width))])
            self._lists[slot] = np.argsort(values, kind="stable").astype(np.int32), starts

    def search(self, queries: Words, limit: int, *, radius: int = 0) -> Matches:
        """All (query, key) pairs within the limit, in order."""
        flips = [0, *(1 << bit for bit in range(self._width) if radius)]
        return _gathered(self._found(queries, limit, flips), len(self.keys))

    def _found(self, queries: Words, limit: int, flips: list[int]) -> Iterator[Matches]:
        columns = np.ascontiguousarray(queries.T)
        for slot, (order, starts) in self._lists.items():
            values = _slot(queries, slot, self._width)
            for flip in flips:
                begin, end = starts[values ^ flip], starts[(values ^ flip) + 1]
                sizes = np.minimum(end - begin, CROWD)
                crowded = int(np.count_nonzero(end - begin > CROWD))
                for part in _blocks(sizes):
                    query = np.repeat(np.arange(part.start, part.stop), sizes[part])
                    key = order[_ranges(begin[part], sizes[part])].astype(np.int64)
                    yield _within(columns, self._columns, query, key, limit)
                yield _none(crowded)


def _slots(count: int) -> tuple[int, tuple[int, ...]]:
    return WIDE if count >= WIDE_FROM else NARROW


def _slot(keys: Words, first: int, width: int) -> npt.NDArray[np.uint32]:
    """So many bits of every key from this one on; after the last bit comes the first."""
    word, bit = divmod(first, 64)
    bits = keys[:, word] << np.uint64(bit)
    if bit + width > 64:
        bits |= keys[:, (word + 1) % 4] >> np.uint64(64 - bit)
    values: npt.NDArray[np.uint32] = (bits >> np.uint64(64 - width)).astype(np.uint32)
    return values


def _blocks(sizes: Indexes) -> Iterator[slice]:
    """Runs of queries whose candidates fit into one block."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        reach = (ends[start - 1] if start else 0) + BLOCK
        stop = max(start + 1, int(np.searchsorted(ends, reach, side="right")))
        yield slice(start, stop)
        start = stop


def _ranges(begins: Indexes, sizes: Indexes) -> Indexes:
    """The numbers begin, begin + 1, ... of every range, one after the other."""
    shifts = np.cumsum(sizes) - sizes
    ranges: Indexes = np.repeat(begins - shifts, sizes) + np.arange(int(sizes.sum()))
    return ranges


def _within(queries: Words, keys: Words, query: Indexes, key: Indexes, limit: int) -> Matches:
    """Those of the candidate pairs that lie within the limit, dropped as soon as they do not.

    Queries and keys by column, shape (4, n): reading them is what this costs.
    """
    bits = np.zeros(len(query), dtype=np.uint16)
    for word in range(4):
        bits = bits + np.bitwise_count(queries[word][query] ^ keys[word][key])
        if word in (1, 3):
            near = np.flatnonzero(bits <= limit)
            query, key, bits = query[near], key[near], bits[near]
    return Matches(query, key, bits.astype(np.int64))


def _joined(keys: Words, limit: int) -> Iterator[Matches]:
    """The keys against themselves: in each slot every key meets those that follow it in its bucket."""
    width, slots = _slots(len(keys))
    for slot in slots:
        values = _slot(keys, slot, width)
        order = np.argsort(values, kind="stable")
        values, ordered = values[order], np.ascontiguousarray(keys[order].T)
        here = np.flatnonzero(values[1:] == values[:-1])
        for step in range(1, CROWD + 1):
            here = here[here + step < len(values)]
            here = here[values[here] == values[here + step]]
            if not len(here):
                break
            for start in range(0, len(here), BLOCK):
                part = here[start : start + BLOCK]
                found = _within(ordered, ordered, part, part + step, limit)
                one, other = order[found.first], order[found.second]
                yield Matches(np.minimum(one, other), np.maximum(one, other), found.bits)
        yield _none(len(first_of_each(values[here])))


def first_of_each(values: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Where each distinct value stands first, in the order of the values; shape (distinct,).

    As numpy's `unique`, which takes 60 ms to load what it knows of masked arrays.
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    return order[np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(values)])]


def _every(queries: Words, keys: Words, limit: int, *, later: bool = False) -> Iterator[Matches]:
    """Each query against each key, tile by tile; with `later` only against keys behind its own place."""
    ours, theirs = np.ascontiguousarray(queries.T), np.ascontiguousarray(keys.T)
    for left in range(0, len(keys), TILE):
        width = min(TILE, len(keys) - left)
        height = max(1, TILE // width)
        scratch = _Scratch.of(height * width)
        last = min(left + width, len(queries)) if later else len(queries)
        for top in range(0, last, height):
            first = max(left, top) if later else left
            found = _tile(ours[:, top : top + height], theirs[:, first : left + width], limit, scratch)
            query, key = found.first + top, found.second + first
            if later:
                behind = key > query
                yield Matches(query[behind], key[behind], found.bits[behind])
            else:
                yield Matches(query, key, found.bits)


class _Scratch(NamedTuple):
    """Room for the pairs of one tile, used again for the next: fresh memory costs more than comparing.

    Where they differ, in how many bits of this word, and in how many so far.
    """

    differing: npt.NDArray[np.uint64]
    word: npt.NDArray[np.uint8]
    bits: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, size: int) -> _Scratch:
        return cls(np.empty(size, np.uint64), np.empty(size, np.uint8), np.empty(size, np.uint8))


def _tile(queries: Words, keys: Words, limit: int, scratch: _Scratch) -> Matches:
    """Queries against keys, both by column. Words that few pairs are still near after are left to these.

    Of two random hashes 32 bits of a word differ, more or less 4: after two words one pair in 400 is
    within 48 bits, after three one in 80 within 80.
    """
    shape = queries.shape[1], keys.shape[1]
    room = [part[: shape[0] * shape[1]].reshape(shape) for part in scratch]
    differing, count, total = room
    whole = 2 if limit <= 48 else 3
    for word in range(whole):
        np.bitwise_xor(queries[word][:, None], keys[word], out=differing)
        np.bitwise_count(differing, out=count if word else total)
        if word:
            np.add(total, count, out=total)
    query, key = np.divmod(np.flatnonzero(total <= min(limit, 255)), shape[1])
    bits = total[query, key].astype(np.int64)
    for word in range(whole, 4):
        bits += np.bitwise_count(queries[word][query] ^ keys[word][key])
    near = bits <= limit
    return Matches(query[near], key[near], bits[near])


def _none(crowded: int) -> Matches:
    nothing = np.empty(0, dtype=np.int64)
    return Matches(nothing, nothing, nothing, crowded)


def _gathered(parts: Iterator[Matches], width: int) -> Matches:
    """All parts as one, every pair once, sorted by first and second."""
    found = [_none(0), *(part for part in parts if len(part.first) or part.crowded)]
    first, second, bits = (np.concatenate([part[field] for part in found]) for field in range(3))
    once = first_of_each(first * max(1, width) + second)
    return Matches(first[once], second[once], bits[once], sum(part.crowded for part in found))
