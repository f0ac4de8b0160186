"""Pictures as articles show them to those that stand in for a missing one ("image not available").

A server that has lost a photograph often answers with a picture of its own, and with status 200.
Nothing but behaviour gives it away: it is drawn or tiny, and the same pixels come for addresses that
have nothing to do with one another. A flag, a logo or a divider used twice at one address is none.
"""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from auditor.model import Picture, StandIn, Value

_TINY_PX = 48  # spinners, spacers and icons
_SMALL_PX = 100  # a card takes the place of a picture; what is smaller is an ornament
_UNRELATED_CAPTIONS = 3
_HOST = re.compile(r"^[\w.+-]+://[^/]*")
_SIZE = re.compile(r"[-_@](\d{2,4}x\d{0,4}|\d{2,4}[wh]|\dx|scaled|small|medium|large|thumb)(?=[-_.]|$)")
_WORDS = re.compile(r"\w\w+")


class Sighting(Value, frozen=True):
    """One picture as an article shows it: where it came from, and the caption it got."""

    id: str
    address: str
    caption: str | None
    sha256: str
    picture: Picture


def find(sightings: Sequence[Sighting], known: Collection[str] = ()) -> Mapping[str, StandIn]:
    """The stand-ins among the sightings, by sighting id.

    `known` is the operator's list: sha256 or phash in hex, or a pattern for file names
    ("no-photo*.png").
    """
    found: dict[str, StandIn] = {}
    for same in _by_picture(sightings):
        if stand_in := _behaviour(same):
            found.update((sighting.id, stand_in) for sighting in same)
    for sighting in sightings:
        if listed := _listed(sighting, known):
            found[sighting.id] = StandIn("known", f"it is on the list of stand-ins as {listed}")
    return found


def _behaviour(same: Sequence[Sighting]) -> StandIn | None:
    """What sightings of one picture betray, if anything."""
    picture = same[0].picture
    places = len({_place(sighting.address) for sighting in same})
    if places > 1 and _side(picture) <= _TINY_PX:
        return StandIn("tiny", f"one picture of {_size(picture)} px is served at {places} addresses", places)
    if _side(picture) < _SMALL_PX or not _is_drawn(picture):
        return None
    if places > 1:
        return StandIn("card", f"one flat picture is served at {places} addresses", places)
    captions = _unrelated(sighting.caption for sighting in same)
    if captions >= _UNRELATED_CAPTIONS:
        return StandIn("card", f"one flat picture stands over {captions} unrelated captions", places)
    return None


def _by_picture(sightings: Iterable[Sighting]) -> Iterable[list[Sighting]]:
    groups = defaultdict(list)
    for sighting in sightings:
        groups[sighting.picture.pixels or sighting.sha256].append(sighting)
    return groups.values()


def _is_drawn(picture: Picture) -> bool:
    """Whether the picture has few colours; unknown counts as no."""
    return picture.fingerprint is not None and picture.fingerprint.texture != "photo"


def _place(address: str) -> str:
    """An address without what names a mirror or a size: host, query, "-640x480"."""
    if address.startswith("data:"):
        return "data:"
    folder, _, name = _path(address).rpartition("/")
    return f"{folder}/{_SIZE.sub('', name)}"


def _path(address: str) -> str:
    """An address without host, query and fragment, however malformed."""
    return _HOST.sub("", address).partition("#")[0].partition("?")[0]


def _side(picture: Picture) -> int:
    return max(picture.width_px or 0, picture.height_px or 0)


def _size(picture: Picture) -> str:
    return f"{picture.width_px} x {picture.height_px}"


def _unrelated(captions: Iterable[str | None]) -> int:
    """How many captions share no word (nor pair of letters, where words are not spaced)."""
    seen: list[set[str]] = []
    for caption in captions:
        words = _parts(caption or "")
        if words and all(words.isdisjoint(others) for others in seen):
            seen.append(words)
    return len(seen)


def _parts(caption: str) -> set[str]:
    parts = set()
    for word in _WORDS.findall(caption.lower()):
        if word.isascii():
            parts |= {word} if len(word) > 3 else set()
        else:
            parts |= {word[i : i + 2] for i in range(len(word) - 1)}
    return parts


def _listed(sighting: Sighting, known: Collection[str]) -> str | None:
    name = _path(sighting.address).rpartition("/")[2].lower()
    print_ = sighting.picture.fingerprint
    exact = {sighting.sha256.lower(), print_.phash.hex() if print_ else ""}
    for entry in known:
        if entry.lower() in exact or fnmatch.fnmatchcase(name, entry.lower()):
            return entry
    return None
