"""What the finders of the html dialect hand to its front: one image reference before it is numbered."""

from __future__ import annotations

import re

import msgspec
from selectolax.lexbor import LexborNode

from auditor.dialects._html_page import Element
from auditor.markup import addresses
from auditor.model import Candidate, Fault, ImageRole

_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_QUOTED_NAME = re.compile(r"[\"'<]")
_IMAGE_ENDING = re.compile(
    r"\.(?:jpe?g|jfif|png|apng|gif|webp|avif|svg|bmp|ico|tiff?|heic|jxl)(?:$|[?#!:;@])", re.IGNORECASE
)


class Found(msgspec.Struct, gc=False):
    """One image reference: `address` is the one taken, `candidates` are all, as written.

    `node` is the element that asks for it, `offset` where its markup begins in the page's text, `place`
    where it stands in the outline: box index and order.
    """

    node: LexborNode | None
    offset: int
    raw: str
    kind: str
    address: str
    alt: str | None = None
    role: ImageRole = "body"
    candidates: tuple[Candidate, ...] = ()
    attributes: dict[str, str] = {}
    faults: tuple[Fault, ...] = ()
    place: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, element: Element, kind: str, address: str, role: ImageRole = "body") -> Found:
        """A reference with one candidate, named by what it came from."""
        candidates = (Candidate(address, origin=kind),) if address.strip() else ()
        return cls(
            element.node, element.offset, element.raw, kind, address, None, role, candidates,
            faults=markup_faults(element),
        )  # fmt: skip


def markup_faults(element: Element) -> tuple[Fault, ...]:
    """What is wrong with the quotes of a start tag, if anything."""
    if not _QUOTED_NAME.search("".join(element.attributes)):
        return ()
    odd = next(name for name in element.attributes if _QUOTED_NAME.search(name))
    return (Fault("bad-quotes", f"a quote is missing or one too many: {odd[:40]} is read as an attribute"),)


def address_faults(address: str, url: str | None, base: str | None) -> tuple[Fault, ...]:
    """What is wrong with an address, if anything; `url` is what it was joined to."""
    if not address.strip():
        return (Fault("empty", "no address"),)
    if url is None:
        if base is None and not addresses.scheme(address):
            return (Fault("bad-url", "a relative address in an article without one: give --base-url"),)
        return (Fault("bad-url", f"no URL: {addresses.redact(address)[:200]}"),)
    if _BAD_PERCENT.search(address) and addresses.scheme(url) in ("http", "https"):
        return (
            Fault("bad-percent-encoding", f"% without two hex digits: {addresses.redact(address)[:200]}"),
        )
    return ()


def looks_like_image(address: str) -> bool:
    """Whether an address names an image by its ending."""
    return bool(_IMAGE_ENDING.search(address))
