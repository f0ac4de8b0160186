"""A synthetic archive of articles and pictures, the same for the same numbers, and the hosts that serve it.

    python tests/bench/archive.py FOLDER --articles 1000 --images 2000 --hosts 4 --serve

writes FOLDER/articles/*.html and FOLDER/pictures/*.jpg; --serve answers for the pictures on 127.0.0.2,
127.0.0.3, ... until it is stopped (with ETag and 304, so that a second night can be measured).
Measured with it: see tests/bench/scan.py.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.server
import io
import random
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

WORDS = "harbour council bridge market river school winter station garden museum village election".split()
PLACES = "Leeds Turin Oslo Lyon Porto Graz Ghent Malmo Bilbao Krakow".split()


class Archive:
    """Articles 0..n-1, each showing `per_article` of the m pictures, which lie on k hosts."""

    def __init__(
        self,
        folder: Path,
        *,
        articles: int,
        images: int,
        hosts: int = 1,
        per_article: int = 2,
        port: int = 8000,
        side_px: int = 160,
    ) -> None:
        self.folder = folder
        self.articles = articles
        self.images = images
        self.hosts = hosts
        self.per_article = per_article
        self.port = port
        self.side_px = side_px
        self.sources = folder / "articles"
        self.pictures = folder / "pictures"

    def write(self) -> None:
        """Every file of the first night."""
        self.sources.mkdir(parents=True, exist_ok=True)
        self.pictures.mkdir(exist_ok=True)
        for number in range(self.images):
            self.write_picture(number)
        for number in range(self.articles):
            self.write_article(number)

    def host(self, image: int) -> str:
        """The host that serves a picture."""
        return f"127.0.0.{2 + image % self.hosts}"

    def address(self, image: int) -> str:
        """Where a picture is asked for."""
        return f"http://{self.host(image)}:{self.port}/{self.file(image).name}"

    def shown(self, article: int) -> list[int]:
        """The pictures of an article: every picture is shown before one is shown twice."""
        return [(article * self.per_article + place) % self.images for place in range(self.per_article)]

    def showing(self, image: int) -> list[str]:
        """The names of the articles that show a picture."""
        return [f"a{n:07}.html" for n in range(self.articles) if image in self.shown(n)]

    def file(self, image: int) -> Path:
        """The file of a picture."""
        return self.pictures / f"p{image:07}.jpg"

    def write_article(self, number: int, edition: int = 0) -> None:
        """One article; another edition has another text."""
        chance = random.Random(f"{number} {edition}")
        figures = [
            f'<p>{" ".join(chance.choices(WORDS, k=40))}.</p>\n<figure><img src="{self.address(image)}" '
            f'alt="The {WORDS[image % 12]} of {PLACES[image % 10]}, number {image}">'
            f"<figcaption>The {WORDS[image % 12]} number {image} seen from the {WORDS[(image + 5) % 12]}"
            f"</figcaption></figure>"
            for image in self.shown(number)
        ]
        page = (
            f'<!doctype html><html lang="en"><head><title>Story {number}</title></head><body><article>'
            f"<h1>Story {number} of the {chance.choice(WORDS)}</h1>\n"
            + "\n".join(figures)
            + "</article></body></html>\n"
        )
        (self.sources / f"a{number:07}.html").write_text(page)

    def write_picture(self, image: int, *, seed: int | None = None, quality: int = 88) -> None:
        """One picture; another seed is another picture, another quality the same one re-encoded."""
        self.file(image).write_bytes(picture(image if seed is None else seed, self.side_px, quality))

    def edit(self, share: float) -> list[int]:
        """A new edition of a share of the articles; returns their numbers."""
        edited = list(range(0, self.articles, max(1, round(1 / share)))) if share else []
        for number in edited:
            self.write_article(number, edition=1)
        return edited


def picture(seed: int, side_px: int, quality: int = 88) -> bytes:
    """A photograph of nothing: soft colours with grain, unlike those of other seeds."""
    chance = np.random.default_rng(seed)
    small = Image.fromarray(chance.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    soft = np.asarray(small.resize((side_px * 4 // 3, side_px), Image.Resampling.BICUBIC), dtype=np.int16)
    grain = chance.integers(-12, 13, soft.shape[:2])[..., None]
    out = io.BytesIO()
    Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=quality)
    return out.getvalue()


class Hosts:
    """The hosts of an archive, answering in threads. `asked` counts requests by path, `sent` by status."""

    def __init__(self, archive: Archive) -> None:
        self.asked: Counter[str] = Counter()
        self.sent: Counter[int] = Counter()
        self._archive = archive
        self._servers: dict[str, socketserver.BaseServer] = {}

    def start(self, host: str) -> None:
        """Answers on one address; the first one chooses the port where the archive has none yet."""
        hosts = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                hosts.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_: object) -> None:
                """A client that went away is no error of ours."""

        server = Server((host, self._archive.port), Handler)
        self._archive.port = server.server_address[1]
        self._servers[host] = server
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self, host: str) -> None:
        """The host is gone: nobody listens there any more."""
        server = self._servers.pop(host)
        server.shutdown()
        server.server_close()

    def answer(self, request: http.server.BaseHTTPRequestHandler) -> None:
        """One picture, or that it is as it was, or that there is none."""
        self.asked[request.path] += 1
        file = self._archive.pictures / Path(request.path).name
        body = file.read_bytes() if file.is_file() else b""
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        status = 200 if body else 404
        if body and request.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.sent[status] += 1
        request.send_response(status)
        if status != 404:
            request.send_header("ETag", etag)
        request.send_header("Content-Type", "image/jpeg" if status == 200 else "text/plain")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@contextlib.contextmanager
def serving(archive: Archive) -> Iterator[Hosts]:
    """The hosts of an archive, up until the end of the block; before it is written where its port is 0."""
    hosts = Hosts(archive)
    names = [f"127.0.0.{2 + number}" for number in range(archive.hosts)]
    for name in names:
        hosts.start(name)
    try:
        yield hosts
    finally:
        for name in list(hosts._servers):
            hosts.stop(name)


def main() -> None:
    """Writes an archive, and serves it where that is asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--articles", type=int, default=1000)
    options.add_argument("--images", type=int, default=2000)
    options.add_argument("--hosts", type=int, default=4)
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--side", type=int, default=160, help="height of a picture in px")
    options.add_argument("--edit", type=float, default=0.0, help="share of the articles to edit")
    options.add_argument("--serve", action="store_true")
    given = options.parse_args()
    archive = Archive(
        given.folder,
        articles=given.articles,
        images=given.images,
        hosts=given.hosts,
        port=given.port,
        side_px=given.side,
    )
    if given.edit:
        archive.edit(given.edit)
    else:
        archive.write()
    if given.serve:
        with serving(archive), contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
