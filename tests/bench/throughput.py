"""Fetching, verifying and fingerprinting images of ~90 KB from nginx on loopback, the decoder isolated.

    python tests/bench/throughput.py [--images 1000] [--scrapy PATH] [--linkinator "npx --yes linkinator"]

Needs nginx (Debian: nginx-light). Prints seconds and ratios: with fingerprints against Scrapy's
ImagesPipeline (which decodes and stores), also with the hashes of all crop windows; every body decoded
without fingerprints against linkinator (which decodes nothing), and the peak memory of our process tree;
the same with one decoding process less than the one more than cores that we begin with.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import multiprocessing
import os
import random
import shlex
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from hundred_thousand import tree_mib

from auditor import likeness, loops, windows
from auditor.config import Settings
from auditor.decoder import Decoder
from auditor.errors import ResolveError
from auditor.model import Asset
from auditor.resolving import Crawl, Request

NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 16384; }}
http {{ access_log off; keepalive_requests 1000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder}; types {{ image/jpeg jpg; text/html html; }}
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}
"""
SPIDER = """
import scrapy
class Pictures(scrapy.Spider):
    name = "pictures"
    custom_settings = {{
        "ITEM_PIPELINES": {{"scrapy.pipelines.images.ImagesPipeline": 1}}, "IMAGES_STORE": {store!r},
        "CONCURRENT_REQUESTS": 64, "CONCURRENT_REQUESTS_PER_DOMAIN": 64, "LOG_LEVEL": "ERROR",
        "DOWNLOAD_DELAY": 0, "MEDIA_ALLOW_REDIRECTS": True,
    }}
    async def start(self):
        for request in self.start_requests():
            yield request
    def start_requests(self):
        yield scrapy.Request({page!r})
    def parse(self, response):
        yield {{"image_urls": [response.urljoin(src) for src in response.css("img::attr(src)").getall()]}}
"""


def draw(folder: Path, number: int) -> None:
    """Pictures of smooth colours under grain: as large as photographs of news sites, all different."""
    from PIL import Image  # not at the top: the measured process imports this file too

    noise = random.Random(0)
    base = Image.effect_noise((320, 213), 60).convert("RGB")
    for index in range(number):
        left, top = noise.randrange(120), noise.randrange(80)
        picture = base.crop((left, top, left + 200, top + 133)).resize((800, 533))
        picture.putpixel((index % 800, index // 800), (index % 256, 99, 0))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=70)  # 93 KB of grain
        (folder / f"{index}.jpg").write_bytes(out.getvalue())
    names = "".join(f'<img src="/{index}.jpg">' for index in range(number))
    (folder / "page.html").write_text(f"<!doctype html><title>all</title>{names}")


@contextlib.contextmanager
def nginx(folder: Path, port: int) -> Iterator[str]:
    conf = folder / "nginx.conf"
    conf.write_text(NGINX.format(folder=folder, port=port))
    process = subprocess.Popen(["nginx", "-c", str(conf), "-p", str(folder)], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


async def ours(
    urls: list[str], *, fingerprint: bool, crops: bool = False, workers: int | None = None
) -> tuple[float, float]:
    settings = Settings(allow_private=["127.0.0.1"], per_host=64)
    limit = asyncio.Semaphore(16)
    good, peak = 0, 0.0

    async def verify(answer: Asset | ResolveError) -> None:
        nonlocal good
        assert isinstance(answer, Asset), answer
        try:
            picture = await decoder.decode(answer.body, answer.declared_type, fingerprint=fingerprint)
            if crops and picture.fingerprint:
                windows.hashes(picture.fingerprint.thumb, likeness.shape(picture), "light")
            good += 1
        finally:
            limit.release()

    began = time.perf_counter()
    async with (
        Decoder(settings, workers=workers) as decoder,
        Crawl(settings) as crawl,
        asyncio.TaskGroup() as tasks,
    ):
        count = 0
        async for _, answer in crawl.run(map(Request, urls)):
            await limit.acquire()
            tasks.create_task(verify(answer))
            count += 1
            if count % 500 == 0:
                peak = max(peak, tree_mib())
    assert good == len(urls), f"{len(urls) - good} images failed"
    return time.perf_counter() - began, peak


def apart(
    urls: list[str], *, fingerprint: bool, crops: bool = False, workers: int | None = None
) -> tuple[float, float]:
    """The same in a fresh process: what drew the pictures here is no part of our memory."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(run, urls, fingerprint, crops, workers).result()


def run(urls: list[str], fingerprint: bool, crops: bool, workers: int | None = None) -> tuple[float, float]:
    return loops.run(ours(urls, fingerprint=fingerprint, crops=crops, workers=workers))


def scrapy(program: str, base: str, folder: Path, images: int) -> float:
    spider = folder / "spider.py"
    spider.write_text(SPIDER.format(store=str(folder / "store"), page=f"{base}/page.html"))
    began = time.perf_counter()
    subprocess.run([program, "runspider", str(spider)], check=True, stderr=subprocess.DEVNULL)
    taken = time.perf_counter() - began
    stored = sum(1 for _ in (folder / "store").rglob("*.jpg"))
    if stored < images:
        raise SystemExit(f"Scrapy stored {stored} of {images} images: nothing to compare with")
    return taken


def linkinator(command: str, base: str) -> tuple[float, int]:
    began = time.perf_counter()
    run = [
        "/usr/bin/time",
        "-f",
        "%M",
        *shlex.split(command),
        f"{base}/page.html",
        "--silent",
        "--concurrency",
        "64",
    ]
    done = subprocess.run(run, check=False, capture_output=True, text=True)
    memory = done.stderr.strip().splitlines()[-1:]
    return time.perf_counter() - began, int(memory[0]) // 1024 if memory and memory[0].isdigit() else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--port", type=int, default=18_080)
    parser.add_argument("--scrapy")
    parser.add_argument("--linkinator")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "www").mkdir()
        draw(folder / "www", given.images)
        with nginx(folder, given.port) as base:
            urls = [f"{base}/{index}.jpg" for index in range(given.images)]
            full, peak = apart(urls, fingerprint=True)
            cropped, _ = apart(urls, fingerprint=True, crops=True)
            bare, lean = apart(urls, fingerprint=False)
            cores = len(os.sched_getaffinity(0))
            fewer, _ = apart(urls, fingerprint=False, workers=cores)
            print(f"auditor: {full:.2f} s with fingerprints ({peak:.0f} MiB),", end=" ")
            print(f"{cropped:.2f} s with crop windows too, {bare:.2f} s without ({lean:.0f} MiB)")
            print(f"with as many decoders as cores ({cores}) {fewer:.2f} s without fingerprints")
            if given.scrapy:
                theirs = scrapy(given.scrapy, base, folder, given.images)
                print(f"Scrapy ImagesPipeline: {theirs:.2f} s; we are {theirs / full:.1f} x faster, ", end="")
                print(f"with crop windows {theirs / cropped:.1f} x")
            if given.linkinator:
                theirs, memory = linkinator(given.linkinator, base)
                print(f"linkinator: {theirs:.2f} s, {memory} MiB; we take {bare / theirs:.2f} x its time")


if __name__ == "__main__":
    main()
