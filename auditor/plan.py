"""What one run is asked to do: the value that every stage of the pipeline is handed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from auditor.config import Settings
from auditor.model import Notice

Watch = Callable[[str, int, "int | None"], None]


class Plan(msgspec.Struct, frozen=True):
    """One run: what to read, with which settings, and what the run is called in the report.

    Article ids are relative to `folder`. `stop` ends the run early: what was done is kept.
    """

    sources: tuple[str, ...]
    settings: Settings = Settings()
    folder: Path = Path()
    command: str = "check"
    notices: tuple[Notice, ...] = ()
    watch: Watch = lambda _stage, _done, _total: None
    stop: asyncio.Event | None = None
