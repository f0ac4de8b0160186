"""near-duplicate: a re-encoded, resized or slightly cropped copy of another picture of the article."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, line, lines, picture_key, same_pictures
from auditor.rules._examples import photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each group of copies in the article."""
    for kind, bits, members in same_pictures(audit):
        if kind not in ("near", "cropped"):
            continue
        references = [audit.article.references[index] for index in members]
        best = _best(audit, members)
        keep = f"; the better copy is on {line(audit.article.references[best])}" if best is not None else ""
        yield Hit(
            message=f"copies of one picture on {lines(references)} ({_words(audit, members)}{keep}): "
            + " and ".join(dict.fromkeys(address(reference) for reference in references[:3])),
            key=" ".join(sorted({picture_key(r, audit.outcomes[r.index]) for r in references})),
            images=tuple(members),
            span=references[1].span,
            arguments={"distance_bits": bits, "better": best},
            evidence={"distance-bits": bits, "sizes": [_size(audit, index) for index in members]},
        )


def _words(audit: Audit, members: list[int]) -> str:
    """The difference in words: that of the duplicate search where it has told one."""
    names = {f"{audit.article.id}#{index}" for index in members}
    told = [pair.words for pair in audit.pairs if {pair.first, pair.second} <= names]
    return told[0] if len(told) == 1 else f"of sizes {', '.join(_size(audit, index) for index in members)}"


def _size(audit: Audit, index: int) -> str:
    picture = audit.outcomes[index].picture
    return f"{picture.width_px}x{picture.height_px}" if picture and picture.width_px else "unknown"


def _best(audit: Audit, members: list[int]) -> int | None:
    """The copy with the most pixels; None where all have the same."""
    areas = {}
    for index in members:
        picture = audit.outcomes[index].picture
        areas[index] = (picture.width_px or 0) * (picture.height_px or 0) if picture else 0
    return max(areas, key=lambda index: areas[index]) if len(set(areas.values())) > 1 else None


RULE = Rule(
    code="DUP402",
    name="near-duplicate",
    level="warning",
    summary="Two pictures of the article show the same: one is a copy of the other, changed a little.",
    why=(
        "Saved again, made smaller, cropped at the edge: the files differ, the reader sees one picture "
        "twice. Compared by perceptual fingerprints of 256 bits, in which different photographs differ by "
        "84 bits or more (1.65 million pairs); drawings must agree much closer."
    ),
    fix="Keep the better copy, and remove the other or put in the picture that was meant.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">'),
        Example(
            '<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">',
            images={"/a.jpg": photo("gate"), "/b.jpg": photo("gate", other_bits=100)},
            note="alike, but too far apart to be copies",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">',
            images={"/a.jpg": photo("gate"), "/b.jpg": photo("gate", 800, 534, other_bits=12)},
        ),
    ),
)
