"""The nightly scan as a user runs it: `auditor scan` on an archive, night after night."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench.archive import Archive, serving
from tests.conftest import ROOT, Run

SAMPLES = ROOT / "samples"


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

        assert found(scanned) == found(checked)
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
            told.setdefault(finding["code"], set()).add(Path(finding["article"]).name)
    return told


ASKING = ("--allow-private", "127.0.0.0/8", "--ignore-robots", "--select", "MIS,DRF", "--retries", 0)


class TestTwoNights:
    """Removed, replaced and re-encoded pictures, and a host that is gone, between two nights."""

    @pytest.mark.parametrize("articles", [12, pytest.param(1000, marks=pytest.mark.slow)])
    def test_tell_the_planted_story_and_nothing_else(
        self, auditor: Run, tmp_path: Path, articles: int
    ) -> None:
        archive = Archive(
            tmp_path / "archive", articles=articles, images=2 * articles, hosts=3, port=0, side_px=96
        )
        with serving(archive) as hosts:
            archive.write()
            first = night(auditor, tmp_path / "x.db", archive.sources, *ASKING)
            removed, replaced, reencoded = 0, 3, 6  # on 127.0.0.2
            archive.file(removed).unlink()
            archive.write_picture(replaced, seed=10**6)
            archive.write_picture(reencoded, quality=70)
            hosts.stop("127.0.0.4")
            second = night(
                auditor, tmp_path / "x.db", archive.sources, *ASKING, "--recheck", "all",
                now="2026-11-02T03:00:00Z",
            )  # fmt: skip
            archive.write_picture(removed)
            hosts.start("127.0.0.4")
            third = night(
                auditor, tmp_path / "x.db", archive.sources, *ASKING, "--recheck", "all",
                now="2026-11-03T03:00:00Z",
            )  # fmt: skip

        gone = {name for n in range(2, archive.images, 3) for name in archive.showing(n)}
        assert first["findings"] == []
        assert codes(second, "new")["MIS202"] == gone
        assert set(archive.showing(removed)) in (
            codes(second, "new").get("MIS201"),
            codes(second, "new").get("DRF603"),
        )
        assert codes(second, "fixed") == {}
        assert codes(third, "fixed")["MIS202"] == gone
        assert codes(third, "new") == {}
