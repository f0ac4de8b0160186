"""lead-image-mismatch: the image that the page declares for previews is not one of the article's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.markup.addresses import canonical, redact
from auditor.model import Audit, Example, Hit, ImageReference, Outcome, Rule, State
from auditor.rules._audits import address, address_key, cause, content, every
from auditor.rules._examples import gone, photo

_SIZES = re.compile(r"(?:[-_@.x]|\b)\d+x?\d*(?:px|w|h|x)?(?=[-_.@]|$)")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for a declared image that is broken, or that no image of the article shows."""
    declared = next(((r, o) for r, o in every(audit) if r.kind == "og:image"), None)
    if declared is None:
        return
    reference, outcome = declared
    if outcome.state.verdict == "broken":
        yield _hit(reference, f"the image declared for previews is broken ({cause(outcome)})", None)
        return
    own = list(content(audit))
    decoded = outcome.state is State.OK and all(o.state is State.OK for _, o in own)
    if own and decoded and not any(_same(reference, outcome, r, o) for r, o in own):
        lead = next((r for r, _ in own if r.role == "lead"), own[0][0])
        yield _hit(reference, "the image declared for previews is not in the article", lead)


def _hit(reference: ImageReference, what: str, lead: ImageReference | None) -> Hit:
    return Hit(
        message=f"{what}: {address(reference)}",
        key=address_key(reference),
        images=(reference.index,),
        evidence={
            "declared": redact(reference.address),
            "lead": redact(lead.address) if lead else None,
        },
    )


def _same(one: ImageReference, told: Outcome, other: ImageReference, shown: Outcome) -> bool:
    """Whether two references mean one picture: by address, candidates, name, bytes or fingerprint."""
    urls = {canonical(url) for url in (one.url, *(c.url for c in one.candidates)) if url}
    if any(canonical(url) in urls for url in (other.url, *(c.url for c in other.candidates)) if url):
        return True
    if _stem(one) == _stem(other) or (told.sha256 and told.sha256 == shown.sha256):
        return True
    prints = [o.picture.fingerprint for o in (told, shown) if o.picture and o.picture.fingerprint]
    if len(prints) < 2:
        return True  # nothing is known against it
    bits = int.from_bytes(prints[0].phash) ^ int.from_bytes(prints[1].phash)
    return bits.bit_count() <= _ALIKE_BITS


# Previews are cropped to another shape; beyond this two photographs have nothing in common.
_ALIKE_BITS = 100


def _stem(reference: ImageReference) -> str:
    """The file name without ending and sizes: "gate-1200x630.jpg" and "gate.webp" are both "gate"."""
    name = (reference.url or reference.address).partition("?")[0].rpartition("/")[2]
    return _SIZES.sub("", name.partition(".")[0])


_HEAD = '<head><meta property="og:image" content="{}"></head>'
_TEXT = "<p>The consulate was closed, and the street in front of it stayed empty for the whole day.</p>" * 2
_BODY = f"<body><article><h1>Gate</h1><img src='/a.jpg' alt='The gate'>{_TEXT}</article></body>"
RULE = Rule(
    code="REF112",
    name="lead-image-mismatch",
    level="note",
    summary="The image declared for previews (og:image) is broken or not one of the article's.",
    why=(
        "Search engines and social networks show the declared image beside the headline. Where it is not "
        "the one that the article shows, the preview tells another story; often it is the picture of the "
        "article that served as a template. Other sizes and crops of a picture are the same picture."
    ),
    fix="Declare the lead image of the article.",
    check=check,
    absorbs=("MIS201", "MIS204", "MIS206", "MIS207"),
    passes=(
        Example(_HEAD.format("https://news.example/a.jpg") + _BODY),
        Example(
            _HEAD.format("/previews/77.jpg") + _BODY,
            images={"/a.jpg": photo("gate"), "/previews/77.jpg": photo("gate", 1200, 630, other_bits=40)},
            note="a crop of the lead image",
        ),
    ),
    catches=(
        Example(_HEAD.format("/other.jpg") + _BODY),
        Example(_HEAD.format("/lost.jpg") + _BODY, images={"/lost.jpg": gone()}),
    ),
)
