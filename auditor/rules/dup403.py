"""better-copy-exists: the archive holds a larger copy of a picture than the one shown here."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.markup.addresses import redact
from auditor.model import Audit, Example, History, Hit, Picture, Rule, Use
from auditor.rules._audits import address, address_key, pictures
from auditor.rules._examples import photo
from auditor.rules._history import place, uses

_LARGER = 1.2  # times the width and the height: less is no gain that a reader sees


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture of which another article shows a larger copy."""
    for reference, _, picture in pictures(audit):
        larger = [use for use in uses(audit, reference.index)[0] if _is_larger(use, picture)]
        if not larger:
            continue
        best = max(larger, key=lambda use: (use.width_px or 0) * (use.height_px or 0))
        size, better = f"{picture.width_px}x{picture.height_px}", f"{best.width_px}x{best.height_px}"
        yield Hit(
            message=f"a larger copy ({better} in place of {size} px) is shown in "
            f"{place(best)}: {address(reference)}",
            key=address_key(reference),
            images=(reference.index,),
            arguments={"size": size, "better": better},
            evidence={"address": redact(best.address or ""), "distance-bits": best.distance_bits},
            related=(best.image,),
            fix=f"Use the copy at {redact(best.address)}." if best.address else None,
        )


def _is_larger(use: Use, picture: Picture) -> bool:
    sides = (use.width_px, picture.width_px), (use.height_px, picture.height_px)
    return all(there and here and there >= _LARGER * here for there, here in sides)


_IMAGE = '<img src="/a.jpg" alt="The gate">'


def _used(width_px: int, height_px: int) -> History:
    use = Use(
        *("gate.html", "gate.html#0"),
        address="https://cdn.example/gate-large.jpg",
        width_px=width_px,
        height_px=height_px,
    )
    return History(uses={0: (use,)}, use_counts={0: 1})


RULE = Rule(
    code="DUP403",
    name="better-copy-exists",
    level="note",
    summary="Another article shows a larger copy of this picture.",
    why=(
        "A small copy in a new story is mostly a file that was taken from a page in place of the original. "
        "Where the archive has a larger one, it need not be looked for."
    ),
    fix="Use the larger copy.",
    check=check,
    needs=("history",),
    passes=(
        Example(_IMAGE, images={"/a.jpg": photo("gate")}, history=_used(1600, 1067), note="as large as here"),
        Example(_IMAGE, images={"/a.jpg": photo("gate")}, history=_used(640, 427), note="smaller"),
    ),
    catches=(Example(_IMAGE, images={"/a.jpg": photo("gate", 640, 427)}, history=_used(1600, 1067)),),
)
