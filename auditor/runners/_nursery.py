"""A process that imports the stages once, and forks a worker for every set of lines that it is handed.

To start an interpreter and import what a stage needs takes 1.7 s of a core, a fork 10 ms; a scan needs a
few workers for each of its stages.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from auditor.errors import AuditorError

_PID = struct.Struct("<q")
_LINES = 3  # of a worker: tasks, results, and what it says last
_START = (
    "import sys; sys.path[:] = {path!r}; from auditor.runners._nursery import breed; "
    "breed({control}, {modules!r})"
)


class Nursery:
    """The process, started with the first worker. Use it with `with`: its workers end with it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()

    def fork(self, module: str, lines: Sequence[int]) -> int:
        """A worker with these three descriptors; its number. Raises `AuditorError` where none comes."""
        for _ in range(2):
            if self._process is None or self._process.poll() is not None:
                self._start(module)
            assert self._control is not None
            with contextlib.suppress(OSError):
                socket.send_fds(self._control, [b"f"], list(lines))
                if told := self._control.recv(_PID.size, socket.MSG_WAITALL):
                    return int(_PID.unpack(told)[0])
        assert self._process is not None
        _, said = self._process.communicate()
        why = said.decode("utf-8", "replace").strip().splitlines()
        raise AuditorError(f"no process can be started: {why[-1] if why else 'it ended at once'}")

    def _start(self, module: str) -> None:
        if self._control is not None:
            self._control.close()
        self._control, theirs = socket.socketpair()
        path = [str(Path(__file__).parents[2]), *sys.path]
        with theirs:
            self._process = subprocess.Popen(  # in a session of its own: Ctrl-C is for us alone
                [sys.executable, "-c", _START.format(path=path, control=theirs.fileno(), modules=[module])],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # workers are as many as cores already
            )


def breed(control: int, modules: Sequence[str]) -> None:
    """The life of the nursery: forks until the line ends, and ends all workers with it."""
    from auditor.runners.local import serve

    for name in modules:
        importlib.import_module(name)
    line = socket.socket(fileno=control)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a worker
    while True:
        _, handed, _, _ = socket.recv_fds(line, 1, _LINES)
        if len(handed) < _LINES:
            os.killpg(0, signal.SIGKILL)
        pid = os.fork()
        if pid == 0:
            line.close()
            _live(serve, handed)
        for each in handed:
            os.close(each)
        with contextlib.suppress(OSError):
            line.sendall(_PID.pack(pid))


def _live(serve: Callable[[int, int], None], handed: Sequence[int]) -> None:
    """One worker, from its birth to its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # it waits for processes of its own
    tasks, results, words = handed
    os.dup2(words, 2)
    os.close(words)
    serve(tasks, results)
    os._exit(0)
