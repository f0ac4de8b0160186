"""Time and recall of the search for near hashes, against faiss and numpy.

    python tests/bench/join.py self --count 1000000 [--faiss 20000]
    python tests/bench/join.py insert --count 1000000 --queries 10000 [--faiss 200]

`self` joins a set with itself: 90 % random hashes, 9 % copies with 0 to 31 bits turned, 1 % in which
half of the slots are equal (skew). faiss IndexBinaryMultiHash (16 x 16 bits) and IndexBinaryFlat are
run with that many queries and scaled up to all, as they take half an hour for a million. One thread.
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


def faiss_seconds(keys: np.ndarray, queries: np.ndarray, limit: int) -> None:
    """Prints what faiss needs for these queries, and for as many as there are keys."""
    import faiss

    faiss.omp_set_num_threads(1)
    packed, asked = (np.ascontiguousarray(k.astype(">u8")).view(np.uint8) for k in (keys, queries))
    for name, index in (
        ("MultiHash", faiss.IndexBinaryMultiHash(256, 16, 16)),
        ("Flat", faiss.IndexBinaryFlat(256)),
    ):
        index.add(packed)
        started = time.thread_time()
        index.range_search(asked, limit + 1)
        seconds = time.thread_time() - started
        each = seconds / len(asked)
        print(f"faiss {name}: {each * 1e6:.0f} us a query, {each * len(keys):.0f} s for all")


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
        faiss_seconds(keys, keys[: options.faiss], options.limit)


if __name__ == "__main__":
    main()
