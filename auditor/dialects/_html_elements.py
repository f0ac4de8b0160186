"""Turns every element but `<img>` that asks for an image into references: one small finder per element."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from auditor.dialects import _html_images as images
from auditor.dialects._html_found import Found, looks_like_image
from auditor.dialects._html_page import Element, Page
from auditor.markup import css, picture, srcset
from auditor.markup.stubs import is_stub
from auditor.model import Candidate, Fault

Finder = Callable[[Page, Element], Iterator[Found]]

# What `rel` says of a link whose target is an image.
_ICONS = frozenset(
    "icon apple-touch-icon apple-touch-icon-precomposed apple-touch-startup-image mask-icon "
    "fluid-icon".split()
)
# Backgrounds that scripts set; a name on any element, not only on images.
_BACKGROUNDS = ("data-bg", "data-background", "data-background-image", "data-bgset", "data-bg-src")
_COVERS = ("poster-portrait-src", "poster-square-src", "poster-landscape-src")


def _img(page: Page, element: Element) -> Iterator[Found]:
    yield images.image(page, element)


def _amp_img(page: Page, element: Element) -> Iterator[Found]:
    yield images.image(page, element, kind=element.tag)


def custom(page: Page, element: Element) -> Iterator[Found]:
    """The picture of an element of a site's own name (`<lazy-image src>`), which its script shows.

    What holds an <img> as well, be it for readers without scripts, asks for that one.
    """
    own = element.attributes
    named = looks_like_image(own.get("src", "")) or srcset.parse(own.get("srcset", ""))
    if named and element.node.css_first("img") is None:
        yield images.image(page, element, kind="custom")


def _picture(page: Page, element: Element) -> Iterator[Found]:
    """A picture without an <img>: shows nothing until a script makes one of its sources."""
    if element.node.css_first("img") is not None:
        return
    found: list[Candidate] = []
    for node in element.node.css("source"):
        own = page.element(node).attributes
        found += srcset.parse(own.get("srcset", ""), "source")
        found += images.lazy_candidates(own).candidates
    found += images.lazy_candidates(element.attributes).candidates
    if found:
        chosen = srcset.select(found)
        reference = Found.of(element, "picture", chosen.url if chosen else "")
        reference.candidates = tuple(found)
        reference.attributes = images.attributes_of(page, element)
        yield reference


def _poster(page: Page, element: Element) -> Iterator[Found]:
    own = element.attributes
    lazy = next((own[name] for name in ("data-poster", "data-lazy-poster") if own.get(name)), None)
    if "poster" not in own and lazy is None:
        return
    poster = own.get("poster", "")
    reference = Found.of(element, "poster", lazy if lazy and is_stub(poster) else poster)
    reference.attributes = images.attributes_of(page, element)
    if reference.address != poster and poster:
        reference.attributes["stub"] = poster
    yield reference


def _input(page: Page, element: Element) -> Iterator[Found]:
    if element.attributes.get("type", "").strip().lower() == "image":
        reference = Found.of(element, "input", element.attributes.get("src", ""))
        reference.alt = element.attributes.get("alt")
        reference.attributes = images.attributes_of(page, element)
        yield reference


def _embedded(page: Page, element: Element) -> Iterator[Found]:
    own = element.attributes
    address = own.get("data" if element.tag == "object" else "src", "")
    media_type = own.get("type", "")
    if picture.is_displayed(media_type) if media_type.strip() else looks_like_image(address):
        reference = Found.of(element, element.tag, address)
        reference.attributes = images.attributes_of(page, element)
        yield reference


def _svg(page: Page, element: Element) -> Iterator[Found]:
    parent = element.node.parent
    if parent is not None and parent.tag == "svg":
        return
    attributes = images.attributes_of(page, element)
    child = element.node.child
    while child is not None and child.tag in ("-text", "-comment", "desc"):
        child = child.next
    if child is not None and child.tag == "title" and "title" not in attributes:
        attributes["title"] = page.words(child)
    named = attributes.get("role") == "img" or any(attributes.get(n) for n in ("aria-label", "title"))
    reference = Found.of(element, "inline-svg", "", "body" if named else "chrome")
    reference.attributes = attributes
    yield reference


def _svg_image(page: Page, element: Element) -> Iterator[Found]:
    own = element.attributes
    address = own.get("href", own.get("xlink:href", ""))
    if element.tag == "use":
        if not address.startswith("#") and address.strip():
            yield Found.of(element, "svg-use", address, "chrome")
        return
    if address.startswith("#"):
        return
    reference = Found.of(element, "svg-image" if element.tag == "image" else "svg-filter", address)
    reference.attributes = images.attributes_of(page, element)
    if element.tag != "image":
        reference.role = "chrome"
    yield reference


def _link(_: Page, element: Element) -> Iterator[Found]:
    own = element.attributes
    rel = own.get("rel", "").lower().split()
    href = own.get("href", "")
    if _ICONS.intersection(rel):
        kind = "apple-touch-icon" if any(word.startswith("apple-touch") for word in rel) else "icon"
        yield Found.of(element, kind, href, "chrome")
    elif "image_src" in rel:
        yield Found.of(element, "image_src", href, "chrome")
    elif {"preload", "prefetch"}.intersection(rel) and own.get("as", "").strip().lower() == "image":
        yield _preload(element, own, href)
    elif own.get("itemprop", "").lower() in ("image", "thumbnailurl", "contenturl", "logo"):
        yield Found.of(element, "microdata", href, "metadata")


def _preload(element: Element, own: dict[str, str], href: str) -> Found:
    set_ = srcset.read(own.get("imagesrcset", ""), "imagesrcset")
    chosen = srcset.select(set_.candidates, sizes=own.get("imagesizes"))
    reference = Found.of(element, "preload", chosen.url if chosen else href, "chrome")
    reference.candidates = set_.candidates + ((Candidate(href, origin="href"),) if href.strip() else ())
    if set_.complaints:
        reference.faults += (Fault("bad-srcset", "; ".join(set_.complaints[:3])),)
    return reference


def _story(_: Page, element: Element) -> Iterator[Found]:
    """The covers of an AMP story, one for each shape of screen, and its publisher's logo."""
    own = element.attributes
    shapes = [own[name] for name in _COVERS if own.get(name, "").strip()]
    if shapes:
        cover = Found.of(element, "poster", shapes[0])
        cover.candidates = tuple(Candidate(shape, origin="poster") for shape in shapes)
        yield cover
    if own.get("publisher-logo-src", "").strip():
        yield Found.of(element, "icon", own["publisher-logo-src"], "chrome")


