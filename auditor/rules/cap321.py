"""alt-empty: images of the article are declared to be decoration."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, ImageReference, Outcome, Rule
from auditor.rules._audits import describable, is_invisible, lines, other_name
from auditor.rules._examples import photo

_ORNAMENT_PX = 120
_FEW = 5


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for all such images of the article."""
    empty = [r for r, o in describable(audit) if r.alt == "" and not _is_ornament(audit, r, o)]
    plain = [reference for reference in empty if not other_name(reference)]
    if plain:
        count = "1 image has" if len(plain) == 1 else f"{len(plain)} images have"
        places = f" ({lines(plain)})" if len(plain) <= _FEW else ""
        yield Hit(
            message=f'{count} an empty alternative text{places}: alt="" says that it is decoration',
            key="empty",
            images=tuple(reference.index for reference in plain),
            arguments={"count": len(plain)},
        )


def _is_ornament(audit: Audit, reference: ImageReference, outcome: Outcome) -> bool:
    picture = outcome.picture
    if reference.index in audit.stand_ins or outcome.state.verdict == "broken":
        return True
    if picture is None:
        return False
    small = max(picture.width_px or 0, picture.height_px or 0) <= _ORNAMENT_PX
    return small or is_invisible(picture)


RULE = Rule(
    code="CAP321",
    name="alt-empty",
    level="note",
    summary="Images of the article have an empty alternative text.",
    why=(
        'alt="" tells screen readers to pass the image over. That is right for ornaments; a news photograph '
        "is none, and CMSs write it where the field was left empty. Told once per article; images in the "
        "placeholder dialect always have it and are not counted."
    ),
    fix="Describe what the picture shows in a short sentence.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example('<img src="/a.jpg" alt="" aria-label="The gate">', note="declared both ways: CAP325"),
        Example('<img src="/line.png" alt="">', images={"/line.png": photo("line", 100, 8)}),
        Example('<image s3://crabby-images/aaaaa/aaaaa1 alt="">', dialect="placeholder"),
    ),
    catches=(
        Example('<img src="/a.jpg" alt=""><p>Text</p><img src="/b.jpg" alt="">', note="one finding for both"),
    ),
)
