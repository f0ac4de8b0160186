"""Waiting-bound fetching: 20 hosts on 127.0.0.x that take 100 ms each, 8 connections per host.

    python tests/bench/latency.py [--images 8000] [--lychee PATH]

Prints the time from the first request to the last outcome as a multiple of the ideal time
(images of the fullest host * delay / 8), evenly spread and with half of the images on one host, as the
peers ask (no robots.txt) and with the robots.txt of every host asked first, which takes a delay more.
Beside it stands what this machine can do at all today: the same requests by bare aiohttp, eight loops
per host, nothing guarded, limited or verified.
Peer: lychee (tests/bench/requirements.txt), allowed the same 8 connections per host.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import yarl
from local_hosts import LocalHosts

from auditor import loops
from auditor.config import Settings
from auditor.model import Asset
from auditor.resolving import Crawl, Request

HOSTS, DELAY_S, PER_HOST = 20, 0.1, 8


async def ours(urls: list[str], *, robots: bool) -> float:
    settings = Settings(
        allow_private=["127.0.0.0/8"],
        concurrency=HOSTS * PER_HOST,
        per_host=PER_HOST,
        respect_robots=robots,
    )
    async with Crawl(settings) as crawl:
        await crawl.fetch(urls[0])  # imports are not what is measured
        began = time.perf_counter()
        good = 0
        async for _, answer in crawl.run(map(Request, urls)):
            good += isinstance(answer, Asset)
        taken = time.perf_counter() - began
    assert good == len(urls), f"{len(urls) - good} images failed"
    return taken


async def bare(urls: list[str]) -> float:
    waiting: dict[str | None, list[str]] = collections.defaultdict(list)
    for url in reversed(urls):
        waiting[urlsplit(url).hostname].append(url)

    async def ask(own: list[str]) -> None:
        while own:
            async with session.get(yarl.URL(own.pop(), encoded=True)) as response:
                await response.read()

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        began = time.perf_counter()
        await asyncio.gather(*(ask(own) for own in waiting.values() for _ in range(PER_HOST)))
        return time.perf_counter() - began


def lychee(program: str, urls: list[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text("".join(f'<img src="{url}">' for url in urls))
        began = time.perf_counter()
        subprocess.run(
            [program, "--no-progress", "--host-concurrency", str(PER_HOST), "--host-request-interval", "0ms",
             "--max-concurrency", str(HOSTS * PER_HOST), str(page)],
            check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", type=int, default=8000)
    parser.add_argument("--lychee", help="path of lychee; without it only we run")
    given = parser.parse_args()
    with LocalHosts(HOSTS, DELAY_S) as hosts:
        for skewed in (False, True):
            urls = hosts.urls(given.images, skewed=skewed)
            fullest = max(collections.Counter(urlsplit(url).hostname for url in urls).values())
            ideal = fullest * DELAY_S / PER_HOST
            name = "half on one host" if skewed else "evenly spread"
            own, polite = (loops.run(ours(urls, robots=robots)) / ideal for robots in (False, True))
            floor = loops.run(bare(urls)) / ideal
            told = f"auditor {own:.3f} x ideal ({polite:.3f} with robots.txt), bare aiohttp {floor:.3f}"
            print(f"{name}: ideal {ideal:.2f} s; {told}", end="")
            if given.lychee:
                print(f"; lychee {lychee(given.lychee, urls) / ideal:.3f} x ideal", end="")
            print(flush=True)


if __name__ == "__main__":
    main()
