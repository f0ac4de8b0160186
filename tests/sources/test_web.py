"""Pages, sitemaps and feeds of a host, and corpora and archives read from it in parts."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from auditor import bridges, sitemaps, sourcing
from auditor.config import Settings
from auditor.errors import SourceError
from auditor.model import Asset, Document, Member, Shard
from auditor.resolving import Crawl, Request
from tests.archives import Archive, page

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
NEWS = f"""<?xml version="1.0"?><urlset {NAMESPACES}>
<url><loc> /story </loc><lastmod>2024-05-01T10:00:00Z</lastmod>
 <news:news><news:publication><news:name>Paper</news:name><news:language>fr</news:language></news:publication>
  <news:publication_date>2024-05-01</news:publication_date><news:title>A title</news:title></news:news>
 <image:image><image:loc>/a.png</image:loc><image:title>No title of the page</image:title></image:image>
 <image:image><image:loc>https://cdn.example/b.png</image:loc></image:image></url>
<url><loc>/old</loc><lastmod>2020-01-01</lastmod></url>
<url><loc>/undated</loc></url>
<url><lastmod>2024-05-01</lastmod></url>
</urlset>"""
RSS = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><language>de</language>
<item><title>One</title><link>/story</link><pubDate>Wed, 01 May 2024 10:00:00 GMT</pubDate>
<media:content url="/m.jpg" medium="image"/><enclosure url="/film.mp4" type="video/mp4"/></item>
<item><title>No link</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Two</title>
<link href="https://n.example/2"/><updated>2024-05-02T00:00:00+02:00</updated></entry></feed>"""
STORY = b"<!doctype html><html><body><p>Words</p><img src=/a.png></body></html>"


class Site:
    """A host on loopback: bodies by path; notes what it was asked for."""

    def __init__(self, bodies: Mapping[str, bytes], *, ranges: bool = True) -> None:
        self._bodies = bodies
        self._ranges = ranges
        self.asked: list[tuple[str, str | None]] = []

    async def answer(self, request: web.Request) -> web.Response:
        wanted = request.headers.get("Range")
        self.asked.append((request.path, wanted))
        body = self._bodies.get(request.path)
        if body is None:
            return web.Response(status=404)
        if wanted is None or not self._ranges:
            return web.Response(body=body, content_type="text/html", charset="utf-8")
        first, last = (int(number) for number in wanted.removeprefix("bytes=").split("-"))
        piece = body[first : last + 1]
        told = f"bytes {first}-{first + len(piece) - 1}/{len(body)}"
        return web.Response(status=206, body=piece, headers={"Content-Range": told, "ETag": '"1"'})


def scan(
    site: Site, path: str, folder: Path, settings: Settings | None = None
) -> tuple[list[Shard | SourceError], list[Document | SourceError], list[Asset]]:
    """Shards and documents of a source on a host, and what an archive there gives for /a.png."""

    async def run() -> tuple[list[Shard | SourceError], list[Document | SourceError], list[Asset]]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", site.answer)
        async with TestServer(app) as server, Crawl(_open(settings or Settings())) as crawl:
            source = str(server.make_url(path))
            index = folder / "captures"
            shards = [
                item async for item in sourcing.shards(source, _open(settings), folder, fetch=crawl.fetch)
            ]
            documents: list[Document | SourceError] = []
            for shard in shards:
                if isinstance(shard, Shard):
                    reader = sourcing.documents(
                        shard, _open(settings), folder, fetch=crawl.fetch, captures=index
                    )
                    documents += [item async for item in reader]
            archived = [item for item in documents if isinstance(item, Document) and item.archive]
            wanted = [
                Request("https://n.example/a.png", None, None, item.archive, item.fetched_at)
                for item in archived
            ]
            assets = [answer async for _, answer in crawl.run(wanted) if isinstance(answer, Asset)]
            return shards, documents, assets

    return asyncio.run(run())


def _open(settings: Settings | None) -> Settings:
    from msgspec.structs import replace

    return replace(settings or Settings(), allow_private=["127.0.0.1"], retries=0)


def paths_of(shards: list[Shard | SourceError]) -> list[list[str]]:
    return [
        ["/" + member.path.split("/", 3)[3] for member in shard.members]
        for shard in shards
        if isinstance(shard, Shard)
    ]


# --- listings ---------------------------------------------------------------------------------


