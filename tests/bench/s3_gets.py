"""1,000 signed GETs from a static S3-compatible server, ours against aiobotocore in the same run.

    python tests/bench/s3_gets.py --peer-python PATH [--gets 1000] [--rounds 7]

PATH is a Python with aiobotocore (tests/bench/requirements.txt). The server checks nothing: what is
measured is the client. Both take turns, as the speed of a machine changes by the second; printed are
the medians in GETs per second, and the median of the ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import time

from local_hosts import LocalHosts

from auditor import loops
from auditor.config import Settings
from auditor.model import Asset
from auditor.resolving import Crawl, Request

PEER = """
import asyncio, sys, time
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
endpoint, gets = sys.argv[1], int(sys.argv[2])
async def main():
    config = AioConfig(max_pool_connections=64, s3={"addressing_style": "path"})
    options = {"region_name": "us-east-1", "endpoint_url": endpoint, "config": config}
    async with get_session().create_client("s3", **options) as client:
        numbers = iter(range(gets))
        async def work():
            for number in numbers:
                answer = await client.get_object(Bucket="bucket", Key=f"{number}.png")
                async with answer["Body"] as body:
                    await body.read()
        await client.get_object(Bucket="bucket", Key="warm.png")
        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(64)))
        print(time.perf_counter() - began)
asyncio.run(main())
"""
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}


async def ours(endpoint: str, gets: int) -> float:
    settings = Settings(s3_endpoint=endpoint, per_host=64)
    async with Crawl(settings) as crawl:
        await crawl.fetch("s3://bucket/warm.png")
        began = time.perf_counter()
        requests = (Request(f"s3://bucket/{number}.png") for number in range(gets))
        good = sum([isinstance(answer, Asset) async for _, answer in crawl.run(requests)])
        taken = time.perf_counter() - began
    assert good == gets
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--gets", type=int, default=1000)
    parser.add_argument("--peer-python", help="a Python with aiobotocore; without it only we run")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    os.environ.update(KEYS)
    own, peer = [], []
    with LocalHosts(1) as hosts:
        endpoint = f"http://127.0.0.1:{hosts.port}"
        for _ in range(given.rounds):
            own.append(loops.run(ours(endpoint, given.gets)))
            if given.peer_python:
                run = [given.peer_python, "-c", PEER, endpoint, str(given.gets)]
                peer.append(float(subprocess.run(run, check=True, capture_output=True, text=True).stdout))
    print(f"auditor: {given.gets / statistics.median(own):.0f} GETs/s")
    if peer:
        ratios = sorted(theirs / ours for ours, theirs in zip(own, peer, strict=True))
        print(
            f"aiobotocore: {given.gets / statistics.median(peer):.0f} GETs/s; we are "
            f"{statistics.median(ratios):.1f} x as fast ({ratios[0]:.1f} to {ratios[-1]:.1f})"
        )


if __name__ == "__main__":
    main()
