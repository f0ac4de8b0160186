"""`auditor find IMAGE... --in FOLDER|SOURCE`: every use of a picture."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageOps

from tests.clouds import photo, save
from tests.conftest import ROOT, Run

SAMPLES = ROOT / "samples"


@pytest.fixture
def wanted(tmp_path: Path) -> Path:
    """The picture that is looked for, apart from where it is used."""
    return save(photo(1), tmp_path / "wanted.jpg", quality=92)


@pytest.fixture
def archive(wanted: Path) -> Path:
    """A folder in which the picture is used four times, among others."""
    folder = wanted.parent / "archive"
    folder.mkdir()
    shutil.copy(wanted, folder / "exact.jpg")
    save(photo(1).resize((240, 160)), folder / "near.webp", quality=80)
    save(ImageOps.mirror(photo(1)), folder / "mirrored.jpg")
    save(photo(1).crop((0, 0, 320, 320)), folder / "cropped.png")
    for seed in (2, 3, 4):
        save(photo(seed), folder / f"other{seed}.jpg")
    return folder


def uses(auditor: Run, *words: object) -> dict[str, Any]:
    """The JSON of the command; "code" is its exit code."""
    said = auditor("find", *words, "--output-format", "json")
    return {**json.loads(said.out), "code": said.code}


def test_exact_near_mirrored_and_cropped_uses_are_found(auditor: Run, wanted: Path, archive: Path) -> None:
    told = uses(auditor, wanted, "--in", archive)
    hits = told["wanted"][0]["hits"]
    assert told["code"] == 1
    assert {hit["kind"]: Path(hit["picture"]["image"]).stem for hit in hits} == {
        "exact": "exact",
        "near": "near",
        "mirrored": "mirrored",
        "cropped": "cropped",
    }
    assert hits[0]["kind"] == "exact"


def test_what_is_not_used_is_not_found(auditor: Run, archive: Path) -> None:
    other = save(photo(9), archive.parent / "other.jpg")
    told = uses(auditor, other, "--in", archive)
    assert (told["code"], told["wanted"][0]["hits"]) == (0, [])
    assert "not found" in auditor("find", other, "--in", archive).out


def test_a_picture_is_not_its_own_use(auditor: Run, archive: Path) -> None:
    told = uses(auditor, archive / "other2.jpg", "--in", archive)
    assert told["wanted"][0]["hits"] == []


def test_every_picture_of_a_folder_is_looked_for(auditor: Run, wanted: Path, archive: Path) -> None:
    killed = wanted.parent / "killed"
    killed.mkdir()
    shutil.copy(wanted, killed / "a.jpg")
    save(photo(3).resize((240, 160)), killed / "b.png")
    told = uses(auditor, killed, "--in", archive)
    assert [len(each["hits"]) for each in told["wanted"]] == [4, 1]


def test_articles_that_use_the_picture_are_named(auditor: Run) -> None:
    pier = SAMPLES / "pictures" / "pier.jpg"
    told = uses(auditor, pier, "--in", SAMPLES, "--articles", "--isolated")
    hits = told["wanted"][0]["hits"]
    assert [hit["picture"]["article"].rpartition("/")[2] for hit in hits] == ["harbour.html"]
    assert told["summary"]["articles"] == 1


@pytest.fixture
def site(archive: Path) -> Iterator[str]:
    """The host of a page on loopback that shows the wanted picture and another one."""
    words = "<p>The harbour was closed in the morning, and stayed empty until the evening.</p>"
    figures = "".join(f'<img src="/{name}" alt="A view">{words}' for name in ("near.webp", "other2.jpg"))
    (archive / "story.html").write_text(f"<article><h1>Harbour</h1>{words}{figures}</article>")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(archive))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_page_is_asked_for_its_pictures_through_the_guard(auditor: Run, wanted: Path, site: str) -> None:
    page = f"http://{site}/story.html"
    assert uses(auditor, wanted, "--in", page)["code"] == 3  # a private address, without leave
    told = uses(auditor, wanted, "--in", page, "--allow-private", site)
    assert told["summary"]["searched"] == 2
    assert [hit["picture"]["image"] for hit in told["wanted"][0]["hits"]] == [f"{page}#0"]


def test_a_better_copy_is_called_one(auditor: Run, wanted: Path, archive: Path) -> None:
    out = auditor("find", archive / "near.webp", "--in", archive).out
    line = next(line for line in out.splitlines() if "exact.jpg" in line)
    assert "a better copy" in line


def test_a_picture_that_cannot_be_read_is_told(auditor: Run, archive: Path) -> None:
    said = auditor("find", archive / "none.jpg", "--in", archive)
    assert said.code == 3
    assert "no such file" in said.out


def test_where_to_look_must_be_said(auditor: Run, wanted: Path) -> None:
    said = auditor("find", wanted)
    assert said.code == 2
    assert "--in" in said.err
