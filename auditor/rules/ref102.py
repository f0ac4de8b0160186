"""reference-malformed: markup or address that cannot be read as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Fault, Hit, ImageReference, Level, Outcome, Rule, State
from auditor.rules._audits import address, address_key, cause, every, is_aside, shown
from auditor.rules._examples import failed

# Faults that other rules tell: REF101, REF108, REF114.
_ELSEWHERE = ("empty", "srcset", "folder-mismatch")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each reference whose markup, address or data: payload cannot be parsed."""
    for reference, outcome in every(audit):
        faults = [fault for fault in reference.faults if not fault.reason.startswith(_ELSEWHERE)]
        unreadable = outcome.state is State.INVALID and outcome.reason != "empty"
        if not faults and unreadable and reference.address.strip():
            faults = [Fault(outcome.reason or "bad-url", cause(outcome))]
        if faults:
            yield _hit(reference, faults, outcome)


def _hit(reference: ImageReference, faults: list[Fault], outcome: Outcome) -> Hit:
    what = "; ".join(dict.fromkeys(fault.message for fault in faults))
    return Hit(
        message=f"malformed image reference ({shown(what)}): {address(reference)}",
        key=f"{faults[0].reason} {address_key(reference)}",
        images=(reference.index,),
        arguments={"reasons": [fault.reason for fault in faults]},
        evidence={"raw": reference.raw[:400], "state": outcome.state.value},
        level="note" if is_aside(reference) else _level(faults, outcome),
    )


def _level(faults: list[Fault], outcome: Outcome) -> Level | None:
    """A stray % that every browser sends as it stands is no error where the image came."""
    stray = all(fault.reason == "bad-percent-encoding" for fault in faults)
    return "warning" if stray and outcome.state is State.OK else None


RULE = Rule(
    code="REF102",
    name="reference-malformed",
    level="error",
    summary="The markup or the address of an image cannot be read as it stands.",
    why=(
        "A tag that is never closed, a quote that is missing, an address that is none, or a data: URL "
        "whose payload cannot be decoded. One program guesses what was meant, the next shows nothing; "
        "it is told even where the image could be found by guessing."
    ),
    fix="Correct the markup.",
    check=check,
    passes=(
        Example('<img src="/a.jpg?size=50%25" alt="The gate">'),
        Example('<img src="" alt="The gate">', note="an empty reference is REF101"),
    ),
    catches=(
        Example(
            '<img src="http://[::1/a.jpg" alt="The gate">',
            images={"http://[::1/a.jpg": failed(State.INVALID, "bad-url", "the address has no valid host")},
        ),
        Example(
            '<img src="data:image/png;base64,%%%" alt="The gate">',
            images={
                "data:image/png;base64,%%%": failed(State.INVALID, "bad-data-url", "the payload is no base64")
            },
        ),
    ),
)
