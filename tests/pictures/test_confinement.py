"""A confined process can think and read, and nothing else."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from auditor import confinement
from auditor.config import Settings
from auditor.decoder import Decoder

HEADERS = {
    0: Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    1: Path("/usr/include/asm-generic/unistd.h"),  # that of arm64
}
ABLE = sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64")
TRIALS = """
import os, resource, signal, socket, sys, threading
from auditor import confinement
if not confinement.confine():
    sys.exit(3)
def tried(name, act):
    try:
        act()
    except PermissionError:
        print(name, "refused")
    except Exception as error:
        print(name, repr(error))
    else:
        print(name, "done")
tried("socket", socket.socket)
tried("pair", socket.socketpair)
tried("fork", os.fork)
tried("program", lambda: os.execv("/bin/true", ["true"]))
tried("signal", lambda: os.kill(os.getppid(), signal.SIGTERM))
tried("write", lambda: open(sys.argv[1], "w"))
tried("append", lambda: open(sys.argv[1], "a"))
tried("remove", lambda: os.unlink(sys.argv[1]))
tried("folder", lambda: os.mkdir(sys.argv[1] + ".d"))
tried("rights", lambda: os.setuid(os.getuid()))
tried("read", lambda: open(sys.argv[1]).read())
tried("limits", lambda: resource.getrlimit(resource.RLIMIT_AS))
thread = threading.Thread(target=lambda: None)
tried("thread", lambda: (thread.start(), thread.join()))
"""


@pytest.mark.skipif(not ABLE, reason="no such filter on this platform")
def test_what_is_no_thinking_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("text")
    root = Path(confinement.__file__).parents[1]
    run = [sys.executable, "-c", TRIALS, str(file)]
    done = subprocess.run(run, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode == 3:
        pytest.skip("this kernel has no such filter")
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    allowed = {"read", "limits", "thread"}
    assert {name for name, came in told.items() if came == "done"} == allowed, done
    assert {name for name, came in told.items() if came == "refused"} == set(told) - allowed, done
    assert len(told) == 13
    assert file.read_text() == "text"


@pytest.mark.parametrize("column", [0, 1])
def test_the_numbers_are_those_of_the_kernel(column: int) -> None:
    if not HEADERS[column].is_file():
        pytest.skip("the kernel's headers are not installed")
    text = HEADERS[column].read_text()
    known = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}
    calls = {**confinement.REFUSED, **confinement.ABSENT, **confinement.OPENING}
    calls |= {"clone": confinement.CLONE, "prlimit64": confinement.PRLIMIT}
    assert {name: numbers[column] for name, numbers in calls.items()} == {
        name: known.get(name) for name in calls
    }


def _status(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text()


@pytest.mark.skipif(not ABLE, reason="no such filter on this platform")
async def test_a_worker_is_confined() -> None:
    async with Decoder(Settings(), workers=1) as decoder:
        decoder.warm()
        (worker,) = decoder._idle
        await worker.ready()
        status = _status(worker._pid)
    if "Seccomp_filters" not in status:
        pytest.skip("this kernel has no such filter")
    assert re.search(r"^Seccomp:\s+2$", status, re.MULTILINE)
