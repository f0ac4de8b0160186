"""hotlink-protection: the image works in a tab of its own and not on the page."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule, State
from auditor.rules._audits import address, address_key, every
from auditor.rules._examples import failed, photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that came only when the article was not named as the one who asks."""
    for reference, outcome in every(audit):
        if outcome.evidence.get("referer") == "refused" and outcome.state is State.OK:
            yield Hit(
                message="the host refuses the image to this page, though it hands it out to others: "
                f"{address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence={"referer": "refused", "page": audit.article.url or audit.article.id},
            )


RULE = Rule(
    code="MIS215",
    name="hotlink-protection",
    level="warning",
    summary="The host refuses the image when the article asks for it, and gives it to anyone else.",
    why=(
        "Hosts that guard against hotlinking look at the Referer. Opened in a tab of its own the image is "
        "fine, so that whoever looks into it finds nothing wrong; on the page the reader sees a gap."
    ),
    fix="Ask the host to allow your pages, or copy the picture to your own storage.",
    check=check,
    passes=(
        Example('<img src="https://cdn.example/a.jpg" alt="The gate">'),
        Example(
            '<img src="https://cdn.example/a.jpg" alt="The gate">',
            images={"https://cdn.example/a.jpg": failed(State.DENIED, "http-403", "HTTP 403 Forbidden")},
            note="refused to everybody: MIS203",
        ),
    ),
    catches=(
        Example(
            '<img src="https://cdn.example/a.jpg" alt="The gate">',
            images={"https://cdn.example/a.jpg": photo("gate", evidence={"referer": "refused"})},
        ),
    ),
)
