"""What compare, duplicates and find told, to text for a person, JSON, JSON Lines and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from auditor import cells
from auditor.compared import (
    Compared,
    DuplicatesFound,
    HitInfo,
    MemberInfo,
    PairInfo,
    PictureInfo,
    UnreadInfo,
    UsesFound,
)
from auditor.reported import RenderOptions
from auditor.shown import data_size, number
from auditor.terminal import clean, clean_json, clip_middle, pad, width

Told = Compared | DuplicatesFound | UsesFound

FORMATS = ("text", "json", "jsonl", "csv")
COLUMNS = (
    "group", "kind", "distance_bits", "image", "article", "address", "keep", "words", "format", "width_px",
    "height_px", "size_bytes", "sha256",
)  # fmt: skip
_SGR = {"same": "32", "different": "33", "possible": "33", "unknown": "31", "strong": "1", "faint": "2"}
_SHORTEST_NAME = 24  # columns
_MOST_UNREAD = 20


def render(name: str, told: Told, options: RenderOptions) -> Iterator[str]:
    """The text in one of `FORMATS`, in pieces."""
    if name == "json":
        yield clean_json(msgspec.json.format(msgspec.json.encode(told), indent=2).decode()) + "\n"
    elif name == "jsonl":
        yield from _records(told)
    elif name == "csv":
        yield from _rows(told)
    else:
        yield from (line + "\n" for line in _Page(options).lines(told))


# --- for machines -------------------------------------------------------------------------------


def _records(told: Told) -> Iterator[str]:
    """One record a line, told apart by `type`; what was counted comes last."""
    if isinstance(told, Compared):
        yield _record("comparison", told)
    elif isinstance(told, DuplicatesFound):
        yield from (_record("group", group) for group in told.groups)
        yield from (_record("possible", pair) for pair in told.possible)
        yield from (_record("related", pair) for pair in told.related)
    else:
        yield from (_record("wanted", wanted) for wanted in told.wanted)
    yield from (_record("unread", unread) for unread in told.unread)
    if not isinstance(told, Compared):
        yield _record("summary", told.summary)


def _record(kind: str, part: msgspec.Struct) -> str:
    facts = {name: getattr(part, name) for name in part.__struct_fields__}
    return clean_json(msgspec.json.encode({"type": kind, **facts}).decode()) + "\n"


def _rows(told: Told) -> Iterator[str]:
    """A row for each picture, those of one group one below the other."""
    yield cells.row(COLUMNS)
    if isinstance(told, Compared):
        for side, picture in (("first", told.first), ("second", told.second)):
            if picture is not None:
                keep = told.better == side
                yield cells.row(["", told.kind, told.distance_bits, *_cells(picture, keep, told.words)])
    elif isinstance(told, DuplicatesFound):
        for group in told.groups:
            for m in group.members:
                yield cells.row([group.id, group.kind, m.distance_bits, *_cells(m.picture, m.keep, m.words)])
    else:
        for wanted in told.wanted:
            for hit in wanted.hits:
                told_of = _cells(hit.picture, None, hit.words)
                yield cells.row([wanted.picture.image, hit.kind, hit.distance_bits, *told_of])


def _cells(picture: PictureInfo, keep: bool | None, words: str | None) -> list[Any]:
    return [
        picture.image,
        picture.article,
        picture.address,
        None if keep is None else str(keep).lower(),
        words,
        picture.format,
        picture.width_px,
        picture.height_px,
        picture.size_bytes,
        picture.sha256,
    ]


# --- for a person -------------------------------------------------------------------------------


class _Page:
    """Lines of text in the given width; everything in them is clean."""

    def __init__(self, options: RenderOptions) -> None:
        self.options = options
        self.columns = max(60, options.width)

    def paint(self, text: str, look: str) -> str:
        return f"\x1b[{_SGR[look]}m{text}\x1b[0m" if self.options.color and look in _SGR else text

    def lines(self, told: Told) -> Iterator[str]:
        if isinstance(told, Compared):
            yield from self._compared(told)
        elif isinstance(told, DuplicatesFound):
            yield from self._duplicates(told)
        else:
            yield from self._uses(told)

    # --- compare ------------------------------------------------------------------------------

    def _compared(self, told: Compared) -> Iterator[str]:
        yield self.paint(clean(told.words), told.verdict)
        if not self.options.quiet:
            if told.kind not in (None, "exact") and told.distance_bits is not None:
                yield f"  {told.kind}, {bits(told.distance_bits)}"
            sides = [("first", told.first), ("second", told.second)]
            rows = [(side, picture) for side, picture in sides if picture is not None]
            facts = max((width(measures(picture)) for _, picture in rows), default=0)
            for side, picture in rows:
                name = self._name(picture, self.columns - facts - 40)
                row = f"  {side:6}  {pad(measures(picture), facts)}  {name}"
                yield row + (f"  {self._merit(told)}" if told.better == side else "")
            if told.box is not None and told.whole is not None:
                left, top, right, bottom = told.box
                yield f"  the crop lies at {left}, {top} to {right}, {bottom} px of the {told.whole}"
        yield from self._unread(told.unread)

    def _merit(self, told: Compared) -> str:
        """What is better about the better one."""
        better, lesser = told.first, told.second
        if told.better == "second":
            better, lesser = lesser, better
        words = ["uncropped"] if told.whole == told.better else []
        if better and lesser and _pixels(better) > _pixels(lesser):
            words.append("larger")
        return f"({', '.join(words) or 'cleaner'}: keep this)"

    # --- duplicates ---------------------------------------------------------------------------

    def _duplicates(self, told: DuplicatesFound) -> Iterator[str]:
        for group in told.groups:
            apart = "" if group.kind == "exact" else f" · {bits(group.distance_bits, 'up to ')}"
            yield self.paint(f"{group.kind} · {number(len(group.members), 'picture')}{apart}", "strong")
            ordered = sorted(group.members, key=lambda member: not member.keep)
            yield from self._members(ordered)
            yield ""
        if self.options.verbose:
            yield from self._pairs("possible, for a person to decide", told.possible)
            yield from self._pairs("related: members of different groups", told.related)
        yield from self._unread(told.unread)
        counts = told.summary
        words = [
            f"{number(counts.groups, 'group')} among {number(counts.pictures, 'picture')}",
            *([f"{counts.copies:,} to spare ({data_size(counts.copies_bytes)})"] if counts.copies else []),
        ]
        if counts.possible and not self.options.verbose:
            words.append(f"{number(counts.possible, 'pair')} possible (-v shows them)")
        words += self._limits(counts.unread, counts.crowded)
        yield " · ".join(words)

    def _members(self, members: Sequence[MemberInfo]) -> Iterator[str]:
        facts = max(width(measures(member.picture)) for member in members)
        words = [clean(member.words or "").removeprefix("same picture, ") for member in members]
        room = self.columns - facts - max(map(width, words)) - 12
        names = [self._name(member.picture, room) for member in members]
        widest = max(map(width, names))
        for member, name, told in zip(members, names, words, strict=True):
            far = "keep" if member.keep else "" if member.distance_bits is None else str(member.distance_bits)
            row = f"  {far:>4}  {pad(measures(member.picture), facts)}  {pad(name, widest)}"
            yield (
                self.paint(row.rstrip(), "same")
                if member.keep
                else f"{row}  {self.paint(told, 'faint')}".rstrip()
            )

    def _pairs(self, title: str, pairs: Sequence[PairInfo]) -> Iterator[str]:
        if pairs:
            yield self.paint(title, "strong")
        for pair in pairs:
            yield f"  {pair.distance_bits:4}  {clean(pair.first)}  {clean(pair.second)}  {clean(pair.words)}"
        if pairs:
            yield ""

    # --- find ---------------------------------------------------------------------------------

    def _uses(self, told: UsesFound) -> Iterator[str]:
        for wanted in told.wanted:
            uses = number(len(wanted.hits), "use") if wanted.hits else "not found"
            yield self.paint(f"{clean(wanted.picture.image)}: {uses}", "strong")
            if wanted.hits:
                yield from self._hits(wanted.hits)
                yield ""
        yield from self._unread(told.unread)
        counts = told.summary
        where = f" in {number(counts.articles, 'article')}" if counts.articles else ""
        words = [f"{number(counts.hits, 'use')}{where} among {number(counts.searched, 'picture')}"]
        yield " · ".join([*words, *self._limits(counts.unread, 0)])

    def _hits(self, hits: Sequence[HitInfo]) -> Iterator[str]:
        facts = max(width(measures(hit.picture)) for hit in hits)
        names = [self._name(hit.picture, self.columns - facts - 40) for hit in hits]
        widest = max(map(width, names))
        for hit, name in zip(hits, names, strict=True):
            words = self.paint(clean(hit.words).removeprefix("same picture, "), "faint")
            facts_of = pad(measures(hit.picture), facts)
            yield f"  {hit.kind:8}  {hit.distance_bits:2}  {facts_of}  {pad(name, widest)}  {words}"

    # --- shared -------------------------------------------------------------------------------

    def _name(self, picture: PictureInfo, room: int) -> str:
        """The path; for a picture of an article the id of the image, and its address."""
        name, address = clean(picture.image), clean(picture.address)
        if picture.article is None:
            return self._clipped(name, max(_SHORTEST_NAME, room))
        return f"{name}  {self._clipped(address, max(_SHORTEST_NAME, room - width(name) - 2))}"

    def _clipped(self, text: str, columns: int) -> str:
        return text if self.options.verbose else clip_middle(text, columns)

    def _unread(self, unread: Sequence[UnreadInfo]) -> Iterator[str]:
        shown = unread if self.options.verbose else unread[:_MOST_UNREAD]
        for each in shown:
            why, name = clean(each.detail or each.reason), clean(each.image)
            yield self.paint(f"✗ not read: {why if why.startswith(name) else f'{name}: {why}'}", "unknown")
        if len(shown) < len(unread):
            yield self.paint(f"✗ and {len(unread) - len(shown):,} more (-v shows them)", "unknown")

    def _limits(self, unread: int, crowded: int) -> list[str]:
        words = [f"{number(unread, 'input')} could not be read"] if unread else []
        if crowded:
            words.append(f"{number(crowded, 'hash value')} too frequent to be compared in full")
        return words


def bits(count: int, before: str = "") -> str:
    """A distance: "10 of 256 bits"."""
    return f"{before}{count} of 256 bits"


def measures(picture: PictureInfo) -> str:
    """Size and format of a picture: "1280×853 JPEG 180 KB"."""
    sides = f"{picture.width_px}×{picture.height_px}" if picture.width_px and picture.height_px else ""
    return " ".join(w for w in (sides, picture.format.upper(), data_size(picture.size_bytes)) if w)


def _pixels(picture: PictureInfo) -> int:
    return (picture.width_px or 0) * (picture.height_px or 0)
