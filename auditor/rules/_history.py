"""An audit with a catalog behind it to what its images were before, and where else they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from auditor.config import DuplicateSettings
from auditor.markup.addresses import redact
from auditor.model import Audit, ImageReference, Outcome, Past, Picture, Use
from auditor.rules._audits import pictures, shown

SAME_BITS = DuplicateSettings().archive_bits  # nearer, photographs need no second look


class Change(NamedTuple):
    """A picture that is not byte for byte what its address gave before.

    `same`: a reader sees what was there before. `words` tell the difference, `bits` in bits of 256.
    """

    reference: ImageReference
    outcome: Outcome
    picture: Picture
    past: Past
    before: Picture
    same: bool
    words: str
    bits: int | None


def remembered(audit: Audit, index: int) -> Past | None:
    """What the catalog knows of an image from before this run."""
    return audit.history.past.get(index) if audit.history else None


def changes(audit: Audit) -> Iterator[Change]:
    """The article's own pictures whose bytes are others than those that were here before."""
    for reference, outcome, picture in pictures(audit):
        past = remembered(audit, reference.index)
        if past is None or past.picture is None or past.sha256 in (None, outcome.sha256):
            continue
        if _comparable(past.picture, picture):
            same, words, bits = _compared(past.picture, picture)
            yield Change(reference, outcome, picture, past, past.picture, same, words, bits)


def uses(audit: Audit, index: int) -> tuple[tuple[Use, ...], int]:
    """Other articles that show the picture, newest first, and how many there are in all."""
    if audit.history is None:
        return (), 0
    some = audit.history.uses.get(index, ())
    return some, max(audit.history.use_counts.get(index, 0), len({use.article for use in some}))


def ran(use: Use) -> str:
    """When and where a picture was used: "on 2020-07-24 in story.html"."""
    when = f"on {day(use.published_at)} " if use.published_at else ""
    return f"{when}in {place(use)}"


def place(use: Use) -> str:
    """Which article a picture is used in, as a message names it."""
    return shown(use.title or redact(use.url or use.article))


def quoted(use: Use) -> dict[str, str | None]:
    """One use as evidence."""
    return {
        "article": use.article,
        "url": redact(use.url) if use.url else None,
        "title": use.title,
        "published-at": day(use.published_at) or None,
        "caption": use.caption,
    }


def day(moment: dt.datetime | None) -> str:
    """The date in UTC; "" where it is unknown."""
    if moment is None:
        return ""
    return (moment.astimezone(dt.UTC) if moment.tzinfo else moment).date().isoformat()


def _comparable(before: Picture, now: Picture) -> bool:
    """Whether both have fingerprints of one recipe; drawings without pixels are left alone."""
    one, other = before.fingerprint, now.fingerprint
    return one is not None and other is not None and one.version == other.version


def _compared(before: Picture, now: Picture) -> tuple[bool, str, int | None]:
    """Whether a reader sees the same picture, the difference in words, and in bits."""
    one, other = before.fingerprint, now.fingerprint
    assert one is not None
    assert other is not None
    bits = (int.from_bytes(one.phash) ^ int.from_bytes(other.phash)).bit_count()
    if one.texture == other.texture == "photo" and bits <= SAME_BITS:
        return True, "same picture, re-encoded", bits
    if one.texture == other.texture == "plain":
        return True, "too little in it to tell one version from the other", bits
    from auditor import duplicates  # numpy is not loaded for rules that need no second look

    found = duplicates.compare(before, now, DuplicateSettings())
    return found.kind in ("exact", "near"), found.words, found.distance_bits
