"""Asynchronous work as a plain iterator: the loop runs in a thread of its own and never waits for us.

A stage is `Iterator -> Iterator`, so that any runner can call it; its network must go on while the
runner is busy with what it was given, or hosts would seem to be silent.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any, TypeVar

from auditor import loops

T = TypeVar("T")

_END: Any = object()


def drive(items: AsyncGenerator[T]) -> Iterator[T]:
    """The items of an asynchronous generator, of which one at most is made ahead."""
    loop = loops.new()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def following() -> T:
        return await anext(items, _END)

    try:
        coming = asyncio.run_coroutine_threadsafe(following(), loop)
        while (item := coming.result()) is not _END:
            coming = asyncio.run_coroutine_threadsafe(following(), loop)
            yield item
    finally:
        coming.cancel()
        asyncio.run_coroutine_threadsafe(_closed(items), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _closed(items: AsyncGenerator[Any]) -> None:
    await asyncio.sleep(0)  # what was cancelled ends in this turn
    try:
        await items.aclose()
    except RuntimeError:  # still running: its cancellation is under way
        await asyncio.sleep(0)
    await asyncio.get_running_loop().shutdown_default_executor()


async def pulled(items: Iterator[T]) -> AsyncIterator[T]:
    """The items of an iterator that may block, without blocking the loop."""
    while (item := await asyncio.to_thread(next, items, _END)) is not _END:
        yield item
