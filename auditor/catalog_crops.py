"""Which picture of the catalog is a part of which: the windows of every whole, and what they hit.

The windows of a photograph (`windows`, the light family) are hashed once, when its content is new, and
kept: 1.4 KB each. New wholes are searched for among all pictures, and new pictures in all wholes that
were there before; pixels decide, as in a check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import sqlalchemy as sa

from auditor import fingerprint, hamming, likeness, windows
from auditor.catalog import upsert
from auditor.catalog_schema import blobs
from auditor.catalog_schema import windows as stored
from auditor.hamming import Indexes, Words
from auditor.model import Picture

CANDIDATE_BITS = 80  # of a window, before it is fitted
CLEARER_BITS = 8  # by which a crop must fit better than the whole
UNCROPPED_SHARE = 0.97  # of the area: what is left of re-encoding and borders
AT_ONCE = 2_000  # wholes whose windows are held at a time: 3 MB
MOST = 50  # candidates of one whole that are fitted

Load = Callable[[int], tuple[str, Picture | None]]


class Keys(NamedTuple):
    """Hashes of pictures, and the ids of the blobs that have them."""

    hashes: Words
    owners: Indexes


class Candidate(NamedTuple):
    """A window of a whole that is near another picture by its hash; `window` is its number."""

    whole: int
    other: int
    window: int
    bits: int


class Crop(NamedTuple):
    """A picture that is a part of another one, both by the ids of their blobs."""

    whole: int
    crop: int
    bits: int


def keys(connection: sa.Connection, textures: Sequence[str]) -> Keys:
    """The hashes of all pictures that can be compared: of the whole, and of the content in a border."""
    hashes, owners = bytearray(), []
    wanted = sa.select(blobs.c.id, blobs.c.phash, blobs.c.inner_phash).where(
        blobs.c.texture.in_(textures), blobs.c.fingerprint_version == fingerprint.VERSION
    )
    for identity, phash, inner in connection.execute(wanted.order_by(blobs.c.id)):
        for key in (phash, inner):
            if key:
                hashes += key
                owners.append(identity)
    return Keys(hamming.words([bytes(hashes)]), np.array(owners, dtype=np.int64))


def cut(picture: Picture) -> Words:
    """The hashes of the windows of a photograph, shape (n, 4); none of any other picture."""
    return np.concatenate([found for found, _ in _families(picture)] or [np.empty((0, 4), np.uint64)])


def _families(picture: Picture) -> Iterator[tuple[Words, list[windows.Window]]]:
    print_ = picture.fingerprint
    if print_ is None or not print_.thumb or print_.texture != "photo":
        return
    for part in dict.fromkeys((windows.WHOLE, likeness.frame_of(print_))):
        yield windows.hashes(print_.thumb, likeness.shape(picture), "light", part)


def keep(connection: sa.Connection, cuts: Mapping[int, Words]) -> None:
    """Stores the windows of wholes, by the ids of their blobs."""
    rows = [
        {"blob": identity, "version": fingerprint.VERSION, "hashes": found.astype(">u8").tobytes()}
        for identity, found in cuts.items()
        if len(found)
    ]
    upsert(connection, stored, rows, ["blob"])


def among(cuts: Mapping[int, Words], targets: Keys, index: hamming.Index | None) -> Iterator[Candidate]:
    """Where windows of these wholes meet the targets."""
    wholes = [identity for identity, found in cuts.items() if len(found)]
    if not wholes or not len(targets.hashes):
        return
    hashes = np.concatenate([cuts[identity] for identity in wholes])
    sizes = np.array([len(cuts[identity]) for identity in wholes])
    owners = np.repeat(np.array(wholes, dtype=np.int64), sizes)
    numbers = np.arange(len(hashes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    if index is None:
        found = hamming.search(hashes, targets.hashes, CANDIDATE_BITS)
    else:
        found = index.search(hashes, CANDIDATE_BITS)
    nearest: dict[tuple[int, int], Candidate] = {}
    for place in np.argsort(found.bits, kind="stable").tolist():
        query = found.first[place]
        whole, other = int(owners[query]), int(targets.owners[found.second[place]])
        if whole != other:
            bits = int(found.bits[place])
            nearest.setdefault((whole, other), Candidate(whole, other, int(numbers[query]), bits))
    yield from nearest.values()


def before(connection: sa.Connection, new: Indexes, targets: Keys) -> Iterator[Candidate]:
    """Where the windows of wholes that are not new meet the targets."""
    if not len(targets.hashes):
        return
    index = hamming.Index(targets.hashes) if len(targets.hashes) > 64 else None
    after = 0
    while True:
        wanted = sa.select(stored.c.blob, stored.c.hashes).where(
            stored.c.blob > after, stored.c.version == fingerprint.VERSION
        )
        rows = connection.execute(wanted.order_by(stored.c.blob).limit(AT_ONCE)).all()
        if not rows:
            return
        after = rows[-1].blob
        fresh = set(np.intersect1d(new, [row.blob for row in rows]).tolist())
        cuts = {row.blob: hamming.words([row.hashes]) for row in rows if row.blob not in fresh}
        yield from among(cuts, targets, index)


def fitted(
    candidates: Iterator[Candidate], load: Load, known: Mapping[tuple[int, int], int]
) -> Iterator[Crop]:
    """The candidates that are crops by their pixels; `known` are near pairs and their bits."""
    tried: dict[int, int] = {}
    for candidate in candidates:
        tried[candidate.whole] = tried.get(candidate.whole, 0) + 1
        if tried[candidate.whole] > MOST:
            continue
        (_, whole), (_, crop) = load(candidate.whole), load(candidate.other)
        if whole is None or crop is None or crop.fingerprint is None:
            continue
        places = [place for _, cuts in _families(whole) for place in cuts]
        fit = likeness.fitted(whole, places[candidate.window], crop) if places else None
        if fit is None or fit[0].area >= UNCROPPED_SHARE:
            continue
        pair = (min(candidate.whole, candidate.other), max(candidate.whole, candidate.other))
        if pair not in known or fit[1] + CLEARER_BITS < known[pair]:
            yield Crop(candidate.whole, candidate.other, fit[1])
