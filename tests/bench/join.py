"""Time and recall of the search for near hashes, against faiss and numpy.

    python tests/bench/join.py self --count 1000000 [--faiss 20000]
    python tests/bench/join.py insert --count 1000000 --queries 10000 [--faiss 200]

`self` joins a set with itself: 90 % random hashes, 9 % copies with 0 to 31 bits turned, 1 % in which
half of the slots are equal (skew). faiss IndexBinaryMultiHash (16 hashes of 16 bits, buckets within
nflip bits) and IndexBinaryFlat are run with that many of the queries, drawn at random, and scaled up to
all, as they take half an hour for a million; their recall is that of the planted pairs among the drawn.
Compare with the one whose recall is ours: nflip 0 misses more than a hundredth. One thread.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from auditor import hamming


def data(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of shape (count, 4), and the planted pairs of shape (n, 2)."""
    random = np.random.default_rng(seed)
    keys = random.integers(0, 2**64, (count, 4), dtype=np.uint64)
    copies = count * 9 // 100
    originals = random.integers(0, count // 2, copies)
    places = np.arange(count - copies, count)
    keys[places] = keys[originals] ^ flips(random, copies, 31)
    skewed = slice(count // 2, count // 2 + count // 100)
    keys[skewed, :2] = keys[count // 2, :2]
    return keys, np.stack([originals, places], axis=1)


def flips(random: np.random.Generator, count: int, most: int) -> np.ndarray:
    """Masks with 0 to `most` bits set, shape (count, 4)."""
    masks = np.empty((count, 4), np.uint64)
    for start in range(0, count, 20_000):
        stop = min(count, start + 20_000)
        ranks = random.random((stop - start, 256), dtype=np.float32).argsort(axis=1).argsort(axis=1)
        bits = ranks < random.integers(0, most + 1, (stop - start, 1))
        masks[start:stop] = np.packbits(bits, axis=1).view(">u8")
    return masks


def recall(matches: hamming.Matches, pairs: np.ndarray, width: int) -> float:
    found = np.minimum(matches.first, matches.second) * width + np.maximum(matches.first, matches.second)
    return float(np.isin(pairs.min(axis=1) * width + pairs.max(axis=1), found).mean())


def faiss_rivals(keys: np.ndarray, queries: np.ndarray, wanted: np.ndarray, limit: int, ours: float) -> None:
    """Prints what faiss needs, and how many times our seconds a query that is.

    `wanted` is the key that each query is a copy of, -1 for none.
    """
    import faiss

    faiss.omp_set_num_threads(1)
    packed, asked = (np.ascontiguousarray(k.astype(">u8")).view(np.uint8) for k in (keys, queries))
    multi = faiss.IndexBinaryMultiHash(256, 16, 16)
    for index, flips in ((multi, 0), (multi, 1), (faiss.IndexBinaryFlat(256), None)):
        if not index.ntotal:
            index.add(packed)
        if flips is not None:
            index.nflip = flips
        started = time.thread_time()
        ends, _, found = index.range_search(asked, limit + 1)
        each = (time.thread_time() - started) / len(asked)
        hits = [wanted[q] in found[ends[q] : ends[q + 1]] for q in np.flatnonzero(wanted >= 0)]
        name = "Flat" if flips is None else f"MultiHash nhash=16 b=16 nflip={flips}"
        print(f"faiss {name}: {each * 1e6:.0f} us a query, {each * len(keys):.0f} s for all, ", end="")
        print(f"recall {np.mean(hits):.4f} of {len(hits)}; {each / ours:.1f} x ours")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("self", "insert"))
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--limit", type=int, default=31)
    parser.add_argument("--radius", type=int, default=0)
    parser.add_argument("--faiss", type=int, default=0, metavar="QUERIES")
    options = parser.parse_args()
    keys, pairs = data(options.count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, used = time.perf_counter(), time.process_time()
    if options.what == "self":
        matches = hamming.pairs(keys, options.limit, exhaustive=0)
    else:
        index = hamming.Index(keys)
        print(f"index built in {time.process_time() - used:.2f} s")
        random = np.random.default_rng(2)
        asked = random.integers(0, len(keys), options.queries)
        queries = keys[asked] ^ flips(random, options.queries, options.limit)
        used = time.process_time()
        matches = index.search(queries, options.limit, radius=options.radius)
    seconds = time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{options.what} {options.count}: {seconds:.2f} s CPU, {time.perf_counter() - started:.1f} s wall, ",
        end="",
    )
    print(f"{peak / 1024:.0f} MB (before {before / 1024:.0f}), {len(matches.first)} pairs")
    if options.what == "self":
        print(f"recall of planted pairs {recall(matches, pairs, len(keys)):.4f}")
    else:
        found = set(zip(matches.first.tolist(), matches.second.tolist(), strict=True))
        hits = sum((n, int(k)) in found for n, k in enumerate(asked))
        print(f"{seconds / options.queries * 1e6:.0f} us a query, recall {hits / options.queries:.4f}")
    if options.faiss:
        if options.what == "self":
            queries, copied = keys, np.full(len(keys), -1)
            copied[pairs[:, 1]] = pairs[:, 0]
        else:
            copied = asked
        drawn = np.random.default_rng(3).permutation(len(queries))[: options.faiss]
        faiss_rivals(keys, queries[drawn], copied[drawn], options.limit, seconds / len(queries))


if __name__ == "__main__":
    main()
