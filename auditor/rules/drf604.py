"""metadata-lost: the credit that the file carried is no longer in it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, History, Hit, Past, Picture, Rule
from auditor.rules._audits import address, address_key
from auditor.rules._examples import photo
from auditor.rules._history import changes

# One line for each thing that is said, whichever block of the file says it.
_SAYS = {
    "credit": ("iptc:credit", "xmp:credit"),
    "author": ("iptc:byline", "xmp:byline", "exif:artist"),
    "copyright": ("iptc:copyright", "xmp:copyright", "exif:copyright"),
    "source": ("iptc:source", "xmp:source"),
}


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture whose file named somebody before and does not now."""
    for change in changes(audit):
        lost = sorted(_said(change.before) - _said(change.picture))
        if change.same and lost:
            yield Hit(
                message=f"the file no longer says its {', '.join(lost)}: {address(change.reference)}",
                key=f"{address_key(change.reference)} {change.past.sha256}",
                images=(change.reference.index,),
                arguments={"lost": lost},
                evidence={
                    "before": {
                        name: change.before.metadata[name]
                        for what in lost
                        for name in _SAYS[what]
                        if name in change.before.metadata
                    }
                },
            )


def _said(picture: Picture) -> set[str]:
    return {
        what
        for what, fields in _SAYS.items()
        if any(picture.metadata.get(name, "").strip() for name in fields)
    }


_IMAGE = '<img src="/a.jpg" alt="The gate">'
_CREDITED = photo("gate", metadata={"iptc:credit": "A. Ferrer", "iptc:copyright": "2020 A. Ferrer"})
_PAST = History(past={0: Past(sha256=_CREDITED.sha256, picture=_CREDITED.picture)})
_SMALLER = {"width_px": 800, "height_px": 534, "other_bits": 2}

RULE = Rule(
    code="DRF604",
    name="metadata-lost",
    level="note",
    summary="The file named its author or owner before, and was saved again without.",
    why=(
        "Resizers and optimisers drop metadata by default. With it goes the only statement of authorship "
        "that travels with the picture, and in many places taking it out is against the law."
    ),
    fix="Let the resizer keep credit and copyright (IPTC and XMP), and make the file again.",
    check=check,
    absorbs=("DRF602",),
    needs=("history",),
    passes=(
        Example(
            _IMAGE,
            images={
                "/a.jpg": photo("gate", **_SMALLER, metadata={"xmp:credit": "A.F.", "exif:copyright": "AF"})
            },
            history=_PAST,
            note="said in another block of the file",
        ),
        Example(
            _IMAGE,
            images={"/a.jpg": photo("hall")},
            history=_PAST,
            note="another picture, with another author: DRF601",
        ),
    ),
    catches=(Example(_IMAGE, images={"/a.jpg": photo("gate", **_SMALLER)}, history=_PAST),),
)
