"""Turns what is stated of an image outside of the text into candidates: data, scripts, its element, its file.

Structured data repeats the headline as often as it gives a caption, an alternative text is for those who
do not see: mostly these are too weak to be taken for the caption, and stand among the candidates.
"""

from __future__ import annotations

import re

from auditor.captions import identity
from auditor.captions.credits import split
from auditor.captions.scopes import name_of
from auditor.model import Article, CaptionCandidate, ImageReference, Picture, Relation

_DECLARED = 0.35
# What stands where a script should have put the words: "items[0].caption", "undefined".
_UNFILLED = re.compile(r"\s*(?:undefined|null|none|\[object Object\]|[\w$]+(?:\.?\[\d+\]|\.[\w$]+)+)\s*")
# A title in a page repeats the alt text or names a file; in Markdown somebody wrote it for the reader.
TITLE, TITLED = 0.25, 0.7
# What an image names as its description stands on the page; what a script is to show below it does not yet.
_DESCRIBED, _HANDED, _BUILT = 0.8, 0.6, 0.6
# Below this the answer is "no caption"; tests/bench/captions.py says what it costs on either side.
LEAST_CONFIDENCE = 0.5


def from_declarations(
    article: Article, shown: list[ImageReference], found: dict[int, list[CaptionCandidate]]
) -> None:
    """What structured data says of the same picture: as often the headline or the alt text as a caption."""
    declared = {
        name_of(reference): reference
        for reference in article.references
        if reference.role == "metadata" and (_said(reference, "caption") or _said(reference, "credit"))
    }
    for reference in shown:
        if (source := declared.get(name_of(reference))) is not None:
            text, tail = split(_said(source, "caption"))
            credit = _said(source, "credit") or tail
            found[reference.index].append(
                CaptionCandidate(text, "structured-data", _DECLARED, source.span, credit or None)
            )


def from_scripts(
    article: Article, shown: list[ImageReference], found: dict[int, list[CaptionCandidate]]
) -> None:
    """What the state of a page's scripts gives to an address: what they show with the picture."""
    built = {
        identity.name(address): one for one in reversed(article.declarations) for address in one.addresses
    }
    for reference in shown:
        one = built.get(name_of(reference))
        if one is not None and not _UNFILLED.fullmatch(one.caption):
            text, tail = split(one.caption)
            found[reference.index].append(
                CaptionCandidate(text, "structured-data", _BUILT, one.span, one.credit or tail)
            )


def _said(reference: ImageReference, name: str) -> str:
    text = " ".join(reference.attributes.get(name, "").split())
    return "" if name != "credit" and _UNFILLED.fullmatch(text) else text  # a credit may be "agency.example"


def of_its_own(reference: ImageReference, picture: Picture | None, title: float) -> list[CaptionCandidate]:
    """What the element and the file say: too weak to be taken for the caption, but for a Markdown title.

    `title` is what a title is worth.
    """
    own: list[CaptionCandidate] = []
    relations: tuple[tuple[Relation, str | None, float], ...] = (
        ("title", reference.attributes.get("title"), title),
        ("aria", reference.attributes.get("aria-describedby"), _DESCRIBED),
        ("structured-data", _said(reference, "data-caption") or _said(reference, "caption"), _HANDED),
        ("aria", reference.attributes.get("aria-label"), 0.2),
        ("alt", reference.alt, 0.2),
    )
    for relation, text, confidence in relations:
        if text and text.strip():
            words, credit = split(text)
            said = words if confidence >= LEAST_CONFIDENCE or relation == "title" else text
            if relation == "structured-data":
                credit = credit or reference.attributes.get("data-credit") or None
            own.append(CaptionCandidate(said.strip(), relation, confidence, None, credit))
    text, credit = _of_file(picture)
    if text or credit:
        own.append(CaptionCandidate(text, "file-metadata", 0.3, None, credit))
    return own


def is_captioned(picture: Picture) -> bool:
    """Whether the file itself holds a caption or a credit."""
    return any(_of_file(picture))


def _of_file(picture: Picture | None) -> tuple[str, str | None]:
    metadata = picture.metadata if picture else {}
    credit = next((metadata[key] for key in _FILE_CREDITS if metadata.get(key)), None)
    return next((metadata[key] for key in _FILE_CAPTIONS if metadata.get(key)), ""), credit


_FILE_CAPTIONS = ("iptc:caption", "xmp:caption", "xmp:description", "exif:description")
_FILE_CREDITS = (
    "iptc:credit",
    "xmp:credit",
    "iptc:byline",
    "xmp:creator",
    "exif:artist",
    "iptc:source",
    "xmp:source",
)
