"""Commands run in the faster loop where it is installed, and in the standard one elsewhere."""

from __future__ import annotations

import asyncio
import sys

import pytest

from auditor import loops


async def _kind() -> str:
    await asyncio.sleep(0)
    return type(asyncio.get_running_loop()).__module__.partition(".")[0]


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop has no build for this platform")
def test_commands_run_in_the_faster_loop() -> None:
    assert loops.run(_kind()) == "uvloop"


def test_without_it_they_run_in_the_standard_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert loops.run(_kind()) == "asyncio"


def test_an_exception_comes_out_as_it_was_raised() -> None:
    async def fail() -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        loops.run(fail())
