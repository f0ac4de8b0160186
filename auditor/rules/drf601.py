"""picture-replaced: the address is the same, and the picture is another one than before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from auditor.model import Audit, Example, History, Hit, Past, Rule
from auditor.rules._audits import address, address_key
from auditor.rules._examples import photo
from auditor.rules._history import changes, day


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that shows something else than when the article was read first."""
    for change in changes(audit):
        if change.same:
            continue
        since = f" since {day(change.past.seen_at)}" if change.past.seen_at else ""
        yield Hit(
            message=f"the picture was replaced{since} ({change.words}): {address(change.reference)}",
            key=f"{address_key(change.reference)} {change.past.sha256}",
            images=(change.reference.index,),
            arguments={"distance_bits": change.bits},
            evidence={
                "sha256-before": change.past.sha256,
                "sha256": change.outcome.sha256,
                "size-before": [change.before.width_px, change.before.height_px],
                "size": [change.picture.width_px, change.picture.height_px],
                "seen-before": day(change.past.seen_at),
            },
        )


_IMAGE = '<img src="/a.jpg" alt="The gate">'
_SEEN = dt.datetime(2020, 7, 27, tzinfo=dt.UTC)


def _past(seed: str, **facts: int) -> History:
    before = photo(seed, **facts)
    return History(past={0: Past(sha256=before.sha256, picture=before.picture, seen_at=_SEEN)})


RULE = Rule(
    code="DRF601",
    name="picture-replaced",
    level="warning",
    levels={"newsroom": "error"},
    summary="The address gives another picture than when the article was published.",
    why=(
        "A picture that changes under an article may no longer be what the caption says, and nobody has read "
        "the two together. Compared is what is seen: a file that was only saved again or resized is another "
        "matter (DRF602). Measured from the night on which the catalog first saw this version of the "
        "article; the finding stays until the article is edited or the picture comes back."
    ),
    fix="Look at both pictures: confirm the new one by editing the article, or restore the old one.",
    check=check,
    needs=("history",),
    passes=(
        Example(
            _IMAGE,
            images={"/a.jpg": photo("gate")},
            history=_past("gate"),
            note="the same bytes as before",
        ),
        Example(
            _IMAGE,
            images={"/a.jpg": photo("gate", 800, 534, other_bits=12)},
            history=_past("gate"),
            note="the same picture, saved again",
        ),
        Example(_IMAGE, history=History(), note="nothing is known from before"),
    ),
    catches=(Example(_IMAGE, images={"/a.jpg": photo("hall")}, history=_past("gate")),),
)
