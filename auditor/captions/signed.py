"""Turns a caption signed with the name of the site that it stands on into the caption and its credit.

A paper signs its own pictures with one word, "(Coastnews)", that says nothing of itself; its address does.
And one who took all the pictures of a story may have signed each.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

import msgspec

from auditor.captions.credits import is_name
from auditor.captions.words import skeleton
from auditor.model import Article, CaptionCandidate

_HOST = re.compile(r"(?:https?:)?//([^/:?#]+)")
_SIGNATURE = re.compile(r"(?:[(（\[]([^()（）\[\]]{2,40})[)）\]][.。]?|\s[|–—-]\s([^|–—]{2,40}))$")
_SHORTEST = 3
_FEWEST = 3  # captions that end alike


def names_of(article: Article) -> frozenset[str]:
    """What the labels of a site's host spell: of www.coastnews.example "coastnews"."""
    match = _HOST.match(article.url or article.base_url or "")
    labels = match[1].lower().split(".")[:-1] if match else []
    return frozenset(name for label in labels if len(name := skeleton(label)) >= _SHORTEST)


def repeated(found: Iterable[list[CaptionCandidate]]) -> frozenset[str]:
    """The full names, as skeletons, that stand in brackets at the end of several captions."""
    texts = {candidate.text for many in found for candidate in many}
    ends = [match[1] or "" for text in texts if (match := _SIGNATURE.search(text))]
    full = [end for end in ends if len(end.split()) > 1 and is_name(end)]
    counts = Counter(skeleton(_without_accents(name)) for name in full)
    return frozenset(name for name, count in counts.items() if count >= _FEWEST)


def parted(candidate: CaptionCandidate, names: frozenset[str]) -> CaptionCandidate:
    """The candidate, its signature as the credit where it has no other."""
    if candidate.credit or not names:
        return candidate
    if skeleton(_without_accents(candidate.text)) in names:  # it says whose the picture is, and no more
        return msgspec.structs.replace(candidate, text="", credit=candidate.text)
    if not (match := _SIGNATURE.search(candidate.text)):
        return candidate
    said = (match[1] or match[2]).strip()
    text = candidate.text[: match.start()].rstrip()
    if not text or skeleton(_without_accents(said)) not in names:
        return candidate
    return msgspec.structs.replace(candidate, text=text, credit=said)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