def test_a_sitemap_tells_of_each_page_what_its_extensions_say() -> None:
    found = sitemaps.sitemap(NEWS.encode(), "https://n.example/news.xml")
    assert found.trouble is None
    assert [member.path for member in found.pages] == [
        "https://n.example/story",
        "https://n.example/old",
        "https://n.example/undated",
    ]
    assert found.pages[0] == Member(
        "https://n.example/story",
        "2024-05-01T10:00:00Z",
        "A title",
        "fr",
        dt.datetime(2024, 5, 1, tzinfo=dt.UTC),
        ("https://n.example/a.png", "https://cdn.example/b.png"),
    )


@pytest.mark.parametrize(
    ("body", "title", "image"), [(RSS, "One", "https://n.example/m.jpg"), (ATOM, "Two", None)]
)
def test_a_feed_gives_the_pages_that_it_links_to(body: str, title: str, image: str | None) -> None:
    [member] = sitemaps.feed(body.encode(), "https://n.example/feed").pages
    assert member.title == title
    assert member.images == ((image,) if image else ())
    assert member.published_at is not None
    assert member.published_at.tzinfo is not None


@pytest.mark.parametrize(
    ("body", "kind"),
    [(NEWS, "sitemap"), (RSS, "feed"), (ATOM, "feed"), ("<html><body><rss>", None), ("", None)],
)
def test_listings_are_told_from_pages(body: str, kind: str | None) -> None:
    assert sitemaps.kind(body.encode()) == kind


def test_a_sitemap_that_is_cut_gives_the_pages_before_the_cut() -> None:
    found = sitemaps.sitemap(NEWS[: NEWS.index("/undated")].encode(), "https://n.example/")
    assert len(found.pages) == 2
    assert found.trouble


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa">]><urlset><url><loc>&a;</loc></url></urlset>'
    found = sitemaps.sitemap(bomb.encode(), "https://n.example/")
    assert found.pages == []
    assert found.trouble


@given(st.binary(max_size=200))
def test_no_listing_makes_reading_fail(junk: bytes) -> None:
    sitemaps.kind(junk)
    found = sitemaps.sitemap(b"<urlset>" + junk, "https://n.example/")
    assert found.trouble or b"</urlset" in junk, "it is cut, and says so"
    assert not sitemaps.feed(b"<rss>" + junk, "https://n.example/").pages or b"<" in junk


# --- sites ------------------------------------------------------------------------------------


def test_a_page_is_one_document(tmp_path: Path) -> None:
    shards, [document], _ = scan(Site({"/story": STORY}), "/story", tmp_path)
    assert paths_of(shards) == [["/story"]]
    assert isinstance(document, Document)
    assert (document.body, document.media_type, document.charset) == (STORY, "text/html", "utf-8")


def test_the_pages_of_a_sitemap_are_documents_with_what_it_says_of_them(tmp_path: Path) -> None:
    site = Site({"/news.xml": NEWS.encode(), "/story": STORY, "/undated": STORY})
    _, documents, _ = scan(site, "/news.xml", tmp_path)
    story, old, undated = documents
    assert isinstance(story, Document)
    assert isinstance(undated, Document)
    assert isinstance(old, SourceError)
    assert (old.code, story.title, story.language, len(story.images)) == ("http-404", "A title", "fr", 2)


def test_an_index_leads_to_its_sitemaps_packed_or_not_and_never_in_circles(tmp_path: Path) -> None:
    entries = "".join(
        f"<sitemap><loc>{loc}</loc></sitemap>" for loc in ("/a.xml.gz", "/index.xml", "/gone.xml")
    )
    index = f"<sitemapindex {NAMESPACES}>{entries}</sitemapindex>"
    pages = f"<urlset {NAMESPACES}><url><loc>/1</loc></url><url><loc>/2</loc></url></urlset>"
    site = Site({"/index.xml": index.encode(), "/a.xml.gz": gzip.compress(pages.encode())})
    shards, _, _ = scan(site, "/index.xml", tmp_path)
    assert paths_of(shards) == [["/1", "/2"]]
    assert [item.code for item in shards if isinstance(item, SourceError)] == ["http-404"]
    assert [path for path, _ in site.asked].count("/index.xml") == 1