def _menu_icon(_: Page, element: Element) -> Iterator[Found]:
    if "icon" in element.attributes:
        yield Found.of(element, "menu-icon", element.attributes["icon"], "chrome")


FINDERS: dict[str, Finder] = {
    "img": _img, "amp-img": _amp_img, "amp-anim": _amp_img, "picture": _picture,
    "video": _poster, "amp-video": _poster, "input": _input, "object": _embedded, "embed": _embedded,
    "svg": _svg, "image": _svg_image, "feImage": _svg_image, "use": _svg_image, "link": _link,
    "amp-story": _story, "menuitem": _menu_icon, "command": _menu_icon,
}  # fmt: skip
_READ_LAZY = frozenset(
    ("img", "amp-img", "amp-anim", "picture", "source", "video", "amp-video", "iframe", "script")
)


def backgrounds(page: Page, element: Element) -> Iterator[Found]:
    """The pictures behind an element of any name: style, the old attribute, those that scripts set."""
    own = element.attributes
    if "url(" in own.get("style", "").lower() or "image-set(" in own.get("style", "").lower():
        yield from _inline_style(page, element, own["style"])
    if "background" in own and element.tag in ("body", "table", "td", "th", "tr", "tbody", "thead", "tfoot"):
        yield Found.of(element, "background", own["background"], "chrome")
    if element.tag not in _READ_LAZY:
        lazy = images.lazy_candidates(own)
        behind = any(name in own for name in _BACKGROUNDS)
        # a widget's data-src is as often the address of a page
        if (chosen := images.best(lazy)) and (behind or looks_like_image(chosen.url)):
            reference = Found.of(element, "lazy-background" if behind else "lazy", chosen.url)
            reference.candidates = lazy.candidates
            reference.attributes = images.attributes_of(page, element)
            yield reference


def _inline_style(page: Page, element: Element, style: str) -> Iterator[Found]:
    for found in css.images(style):
        reference = Found.of(element, "css", found.url, "chrome")
        reference.attributes = images.attributes_of(page, element)
        if reference.attributes.get("role") == "img" or reference.attributes.get("aria-label"):
            reference.role = "body"  # an author who names a background means it as a picture
        yield reference
