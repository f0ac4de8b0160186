"""The search finds what comparing everything with everything finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import hamming


def planted(count: int, copies: int, most: int, seed: int = 0) -> tuple[hamming.Words, set[tuple[int, int]]]:
    """Random keys, and the pairs of which the second is the first with up to `most` bits turned."""
    random = np.random.default_rng(seed)
    keys = random.integers(0, 2**64, (count, 4), dtype=np.uint64)
    pairs = set()
    for number in range(copies):
        bits = np.zeros(256, np.uint8)
        bits[random.choice(256, random.integers(0, most + 1), replace=False)] = 1
        keys[count - 1 - number] = keys[number] ^ np.packbits(bits).view(">u8").astype(np.uint64)
        pairs.add((number, count - 1 - number))
    return keys, pairs


def told(matches: hamming.Matches) -> set[tuple[int, int]]:
    return set(zip(matches.first.tolist(), matches.second.tolist(), strict=True))


def test_words_are_the_hash_in_its_own_order() -> None:
    key = bytes(range(32))
    assert hamming.words([key])[0, 0] == int.from_bytes(key[:8])
    assert hamming.words([]).shape == (0, 4)


def test_comparing_everything_finds_every_planted_pair() -> None:
    keys, pairs = planted(3000, 300, 64)
    assert told(hamming.pairs(keys, 64)) == pairs


def test_posting_lists_find_nearly_all_that_comparing_everything_finds() -> None:
    keys, pairs = planted(4000, 1000, 31)
    found = told(hamming.pairs(keys, 31, exhaustive=0))
    assert found <= pairs
    assert len(found) >= 0.98 * len(pairs)


@pytest.mark.parametrize(("radius", "share"), [(0, 0.55), (1, 0.9)])
def test_neighbouring_slots_find_copies_that_are_further_away(radius: int, share: float) -> None:
    keys, pairs = planted(3000, 600, 64)
    found = told(hamming.search(keys[:600], keys, 64, radius=radius, exhaustive=0))
    assert {(one, other) for one, other in found if one != other} <= pairs
    assert len(found & pairs) >= share * len(pairs)


def test_a_slot_value_that_all_share_is_capped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hamming, "CROWD", 16)
    keys, _ = planted(400, 0, 0)
    keys[:, 0] = 7
    assert hamming.pairs(keys, 31, exhaustive=0).crowded > 0
    assert hamming.search(keys[:3], keys, 31, exhaustive=0).crowded > 0
    assert hamming.pairs(keys, 31).crowded == 0


def test_small_blocks_give_the_same_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    keys, _ = planted(900, 200, 40)
    whole = hamming.pairs(keys, 40), hamming.search(keys, keys, 40, exhaustive=0)
    monkeypatch.setattr(hamming, "BLOCK", 50)
    small = hamming.pairs(keys, 40), hamming.search(keys, keys, 40, exhaustive=0)
    assert [told(matches) for matches in whole] == [told(matches) for matches in small]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=12), st.integers(0, 256))
def test_every_pair_told_lies_within_the_limit_and_no_other_does(keys: list[bytes], limit: int) -> None:
    matches = hamming.pairs(hamming.words(keys), limit)
    truth = {
        (i, j): (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()
        for i, a in enumerate(keys)
        for j, b in enumerate(keys)
        if i < j
    }
    assert told(matches) == {pair for pair, bits in truth.items() if bits <= limit}
    assert [truth[pair] for pair in zip(matches.first, matches.second, strict=True)] == matches.bits.tolist()
