"""redirected-away: the address leads elsewhere before an image comes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from auditor.markup.addresses import host, redact
from auditor.model import Audit, Example, Hit, ImageReference, Outcome, Rule, State
from auditor.rules._audits import address, address_key, content, shown
from auditor.rules._examples import photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each of the article's images that comes from elsewhere or after a long chain."""
    for reference, outcome in content(audit):
        what = _what(reference, outcome, audit.options.max_redirects_shown)
        if what and outcome.state is State.OK:
            final = redact(outcome.final_url or "")
            yield Hit(
                message=f"{what}: {address(reference)} leads to {shown(final)}",
                key=address_key(reference),
                images=(reference.index,),
                arguments={"hops": len(outcome.redirects), "final": final},
                evidence={"chain": [redact(hop) for hop in outcome.redirects], "final": final},
            )


def _what(reference: ImageReference, outcome: Outcome, most: int) -> str | None:
    """What is odd about the redirects, None where nothing is: http to https, www, one short hop."""
    final = outcome.final_url
    if not outcome.redirects or not final or not reference.url:
        return None
    if not urlsplit(final).path.strip("/"):
        return "the image is redirected to the front page of a host"
    if _site(host(final)) != _site(host(reference.url)):
        return "the image is redirected to another host"
    if len(outcome.redirects) > most:
        return f"the image comes after {len(outcome.redirects)} redirects only"
    return None


def _site(name: str) -> str:
    """The last two labels of a host name: images.news.example and news.example are one house."""
    return ".".join(name.split(".")[-2:])


_A = "https://news.example/a.jpg"
RULE = Rule(
    code="MIS210",
    name="redirected-away",
    level="note",
    summary="The image comes after a redirect to another host, to a front page, or after many of them.",
    why=(
        "Each hop can break on its own, and costs every reader time. Hosts that redirect what they lost to "
        "their front page, or sold their name, answer in this way too; what came was checked as usual."
    ),
    fix="Write the final address into the article.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="http://news.example/a.jpg" alt="The gate">',
            images={
                "http://news.example/a.jpg": photo(
                    "gate",
                    redirects=("http://news.example/a.jpg",),
                    final_url="https://img.news.example/a.jpg",
                )
            },
            note="one hop within the house",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={_A: photo("gate", redirects=(_A,), final_url="https://parked.example.net/a.jpg")},
        ),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={_A: photo("gate", redirects=(_A,) * 5, final_url="https://news.example/z.jpg")},
        ),
    ),
)
