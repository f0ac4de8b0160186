"""Turns an address into the name of its picture, so that two sizes of one picture have the same name."""

from __future__ import annotations

import functools
import re
from urllib.parse import unquote

_NESTED = re.compile(r"(?<=.)https?(?::|%3a)(?:/|%2f){1,2}[^&\s]+", re.IGNORECASE)
_ORIGIN = re.compile(r"\A(?:[a-z][a-z0-9+.-]*:)?(?://[^/?#]*)?", re.IGNORECASE)
_ENDINGS = frozenset("jpg jpeg png webp avif gif svg bmp tif tiff jfif htm html php ashx image".split())
_SIZE = re.compile(
    r"[-_.@]?(?:\d{2,5}x(?:\d{2,5}|0)(?:-c-[a-z]{3,8})?|(?:resize|extract|crop|rect|fit)=\d[\d,]{2,30}_?|[wh][-_=]?\d{2,5}|\d{2,5}[wh]|@[23]x|scaled|rotated|e\d{10,13})(?=$|[-_.])",
    re.IGNORECASE,
)
# An ending that many pictures share names none of them; these were seen as last segments of paths.
_STOCK = frozenset(
    "image images original default large small medium thumb thumbnail photo picture header teaser "
    "cover index master preview crop square landscape portrait download file media main hero resize "
    "fallback standard".split()
)
# A size with a letter or quality behind it ("1024x576a") names none either.
_MEANINGLESS = re.compile(r"[a-z]{1,9}|[\dx.,:_=wh-]{1,7}|\d{2,5}x\d{2,5}[a-z]{0,2}")
_HASH = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{16,}|\d{6,}", re.IGNORECASE)


@functools.lru_cache(maxsize=4096)
def name(url: str) -> str:
    """The name of the picture behind a URL; "" for a data: URL and where there is none.

    Proxies are unwrapped, sizes and formats dropped; an ending too common to name a picture is
    replaced by the last segment that looks like an identifier, else by the whole path.
    """
    if not url or url.startswith("data:"):
        return ""
    nested = _NESTED.search(url) if "http" in url[1:].lower() else None
    if nested:
        url = unquote(nested.group())
    path = _ORIGIN.sub("", url, count=1).partition("#")[0].partition("?")[0]
    segments = [segment for segment in path.split("/") if segment]
    if not segments:
        return ""
    last = _stem(segments[-1])
    if len(last) >= 8 and last not in _STOCK and not _MEANINGLESS.fullmatch(last):
        return last
    for segment in reversed(segments[:-1]):
        if _HASH.search(segment):
            return _stem(segment)
    return path.casefold()


def _stem(segment: str) -> str:
    stem = unquote(segment)
    for _ in range(2):  # photo.jpg.webp
        head, dot, ending = stem.rpartition(".")
        if not dot or ending.lower() not in _ENDINGS:
            break
        stem = head
    return (_SIZE.sub("", stem) or stem).casefold()
