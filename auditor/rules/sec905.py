"""refused-by-guard: an address that is not asked for, for safety."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import failed
from auditor.rules.mis217 import REASONS as ENDLESS

_ELSEWHERE = ("private-address", *ENDLESS)
_WORDS = {
    "port": "the address names a port that browsers refuse",
    "redirect-scheme": "the image redirects to something that is neither http nor https",
    "path-outside": "the path leads out of the article's folder",
}


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that the guard did not let through for another reason."""
    return outcome_hits(audit, State.BLOCKED, _tell, lambda outcome: outcome.reason not in _ELSEWHERE)


def _tell(outcome: Outcome) -> str:
    words = _WORDS.get(outcome.reason or "", "the address was not asked for, for safety")
    return f"{words} ({cause(outcome)})"


RULE = Rule(
    code="SEC905",
    name="refused-by-guard",
    level="warning",
    summary="The address was not asked for: a forbidden port, a path out of the folder, an odd redirect.",
    why=(
        "Ports of mail and other services, redirects to files or scripts, and paths that climb out of the "
        "folder of the article are ways to make a program read or write what it should not. Browsers "
        "refuse most of them too, so that readers see a gap; the image itself was not looked at."
    ),
    fix="Use a plain address; for pictures in another folder, name it with --map; for a copy of a page, say "
    "with --base-url where that page is.",
    check=check,
    passes=(
        Example('<img src="https://cdn.example:8443/a.jpg" alt="The gate">'),
        Example(
            '<img src="https://cdn.example/a.jpg" alt="The gate">',
            images={"https://cdn.example/a.jpg": failed(State.BLOCKED, "private-address", "10.0.0.1")},
            note="a private network is SEC903",
        ),
    ),
    catches=(
        Example(
            '<img src="http://cdn.example:25/a.jpg" alt="Gate"><img src="../../b.jpg" alt="Hall">'
            '<img src="/c.jpg" alt="Smoke">',
            images={
                "http://cdn.example:25/a.jpg": failed(State.BLOCKED, "port", "port 25"),
                "../../b.jpg": failed(State.BLOCKED, "path-outside", "outside of the article's folder"),
                "/c.jpg": failed(State.BLOCKED, "redirect-scheme", "file:"),
            },
            count=3,
        ),
    ),
)
