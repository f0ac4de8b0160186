"""The command as it is typed: help, defaults, mistakes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run

COMMANDS = (
    "check", "compare", "config", "demo", "diff", "duplicates", "explain", "find", "report", "scan",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(auditor: Run, command: str) -> None:
    said = auditor(command, "--help")
    assert said.code == 0
    assert said.out.startswith("Usage:")


def test_a_file_alone_is_checked(auditor: Run, tmp_path: Path) -> None:
    (tmp_path / "story.md").write_text("# Harbour\n\nNothing to see.\n")
    assert auditor(tmp_path / "story.md", "--isolated").code == 0


def test_help_imports_nothing_heavy() -> None:
    heavy = ("numpy", "PIL", "aiohttp", "msgspec", "rich")
    code = f"import sys, auditor.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check", "none.txt", "--dialect", "htm"), "'htm' is not one of"),
        (("check", "none.txt", "--select", "MSI"), "MSI"),
        (("check", "none.txt", "-o", "jsn=x"), "-o jsn=x: expected FORMAT=FILE"),
        (("check", "none.txt", "-o", "json=no/such/x.json"), "does not exist"),
        (("check", "none.txt", "--config", "per-hots=1"), "did you mean 'per-host'"),
        (("check", "none.txt", "--map", "s3://b"), "expected PREFIX=TARGET"),
        (("explain", "MIS999"), "MIS999"),
        (("report", "none.json"), "none.json"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    auditor: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = auditor(*words)
    assert said.code == 2
    last = said.err.strip().splitlines()[-1]
    assert told in last
    assert last.lower().startswith("error")


def test_settings_are_shown_with_their_origin(auditor: Run, tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text("retries = 7\n")
    said = auditor("config", "show", tmp_path)
    assert f"retries = 7  # project file {tmp_path / 'auditor.toml'}" in said.out
    assert "timeout = 20.0  # default" in said.out


def test_a_new_configuration_file_is_valid_and_never_overwritten(
    auditor: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert auditor("config", "init").code == 0
    written = (tmp_path / "auditor.toml").read_text()
    assert "# per-host = 8" in written
    assert auditor("config", "show").code == 0
    assert auditor("config", "init").code == 2
    assert (tmp_path / "auditor.toml").read_text() == written


@pytest.mark.parametrize("words", [("config", "schema"), ("config", "schema", "--report")])
def test_schemas_are_json_schemas(auditor: Run, words: tuple[str, ...]) -> None:
    schema = json.loads(auditor(*words).out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_rule_is_explained(auditor: Run) -> None:
    from auditor import ruleset

    said = auditor("explain", "--all")
    assert said.code == 0
    for code in ruleset.codes():
        assert f"# {code} " in said.out
