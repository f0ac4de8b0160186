"""What long work says of itself while it runs."""

from __future__ import annotations

import pytest

from auditor import progress


@pytest.mark.parametrize(
    ("done", "total", "seconds", "told"),
    [
        (0, 10, 5.0, ""),
        (10, 100, 0.5, ""),
        (200, 1000, 10.0, "20/s, 0:40 to go"),
        (5, 1000, 10.0, "0.5/s, 33:10 to go"),
        (100, 1_000_000, 10.0, "10/s, 27:46:30 to go"),
        (100, 100, 10.0, "10/s"),
        (100, None, 10.0, "10/s"),
    ],
)
def test_the_pace_and_what_is_left_are_told(done: int, total: int | None, seconds: float, told: str) -> None:
    assert progress.pace(done, total, seconds) == told


def test_a_line_tells_stage_count_bytes_and_pace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 5.0, 25.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    shown = progress.Progress()
    shown.update("images", 1, 100, "0.1 MB")
    shown.update("images", 40, 100, "2.4 MB")
    assert capsys.readouterr().err == "auditor: images: 40 of 100, 2.4 MB, 2.0/s, 0:30 to go (25 s)\n"
