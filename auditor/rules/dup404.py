"""used-elsewhere: the picture stands in other articles too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from auditor.model import Audit, Example, History, Hit, Rule, Use
from auditor.rules._audits import address, address_key, pictures, shown
from auditor.rules._examples import card
from auditor.rules._history import quoted, ran, uses


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture that other articles show, exactly or nearly."""
    for reference, _, _ in pictures(audit):
        known, count = uses(audit, reference.index)
        if not known:
            continue
        latest = known[0]
        under = f" under “{shown(latest.caption)}”" if latest.caption else ""
        more = f", and {count - 1:,} more" if count > 1 else ""
        yield Hit(
            message=f"this picture ran {ran(latest)}{under}{more}: {address(reference)}",
            key=address_key(reference),
            images=(reference.index,),
            arguments={"articles": count},
            evidence={"uses": [quoted(use) for use in known]},
            related=tuple(use.image for use in known),
        )


_IMAGE = '<img src="/a.jpg" alt="The gate">'
_USE = Use(
    "gate.html",
    "gate.html#0",
    title="The gate closes",
    published_at=dt.datetime(2020, 7, 24, tzinfo=dt.UTC),
    caption="The gate of the consulate",
)

RULE = Rule(
    code="DUP404",
    name="used-elsewhere",
    level="note",
    summary="Other articles show the same picture.",
    why=(
        "A photograph that ran before may be meant as a file photo, or be the wrong one. Before publishing, "
        "a picture desk wants to know when it ran, where, and under which caption; copies that were resized, "
        "cropped or saved again count as the same."
    ),
    fix="Check that the reuse is meant, and say in the caption that it is a file photo.",
    check=check,
    needs=("history",),
    passes=(
        Example(_IMAGE, history=History(), note="nobody else shows it"),
        Example(
            _IMAGE,
            images={"/a.jpg": card()},
            history=History(uses={0: (_USE,)}, use_counts={0: 300}, addresses={0: 300}),
            note="a stand-in is told as one (MIS205)",
        ),
    ),
    catches=(Example(_IMAGE, history=History(uses={0: (_USE,)}, use_counts={0: 1})),),
)
