"""alt-repeats-caption: the alternative text is the caption once more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address_key, captioned, shown


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each image whose two texts are one."""
    for reference, pairing in captioned(audit):
        caption = pairing.caption
        if caption and reference.alt and plain(reference.alt) and caption.relation not in ("alt", "aria"):
            whole = f"{caption.text} {caption.credit or ''}"
            if plain(reference.alt) in (plain(caption.text), plain(whole)):
                yield Hit(
                    message=f"the alternative text repeats the caption: “{shown(reference.alt)}”",
                    key=address_key(reference),
                    images=(reference.index,),
                    evidence={"alt": reference.alt, "caption": caption.text},
                )


def plain(text: str) -> str:
    """Letters and digits only, in lower case."""
    return re.sub(r"[\W_]+", "", text).lower()


_TEXT = "<p>The consulate was closed, and the street in front of it stayed empty for the whole day.</p>"
_FIGURE = (
    f'<article><h1>Gate</h1>{_TEXT}<figure><img src="/a.jpg" alt="{{}}">'
    f"<figcaption>{{}}</figcaption></figure>{_TEXT}</article>"
)
RULE = Rule(
    code="CAP323",
    name="alt-repeats-caption",
    level="note",
    summary="The alternative text and the caption are the same.",
    why=(
        "Screen readers read both, so that the listener hears one sentence twice and still does not know "
        "what there is to see. A caption tells what a viewer cannot see; the alternative text what others "
        "can."
    ),
    fix="Describe in alt what the picture shows, and keep names, place and date in the caption.",
    check=check,
    passes=(
        Example(_FIGURE.format("Two workers with a trolley of boxes", "Houston, 24 July 2020")),
        Example(_FIGURE.format("", "Houston, 24 July 2020")),
    ),
    catches=(
        Example(_FIGURE.format("The gate in Houston, 24 July 2020", "The gate in Houston, 24 July 2020.")),
    ),
)
