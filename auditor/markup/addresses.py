"""Turns addresses as written into absolute, comparable and showable ones (WHATWG URL, by ada)."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from urllib.parse import unquote

import ada_url

from auditor.model import Document

_SCHEME = re.compile(r"[\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.-]*):")
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)  # C0, C1, zero-width, bidi, lone surrogates: none of them is shown as itself
# As browsers find it: a backslash is a slash, and any number of slashes will do after http:, even none.
_USERINFO = re.compile(
    r"^([\x00-\x20]*(?:https?:[/\\]*|(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,}))[^/\\?#]*@", re.IGNORECASE
)
_OF_HOST = re.compile(r"[\x00-\x20]*(//[^/\\])")
_SHOWN_DATA = 48  # characters of a data: URL that a reader is shown

# Parameters that sign a URL, name its end, or carry a secret; lower-cased.
_SIGNING = frozenset(
    "signature sig expires expiry exp policy key-pair-id awsaccesskeyid googleaccessid ossaccesskeyid "
    "token access_token auth auth_token authorization api_key apikey password passwd secret hdnts hdnea "
    "hmac jwt session sessionid q-signature q-ak q-sign-time q-key-time sign auth_key access_key accesskey "
    "client_secret id_token refresh_token private_token security-token wssecret x-signature".split()
)
_SIGNING_PREFIXES = ("x-amz-", "x-goog-", "x-oss-", "x-bce-", "__token__")
# Azure's names are too short to mean anything unless `sig` stands beside them.
_SHARED_ACCESS = frozenset("se st sp sv sr spr sip skoid sktid skt ske sks skv ss srt sdd".split())


def absolute(address: str, base: str | None = None) -> str | None:
    """The address joined to its base and normalised as browsers do; None where it cannot be parsed."""
    try:
        return ada_url.join_url(base, address) if base else ada_url.normalize_url(address)
    except ValueError:
        if base:
            return absolute(address)
        return None


def meant(address: str, base: str | None = None) -> str | None:
    """What an address in an article asks for: as `absolute`, but for `//host/path` in a file.

    Its author means the page that will be read, over https, and not the files of a machine of that name.
    """
    if base and base.startswith("file:") and (host := _OF_HOST.match(address)):
        address = f"https:{address[host.start(1) :]}"
    return absolute(address, base)


def document_base(document: Document, base_url: str | None = None) -> str | None:
    """What a document's relative addresses are joined to: `base_url`, its URL, or its file's URL."""
    base = base_url or document.url
    if base:
        return absolute(base)
    return Path(document.path).absolute().as_uri() if document.path else None


def scheme(url: str) -> str:
    """The scheme in lower case without the colon, "" where there is none."""
    match = _SCHEME.match(url)
    return match[1].lower() if match else ""


def host(url: str) -> str:
    """The host in lower case without port and userinfo, "" where there is none."""
    try:
        return str(ada_url.URL(url).hostname)
    except ValueError:
        return ""


def canonical(url: str) -> str:
    """A form that is equal for what is the same address on another day.

    Without fragment, userinfo, signature and expiry; a data: URL becomes its digest. What cannot be
    parsed comes back with its control characters escaped.
    """
    if scheme(url) == "data":
        return "data:sha256," + hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()
    parsed = _parsed(url)
    if parsed is None:
        return _escaped(url.strip())
    if parsed.username or parsed.password:  # a file: URL can have none, and refuses to be told so
        parsed.username = parsed.password = ""
    parsed.hash = ""
    parsed.search = _query(parsed.search, cut=True)
    return _escaped(str(parsed.href))


def redact(url: str) -> str:
    """What may be shown of an address: no password, no signature or token, no control characters.

    A secret's value becomes "…"; a data: URL is shortened to its beginning and its length.
    """
    if scheme(url) == "data":
        if len(url) <= 2 * _SHOWN_DATA:
            return _escaped(url)
        return f"{_escaped(url[:_SHOWN_DATA])}… ({len(url)} characters)"
    if "@" in url:
        url = _USERINFO.sub(r"\1", url)
    head, mark, rest = url.partition("?")
    if not mark:
        return _escaped(url)
    query, hash_mark, fragment = rest.partition("#")
    return _escaped(head + mark + _query(query, cut=False) + hash_mark + fragment)


def _parsed(url: str) -> ada_url.URL | None:
    try:
        return ada_url.URL(url)
    except ValueError:
        return None


def _query(search: str, *, cut: bool) -> str:
    """The query without its secrets: the parameters cut, or their values replaced."""
    fields = search.removeprefix("?").split("&")
    names = [unquote(field.partition("=")[0]).lower() for field in fields]
    shared_access = "sig" in names
    kept = []
    for field, name in zip(fields, names, strict=True):
        if not (_signs(name) or (shared_access and name in _SHARED_ACCESS)):
            kept.append(field)
        elif not cut:
            kept.append(field.partition("=")[0] + "=…")
    return "&".join(kept)


def _signs(name: str) -> bool:
    return name in _SIGNING or name.startswith(_SIGNING_PREFIXES)


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
