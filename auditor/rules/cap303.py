"""caption-after-publication: a caption tells of a day on which the article was out already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from auditor.model import Audit, Caption, Example, Hit, Rule
from auditor.rules import _files
from auditor.rules._audits import address, captioned, line, picture_key, pictures, shown
from auditor.rules._examples import photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each caption, and each file, whose date lies after the article's."""
    published = audit.article.published_at or audit.now
    if published is None:
        return
    what = "the article is of" if audit.article.published_at else "today is"
    last = published.date() + _files.ONE_DAY
    told = f"{what} {published.date().isoformat()}"
    for reference, pairing in captioned(audit):
        caption = pairing.caption
        date = _date(caption) if caption else None
        if caption and date and date > last:
            yield Hit(
                message=f"the caption “{shown(caption.text)}” speaks of {date.isoformat()}, but {told}",
                key=f"caption {caption.text}",
                images=(reference.index,),
                span=caption.span,
                evidence={"caption": date.isoformat(), "published": published.isoformat()},
            )
    if audit.article.published_at:
        yield from _made_later(audit, last, told)


def _date(caption: Caption) -> dt.date | None:
    """The earliest full date of a caption that does not speak of things to come."""
    if _files.is_to_come(caption.text):
        return None
    found = [date for mention in caption.entities.dates if (date := _files.day(mention.iso))]
    return min(found, default=None) if len(found) == len(caption.entities.dates) else None


def _made_later(audit: Audit, last: dt.date, told: str) -> Iterator[Hit]:
    for reference, outcome, picture in pictures(audit):
        dates = _files.dates(picture).values()
        if dates and last < min(dates) and (audit.now is None or min(dates) <= audit.now.date()):
            yield Hit(
                message=f"the file says that the picture was taken on {min(dates).isoformat()}, but {told} "
                f"({line(reference)}): {address(reference)}",
                key=f"file {picture_key(reference, outcome)}",
                images=(reference.index,),
                evidence={"file": min(dates).isoformat(), "published": told},
                level="note",
            )


_PAGE = (
    '<html><head><meta property="article:published_time" content="2020-07-25T08:00:00Z"></head><body>'
    "<article><h1>A closure</h1><p>{0}</p><figure><img src='/a.jpg' alt='The gate'>"
    "<figcaption>{1}</figcaption></figure><p>{0}</p></article></body></html>"
)
_TEXT = "The consulate was closed, and the street in front of it stayed empty for the whole day. " * 2
RULE = Rule(
    code="CAP303",
    name="caption-after-publication",
    level="warning",
    summary="A caption (or the file) names a day later than the article's own.",
    why=(
        "A photograph cannot be younger than the article that shows it: either the date in the caption is a "
        "slip (mostly of the year), or the picture was replaced afterwards. Captions that speak of things "
        "to come are left alone. Without a publication date the day of the check is taken, and the date in "
        "a file is a note only: articles are updated."
    ),
    fix="Correct the date, or say that the picture was added later.",
    check=check,
    passes=(
        Example(_PAGE.format(_TEXT, "Workers carry boxes out in Houston, July 24, 2020")),
        Example(
            _PAGE.format(_TEXT, "The building will be sold by October 1, 2020"),
            note="a caption about the future",
        ),
    ),
    catches=(
        Example(_PAGE.format(_TEXT, "Workers carry boxes out in Houston, July 24, 2021")),
        Example(
            _PAGE.format(_TEXT, "Workers carry boxes out in Houston"),
            images={"/a.jpg": photo("gate", metadata={"exif:date": "2020-08-14T10:00:00"})},
        ),
    ),
)
