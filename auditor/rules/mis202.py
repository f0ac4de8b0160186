"""image-unreachable: nobody answered, so nobody can say whether the image is there."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from auditor.model import Audit, Example, History, Hit, Outcome, Past, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import gone, unreachable
from auditor.rules._history import day, remembered


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that gave no answer; an error where it has not for several runs."""
    for hit in outcome_hits(audit, State.UNREACHABLE, _tell):
        past = remembered(audit, hit.images[0])
        if past is None or past.failing_runs < 2:
            yield hit
            continue
        since = f" since {day(past.failing_since)}" if past.failing_since else ""
        runs = f"no answer in {past.failing_runs} runs in a row{since}"
        given_up = past.failing_runs >= audit.options.unreachable_runs
        yield msgspec.structs.replace(
            hit,
            message=f"{runs}; {hit.message}",
            evidence={**hit.evidence, "runs": past.failing_runs, "failing-since": day(past.failing_since)},
            level="error" if given_up else None,
        )


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
        "accuses nobody and never fails a check (exit code 3, not 1). A scan counts the runs in a row, and "
        "calls it an error after the third (`unreachable-runs` in the settings)."
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
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": unreachable("dns", "the name is unknown")},
            history=History(past={0: Past(state=State.UNREACHABLE, failing_runs=3)}),
            note="the third run without an answer: an error",
        ),
    ),
)
