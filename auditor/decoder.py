"""Bytes to picture facts, or a `PictureError`, in isolated and limited worker processes.

Every byte from outside is decoded in a worker: a process of its own without environment, with limits
on memory, time and files, that can crash, hang or be killed and costs exactly the image it was
looking at. On Linux it can open no connection, start no program and change no file (`confinement`).
Nothing is decoded here and Pillow is never imported here.

Workers are forked by a nursery, a process that imports the decoding libraries once: a worker costs
5 ms in place of 170 (two cores, November 2026; tests/bench/decoder.py), and so does its replacement.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from auditor import wire
from auditor.config import Settings
from auditor.errors import AuditorError, PictureError
from auditor.model import Picture, State

SECONDS = 10.0
MIB = 1024 * 1024

_ATTEMPTS = 3
_PATIENCE = 3
_START = "import sys; sys.path[:] = {path!r}; from auditor.decoding import main; main({control}, {address})"


class Decoder:
    """A fixed number of workers and a queue before them. Use it with `async with`.

    `workers` is the number of processes (default: one more than cores), `seconds` the processor time that one
    picture may take; three times as long by the clock, so that a busy machine accuses no picture.
    Processes start at the first picture, or with `warm`.
    """

    def __init__(self, settings: Settings, *, workers: int | None = None, seconds: float = SECONDS) -> None:
        # One more, so that no core waits while an answer is read and the next picture sent: 6 to 14 % less
        # time where pictures are decoded alone (two cores, November 2026; tests/bench/throughput.py).
        self.workers = workers or _cores() + 1
        self._limits = wire.Limits(
            max_pixels=settings.max_pixels,
            max_bytes=settings.max_bytes,
            address_bytes=512 * MIB + 2 * settings.max_bytes + 8 * settings.max_pixels,
            seconds=seconds,
        )
        self._places = asyncio.Semaphore(self.workers)
        self._idle: list[_Worker] = []
        self._nursery: _Nursery | None = None
        self._closed = False

    async def __aenter__(self) -> Decoder:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start the processes now, without waiting for them; worth it before other slow imports."""
        while len(self._idle) < self.workers:
            self._idle.append(self._hire())

    def close(self) -> None:
        """End all processes, for good. Pictures still in a worker are lost."""
        self._closed = True
        while self._idle:
            self._idle.pop().dismiss()
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None

    async def decode(
        self,
        body: bytes,
        declared_type: str | None = None,
        *,
        complete: bool = True,
        fingerprint: bool = True,
        beginning: bool = False,
    ) -> Picture:
        """What the picture in these bytes is.

        `complete` is False where the transfer gave fewer bytes than it had declared; with `beginning`
        only the first bytes are there, and format and size are all that is told. Raises
        `PictureError` with the state and reason of the table of outcomes, and `AuditorError` where
        this machine cannot run a worker.
        """
        job = wire.Job(self._limits, declared_type, complete, fingerprint, beginning)
        async with self._places:
            answer = await self._answer(wire.encode(job), body)
        if answer.failure is not None:
            failure = answer.failure
            raise PictureError(failure.state, failure.reason, failure.detail, evidence=dict(failure.evidence))
        assert answer.picture is not None
        return answer.picture

    async def _answer(self, job: bytes, body: bytes) -> wire.Answer:
        for attempt in range(1, _ATTEMPTS + 1):
            worker = self._next()
            try:
                answer = await self._ask(worker, job, body, last=attempt == _ATTEMPTS)
            except BaseException:
                worker.dismiss()  # killed, or cancelled half-way: what it would answer is nobody's
                raise
            if answer is not None:
                self._idle.append(worker)
                return answer
            worker.dismiss()
        raise AuditorError(f"the decoder cannot start a worker: {self._why()}")

    async def _ask(self, worker: _Worker, job: bytes, body: bytes, *, last: bool) -> wire.Answer | None:
        """The worker's answer; None where it died and the picture had no part in it.

        In the `last` attempt a picture that no worker took is to blame: it never ends a run.
        """
        try:
            await worker.ready()
        except (OSError, EOFError):
            return None
        start = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE * self._limits.seconds):
                return await worker.ask(job, body)
        except TimeoutError:
            raise _too_slow(self._limits.seconds) from None
        except OSError:
            if last:
                raise _crashed() from None
            return None  # it left without taking all of the picture, which it begins with only then
        except EOFError:
            if time.monotonic() - start >= self._limits.seconds:
                raise _too_slow(self._limits.seconds) from None  # it ends itself, see decoding._work
            if worker.nursery.gone():
                return None  # it fell with its nursery, which never sees a picture
            raise _crashed() from None

    def _next(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive():
                return worker
            worker.dismiss()
        return self._hire()

    def _hire(self) -> _Worker:
        if self._closed:
            raise AuditorError("the decoder is closed")
        if self._nursery is None or self._nursery.gone():
            if self._nursery is not None:
                self._nursery.close()
            self._nursery = _Nursery(self._limits.address_bytes)
        return self._nursery.fork()

    def _why(self) -> str:
        return self._nursery.last_words() if self._nursery is not None else "no process"


class _Nursery:
    """The process that forks workers: a byte with a socket down the control line makes one."""

    def __init__(self, address_bytes: int) -> None:
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        root = str(Path(__file__).parents[1])
        start = _START.format(path=[root, *sys.path], control=theirs.fileno(), address=address_bytes)
        with theirs:
            self._process = subprocess.Popen(  # its environment is ours alone; -I ignores the user's
                [sys.executable, "-I", "-S", "-c", start],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                env=_environment(),
                cwd="/",
                start_new_session=True,
            )

    def fork(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs, contextlib.suppress(OSError):  # a dead nursery shows when its worker stays mute
            socket.send_fds(self._control, [b"f"], [theirs.fileno()])
        return _Worker(ours, self)

    def gone(self) -> bool:
        """Whether it has ended; its line closes before its workers are told to die."""
        return self._process.poll() is not None or not _open(self._control)

    def last_words(self) -> str:
        self._process.kill()
        assert self._process.stderr is not None
        lines = self._process.stderr.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"its process ended with status {self._process.wait()}"

    def close(self) -> None:
        self._control.close()
        self._process.kill()  # workers die with it
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()


class _Worker:
    """One process with one socket; it answers one job at a time."""

    def __init__(self, line: socket.socket, nursery: _Nursery) -> None:
        self.nursery = nursery
        self._line = line
        self._line.setblocking(False)
        self._pid: int | None = None

    def alive(self) -> bool:
        """Whether the process is there, as far as its line tells."""
        return _open(self._line)

    async def ready(self) -> None:
        """Wait for its first word. Raises OSError or EOFError where it died before."""
        if self._pid is None:
            (self._pid,) = wire.HELLO.unpack(await self._receive(wire.HELLO.size))

    async def ask(self, job: bytes, body: bytes) -> wire.Answer:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self._line, wire.HEADER.pack(len(job), len(body)) + job)
        await loop.sock_sendall(self._line, body)
        size, _ = wire.HEADER.unpack(await self._receive(wire.HEADER.size))
        return wire.decode_answer(await self._receive(size))

    async def _receive(self, size: int) -> bytes:
        loop = asyncio.get_running_loop()
        parts = bytearray()
        while len(parts) < size:
            part = await loop.sock_recv(self._line, size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    def dismiss(self) -> None:
        """End it at once, whatever it is doing."""
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._line.close()


def _open(line: socket.socket) -> bool:
    """Whether the other end of this line is open."""
    try:
        return bool(line.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return True
    except OSError:
        return False


def _environment() -> dict[str, str]:
    """Nothing of the user's, but where the interpreter's libraries lie; one thread per worker."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    return kept | dict.fromkeys(threads, "1")


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _crashed() -> PictureError:
    detail = "the decoder crashed on it"
    return PictureError(State.BROKEN, "corrupt", detail, evidence={"decoder": "crashed"})


def _too_slow(seconds: float) -> PictureError:
    detail = f"not decoded within {seconds:g} s"
    return PictureError(State.TOO_LARGE, "decode-time", detail, evidence={"decoder": "stopped"})
