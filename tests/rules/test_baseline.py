"""What a baseline knows stands and does not count; what is gone is fixed only where it was looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor import baseline
from auditor.errors import ConfigError
from auditor.model import Finding


def _finding(key: str, code: str = "MIS201", article: str = "a.html") -> Finding:
    return Finding(f"1:{key}", code, "error", article, f"image not found: {key}")


def test_what_was_written_is_known_when_read(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    baseline.write([_finding("a"), _finding("b")], path)
    told = baseline.compare([_finding("b"), _finding("c")], baseline.read(path))
    assert [(f.key, f.lifecycle, f.suppressed is not None) for f in told] == [
        ("1:b", "persisting", True),
        ("1:c", "new", False),
        ("1:a", "fixed", False),
    ]


@pytest.mark.parametrize(
    ("codes", "settled", "lifecycle"),
    [
        (None, None, "fixed"),
        ({"MIS201"}, {"a.html"}, "fixed"),
        ({"CAP301"}, {"a.html"}, "unverified"),
        ({"MIS201"}, {"b.html"}, "unverified"),
    ],
)
def test_what_was_not_looked_at_is_not_fixed(
    codes: set[str] | None, settled: set[str] | None, lifecycle: str, tmp_path: Path
) -> None:
    path = tmp_path / "baseline.json"
    baseline.write([_finding("a")], path)
    told = baseline.compare([], baseline.read(path), codes=codes, settled=settled)
    assert [finding.lifecycle for finding in told] == [lifecycle]


def test_a_baseline_keeps_what_persists_and_drops_what_is_fixed(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    baseline.write([_finding("a"), _finding("b")], path)
    baseline.write(baseline.compare([_finding("b")], baseline.read(path)), path)
    assert [known.key for known in baseline.read(path).findings] == ["1:b"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema": "other/1", "findings": []}', "\x00\xff"])
def test_another_file_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text, "latin-1")
    with pytest.raises(ConfigError, match=r"baseline\.json") as caught:
        baseline.read(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        baseline.read(tmp_path / "none.json")
    with pytest.raises(ConfigError, match="cannot be written"):
        baseline.write([], tmp_path / "no" / "folder.json")
