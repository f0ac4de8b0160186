"""lazy-stub-only: without a script the reader sees a stub where the image should be."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.markup.addresses import redact
from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, address_key, content, shown


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each image whose src is a stub and that stands in no noscript as well."""
    plain = {reference.url for reference, _ in content(audit) if "stub" not in reference.attributes}
    for reference, _ in content(audit):
        stub = reference.attributes.get("stub")
        if stub and "twin" not in reference.attributes and reference.url not in plain:
            yield Hit(
                message=f"only a script puts the true image in place of the stub: {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence={"src": shown(redact(stub)), "address": redact(reference.address)},
            )


RULE = Rule(
    code="REF107",
    name="lazy-stub-only",
    level="note",
    summary="The src of the image is a stub; its true address stands in an attribute for a script.",
    why=(
        "Readers without that script, feed readers, archives, search engines and other programs see a grey "
        "box. Browsers load images late by themselves: loading=lazy needs no script."
    ),
    fix='Put the true address into src, and add loading="lazy".',
    check=check,
    passes=(
        Example('<img src="/a.jpg" loading="lazy" alt="The gate">'),
        Example(
            '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/a.jpg" alt="The gate">'
            '<noscript><img src="/a.jpg" alt="The gate"></noscript>',
            note="the noscript element has the true image",
        ),
    ),
    catches=(
        Example('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/a.jpg" alt="The gate">'),
        Example('<img src="/img/spacer.gif" data-original="/a.jpg" alt="The gate">'),
    ),
)
