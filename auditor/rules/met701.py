"""credit-missing: nobody is named for a picture, neither in the article nor in its file."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Pairing, Rule
from auditor.rules._audits import address, pictures
from auditor.rules._audits import picture_key as key_of
from auditor.rules._examples import photo

_FIELDS = (
    "iptc:credit", "iptc:byline", "iptc:copyright", "iptc:source",
    "xmp:credit", "xmp:byline", "xmp:copyright", "xmp:source", "exif:artist", "exif:copyright",
)  # fmt: skip
_ATTRIBUTES = ("credit", "copyright", "data-credit")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture for which no place that was looked at names anybody."""
    pairings = {pairing.reference: pairing for pairing in audit.captions.pairings}
    for reference, outcome, picture in pictures(audit):
        in_file = any(picture.metadata.get(field, "").strip() for field in _FIELDS)
        in_markup = any(reference.attributes.get(name) for name in _ATTRIBUTES)
        if not in_file and not in_markup and not _is_credited(pairings.get(reference.index)):
            yield Hit(
                message=f"no credit in the caption, the markup or the file: {address(reference)}",
                key=key_of(reference, outcome),
                images=(reference.index,),
                evidence={"looked-at": ["caption", *_ATTRIBUTES, *_FIELDS]},
            )


def _is_credited(pairing: Pairing | None) -> bool:
    return pairing is not None and bool(pairing.credit or (pairing.caption and pairing.caption.credit))


RULE = Rule(
    code="MET701",
    name="credit-missing",
    level="warning",
    off_in=("*",),
    summary="Neither the article nor the file says whose picture it is.",
    why=(
        "Whoever made a picture has a right to be named, and without a name nobody can clear its use later. "
        "97 % of published news pictures carry no credit in the file (IMATAG, 2018), so that this rule runs "
        "only where it is selected."
    ),
    fix="Add the credit to the caption, and keep it in the file's IPTC fields.",
    check=check,
    passes=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": photo("gate", metadata={"iptc:byline": "A. Photographer"})},
        ),
    ),
    catches=(Example('<img src="/a.jpg" alt="The gate">'),),
)
