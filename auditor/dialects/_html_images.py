"""Turns an `<img>` with all that belongs to it (srcset, picture, lazy attributes) into one reference."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec
from selectolax.lexbor import LexborNode

from auditor.dialects._html_found import Found, looks_like_image, markup_faults
from auditor.dialects._html_page import Element, Page
from auditor.markup import picture, srcset
from auditor.markup.stubs import is_stub
from auditor.model import Candidate, Fault

_PLAIN = frozenset("src srcset sizes alt".split())
# Attributes of which scripts make an address: data-src, data-lazy-src, data-original, data-hi-res-src,
# lazy-src, data-srcset, data-bgset, ...; the words stand between hyphens, after data- or lazy-. Forums
# made with Discuz have file and zoomfile.
_LAZY = re.compile(
    r"(?:zoom)?(?P<forum>file)|(?!.*(?:share|hover|social))(?:data-|lazy|ng-|v-lazy|:)(?:[a-z0-9]+[-_])*?"
    r"(?P<word>src|srcset|original|orig|lazy|lazyload|lazysrc|image|img|url|bg|bgset|background|full|large|"
    r"hires|highres|retina|desktop|tablet|mobile|medium|small|thumb|file|photo|poster|fallback|noscript|echo|"
    r"actualsrc|interchange|ks|croporisrc|defer|source|path)(?:[-_](?:src|image|img|url|set|[0-9a-z]{1,10}))*"
)
_INTERCHANGE = re.compile(r"\[\s*([^\s,\[\]]+)\s*,[^\[\]]*\]")  # "[small.jpg, small], [large.jpg, large]"
_SURE = frozenset("src srcset original lazy lazyload lazysrc bg bgset background".split())
_KEPT = frozenset(
    "title aria-label aria-hidden role width height loading class id itemprop usemap ismap fetchpriority "
    "data-caption data-credit data-description data-alt data-title caption sizes".split()
)
_UNSHOWN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SIBLINGS = 50  # before an <img> in its <picture> that may be sources


class Lazy(NamedTuple):
    """The candidates that scripts would use, and the attribute that each came from."""

    candidates: tuple[Candidate, ...]
    sizes: str | None


def image(page: Page, element: Element, kind: str = "img") -> Found:
    """The reference of one `<img>` or `<amp-img>`, its `<picture>` read with it.

    A true picture is preferred to what waits for a script, and that to a stub.
    """
    own = element.attributes
    src = own.get("src", "").strip()
    sizes = own.get("sizes")
    sources, complaints = _sources(page, element)
    set_ = srcset.read(own.get("srcset", ""))
    complaints += set_.complaints
    lazy = lazy_candidates(own)
    chosen = (
        picture.select(sources, picture.Source(_real(set_.candidates), sizes), "" if is_stub(src) else src)
        or best(lazy)
        or _of_unknown_name(own)
        or picture.select(sources, picture.Source(set_.candidates, sizes), src)
    )
    address = own.get("src", "") if chosen is None or chosen.url == src else chosen.url
    attributes = attributes_of(page, element)
    if sources and "sizes" not in attributes and sources[0].sizes:
        attributes["sizes"] = sources[0].sizes
    if src and is_stub(src) and address.strip() != src:
        attributes["stub"] = src
    all_ = [c for source in sources for c in source.candidates] + list(set_.candidates)
    if src and "stub" not in attributes:
        all_.append(Candidate(src))
    if chosen is not None and chosen not in all_:
        all_.append(chosen)
    faults = markup_faults(element)
    if complaints:
        faults += (Fault("bad-srcset", "; ".join(complaints[:3])),)
    return Found(
        element.node, element.offset, element.raw, kind, address, own.get("alt"),
        candidates=_unique(all_ + list(lazy.candidates)), attributes=attributes, faults=faults,
    )  # fmt: skip


def is_telling(name: str) -> bool:
    """Whether an attribute of that name may ask for an image on an element of any name, as a style may."""
    return name == "background" or _lazy_word(name) is not None


def lazy_candidates(attributes: dict[str, str]) -> Lazy:
    """What the lazy attributes of an element name; anything that is no address is left out."""
    found: list[Candidate] = []
    for name, value in attributes.items():
        if not value or not (word := _lazy_word(name)):
            continue
        value = value.strip()
        if "{" in value or "<" in value:
            continue
        if "srcset" in name or name.endswith(("bgset", "-set")):
            found += srcset.parse(value, name)
        elif value.startswith("["):
            found += [Candidate(one[1], origin=name) for one in _INTERCHANGE.finditer(value)]
        elif _is_address(value, word in _SURE):
            found.append(Candidate(_unwrapped(value), origin=name))
    return Lazy(tuple(found), attributes.get("data-sizes") or attributes.get("sizes"))


@lru_cache(maxsize=4096)
def _lazy_word(name: str) -> str | None:
    """What a lazy attribute's name says of its value; None for every other attribute."""
    match = None if name in _PLAIN else _LAZY.fullmatch(name)
    return (match["word"] or match["forum"]) if match else None


