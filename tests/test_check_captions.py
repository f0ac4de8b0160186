"""Captions as a user sees them: `auditor check` on the sample article, as it is and rewritten."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Run

SAMPLES = ROOT / "samples"
IMAGE_TAG = bytes.fromhex("3c616e746d6c3a696d6167653e")  # what every image line of the sample begins with
LINES = (SAMPLES / "consulates.txt").read_bytes().splitlines(keepends=True)
LEAD, *RUNS = [number for number, line in enumerate(LINES) if line.startswith(IMAGE_TAG)]
HOUSTON_RUN, CHENGDU_RUN = RUNS[:7], RUNS[7:]
HOUSTON, CHENGDU = LINES[HOUSTON_RUN[0] - 1], LINES[CHENGDU_RUN[0] - 1]


def checked(auditor: Run, folder: Path, name: str, body: bytes, *words: str) -> dict[str, Any]:
    """The JSON report of an article; "code" is the exit code, "text" what a person sees."""
    file, report = folder / name, folder / "report.json"
    file.write_bytes(body)
    said = auditor("check", file, "-o", f"json={report}", "--no-progress", *words)
    return {**json.loads(report.read_text()), "code": said.code, "text": said.out}


def captions(report: dict[str, Any]) -> list[str | None]:
    images = report["articles"][0]["images"]
    return [image["caption"] and image["caption"]["text"] for image in images]


def words(line: bytes) -> str:
    return line.decode().strip()


def article(*parts: bytes | Sequence[int]) -> bytes:
    """The sample's lead and opening, then the parts: a line as it is, or image lines by number; its end."""
    opening, ending = LINES[: HOUSTON_RUN[0] - 1], LINES[CHENGDU_RUN[-1] + 1 :]
    middle = [part if isinstance(part, bytes) else b"".join(LINES[n] for n in part) for part in parts]
    return b"".join([*opening, *middle, *ending])


BETWEEN = b"".join(LINES[HOUSTON_RUN[-1] + 1 : CHENGDU_RUN[0] - 1])


def test_captions_above_the_runs_serve_seven_images_each_and_the_lead_has_none(
    auditor: Run, tmp_path: Path
) -> None:
    report = checked(auditor, tmp_path, "story.txt", b"".join(LINES), "--offline")
    assert captions(report) == [None, *[words(HOUSTON)] * 7, *[words(CHENGDU)] * 7]
    told = [image["caption"] for image in report["articles"][0]["images"][1:]]
    assert {one["line"] for one in told} == {HOUSTON_RUN[0], CHENGDU_RUN[0]}
    assert all(one["confidence"] >= 0.5 and one["relation"] == "line-before" for one in told)


def test_captions_below_the_runs_serve_them_as_well(auditor: Run, tmp_path: Path) -> None:
    body = article(HOUSTON_RUN, HOUSTON, BETWEEN, CHENGDU_RUN, CHENGDU)
    report = checked(auditor, tmp_path, "story.txt", body, "--offline")
    assert captions(report) == [None, *[words(HOUSTON)] * 7, *[words(CHENGDU)] * 7]
    assert [group["images"] for group in report["articles"][0]["captions"]] == [
        [*range(1, 8)],
        [*range(8, 15)],
    ]
    assert not [finding for finding in report["findings"] if finding["code"] == "CAP308"]


@pytest.mark.parametrize("above", [True, False])
def test_one_caption_for_each_image(auditor: Run, tmp_path: Path, above: bool) -> None:
    lines = [f"2020年7月{20 + n}日，美国休斯敦，领事馆门前的第{n}张照片\n".encode() for n in range(1, 8)]
    pairs = [
        part
        for line, image in zip(lines, HOUSTON_RUN, strict=True)
        for part in ((line, [image]) if above else ([image], line))
    ]
    report = checked(auditor, tmp_path, "story.txt", article(*pairs, BETWEEN), "--offline")
    assert captions(report) == [None, *map(words, lines)]


def test_a_caption_whose_run_is_missing_is_told_and_gives_none_to_others(
    auditor: Run, tmp_path: Path
) -> None:
    body = article(HOUSTON, HOUSTON_RUN, BETWEEN, CHENGDU)
    report = checked(auditor, tmp_path, "story.txt", body, "--offline")
    assert captions(report) == [None, *[words(HOUSTON)] * 7]
    (stray,) = [finding for finding in report["findings"] if finding["code"] == "CAP308"]
    assert stray["evidence"]["text"] == words(CHENGDU)
    assert stray["line"] == body.splitlines(keepends=True).index(CHENGDU) + 1


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Quay</h1><p>Hello</p><img src=missing.jpg alt=x>",
        "<p>One short line.</p><p>Another short line.</p><img src=missing.jpg>",
        "<img src=missing.jpg>",
        "<h1>Quay</h1><nav><a href=/>Home</a></nav><div><h2>Hello</h2><p><img src=missing.jpg></p></div>",
    ],
)
def test_a_missing_image_fails_a_page_that_tells_no_story(auditor: Run, tmp_path: Path, body: str) -> None:
    report = checked(auditor, tmp_path, "page.html", body.encode())
    assert [(f["code"], f["level"]) for f in report["findings"] if f["code"] == "MIS201"] == [
        ("MIS201", "error")
    ]
    assert report["code"] == 1


def test_a_credit_without_a_caption_is_told(auditor: Run, tmp_path: Path) -> None:
    text = "<p>The fire in the port began last night, and forty engines were sent before morning came.</p>"
    figure = "<figure><img src=port.jpg><figcaption>Photo: Jane Doe/Reuters</figcaption></figure>"
    report = checked(auditor, tmp_path, "page.html", f"{text}{figure}{text}".encode(), "--offline")
    (image,) = report["articles"][0]["images"]
    assert (image["caption"], image["credit"]) == (None, "Jane Doe/Reuters")
    assert "credit Jane Doe/Reuters" in report["text"]


def test_markdown_titles_and_italics_below_are_captions(auditor: Run, tmp_path: Path) -> None:
    body = (SAMPLES / "lighthouse.md").read_bytes()
    report = checked(auditor, tmp_path, "lighthouse.md", body, "--offline")
    told = [image["caption"] for image in report["articles"][0]["images"]]
    assert [(one["relation"], one["text"][:20]) for one in told] == [
        ("title", "The tower in its new"),
        ("line-after", "Looking up from the "),
        ("figcaption", "The old lens in its "),
    ]
    assert not [finding for finding in report["findings"] if finding["code"] == "CAP305"]
