"""boilerplate-picture: a logo or a button stands in the text of the article."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, History, Hit, Picture, Rule, Use
from auditor.rules._audits import address, address_key, pictures
from auditor.rules._examples import card, photo
from auditor.rules._history import uses

_SMALL_PX = 200  # the longer side of what is a button or an icon, drawn or not


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each drawing or small picture that many articles show."""
    for reference, _, picture in pictures(audit):
        _, count = uses(audit, reference.index)
        articles = count + 1
        if articles >= audit.options.boilerplate_articles and _is_ornament(picture):
            size = f"{picture.width_px}x{picture.height_px}" if picture.width_px else picture.format
            yield Hit(
                message=f"an ornament ({size}) that {articles:,} articles show stands among the pictures of "
                f"this one: {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                arguments={"articles": articles},
                evidence={"size": [picture.width_px, picture.height_px]},
            )


def _is_ornament(picture: Picture) -> bool:
    drawn = picture.fingerprint is not None and picture.fingerprint.texture != "photo"
    small = 0 < max(picture.width_px or 0, picture.height_px or 0) <= _SMALL_PX
    return drawn or small


_IMAGE = '<img src="/a.png" alt="Follow us">'
_MANY = History(uses={0: (Use("gate.html", "gate.html#4"),)}, use_counts={0: 800}, addresses={0: 1})

RULE = Rule(
    code="DUP407",
    name="boilerplate-picture",
    level="note",
    summary="A logo, icon or button that many articles show stands in the text of this one.",
    why=(
        "It is no picture of this story, but counts as one: it is taken for the lead image, gets a caption "
        "that belongs to a photograph, and fills data sets with thousands of copies. Told of drawings and of "
        "small pictures that many articles share (`boilerplate-articles` in the settings)."
    ),
    fix="Put it into the template of the page, or leave it out of what counts as the article's images.",
    check=check,
    absorbs=("DUP404", "DUP406"),
    needs=("history",),
    passes=(
        Example(_IMAGE, images={"/a.png": photo("gate")}, history=_MANY, note="a photograph: DUP404"),
        Example(_IMAGE, images={"/a.png": card("map")}, history=History(use_counts={0: 3})),
    ),
    catches=(Example(_IMAGE, images={"/a.png": card("follow us", 120, 40)}, history=_MANY),),
)
