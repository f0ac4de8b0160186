"""`-o jsonl=FOLDER/`, `-o parquet=FOLDER`, `-o prometheus=FILE`: what other tools read of a run."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Run

NOW = "2020-08-01T00:00:00Z"
SERIES = re.compile(r'auditor_findings\{rule="(\w+)",level="(\w+)",lifecycle="(\w+)"\} (\d+)')


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """The sample articles with their pictures, in a folder of their own."""
    return Path(shutil.copytree(ROOT / "samples", tmp_path / "samples"))


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def series(path: Path) -> Counter[tuple[str, str, str]]:
    """Counts by rule, level and lifecycle."""
    return Counter({(r, level, cycle): int(n) for r, level, cycle, n in SERIES.findall(path.read_text())})


def test_a_check_writes_a_table_a_file(auditor: Run, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "tables"
    auditor("check", samples / "consulates.txt", "--now", NOW, "-o", f"jsonl={out}/")
    assert sorted(path.name for path in out.iterdir()) == [
        *("articles.jsonl", "duplicates.jsonl", "findings.jsonl", "images.jsonl", "runs.jsonl")
    ]
    images = rows(out / "images.jsonl")
    assert len(images) == 15
    assert Counter(image["verdict"] for image in images) == {"ok": 12, "broken": 3}
    assert {f["article"] for f in rows(out / "findings.jsonl")} == {"consulates.txt"}
    assert rows(out / "runs.jsonl")[0]["summary"]["images"] == 15


def test_parquet_holds_the_same_rows(auditor: Run, samples: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra auditor[parquet]")
    out, lines = tmp_path / "parquet", tmp_path / "lines"
    auditor(
        "check", samples / "consulates.txt", "--now", NOW, "-o", f"parquet={out}", "-o", f"jsonl={lines}/"
    )
    images = parquet.read_table(out / "images.parquet")
    assert images.to_pylist() == rows(lines / "images.jsonl")
    findings = parquet.read_table(out / "findings.parquet").to_pylist()
    for row in findings:
        row.update({name: json.loads(row[name]) for name in ("arguments", "evidence")})
    assert findings == rows(lines / "findings.jsonl")
    assert parquet.ParquetFile(out / "images.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


def test_prometheus_counts_by_rule_level_and_lifecycle_only(
    auditor: Run, samples: Path, tmp_path: Path
) -> None:
    out = tmp_path / "auditor.prom"
    auditor("check", samples / "consulates.txt", "--now", NOW, "-o", f"prometheus={out}")
    assert series(out)["MIS205", "error", "new"] == 1
    labels = set(re.findall(r"(\w+)=\"", out.read_text()))
    assert labels == {"rule", "level", "lifecycle"}
    assert "auditor_images 15\n" in out.read_text()


@pytest.mark.slow
def test_a_scan_exports_its_catalog_and_the_second_night_its_lifecycles(
    auditor: Run, samples: Path, tmp_path: Path
) -> None:
    tables, gauges = tmp_path / "tables", tmp_path / "auditor.prom"

    def scan() -> None:
        auditor(
            *("scan", samples / "consulates.txt", "--catalog", tmp_path / "c.db", "--processes", "1"),
            *("-o", f"jsonl={tables}/", "-o", f"prometheus={gauges}", "--recheck", "all", "-q"),
        )

    scan()
    assert {lifecycle for _, _, lifecycle in series(gauges)} == {"new"}
    assert sum(series(gauges).values()) == len(rows(tables / "findings.jsonl")) == 6
    assert [row["name"] for row in rows(tables / "articles.jsonl")] == ["consulates.txt"]
    assert rows(tables / "assets.jsonl")[0]["checked_at"].endswith("Z")
    scan()
    assert {lifecycle for _, _, lifecycle in series(gauges)} == {"persisting"}
    assert [run["summary"]["images"] for run in rows(tables / "runs.jsonl")] == [15, 15]


def test_nothing_secret_is_exported(auditor: Run, tmp_path: Path) -> None:
    article = tmp_path / "story.html"
    address = "https://cdn.example/a.jpg?X-Amz-Signature=s3cret"
    article.write_text(f"<article><h1>A</h1><p>Words before.</p><img src='{address}'></article>")
    out = tmp_path / "tables"
    auditor("check", article, "--offline", "-o", f"jsonl={out}/")
    assert "cdn.example" in (out / "images.jsonl").read_text()
    assert not any("s3cret" in path.read_text() for path in out.iterdir())


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("parquet=no/such/folder", "does not exist"),
        ("parquet=file", "no folder can be made there"),
        ("prometheus=.", "is a folder"),
    ],
)
def test_what_cannot_be_written_is_told_before_any_work(
    auditor: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    said = auditor("check", "none.txt", "-o", word)
    assert said.code == 2
    assert told in said.err
