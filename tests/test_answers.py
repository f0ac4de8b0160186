"""Answers on their way to a reader who may be slow."""

from __future__ import annotations

import asyncio

from auditor.answers import Answers
from auditor.model import Asset


def _asset(size: int) -> Asset:
    return Asset("x", bytes(size), "x")


async def _givers(answers: Answers[int], number: int, size: int) -> list[asyncio.Task[None]]:
    tasks = []
    for request in range(number):
        await answers.expect()
        tasks.append(asyncio.create_task(answers.give(request, _asset(size))))
    await asyncio.sleep(0)
    return tasks


async def test_who_waits_for_room_is_served_in_order_and_within_the_limit() -> None:
    answers: Answers[int] = Answers(limit=250)
    tasks = await _givers(answers, 20, 100)
    answers.end()
    came = []
    async for request, _ in answers:
        came.append(request)
        await asyncio.sleep(0)
        assert sum(task.done() for task in tasks) <= len(came) + 3
    assert came == list(range(20))


async def test_a_body_over_the_limit_comes_alone() -> None:
    answers: Answers[int] = Answers(limit=10)
    await _givers(answers, 3, 1000)
    answers.end()
    assert [request async for request, _ in answers] == [0, 1, 2]


async def test_one_who_gives_up_waiting_holds_up_nobody() -> None:
    answers: Answers[int] = Answers(limit=100)
    tasks = await _givers(answers, 4, 100)
    reader = aiter(answers)
    tasks[1].cancel()
    assert [(await anext(reader))[0] for _ in range(3)] == [0, 2, 3]


async def test_a_slow_reader_wakes_one_giver_an_answer() -> None:
    """Waking all 64 workers for each answer cost a millisecond of processor time per picture."""
    answers: Answers[int] = Answers(limit=100)
    await _givers(answers, 64, 100)
    loop, turns = asyncio.get_running_loop(), 0
    call_soon = loop.call_soon

    def counted(*args: object, **options: object) -> object:
        nonlocal turns
        turns += 1
        return call_soon(*args, **options)

    loop.call_soon = counted
    try:
        reader = aiter(answers)
        for _ in range(32):
            await anext(reader)
            await asyncio.sleep(0)
    finally:
        loop.call_soon = call_soon
    assert turns < 32 * 10
