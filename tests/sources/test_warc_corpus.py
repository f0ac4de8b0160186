"""Real archives (../shared/corpora/warc) hold what others counted in them; see the README there."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from auditor import warc
from auditor.captured import Loss, Record
from tests.conftest import Run


class Counted(NamedTuple):
    """Responses, revisits, pages shown, and what became of the distinct addresses of their <img>."""

    responses: int
    revisits: int
    pages: int
    images: int
    found: int
    shown: int


COUNTS = {
    "wikipedia-main-page-2012.warc.gz": Counted(70, 0, 1, 54, 17, 17),
    "wikipedia-post-blackout-2012.warc.gz": Counted(51, 0, 1, 40, 6, 6),
    "gov-uk-night-1.warc.gz": Counted(65, 0, 32, 7, 6, 40),
    "gov-uk-night-2.warc.gz": Counted(10, 55, 6, 0, 0, 5),
    "blackbook-truncated.warc.gz": Counted(8, 0, 2, 3, 2, 15),
    "revisits.warc": Counted(10, 5, 4, 5, 5, 5),
    "dupes.warc.gz": Counted(3, 9, 2, 0, 0, 0),
    "example.wacz": Counted(1, 0, 1, 0, 0, 0),
}


def checked(auditor: Run, *archives: Path) -> dict[str, Any]:
    said = auditor("check", "--isolated", "--offline", "--output-format", "json", *archives)
    assert said.code in (0, 1, 3), said.err
    report: dict[str, Any] = json.loads(said.out)
    return report


def shown(report: dict[str, Any]) -> Counter[str]:
    """How many distinct addresses of <img> ended in which state."""
    images = [image for article in report["articles"] for image in article["images"]]
    tags = [image for image in images if image["raw"].lower().startswith("<img")]
    return Counter({image["url"]: image["outcome"]["state"] for image in tags}.values())


@pytest.mark.parametrize("name", COUNTS)
def test_an_archive_gives_the_captures_that_warcio_counts(shared: Path, name: str) -> None:
    path = shared / "corpora" / "warc" / name
    inside = [str(path)]
    if name.endswith(".wacz"):
        with path.open("rb") as file:
            inside = [f"{path}!{each}" for each in warc.archives_in(file)]
    found: list[Record | Loss] = []
    for each in inside:
        with warc.Archive(each) as archive:
            found += archive.records()
    records = [item for item in found if isinstance(item, Record)]
    assert len(records) == len(found)
    kinds = Counter(record.kind for record in records)
    images = [r for r in records if r.kind == "response" and r.media_type.startswith("image/")]
    expected = COUNTS[name]
    assert (kinds["response"], kinds["revisit"], len(images)) == (*expected[:2], expected.images)


@pytest.mark.parametrize("name", COUNTS)
def test_its_pages_are_checked_against_the_archive_itself(shared: Path, auditor: Run, name: str) -> None:
    report = checked(auditor, shared / "corpora" / "warc" / name)
    states = shown(report)
    expected = COUNTS[name]
    assert report["summary"]["articles"] == expected.pages
    assert (states["ok"], states.total()) == (expected.found, expected.shown)
    assert set(states) <= {"ok", "missing", "unchecked"}


@pytest.mark.slow
def test_the_second_night_finds_what_did_not_change_in_the_first(shared: Path, auditor: Run) -> None:
    nights = [shared / "corpora" / "warc" / f"gov-uk-night-{night}.warc.gz" for night in (1, 2)]
    report = checked(auditor, *nights)
    ids = [article["id"] for article in report["articles"]]
    assert [(entry["articles"], entry["error"]) for entry in report["inputs"]] == [(32, None), (32, None)]
    assert sorted(identity for identity in ids if "@" not in identity) == sorted(
        identity.rpartition("@")[0] for identity in ids if "@" in identity
    )
    assert shown(report)["unchecked"] == 0


def test_the_second_night_alone_says_which_pages_it_lacks(shared: Path, auditor: Run) -> None:
    report = checked(auditor, shared / "corpora" / "warc" / "gov-uk-night-2.warc.gz")
    assert report["inputs"][0]["error"]["code"] == "revisit-unresolved"
    assert "26 pages" in report["inputs"][0]["error"]["message"]
