"""image-unreachable: nobody answered, so nobody can say whether the image is there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import gone, unreachable


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that gave no answer."""
    return outcome_hits(audit, State.UNREACHABLE, _tell)


def _tell(outcome: Outcome) -> str:
    tries = f", tried {outcome.tries} times" if outcome.tries > 1 else ""
    return f"image could not be reached ({cause(outcome)}{tries})"


RULE = Rule(
    code="MIS202",
    name="image-unreachable",
    level="warning",
    summary="The host of the image gave no usable answer.",
    why=(
        "The name was not found, the connection or its encryption failed, the answer came too late, or "
        "the server said that it is in trouble (5xx, 429). The image may well be fine tomorrow: this "
        "accuses nobody and never fails a check (exit code 3, not 1)."
    ),
    fix="Check the host, and run the check again; if it stays so for days, treat the image as missing.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example('<img src="/a.jpg" alt="The gate">', images={"/a.jpg": gone()}, note="that is an answer"),
    ),
    catches=(
        Example(
            '<img src="https://cdn.example/a.jpg" alt="The gate">',
            images={"https://cdn.example/a.jpg": unreachable("timeout", "no answer within 20 s")},
        ),
        Example(
            '<img src="/a.jpg" alt="The gate"><img src="/b.jpg" alt="The hall">',
            images={
                "/a.jpg": unreachable("http-5xx", "HTTP 503 Service Unavailable"),
                "/b.jpg": unreachable("tls", "the certificate expired on 2026-10-01"),
            },
            count=2,
        ),
    ),
)
