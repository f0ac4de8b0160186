"""A stage in processes of this machine: every task is done, or told as lost."""

from __future__ import annotations

import functools
import operator
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import AuditorError, CatalogError
from auditor.runners import local
from tests.conftest import ROOT

# A stage that a process can import: sorts each list, largest first, and raises for what is no number.
SORTED: Any = functools.partial(map, functools.partial(sorted, key=operator.neg))
SLEEPING: Any = functools.partial(map, functools.partial(max, key=time.sleep))


def test_processes_share_a_feed_and_every_task_is_done_once() -> None:
    tasks = iter([[1, 2], [3, 4], [5, 6]])

    made = [results for results in local.run(SORTED, [tasks, tasks]) if results]

    assert sorted(map(tuple, made)) == [(2, 1), (4, 3), (6, 5)]


def test_a_crash_costs_its_tasks_and_is_told_and_the_rest_is_done() -> None:
    made = [results for results in local.run(SORTED, [iter([[1, 2], ["a", "b"], [3, 4]])]) if results]

    (lost,) = [results for results in made if isinstance(results, local.Lost)]
    assert lost.tasks == ["a", "b"]
    assert lost.why.startswith("TypeError")
    assert [2, 1] in made
    assert [4, 3] in made


def test_one_bad_task_after_the_other_costs_only_these() -> None:
    tasks = [*(["a", "b"] for _ in range(local.MOST_CRASHES + 2)), [1, 2]]

    made = [results for results in local.run(SORTED, [iter(tasks)]) if results]

    assert made.count([2, 1]) == 1
    assert sum(isinstance(results, local.Lost) for results in made) == len(tasks) - 1


def test_processes_that_end_before_they_take_a_task_are_given_up() -> None:
    with pytest.raises(AuditorError, match="no process can be started: TypeError"):
        list(local.run(functools.partial(operator.truediv, 0), [iter([[1]])]))


def test_what_is_wrong_with_the_catalog_is_raised_as_it_is() -> None:
    stage: Any = functools.partial(map, functools.partial(operator.methodcaller("open_catalog")))

    with pytest.raises(CatalogError) as told:
        list(local.run(stage, [iter([Broken()])]))
    assert told.value.code == "full-disk"


class Broken(list[int]):
    """A list of tasks for which there is no room."""

    def open_catalog(self) -> None:
        raise CatalogError("no room", code="full-disk")


def test_nothing_coming_is_told_now_and_then_and_closing_ends_the_processes() -> None:
    running = local.run(SLEEPING, [iter([[60, 60]])])

    assert next(running) == []
    running.close()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for threads in /proc")
def test_a_process_of_one_thread_is_forked_and_a_fresh_one_takes_over_when_that_dies() -> None:
    said = subprocess.run(
        [sys.executable, "-c", FORKED], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert said.stderr == ""
    assert said.stdout.splitlines() == [
        "forked: True, reading only its line: True",
        "[[2, 1], [4, 3]]",
        "forked: False",
        "[[2, 1], [4, 3]]",
        "[[2, 1]] ['TypeError']",
    ]


FORKED = """
import os, signal, time
from pathlib import Path
from auditor.runners import local
from tests.conftest import ROOT
from tests.runners.test_local import SORTED

def is_fork():
    pid = nursery._process.pid
    return Path(f"/proc/{pid}/cmdline").read_bytes() == Path("/proc/self/cmdline").read_bytes()

def made():
    return [some for some in local.run(SORTED, [iter([[1, 2], [3, 4]])], nursery) if some]

kept = open("/proc/self/status")
with local.Nursery() as nursery:
    while len(names := os.listdir(f"/proc/{nursery._process.pid}/fd")) > 4:
        time.sleep(0.01)
    print(f"forked: {is_fork()}, reading only its line: {len(names) == 4}")
    print(made())
    os.kill(nursery._process.pid, signal.SIGKILL)
    while nursery._process.poll() is None:
        time.sleep(0.01)
    made_by_a_fresh_one = made()
    print(f"forked: {is_fork()}")
    print(made_by_a_fresh_one)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
with local.Nursery() as nursery:
    results = [some for some in local.run(SORTED, [iter([["a", "b"], [1, 2]])], nursery) if some]
    lost = [some.why.partition(":")[0] for some in results if isinstance(some, local.Lost)]
    print([some for some in results if not isinstance(some, local.Lost)], lost)
"""
