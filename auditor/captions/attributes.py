"""Turns what an image's own element says into where it links, how wide it is shown, and what it may be."""

from __future__ import annotations

import re
from functools import lru_cache

from auditor.captions import identity
from auditor.captions.scopes import name_of
from auditor.model import ImageReference

_STRIP = 4  # times as wide as high: a banner
# In an address: ?w=80, w_64, /80x80/, -w1136/, width=60.
_ADDRESSED = re.compile(
    r"(?:^|[/_,?&;-])(?:w|width|imwidth)[_=:-]?(\d{2,4})(?![\d.])|(?<![\dx])(\d{2,4})x\d{2,4}(?![\dx])"
)
_NAMED_SIZE = re.compile(r"[-_](\d{3,4})x(\d{2,4})[-_.][^/]*$")  # of a file: leaderboard-728x90.gif
_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")
_OF_VIEWPORT = re.compile(r"v[wh]|%|calc|auto")
_IN_PIXELS = re.compile(r"(?:^|[\s,)])(\d{1,4})(?:\.\d+)?px\s*(?:,|$)")
_SCHEME = re.compile(r"^(?:https?:)?//(?:www\.)?")
_HOST = re.compile(r"(?:https?:)?//([^/:?#]+)")
_ORIGIN = re.compile(r"\w+://[^/?#]*")
_PAGE_NUMBER = re.compile(r"(?<=[^/])[-_]\d{1,2}$")
_ATTACHMENT = re.compile(r"/attachment/|[?&]attachment_id=\d")
# Folders and names of files in which sites keep the faces of those who write.
_PORTRAIT = re.compile(
    r"/(?:auth?ors?|auteurs?|autore[ns]?|autores|autorzy|avatars?|bylines?|columnists?|contributors?|journalists?|reporters?)/|"
    r"(?:^|[/_.-])(?:avatar|gravatar|headshot)s?(?=[/_.-]|$)|/(?:author|autor(?:in)?|redakteur(?:in)?)_[^/]+$",
    re.IGNORECASE,
)
# Folders of what others pay for.
_ADVERTISING = re.compile(
    r"/(?:ads|adverts?|advertis(?:ing|ements?)|bnr|publicidade?s?|publicites?|werbung|anzeigen|reklam[ay]?|"
    r"sponsor(?:s|ed)?)/|//(?:ads?|adserver|adclick|banners?|pixel|track(?:er|ing)?)\d?\.[^/]+/",
    re.IGNORECASE,
)
# How files are called that decorate a page, or are its buttons.
_DECORATION = re.compile(
    r"(?:bg|sprite)[_-].+|(?:arrows?|close|search|menu|bullet|play)\.(?:png|gif|svg|webp)|"
    r"(?:[a-z0-9_-]*[_-])?(?:arrow|bullet|button|divider|pointer|rating|sep[ae]rator|\d?star|[a-z]*icon)s?"
    r"(?:[_-][a-z0-9]{1,8})?\.gif",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"[/_.-](?:wx|weixin|wechat)?(?:qr[_-]?code|erweima)(?![a-z])[^/]*$|/code\.\w+$", re.IGNORECASE
)
_FACE = re.compile(r"\s*(?:avatar|headshot)\b", re.IGNORECASE)  # how an alternative text of one begins
# Where readers are asked to follow a site, or to get its app.
_INVITES = re.compile(
    r"//(?:[a-z]+\.)?(?:news\.google|play\.google|apps\.apple|itunes\.apple|whatsapp|wa|t|telegram)\.(?:com|me)/",
    re.IGNORECASE,
)


