"""exact-duplicate: the same file, or the same pixels, at two places of an article."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, lines, picture_key, same_pictures
from auditor.rules._examples import card, photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture that stands in the article more than once."""
    for kind, _, members in same_pictures(audit):
        if kind == "exact":
            references = [audit.article.references[index] for index in members]
            hashes = sorted({audit.outcomes[index].sha256 or "" for index in members})
            what = "the same file" if len(hashes) == 1 else "the same pixels in different files"
            yield Hit(
                message=f"{what} {len(members)} times in the article ({lines(references)}): "
                + " and ".join(dict.fromkeys(address(reference) for reference in references[:3])),
                key=picture_key(references[0], audit.outcomes[members[0]]),
                images=tuple(members),
                span=references[1].span,
                arguments={"count": len(members)},
                evidence={"sha256": hashes},
            )


RULE = Rule(
    code="DUP401",
    name="exact-duplicate",
    level="warning",
    summary="One picture stands in the article more than once, under different addresses.",
    why=(
        "The reader sees the same picture again; often another one was meant. Equal bytes and equal pixels "
        "(files that differ in metadata alone) both count. The same address twice is REF111."
    ),
    fix="Remove one of them, or put in the picture that was meant.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">'),
        Example(
            '<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">',
            images={"/a.jpg": card(), "/b.jpg": card()},
            note="a stand-in at two addresses is MIS205",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">',
            images={"/a.jpg": photo("gate"), "/b.jpg": photo("gate")},
        ),
    ),
)
