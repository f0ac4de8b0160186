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
        self._started = self._last_line = time.monotonic()

    def update(self, stage: str, done: int, total: int | None) -> None:
        """Says that `done` of `total` (None = unknown) of `stage` are through."""
        if not self._shown:
            return
        now = time.monotonic()
        if sys.stderr.isatty():
            if now - self._started >= BAR_AFTER_S:
                self._draw(stage, done, total)
        elif now - self._last_line >= LINE_EVERY_S:
            self._last_line = now
            of = f" of {total}" if total is not None else ""
            print(f"auditor: {stage}: {done}{of} ({now - self._started:.0f} s)", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Takes the bar off the screen."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _draw(self, stage: str, done: int, total: int | None) -> None:
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
            )
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        if stage != self._stage:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._stage, self._task = stage, self._bar.add_task(stage, total=total)
        self._bar.update(self._task, completed=done, total=total)
