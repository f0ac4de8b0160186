"""The types of what compare, duplicates and find tell: their JSON, `auditor.compare/1.0` and so on.

As in the report, keys are only ever added; a picture that an article shows is named by the id of the
image ("story.html#3"), any other by its path or address.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from auditor.schema import Count, Hex, Part

COMPARE = "auditor.compare/1.0"
DUPLICATES = "auditor.duplicates/1.0"
FIND = "auditor.find/1.0"

Kind = Annotated[str, Meta(description="exact, near, mirrored, cropped")]
Box = Annotated[
    tuple[int, int, int, int], Meta(description="left, top, right, bottom in px of the whole picture")
]


class PictureInfo(Part, frozen=True):
    """One picture: which, and what it is."""

    image: str
    address: str
    article: str | None
    sha256: Hex
    format: str
    width_px: Count | None
    height_px: Count | None
    size_bytes: Count


class UnreadInfo(Part, frozen=True):
    """A picture or input that could not be looked at, and why."""

    image: str
    state: str
    reason: str
    detail: str


class Compared(Part, frozen=True):
    """Two pictures side by side. `verdict` is same, possible, different, or unknown.

    `better` and `whole` are "first" or "second"; null where there is no difference, or no crop.
    """

    schema: str
    verdict: str
    words: str
    kind: Kind | None
    distance_bits: Count | None
    better: str | None
    whole: str | None
    box: Box | None
    first: PictureInfo | None
    second: PictureInfo | None
    unread: list[UnreadInfo]


class MemberInfo(Part, frozen=True):
    """One copy in a group. `distance_bits` and `words` are against the picture to keep. Where only another
    one tells that this is a copy, the distance is that to the group's first, and there are no words.
    """

    picture: PictureInfo
    keep: bool
    distance_bits: Count | None
    words: str | None


class GroupInfo(Part, frozen=True):
    """Pictures that show the same; the representative stands first."""

    id: str
    kind: Kind
    distance_bits: Count
    keep: str
    members: list[MemberInfo]


class PairInfo(Part, frozen=True):
    """Two pictures that are alike, in one collection."""

    first: str
    second: str
    kind: Kind
    distance_bits: Count
    words: str


class DuplicatesSummary(Part, frozen=True):
    """Counts: `copies` are the pictures that could go if one of each group stays."""

    pictures: Count
    groups: Count
    copies: Count
    copies_bytes: Count
    possible: Count
    unread: Count
    crowded: Count


class DuplicatesFound(Part, frozen=True):
    """All groups. `possible` pairs need a person's eye; `related` join members of different groups."""

    schema: str
    summary: DuplicatesSummary
    groups: list[GroupInfo]
    possible: list[PairInfo]
    related: list[PairInfo]
    unread: list[UnreadInfo]


class HitInfo(Part, frozen=True):
    """One use of the picture that was looked for. `box` tells where in the whole picture a crop lies."""

    picture: PictureInfo
    kind: Kind
    distance_bits: Count
    words: str
    box: Box | None


class WantedInfo(Part, frozen=True):
    """One picture that was looked for, with its uses: exact ones first, then by distance."""

    picture: PictureInfo
    hits: list[HitInfo]


class FindSummary(Part, frozen=True):
    """Counts: `articles` are those that show one of the pictures."""

    wanted: Count
    searched: Count
    hits: Count
    articles: Count
    unread: Count


class UsesFound(Part, frozen=True):
    """All uses of all pictures that were looked for."""

    schema: str
    summary: FindSummary
    wanted: list[WantedInfo]
    unread: list[UnreadInfo]
