"""A process that has imported what the stages need, and forks a worker for every set of lines it is handed.

To start an interpreter and import what a stage needs takes 1.7 s of a core, a fork 10 ms; a scan needs a
few workers for each of its stages. The process is itself a fork of this one, which has imported nearly all
of it already, where that is safe: a fork has none of the threads that may hold a lock.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import struct
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from auditor.errors import AuditorError

_PID = struct.Struct("<q")
_LINES = 3  # of a worker: tasks, results, and what it says last
_NAME_BYTES = 256  # of a module
_START = "import sys; sys.path[:] = {path!r}; from auditor.runners._nursery import breed; breed({control})"


class Nursery:
    """The process. Use it with `with`, before there are threads: its workers end with it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | _Forked | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> Nursery:
        if _is_one_thread():
            self._start(_Forked)
        return self

    def __exit__(self, *_: object) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            if self._process.poll() is None:  # a fork may not have come to its own session yet
                os.kill(self._process.pid, signal.SIGKILL)
            self._process.communicate()

    def fork(self, module: str, lines: Sequence[int]) -> int:
        """A worker that has imported the module, with these three descriptors; its number.

        Raises `AuditorError` where none comes.
        """
        for _ in range(2):
            if self._process is None or self._process.poll() is not None:
                self._start(_fresh)  # by now there may be threads
            assert self._control is not None
            with contextlib.suppress(OSError):
                socket.send_fds(self._control, [module.encode()], list(lines))
                if told := self._control.recv(_PID.size, socket.MSG_WAITALL):
                    return int(_PID.unpack(told)[0])
        assert self._process is not None
        _, said = self._process.communicate()
        why = said.decode("utf-8", "replace").strip().splitlines()
        raise AuditorError(f"no process can be started: {why[-1] if why else 'it ended at once'}")

    def _start(self, make: Callable[[socket.socket], subprocess.Popen[bytes] | _Forked]) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.communicate()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = make(theirs)


def _is_one_thread() -> bool:
    """Whether this process is known to have one thread: also libraries start some."""
    with contextlib.suppress(OSError):
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - names are enough
    return False


def _fresh(control: socket.socket) -> subprocess.Popen[bytes]:
    """An interpreter of its own, in a session of its own: Ctrl-C is for us alone."""
    path = [str(Path(__file__).parents[2]), *sys.path]
    return subprocess.Popen(
        [sys.executable, "-c", _START.format(path=path, control=control.fileno())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=[control.fileno()],
        start_new_session=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # workers are as many as cores already
    )


class _Forked:
    """A fork of this process that breeds: as much of `Popen` as a nursery asks for."""

    def __init__(self, control: socket.socket) -> None:
        said, words = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _breed_apart(control.fileno(), words)
        os.close(words)
        self._said = open(said, "rb")  # noqa: PTH123, SIM115 - a descriptor, which stays open
        self._has_ended = False

    def poll(self) -> int | None:
        """A number when it has ended."""
        return 0 if self._ended(os.WNOHANG) else None

    def communicate(self) -> tuple[None, bytes]:
        """What it said, when it has ended."""
        said = b"" if self._said.closed else self._said.read()
        self._said.close()
        self._ended(0)
        return None, said

    def _ended(self, options: int) -> bool:
        if not self._has_ended:
            try:
                self._has_ended = os.waitpid(self.pid, options)[0] == self.pid
            except ChildProcessError:  # who started us ignores the end of children
                self._has_ended = True
        return self._has_ended


def _breed_apart(control: int, words: int) -> None:
    """The life of a forked nursery, which lets go first of what is its parent's."""
    try:
        gc.freeze()  # nothing may be cleared away here that would close a descriptor a second time
        os.setsid()  # as `_fresh`
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for ours, name in ((nothing, 0), (nothing, 1), (words, 2)):
            os.dup2(ours, name)
        for name in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208 - names are enough
            if name not in (0, 1, 2, control):
                with contextlib.suppress(OSError):  # the list itself
                    os.close(name)
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115 - a descriptor
        breed(control)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def breed(control: int) -> None:
    """The life of the nursery: forks until the line ends, and ends all workers with it."""
    from auditor.runners.local import serve

    line = socket.socket(fileno=control)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a worker
    for module, handed in _wishes(line):
        importlib.import_module(module)
        pid = os.fork()
        if pid == 0:
            line.close()
            _live(serve, handed)
        for each in handed:
            os.close(each)
        with contextlib.suppress(OSError):
            line.sendall(_PID.pack(pid))
    os.killpg(0, signal.SIGKILL)


def _wishes(line: socket.socket) -> Iterator[tuple[str, list[int]]]:
    """The modules that are asked for, with the lines of a worker, until nobody is left to ask."""
    while True:
        module, handed, _, _ = socket.recv_fds(line, _NAME_BYTES, _LINES)
        if len(handed) < _LINES:
            return
        yield module.decode(), handed


def _live(serve: Callable[[int, int], None], handed: Sequence[int]) -> None:
    """One worker, from its birth to its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # it waits for processes of its own
    tasks, results, words = handed
    os.dup2(words, 2)
    os.close(words)
    serve(tasks, results)
    os._exit(0)
