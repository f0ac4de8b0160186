"""access-refused: the host answered, and did not let us look."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import failed, unreachable


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that was refused."""
    return outcome_hits(audit, State.DENIED, _tell)


def _tell(outcome: Outcome) -> str:
    if outcome.reason == "robots":
        return "image not looked at (robots.txt asks machines to stay away)"
    return f"access to the image refused ({cause(outcome)})"


RULE = Rule(
    code="MIS203",
    name="access-refused",
    level="warning",
    summary="The host refuses to hand out the image.",
    why=(
        "A login wall, a signature that has run out, a bucket that is not public, or a host that turns "
        "machines away. Readers may be refused as well, or may not: what was not seen is not judged, "
        "and this never fails a check by itself."
    ),
    fix="Open the address in a private browser window; if it fails there too, correct the permissions.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": unreachable("rate-limited", "HTTP 429 Too Many Requests")},
            note="asked too often is not refused: MIS202",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": failed(State.DENIED, "http-403", "HTTP 403 Forbidden", http_status=403)},
        ),
        Example(
            '<img src="/a.jpg" alt="The gate"><img src="/b.jpg" alt="The hall">',
            images={
                "/a.jpg": failed(State.DENIED, "robots", "disallowed by robots.txt"),
                "/b.jpg": failed(State.DENIED, "http-451", "HTTP 451", http_status=451),
            },
            count=2,
        ),
    ),
)
