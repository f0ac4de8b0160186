"""Words to outcomes, for the examples of the rules: a photograph, a lost file, a page in its place.

Each constructor gives what the resolver and the decoder would give. A seed names a picture: equal
seeds are the same picture, different ones differ as much as two photographs do.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from auditor.model import Fingerprint, Outcome, Picture, State


def photo(
    seed: str, width_px: int = 1600, height_px: int = 1067, *, other_bits: int = 0, **facts: Any
) -> Outcome:
    """A healthy photograph; with `other_bits` a copy of it whose fingerprint differs in so many bits.

    `facts` are further fields of the picture, or of the outcome.
    """
    seed_hash = hashlib.sha256(seed.encode()).digest()
    phash = (int.from_bytes(seed_hash, "big") ^ ((1 << other_bits) - 1)).to_bytes(32, "big")
    copy = hashlib.sha256(f"{seed} {width_px} {height_px} {other_bits}".encode()).hexdigest()
    picture = Picture(
        format="jpeg",
        media_type="image/jpeg",
        width_px=width_px,
        height_px=height_px,
        frames=1,
        mode="RGB",
        pixels=copy,
        fingerprint=Fingerprint(1, phash, int.from_bytes(phash[:8]), int.from_bytes(phash[8:16])),
        detail=0.6,
        top_colour="#6b7f8c",
        top_colour_share=0.04,
    )
    of_outcome = {key: facts.pop(key) for key in list(facts) if key not in Picture.__struct_fields__}
    outcome = Outcome(
        state=State.OK,
        http_status=200,
        tries=1,
        decodes=True,
        declared_type="image/jpeg",
        size_bytes=240_000,
        sha256=hashlib.sha256(copy.encode()).hexdigest(),
        picture=msgspec.structs.replace(picture, **facts),
    )
    return msgspec.structs.replace(outcome, **of_outcome)


def mirrored(seed: str) -> Outcome:
    """The photograph of the seed, flipped from left to right: every odd column of its DCT changes sign."""
    outcome = photo(seed, 1200, 800)
    picture = outcome.picture
    if picture is None or picture.fingerprint is None:
        return outcome
    print_ = picture.fingerprint
    odd_columns = int("5555" * 16, 16)
    flipped = (int.from_bytes(print_.phash) ^ odd_columns).to_bytes(32)
    picture = msgspec.structs.replace(picture, fingerprint=msgspec.structs.replace(print_, phash=flipped))
    return msgspec.structs.replace(outcome, picture=picture)


def card(
    seed: str = "image not available", width_px: int = 600, height_px: int = 400, **facts: Any
) -> Outcome:
    """A flat drawing with few colours, as servers send in place of what they lost."""
    as_photo = photo(seed).picture
    print_ = as_photo and as_photo.fingerprint
    print_ = print_ and msgspec.structs.replace(print_, texture="graphic")
    flat = {"fingerprint": print_, "detail": 0.1, "top_colour": "#e6e6e6", "top_colour_share": 0.9}
    return photo(seed, width_px, height_px, **{**flat, **facts})


def failed(state: State, reason: str, detail: str = "", **facts: Any) -> Outcome:
    """An image of which no whole picture came."""
    return Outcome(state=state, reason=reason, detail=detail, tries=1, **facts)


def gone(reason: str = "http-404", detail: str = "HTTP 404 Not Found") -> Outcome:
    """An image that is said not to exist."""
    status = int(reason.removeprefix("http-")) if reason.startswith("http-") else None
    return failed(State.MISSING, reason, detail, http_status=status)


def page(title: str = "Page not found") -> Outcome:
    """A web page, with status 200, where an image should be."""
    return failed(
        State.NOT_IMAGE,
        "html",
        "an HTML page",
        http_status=200,
        declared_type="text/html",
        decodes=False,
        size_bytes=5_120,
        evidence={"page-title": title, "first-bytes": "<!doctype html>"},
    )


def unreachable(reason: str, detail: str) -> Outcome:
    """An image of a host that gave no answer, asked three times."""
    return msgspec.structs.replace(failed(State.UNREACHABLE, reason, detail, transient=True), tries=3)
