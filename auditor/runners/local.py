"""A stage over tasks in processes of this machine: results as they come, a crash costs one task.

Each process runs the stage over what its feed gives, one list of tasks at a time; processes may share
a feed. A process holds back until its last results were taken: what is under way stays bounded.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from auditor.errors import AuditorError, CatalogError
from auditor.runners._nursery import Nursery as Nursery

Stage = Callable[[Iterator[list[Any]]], Iterator[list[Any]]]
Feed = Iterator[list[Any]]

TICK_S = 0.5
MOST_CRASHES = 5  # one after the other without a task taken: nothing would come of another process
LAST_WORDS_S = 1.0  # that a dead process's are waited for


class Lost(NamedTuple):
    """A process ended while it had these tasks; `why` is for a person."""

    tasks: list[Any]
    why: str


def run(stage: Stage, feeds: Sequence[Feed], nursery: Nursery | None = None) -> Iterator[list[Any] | Lost]:
    """What the stage makes of all feeds, one process per feed, in the order in which it comes.

    Gives an empty list now and then while nothing comes. Closing the generator ends the processes at
    once; so does the end of this process, however it comes. Raises the `CatalogError` that a process met,
    and `AuditorError` where processes end before they take a task.
    """
    with contextlib.ExitStack() as stack:
        yield from _run(stage, feeds, nursery or stack.enter_context(Nursery()))


def _run(stage: Stage, feeds: Sequence[Feed], nursery: Nursery) -> Iterator[list[Any] | Lost]:
    team: list[_Worker] = []
    try:
        team += [_Worker(nursery, stage, feed) for feed in feeds]
        while team:
            lines: dict[Any, _Worker] = {line: w for w in team for line in (w.tasks, w.results)}
            ready = wait(list(lines), TICK_S)
            if not ready:
                yield []
            for line in ready:
                worker = lines[line]
                if worker not in team:
                    continue
                try:
                    if line is worker.tasks:
                        with contextlib.suppress(EOFError, OSError):  # what ended it, its results tell
                            worker.give()
                        continue
                    results = worker.results.recv()
                except (EOFError, OSError):
                    team.remove(worker)
                    worker.end()
                    crashes = 0 if worker.last else worker.crashes + 1
                    if crashes > MOST_CRASHES:
                        raise AuditorError(f"no process can be started: {worker.why}") from None
                    if worker.last:
                        yield Lost(worker.last, worker.why)
                    team.append(_Worker(nursery, stage, worker.feed, crashes))
                    continue
                if isinstance(results, CatalogError):
                    raise results
                if results is None:
                    team.remove(worker)
                    worker.end()
                else:
                    yield results
                    with contextlib.suppress(OSError):  # it has died meanwhile: the next turn tells
                        worker.results.send(None)
    finally:
        for worker in team:
            worker.end()


class _Worker:
    """One process, with a line for tasks and one for results."""

    def __init__(self, nursery: Nursery, stage: Stage, feed: Feed, crashes: int = 0) -> None:
        self.feed = feed
        self.crashes = crashes
        self.last: list[Any] = []
        self.why = ""
        ours_tasks, theirs_tasks = socket.socketpair()
        ours_results, theirs_results = socket.socketpair()
        self._words, words = os.pipe()
        try:
            with theirs_tasks, theirs_results:
                lines = [theirs_tasks.fileno(), theirs_results.fileno(), words]
                self._pid = nursery.fork(type(stage).__module__, lines)
        finally:
            os.close(words)
        self.tasks = Connection(ours_tasks.detach())
        self.results = Connection(ours_results.detach())
        with contextlib.suppress(OSError):
            self.results.send(stage)

    def give(self) -> None:
        """Answers a wish for tasks."""
        self.tasks.recv()
        following = next(self.feed, None)
        if following is not None:
            self.last = following
        self.tasks.send(following)

    def end(self) -> None:
        """No more of it, whatever it is doing; `why` is what it said last."""
        if self._lives():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        lines = self._last_words().decode("utf-8", "replace").strip().splitlines()
        self.why = lines[-1] if lines else "its process ended"
        self.tasks.close()
        self.results.close()

    def _lives(self) -> bool:
        """Whether the other end of its line is open: the number of a dead process may be another's."""
        line = socket.socket(fileno=os.dup(self.results.fileno()))
        with line:
            try:
                return bool(line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
            except BlockingIOError:
                return True
            except OSError:
                return False

    def _last_words(self) -> bytes:
        """What it wrote to its standard error; a process of its own may hold that open for a while."""
        said = bytearray()
        with open(self._words, "rb", buffering=0) as words:  # noqa: PTH123 - a descriptor
            while wait([words.fileno()], LAST_WORDS_S) and (piece := words.read(65536)):
                said += piece
        return bytes(said)


def serve(tasks: int, results: int) -> None:
    """The life of a worker process: takes the stage, and gives what it makes of the tasks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    asking, giving = Connection(tasks), Connection(results)
    try:
        stage: Stage = giving.recv()
        for made in stage(_asked(asking)):
            giving.send(made)
            giving.recv()
        giving.send(None)
    except (EOFError, OSError):
        pass
    except CatalogError as error:  # as it is for all processes, and named
        with contextlib.suppress(OSError):
            giving.send(error)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _asked(line: Connection) -> Iterator[list[Any]]:
    while True:
        line.send(None)
        following = line.recv()
        if following is None:
            return
        yield following


def _leave_with(parent: int) -> None:
    """Ends this process when the one that started it is gone."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)
