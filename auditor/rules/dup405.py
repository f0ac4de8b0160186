"""mirrored-or-rotated: one picture of the article is another one, flipped or turned."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, lines, picture_key, same_pictures
from auditor.rules._examples import mirrored, photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each group of pictures that are mirror images or turned copies."""
    for kind, bits, members in same_pictures(audit):
        if kind == "mirrored":
            references = [audit.article.references[index] for index in members]
            yield Hit(
                message=f"the same picture, mirrored or turned ({lines(references)}): "
                + " and ".join(dict.fromkeys(address(reference) for reference in references[:3])),
                key=" ".join(sorted({picture_key(r, audit.outcomes[r.index]) for r in references})),
                images=tuple(members),
                span=references[1].span,
                arguments={"distance_bits": bits},
                evidence={"distance-bits": bits},
            )


RULE = Rule(
    code="DUP405",
    name="mirrored-or-rotated",
    level="warning",
    summary="A picture is a mirrored or turned copy of another one in the article.",
    why=(
        "Mirroring a photograph makes it look like another one, moves people from left to right and turns "
        "writing around; agencies forbid it. Turned copies mostly come from a lost orientation field."
    ),
    fix="Use the original, once.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">'),
        Example(
            '<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The gate again">',
            images={"/a.jpg": photo("gate"), "/b.jpg": photo("gate")},
            note="the same way round: DUP401",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">',
            images={"/a.jpg": photo("gate"), "/b.jpg": mirrored("gate")},
        ),
    ),
)
