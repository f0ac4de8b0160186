"""Turns an article's blocks and references into pairings: every image with its caption, or with none."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping

import msgspec

from auditor.captions import dates, nearby, places, stated, strays
from auditor.model import (
    Article,
    Caption,
    CaptionCandidate,
    CaptionGroup,
    Captions,
    Entities,
    Pairing,
    Picture,
    StrayCaption,
)

_MOST_CANDIDATES = 5


def pair(
    article: Article, pictures: Mapping[int, Picture] = {}, *, unseen: Captions | None = None
) -> Captions:
    """The captions of an article; `pairings` has one entry per reference.

    `pictures` holds what was decoded, by reference index: captions and credits in the files are
    candidates of their own (relation "file-metadata"), never put before what the page says. The alt
    text likewise is only ever a candidate. `unseen` is what came out before there were pictures, where
    that is known: it stands where no file says anything.
    """
    if unseen is not None and not any(map(stated.is_captioned, pictures.values())):
        return unseen
    base = article.published_at.date() if article.published_at else None
    found = nearby.candidates(article, pictures)
    pairings = [
        _pairing(reference.index, found.get(reference.index, []), base) for reference in article.references
    ]
    groups = _groups(pairings)
    pairings = _with_groups(pairings, groups)
    return Captions(tuple(pairings), groups, _strays(article, pairings, base))


@functools.lru_cache(maxsize=1024)
def _entities(text: str, base: dt.date | None) -> Entities:
    return Entities(dates.find(text, base), places.find(text))


def _pairing(index: int, found: list[CaptionCandidate], base: dt.date | None) -> Pairing:
    ranked = sorted(found, key=lambda candidate: -candidate.confidence)
    credit = next((candidate.credit for candidate in ranked if candidate.credit), None)
    worded = tuple(candidate for candidate in ranked if candidate.text)[:_MOST_CANDIDATES]
    if not worded or worded[0].confidence < stated.LEAST_CONFIDENCE:
        return Pairing(index, None, credit, None, worded)
    best = worded[0]
    caption = Caption(
        best.text,
        best.relation,
        best.confidence,
        best.credit or credit,
        best.span,
        _entities(best.text, base),
    )
    return Pairing(index, caption, caption.credit, None, worded)


def _groups(pairings: list[Pairing]) -> tuple[CaptionGroup, ...]:
    """One entry per caption that stands on the page: its images share both the words and the place."""
    members: dict[tuple[object, ...], list[Pairing]] = {}
    for pairing in pairings:
        if (caption := pairing.caption) is not None:
            place = (caption.span.line, caption.span.column) if caption.span else (pairing.reference,)
            members.setdefault((caption.text, *place), []).append(pairing)
    groups = []
    for many in members.values():
        caption = many[0].caption
        assert caption is not None
        images = tuple(pairing.reference for pairing in many)
        groups.append(CaptionGroup(caption.text, caption.span, caption.relation, images))
    return tuple(groups)


def _with_groups(pairings: list[Pairing], groups: tuple[CaptionGroup, ...]) -> list[Pairing]:
    number_of = {image: number for number, group in enumerate(groups) for image in group.images}
    return [msgspec.structs.replace(pairing, group=number_of.get(pairing.reference)) for pairing in pairings]


def _strays(article: Article, pairings: list[Pairing], base: dt.date | None) -> tuple[StrayCaption, ...]:
    used = [pairing.caption.span for pairing in pairings if pairing.caption and pairing.caption.span]
    return tuple(
        StrayCaption(stray.block.text, stray.block.span, stray.why, _entities(stray.block.text, base))
        for stray in strays.find(article, used)
    )
