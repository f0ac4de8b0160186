"""redirect-without-end: the address leads from one redirect to the next."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import failed, photo

REASONS = ("redirect-loop", "too-many-redirects")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address whose redirects were given up."""
    return outcome_hits(audit, State.BLOCKED, _tell, lambda outcome: outcome.reason in REASONS)


def _tell(outcome: Outcome) -> str:
    if outcome.reason == "redirect-loop":
        return f"the redirects of the image lead in a circle ({cause(outcome)})"
    return f"the image is redirected too often ({cause(outcome)})"


RULE = Rule(
    code="MIS217",
    name="redirect-without-end",
    level="warning",
    summary="The redirects lead in a circle, or there are more of them than browsers follow.",
    why=(
        "Two rules of a server send the request to and fro. Readers see a broken frame; sometimes only "
        "machines do, because the circle waits for a cookie, so that nothing is accused."
    ),
    fix="Open the address in a private browser window, and correct the redirects.",
    check=check,
    passes=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={
                "/a.jpg": photo(
                    "gate", redirects=("https://news.example/a.jpg",), final_url="https://news.example/b.jpg"
                )
            },
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate"><img src="/b.jpg" alt="The hall">',
            images={
                "/a.jpg": failed(State.BLOCKED, "redirect-loop", "back at /a.jpg after 2 hops"),
                "/b.jpg": failed(State.BLOCKED, "too-many-redirects", "more than 10"),
            },
            count=2,
        ),
    ),
)
