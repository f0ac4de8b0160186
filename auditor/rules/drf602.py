"""re-encoded: the file at the address is another one, and shows the same picture."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, History, Hit, Past, Rule
from auditor.rules._audits import address, address_key
from auditor.rules._examples import photo
from auditor.rules._history import changes


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture whose bytes changed and whose looks did not."""
    for change in changes(audit):
        if change.same:
            yield Hit(
                message=f"the file was replaced by another one of the same picture ({change.words}): "
                f"{address(change.reference)}",
                key=f"{address_key(change.reference)} {change.past.sha256}",
                images=(change.reference.index,),
                arguments={"distance_bits": change.bits},
                evidence={
                    "sha256-before": change.past.sha256,
                    "sha256": change.outcome.sha256,
                    "size-before": [change.before.width_px, change.before.height_px],
                    "size": [change.picture.width_px, change.picture.height_px],
                },
            )


_IMAGE = '<img src="/a.jpg" alt="The gate">'
_BEFORE = photo("gate")
_PAST = History(past={0: Past(sha256=_BEFORE.sha256, picture=_BEFORE.picture)})

RULE = Rule(
    code="DRF602",
    name="re-encoded",
    level="note",
    summary="The file at the address changed, and shows the same picture as before.",
    why=(
        "About one published picture in twenty changes its bytes in time: a resizer, another quality, a new "
        "format. A check by digest alone would call each of them damaged. It is told so that a digest on "
        "file can be renewed."
    ),
    fix="Nothing needs to be done.",
    check=check,
    needs=("history",),
    passes=(
        Example(_IMAGE, images={"/a.jpg": photo("gate")}, history=_PAST, note="the same bytes"),
        Example(_IMAGE, images={"/a.jpg": photo("hall")}, history=_PAST, note="another picture: DRF601"),
    ),
    catches=(Example(_IMAGE, images={"/a.jpg": photo("gate", 800, 534, other_bits=12)}, history=_PAST),),
)
