"""A check that is stopped keeps what was done and says so."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT

PICTURE = next((ROOT / "samples" / "pictures").glob("*.jpg"))


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_check_keeps_what_was_done_and_is_marked(tmp_path: Path, name: signal.Signals) -> None:
    (tmp_path / "near.jpg").write_bytes(PICTURE.read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, never answers
        port = silent.getsockname()[1]
        article = tmp_path / "story.md"
        article.write_text(f"# Quay\n\n![near](near.jpg)\n\n![far](http://127.0.0.1:{port}/far.jpg)\n")
        command = [sys.executable, "-m", "auditor", "check", "story.md", "--isolated", "--ignore", "REF105"]
        command += ["--timeout", "60", "--allow-private", f"127.0.0.1:{port}", "-o", "json=report.json"]
        with subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            silent.settimeout(60)
            with silent.accept()[0]:
                time.sleep(0.5)  # the near picture is through
                asked = time.monotonic()
                process.send_signal(name)
                process.wait(timeout=30)
        assert process.returncode == 130
        assert time.monotonic() - asked < 25
    report = json.loads((tmp_path / "report.json").read_text())
    outcomes = [image["outcome"] for image in report["articles"][0]["images"]]
    assert (outcomes[1]["state"], outcomes[1]["reason"]) == ("unchecked", "interrupted")
    assert report["run"]["complete"] is False
    assert report["summary"]["verdict"] == "incomplete"


def test_a_check_that_waits_for_a_page_stops_at_once_and_names_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/story"
        command = [sys.executable, "-X", "dev", "-m", "auditor", "check", "--isolated", "--timeout", "60"]
        command += ["--allow-private", "127.0.0.1", "-o", "json=report.json", url, "also.md"]
        (tmp_path / "also.md").write_text("# Quay\n")
        with subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            silent.settimeout(60)
            with silent.accept()[0]:
                asked = time.monotonic()
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=30)
        assert process.returncode == 130
        assert time.monotonic() - asked < 25
    assert not [line for line in said.splitlines() if "Unclosed" in line or "was destroyed" in line]
    inputs = json.loads((tmp_path / "report.json").read_text())["inputs"]
    assert [source["error"]["code"] for source in inputs] == ["interrupted", "interrupted"]
