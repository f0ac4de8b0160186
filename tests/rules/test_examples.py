"""Every rule stays silent on its passing examples and speaks on its catching ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor import ruleset
from auditor.model import Audit, Example, Hit, Rule

RULES = [ruleset.load(code) for code in ruleset.codes()]


def _cases(kind: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in RULES
        for number, example in enumerate(getattr(rule, kind))
    ]


def _hits(rule: Rule, example: Example, audit_of: Callable[[Example], Audit]) -> list[Hit]:
    return list(rule.check(example.survey if rule.scope == "run" else audit_of(example)))


@pytest.mark.parametrize(("rule", "example"), _cases("passes"))
def test_a_passing_example_gives_no_hit(
    rule: Rule, example: Example, audit_of: Callable[[Example], Audit]
) -> None:
    assert _hits(rule, example, audit_of) == []


@pytest.mark.parametrize(("rule", "example"), _cases("catches"))
def test_a_catching_example_gives_as_many_findings_as_it_says(
    rule: Rule, example: Example, audit_of: Callable[[Example], Audit]
) -> None:
    hits = _hits(rule, example, audit_of)
    assert len({hit.key for hit in hits}) == example.count, hits
    assert all(hit.message for hit in hits)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_complete(rule: Rule) -> None:
    assert rule.catches
    assert rule.passes
    for text in (rule.summary, rule.why, rule.fix):
        assert text.endswith((".", "?"))
    assert rule.name == rule.name.lower().replace(" ", "-")


def test_codes_and_names_are_unique() -> None:
    assert [rule.code for rule in RULES] == list(ruleset.codes())
    assert len({rule.name for rule in RULES}) == len(RULES)
