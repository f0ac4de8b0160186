"""Work and a wish to stop to what of the work was done before it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def before(stop: asyncio.Event | None, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work; False where `stop` was set before it was done, and the rest of it was cancelled."""
    if stop is None:
        await work
        return True
    task = asyncio.create_task(work)
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
            return True
        return False
    finally:
        stopped.cancel()
        task.cancel()
        await asyncio.wait({task})