def link(reference: ImageReference, page: str) -> str | None:
    """Where the link around an image leads: to the picture "itself", "away", "abroad" (another site).

    A link to the page that the image stands on, or to the picture's own page there (WordPress calls it
    its attachment), leads to the picture as well.
    """
    href = reference.attributes.get("link")
    if href is None or href.startswith(("#", "javascript:")) or href.endswith("#"):  # a script's button
        return None
    name = identity.name(href)
    known = {name_of(reference), *(identity.name(candidate.url) for candidate in reference.candidates[:6])}
    ends = (href.lower(), href.partition("?")[0].lower())  # /show?https://img.example/quay.jpg
    if any(end.endswith(_PICTURE_ENDINGS) for end in ends) or name in known:
        return "itself"
    site = _ORIGIN.match(page) if href.startswith("/") and not href.startswith("//") else None
    there = _place(site[0] + href if site else href)
    here = _place(page)
    if _ATTACHMENT.search(href) or there == here or _is_next(there, here):
        return "itself"
    host = _host(href)
    return "abroad" if host and host != _host(page) else "away"


def _is_next(href: str, page: str) -> bool:
    """Whether an address is that of another page of the same story: story.html, story-2.html."""
    stem, _, ending = page.rpartition(".") if "." in page.rpartition("/")[2] else (page, "", "")
    other = href.removesuffix(f".{ending}") if ending else href
    return other != stem and _PAGE_NUMBER.sub("", other) == stem


@lru_cache(maxsize=1024)
def _place(url: str) -> str:
    """An address without scheme, "www.", query and the slash at its end."""
    return _SCHEME.sub("", url.partition("#")[0].partition("?")[0]).rstrip("/")


@lru_cache(maxsize=1024)
def _host(url: str) -> str:
    """The last two labels of the host: near enough to a site to tell shops from sections."""
    match = _HOST.match(url)
    return ".".join(match[1].lower().split(".")[-2:]) if match else ""


def is_portrait(reference: ImageReference) -> bool:
    """Whether an address, or the alternative text, says that it is a writer's face."""
    address = (reference.url or "").replace("%2F", "/")
    return bool(_PORTRAIT.search(address) or _FACE.match(reference.alt or ""))


def is_invitation(reference: ImageReference) -> bool:
    """Whether the link around an image leads to where readers are to follow a site, or get its app."""
    return bool(_INVITES.search(reference.attributes.get("link", "")))


def is_advertising(reference: ImageReference) -> bool:
    """Whether the folder or the host of an address is one of advertisements."""
    return bool(_ADVERTISING.search((reference.url or "").partition("?")[0]))


def is_decoration(reference: ImageReference) -> bool:
    """Whether an address is that of a background or a button of the page."""
    _, _, name = (reference.url or "").partition("?")[0].rpartition("/")
    return bool(_DECORATION.fullmatch(name))


def is_code(reference: ImageReference) -> bool:
    """Whether an address is that of a code for telephones."""
    return bool(_CODE.search(reference.url or ""))


def shown_width(reference: ImageReference) -> int:
    """The width that the markup promises in pixels: as `sizes` says, else the largest; 0 where none does."""
    if (sizes := reference.attributes.get("sizes")) and not _OF_VIEWPORT.search(sizes):
        told = [int(px) for px in _IN_PIXELS.findall(sizes)]
        if told:
            return max(told)
    own = reference.attributes.get("width", "").strip().removesuffix("px")
    widths = [candidate.width_px or 0 for candidate in reference.candidates]
    return max([int(own) if own.isdecimal() and len(own) < 6 else 0, *widths])


def addressed_width(reference: ImageReference) -> int:
    """The largest width that its addresses name, in pixels; 0 where none does."""
    widths = [_ADDRESSED.findall(candidate.url) for candidate in reference.candidates]
    return max((int(one or other) for found in widths for one, other in found), default=0)


def is_strip(reference: ImageReference) -> bool:
    """Whether the markup, or else the name of the file, says that an image is as wide as banners are."""
    width_px, height_px = (reference.attributes.get(name, "").strip() for name in ("width", "height"))
    told = width_px.isdecimal() and height_px.isdecimal() and len(width_px) < 6 and len(height_px) < 6
    if told and int(height_px):
        return int(width_px) >= _STRIP * int(height_px)
    named = _NAMED_SIZE.search(reference.url or "")
    return named is not None and int(named[1]) >= _STRIP * int(named[2])