def best(lazy: Lazy) -> Candidate | None:
    """The lazy candidate that a script would take: data-src before sets, sets by the viewport."""
    plain = [c for c in lazy.candidates if c.width_px is None and c.density is None and not is_stub(c.url)]
    for word in ("data-src", "data-lazy-src", "data-original"):
        for candidate in plain:
            if candidate.origin == word:
                return candidate
    sizes = lazy.sizes if lazy.sizes != "auto" else None
    return next((c for c in plain if "src" in c.origin), None) or srcset.select(
        _real(lazy.candidates) or lazy.candidates, sizes=sizes
    )


def _of_unknown_name(attributes: dict[str, str]) -> Candidate | None:
    """The image that an attribute of a script's own making names, where nothing better is known."""
    for name, value in attributes.items():
        if not name.startswith("data-") or name in _KEPT:
            continue
        if value.lstrip().startswith("{"):
            if chosen := _of_settings(name, value):
                return chosen
        elif " " not in value and looks_like_image(value):
            return Candidate(value, origin=name)
    return None


def _of_settings(name: str, value: str) -> Candidate | None:
    """The image that a script's settings, an object of JSON in an attribute, give to the element."""
    try:
        settings = msgspec.json.decode(value, type=dict[str, object])
    except (msgspec.MsgspecError, RecursionError):
        return None
    given = {key.lower(): text for key, text in settings.items() if isinstance(text, str)}
    if chosen := srcset.select(_real(srcset.parse(given.get("srcset", ""), name)), sizes=given.get("sizes")):
        return chosen
    address = given.get("src", "").strip()
    return Candidate(address, origin=name) if address and not is_stub(address) else None


def attributes_of(page: Page, element: Element) -> dict[str, str]:
    """The further attributes of an element that rules and captions read, with those of what is around it."""
    own = element.attributes
    kept = {name: own[name] for name in own if name in _KEPT}
    for name, value in element.context.items():
        kept.setdefault(name, value)
    if "hidden" in own or _UNSHOWN.search(own.get("style", "")):
        kept["hidden"] = ""
    if own.get("aria-labelledby"):
        kept["aria-labelledby"] = page.label(own["aria-labelledby"])
    if own.get("aria-describedby"):
        kept["aria-describedby"] = page.label(own["aria-describedby"])
    return kept


def _sources(page: Page, element: Element) -> tuple[list[picture.Source], tuple[str, ...]]:
    """The sources before an `<img>` in its `<picture>`."""
    parent = element.node.parent
    if parent is None or parent.tag != "picture":
        return [], ()
    found: list[picture.Source] = []
    complaints: list[str] = []
    node: LexborNode | None = element.node.prev
    for _ in range(_SIBLINGS):
        if node is None:
            break
        if node.tag == "source":
            own = page.element(node).attributes
            set_ = srcset.read(own.get("srcset", ""), "source")
            complaints += set_.complaints
            lazy = lazy_candidates(own).candidates
            found.append(
                picture.Source(
                    _real(set_.candidates) or lazy or set_.candidates,
                    own.get("sizes") if _real(set_.candidates) else own.get("data-sizes") or own.get("sizes"),
                    own.get("media"),
                    own.get("type"),
                )
            )
        node = node.prev
    return found[::-1], tuple(complaints)


def _real(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    return tuple(c for c in candidates if not is_stub(c.url))


def _is_address(value: str, sure: bool) -> bool:
    if value.startswith(("data:", "#")):
        return False
    if looks_like_image(value):
        return True
    return sure and " " not in value and not value.isdigit() and value not in ("true", "false")


def _unwrapped(value: str) -> str:
    """The address inside `url(...)`, which some background scripts want."""
    match = re.fullmatch(r"""url\(\s*["']?(.*?)["']?\s*\)""", value, re.IGNORECASE)
    return match[1] if match else value


def _unique(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    """Each candidate once; the same URL with another descriptor is another candidate."""
    return tuple(dict.fromkeys(candidates))
