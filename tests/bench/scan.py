"""How long the nights of a scan take, and what they cost the machine. Run from the project's root:

    python tests/bench/scan.py --articles 2000 --images 4000 --hosts 8

A synthetic archive (tests/bench/archive.py) is scanned on five nights: the first; one with nothing changed
and nothing due; one with 1 % of the articles edited; one with everything due and 304 from the hosts. Printed
are seconds, the share of the first night, and the largest memory of the whole process tree (proportional
set size). `--sizes 1000,10000` fits time = a * n^b over references, by the clock and of the processors (which
other work on the machine disturbs less), with --first-only on first nights alone; a dashboard's queries are
timed meanwhile (--dashboard).
"""

from __future__ import annotations

import argparse
import contextlib
import math
import multiprocessing
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.bench.archive import Archive, serving

QUERY = """SELECT code, level, lifecycle, count(*) FROM findings GROUP BY code, level, lifecycle"""


class Watched:
    """A process tree, its memory and the time of its processors, looked at five times a second."""

    def __init__(self, pid: int) -> None:
        self.peak_mb = 0.0
        self._cpu: dict[int, float] = {}  # seconds by process, as last seen
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> tuple[float, float]:
        """The largest sum of proportional set sizes seen, in MB, and the seconds of all processors."""
        self._over.set()
        self._thread.join()
        return self.peak_mb, sum(self._cpu.values())

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            pids = tree(self._pid)
            self.peak_mb = max(self.peak_mb, sum(map(pss_kb, pids)) / 1024)
            self._cpu.update((pid, seconds) for pid in pids if (seconds := cpu_s(pid)))


def tree(root: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def pss_kb(pid: int) -> int:
    """The proportional set size of a process; 0 where it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def cpu_s(pid: int) -> float:
    """The processor time that a process has used; 0 where it is gone."""
    with contextlib.suppress(OSError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


class Night(NamedTuple):
    """What one scan took: seconds by the clock and of the processors, and megabytes."""

    seconds: float
    cpu_s: float
    peak_mb: float


def night(archive: Archive, catalog: Path, now: str, *words: str, dashboard: bool = False) -> Night:
    """Runs and measures one scan."""
    began = time.monotonic()
    running = subprocess.Popen(
        [
            *(sys.executable, "-m", "auditor", "scan", str(archive.sources), "--catalog", str(catalog)),
            *("--allow-private", "127.0.0.0/8", "--ignore-robots", "--select", "MIS,DRF,DUP", "--now", now),
            *("--no-progress", "-q", "-e", "--output-format", "concise", "--per-host", "32", *words),
        ],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
    )
    watched = Watched(running.pid)
    if dashboard:
        ask(catalog, running)
    if running.wait():
        raise SystemExit(f"the scan failed with {running.returncode}")
    seconds = time.monotonic() - began
    peak_mb, used = watched.end()
    return Night(seconds, used, peak_mb)


def ask(catalog: Path, running: subprocess.Popen[bytes]) -> None:
    """What a dashboard asks, while the scan runs; prints its percentiles."""
    times = []
    while running.poll() is None:
        time.sleep(0.05)
        if catalog.is_file():
            with contextlib.suppress(sqlite3.OperationalError):
                began = time.monotonic()
                with contextlib.closing(sqlite3.connect(f"file:{catalog}?mode=ro", uri=True)) as connection:
                    connection.execute(QUERY).fetchall()
                times.append(time.monotonic() - began)
    cuts = statistics.quantiles(times, n=100)
    print(f"dashboard: {len(times)} queries, p50 {cuts[49] * 1e3:.1f} ms, p99 {cuts[98] * 1e3:.1f} ms")


def nights(given: argparse.Namespace, articles: int, images: int, folder: Path) -> Night:
    """Measures the nights of one archive; returns the first."""
    archive = Archive(
        folder / "archive",
        articles=articles,
        images=images,
        hosts=given.hosts,
        port=given.port,
        side_px=given.side,
    )
    archive.write()
    catalog = folder / "x.db"
    server = multiprocessing.Process(target=serve, args=(archive,), daemon=True)
    server.start()
    time.sleep(1)
    try:
        basic = ("--config", "duplicates.crops=false") if given.basic else ()
        first = night(archive, catalog, "2026-11-01T03:00:00Z", *basic, dashboard=given.dashboard)
        references = articles * archive.per_article
        asked = min(images, references)  # the rest of the pictures nobody shows
        size = archive.file(0).stat().st_size / 1e3
        print(
            f"{articles} articles, {asked} images of {size:.0f} KB: first night {first.seconds:.1f} s, "
            f"{asked / first.seconds:.0f} images/s, {asked / first.cpu_s:.0f} per s of a core, "
            f"{references / first.seconds:.0f} references/s, {first.peak_mb:.0f} MB",
            flush=True,
        )
        if given.first_only:
            return first
        later = ("2026-11-01T15:00:00Z", *basic)
        tell("nothing changed, nothing due", night(archive, catalog, *later), first)
        archive.edit(0.01)
        later = ("2026-11-01T16:00:00Z", *basic)
        tell("1 % of the articles edited", night(archive, catalog, *later), first)
        later = ("2026-11-02T03:00:00Z", "--recheck", "all", *basic)
        tell("everything due, 304", night(archive, catalog, *later), first)
        return first
    finally:
        server.kill()


def serve(archive: Archive) -> None:
    """The hosts, in a process of their own."""
    with serving(archive):
        threading.Event().wait()


def tell(name: str, measured: Night, first: Night) -> None:
    """One line of the result."""
    share = (
        f"{measured.seconds / first.seconds:.1%} of the first ({measured.cpu_s / first.cpu_s:.1%} of its CPU)"
    )
    print(f"  {name}: {measured.seconds:.1f} s, {share}, {measured.peak_mb:.0f} MB", flush=True)


def main() -> None:
    """Measures what was asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--articles", type=int, default=1000)
    options.add_argument("--images", type=int, default=2000)
    options.add_argument("--hosts", type=int, default=8)
    options.add_argument("--side", type=int, default=96, help="height of a picture in px (350: about 60 KB)")
    options.add_argument("--port", type=int, default=8123)
    options.add_argument("--sizes", help="numbers of articles, comma-separated: the growth is fitted")
    options.add_argument("--first-only", action="store_true", help="no night but the first")
    options.add_argument("--basic", action="store_true", help="without the search for crops")
    options.add_argument("--dashboard", action="store_true", help="time a dashboard's query during the scan")
    given = options.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")] if given.sizes else [given.articles]
    first: list[Night] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            first.append(nights(given, size, given.images * size // given.articles, Path(folder)))
        if len(first) > 1:
            logs = [math.log(size) for size in sizes[: len(first)]]
            clock = statistics.linear_regression(logs, [math.log(night.seconds) for night in first])
            cpu = statistics.linear_regression(logs, [math.log(night.cpu_s) for night in first])
            print(
                f"time grows as references^{clock.slope:.2f}, processor time as ^{cpu.slope:.2f}", flush=True
            )


if __name__ == "__main__":
    main()
