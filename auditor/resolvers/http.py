"""http(s) address to asset, asked for as a browser that shows the article would."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Mapping

import ada_url
import msgspec

import auditor
from auditor import codings
from auditor.config import HostSettings, Settings
from auditor.errors import ResolveError
from auditor.exchange import Answer, Call, HeadersFor, refusal
from auditor.guard import Hop
from auditor.markup import addresses
from auditor.model import Asset, Variant

# What Chromium 130 sends for an <img>, without the formats that nobody can verify.
ACCEPT = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"

# What browsers send that take no AVIF, and neither AVIF nor WebP.
OTHER_ACCEPTS = (
    "image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
)

_PLAIN = HostSettings()

# What is before the path, where nothing can be mistaken for it; most addresses share it with many.
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:-]+(?=/)")
_NOTED = ("etag", "last-modified", "content-range")


async def resolve(call: Call) -> Asset:
    """The body that came. Raises `ResolveError`; a 403 is asked once more without the Referer."""
    referer = shown_referer(call.referer)
    accept = call.accept or ACCEPT
    answer = await call.get(call.url, headers(call.settings, referer, accept, validators=call.validators))
    evidence: dict[str, str] = {}
    if answer.status == 403 and referer:
        second = await call.get(call.url, headers(call.settings, None, accept))
        if second.status < 300:
            answer, evidence = second, {"referer": "refused"}
    error = None if answer.status == 304 and call.validators else refusal(answer)
    if error is not None:
        raise error
    if answer.unread_coding and call.accept:  # no decoder will say whether it is what it should be
        raise codings.unread(answer.unread_coding).outcome(answer.status)
    came = asset(call.url, answer, evidence)
    if call.settings.variants and call.accept is None and answer.complete and _chooses(answer):
        given = await _variants(call, None if evidence else referer, answer.body)
        came = msgspec.structs.replace(came, variants=given)
    return came


def _chooses(answer: Answer) -> bool:
    """Whether the host seems to choose the format by what is asked for: it says so, or gave a new one."""
    vary = answer.headers.get("vary", "").lower()
    given = answer.headers.get("content-type", "").lower()
    return "accept" in re.split(r"[,\s]+", vary) or given.startswith(("image/avif", "image/webp"))


async def _variants(call: Call, referer: str | None, known: bytes) -> tuple[Variant, ...]:
    """What else the address gives: other bytes, each once, and refusals."""
    found: list[Variant] = []
    for accept in OTHER_ACCEPTS:
        try:
            answer = await call.get(call.url, headers(call.settings, referer, accept))
            error = refusal(answer)
            if error is not None:
                raise error
        except ResolveError as failure:
            found.append(Variant(accept, failure.state, failure.reason))
            continue
        if answer.body != known and all(answer.body != variant.body for variant in found):
            declared = answer.headers.get("content-type")
            variant = Variant(accept, body=answer.body, complete=answer.complete, declared_type=declared)
            found.append(variant)
    return tuple(found)


def lane(url: str, _settings: Settings, _environment: Mapping[str, str]) -> str:
    """The host that answers for this address, with its port where it is not the usual one."""
    plain = _ORIGIN.match(url)
    return _host(plain[0] if plain else url)


@functools.lru_cache(maxsize=4096)
def _host(url: str) -> str:
    try:
        return str(ada_url.URL(url).host)
    except ValueError:
        return ""


def headers(
    settings: Settings, referer: str | None, accept: str = ACCEPT, *, validators: Mapping[str, str] = {}
) -> HeadersFor:
    """The headers for each hop: what `[hosts]` says of its host, and nothing of another's."""

    agent = user_agent(settings, referer)

    def of(hop: Hop) -> Mapping[str, str]:
        own = host_settings(settings, hop.netloc)
        sent = {"User-Agent": agent, "Accept": accept, **validators}
        if referer and own.referer:
            sent["Referer"] = referer
        userinfo = own.auth or hop.userinfo
        if userinfo:
            sent["Authorization"] = "Basic " + base64.b64encode(userinfo.encode()).decode("ascii")
        return sent | own.headers

    return of


def host_settings(settings: Settings, netloc: str) -> HostSettings:
    """What `[hosts]` says of a host: its own table with the port, or the one without."""
    if not settings.hosts:
        return _PLAIN
    named = settings.hosts.get(netloc)
    return named or settings.hosts.get(addresses.host(f"http://{netloc}/"), _PLAIN)


def user_agent(settings: Settings, page: str | None = None) -> str:
    """Who we say we are: never a browser. Without `--user-agent` the contact is the site that asks."""
    site = _ORIGIN.match(page) if page else None
    return settings.user_agent or _agent(site[0] if site else None)


@functools.lru_cache(maxsize=1024)
def _agent(site: str | None) -> str:
    contact = f"+{site}/" if site else "--user-agent sets a contact"
    return f"auditor/{auditor.__version__} (image audit; {contact})"


def shown_referer(url: str | None) -> str | None:
    """The article's address as a browser would give it: http(s) only, no fragment, userinfo or token."""
    if url is None or addresses.scheme(url) not in ("http", "https"):
        return None
    return addresses.canonical(url)


def asset(url: str, answer: Answer, evidence: Mapping[str, str]) -> Asset:
    """The asset of a good answer, with what a rule may quote of its headers."""
    noted = {name: answer.headers[name] for name in _NOTED if name in answer.headers}
    if answer.cut:
        noted["fast"] = str(len(answer.body))
        if answer.total_bytes is not None:
            noted["total-bytes"] = str(answer.total_bytes)
    if answer.unread_coding:
        noted["content-encoding"] = answer.unread_coding
    shown = addresses.redact(url)
    return Asset(
        url=shown,
        body=answer.body,
        final_url=shown if answer.hops[-1] == url else addresses.redact(answer.hops[-1]),
        declared_type=answer.headers.get("content-type"),
        http_status=answer.status,
        redirects=tuple(map(addresses.redact, answer.hops[1:])),
        complete=answer.complete,
        evidence={**noted, **evidence},
    )
