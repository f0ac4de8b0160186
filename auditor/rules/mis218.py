"""not-checked: images that were not asked for in this run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, ImageReference, Rule, State
from auditor.rules._audits import every, lines
from auditor.rules._examples import failed

_WHY = {"offline": "--offline: nothing was asked for", "interrupted": "the run was interrupted"}
_FEW = 5


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each reason why images were not asked for, with all of them."""
    unasked: dict[str, list[ImageReference]] = defaultdict(list)
    for reference, outcome in every(audit):
        if outcome.state is State.UNCHECKED:
            unasked[outcome.reason or "not asked"].append(reference)
    for reason, references in unasked.items():
        count = "1 image was" if len(references) == 1 else f"{len(references)} images were"
        places = f", {lines(references)}" if len(references) <= _FEW else ""
        yield Hit(
            message=f"{count} not checked ({_WHY.get(reason, reason)}{places})",
            key=reason,
            images=tuple(reference.index for reference in references),
            arguments={"count": len(references), "reason": reason},
            evidence={"state": "unchecked", "reason": reason},
            unverified=True,
        )


RULE = Rule(
    code="MIS218",
    name="not-checked",
    level="note",
    summary="Images of the article were not asked for in this run.",
    why=(
        "With --offline, or when a run is interrupted, nobody knows whether they are there. The report must "
        "not look like that of an article whose images are all fine; it says so once per article."
    ),
    fix="Run the check again with access to the images.",
    check=check,
    passes=(Example('<img src="/a.jpg" alt="The gate">'),),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate"><img src="/b.jpg" alt="The hall">',
            images={
                "/a.jpg": failed(State.UNCHECKED, "offline"),
                "/b.jpg": failed(State.UNCHECKED, "offline"),
            },
            note="one finding for both",
        ),
    ),
)
