"""The decoder's processes: many pictures at once, crashes, hangs, and the end of the parent."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest
from PIL import Image

from auditor.config import Settings
from auditor.decoder import Decoder, _Worker
from auditor.errors import PictureError
from auditor.model import Picture
from tests.processes import PROC, busy_worker, children, slow_picture, workers

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not PROC.is_dir(), reason="looks for its processes in /proc")


async def verdicts(decoder: Decoder, bodies: list[bytes]) -> list[Picture | PictureError]:
    async def one(body: bytes) -> Picture | PictureError:
        try:
            return await decoder.decode(body)
        except PictureError as error:
            return error

    return await asyncio.gather(*map(one, bodies))


async def test_many_pictures_at_once_come_back_each_to_its_own(make):
    bodies = [make("PNG")] * 40
    bodies[7::10] = [make("GIF")] * 4
    async with Decoder(Settings(), workers=3) as decoder:
        found = await verdicts(decoder, bodies)
    assert [picture.format for picture in found] == ["gif" if i % 10 == 7 else "png" for i in range(40)]


async def test_failures_cross_the_process_with_state_reason_and_evidence():
    async with Decoder(Settings(), workers=1) as decoder:
        with pytest.raises(PictureError) as caught:
            await decoder.decode(b"<!doctype html><title>Not found</title>", "image/jpeg")
    error = caught.value
    assert (error.state.value, error.reason, error.evidence["page-title"]) == (
        "not_image",
        "html",
        "Not found",
    )


async def test_nothing_starts_before_the_first_picture(make):
    before = children(os.getpid())
    async with Decoder(Settings()) as decoder:
        assert children(os.getpid()) == before
        await decoder.decode(make())
        assert len(children(os.getpid())) == len(before) + 1


async def test_warming_starts_the_processes_without_waiting(make):
    async with Decoder(Settings(), workers=2) as decoder:
        decoder.warm()
        assert (await decoder.decode(make())).format == "jpeg"
        assert len(workers()) == 2


def test_the_parent_never_imports_a_decoder():
    code = "import sys, auditor.decoder; print([name for name in sys.modules if name in ('PIL', 'numpy')])"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
async def test_a_killed_worker_costs_exactly_the_picture_it_had(make, how):
    bodies = [make("GIF", Image.new("RGB", (9, 9 + index))) for index in range(199)]
    async with Decoder(Settings(), workers=2) as decoder:
        # The one picture that is surely in a worker when the blow falls keeps it busy for seconds.
        slow = asyncio.create_task(verdicts(decoder, [slow_picture()]))
        busy = await busy_worker()
        rest = asyncio.create_task(verdicts(decoder, bodies))
        await asyncio.sleep(0)
        os.kill(busy, how)
        (told,) = await slow
        others = await rest
    assert isinstance(told, PictureError)
    assert (told.state.value, told.reason, told.evidence["decoder"]) == ("broken", "corrupt", "crashed")
    assert [picture.height_px for picture in others] == list(range(9, 208))


async def test_an_idle_worker_that_dies_costs_no_picture(make):
    """Even where it is handed the next one before anybody can see that it is gone."""
    async with Decoder(Settings(), workers=1) as decoder:
        for pause_s in [0.0] * 10 + [0.05] * 2:
            assert (await decoder.decode(make())).format == "jpeg"
            os.kill(workers()[0], signal.SIGKILL)
            await asyncio.sleep(pause_s)


async def test_a_picture_that_no_worker_takes_is_told_and_ends_nothing(make, monkeypatch):
    async def refused(self: _Worker, job: bytes, body: bytes) -> NoReturn:
        raise ConnectionResetError

    async with Decoder(Settings(), workers=1) as decoder:
        with monkeypatch.context() as patched:
            patched.setattr(_Worker, "ask", refused)
            with pytest.raises(PictureError, match="the decoder crashed on it"):
                await decoder.decode(make())
        assert (await decoder.decode(make())).format == "jpeg"


async def test_the_end_of_the_nursery_costs_no_picture(make):
    async with Decoder(Settings(), workers=2) as decoder:
        await decoder.decode(make())
        rest = asyncio.create_task(verdicts(decoder, [make()] * 20))
        await asyncio.sleep(0)
        nursery = next(child for child in children(os.getpid()) if children(child))
        os.kill(nursery, signal.SIGKILL)
        assert all(isinstance(picture, Picture) for picture in await rest)


async def test_a_picture_that_takes_too_long_is_stopped_and_told(make):
    async with Decoder(Settings(), workers=1, seconds=1) as decoder:
        with pytest.raises(PictureError) as caught:
            await decoder.decode(slow_picture())
        assert (caught.value.state.value, caught.value.reason) == ("too_large", "decode-time")
        assert (await decoder.decode(make())).format == "jpeg"
        assert len(workers()) == 1


async def test_a_caller_that_gives_up_leaves_a_decoder_that_works(make):
    async with Decoder(Settings(), workers=1) as decoder:
        await decoder.decode(make())
        slow = asyncio.create_task(decoder.decode(slow_picture()))
        await busy_worker()
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert (await decoder.decode(make())).format == "jpeg"


async def test_closing_ends_every_process(make):
    async with Decoder(Settings(), workers=3) as decoder:
        decoder.warm()
        await decoder.decode(make())
        pids = [*workers(), *(child for child in children(os.getpid()) if children(child))]
        assert len(pids) >= 4, "three workers and their nursery"
    await _gone(pids)


def test_workers_die_with_a_parent_that_is_killed():
    code = (
        "import asyncio, sys\n"
        "from auditor.config import Settings\n"
        "from auditor.decoder import Decoder\n"
        "async def main():\n"
        "    async with Decoder(Settings(), workers=2) as decoder:\n"
        "        decoder.warm()\n"
        "        try: await decoder.decode(b'hello')\n"
        "        except Exception: print('ready', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        pids = [*children(parent.pid), *workers(parent.pid)]
        assert len(pids) == 3
        parent.kill()
    asyncio.run(_gone(pids))


async def test_a_worker_sees_nothing_of_the_environment(make, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "do-not-tell")
    async with Decoder(Settings(), workers=1) as decoder:
        await decoder.decode(make())
        told = (PROC / str(workers()[0]) / "environ").read_bytes()
        limits = (PROC / str(workers()[0]) / "limits").read_text()
    assert b"do-not-tell" not in told
    assert "Max file size             0                    0" in limits


async def _gone(pids: list[int]) -> None:
    patience = time.monotonic() + 10
    while any(_lives(pid) for pid in pids):
        assert time.monotonic() < patience
        await asyncio.sleep(0.02)


def _lives(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