def test_since_leaves_out_what_the_listing_says_is_older(tmp_path: Path) -> None:
    since = Settings(since=dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    shards, _, _ = scan(Site({"/news.xml": NEWS.encode()}), "/news.xml", tmp_path, since)
    assert paths_of(shards) == [["/story", "/undated"]]


# --- files on a host --------------------------------------------------------------------------


def archive() -> Archive:
    made = Archive().response("https://n.example/story", page("/a.png"))
    for number in range(30):
        made.response(f"https://n.example/{number}.bin", bytes(range(256)) * 8, "application/x-other")
    return made.response("https://n.example/a.png", b"picture", "image/png")


@pytest.mark.parametrize("ranges", [True, False])
def test_an_archive_on_a_host_is_read_in_parts_and_asked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ranges: bool
) -> None:
    monkeypatch.setattr(bridges, "WINDOW", 2000)
    data = archive().data
    site = Site({"/a.warc.gz": data}, ranges=ranges)
    [shard], [document], [asset] = scan(site, "/a.warc.gz", tmp_path)
    assert isinstance(shard, Shard)
    assert shard.size_bytes == len(data)
    assert isinstance(document, Document)
    assert (document.id, asset.body) == ("https://n.example/story", b"picture")
    assert len(site.asked) < 4 * len(data) / 2000 + 4


def test_a_wacz_on_a_host_is_read_too(tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr("archive/a.warc.gz", archive().data)
    _, [document], [asset] = scan(Site({"/a.wacz": packed.getvalue()}), "/a.wacz", tmp_path)
    assert isinstance(document, Document)
    assert (document.id, asset.body) == ("https://n.example/story", b"picture")


def test_a_corpus_on_a_host_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridges, "WINDOW", 1000)
    monkeypatch.setattr(bridges, "GLANCE", 1000)
    rows = b"".join(b'{"text": "Row %d", "url": "https://n.example/%d"}\n' % (n, n) for n in range(200))
    for name, data in (("/a.jsonl", rows), ("/a.jsonl.gz", gzip.compress(rows))):
        site = Site({name: data})
        _, documents, _ = scan(site, name, tmp_path)
        assert len(documents) == 200
        assert all(isinstance(item, Document) for item in documents)
        assert len(site.asked) == 1 + -(-len(data) // 1000)  # one to see whether it changed


def test_a_file_that_is_not_on_the_host_is_told(tmp_path: Path) -> None:
    for name in ("/a.jsonl", "/a.warc.gz"):
        [error, *_], _, _ = scan(Site({}), name, tmp_path)
        assert isinstance(error, SourceError)
        assert error.code == "http-404"


def test_a_file_of_which_only_a_part_came_is_unreadable_and_not_damaged() -> None:
    async def fetch(url: str, **_: object) -> Asset:
        return Asset(url, b"the first half", url, http_status=200, complete=False)

    async def opened() -> None:
        await asyncio.to_thread(bridges.opener(fetch), "https://n.example/a.warc")

    with pytest.raises(SourceError, match="the connection broke") as told:
        asyncio.run(opened())
    assert told.value.code == "unreadable"


@pytest.mark.parametrize("name", ["/a.jsonl", "/a.warc.gz", "/a.parquet"])
def test_a_file_on_a_host_has_the_version_that_the_host_tells(tmp_path: Path, name: str) -> None:
    bodies = {"/a.jsonl": b'{"text": "Row"}\n', "/a.warc.gz": archive().data}
    if name == "/a.parquet":
        pyarrow = pytest.importorskip("pyarrow", reason="needs the extra auditor[parquet]")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(pyarrow.table({"text": ["Row"]}), tmp_path / "a.parquet")
        bodies[name] = (tmp_path / "a.parquet").read_bytes()
    [shard], [document], _ = scan(Site(bodies), name, tmp_path)
    assert isinstance(shard, Shard)
    assert shard.etag == '"1"'
    assert isinstance(document, Document)


def test_a_corpus_in_a_bucket_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridges, "WINDOW", 1000)
    rows = b"".join(b'{"text": "Row %d"}\n' % number for number in range(100))

    async def run() -> list[Document | SourceError]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", Site({"/bucket/a.jsonl": rows}).answer)
        async with TestServer(app) as server:
            used = Settings(s3_endpoint=str(server.make_url("/")), s3_anonymous=True)
            async with Crawl(used) as crawl:
                found: list[Document | SourceError] = []
                async for shard in sourcing.shards("s3://bucket/a.jsonl", used, tmp_path, fetch=crawl.fetch):
                    assert isinstance(shard, Shard)
                    found += [i async for i in sourcing.documents(shard, used, tmp_path, fetch=crawl.fetch)]
                return found

    documents = asyncio.run(run())
    assert [item.id for item in documents if isinstance(item, Document)] == [
        f"s3://bucket/a.jsonl#{number}" for number in range(1, 101)
    ]
