"""The nightly scan as a user runs it: `auditor scan` on an archive, night after night."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import archives
from tests.bench.archive import Archive, serving
from tests.conftest import ROOT, Run

SAMPLES = ROOT / "samples"


def turns(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted((f["code"], f["lifecycle"], f["message"]) for f in report["findings"])


def found(report: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return sorted((f["code"], f["article"], f["images"]) for f in report["findings"])


def night(auditor: Run, catalog: Path, *words: object, now: str = "2026-11-01T03:00:00Z") -> dict[str, Any]:
    """The JSON report of one scan; "code" is its exit code."""
    file = catalog.with_suffix(".json")
    said = auditor(
        "scan", *words, "--catalog", catalog, "--now", now, "--processes", 2, "-o", f"json={file}", "-q"
    )
    return {**json.loads(file.read_text()), "code": said.code}


class TestTheSamples:
    def test_are_told_as_the_check_tells_them(self, auditor: Run, tmp_path: Path) -> None:
        file = tmp_path / "check.json"
        code = auditor("check", SAMPLES, "-o", f"json={file}", "--now", "2026-11-01T03:00:00Z", "-q").code
        checked = json.loads(file.read_text())

        scanned = night(auditor, tmp_path / "x.db", SAMPLES)

        elsewhere = ("DUP403", "DUP404")  # what only a catalog knows: the lens is in two of the articles
        assert [f for f in found(scanned) if f[0] not in elsewhere] == found(checked)
        assert {f[0] for f in found(scanned)} >= set(elsewhere)
        assert scanned["code"] == code
        assert [image["outcome"]["state"] for a in scanned["articles"] for image in a["images"]] == [
            image["outcome"]["state"] for a in checked["articles"] for image in a["images"]
        ]

    def test_stand_the_second_night_and_nothing_is_done_again(self, auditor: Run, tmp_path: Path) -> None:
        first = night(auditor, tmp_path / "x.db", SAMPLES)
        second = night(auditor, tmp_path / "x.db", SAMPLES, now="2026-11-01T15:00:00Z")

        assert found(first) == found(second)
        assert {f["lifecycle"] for f in first["findings"]} == {"new"}
        assert {f["lifecycle"] for f in second["findings"]} == {"persisting"}
        assert first["code"] == second["code"]


def codes(report: dict[str, Any], lifecycle: str) -> dict[str, set[str]]:
    """The articles by code of findings in one lifecycle."""
    told: dict[str, set[str]] = {}
    for finding in report["findings"]:
        if finding["lifecycle"] == lifecycle:
            told.setdefault(finding["code"], set()).add(Path(finding["article"] or "").name)
    return told


ASKING = ("--allow-private", "127.0.0.0/8", "--ignore-robots", "--select", "MIS,DRF", "--retries", 0)


class TestTwoNights:
    """Pictures removed, moved, replaced and re-encoded, and a host that is gone, between two nights."""

    REMOVED, REPLACED, RE_ENCODED, MOVED = 0, 3, 6, 9  # on 127.0.0.2
    NEW_PLACE = 1  # on 127.0.0.3

    @pytest.mark.parametrize("articles", [12, pytest.param(1000, marks=pytest.mark.slow)])
    def test_tell_the_planted_story_and_nothing_else(
        self, auditor: Run, tmp_path: Path, articles: int
    ) -> None:
        archive = Archive(
            tmp_path / "archive", articles=articles, images=2 * articles, hosts=3, port=0, side_px=96
        )
        again = ("--recheck", "all")
        with serving(archive) as hosts:
            archive.write()
            archive.write_picture(self.MOVED, seed=self.NEW_PLACE)
            nights = [night(auditor, tmp_path / "x.db", archive.sources, *ASKING)]
            self.plant(archive)
            hosts.stop("127.0.0.4")
            nights.append(
                night(
                    auditor, tmp_path / "x.db", archive.sources, *ASKING, *again, now=f"{NOVEMBER}02{THREE}"
                )
            )
            archive.write_picture(self.REMOVED)
            hosts.start("127.0.0.4")
            nights.append(
                night(
                    auditor, tmp_path / "x.db", archive.sources, *ASKING, *again, now=f"{NOVEMBER}03{THREE}"
                )
            )

        gone = {name for n in range(2, archive.images, 3) for name in archive.showing(n)}
        removed, replaced, re_encoded, moved = (
            set(archive.showing(n)) for n in (self.REMOVED, self.REPLACED, self.RE_ENCODED, self.MOVED)
        )
        stay = {"DRF601": replaced, "DRF602": re_encoded}
        lost = {"MIS202": gone} | ({"MIS213": {""}} if articles == 1000 else {})  # of few nobody tells
        assert story(nights[0]) == {}
        assert story(nights[1]) == {"new": {**stay, **lost, "DRF603": removed | moved}}
        assert story(nights[2]) == {
            "persisting": {**stay, "DRF603": moved},
            "fixed": {**lost, "DRF603": removed},
        }
        [told] = [f for f in nights[2]["findings"] if f["code"] == "DRF603" and f["lifecycle"] != "fixed"]
        assert archive.address(self.NEW_PLACE) in told["fix"]

    def plant(self, archive: Archive) -> None:
        """What happens to the pictures by day."""
        archive.file(self.REMOVED).unlink()
        archive.file(self.MOVED).unlink()
        archive.write_picture(self.REPLACED, seed=10**6)
        archive.write_picture(self.RE_ENCODED, quality=70)


NOVEMBER, THREE = "2026-11-", "T03:00:00Z"


def story(report: dict[str, Any]) -> dict[str, dict[str, set[str]]]:
    """The articles by lifecycle and code; a finding on the whole run has the article ""."""
    words = {finding["lifecycle"] for finding in report["findings"]}
    return {word: codes(report, word) for word in words}


class TestAScanThatDies:
    """Killed at any moment, a scan loses nothing that was committed and asks little again."""

    @pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.slow)])
    def test_goes_on_to_the_same_result(self, auditor: Run, tmp_path: Path, kills: int) -> None:
        images = 120 if kills == 2 else 3000
        archive = Archive(
            tmp_path / "archive", articles=images // 2, images=images, hosts=4, port=0, side_px=96
        )
        chance = random.Random(kills)
        with serving(archive) as hosts:
            archive.write()
            for number in range(0, images, 10):
                archive.file(number).unlink()
            undisturbed = night(auditor, tmp_path / "a.db", archive.sources, *ASKING)
            hosts.asked.clear()
            for _ in range(kills):
                before = committed(tmp_path / "b.db")
                died = start(tmp_path / "b.db", archive)
                time.sleep(chance.uniform(1.5, 4.0))
                died.kill()
                died.communicate()
                done = asked(tmp_path / "b.db", "SELECT count(*) FROM runs WHERE complete") > 0
                if done:  # it may have been killed while it only took leave
                    break
                assert committed(tmp_path / "b.db") >= before
            resumed = night(auditor, tmp_path / "b.db", archive.sources, *ASKING)
            if done:  # before it could be killed again: the night above was the next one
                said = auditor("report", 1, "--catalog", tmp_path / "b.db", "--output-format", "json")
                resumed = json.loads(said.out)

        assert told(resumed) == told(undisturbed)
        assert resumed["summary"] == undisturbed["summary"]
        in_flight = 64
        assert hosts.asked.total() <= images + kills * (200 + in_flight)

    @pytest.mark.slow
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_stops_when_it_is_asked_to_and_says_how_to_go_on(
        self, auditor: Run, tmp_path: Path, number: int
    ) -> None:
        archive = Archive(tmp_path / "archive", articles=150, images=300, hosts=4, port=0, side_px=96)
        with serving(archive) as hosts:
            archive.write()
            running = start(tmp_path / "b.db", archive)
            while hosts.asked.total() < 20 and running.poll() is None:
                time.sleep(0.05)
            asked_at = time.monotonic()
            running.send_signal(number)
            _, said = running.communicate(timeout=30)
            took = time.monotonic() - asked_at
            with contextlib.closing(sqlite3.connect(tmp_path / "b.db")) as connection:
                complete = connection.execute("SELECT complete FROM runs").fetchall()
            resumed = night(auditor, tmp_path / "b.db", archive.sources, *ASKING)

        assert running.returncode == 130
        assert took < 3
        assert complete == [(0,)]
        assert "to go on: auditor scan" in said
        assert resumed["summary"]["images"] == 300
        assert {f["lifecycle"] for f in resumed["findings"]} <= {"new"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 600 KB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", folder]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.slow
def test_a_full_disk_is_named_and_the_scan_goes_on_when_there_is_room(
    auditor: Run, tmp_path: Path, small_disk: Path
) -> None:
    catalog = small_disk / "x.db"
    full = auditor("scan", SAMPLES, "--catalog", catalog, "--now", f"{NOVEMBER}01{THREE}", "-q")
    assert full.code == 2
    assert "the disk is full" in full.err
    assert "to go on when there is room: auditor" in full.err

    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    resumed = night(auditor, catalog, SAMPLES)
    undisturbed = night(auditor, tmp_path / "y.db", SAMPLES)
    assert told(resumed) == told(undisturbed)
    assert resumed["summary"] == undisturbed["summary"]


def told(report: dict[str, Any]) -> list[tuple[str, str, str, list[str]]]:
    """Findings in short, with what became of them."""
    return sorted((f["code"], f["lifecycle"], f["article"], f["images"]) for f in report["findings"])


def start(catalog: Path, archive: Archive) -> subprocess.Popen[str]:
    """A scan in a process of its own."""
    words = ["scan", archive.sources, "--catalog", catalog, "--now", "2026-11-01T03:00:00Z", "--processes", 2]
    return subprocess.Popen(
        [sys.executable, "-m", "auditor", *map(str, (*words, *ASKING, "-q"))],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def committed(catalog: Path) -> int:
    """How many addresses have an answer in the catalog."""
    return asked(catalog, "SELECT count(*) FROM assets WHERE state IS NOT NULL")


def asked(catalog: Path, question: str) -> int:
    """The number that a catalog answers; 0 where there is none yet."""
    if not catalog.is_file():
        return 0
    with contextlib.closing(sqlite3.connect(catalog)) as connection:
        try:
            return int(connection.execute(question).fetchone()[0])
        except sqlite3.OperationalError:  # killed before there were tables
            return 0


class TestACheckWithACatalog:
    def test_tells_where_a_picture_ran_before(self, auditor: Run, tmp_path: Path) -> None:
        archive = Archive(tmp_path / "archive", articles=2, images=4, port=0)
        draft = tmp_path / "draft.html"
        with serving(archive):
            archive.write()
            night(auditor, tmp_path / "x.db", archive.sources, *ASKING)
            draft.write_text(f'<p>Today.</p><img src="{archive.address(1)}" alt="A market">')
            said = auditor(
                "check", draft, "--catalog", tmp_path / "x.db", "--allow-private", "127.0.0.0/8",
                "--select", "DUP404", "--output-format", "json",
            )  # fmt: skip

        (finding,) = json.loads(said.out)["findings"]
        assert finding["code"] == "DUP404"
        assert "ran in Story 0" in finding["message"]

    def test_of_a_catalog_that_is_not_there_is_refused(self, auditor: Run, tmp_path: Path) -> None:
        said = auditor("check", SAMPLES / "consulates.txt", "--catalog", tmp_path / "none.db", "--offline")

        assert said.code == 2
        assert "no such catalog" in said.err


class TestWebArchives:
    @pytest.mark.parametrize("order", [("1", "2"), ("2", "1")])
    def test_pages_of_one_crawl_may_stand_in_another_whichever_is_named_first(
        self, auditor: Run, tmp_path: Path, order: tuple[str, str]
    ) -> None:
        two_crawls(tmp_path)
        crawls = [tmp_path / f"{name}.warc.gz" for name in order]

        report = night(auditor, tmp_path / "x.db", *crawls, "--profile", "archive")

        assert [entry["error"] for entry in report["inputs"]] == [None, None]
        shown = {
            article["id"]: [image["outcome"]["state"] for image in article["images"]]
            for article in report["articles"]
        }
        assert shown == {  # the picture in the tag, and the one that only the style sheet names
            STORY: ["ok", "ok"],
            f"{STORY}@20240502000000": ["ok", "ok"],
        }

    def test_that_are_damaged_are_read_again_when_their_bytes_change_or_it_is_asked_for(
        self, auditor: Run, tmp_path: Path
    ) -> None:
        whole = archives.Archive()
        for name in "abc":
            whole.response(f"https://n.example/{name}", archives.page())
        damaged = bytearray(whole.data)
        damaged[whole.starts[1] + 40 : whole.starts[1] + 60] = b"\0" * 20
        crawl = tmp_path / "crawl.warc.gz"
        crawl.write_bytes(damaged)
        written = crawl.stat()
        words = (crawl, "--profile", "archive", "--offline")
        first = night(auditor, tmp_path / "x.db", *words)
        crawl.write_bytes(whole.data)  # who compares size and time cannot know
        os.utime(crawl, ns=(written.st_atime_ns, written.st_mtime_ns))
        second = night(auditor, tmp_path / "x.db", *words, now="2026-11-02T03:00:00Z")
        asked = night(auditor, tmp_path / "x.db", *words, "--recheck", "failed", now="2026-11-03T03:00:00Z")
        crawl.write_bytes(damaged)
        changed = night(auditor, tmp_path / "x.db", *words, now="2026-11-04T03:00:00Z")

        nights = (first, second, asked, changed)
        errors = [[entry["error"] and entry["error"]["code"] for entry in r["inputs"]] for r in nights]
        assert errors == [["damaged"], ["damaged"], [None], ["damaged"]]
        assert second["inputs"] == first["inputs"]
        assert [r["code"] for r in nights] == [3, 3, 0, 3]
        assert [len(r["articles"]) for r in nights] == [2, 2, 3, 3]  # damage takes nothing back

    def test_whose_index_was_lost_are_read_again(self, auditor: Run, tmp_path: Path) -> None:
        two_crawls(tmp_path)
        words = (tmp_path / "1.warc.gz", "--profile", "archive", "--recheck", "all")
        first = night(auditor, tmp_path / "x.db", *words)
        (tmp_path / "x.db-captures").unlink()
        second = night(auditor, tmp_path / "x.db", *words, now="2026-11-02T03:00:00Z")

        assert second["summary"]["by_state"] == first["summary"]["by_state"]
        assert first["summary"]["by_state"]["ok"] == 2

    @pytest.mark.slow
    def test_two_crawls_of_one_site_are_two_nights(self, auditor: Run, tmp_path: Path, shared: Path) -> None:
        crawls = [shared / "corpora" / "warc" / f"gov-uk-night-{n}.warc.gz" for n in (1, 2)]
        first, second = (
            night(
                auditor,
                tmp_path / "x.db",
                crawl,
                "--offline",
                "--profile",
                "archive",
                now=f"2026-11-0{n}T03:00:00Z",
            )
            for n, crawl in enumerate(crawls, 1)
        )

        assert [r["summary"]["articles"] for r in (first, second)] == [32, 32]
        assert first["summary"]["by_lifecycle"]["new"] == len(first["findings"]) > 0
        stay = len(first["findings"]) - 1  # all but the picture that every page shows, one finding of the run
        assert second["summary"]["by_lifecycle"]["persisting"] == stay


STORY = "https://n.example/story"


def two_crawls(folder: Path) -> None:
    """Two nights of one page; the second has only what changed: nothing but the time."""
    sheet = b"main{background:url(/b.png)}"
    body = b"<!doctype html><link rel=stylesheet href=/a.css><main><img src=/a.png alt=a><p>Words.</main>"
    picture = (SAMPLES / "pictures" / "lens.jpg").read_bytes()
    digests = ["sha1:" + base64.b32encode(hashlib.sha1(b).digest()).decode() for b in (body, sheet)]
    first = archives.Archive(gzip=True).response(STORY, body, date="2024-05-01T00:00:00Z")
    first.response("https://n.example/a.css", sheet, "text/css", date="2024-05-01T00:00:00Z")
    for name in ("a.png", "b.png"):
        first.response(f"https://n.example/{name}", picture, "image/jpeg", date="2024-05-01T00:00:00Z")
    second = archives.Archive(gzip=True).revisit(STORY, "text/html", "2024-05-02T00:00:00Z", digests[0])
    second.revisit("https://n.example/a.css", "text/css", "2024-05-02T00:00:00Z", digests[1])
    (folder / "1.warc.gz").write_bytes(first.data)
    (folder / "2.warc.gz").write_bytes(second.data)


def test_an_earlier_night_is_told_as_it_was(auditor: Run, tmp_path: Path) -> None:
    pictures = sorted((SAMPLES / "pictures").glob("*.jpg"))[:2]
    page = tmp_path / "archive" / "story.html"
    page.parent.mkdir()
    page.write_text("<h1>Two pictures</h1><img src=one.jpg alt=One><img src=two.jpg alt=Two>")
    catalog = tmp_path / "x.db"
    words = page.parent, "--select", "MIS", "--recheck", "all"
    reports = [night(auditor, catalog, *words)]
    shutil.copy(pictures[0], page.parent / "one.jpg")
    reports += [night(auditor, catalog, *words, now=f"2026-11-0{day}T03:00:00Z") for day in (2, 3)]
    assert [[word for _, word, _ in turns(report)] for report in reports] == [
        ["new", "new"],
        ["fixed", "persisting"],
        ["persisting"],
    ]
    for number, report in enumerate(reports, 1):
        said = auditor("report", number, "--catalog", catalog, "--output-format", "json")
        assert turns(json.loads(said.out)) == turns(report)
