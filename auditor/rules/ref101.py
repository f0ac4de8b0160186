"""reference-empty: an image element or placeholder that names no image."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule, State
from auditor.rules._audits import every, is_aside, shown

# An element that has attributes for scripts and no src at all is there to be filled by them.
_FILLED_LATER = re.compile(r"\A(?!.*\ssrc\s*=).*\sdata-", re.IGNORECASE | re.DOTALL)


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each reference without an address."""
    for reference, outcome in every(audit):
        told = any(fault.reason == "empty" for fault in reference.faults)
        if told or (outcome.state is State.INVALID and outcome.reason == "empty"):
            yield Hit(
                message=f"image reference without an address: {shown(reference.raw)}",
                key=f"empty {_nth(audit, reference.index)}",
                images=(reference.index,),
                evidence={"raw": reference.raw[:400]},
                level="note" if is_aside(reference) or _FILLED_LATER.search(reference.raw) else None,
            )


def _nth(audit: Audit, index: int) -> int:
    """Which of the empty references it is: without an address its order is all the identity it has."""
    return sum(not reference.address.strip() for reference in audit.article.references[:index])


RULE = Rule(
    code="REF101",
    name="reference-empty",
    level="error",
    summary="An image element or placeholder names no image.",
    why=(
        "The place for the picture was made and the picture never put in. Browsers show nothing, or ask "
        "for the page itself as if it were an image. In menus and metadata, and where a script is to fill "
        "it, it is a note."
    ),
    fix="Insert the image, or delete the placeholder.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example("text without any image", dialect="placeholder"),
    ),
    catches=(
        Example('<p>Text</p><img src="" alt="The gate">'),
        Example('<img src="" alt="The gate"><p>Text</p><img src=" " alt="The hall">', count=2),
        Example("![The gate]()", dialect="markdown"),
    ),
)
