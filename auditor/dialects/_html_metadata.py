"""Turns what a page says about itself (meta, JSON-LD, title, time) into references and article facts."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from collections.abc import Iterator
from typing import Any

from auditor.dialects import _html_json as scripts
from auditor.dialects._html_found import Found
from auditor.dialects._html_page import Element, Page
from auditor.model import Candidate, Declaration

# name/property/itemprop of a <meta> whose content is an image's address -> kind of the reference
_META_IMAGES = {
    "og:image": "og:image", "og:image:url": "og:image", "og:image:secure_url": "og:image",
    "twitter:image": "twitter:image", "twitter:image:src": "twitter:image", "twitter:image0": "twitter:image",
    "image": "microdata", "thumbnailurl": "microdata", "contenturl": "microdata",
    "primaryimageofpage": "microdata",
    "thumbnail": "thumbnail", "parsely-image-url": "thumbnail", "sailthru.image.full": "thumbnail",
    "sailthru.image.thumb": "thumbnail", "msapplication-tileimage": "icon",
    "msapplication-square70x70logo": "icon", "msapplication-square150x150logo": "icon",
    "msapplication-wide310x150logo": "icon", "msapplication-square310x310logo": "icon",
}  # fmt: skip
_META_DETAILS = {"og:image:alt": "alt", "twitter:image:alt": "alt", "og:image:width": "width",
                 "og:image:height": "height", "og:image:type": "type"}  # fmt: skip
_META_DATES = (
    "article:published_time", "datepublished", "og:published_time", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dc.date", "dcterms.created", "pubdate", "publishdate", "publish-date", "date",
)  # fmt: skip
# what XHTML wraps around a script, in the order in which it is peeled off
_WRAPPERS = ("//", "/*", "<![CDATA[", "<!--", "*/"), ("//", "*/", "]]>", "-->", "/*", "//", ";")
_JSON_IMAGES = {"image": "metadata", "thumbnailUrl": "metadata", "thumbnail": "metadata",
                "primaryImageOfPage": "metadata", "photo": "metadata", "associatedMedia": "metadata",
                "logo": "chrome"}  # fmt: skip
_PEOPLE = frozenset(
    ("author", "publisher", "creator", "sourceOrganization", "editor", "contributor", "provider")
)
_IMAGE_FIELDS = {
    "caption": "caption", "description": "description", "name": "name", "headline": "headline",
    "creditText": "credit", "copyrightNotice": "copyright", "creator": "creator", "author": "creator",
    "copyrightHolder": "copyright-holder", "datePublished": "date-published", "dateCreated": "date-created",
    "width": "width", "height": "height", "license": "license",
    "contentLocation": "location", "alternateName": "alternate-name",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]{2,}")
_LEAST_SHARE = 0.3  # "The Daily" has one of four words with "Fire in the port"
_SHORT_HEADING = 25


class Facts:
    """What a page says about itself, collected in document order; the first word wins."""

    def __init__(self) -> None:
        self.meta: dict[str, str] = {}
        self.headings: list[str] = []  # of the first rank
        self.title: str | None = None
        self.language: str | None = None
        self.canonical: str | None = None
        self.base: str | None = None
        self.sheets: list[str] = []
        self.declarations: list[Declaration] = []
        self.dates: list[str] = []  # of JSON-LD
        self.times: list[str] = []  # of <time>
        self._last: Found | None = None

    def meta_image(self, element: Element) -> Found | None:
        """The image that a <meta> names; its alt, width and second spellings join the one before it."""
        own = element.attributes
        name = (own.get("property") or own.get("name") or own.get("itemprop") or "").strip().lower()
        content = own.get("content", own.get("value", ""))  # a slip that several publishers make
        if content.strip():
            self.meta.setdefault(name, content.strip())
        last = self._last
        if name in _META_DETAILS and last is not None and name.startswith(last.kind):
            if _META_DETAILS[name] == "alt":
                last.alt = content
            else:
                last.attributes[_META_DETAILS[name]] = content
            return None
        kind = _META_IMAGES.get(name)
        if kind is None:
            return None
        if name in ("og:image:secure_url", "og:image:url") and last is not None and last.kind == "og:image":
            last.candidates += (Candidate(content.strip(), origin=name),)
            return None
        found = Found.of(element, kind, content, "chrome" if kind == "icon" else "metadata")
        self._last = found
        return found

    def headline(self) -> str | None:
        """The first-rank heading that says most of what the page is called elsewhere.

        A page may have others, for the name of its site, which ends its <title>, or for a form; where no
        heading is long or says what the page is called, it is called so.
        """
        called = self.meta.get("og:title") or self.title or ""
        words = _words(called)
        best, most = None, -1.0
        for heading in self.headings:
            said = _words(heading)
            share = len(said & words) / max(len(said), len(words), 1)
            names_site = said < words and share <= 0.5 and not called.startswith(heading)
            if share > most and not names_site:
                best, most = heading, share
        if best is not None and (most > _LEAST_SHARE or len(best) >= min(_SHORT_HEADING, len(called))):
            return best
        return called or next(iter(self.headings), None)

    def published_at(self) -> dt.datetime | None:
        """When the article was published, in UTC; a time without a zone is taken as UTC."""
        said = [*self.dates, *(self.meta[name] for name in _META_DATES if name in self.meta), *self.times]
        return next((at for text in said if (at := instant(text))), None)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def instant(text: str) -> dt.datetime | None:
    """A date and time in UTC from ISO 8601 or RFC 5322; None where it is neither."""
    text = text.strip()
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        try:
            at = email.utils.parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    try:
        return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None


def json_ld(page: Page, element: Element, facts: Facts) -> Iterator[Found]:
    """The images that a JSON-LD script names, in its order; a script that is no JSON names none."""
    text = page.content(element, "script")[0]
    nodes = list(scripts.objects(scripts.read(_peeled(text)), False, _is_aside))
    known = {node["@id"]: node for node, _ in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    told: set[int] = set()
    for node, aside in nodes:
        if not aside and isinstance(node.get("datePublished"), str):
            facts.dates.append(node["datePublished"])
        for key, role in _JSON_IMAGES.items():
            for value in _listed(node[key]) if key in node else ():
                if isinstance(value, dict):
                    value = value if _address_of(value) else known.get(value.get("@id", ""), value)
                    if id(value) in told or not (_is_image(value) or key in ("image", "logo")):
                        continue
                    told.add(id(value))
                found = _json_image(element, value, "chrome" if aside or role == "chrome" else "metadata")
                if found is not None:
                    yield found
        if _is_image(node) and id(node) not in told:
            told.add(id(node))
            found = _json_image(element, node, "chrome" if aside else "metadata")
            if found is not None:
                yield found


def _peeled(text: str) -> str:
    for wrapper in _WRAPPERS[0]:
        text = text.strip().removeprefix(wrapper)
    for wrapper in _WRAPPERS[1]:
        text = text.strip().removesuffix(wrapper)
    return text


def _is_aside(_: scripts.Node, key: str, aside: bool) -> bool:
    """Whether what stands under this key is about a person or publisher."""
    return aside or key in _PEOPLE or key == "logo"


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict) and "@list" in value:
        value = value["@list"]
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_image(node: dict[str, Any]) -> bool:
    return "ImageObject" in _listed(node.get("@type"))


def _address_of(node: dict[str, Any]) -> list[str]:
    """Every address of an image object, the picture itself before its page."""
    found = [
        value
        for name in ("contentUrl", "url", "@url")
        for value in _listed(node.get(name))
        if isinstance(value, str) and value.strip()
    ]
    return list(dict.fromkeys(found))


def _json_image(element: Element, value: Any, role: str) -> Found | None:
    if isinstance(value, str):
        found = Found.of(element, "json-ld", value)
    elif isinstance(value, dict):
        addresses = _address_of(value)
        if not addresses and "@id" in value and len(value) <= 2:
            return None  # names an object that another script describes
        found = Found.of(element, "json-ld", addresses[0] if addresses else "")
        found.candidates = tuple(Candidate(address, origin="json-ld") for address in addresses)
        found.attributes = {
            ours: text
            for field, ours in reversed(_IMAGE_FIELDS.items())
            if field in value and (text := _said(value[field]))
        }
    else:
        return None
    found.role = "chrome" if role == "chrome" else "metadata"
    return found


def _said(value: Any) -> str:
    """A field as text: a string, a number, the name of an object, the first of a list that says something."""
    for one in _listed(value):
        if isinstance(one, dict):
            one = one.get("name", one.get("@value"))
        if isinstance(one, str | int | float) and not isinstance(one, bool) and str(one).strip():
            return " ".join(str(one).split())
    return ""
