"""A host that serves 40 requests per second and answers the rest with 429 and Retry-After: 1.

    python tests/bench/rate_limited.py [--images 200] [--lychee PATH]

Prints seconds, images that came, and requests per image. The ideal for 200 images is 4 s.
Peer: lychee (tests/bench/requirements.txt).
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

from local_hosts import LocalHosts

from auditor import loops
from auditor.config import Settings
from auditor.model import Asset
from auditor.resolving import Crawl, Request

RATE = 40.0


async def ours(urls: list[str]) -> tuple[float, int]:
    began = time.perf_counter()
    good = 0
    async with Crawl(Settings(allow_private=["127.0.0.1"])) as crawl:
        async for _, answer in crawl.run(map(Request, urls)):
            good += isinstance(answer, Asset)
    return time.perf_counter() - began, good


def lychee(program: str, urls: list[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text("".join(f'<img src="{url}">' for url in urls))
        began = time.perf_counter()
        subprocess.run(
            [program, "--no-progress", str(page)],
            check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--lychee", help="path of lychee; without it only we run")
    given = parser.parse_args()
    with LocalHosts(1, rate=RATE) as hosts:
        own, good = loops.run(ours(hosts.urls(given.images)))
    print(
        f"auditor: {own:.1f} s, {good} of {given.images} came, {hosts.requests / given.images:.2f} x requests"
    )
    if given.lychee:
        with LocalHosts(1, rate=RATE) as hosts:
            theirs = lychee(given.lychee, hosts.urls(given.images))
        came = hosts.requests - hosts.refusals
        told = f"{theirs:.1f} s, {came} of {given.images} came"
        print(f"lychee:  {told}, {hosts.requests / given.images:.2f} x requests")
        print(f"ratio of times: {own / theirs:.2f}")


if __name__ == "__main__":
    main()
