"""mixed-content: a page over https asks for an image over http."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.markup.addresses import redact, scheme
from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, address_key, every


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each image that an encrypted page shows from an unencrypted address."""
    if scheme(audit.article.url or "") != "https":
        return
    for reference, _ in every(audit):
        if reference.role != "metadata" and scheme(reference.url or "") == "http":
            yield Hit(
                message=f"an https page asks for an image over http: {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence={"page": redact(audit.article.url or ""), "image": redact(reference.url or "")},
            )


RULE = Rule(
    code="REF106",
    name="mixed-content",
    level="warning",
    summary="A page served over https shows an image from an http address.",
    why=(
        "Browsers ask for it over https instead, and show a gap where the host cannot do that; older ones "
        "mark the page as not secure. Anybody on the way can read or replace the picture."
    ),
    fix="Use the https address, or serve the image over https.",
    check=check,
    needs=("url",),
    passes=(
        Example('<img src="https://cdn.example/a.jpg" alt="The gate"><img src="/b.jpg" alt="The hall">'),
        Example('<img src="http://cdn.example/a.jpg" alt="The gate">', url="http://old.example/story"),
        Example(
            '<meta property="og:image" content="http://cdn.example/a.jpg"><p>Text</p>',
            note="named for others, not shown by the page",
        ),
    ),
    catches=(Example('<img src="http://cdn.example/a.jpg" alt="The gate">'),),
)
