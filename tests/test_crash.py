"""A decoder that dies in the middle of a check costs the one picture that it was looking at."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.processes import PROC, busy_worker, slow_picture

IMAGES, SLOW = 200, 70


@pytest.mark.slow
@pytest.mark.skipif(not PROC.is_dir(), reason="looks for the workers in /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_decoder_costs_one_image_of_two_hundred(tmp_path: Path, how: signal.Signals) -> None:
    names = [f"{index}.bmp" if index == SLOW else f"{index}.gif" for index in range(IMAGES)]
    for index, name in enumerate(names):
        if index == SLOW:
            (tmp_path / name).write_bytes(slow_picture())
        else:
            Image.new("RGB", (9, 9 + index)).save(tmp_path / name)
    (tmp_path / "story.md").write_text("# Quay\n\n" + "\n\n".join(f"![a quay]({name})" for name in names))
    command = [sys.executable, "-m", "auditor", "check", "story.md", "--isolated", "--select", "MIS"]
    with subprocess.Popen(
        [*command, "-o", "json=report.json"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        # All other pictures together take a worker less than that, and this one more on any machine.
        os.kill(asyncio.run(asyncio.wait_for(busy_worker(process.pid, seconds=0.8), 60)), how)
        said, _ = process.communicate(timeout=60)
    report = json.loads((tmp_path / "report.json").read_text())
    assert process.returncode == 1
    assert report["run"]["complete"]
    assert (report["summary"]["images"], report["summary"]["by_state"]["ok"]) == (IMAGES, IMAGES - 1)
    outcomes = [image["outcome"] for image in report["articles"][0]["images"]]
    assert [index for index, outcome in enumerate(outcomes) if outcome["state"] != "ok"] == [SLOW]
    assert outcomes[SLOW]["detail"] == "the decoder crashed on it"
    (finding,) = [finding for finding in report["findings"] if finding["level"] == "error"]
    assert finding["images"] == [f"story.md#{SLOW}"]
    assert "the decoder crashed on it" in said
