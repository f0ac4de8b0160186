"""alt-reused: different pictures with one alternative text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, ImageReference, Rule
from auditor.rules._audits import lines, pictures, same_pictures, shown
from auditor.rules._examples import photo
from auditor.rules.cap322 import is_useless
from auditor.rules.cap323 import plain


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each text that stands with pictures which do not show the same."""
    same = {index: members[0] for _, _, members in same_pictures(audit) for index in members}
    texts: dict[str, list[ImageReference]] = defaultdict(list)
    for reference, _, _ in pictures(audit):
        if reference.alt and plain(reference.alt) and not is_useless(reference):
            texts[plain(reference.alt)].append(reference)
    for text, references in texts.items():
        if len({same.get(r.index, r.index) for r in references}) > 1:
            yield Hit(
                message=f"{len(references)} images have one alternative text ({lines(references)}): "
                f"“{shown(references[0].alt or '')}”",
                key=text,
                images=tuple(reference.index for reference in references),
                evidence={"alt": references[0].alt, "lines": [r.span.line for r in references]},
            )


RULE = Rule(
    code="CAP324",
    name="alt-reused",
    level="warning",
    summary="Different pictures have the same alternative text.",
    why=(
        "It describes one of them at most; mostly it is the headline, put in by a template. Pictures that "
        "are copies of one another may share it."
    ),
    fix="Describe each picture by itself.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">'),
        Example(
            '<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The gate">',
            images={"/a.jpg": photo("gate"), "/b.jpg": photo("gate", 800, 534, other_bits=10)},
            note="two copies of one picture",
        ),
    ),
    catches=(Example('<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The gate">'),),
)
