"""What `auditor explain` prints is complete, and comes from the rule alone."""

from __future__ import annotations

import pytest

from auditor import explain, ruleset


@pytest.mark.parametrize("code", ruleset.codes())
def test_a_rule_explains_itself(code: str) -> None:
    rule = ruleset.load(code)
    told = explain.text(rule)
    assert told.startswith(f"# {code} {rule.name}\n")
    for heading in ("Level: ", "## Why it matters", "## How to fix it", "## Caught", "## Fine"):
        assert heading in told
    assert " ".join(rule.why.split()) in " ".join(told.split())
    assert ruleset.printable(told.replace("\n", "")) == told.replace("\n", "").strip()


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("MIS201", "Level: error\n"),
        ("CAP310", "Level: off; note where it is selected"),
        ("CAP322", "Level: warning (off in archive, off in dataset, error in accessibility)"),
        ("PRV801", "Level: error (warning in archive, off in dataset, warning in accessibility)"),
    ],
)
def test_the_level_is_told_with_what_profiles_change(code: str, level: str) -> None:
    assert level in explain.text(ruleset.load(code))
