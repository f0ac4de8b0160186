"""Progress of long work on stderr: a bar on a terminal, a line every ten seconds elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Any

BAR_AFTER_S = 1.0
LINE_EVERY_S = 10.0


class Progress:
    """Counts of one stage at a time; shows nothing for work that is over within a second."""

    def __init__(self, *, shown: bool = True) -> None:
        self._shown = shown
        self._bar: Any = None
        self._task: Any = None
        self._stage = ""
        self._began = ("", 0.0)  # the stage, and when it did
        self._started = self._last_line = time.monotonic()

    def update(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        """Says that `done` of `total` (None = unknown) of `stage` are through; `detail` is told with it."""
        if not self._shown:
            return
        now = time.monotonic()
        if stage != self._began[0]:
            self._began = stage, now
        told = ", ".join(filter(None, (detail, pace(done, total, now - self._began[1]))))
        if sys.stderr.isatty():
            if now - self._started >= BAR_AFTER_S:
                self._draw(stage, done, total, told)
        elif now - self._last_line >= LINE_EVERY_S:
            self._last_line = now
            of = f" of {total}" if total is not None else ""
            more = f", {told}" if told else ""
            line = f"auditor: {stage}: {done}{of}{more} ({now - self._started:.0f} s)"
            print(line, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Takes the bar off the screen."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _draw(self, stage: str, done: int, total: int | None, told: str) -> None:
        if self._bar is None:
            # only long work pays for this import
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.fields[told]}"),
            )
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        if stage != self._stage:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._stage, self._task = stage, self._bar.add_task(stage, total=total, told=told)
        self._bar.update(self._task, completed=done, total=total, told=told)


def pace(done: int, total: int | None, seconds: float) -> str:
    """How fast it goes, and how long what is left will take at that pace: "210/s, 1:05 to go"."""
    if not done or seconds < 1:
        return ""
    rate = done / seconds
    told = f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s"
    if total is None or total <= done:
        return told
    left = round((total - done) / rate)
    hours, minutes = left // 3600, left // 60 % 60
    clock = f"{hours}:{minutes:02}:{left % 60:02}" if hours else f"{minutes}:{left % 60:02}"
    return f"{told}, {clock} to go"
