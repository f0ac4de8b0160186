"""lost-since-last-run: the image was fine on an earlier night, and is gone now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from auditor.markup.addresses import redact
from auditor.model import Audit, Example, History, Hit, Outcome, Past, Rule, State
from auditor.rules._audits import address, address_key, cause, content, outcome_evidence
from auditor.rules._examples import gone, page, photo, unreachable
from auditor.rules._history import day, remembered

_LOST = (State.MISSING, State.NOT_IMAGE, State.BROKEN)


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that gave a picture before and gives none now."""
    for reference, outcome in content(audit):
        past = remembered(audit, reference.index)
        if past is None or outcome.state not in _LOST or not (past.last_ok_at or past.last_ok_run):
            continue
        yield Hit(
            message=f"the image is lost: it was fine {_last(past)}, now {_now(outcome)}: "
            f"{address(reference)}",
            key=address_key(reference),
            images=(reference.index,),
            arguments={"address": redact(reference.address)},
            evidence={
                **outcome_evidence(outcome),
                "last-fine": day(past.last_ok_at),
                "last-fine-run": past.last_ok_run,
                "sha256-before": past.sha256,
                **({"same-picture-at": redact(past.alive_at)} if past.alive_at else {}),
            },
            fix=_repair(past),
        )


def _last(past: Past) -> str:
    words = [f"in run {past.last_ok_run}"] if past.last_ok_run else []
    if past.last_ok_at:
        words.append(f"on {day(past.last_ok_at)}")
    return " ".join(words)


def _now(outcome: Outcome) -> str:
    words = {State.MISSING: "not found", State.NOT_IMAGE: "no image", State.BROKEN: "damaged"}
    return f"{words[outcome.state]} ({cause(outcome)})"


def _repair(past: Past) -> str | None:
    if past.alive_at is None:
        return None
    return f"The same picture is still served at {redact(past.alive_at)}: use that address."


_IMAGE = '<img src="/a.jpg" alt="The gate">'
_PICTURE = photo("gate")
_PAST = Past(
    state=State.OK,
    sha256=_PICTURE.sha256,
    picture=_PICTURE.picture,
    last_ok_at=dt.datetime(2020, 7, 27, tzinfo=dt.UTC),
    last_ok_run="12",
)

RULE = Rule(
    code="DRF603",
    name="lost-since-last-run",
    level="error",
    summary="The image was fine on an earlier run and is missing or damaged now.",
    why=(
        "It is known to have existed, and since when it does not: mostly a migration or a clean-up that took "
        "the file along. The sooner that is noticed, the likelier a copy is found; the catalog names the "
        "last good run, and another address where it knows one that serves the same picture."
    ),
    fix="Restore the file from a backup or another copy, under the same address.",
    check=check,
    absorbs=("MIS201", "MIS204", "MIS206", "MIS207", "MIS211"),
    needs=("history",),
    passes=(
        Example(_IMAGE, images={"/a.jpg": _PICTURE}, history=History(past={0: _PAST})),
        Example(
            _IMAGE,
            images={"/a.jpg": unreachable("timeout", "no answer within 20 s")},
            history=History(past={0: _PAST}),
            note="nobody can say that it is gone",
        ),
        Example(
            _IMAGE,
            images={"/a.jpg": gone()},
            history=History(past={0: Past(state=State.MISSING, failing_runs=4)}),
            note="it was never there",
        ),
    ),
    catches=(
        Example(_IMAGE, images={"/a.jpg": gone()}, history=History(past={0: _PAST})),
        Example(_IMAGE, images={"/a.jpg": page()}, history=History(past={0: _PAST})),
    ),
)
