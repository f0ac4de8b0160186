"""Turns data: URLs into their media type and bytes, as browsers fetch them.

After the Fetch standard, "data: URL processor", and the Infra standard, "forgiving-base64 decode":
https://fetch.spec.whatwg.org/#data-urls https://infra.spec.whatwg.org/#forgiving-base64
"""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from auditor.markup import addresses, media_types

_DEFAULT = "text/plain;charset=US-ASCII"
_SPACES = re.compile(rb"[\t\n\f\r ]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*")
_IS_BASE64 = re.compile(r";[ ]*base64$", re.IGNORECASE)


class DataUrl(NamedTuple):
    """What a data: URL holds; `media_type` is serialised, parameters included."""

    media_type: str
    body: bytes


class BadDataUrl(ValueError):  # noqa: N818 - reads as what was met
    """A data: URL that no browser would decode; the message says why."""


def decode(url: str) -> DataUrl:
    """The media type and bytes of a data: URL. Raises BadDataUrl where there is nothing to decode."""
    parsed = addresses.absolute(url)
    if parsed is None or not parsed.startswith("data:"):
        raise BadDataUrl("no data: URL")
    head, comma, data = parsed.removeprefix("data:").partition("#")[0].partition(",")
    if not comma:
        raise BadDataUrl("no comma between the media type and the data")
    head = head.strip("\t\n\f\r ")
    body = unquote_to_bytes(data)
    if _IS_BASE64.search(head):
        body = forgiving_base64(body)
        head = _IS_BASE64.sub("", head)
    if head.startswith(";"):
        head = "text/plain" + head
    return DataUrl(str(media_types.parse(head) or _DEFAULT), body)


def forgiving_base64(text: bytes) -> bytes:
    """The bytes of a base64 text, white space and missing padding forgiven. Raises BadDataUrl."""
    text = _SPACES.sub(b"", text)
    if len(text) % 4 == 0:
        text = text[:-2] if text.endswith(b"==") else text.removesuffix(b"=")
    if len(text) % 4 == 1:
        raise BadDataUrl("the base64 text has a length that none can have")
    if not _BASE64.fullmatch(text):
        raise BadDataUrl("the base64 text holds other characters")
    return binascii.a2b_base64(text + b"=" * (-len(text) % 4))
