"""Folders of pictures, addresses and articles to the decoded pictures in them, for comparison.

A picture is known by its path or address, one that an article shows by the id of the image
("story.html#3"). Each distinct file or address is read once; nothing here raises for one of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from pathlib import Path

from auditor import paths, sniffing, sourcing, verifying
from auditor.config import Settings
from auditor.decoder import Decoder
from auditor.errors import ResolveError, SourceError
from auditor.markup.addresses import redact
from auditor.model import Article, Asset, Value
from auditor.resolving import Crawl, Request
from auditor.spool import Spool

SUFFIXES = frozenset(
    {
        *(".apng", ".avif", ".bmp", ".dib", ".gif", ".heic", ".heif", ".ico", ".jfif", ".jp2", ".jpe"),
        *(".jpeg", ".jpg", ".jxl", ".png", ".svg", ".tif", ".tiff", ".webp"),
    }
)
"""File name endings of pictures; files without an ending (a bucket's objects) are looked into."""

AHEAD = 8  # bodies read and not yet decoded
_HEAD = 512  # bytes that tell a picture

Watch = Callable[[str, int, "int | None"], None]
Key = tuple[str, str | None, str | None]


class Place(Value, frozen=True):
    """Where one picture is used: `id` names the use, `article` the id of the article that shows it.

    `shown` is the path or address as a person knows it.
    """

    id: str
    request: Request
    shown: str
    article: str | None = None


class Unread(Value, frozen=True):
    """What could not be looked at: `state` and `reason` of the table of outcomes, `detail` for a person."""

    id: str
    state: str
    reason: str
    detail: str = ""


class Gathered:
    """The pictures of some sources, in their order, and what could not be looked at."""

    def __init__(self) -> None:
        self.pictures = Spool()
        self.places: list[Place] = []  # one per entry
        self.unread: list[Unread] = []

    def __enter__(self) -> Gathered:
        return self

    def __exit__(self, *_: object) -> None:
        self.pictures.close()


class Gatherer:
    """What it takes to read pictures: the network, the decoder, and what is told meanwhile."""

    def __init__(
        self, settings: Settings, folder: Path, crawl: Crawl, decoder: Decoder, watch: Watch
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._crawl = crawl
        self._decoder = decoder
        self._watch = watch

    async def pictures(self, words: Iterable[str], found: Gathered) -> None:
        """Adds the pictures that are named: files, addresses, and folders with all that is in them."""
        places: list[Place] = []
        for word in words:
            if "://" in word or word[:5].lower() == "data:":
                places.append(Place(redact(word), Request(word), redact(word)))
            else:
                places += await asyncio.to_thread(_in_files, word, found.unread)
        await self._look(places, found)

    async def sources(self, words: Iterable[str], found: Gathered, *, articles: bool = False) -> None:
        """Adds the pictures of folders, and those that articles show in their text.

        A folder that has pictures is a folder of pictures, unless `articles` says otherwise; any other
        source is what it is for a check.
        """
        places: list[Place] = []
        with tempfile.TemporaryDirectory(prefix="auditor-") as scratch:
            for word in words:
                if not articles and await asyncio.to_thread(_has_pictures, word):
                    places += await asyncio.to_thread(_in_files, word, found.unread)
                    continue
                async for place in self._shown(word, found.unread, Path(scratch, "captures")):
                    places.append(place)
                    self._watch("images found", len(places), None)
            await self._look(places, found)

    async def _shown(self, source: str, unread: list[Unread], captures: Path) -> AsyncIterator[Place]:
        """The pictures in the text of a source's articles, which are read as a check reads them."""
        from auditor import stories  # with all dialects: a folder of pictures needs none of them
        from auditor.plan import Plan

        plan = Plan((source,), self._settings, self._folder)
        seen: set[str] = set()
        async for item in stories.documents(plan, source, self._crawl, captures):
            try:
                if isinstance(item, SourceError):
                    raise item
                document = sourcing.told_apart(item) if item.id in seen else item
                story = await stories.read_story(document, self._settings, self._crawl, [])
            except SourceError as error:
                unread.append(Unread(redact(source), "unread", error.code, str(error)))
                continue
            if story.article.id not in seen:
                seen.add(story.article.id)
                for place in _of_article(story.article, story.folder):
                    yield place

    async def _look(self, places: Sequence[Place], found: Gathered) -> None:
        """Reads and decodes each distinct address, then puts every place where it belongs, in order."""
        places = list({place.id: place for place in places}.values())  # what was named twice counts once
        users: dict[Key, list[int]] = defaultdict(list)
        for number, place in enumerate(places):
            users[_key(place.request)].append(number)
        answers: dict[Key, tuple[str, int] | Unread] = {}
        limit = asyncio.Semaphore(AHEAD)

        async def verify(key: Key, answer: Asset | ResolveError) -> None:
            try:
                answers[key] = await self._verified(answer, found.pictures)
                self._watch("pictures", len(answers), len(users))
            finally:
                limit.release()

        requests = (places[numbers[0]].request for numbers in users.values())
        async with asyncio.TaskGroup() as tasks:
            async for request, answer in self._crawl.run(requests):
                await limit.acquire()
                tasks.create_task(verify(_key(request), answer))
        for place in places:
            seen = answers[_key(place.request)]
            if isinstance(seen, Unread):
                found.unread.append(Unread(place.id, seen.state, seen.reason, seen.detail))
            else:
                found.pictures.add(place.id, *seen, place.article)
                found.places.append(place)

    async def _verified(self, answer: Asset | ResolveError, spool: Spool) -> tuple[str, int] | Unread:
        """Digest and size of a picture that is now in the spool, or why there is none."""
        if isinstance(answer, Asset) and answer.complete:
            sha256 = hashlib.sha256(answer.body).hexdigest()
            if spool.knows(sha256):
                return sha256, len(answer.body)
        outcome = await verifying.outcome(answer, self._decoder, {})
        if outcome.picture is None or outcome.sha256 is None:
            return Unread("", outcome.state.value, outcome.reason or "", outcome.detail)
        spool.keep(outcome.sha256, outcome.picture)
        return outcome.sha256, outcome.size_bytes or 0


def _key(request: Request) -> Key:
    """What makes two requests one: a file: address depends on who asks, a capture on its page's time."""
    folder = request.folder if request.url.startswith("file:") else None
    return request.url, folder, request.archive and str(request.captured_at)


def _of_article(article: Article, folder: str | None) -> Iterator[Place]:
    referer = article.url or article.base_url
    for reference in article.references:
        if reference.url and reference.role in ("lead", "body") and reference.kind != "inline-svg":
            request = Request(reference.url, referer, folder, article.archive, article.captured_at)
            identity = f"{article.id}#{reference.index}"
            yield Place(identity, request, redact(reference.address), article.id)


# --- files ------------------------------------------------------------------------------------


def _has_pictures(source: str) -> bool:
    """Whether a source is a picture file, or a folder with one in it."""
    path = Path(source)
    if path.is_dir():
        return next(_files(path, []), None) is not None
    return path.is_file() and _is_picture(path)


def _in_files(word: str, unread: list[Unread]) -> list[Place]:
    """A file, or all pictures below a folder; a file that was named is taken for a picture."""
    path = Path(word)
    if not path.is_dir():
        return [_of_file(path)]
    failures: list[OSError] = []
    places = [_of_file(each, path) for each in _files(path, failures)]
    unread += [Unread(str(f.filename), "unread", "unreadable", f.strerror or "") for f in failures]
    if not places and not failures:
        unread.append(Unread(word, "unread", "no-pictures", "no pictures in this folder"))
    return places


def _files(folder: Path, failures: list[OSError]) -> Iterator[Path]:
    for path in paths.walk(folder, _may_be_picture, failures):
        if path.suffix or _is_picture(path):
            yield path


def _may_be_picture(name: str) -> bool:
    ending = os.path.splitext(name)[1].lower()  # noqa: PTH122 - 100,000 times
    return not ending or ending in SUFFIXES


def _is_picture(path: Path) -> bool:
    if path.suffix.lower() in SUFFIXES:
        return True
    if not path.is_file():  # a pipe would keep us waiting
        return False
    try:
        with path.open("rb") as file:
            return sniffing.sniff(file.read(_HEAD)).family != "other"
    except OSError:
        return False


def _of_file(path: Path, folder: Path | None = None) -> Place:
    """A link that was named is followed; one that was found stays in its folder."""
    name = os.fsencode(path.as_posix()).decode("utf-8", "replace")
    if folder is None:
        path = Path(os.path.realpath(path))
        folder = path.parent
    request = Request(path.absolute().as_uri(), folder=str(folder.absolute()))
    return Place(name, request, name)
