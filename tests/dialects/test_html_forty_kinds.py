"""The page with 40 kinds of image reference: every one is found."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "bench" / "forty_kinds.py"


def test_all_forty_kinds_are_found() -> None:
    spec = importlib.util.spec_from_file_location("forty_kinds", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    assert len(bench.KINDS) == 40
    assert set(bench.KINDS) - bench.found_by_us(bench.page(), bench.sheet()) == set()
