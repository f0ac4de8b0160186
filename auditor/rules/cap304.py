"""old-photo-unmarked: a photograph much older than its article, and nothing beside it says so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from auditor.model import Audit, Caption, Example, Hit, Rule
from auditor.rules import _files
from auditor.rules._audits import address, captioned, line, picture_key, pictures
from auditor.rules._examples import card, photo

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each photograph whose file is older than `old_photo_days` at the article's date."""
    published = audit.article.published_at or audit.now
    if published is None:
        return
    pairings = {reference.index: pairing for reference, pairing in captioned(audit)}
    for reference, outcome, picture in pictures(audit):
        dates, print_ = _files.dates(picture), picture.fingerprint
        if not dates or (print_ and print_.texture != "photo"):
            continue
        taken, pairing = max(dates.values()), pairings.get(reference.index)
        age = (published.date() - taken).days
        if age <= audit.options.old_photo_days:
            continue
        if pairing and (_files.is_marked_old(reference, pairing) or _dated(pairing.caption, published)):
            continue
        yield Hit(
            message=f"the photograph was taken on {taken.isoformat()}, {age:,} days before the article, and "
            f"nothing beside it says so ({line(reference)}): {address(reference)}",
            key=picture_key(reference, outcome),
            images=(reference.index,),
            arguments={"age_days": age},
            evidence={
                "file": {name: date.isoformat() for name, date in dates.items()},
                "published": published.isoformat(),
                "age-days": age,
            },
        )


def _dated(caption: Caption | None, published: dt.datetime) -> bool:
    """Whether the caption itself names an earlier year, or a day that was past by more than a month."""
    if caption is None:
        return False
    if any(int(year) < published.year for year in _YEAR.findall(caption.text)):
        return True
    month_ago = published.date() - dt.timedelta(days=31)
    return any((day := _files.day(mention.iso)) and day < month_ago for mention in caption.entities.dates)


_PAGE = (
    '<html><head><meta property="article:published_time" content="2020-07-25T08:00:00Z"></head><body>'
    "<article><h1>A closure</h1><p>{0}</p><figure><img src='/a.jpg' alt='The gate'>"
    "<figcaption>{1}</figcaption></figure><p>{0}</p></article></body></html>"
)
_TEXT = "The consulate was closed, and the street in front of it stayed empty for the whole day. " * 2
_TAKEN = {"exif:date": "2017-02-11T09:30:00"}
_OLD = {"/a.jpg": photo("gate", metadata=_TAKEN)}

RULE = Rule(
    code="CAP304",
    name="old-photo-unmarked",
    level="warning",
    summary="A photograph is much older than its article, and no caption or credit says so.",
    why=(
        "Readers take a photograph for one of the events that the text tells of. Desks mark what comes from "
        "the archive: “file photo”, “Archivbild”, “资料图”. The file says when the picture was taken; more "
        "than `old-photo-days` (365) before the article it counts as old. A caption that names an earlier "
        "year, or a day more than a month ago, says enough. Drawings have no such day, and files without a "
        "date tell nothing. An article without a date is taken to be of today."
    ),
    fix="Mark the picture as a file photo, or take a new one.",
    check=check,
    passes=(
        Example(_PAGE.format(_TEXT, "File photo: the gate in Houston"), images=_OLD),
        Example(_PAGE.format(_TEXT, "资料图：中国驻休斯敦总领事馆"), images=_OLD),
        Example(_PAGE.format(_TEXT, "The gate in Houston in 2017"), images=_OLD),
        Example(_PAGE.format(_TEXT, "The gate in Houston"), images={"/a.jpg": card(metadata=_TAKEN)}),
        Example(
            _PAGE.format(_TEXT, "The gate in Houston"),
            images={"/a.jpg": photo("gate", metadata={"exif:date": "2020-03-01T10:00:00"})},
            note="a few months old",
        ),
    ),
    catches=(
        Example(_PAGE.format(_TEXT, "Workers carry boxes out in Houston"), images=_OLD),
        Example(_PAGE.format(_TEXT, "中国驻休斯敦总领事馆门前的工作人员"), images=_OLD),
    ),
)
