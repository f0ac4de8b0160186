"""100,000 addresses on 20 hosts in one run: memory of the process tree, and open files before and after.

    python tests/bench/hundred_thousand.py [--images 100000] [--files 64]

`--files` lowers RLIMIT_NOFILE first (as `ulimit -n` does). Prints images that came, wrong verdicts, the
peak of the resident memory of this process and its children, and the open files. Every body is decoded.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections import Counter
from pathlib import Path

from local_hosts import LocalHosts

from auditor import loops, verifying
from auditor.config import Settings
from auditor.decoder import Decoder
from auditor.resolving import Crawl, Request


def tree_mib() -> float:
    """Proportional memory of this process and all below it, so that shared pages count once."""
    total, waiting = 0, [os.getpid()]
    while waiting:
        pid = waiting.pop()
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            waiting += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def run(urls: list[str]) -> None:
    settings = Settings(allow_private=["127.0.0.0/8"])
    states: Counter[str] = Counter()
    peak, began, files = tree_mib(), time.perf_counter(), open_files()
    async with Decoder(settings) as decoder, Crawl(settings) as crawl:
        known: verifying.Known = {}
        async for _, answer in crawl.run(map(Request, urls)):
            outcome = await verifying.outcome(answer, decoder, known)
            states[outcome.state] += 1
            if sum(states.values()) % 2000 == 0:
                peak = max(peak, tree_mib())
    taken = time.perf_counter() - began
    print(f"{len(urls)} images in {taken:.1f} s: {dict(states)}; wrong verdicts: {len(urls) - states['ok']}")
    print(f"peak memory of the process tree {peak:.0f} MiB; open files {files} before, {open_files()} after")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--files", type=int, help="limit of open files, like ulimit -n")
    given = parser.parse_args()
    with LocalHosts(20) as hosts:
        if given.files:
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (given.files, hard))
        loops.run(run(hosts.urls(given.images)))


if __name__ == "__main__":
    main()
