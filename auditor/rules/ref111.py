"""repeated-reference: one address is asked for twice in an article."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, ImageReference, Rule
from auditor.rules._audits import address, by_address, is_invisible, lines
from auditor.rules._examples import card, photo

_ORNAMENT_PX = 120  # dividers, bullets and icons are repeated on purpose


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address with several places in the article."""
    for key, references in by_address(audit).items():
        if len(references) > 1 and not _is_ornament(audit, references[0]):
            yield Hit(
                message=f"the same image stands {_times(len(references))} ({lines(references)}): "
                f"{address(references[0])}",
                key=key,
                images=tuple(reference.index for reference in references),
                span=references[1].span,
                arguments={"count": len(references)},
                evidence={"lines": [reference.span.line for reference in references]},
            )


def _times(count: int) -> str:
    return "twice in the article" if count == 2 else f"{count} times in the article"


def _is_ornament(audit: Audit, reference: ImageReference) -> bool:
    """Whether the repeated thing is small, a drawing, or told by a rule of its own."""
    picture = audit.outcomes[reference.index].picture
    if reference.index in audit.stand_ins:
        return True
    if picture is None:
        return False
    small = max(picture.width_px or 0, picture.height_px or 0) <= _ORNAMENT_PX
    drawn = picture.fingerprint is None or picture.fingerprint.texture != "photo"
    return small or drawn or is_invisible(picture)


RULE = Rule(
    code="REF111",
    name="repeated-reference",
    level="warning",
    summary="The same address stands at several places of one article.",
    why=(
        "Usually one paste too many: the reader meets the same photograph again, and the picture that "
        "should stand there is missing. Small pictures and drawings (dividers, icons) may be repeated."
    ),
    fix="Remove one of them, or put in the picture that was meant.",
    check=check,
    absorbs=("DUP401",),
    passes=(
        Example('<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">'),
        Example(
            '<img src="/star.png" alt="*"><p>One</p><img src="/star.png" alt="*"><p>Two</p>',
            images={"/star.png": card("star", width_px=24, height_px=24)},
            note="an ornament",
        ),
        Example(
            '<article><h1>Gate</h1><p>Text</p><img src="/a.jpg" alt="The gate">'
            '<div class="lightbox-gallery"><div><img src="/a.jpg" alt="The gate"></div></div></article>',
            note="shown larger when a reader opens it",
        ),
    ),
    catches=(
        Example('<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/a.jpg" alt="The gate">'),
        Example(
            "![Gate](/a.jpg)\n\nText.\n\n![Gate](/a.jpg#top)\n\nText.\n\n![Gate](/a.jpg)",
            dialect="markdown",
            images={"/a.jpg": photo("gate"), "/a.jpg#top": photo("gate")},
            note="three places, one finding",
        ),
    ),
)
